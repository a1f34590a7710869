"""Read a case in an emergency, approve an operator's request, end it, and review what was done (RC-4)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from channel.enums import BREAK_GLASS_REVIEW_DAYS
from channel.models import BreakGlass
from channel.policies import ChannelRefused
from channel.policies.break_glass import (
    require_breaker,
    require_ground,
    require_no_overdue_review,
    require_reviewer,
    require_second_person,
    require_verdict,
)
from channel.policies.reasons import require_reason
from channel.queries.break_glass import alarmed_by, case_to_break, is_operator, may_break
from channel.services.alerts import alert_each
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.keys.refusals import CannotOpen
from prevent_portal.keys.services.sealing import open_sealed, seal
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.working_days import is_working_day


class NoSuchCase(ChannelRefused):
    """No case of the council has the reference. The page logs who asked, like every refusal (AL-1)."""


def break_glass(*, council: Council, reference: str, ground: str, reason: str, by: User) -> BreakGlass:
    """Open one case for half an hour, for reading, and tell the panel's chairs and data protection officers.

    An operator's request opens nothing until a second person approves it. The alert is in the outbox in the
    same transaction: without it nothing opens. Who calls has proved their second factor minutes ago.

    Args:
        reference: of the case, as somebody told it.
        ground: one of :class:`~channel.enums.BreakGlassGround`.
        reason: why, without anything that identifies a person; it is sealed under the case's key.

    Raises:
        NoSuchCase: if no case has the reference.
        ChannelRefused: without a role of Channel, a ground or a reason; while a review is overdue; if there
            is nobody else to tell; if the key store does not answer.
    """
    require_breaker(council, by)
    chosen = require_ground(ground)
    today = timezone.localdate()
    words = require_reason(reason, "Say why you have to read this case now.", today)
    require_no_overdue_review(may_break())
    case_id = case_to_break(reference.strip().upper())
    if not isinstance(case_id, UUID):
        raise NoSuchCase("There is no case with this reference. Check it with whoever told you.")
    operates = is_operator()
    glass = BreakGlass(
        council=council,
        case_id=case_id,
        person=by,
        ground=chosen,
        needs_approval=operates,
        review_due_on=_review_day(today),
    )
    try:
        seal(glass, reason=words)
    except CannotOpen as error:
        raise ChannelRefused("The reason cannot be stored just now. Try again in a few minutes.") from error
    with transaction.atomic():
        if not operates:
            glass.opened_at = TransactionNow()
        glass.save(force_insert=True)
        glass.refresh_from_db()
        record(
            action="channel.glass_asked" if operates else "channel.glass_broken",
            subject=glass,
            details=_details(glass, reference=reference.strip().upper()),
            restricted=True,
        )
        _tell(glass, "asks to read" if operates else "reads")
    return glass


def approve_break_glass(*, glass: BreakGlass, by: User) -> BreakGlass:
    """Let an operator read the case: its half hour starts now.

    Raises:
        ChannelRefused: for who asked, for anybody but a chair of the panel or an auditor, for a request that
            does not wait or is older than 24 hours.
    """
    with transaction.atomic():
        locked = _locked(glass)
        require_second_person(locked, by)
        locked.approved_by = by
        locked.approved_at = locked.opened_at = TransactionNow()
        locked.save(update_fields=["approved_by", "approved_at", "opened_at"])
        locked.refresh_from_db()
        record(action="channel.glass_approved", subject=locked, details=_details(locked), restricted=True)
    return locked


def end_break_glass(*, glass: BreakGlass, by: User) -> BreakGlass:
    """Close the case again before its half hour is over. One that is closed stays as it is.

    Raises:
        ChannelRefused: if it is somebody else's.
    """
    if glass.person_id != by.pk:
        raise ChannelRefused("Only who opened it can end it.")
    with transaction.atomic():
        locked = _locked(glass)
        if locked.ended_at is None and locked.reviewed_at is None:
            locked.ended_at = timezone.now()
            locked.save(update_fields=["ended_at"])
            record(action="channel.glass_ended", subject=locked, details=_details(locked), restricted=True)
    return locked


def read_reason(*, glass: BreakGlass, by: User) -> dict[str, str]:
    """Open the reason, and the review's note, for somebody who decides about them; the look is recorded.

    Raises:
        CannotOpen: if they do not open.
    """
    with transaction.atomic():
        record(action="channel.glass_reason_read", subject=glass, details=_details(glass), restricted=True)
        return open_sealed(glass)


def review_break_glass(*, glass: BreakGlass, verdict: str, note: str, by: User) -> BreakGlass:
    """Record whether an emergency reading was justified. One that is still open closes with it.

    Raises:
        ChannelRefused: for who opened or approved it, without a verdict or a note, or if it was reviewed.
    """
    found = require_verdict(verdict)
    words = require_reason(note, "Say what you found.", timezone.localdate())
    with transaction.atomic():
        locked = _locked(glass)
        require_reviewer(locked, by)
        try:
            fields = seal(locked, review_note=words)
        except CannotOpen as error:
            raise ChannelRefused("The review cannot be stored just now. Try again later.") from error
        locked.reviewed_by = by
        locked.reviewed_at = timezone.now()
        locked.verdict = found
        locked.save(update_fields=[*fields, "reviewed_by", "reviewed_at", "verdict"])
        record(
            action="channel.glass_reviewed",
            subject=locked,
            details={**_details(locked), "verdict": found.value},
            restricted=True,
        )
    return locked


def _tell(glass: BreakGlass, does: str) -> None:
    """Alert chairs and data protection officers, with a reference and an address alone (rule 14)."""
    addresses = alarmed_by(glass)
    if not addresses:
        raise ChannelRefused(
            "There is nobody else whom the portal could tell of this: the panel has no other chair and the "
            "council no data protection officer here. Ask the council’s administrator to invite one."
        )
    link = reverse("channel-break-glass-use", args=[glass.council.slug, glass.pk])
    alert_each(
        addresses=addresses,
        subject=f"Channel: somebody {does} a case in an emergency ({glass.reference})",
        text=(
            f"Somebody {does} a Channel case in an emergency. Reference: {glass.reference}.\n\n"
            f"Look at it now: {settings.PUBLIC_URL}{link}\n\n"
            f"Somebody who had no part in it reviews it within {BREAK_GLASS_REVIEW_DAYS} working days."
        ),
        effect_key=f"break-glass:{glass.pk}",
    )


def _review_day(today: date) -> date:
    """The second working day after today."""
    day, left = today, BREAK_GLASS_REVIEW_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def _details(glass: BreakGlass, **more: str) -> dict[str, object]:
    return {"ground": glass.ground, "use": glass.reference, "case": glass.case_id, **more}


def _locked(glass: BreakGlass) -> BreakGlass:
    found = (
        BreakGlass.objects.select_for_update(of=("self",))
        .select_related("council")
        .filter(council=glass.council_id, pk=glass.pk)
        .first()
    )
    if found is None:  # the database lets nobody change one that was reviewed
        raise ChannelRefused("This was reviewed already.")
    return found
