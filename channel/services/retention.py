"""Decide periods, hold cases, raise reviews each night, and destroy what two people agreed on (RC-7)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from channel.enums import DestructionState
from channel.models import ChannelCase, Destruction, LegalHold, Panel, RetentionDecision
from channel.policies import ChannelRefused, require_preparer
from channel.policies.reasons import require_reason
from channel.policies.retention import (
    require_decider,
    require_keep_until,
    require_no_hold,
    require_nothing_keeps_it,
    require_reviewable,
    require_second_destroyer,
    require_unproposed,
    require_years,
)
from channel.queries.panels import led_panels
from channel.queries.retention import (
    chairs_to_tell,
    destroy_rows,
    live_hold,
    raise_destructions,
)
from channel.services.alerts import alert_each
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.keys.refusals import CannotOpen
from prevent_portal.keys.services.erasure import erase_key
from prevent_portal.keys.services.sealing import seal
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope


def decide_period(*, council: Council, years: int, reason: str, by: User) -> RetentionDecision:
    """Record how many years after a person left their case is kept, from now on.

    Raises:
        ChannelRefused: if ``by`` is no Channel chair who leads a panel, for no period, or without a reason.
    """
    require_decider(council, by)
    require_years(years)
    words = require_reason(reason, "Say why the council decides this.", timezone.localdate())
    if not led_panels(council_access(by, council)).exists():
        raise ChannelRefused("Only the chair of a panel can decide how long cases are kept.")
    with transaction.atomic():
        decision = RetentionDecision.objects.create(council=council, years=years, reason=words, decided_by=by)
        record(
            action="channel.retention_decided", subject=decision, details={"years": years}, restricted=True
        )
    return decision


def place_hold(*, case: ChannelCase, reason: str, by: User) -> LegalHold:
    """Hold a case: nothing of it is destroyed until the hold is lifted, whatever its period says.

    Raises:
        ChannelRefused: if it is held, without a reason, if ``by`` does not prepare it, or if the key store
            does not answer.
    """
    require_preparer(case.panel, by)
    words = require_reason(reason, "Say why the case is held.", timezone.localdate())
    with transaction.atomic():
        # A destruction waits here, and finds the hold when it goes on.
        locked = ChannelCase.objects.select_for_update(of=("self",)).get(council=case.council_id, pk=case.pk)
        require_no_hold(live_hold(locked))
        hold = LegalHold(council=locked.council, case=locked, placed_by=by)
        try:
            seal(hold, reason=words)
            hold.save(force_insert=True)
        except CannotOpen as error:
            raise ChannelRefused("The hold cannot be stored just now. Try again in a few minutes.") from error
        except IntegrityError as error:
            raise ChannelRefused("There is a hold on this case already.") from error
        record(
            action="channel.hold_placed",
            subject=hold,
            details={"reference": locked.reference},
            restricted=True,
        )
    return hold


def lift_hold(*, case: ChannelCase, by: User) -> LegalHold:
    """Lift the hold on a case; it then goes the way of its period.

    Raises:
        ChannelRefused: if there is none, or ``by`` does not prepare the case.
    """
    require_preparer(case.panel, by)
    with transaction.atomic():
        hold = (
            LegalHold.objects.select_for_update(of=("self",))
            .filter(council=case.council_id, case=case, lifted_at__isnull=True)
            .first()
        )
        if hold is None:
            raise ChannelRefused("There is no hold on this case.")
        hold.lifted_by = by
        hold.lifted_at = timezone.now()
        hold.save(update_fields=["lifted_by", "lifted_at"])
        record(
            action="channel.hold_lifted",
            subject=hold,
            details={"reference": case.reference},
            restricted=True,
        )
    return hold


def raise_reviews(*, council: Council) -> int:
    """Raise a review for each case whose period is over, and tell the panels' chairs. Safe to repeat.

    The nightly job's work, in a scope that sees no case: the database says which panels have some.

    Returns:
        How many reviews were raised by this call.
    """
    raised = 0
    with service_scope(council=council):
        for panel, count in raise_destructions():
            raised += count
            record(
                action="channel.reviews_raised",
                subject=council,
                details={"panel": panel, "count": count},
                restricted=True,
            )
            page = settings.PUBLIC_URL + reverse("channel-retention", args=[council.slug])
            alert_each(
                addresses=chairs_to_tell(panel),
                subject="Channel: records to review",
                text=(
                    "The period for which the council keeps some Channel records is over. "
                    f"Review them: {page}"
                ),
                effect_key=f"retention:{panel}:{timezone.localdate()}",
            )
    return raised


def keep_case(*, destruction: Destruction, until: date | None, by: User) -> Destruction:
    """Keep a case on until a day; after it, the nightly job raises another review.

    Raises:
        ChannelRefused: if it was decided, for a day that is no future one, or if ``by`` does not prepare it.
    """
    require_preparer(_panel(destruction), by)
    day = require_keep_until(until, timezone.localdate())
    with transaction.atomic():
        locked = _locked(destruction)
        require_reviewable(locked)
        locked.state = DestructionState.KEPT
        locked.keep_until = day
        locked.decided_by = by
        locked.decided_at = timezone.now()
        locked.save(update_fields=["state", "keep_until", "decided_by", "decided_at"])
        record(
            action="channel.case_kept",
            subject=locked,
            details={"reference": locked.reference, "until": day},
            restricted=True,
        )
    return locked


def propose_destruction(*, destruction: Destruction, by: User) -> Destruction:
    """Propose to destroy a case whose period is over; somebody else destroys it.

    Raises:
        ChannelRefused: if something keeps it, if it was proposed or decided, if ``by`` does not prepare it.
    """
    require_preparer(_panel(destruction), by)
    with transaction.atomic():
        locked = _locked(destruction)
        require_unproposed(locked)
        require_nothing_keeps_it(locked, timezone.localdate())
        locked.state = DestructionState.PROPOSED
        locked.proposed_by = by
        locked.proposed_at = timezone.now()
        locked.save(update_fields=["state", "proposed_by", "proposed_at"])
        record(
            action="channel.destruction_proposed",
            subject=locked,
            details={"reference": locked.reference},
            restricted=True,
        )
    return locked


def destroy_case(*, destruction: Destruction, by: User) -> Destruction:
    """Destroy a case that somebody else proposed: its rows, all that points to it, and its key.

    The certificate stays, with the random reference and how many rows of each table went. The key goes last,
    because the key store commits at once: from then on no backup can be read (RC-8).

    Raises:
        ChannelRefused: for who proposed it, for anybody but a chair of the panel or an auditor, if something
            keeps it.
        KeyStoreAway: if the key store does not answer; nothing is destroyed then.
    """
    with transaction.atomic():
        # An auditor may not change the row, so nobody locks it here: the database's own function does.
        current = Destruction.objects.select_related("council").get(
            council=destruction.council_id, pk=destruction.pk
        )
        require_second_destroyer(current, by)
        require_nothing_keeps_it(current, timezone.localdate())
        counts = destroy_rows(current)
        current.refresh_from_db()
        record(
            action="channel.case_destroyed",
            subject=current,
            details={"reference": current.reference, "rows": counts},
            restricted=True,
        )
        erase_key(row=ChannelCase(pk=current.record, council=current.council))
    return current


def _panel(destruction: Destruction) -> Panel:
    """The panel of a review; an auditor, who sees none, prepares no case either."""
    found = Panel.objects.filter(council=destruction.council_id, pk=destruction.panel_id).first()
    if found is None:
        raise ChannelRefused("Only the panel’s chair or secretary can do this.")
    return found


def _locked(destruction: Destruction) -> Destruction:
    found = (
        Destruction.objects.select_for_update(of=("self",))
        .select_related("council", "panel")
        .filter(council=destruction.council_id, pk=destruction.pk)
        .first()
    )
    if found is None:  # the database lets nobody change one that was decided
        raise ChannelRefused("This was decided already.")
    return found
