"""Sessions, facilitators, delivery plans, requests and surveys for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Model
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.tenancy.models import Council
from tests.training.factories import wrap
from training.enums import SessionDated
from training.models import (
    DeliveryPlan,
    Facilitator,
    KnowledgeSurvey,
    SurveyQuestion,
    TrainingRequest,
    TrainingSession,
)
from training.services.delivery_plans import add_delivery_plan
from training.services.facilitators import add_facilitator
from training.services.sessions import plan_session, record_delivery
from training.services.surveys import add_survey
from training.services.training_requests import ask_for_training


def day(days: int) -> date:
    """So many days from today."""
    return timezone.localdate() + timedelta(days=days)


def planned(council: Council, *, on: date | None = None, **fields: Any) -> TrainingSession:
    """A session of WRAP for somebody, on one day unless told."""
    when = on or day(10)
    given: dict[str, Any] = {
        "course": wrap(),
        "dated": SessionDated.DAY,
        "starts_on": when,
        "ends_on": when,
        "audience": "New starters",
        "host": "A charity",
        "by": None,
    }
    return plan_session(council=council, **{**given, **fields})


def delivered(
    council: Council, attendees: int | None, *, sessions: int = 1, on: date | None = None, **fields: Any
) -> TrainingSession:
    """A session that took place; None where nobody knows how many came."""
    made = planned(council, on=on or day(-10), sessions=sessions, **fields)
    return record_delivery(
        session=made, by=None, version=made.version, sessions=sessions, attendees=attendees
    )


def facilitator(council: Council, **fields: Any) -> Facilitator:
    """Somebody trained half a year ago, who may deliver WRAP."""
    given: dict[str, Any] = {"name": "Team Manager", "courses": [wrap()], "trained_on": day(-180), "by": None}
    return add_facilitator(council=council, **{**given, **fields})


def delivery_plan(council: Council, **fields: Any) -> DeliveryPlan:
    """Ten sessions over 100 days, of which 50 have passed."""
    given: dict[str, Any] = {
        "host": "A charity",
        "course": wrap(),
        "audience": "Everybody",
        "sessions": 10,
        "starts_on": day(-50),
        "due_on": day(49),
        "by": None,
    }
    return add_delivery_plan(council=council, **{**given, **fields})


def asked(council: Council, organisation: Organisation, **fields: Any) -> TrainingRequest:
    """A request of an organisation."""
    given: dict[str, Any] = {"course": wrap(), "audience": "Ward staff", "by": None}
    return ask_for_training(council=council, organisation=organisation, **{**given, **fields})


def survey(council: Council, **fields: Any) -> KnowledgeSurvey:
    """A survey about WRAP with two questions."""
    given: dict[str, Any] = {
        "title": "Knowledge",
        "course": wrap(),
        "questions": ["First", "Second"],
        "by": None,
    }
    return add_survey(council=council, **{**given, **fields})


def counts(made: KnowledgeSurvey, *each: tuple[int, int, int]) -> dict[UUID, tuple[int, int, int]]:
    """Low, medium and high by question, in their order."""
    keys = SurveyQuestion.objects.filter(council=made.council_id, survey=made).values_list("pk", flat=True)
    return dict(zip(keys, each, strict=True))


def copies(row: Model, count: int, *children: str) -> None:
    """So many more rows like one, with what hangs on it: in a statement each, for tests of long lists.

    Args:
        children: names of the relations that are copied too.
    """

    def like(found: Model, **fields: Any) -> Any:
        values = {field.attname: getattr(found, field.attname) for field in found._meta.concrete_fields}
        return type(found)(**{**values, "id": uuid4(), **fields})

    made = [like(row, **({"token": None} if hasattr(row, "token") else {})) for _ in range(count)]
    type(row)._base_manager.bulk_create(made)
    for name in children:
        relation = row._meta.get_field(name)
        column = f"{relation.remote_field.name}_id"
        below = list(getattr(row, name).all())
        if below:
            type(below[0])._base_manager.bulk_create(
                like(child, **{column: each.pk}) for child in below for each in made
            )
