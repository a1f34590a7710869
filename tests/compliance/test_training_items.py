"""E-learning alone does not evidence the training item of the 2015 edition (rule 10 of the product)."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from compliance.enums import TrainingDelivery, TrainingRule
from compliance.models import AnswerRevision, Edition, EditionItem
from compliance.policies import PolicyError
from compliance.services.checklist import answer_item
from compliance.services.moderation import accept_answer, agree_score, moderate_answer
from compliance.services.rounds import open_assessment
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.answers import answer_of, given, sent_fields, submitted
from tests.compliance.rounds import make_round
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db
ALONE, MIXED = TrainingDelivery.E_LEARNING, TrainingDelivery.MIXED


def test_the_editions_name_their_training_items_and_what_they_ask() -> None:
    asked = EditionItem.objects.exclude(training_rule="").order_by("edition__code", "order")
    assert [(item.edition.code, item.ref, item.training_rule) for item in asked] == [
        ("guidance-2015", "S-11", TrainingRule.NOT_E_LEARNING_ALONE),
        ("guidance-2015", "B-1.6a", TrainingRule.NOT_E_LEARNING_ALONE),
        ("guidance-2023", "T6-2", TrainingRule.ASKED),
        ("guidance-2023", "T6-3", TrainingRule.ASKED),
    ]


@pytest.mark.parametrize(
    ("status", "delivery", "refusal"),
    [
        (
            "in_place",
            ALONE,
            "E-learning alone does not show that this item of the 2015 guidance is “in place”",
        ),
        ("in_place", "", "Select how the training was delivered"),
        ("in_place", MIXED, ""),
        ("in_place", TrainingDelivery.SESSIONS, ""),
        ("in_progress", ALONE, ""),
        ("planned", "", ""),
    ],
)
def test_in_place_by_e_learning_alone_is_refused_under_the_2015_edition(
    status: str, delivery: str, refusal: str
) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    make_round(council, coordinator)
    with service_scope(council=council):
        answer = answer_of(council, "S-11")
        fields = given(status=status, timescale="ongoing", training_delivery=delivery)
        if refusal:
            with pytest.raises(PolicyError, match=refusal):
                answer_item(answer=answer, by=coordinator, owner=None, version=1, **fields)
            assert AnswerRevision.objects.filter(council=council).count() == 0
        else:
            done = answer_item(answer=answer, by=coordinator, owner=None, version=1, **fields)
            assert (done.status, done.training_delivery) == (status, delivery)
            kept = AnswerRevision.objects.get(council=council)
            assert kept.training_delivery == delivery


def test_the_2023_edition_asks_and_allows_e_learning_alone() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    with service_scope(council=council):
        assessment = open_assessment(
            council=council,
            by=coordinator,
            edition=Edition.objects.get(code="guidance-2023"),
            period="2026/27",
            period_start=date(2026, 4, 1),
            period_end=date(2027, 3, 31),
        )
        answer = answer_of(council, "T6-2", assessment)
        with pytest.raises(PolicyError, match="Select how the training was delivered"):
            answer_item(answer=answer, by=coordinator, owner=None, version=1, **given(status="met"))
        fields = given(status="met", training_delivery=ALONE)
        done = answer_item(answer=answer, by=coordinator, owner=None, version=1, **fields)
        assert (done.status, done.training_delivery) == ("met", "e_learning")


def test_neither_moderator_nor_agreement_gets_round_the_rule() -> None:
    council = CouncilFactory.create()
    coordinator, respondent = member(council, Role.COORDINATOR), member(council, Role.SAFETY_OFFICER)
    make_round(council, coordinator)
    with service_scope(council=council):
        answer = submitted(
            answer_of(council, "S-11"),
            respondent,
            status="in_progress",
            timescale="ongoing",
            training_delivery=ALONE,
        )
        answer = accept_answer(answer=answer, by=coordinator, version=answer.version, token=uuid4())
        with pytest.raises(PolicyError, match="E-learning alone"):
            moderate_answer(
                answer=answer,
                by=coordinator,
                score="in_place",
                challenge="Good enough.",
                version=answer.version,
                token=uuid4(),
            )
        answer = moderate_answer(
            answer=answer,
            by=coordinator,
            score="in_progress",
            challenge="",
            version=answer.version,
            token=uuid4(),
        )
        with pytest.raises(PolicyError, match="E-learning alone"):
            agree_score(
                answer=answer,
                by=coordinator,
                score="in_place",
                agreed_on=timezone.localdate(),
                comment="",
                version=answer.version,
                token=uuid4(),
            )


def test_an_item_that_asks_nothing_takes_no_delivery() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    make_round(council, coordinator)
    with service_scope(council=council), pytest.raises(PolicyError, match="does not ask how"):
        fields = given(training_delivery=MIXED)
        answer_item(answer=answer_of(council, "S-01"), by=coordinator, owner=None, version=1, **fields)


def test_the_page_asks_how_training_was_delivered_only_where_the_item_does() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    make_round(council, coordinator)
    visitor = sign_in(Client(), coordinator)
    with service_scope(council=council):
        training, other = answer_of(council, "S-11"), answer_of(council, "S-12")
    address = f"/c/{council.slug}/checklist/items/"
    question = "How was the training delivered?"
    assert question in visitor.get(f"{address}{training.pk}/").content.decode()
    assert question not in visitor.get(f"{address}{other.pk}/").content.decode()
    page = visitor.post(f"{address}{training.pk}/", sent_fields(training, training_delivery="e_learning"))
    assert "E-learning alone does not show" in page.content.decode()
    sent = visitor.post(f"{address}{training.pk}/", sent_fields(training, training_delivery="mixed"))
    assert sent.status_code == 302
