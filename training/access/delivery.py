"""The only way to a session, a facilitator, a plan, a survey or a request: object and right in one call."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404

from partnerships.access import own_organisations
from partnerships.models import Organisation
from prevent_portal.accounts.access import CouncilAccess
from training.models import (
    DeliveryPlan,
    Facilitator,
    KnowledgeSurvey,
    TrainingRequest,
    TrainingSession,
)
from training.permissions import TrainingPermission
from training.queries.delivery_plans import delivery_plans
from training.queries.facilitators import facilitators_of
from training.queries.sessions import sessions_of
from training.queries.surveys import surveys_of
from training.queries.training_requests import requests_by, requests_of

_Row = TypeVar("_Row", bound=Model)


def session_for(
    access: CouncilAccess,
    session_id: UUID,
    permission: TrainingPermission = TrainingPermission.VIEW_SESSIONS,
) -> TrainingSession:
    """A session of the council. Raises Http404 without the right or the session."""
    access.require(permission)
    return _or_404(sessions_of(access.council).filter(pk=session_id))


def facilitator_for(
    access: CouncilAccess,
    facilitator_id: UUID,
    permission: TrainingPermission = TrainingPermission.VIEW_SESSIONS,
) -> Facilitator:
    """A facilitator of the council. Raises Http404 without the right or the facilitator."""
    access.require(permission)
    return _or_404(facilitators_of(access.council).filter(pk=facilitator_id))


def delivery_plan_for(
    access: CouncilAccess,
    plan_id: UUID,
    permission: TrainingPermission = TrainingPermission.VIEW_SESSIONS,
) -> DeliveryPlan:
    """A delivery plan of the council. Raises Http404 without the right or the plan."""
    access.require(permission)
    return _or_404(delivery_plans([access.council.pk]).filter(pk=plan_id))


def survey_for(
    access: CouncilAccess,
    survey_id: UUID,
    permission: TrainingPermission = TrainingPermission.VIEW_SESSIONS,
) -> KnowledgeSurvey:
    """A survey of the council. Raises Http404 without the right or the survey."""
    access.require(permission)
    return _or_404(surveys_of(access.council).filter(pk=survey_id))


def training_request_for(
    access: CouncilAccess,
    request_id: UUID,
    permission: TrainingPermission = TrainingPermission.VIEW_SESSIONS,
) -> TrainingRequest:
    """A request of any organisation of the council. Raises Http404 without the right or the request."""
    access.require(permission)
    return _or_404(requests_of(access.council).filter(pk=request_id))


def asking_organisations(access: CouncilAccess) -> list[Organisation]:
    """Organisations that the person may ask for training for: those acted for as a partner, by name.

    Raises Http404 without the right to ask at all.
    """
    access.require(TrainingPermission.ASK_FOR_TRAINING)
    return own_organisations(access)


def own_training_requests(access: CouncilAccess) -> QuerySet[TrainingRequest]:
    """Requests of the organisations that the person acts for. Raises Http404 without the right to ask."""
    return requests_by(access.council, [each.pk for each in asking_organisations(access)])


def own_training_request_for(access: CouncilAccess, request_id: UUID) -> TrainingRequest:
    """A request of an organisation that the person acts for. Raises Http404 for anybody else's."""
    return _or_404(own_training_requests(access).filter(pk=request_id))


def _or_404(rows: QuerySet[_Row]) -> _Row:
    found = rows.first()
    if found is None:
        raise Http404
    return found
