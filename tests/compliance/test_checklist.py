"""The duty checklist: the shipped edition, answers complete in its own terms, nothing lost."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from compliance.models import AnswerRevision, ItemAnswer
from compliance.policies import AlreadySent, PolicyError, StaleVersion
from compliance.queries.checklist import item_lines, summary_words, workstreams_of
from compliance.services.checklist import answer_item
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_round
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


def _answer(answer: ItemAnswer, by: Any, **fields: Any) -> ItemAnswer:
    given: dict[str, Any] = {
        "status": "in_place",
        "response": "Done since spring.",
        "timescale": "in_place",
        "due_on": None,
        "owner": None,
        "version": 1,
        "token": uuid4(),
    }
    return answer_item(answer=answer, by=by, **{**given, **fields})


def test_a_round_opens_with_one_empty_answer_per_item() -> None:
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    for council in (ours, theirs):
        make_round(council, member(council, Role.COORDINATOR))
    with service_scope(council=ours):
        assert ItemAnswer.objects.count() == 17, "those of the other council are behind the wall"
        assessment = ItemAnswer.objects.select_related("assessment__edition").first().assessment
        assert summary_words(item_lines(assessment)) == "0 of 17 in place, 17 not answered"
        assert [line.words for line in workstreams_of(assessment)][:2] == [
            "0 of 3 in place, 3 not answered",
            "0 of 3 in place, 3 not answered",
        ]


def test_there_is_one_round_per_edition_and_period() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    make_round(council, coordinator)
    with pytest.raises(PolicyError, match="already a round"):
        make_round(council, coordinator)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "excellent"}, "from the edition’s scale"),
        ({"response": "  "}, "Enter a response"),
        (
            {"status": "not_applicable", "timescale": "not_applicable", "response": ""},
            "why the item does not apply",
        ),
        ({"status": "not_applicable"}, "must both say “not applicable”"),
        ({"timescale": "not_applicable"}, "must both say “not applicable”"),
        ({"timescale": "date"}, "Enter the date"),
        ({"due_on": date(2026, 1, 1)}, "only where the timescale is “By a date”"),
    ],
)
def test_an_answer_must_be_complete_in_the_editions_terms(fields: dict[str, Any], words: str) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    make_round(council, coordinator)
    with service_scope(council=council):
        answer = ItemAnswer.objects.filter(council=council).first()
        with pytest.raises(PolicyError, match=words):
            _answer(answer, coordinator, **fields)
        assert AnswerRevision.objects.filter(council=council).count() == 0


def test_the_database_refuses_a_date_without_its_timescale() -> None:
    council = CouncilFactory.create()
    make_round(council, member(council, Role.COORDINATOR))
    with service_scope(council=council), pytest.raises(IntegrityError), transaction.atomic():
        ItemAnswer.objects.filter(council=council).update(due_on=date(2026, 1, 1))


def test_every_save_stays_in_the_history_and_a_token_counts_once() -> None:
    council = CouncilFactory.create()
    coordinator, other = member(council, Role.COORDINATOR), member(council, Role.COORDINATOR)
    make_round(council, coordinator)
    with service_scope(council=council):
        answer, another = ItemAnswer.objects.filter(council=council).order_by("item__order")[:2]
        token = uuid4()
        _answer(answer, coordinator, token=token)
        again = _answer(answer, coordinator, token=token)
        assert again.version == 2
        with pytest.raises(AlreadySent):
            _answer(another, coordinator, token=token)
        with pytest.raises(AlreadySent):
            _answer(answer, other, token=token, version=2)
        _answer(answer, other, response="Changed.", version=2)
        said = AnswerRevision.objects.filter(council=council, answer=answer).order_by("at")
        assert [revision.response for revision in said] == ["Done since spring.", "Changed."]
        assert AnswerRevision.objects.filter(council=council).update(response="") == 0


def test_a_stale_answer_is_refused_with_both_texts() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    make_round(council, coordinator)
    with service_scope(council=council):
        answer = ItemAnswer.objects.filter(council=council).first()
        _answer(answer, coordinator, response="Theirs.")
        with pytest.raises(StaleVersion) as caught:
            _answer(answer, coordinator, response="Mine.", timescale="date", due_on=date(2026, 3, 31))
    assert [(one.label, one.theirs, one.yours) for one in caught.value.differences] == [
        ("Response", "Theirs.", "Mine."),
        ("Timescale", "In place", "By 31 March 2026"),
    ]


def test_a_closed_round_stays_as_it_is(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    assessment = make_round(council, coordinator)
    with service_scope(council=council):
        assessment.state = "closed"
        assessment.save(update_fields=["state"])
        answer = ItemAnswer.objects.filter(council=council).first()
        assert answer is not None
        with pytest.raises(PolicyError, match="round is closed"):
            _answer(answer, coordinator)
    sign_in(client, coordinator)
    page = client.get(f"/c/{council.slug}/checklist/items/{answer.pk}/").content.decode()
    assert "Save the answer" not in page


def _fields(answer: ItemAnswer, **fields: str) -> dict[str, str]:
    return {
        "status": "in_place",
        "response": "Done since spring.",
        "timescale": "in_place",
        "version": str(answer.version),
        "token": str(uuid4()),
        **fields,
    }


def test_coordinators_answer_every_item_and_officers_their_own() -> None:
    council = CouncilFactory.create()
    coordinator, officer = member(council, Role.COORDINATOR), member(council, Role.SAFETY_OFFICER)
    make_round(council, coordinator)
    with service_scope(council=council):
        own, foreign = ItemAnswer.objects.filter(council=council).order_by("item__order")[:2]
        own.owner = officer
        own.save(update_fields=["owner"])
    base = f"/c/{council.slug}/checklist/items/"
    for person, on_own, on_foreign, reads in (
        (officer, 302, 404, 200),
        (member(council, Role.BOARD_MEMBER), 404, 404, 200),
        (member(council, Role.ADMINISTRATOR), 404, 404, 200),
        (member(council, Role.PARTNER_SUBMITTER), 404, 404, 404),
        (member(CouncilFactory.create(), Role.COORDINATOR), 404, 404, 404),
    ):
        visitor = sign_in(Client(), person)
        assert visitor.get(f"{base}{own.pk}/").status_code == reads
        assert visitor.post(f"{base}{own.pk}/", _fields(own)).status_code == on_own
        assert visitor.post(f"{base}{foreign.pk}/", _fields(foreign)).status_code == on_foreign
    answered = sign_in(Client(), coordinator).post(
        f"{base}{foreign.pk}/", _fields(foreign, owner=str(officer.pk))
    )
    assert answered.status_code == 302
    with service_scope(council=council):
        assert ItemAnswer.objects.get(council=council, pk=own.pk).owner == officer
        assert ItemAnswer.objects.get(council=council, pk=foreign.pk).owner == officer


def test_the_page_words_every_mistake_and_shows_both_texts(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    assessment = make_round(council, coordinator)
    with service_scope(council=council):
        answer = ItemAnswer.objects.filter(council=council).order_by("item__order").first()
        assert answer is not None
    sign_in(client, coordinator)
    address = f"/c/{council.slug}/checklist/items/{answer.pk}/"
    for fields, words in (
        ({"status": ""}, "Select the status"),
        ({"response": ""}, "Enter the response"),
        ({"timescale": "date"}, "Enter the date by which it will be done"),
        ({"timescale": "date", "due_on_day": "31"}, "must include a month and year"),
        ({"status": "not_applicable"}, "must both say “not applicable”"),
        ({"owner": "999999"}, "Select one of the answers"),
    ):
        page = client.post(address, _fields(answer, **fields))
        assert page.status_code == 200
        assert words in page.content.decode(), fields
    sent = client.post(address, _fields(answer, response="Theirs.", timescale="date", due_on="2026-03-31"))
    assert sent.status_code == 302
    stale = client.post(address, _fields(answer, response="Mine."))
    assert stale.status_code == 409
    for words in ("Theirs.", "Mine.", "By 31 March 2026"):
        assert words in stale.content.decode()
    table = client.get(f"/c/{council.slug}/checklist/{assessment.pk}/table/").content.decode()
    assert "By 31 March 2026" in table
    assert client.get(f"/c/{council.slug}/checklist/").url.endswith(f"{assessment.pk}/")


def test_a_council_with_several_rounds_sees_the_list_and_one_without_is_told(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    sign_in(client, coordinator)
    assert "No round yet" in client.get(f"/c/{council.slug}/checklist/").content.decode()
    make_round(council, coordinator)
    make_round(council, coordinator, period_start=date(2017, 4, 1))
    page = client.get(f"/c/{council.slug}/checklist/").content.decode()
    assert page.count("2015 guidance") == 2


def test_the_demo_states_match_the_published_table() -> None:
    from compliance.demo.checklist import SOUTHWARK, load_checklist

    council = CouncilFactory.create(slug="southwark")
    coordinator = member(council, Role.COORDINATOR)
    people = {"coordinator@southwark.example": coordinator}
    with service_scope(council=council):
        for _ in range(2):
            load_checklist(council, people)
        lines = item_lines(ItemAnswer.objects.select_related("assessment__edition").first().assessment)
    assert summary_words(lines) == "9 of 17 in place, 7 under way, 1 not applicable"
    assert [line.ref for line in lines if line.counts_as == "not_applicable"] == ["S-09"]
    assert len(SOUTHWARK) == 17
