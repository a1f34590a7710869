"""What sessions, facilitators, delivery plans, requests and surveys tell the other rooms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from prevent_portal.accounts.access import OwnAccess
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting
from prevent_portal.tenancy.models import Council
from training.models import DeliveryPlan, KnowledgeSurvey, TrainingRequest, TrainingSession
from training.permissions import TrainingPermission
from training.queries.delivery_plans import delivery_plans, plan_for_words, plan_lines
from training.queries.sessions import sessions_to_record, subject_words
from training.queries.surveys import follow_ups_due
from training.queries.training_requests import requests_to_answer, wanted_words

SENTENCES = {
    "training.session_planned": "planned a training session",
    "training.session_changed": "changed a training session",
    "training.session_booked": "booked a training session",
    "training.session_cancelled": "cancelled a training session",
    "training.session_delivered": "recorded a delivered training session",
    "training.session_corrected": "corrected the numbers of a training session",
    "training.session_log_received": "loaded a log of training sessions",
    "training.facilitator_added": "added a facilitator",
    "training.facilitator_changed": "changed the details of a facilitator",
    "training.facilitator_step": "recorded a step of a facilitator",
    "training.delivery_plan_added": "added a delivery plan",
    "training.delivery_plan_changed": "changed a delivery plan",
    "training.delivery_plan_ended": "ended a delivery plan",
    "training.training_requested": "asked for training",
    "training.request_accepted": "accepted a request for training",
    "training.request_put_off": "put a request for training on the waiting list",
    "training.request_put_back": "put a request for training back on the waiting list",
    "training.request_declined": "declined a request for training",
    "training.request_withdrawn": "took a request for training back",
    "training.survey_added": "added a knowledge survey",
    "training.survey_wave_recorded": "recorded a wave of a knowledge survey",
    "training.survey_wave_corrected": "corrected a wave of a knowledge survey",
}


def due_items(mine: OwnAccess, today: date) -> Iterator[Found]:
    """Sessions to record, plans behind, follow-ups due, and requests to answer."""
    keepers = mine.where(TrainingPermission.WRITE_SESSIONS)
    if keepers:
        yield from _kept(keepers, today)
    answerers = mine.where(TrainingPermission.ANSWER_REQUESTS)
    if not answerers:
        return

    def requests(found: list[TrainingRequest]) -> Iterator[DueItem]:
        for request in found:
            council = answerers[request.council_id]
            yield DueItem(
                council=council,
                due_on=request.wished_by,
                reference="Training request",
                title=f"{request.organisation.name}: {wanted_words(request)}",
                task="Answer the request",
                href=reverse("training-request", args=[council.slug, request.pk]),
                kind="training_request",
                list_text="Requests for training",
                list_href=reverse("training-requests", args=[council.slug]),
            )

    fields = ("council", "wished_by", "organisation__name", "course__name")
    yield Waiting(requests_to_answer(answerers), fields, requests)


def _kept(councils: dict[int, Council], today: date) -> Iterator[Found]:
    def sessions(found: list[TrainingSession]) -> Iterator[DueItem]:
        for session in found:
            council = councils[session.council_id]
            yield DueItem(
                council=council,
                due_on=session.ends_on,
                reference="Training session",
                title=f"{subject_words(session)}: {session.audience}",
                task="Record what was delivered",
                href=reverse("training-session-deliver", args=[council.slug, session.pk]),
                kind="session",
            )

    def plans(found: list[DeliveryPlan]) -> Iterator[DueItem]:
        for line in plan_lines(found, today):
            if line.behind:
                council = councils[line.plan.council_id]
                yield DueItem(
                    council=council,
                    due_on=line.plan.due_on,
                    reference="Delivery plan",
                    title=f"{line.plan.course.name} for {plan_for_words(line.plan)}: {line.state_words}",
                    task="Plan or record sessions",
                    href=reverse("delivery-plan", args=[council.slug, line.plan.pk]),
                    kind="delivery_plan",
                )

    def surveys(found: list[KnowledgeSurvey]) -> Iterator[DueItem]:
        for survey in found:
            council = councils[survey.council_id]
            yield DueItem(
                council=council,
                due_on=survey.follow_up_due_on,
                reference="Knowledge survey",
                title=survey.title,
                task="Record the follow-up",
                href=reverse("knowledge-survey", args=[council.slug, survey.pk]),
                kind="survey",
            )

    yield Waiting(
        sessions_to_record(councils, today),
        ("council", "ends_on", "audience", "title", "course__name"),
        sessions,
    )
    fields = (
        "council", "sessions", "starts_on", "due_on", "ended_on", "host", "delivered", "to_come",
        "course__name", "organisation__name",
    )  # fmt: skip
    yield Waiting(delivery_plans(councils).filter(ended_on__isnull=True), fields, plans)
    yield Waiting(follow_ups_due(councils, today), ("council", "title", "follow_up_due_on"), surveys)
