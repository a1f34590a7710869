"""Let another council read a plan or the publishable risks, from a day to a day, and take that back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from compliance.models import ActionPlan, PlanShare, RiskShare
from compliance.policies import Difference, PolicyError, StaleVersion
from compliance.policies.sharing import check_last_day, check_share
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date


def share_plan(
    *, plan: ActionPlan, by: User, receiver: Council, starts_on: date, ends_on: date, reason: str
) -> PlanShare:
    """Let another council read a plan.

    Raises:
        PolicyError: for a council that cannot receive, days that do not fit, no reason, or a plan that the
            council reads, or will read, already.
    """
    today = timezone.localdate()
    with transaction.atomic():
        # Two people who share the same plan at the same moment take turns.
        ActionPlan.objects.select_for_update(no_key=True).get(council=plan.council_id, pk=plan.pk)
        check_share(
            owner=plan.council,
            receiver=receiver,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason,
            today=today,
        )
        _refuse_second(
            PlanShare.objects.filter(council=plan.council_id, plan=plan, receiver=receiver), receiver, today
        )
        share = PlanShare.objects.create(
            council=plan.council,
            plan=plan,
            receiver=receiver,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason.strip(),
            granted_by=by,
        )
        record(
            action="compliance.plan_shared",
            subject=share,
            details={"plan": plan.pk, "council": receiver.pk, "until": ends_on},
        )
    return share


def share_risks(
    *, council: Council, by: User, receiver: Council, starts_on: date, ends_on: date, reason: str
) -> RiskShare:
    """Let another council read the publishable part of the risk register.

    Raises:
        PolicyError: as :func:`share_plan`.
    """
    today = timezone.localdate()
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        check_share(
            owner=council,
            receiver=receiver,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason,
            today=today,
        )
        _refuse_second(RiskShare.objects.filter(council=council, receiver=receiver), receiver, today)
        share = RiskShare.objects.create(
            council=council,
            receiver=receiver,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason.strip(),
            granted_by=by,
        )
        record(
            action="compliance.risks_shared",
            subject=share,
            details={"council": receiver.pk, "until": ends_on},
        )
    return share


def renew_share(
    *, share: PlanShare | RiskShare, by: User, version: int, ends_on: date
) -> PlanShare | RiskShare:
    """Give an open share another last day, later or sooner.

    Raises:
        PolicyError: if it is over, or the day does not fit.
        StaleVersion: if somebody changed it since ``version``.
    """
    today = timezone.localdate()
    with transaction.atomic():
        locked = _locked(share)
        _check_current(locked, version, today, british_date(ends_on))
        if ends_on == locked.ends_on:
            raise PolicyError("This is the last day that it has already.")
        check_last_day(starts_on=locked.starts_on, ends_on=ends_on, today=today)
        locked.ends_on = ends_on
        locked.version += 1
        locked.save(update_fields=["ends_on", "version"])
        record(
            action=f"compliance.{_noun(locked)}_share_renewed",
            subject=locked,
            details={"council": locked.receiver_id, "until": ends_on},
        )
    return locked


def end_share(*, share: PlanShare | RiskShare, by: User, version: int) -> PlanShare | RiskShare:
    """End a share early: the other council's next click finds nothing.

    Raises:
        PolicyError: if it is over already.
        StaleVersion: if somebody changed it since ``version``.
    """
    with transaction.atomic():
        locked = _locked(share)
        _check_current(locked, version, timezone.localdate(), "ended now")
        locked.ended_at = timezone.now()
        locked.ended_by = by
        locked.version += 1
        locked.save(update_fields=["ended_at", "ended_by", "version"])
        record(
            action=f"compliance.{_noun(locked)}_share_ended",
            subject=locked,
            details={"council": locked.receiver_id},
        )
    return locked


def note_reading(*, share: PlanShare | RiskShare, by: User) -> None:
    """Say in both councils' trails that a shared thing was read, the first time on a day.

    The owner learns which council read it, not who; the reader's own trail keeps the person. Called in the
    reader's own scope, after the shared one is left: nothing can be written there.
    """
    today = timezone.localdate()
    if share.last_read_on == today:
        return
    model, noun = type(share), _noun(share)
    with service_scope(council=share.council):
        first = (
            model._default_manager.filter(council=share.council_id, pk=share.pk)
            .exclude(last_read_on=today)
            .update(last_read_on=today)
        )
        if first:
            record(
                action=f"compliance.{noun}_share_opened",
                subject=share,
                details={"council": share.receiver_id},
            )
    if first:
        with transaction.atomic():
            record(
                action=f"compliance.shared_{noun}_read", subject=share, details={"council": share.council_id}
            )


def _noun(share: PlanShare | RiskShare) -> str:
    return "plan" if isinstance(share, PlanShare) else "risk"


def _locked(share: PlanShare | RiskShare) -> PlanShare | RiskShare:
    found: PlanShare | RiskShare = (
        type(share)
        ._default_manager.select_for_update(of=("self",))
        .select_related("council", "receiver")
        .get(council=share.council_id, pk=share.pk)
    )
    return found


def _check_current(share: PlanShare | RiskShare, version: int, today: date, yours: str) -> None:
    if share.version != version:
        theirs = "ended" if share.ended_at else british_date(share.ends_on)
        raise StaleVersion(
            version=share.version, differences=[Difference("ends_on", "Last day of reading", theirs, yours)]
        )
    if not share.is_open(today):
        raise PolicyError("This sharing is over. Share it again with new days.")


def _refuse_second(rows: QuerySet[Any], receiver: Council, today: date) -> None:
    there = rows.filter(ended_at__isnull=True, ends_on__gte=today).first()
    if there is not None:
        raise PolicyError(
            f"It is shared with {receiver.name} already, until {british_date(there.ends_on)}. "
            "Renew that, or end it first."
        )
