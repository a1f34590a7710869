"""Open and close a round of returns, give more time, and say what is expected from whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships.models import Organisation
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.quarters import Quarter
from training.models import Course, ExpectedReturn, RoundExtension, RoundReturn, TrainingRound
from training.policies.expected_returns import check_expected, check_removable
from training.policies.rounds import check_extension, check_round, check_round_open
from training.queries.deadlines import deadlines
from training.queries.rounds import expected_in, proposed_due

_EXPECTED_LABELS = {
    "council_staff_only": "Whose staff",
    "starts_on": "First day",
    "ends_on": "Last day",
    "days_to_return": "Days to return",
}


def open_round(
    *,
    council: Council,
    by: User | None,
    quarter: Quarter,
    due_on: date,
    today: date | None = None,
    remind_before: int = 7,
    remind_after: int = 1,
    executive_after: int = 7,
) -> TrainingRound:
    """Open a quarter's round, and write down each return that it awaits with its deadline.

    An organisation whose own arrangement gives it more days than the round keeps them.

    Args:
        by: who opens it; None where it opens by itself.

    Raises:
        PolicyError: for a quarter that is not over, has a round, or for which nothing is expected.
        DueDateRefused: for a due date that makes no sense.
    """
    check_round(quarter=quarter, due_on=due_on, today=today or timezone.localdate())
    if executive_after < remind_after:
        raise PolicyError("The executive lead is reminded after the Prevent lead, or on the same day.")
    expected = expected_in(council, quarter.start, quarter.end)
    if not expected:
        raise PolicyError("Nothing is expected for this quarter yet. Say first what is expected from whom.")
    with transaction.atomic():
        try:
            with transaction.atomic():
                opened = TrainingRound.objects.create(
                    council=council,
                    period_from=quarter.start,
                    period_to=quarter.end,
                    due_on=due_on,
                    opened_by=by,
                    remind_before=remind_before,
                    remind_after=remind_after,
                    executive_after=executive_after,
                )
        except IntegrityError as error:
            raise PolicyError(f"There is a round of {quarter.words} already.") from error
        _await(opened, expected)
        record(
            action="training.round_opened",
            subject=opened,
            details={"quarter": str(quarter), "due_on": due_on, "awaited": len(expected)},
        )
    return opened


def open_due_round(*, council: Council, today: date) -> TrainingRound | None:
    """Open the round of the quarter that has just ended, where the council expects returns for it.

    Called each day: what is open already, or has been, is left alone.
    """
    quarter = Quarter.of(today).previous
    if not expected_in(council, quarter.start, quarter.end):
        return None
    if TrainingRound.objects.filter(council=council, period_to=quarter.end).exists():
        return None
    return open_round(council=council, by=None, quarter=quarter, due_on=proposed_due(quarter), today=today)


def close_round(*, found: TrainingRound, by: User) -> TrainingRound:
    """Stop asking: no more reminders and no more time. What comes later is late and is taken still.

    Raises:
        PolicyError: if it is closed.
    """
    with transaction.atomic():
        locked = _lock(found)
        check_round_open(locked)
        locked.closed_at, locked.closed_by = timezone.now(), by
        locked.save(update_fields=["closed_at", "closed_by"])
        record(action="training.round_closed", subject=locked, details={})
    return locked


def reopen_round(*, found: TrainingRound, by: User) -> TrainingRound:
    """Open a closed round again. An open one stays as it is."""
    with transaction.atomic():
        locked = _lock(found)
        if not locked.is_open:
            locked.closed_at, locked.closed_by = None, None
            locked.save(update_fields=["closed_at", "closed_by"])
            record(action="training.round_reopened", subject=locked, details={})
    return locked


def extend_deadline(
    *, found: TrainingRound, organisation: Organisation, by: User, due_on: date, reason: str
) -> RoundExtension:
    """Give an organisation more time for everything that the round awaits from it.

    What it had sent late before stays late.

    Raises:
        PolicyError: for a closed round, an organisation that it awaits nothing from, or no reason.
        DueDateRefused: for a date that is not after the deadline in force.
    """
    with transaction.atomic():
        locked = _lock(found)
        check_round_open(locked)
        awaited = list(
            RoundReturn.objects.filter(
                council=locked.council_id, round=locked, organisation=organisation, is_awaited=True
            )
        )
        if not awaited:
            raise PolicyError("This round awaits nothing from this organisation.")
        known = deadlines([locked.council_id])
        deadline = max(
            known.on(
                locked.council_id, organisation.pk, each.course_id, each.council_staff_only, locked.period_to
            )
            or each.due_on
            for each in awaited
        )
        check_extension(deadline=deadline, due_on=due_on, period_end=locked.period_to, reason=reason)
        extension = RoundExtension.objects.create(
            council=locked.council,
            round=locked,
            organisation=organisation,
            moved_from=deadline,
            due_on=due_on,
            reason=reason.strip(),
            given_by=by,
        )
        record(
            action="training.deadline_extended",
            subject=extension,
            details={"organisation": organisation.pk, "from": deadline, "to": due_on},
        )
    return extension


def expect_return(
    *,
    council: Council,
    by: User | None,
    organisation: Organisation,
    course: Course,
    council_staff_only: bool,
    starts_on: date,
    ends_on: date | None = None,
    days_to_return: int = 28,
) -> ExpectedReturn:
    """Expect a return of an organisation each quarter; open rounds of these quarters await it at once.

    Raises:
        PolicyError: for days within a quarter, or what is expected already.
    """
    check_expected(course=course, council_staff_only=council_staff_only, starts_on=starts_on, ends_on=ends_on)
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        others = ExpectedReturn.objects.filter(
            council=council,
            organisation=organisation,
            course=course,
            council_staff_only=council_staff_only,
        )
        if any(_overlap(each, starts_on, ends_on) for each in others):
            raise PolicyError("This return is expected for some of these quarters already.")
        # The key of the table knows no difference of staff: the same quarter for both would break it.
        if ExpectedReturn.objects.filter(
            council=council, organisation=organisation, course=course, starts_on=starts_on
        ).exists():
            raise PolicyError("A return of this course is expected from this day already.")
        wanted = ExpectedReturn.objects.create(
            council=council,
            organisation=organisation,
            course=course,
            council_staff_only=council_staff_only,
            starts_on=starts_on,
            ends_on=ends_on,
            days_to_return=days_to_return,
        )
        _follow(wanted)
        record(
            action="training.return_expected",
            subject=wanted,
            details={"organisation": organisation.pk, "course": course.name, "starts_on": starts_on},
        )
    return wanted


def change_expected(
    *, wanted: ExpectedReturn, by: User, version: int, ends_on: date | None, days_to_return: int
) -> ExpectedReturn:
    """Say until when a return is expected, and how many days after the quarter it is due.

    Deadlines of open rounds stay as they were set; what is expected no more is taken off them.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a last day that ends no quarter, or what somebody took back meanwhile.
    """
    changes = {"ends_on": ends_on, "days_to_return": days_to_return}
    with transaction.atomic():
        locked = _lock_expected(wanted)
        require_version(locked, version, changes, _EXPECTED_LABELS)
        check_expected(
            course=locked.course,
            council_staff_only=locked.council_staff_only,
            starts_on=locked.starts_on,
            ends_on=ends_on,
        )
        changed = save_next(locked, changes)
        if changed:
            _follow(locked)
            record(action="training.expected_changed", subject=locked, details={"fields": sorted(changed)})
    return locked


def remove_expected(*, wanted: ExpectedReturn, by: User, version: int) -> None:
    """Take back what was expected by mistake. Open rounds stop asking for it.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: where a closed round has asked for it; then it is ended, not removed. Also where somebody
            took it back meanwhile.
    """
    with transaction.atomic():
        locked = _lock_expected(wanted)
        require_version(locked, version, {}, _EXPECTED_LABELS)
        listed = RoundReturn.objects.filter(
            council=locked.council_id,
            organisation=locked.organisation_id,
            course=locked.course_id,
            council_staff_only=locked.council_staff_only,
            is_awaited=True,
            round__period_from__gte=locked.starts_on,
        )
        if locked.ends_on is not None:
            listed = listed.filter(round__period_to__lte=locked.ends_on)
        check_removable(asked_before=listed.filter(round__closed_at__isnull=False).exists())
        for each in listed:
            each.is_awaited = False
            each.save(update_fields=["is_awaited"])
        record(
            action="training.expected_removed",
            subject=locked,
            details={"organisation": locked.organisation_id, "starts_on": locked.starts_on},
        )
        locked.delete()


def _lock_expected(wanted: ExpectedReturn) -> ExpectedReturn:
    """The stored row, held until the transaction ends. Raises PolicyError if it was taken back meanwhile."""
    locked = (
        ExpectedReturn.objects.select_for_update(of=("self",), no_key=True)
        .select_related("course")
        .filter(council=wanted.council_id, pk=wanted.pk)
        .first()
    )
    if locked is None:
        raise PolicyError("Somebody else took this back meanwhile, so it is not expected any more.")
    return locked


def _lock(found: TrainingRound) -> TrainingRound:
    return (
        TrainingRound.objects.select_for_update(of=("self",), no_key=True)
        .select_related("council")
        .get(council=found.council_id, pk=found.pk)
    )


def _await(opened: TrainingRound, expected: Iterable[ExpectedReturn]) -> None:
    unique: dict[tuple[object, ...], ExpectedReturn] = {}
    for each in expected:
        key = (each.organisation_id, each.course_id, each.council_staff_only)
        if key not in unique or unique[key].days_to_return < each.days_to_return:
            unique[key] = each
    RoundReturn.objects.bulk_create(
        RoundReturn(
            council=opened.council,
            round=opened,
            organisation_id=each.organisation_id,
            course_id=each.course_id,
            council_staff_only=each.council_staff_only,
            due_on=max(opened.due_on, opened.period_to + timedelta(days=each.days_to_return)),
        )
        for each in unique.values()
    )


def _follow(wanted: ExpectedReturn) -> None:
    """Let the open rounds await what is expected now, and no more what is not."""
    for opened in TrainingRound.objects.filter(
        council=wanted.council_id, closed_at__isnull=True, period_from__gte=wanted.starts_on
    ).select_related("council"):
        is_expected = wanted.ends_on is None or opened.period_to <= wanted.ends_on
        listed = RoundReturn.objects.filter(
            council=wanted.council_id,
            round=opened,
            organisation=wanted.organisation_id,
            course=wanted.course_id,
            council_staff_only=wanted.council_staff_only,
        ).first()
        if listed is not None and listed.is_awaited != is_expected:
            listed.is_awaited = is_expected
            listed.save(update_fields=["is_awaited"])
        elif listed is None and is_expected:
            _await(opened, [wanted])


def _overlap(each: ExpectedReturn, starts_on: date, ends_on: date | None) -> bool:
    return (each.ends_on is None or each.ends_on >= starts_on) and (
        ends_on is None or ends_on >= each.starts_on
    )
