"""The only way to a round, an expectation, a course, a target or a draft: object and right in one call."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from partnerships.access import own_organisations
from partnerships.enums import OrganisationKind
from partnerships.models import Organisation
from partnerships.queries import linked_organisations
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council
from training.access.returns import reading_organisations
from training.models import Course, ExpectedReturn, ReturnDraft, RoundReturn, Target, TrainingRound
from training.permissions import TrainingPermission
from training.queries.courses import courses_of, targets_of
from training.queries.rounds import expected_returns, rounds_of


def rounds_seen(access: CouncilAccess) -> QuerySet[TrainingRound]:
    """The council's rounds, for who sees coverage. Raises Http404 without the right."""
    access.require(TrainingPermission.VIEW_COVERAGE)
    return rounds_of(access.council)


def round_for(
    access: CouncilAccess,
    round_id: UUID,
    permission: TrainingPermission = TrainingPermission.VIEW_COVERAGE,
) -> TrainingRound:
    """A round of the council. Raises Http404 without the right or the round."""
    access.require(permission)
    found = rounds_of(access.council).filter(pk=round_id).select_related("council").first()
    if found is None:
        raise Http404
    return found


def organisation_in_round(access: CouncilAccess, found: TrainingRound, organisation_id: UUID) -> Organisation:
    """An organisation that a round awaits something from, for who runs rounds. Raises Http404 otherwise."""
    access.require(TrainingPermission.RUN_ROUNDS)
    awaited = (
        RoundReturn.objects.filter(council=access.council, round=found, organisation=organisation_id)
        .select_related("organisation")
        .first()
    )
    if awaited is None:
        raise Http404
    return awaited.organisation


def expected_seen(access: CouncilAccess) -> QuerySet[ExpectedReturn]:
    """What the council expects from whom, for who sees coverage. Raises Http404 without the right."""
    access.require(TrainingPermission.VIEW_COVERAGE)
    return expected_returns(access.council)


def expected_for(
    access: CouncilAccess,
    expected_id: UUID,
    permission: TrainingPermission = TrainingPermission.RUN_ROUNDS,
) -> ExpectedReturn:
    """One thing that the council expects, for who runs rounds unless told. Raises Http404 otherwise."""
    access.require(permission)
    found = expected_returns(access.council).filter(pk=expected_id).first()
    if found is None:
        raise Http404
    return found


def organisations_to_expect(access: CouncilAccess) -> list[Organisation]:
    """Organisations that the council may expect returns from: those that it links, by name."""
    access.require(TrainingPermission.RUN_ROUNDS)
    return sorted(linked_organisations(access.council).values(), key=lambda each: each.name)


def course_for(access: CouncilAccess, course_id: UUID) -> Course:
    """A national course or one of the council's own. Raises Http404 otherwise."""
    access.require(TrainingPermission.VIEW_COVERAGE)
    found = courses_of(access.council).filter(pk=course_id).first()
    if found is None:
        raise Http404
    return found


def own_course_for(access: CouncilAccess, course_id: UUID) -> Course:
    """A course of the council's own, to change. Raises Http404 for a national one."""
    access.require(TrainingPermission.RUN_ROUNDS)
    found = courses_of(access.council).filter(pk=course_id, council=access.council).first()
    if found is None:
        raise Http404
    return found


def own_target_for(access: CouncilAccess, target_id: UUID) -> Target:
    """A target of the council's own, to change. Raises Http404 for a national one."""
    access.require(TrainingPermission.RUN_ROUNDS)
    found = targets_of(access.council).filter(pk=target_id, council=access.council).first()
    if found is None:
        raise Http404
    return found


def drafts_of(access: CouncilAccess) -> QuerySet[ReturnDraft]:
    """Drafts of the organisations that the person may send for. Raises Http404 without the right to send."""
    ids = [each.pk for each in reading_organisations(access)]
    return (
        ReturnDraft.objects.filter(council=access.council, organisation__in=ids)
        .select_related("council", "organisation", "course")
        .order_by("period_to", "organisation__name", "course__name")
    )


def draft_for(access: CouncilAccess, draft_id: UUID) -> ReturnDraft:
    """A draft of an organisation that the person may send for. Raises Http404 otherwise."""
    found = drafts_of(access).filter(pk=draft_id).first()
    if found is None:
        raise Http404
    return found


def sharing_organisations(access: CouncilAccess) -> list[Organisation]:
    """Organisations that the person decides for whom their trust-wide returns are shared with.

    A service of the council has no trust-wide returns.
    """
    access.require(TrainingPermission.SUBMIT_RETURNS)
    return [each for each in own_organisations(access) if each.kind != OrganisationKind.COUNCIL_SERVICE]


def served_councils(access: CouncilAccess) -> dict[UUID, list[Council]]:
    """Councils on the portal that each of these organisations serves, by name."""
    ids = {each.pk for each in sharing_organisations(access)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, council_id FROM training_served_councils()")
        pairs = [(organisation_id, council_id) for organisation_id, council_id in cursor.fetchall()]
    councils = Council.objects.in_bulk({council_id for _, council_id in pairs})
    served: dict[UUID, list[Council]] = {key: [] for key in ids}
    for organisation_id, council_id in pairs:
        if organisation_id in ids:
            served[organisation_id].append(councils[council_id])
    return {key: sorted(found, key=lambda each: each.name) for key, found in served.items()}
