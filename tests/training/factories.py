"""Returns for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from partnerships.models import CouncilOrganisation, Organisation
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.partnerships.factories import linked
from training.enums import PeriodKind, ReturnState
from training.models import Course, ReturnGrant, ReturnReview, TrainingReturn
from training.services.grants import share_returns

JUNE = (date(2018, 4, 1), date(2018, 6, 30))
SEPTEMBER = (date(2018, 7, 1), date(2018, 9, 30))


def wrap() -> Course:
    return Course.objects.get(slug="wrap")


def shared(organisation: Organisation, council: Council, starts_on: date = date(2018, 1, 1)) -> ReturnGrant:
    """Share an organisation's trust-wide returns with a council."""
    linked(council, organisation)
    with service_scope(council=council):
        return share_returns(organisation=organisation, council=council, by=None, starts_on=starts_on)


def accepted(training_return: TrainingReturn, council: Council, at: datetime | None = None) -> TrainingReturn:
    """The same return with a council's word on it: its figures may go into a report, from a moment on."""
    return reviewed(training_return, council, ReturnState.ACCEPTED, at)


def reviewed(
    training_return: TrainingReturn, council: Council, state: ReturnState, at: datetime | None = None
) -> TrainingReturn:
    """The same return, accepted or queried by a council."""
    with service_scope(council=council):
        ReturnReview.objects.create(
            council=council,
            training_return=training_return,
            state=state,
            comment="Does this count bank staff?" if state == ReturnState.QUERIED else "",
            reviewed_at=at or timezone.now(),
        )
    return training_return


def returned(
    through: Council,
    organisation: Organisation,
    compliant: int,
    eligible: int,
    *,
    for_council: bool = False,
    period: tuple[date, date] = JUNE,
    **fields: Any,
) -> TrainingReturn:
    """A return sent through a council's portal: trust-wide, or about that council's staff."""
    linked(through, organisation)
    fields.setdefault("course", wrap())
    fields.setdefault("period_kind", PeriodKind.SNAPSHOT)
    with service_scope(council=through):
        return TrainingReturn.objects.create(
            council=through if for_council else None,
            organisation=organisation,
            scope="Local staff" if for_council else "Whole organisation",
            period_from=period[0],
            period_to=period[1],
            compliant=compliant,
            eligible=eligible,
            **fields,
        )


def returned_by_many(
    through: Council,
    organisations: Sequence[Organisation],
    compliant: int,
    *,
    period: tuple[date, date] = JUNE,
) -> list[TrainingReturn]:
    """Returns of many organisations about a council's staff, of a hundred each, in two statements."""
    course = wrap()
    with service_scope(council=through):
        CouncilOrganisation.objects.bulk_create(
            [CouncilOrganisation(council=through, organisation=each) for each in organisations],
            ignore_conflicts=True,
        )
        return TrainingReturn.objects.bulk_create(
            TrainingReturn(
                council=through,
                organisation=each,
                course=course,
                scope="Local staff",
                period_kind=PeriodKind.SNAPSHOT,
                period_from=period[0],
                period_to=period[1],
                compliant=compliant,
                eligible=100,
            )
            for each in organisations
        )


def all_accepted(returns: Sequence[TrainingReturn], council: Council) -> None:
    """Accept many returns for a council in one statement."""
    with service_scope(council=council):
        ReturnReview.objects.bulk_create(
            ReturnReview(council=council, training_return=each, state=ReturnState.ACCEPTED)
            for each in returns
        )
