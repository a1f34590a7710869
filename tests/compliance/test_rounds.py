"""Rounds: opened for parts, brought forward to be confirmed, closed for good, with local items."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.models import (
    AnswerAction,
    AnswerOrigin,
    Assessment,
    Edition,
    EditionItem,
    ItemAnswer,
    LocalItem,
    PromptEdit,
)
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.answers import ITEM_EVIDENCE
from compliance.queries.carried import earlier_answers, waiting_lines
from compliance.queries.checklist import (
    current_assessment,
    item_lines,
    reassessed_words,
    summary_words,
    workstreams_of,
)
from compliance.queries.checklist_blocks import duty_checklist
from compliance.queries.due import owned_items, rounds_to_close
from compliance.queries.prompts import COUNCILS_WORDS, PORTALS_WORDS, asked_in
from compliance.services.local_items import change_local_item, retire_local_item
from compliance.services.prompts import edit_prompt
from compliance.services.rounds import bring_forward, close_assessment, confirm_answer, open_assessment
from prevent_portal.accounts.access import own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.documents.models import Document, DocumentUse
from prevent_portal.outbox.due_items import items_of
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan
from tests.compliance.rounds import answer_for_test, make_local_item, make_next_round, make_round
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

NEXT: dict[str, Any] = {
    "period": "2019/20",
    "period_start": date(2019, 4, 1),
    "period_end": date(2020, 3, 31),
}


class Town:
    """A council with its coordinator and a round of 2018/19 in which three items are answered."""

    def __init__(self) -> None:
        self.council: Council = CouncilFactory.create()
        self.coordinator: User = member(self.council, Role.COORDINATOR)
        self.officer: User = member(self.council, Role.SAFETY_OFFICER)
        self.first: Assessment = make_round(self.council, self.coordinator)
        with service_scope(council=self.council):
            answer_for_test(self.first, "S-01", self.coordinator, response="Both boards do this.")
            answer_for_test(
                self.first,
                "S-03",
                self.coordinator,
                status="in_progress",
                response="Being drafted.",
                timescale="date",
                due_on=date(2019, 6, 30),
                owner=self.officer,
            )
            answer_for_test(self.first, "S-14", self.coordinator, response="Checked before grants.")

    def next_round(self, **fields: Any) -> Assessment:
        return make_next_round(self.first, self.coordinator, **fields)

    def answer(self, assessment: Assessment, ref: str) -> ItemAnswer:
        return ItemAnswer.objects.select_related("assessment__edition", "council").get(
            council=self.council, assessment=assessment, item__ref=ref
        )


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def other() -> Town:
    return Town()


# Opening -----------------------------------------------------------------------------------------------


def test_a_round_asks_the_parts_that_were_chosen_and_every_part_where_none_is(town: Town) -> None:
    edition = Edition.objects.get(code="guidance-2015")
    with service_scope(council=town.council):
        whole = open_assessment(council=town.council, by=town.coordinator, edition=edition, **NEXT)
        assert len(item_lines(whole)) == 31
        with pytest.raises(PolicyError, match="parts of this edition"):
            open_assessment(
                council=town.council, by=town.coordinator, edition=edition, parts=["toolkit"], **NEXT
            )
    assert len(workstreams_of_in(town, town.first)) == 9


def workstreams_of_in(town: Town, assessment: Assessment) -> list[Any]:
    with service_scope(council=town.council):
        return workstreams_of(assessment)


def test_a_summary_speaks_in_the_words_of_its_edition(town: Town) -> None:
    with service_scope(council=town.council):
        newer = town.next_round(edition="guidance-2023", earlier=None, parts=["toolkit"])
        answer_for_test(newer, "T1-1", town.coordinator, status="exceeding", response="Twice a month.")
        answer_for_test(newer, "T1-2", town.coordinator, status="not_met", response="No deputy yet.")
        [group, *_] = workstreams_of(newer)
    assert group.title == "Multi-agency partnership group"
    assert group.words == "1 of 5 met or exceeding, 1 not met, 3 not answered"


# Bringing forward --------------------------------------------------------------------------------------


def test_answers_come_forward_to_be_confirmed_and_count_as_nothing_else(town: Town, other: Town) -> None:
    with service_scope(council=town.council):
        later = town.next_round()
        carried = town.answer(later, "S-03")
        assert (carried.status, carried.response, carried.timescale, carried.due_on, carried.owner) == (
            "in_progress",
            "Being drafted.",
            "date",
            date(2019, 6, 30),
            town.officer,
        )
        assert carried.to_confirm
        lines = item_lines(later)
        assert summary_words(lines) == "0 of 17 in place, 3 to confirm, 14 not answered"
        assert (
            reassessed_words(lines) == "0 of 17 re-assessed, 3 carried forward unconfirmed, 14 not answered"
        )
        assert next(line.status for line in lines if line.ref == "S-01") == "To confirm: in place"
        assert later.brought_from == town.first
        before = earlier_answers(town.council, [carried.pk])[carried.pk]
        assert [(one.period, one.ref, one.response) for one in before] == [
            ("2018/19", "S-03", "Being drafted.")
        ]
    with service_scope(council=other.council):
        assert AnswerOrigin.objects.count() == 0, "those of the other council are behind the wall"
        assert earlier_answers(other.council, [carried.pk]) == {}


def test_confirming_is_one_call_and_happens_once(town: Town) -> None:
    with service_scope(council=town.council):
        later = town.next_round()
        answer = town.answer(later, "S-01")
        with pytest.raises(StaleVersion):
            confirm_answer(answer=answer, by=town.coordinator, version=7)
        for _ in range(2):
            confirmed = confirm_answer(answer=answer, by=town.coordinator, version=1)
        assert (confirmed.to_confirm, confirmed.version, confirmed.confirmed_by) == (
            False,
            2,
            town.coordinator,
        )
        answer_for_test(later, "S-03", town.coordinator, version=1, response="Agreed in May.")
        assert not town.answer(later, "S-03").to_confirm, "answering again confirms as well"
        lines = item_lines(later)
        assert (
            reassessed_words(lines) == "2 of 17 re-assessed, 1 carried forward unconfirmed, 14 not answered"
        )
        assert [line.item.ref for line in waiting_lines(later)] == ["S-14"]
        assert waiting_lines(later, town.officer) == []


def test_evidence_and_linked_actions_come_along_to_every_answer_that_continues_theirs(town: Town) -> None:
    action = make_action(make_plan(town.council, town.coordinator), town.coordinator)
    with service_scope(council=town.council):
        before = town.answer(town.first, "S-03")
        AnswerAction.objects.create(council=town.council, answer=before, action=action)
        document = Document.objects.create(council=town.council, title="Minutes", owner=town.coordinator)
        DocumentUse.objects.create(
            council=town.council, document=document, kind=ITEM_EVIDENCE, object_id=before.pk
        )
        later = town.next_round()
        newer = town.next_round(edition="guidance-2023", period_start=date(2024, 4, 1))
        following = {
            town.answer(later, "S-03").pk,
            town.answer(newer, "T8-1").pk,
            town.answer(newer, "T8-2").pk,
        }
        uses = DocumentUse.objects.filter(council=town.council, document=document)
        assert set(uses.values_list("object_id", flat=True)) == {before.pk, *following}
        links = AnswerAction.objects.filter(council=town.council, action=action)
        assert set(links.values_list("answer_id", flat=True)) == {before.pk, *following}


def test_an_answer_that_was_given_already_is_not_written_over(town: Town) -> None:
    with service_scope(council=town.council):
        later = town.next_round(earlier=None)
        answer_for_test(later, "S-01", town.coordinator, response="Written this year.")
        bring_forward(assessment=later, earlier=town.first, by=town.coordinator)
        answer = town.answer(later, "S-01")
        assert (answer.response, answer.to_confirm) == ("Written this year.", False)
        assert AnswerOrigin.objects.filter(answer=answer, earlier=town.answer(town.first, "S-01")).exists()


def test_an_owner_who_left_is_not_carried_along(town: Town) -> None:
    with service_scope(council=town.council):
        answer = town.answer(town.first, "S-03")
        answer.owner = member(CouncilFactory.create(), Role.SAFETY_OFFICER)
        answer.save(update_fields=["owner"])
        assert town.answer(town.next_round(), "S-03").owner is None


def test_what_cannot_be_brought_forward_is_refused_in_words(town: Town, other: Town) -> None:
    with service_scope(council=town.council):
        later = town.next_round()
        with pytest.raises(PolicyError, match="already"):
            bring_forward(assessment=later, earlier=town.first, by=town.coordinator)
        with pytest.raises(PolicyError, match="started before"):
            bring_forward(assessment=town.first, earlier=later, by=town.coordinator)
        with pytest.raises(PolicyError, match="another round of this council"):
            bring_forward(assessment=town.first, earlier=town.first, by=town.coordinator)
        with pytest.raises(PolicyError, match="another round of this council"):
            bring_forward(assessment=town.first, earlier=other.first, by=town.coordinator)
        newer = town.next_round(edition="guidance-2023", earlier=None, period_start=date(2020, 4, 1))
        back = town.next_round(earlier=None, period_start=date(2021, 4, 1))
        with pytest.raises(PolicyError, match="Nobody has said how"):
            bring_forward(assessment=back, earlier=newer, by=town.coordinator)
        close_assessment(assessment=back, by=town.coordinator)
        with pytest.raises(PolicyError, match="closed"):
            bring_forward(assessment=back, earlier=town.first, by=town.coordinator)


def test_a_round_on_the_newer_edition_maps_items_and_leaves_the_status_open(town: Town) -> None:
    with service_scope(council=town.council):
        answer_for_test(town.first, "S-15", town.coordinator, response="In new contracts.")
        newer = town.next_round(edition="guidance-2023")
        group, merged = town.answer(newer, "T1-1"), town.answer(newer, "T7-3")
        assert (group.status, group.response, group.to_confirm) == ("", "Both boards do this.", True)
        assert merged.response == "S-14: Checked before grants.\n\nS-15: In new contracts."
        assert {town.answer(newer, ref).response for ref in ("T8-1", "T8-2")} == {"Being drafted."}
        assert town.answer(newer, "T8-1").owner == town.officer
        assert not town.answer(newer, "T1-2").to_confirm, "new items wait for an answer, not for confirmation"
        assert [one.ref for one in earlier_answers(town.council, [merged.pk])[merged.pk]] == ["S-14", "S-15"]
        with pytest.raises(PolicyError, match="no status on the scale"):
            confirm_answer(answer=group, by=town.coordinator, version=1)
        assert reassessed_words(item_lines(newer)) == (
            "0 of 36 re-assessed, 4 carried forward unconfirmed, 32 not answered"
        )


def test_a_carried_answer_waits_for_its_owner(town: Town) -> None:
    with service_scope(council=town.council):
        town.next_round()
    with own_councils_scope(user_id=town.officer.pk):
        items = items_of([owned_items], own_access(town.officer), date(2019, 5, 1))
        tasks = [(item.reference, item.task, item.due_on) for item in items]
    assert ("S-03", "Confirm the answer", date(2020, 3, 31)) in tasks
    assert [task for _, task, _ in tasks].count("Confirm the answer") == 1


# Closing -----------------------------------------------------------------------------------------------


def test_a_closed_round_is_never_opened_again(town: Town) -> None:
    with service_scope(council=town.council):
        later = town.next_round()
        answer = town.answer(later, "S-01")
        closed = close_assessment(assessment=later, by=town.coordinator)
        assert (closed.state, closed.closed_by) == ("closed", town.coordinator)
        with pytest.raises(PolicyError, match="closed already"):
            close_assessment(assessment=later, by=town.coordinator)
        with pytest.raises(PolicyError, match="round is closed"):
            confirm_answer(answer=answer, by=town.coordinator, version=1)
        with pytest.raises(IntegrityError, match="stays closed"), transaction.atomic():
            Assessment.objects.filter(pk=later.pk).update(state="open")


def test_rounds_wait_for_coordinators_until_they_are_closed(town: Town, other: Town) -> None:
    def waiting(person: User) -> list[tuple[str, str, date | None]]:
        with own_councils_scope(user_id=person.pk):
            return [
                (one.council.slug, one.reference, one.due_on)
                for one in items_of([rounds_to_close], own_access(person), date(2019, 1, 1))
            ]

    with service_scope(council=town.council):
        town.next_round(earlier=None)
    assert waiting(town.coordinator) == [(town.council.slug, "2018/19", date(2019, 3, 31))]
    assert waiting(town.officer) == []
    with service_scope(council=town.council):
        close_assessment(assessment=town.first, by=town.coordinator)
    assert waiting(town.coordinator) == []
    assert waiting(other.coordinator) == [(other.council.slug, "2018/19", date(2019, 3, 31))]


# Local items and words of the council's own ------------------------------------------------------------


def test_a_local_item_is_asked_in_rounds_opened_from_then_on(town: Town, other: Town) -> None:
    with service_scope(council=town.council):
        item = make_local_item(town.council, town.coordinator, workstream="Staff training")
        assert item.ref == "L-1"
        later = town.next_round()
        groups = {line.title: [one.ref for one in line.items] for line in workstreams_of(later)}
        assert groups["Staff training"] == ["S-11", "S-12", "L-1"]
        assert "L-1" not in [line.ref for line in item_lines(town.first)]
        local = ItemAnswer.objects.select_related("assessment").get(assessment=later, local_item=item)
        assert asked_in(local).title == item.prompt
        with pytest.raises(PolicyError, match="its words stay"):
            _change(item, town.coordinator, prompt="Something else")
        answer_for_test(later, item, town.coordinator, response="Held in June.")
        retire_local_item(item=item, by=town.coordinator)
        with pytest.raises(PolicyError, match="L-1 is retired"):
            retire_local_item(item=item, by=town.coordinator)
        last = make_next_round(later, town.coordinator, period_start=date(2020, 4, 1))
        assert len(item_lines(last)) == 17, "a retired item is asked no more"
        assert make_local_item(town.council, town.coordinator).ref == "L-2", "a number is never used again"
    with service_scope(council=other.council):
        assert LocalItem.objects.count() == 0
        assert make_local_item(other.council, other.coordinator).ref == "L-1"


def test_an_answer_to_a_local_item_comes_forward_into_another_edition(town: Town) -> None:
    with service_scope(council=town.council):
        item = make_local_item(town.council, town.coordinator)
        later = town.next_round()
        answer_for_test(later, item, town.coordinator, response="Held in June.")
        newer = make_next_round(
            later, town.coordinator, edition="guidance-2023", period_start=date(2024, 4, 1)
        )
        carried = ItemAnswer.objects.get(assessment=newer, local_item=item)
        assert (carried.response, carried.status, carried.to_confirm) == ("Held in June.", "", True)


def test_an_answer_is_to_one_item_of_its_own_council(town: Town, other: Town) -> None:
    with service_scope(council=other.council):
        theirs = make_local_item(other.council, other.coordinator)
    with service_scope(council=town.council):
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemAnswer.objects.create(council=town.council, assessment=town.first)
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemAnswer.objects.create(council=town.council, assessment=town.first, local_item=theirs)
            connection.check_constraints()


def _change(item: LocalItem, by: User, **fields: Any) -> LocalItem:
    given = {
        "workstream": item.workstream,
        "kind": item.kind,
        "prompt": item.prompt,
        "expected_evidence": item.expected_evidence,
        "version": 1,
    }
    return change_local_item(item=item, by=by, **{**given, **fields})


def test_two_people_changing_a_local_item_lose_nothing(town: Town) -> None:
    with service_scope(council=town.council):
        item = make_local_item(town.council, town.coordinator)
        assert _change(item, town.coordinator, prompt="Theirs").version == 2
        with pytest.raises(StaleVersion) as caught:
            _change(item, town.coordinator, prompt="Mine")
    assert [(one.theirs, one.yours) for one in caught.value.differences] == [("Theirs", "Mine")]


def test_a_council_words_an_unverified_prompt_for_itself_only(town: Town, other: Town) -> None:
    item = EditionItem.objects.get(ref="T1-1")
    with service_scope(council=town.council):
        newer = town.next_round(edition="guidance-2023", earlier=None)
        assert item_lines(newer)[0].note == PORTALS_WORDS
        edit = _edit(town, item, "Our board meets and oversees Prevent", version=0)
        line = item_lines(newer)[0]
        assert (line.prompt, line.note) == ("Our board meets and oversees Prevent", COUNCILS_WORDS)
        assert asked_in(town.answer(newer, "T1-1")).title == "Our board meets and oversees Prevent"
        with pytest.raises(StaleVersion) as caught:
            _edit(town, item, "Mine", version=0)
        assert caught.value.version == 1
        closed = close_assessment(assessment=newer, by=town.coordinator)
        _edit(town, item, "", version=1)
        assert item_lines(closed)[0].prompt == edit.prompt, (
            "a closed round keeps the words it was answered in"
        )
        assert asked_in(town.answer(newer, "T1-1")).title == edit.prompt
        assert PromptEdit.objects.filter(pk=edit.pk).update(prompt="Other") == 0
        with pytest.raises(PolicyError, match="follows the guidance"):
            _edit(town, EditionItem.objects.get(ref="S-01"), "Ours", version=0)
    with service_scope(council=other.council):
        theirs = other.next_round(edition="guidance-2023", earlier=None)
        assert item_lines(theirs)[0].prompt == item.prompt


def _edit(town: Town, item: EditionItem, prompt: str, *, version: int) -> PromptEdit:
    return edit_prompt(
        council=town.council,
        item=item,
        by=town.coordinator,
        prompt=prompt,
        expected_evidence="",
        version=version,
    )


# Reports and overview ----------------------------------------------------------------------------------


def test_a_report_takes_the_round_of_its_period_and_says_what_was_reassessed(town: Town) -> None:
    with service_scope(council=town.council):
        later = town.next_round()
        confirm_answer(answer=town.answer(later, "S-01"), by=town.coordinator, version=1)
        [old] = duty_checklist(town.council, date(2019, 1, 1), date(2019, 3, 31), date(2019, 3, 31))
        [new] = duty_checklist(town.council, date(2019, 4, 1), date(2019, 6, 30), date(2019, 6, 30))
        assert current_assessment(town.council, on=date(2017, 1, 1)) == later, (
            "the newest where none had begun"
        )
    assert old.title == "Duty checklist 2018/19"
    assert old.notes == ["2 of 17 in place, 1 under way, 14 not answered."]
    assert new.title == "Duty checklist 2019/20"
    assert new.notes == [
        "1 of 17 in place, 2 to confirm, 14 not answered.",
        "1 of 17 re-assessed, 2 carried forward unconfirmed, 14 not answered.",
    ]
    assert new.missing == [
        "14 checklist items are not answered",
        "2 checklist items are carried forward and not confirmed",
    ]


def test_the_channel_statement_never_stands_for_the_duty_checklist(town: Town, other: Town) -> None:
    statement = Edition.objects.get(code="channel-assurance")
    with service_scope(council=town.council):
        before = current_assessment(town.council)
        opened = open_assessment(
            council=town.council,
            by=town.coordinator,
            edition=statement,
            period="2025/26",
            period_start=date(2025, 4, 1),
            period_end=date(2026, 3, 31),
        )
        assert len(item_lines(opened)) == 21
        assert current_assessment(town.council) == before != opened
    with service_scope(council=other.council):
        assert not Assessment.objects.filter(edition=statement).exists()


def test_a_report_says_whose_words_unverified_expectations_are_in(town: Town) -> None:
    with service_scope(council=town.council):
        town.next_round(edition="guidance-2023", earlier=None)
        [block] = duty_checklist(town.council, date(2019, 4, 1), date(2019, 6, 30), date(2019, 6, 30))
    assert "Expectations are in the portal’s own words, not in the words of the guidance." in block.notes


# Pages -------------------------------------------------------------------------------------------------


def round_fields(**fields: Any) -> dict[str, Any]:
    return {
        "period": "2019/20",
        "period_start": "2019-04-01",
        "period_end": "2020-03-31",
        "parts": ["local_authority"],
        **fields,
    }


def test_a_coordinator_opens_confirms_and_closes_a_round(town: Town, client: Client) -> None:
    base = f"/c/{town.council.slug}/checklist/"
    sign_in(client, town.coordinator)
    address = f"{base}editions/guidance-2015/open/"
    assert "2018/19, 2015 guidance" in client.get(address).content.decode()
    for fields, words in (
        ({"period": ""}, "Enter the period"),
        ({"parts": []}, "Select at least one"),
        ({"period_end": "2019-03-31"}, "Last day must be on or after the first day"),
        ({"period_start": "2018-04-01"}, "already a round"),
        ({"earlier": str(uuid4())}, "Select one of the answers"),
    ):
        refused = client.post(address, round_fields(**fields))
        assert refused.status_code == 200
        assert words in refused.content.decode(), fields
    opened = client.post(address, round_fields(earlier=str(town.first.pk)))
    assert opened.status_code == 302
    here = opened.headers["Location"]
    page = client.get(here).content.decode()
    assert "0 of 17 re-assessed, 3 carried forward unconfirmed" in page
    confirm = client.get(f"{here}confirm/").content.decode()
    assert confirm.count(">Confirm<") == 3
    with service_scope(council=town.council):
        later = Assessment.objects.get(period="2019/20")
        answer = town.answer(later, "S-01")
    button = f"{base}items/{answer.pk}/confirm/"
    assert (
        "changed S-01 while you were reading"
        in client.post(button, {"version": "9"}, follow=True).content.decode()
    )
    assert "incomplete" in client.post(button, {}, follow=True).content.decode()
    assert "S-01 confirmed." in client.post(button, {"version": "1"}, follow=True).content.decode()
    close = f"{here}close/"
    page = client.get(close).content.decode()
    assert "14 items are not answered." in page
    assert "2 answers were carried forward and never confirmed." in page
    assert "is closed." in client.post(close, follow=True).content.decode()
    assert "closed already" in client.post(close, follow=True).content.decode()
    assert "closed already" in client.get(close).content.decode()


def test_answers_are_brought_into_a_round_that_is_open(town: Town, client: Client) -> None:
    with service_scope(council=town.council):
        later = town.next_round(earlier=None)
    sign_in(client, town.coordinator)
    here = f"/c/{town.council.slug}/checklist/{later.pk}/"
    assert "Bring answers forward" in client.get(here).content.decode()
    address = f"{here}bring-forward/"
    assert client.get(address).status_code == 200
    assert "Select the earlier round" in client.post(address, {}).content.decode()
    assert client.post(address, {"earlier": town.first.pk}).headers["Location"] == here
    assert "already" in client.post(address, {"earlier": town.first.pk}).content.decode()
    assert "Bring answers forward" not in client.get(here).content.decode()


def test_a_round_on_a_newer_edition_leads_to_what_that_changes(town: Town, client: Client) -> None:
    sign_in(client, town.coordinator)
    address = f"/c/{town.council.slug}/checklist/editions/guidance-2023/open/"
    opened = client.post(address, round_fields(parts=["toolkit", "across"], earlier=str(town.first.pk)))
    assert f"/compare/{town.first.pk}/" in opened.headers["Location"]
    page = client.get(opened.headers["Location"]).content.decode()
    for words in ("Continues S-01", "Split from S-03", "New", "Both boards"):
        assert words in page, words
    edition = client.get(f"/c/{town.council.slug}/checklist/editions/guidance-2023/").content.decode()
    assert "What changes from the 2015 guidance" in edition
    assert "Every item of this edition is in the portal’s own words and not yet checked" in edition


def test_local_items_are_kept_on_pages(town: Town, client: Client) -> None:
    sign_in(client, town.coordinator)
    base = f"/c/{town.council.slug}/checklist/local/"
    assert "No local items" in client.get(base).content.decode()
    fields = {
        "prompt": "A briefing is held",
        "kind": "should",
        "workstream": "Local items",
        "expected_evidence": "",
    }
    assert (
        "Enter what should be in place"
        in client.post(f"{base}add/", {**fields, "prompt": ""}).content.decode()
    )
    assert "L-1 added." in client.post(f"{base}add/", fields, follow=True).content.decode()
    with service_scope(council=town.council):
        item = LocalItem.objects.get(council=town.council)
    here = f"{base}{item.pk}/"
    assert client.post(here, {**fields, "prompt": "Theirs", "version": "1"}).status_code == 302
    stale = client.post(here, {**fields, "prompt": "Mine", "version": "1"})
    assert stale.status_code == 409
    for words in ("Theirs", "Mine"):
        assert words in stale.content.decode()
    assert f'href="{here}retire/"' in client.get(here).content.decode()
    asked = client.get(f"{here}retire/").content.decode()
    for words in ("Retire L-1", "cannot be brought back", "Rounds that ask it already keep it"):
        assert words in asked, words
    assert "In use" in client.get(base).content.decode(), "nothing is retired by looking"
    assert "L-1 is retired." in client.post(f"{here}retire/", follow=True).content.decode()
    assert "This item is retired already." in client.get(f"{here}retire/").content.decode()
    assert "L-1 is retired." in client.post(here, {**fields, "version": "3"}).content.decode()
    assert "This item is retired." in client.get(here).content.decode()


def test_a_prompt_is_worded_on_its_page(town: Town, client: Client) -> None:
    sign_in(client, town.coordinator)
    address = f"/c/{town.council.slug}/checklist/editions/guidance-2023/items/T1-1/"
    assert "has terms of reference" in client.get(address).content.decode()
    fields = {"prompt": "Our board oversees Prevent", "expected_evidence": "Minutes", "version": "0"}
    page = client.post(address, fields, follow=True).content.decode()
    for words in ("Our board oversees Prevent", "Edited by the council"):
        assert words in page, words
    stale = client.post(address, {**fields, "prompt": "Mine"})
    assert stale.status_code == 409
    assert "Mine" in stale.content.decode()
    verified = f"/c/{town.council.slug}/checklist/editions/guidance-2015/items/S-01/"
    assert client.get(verified).status_code == 404


def test_only_coordinators_run_rounds_and_nobody_sees_another_councils(town: Town, other: Town) -> None:
    with service_scope(council=town.council):
        later = town.next_round()
        item = make_local_item(town.council, town.coordinator)
        owned, foreign = town.answer(later, "S-03"), town.answer(later, "S-01")
    base = f"/c/{town.council.slug}/checklist/"
    reading = [base, f"{base}{later.pk}/compare/{town.first.pk}/", f"{base}editions/", f"{base}local/"]
    running = [
        f"{base}editions/guidance-2015/open/",
        f"{base}editions/guidance-2023/items/T1-1/",
        f"{base}{later.pk}/bring-forward/",
        f"{base}{later.pk}/close/",
        f"{base}local/add/",
        f"{base}local/{item.pk}/",
        f"{base}local/{item.pk}/retire/",
    ]
    people = {
        town.coordinator: (200, 200),
        town.officer: (200, 404),
        member(town.council, Role.BOARD_MEMBER): (200, 404),
        member(town.council, Role.PARTNER_SUBMITTER): (404, 404),
        other.coordinator: (404, 404),
    }
    for person, (reads, runs) in people.items():
        visitor = sign_in(Client(), person)
        assert {visitor.get(address).status_code for address in reading} == {reads}
        assert {visitor.get(address).status_code for address in running} == {runs}
        if runs == 404:
            for address in running:
                assert visitor.post(address, {}).status_code == 404, address
    officer = sign_in(Client(), town.officer)
    confirm = officer.get(f"{base}{later.pk}/confirm/").content.decode()
    assert "S-03" in confirm
    assert "S-01" not in confirm
    assert officer.post(f"{base}items/{owned.pk}/confirm/", {"version": "1"}).status_code == 302
    assert officer.post(f"{base}items/{foreign.pk}/confirm/", {"version": "1"}).status_code == 404
    # A round of another council is as unknown as one that nobody has, wherever its id is sent.
    outsider = sign_in(Client(), other.coordinator)
    theirs = f"/c/{other.council.slug}/checklist/"
    for address in (
        f"{theirs}{other.first.pk}/compare/{town.first.pk}/",
        f"{theirs}local/{item.pk}/",
        f"{theirs}{later.pk}/confirm/",
    ):
        assert outsider.get(address).status_code == 404
    foreign_id, unknown = (
        outsider.post(
            f"{theirs}editions/guidance-2015/open/", round_fields(earlier=str(key))
        ).content.decode()
        for key in (town.first.pk, uuid4())
    )
    assert "Select one of the answers" in foreign_id
    assert "Select one of the answers" in unknown


def test_pages_of_rounds_ask_as_many_questions_for_many_items_as_for_few(town: Town) -> None:
    with service_scope(council=town.council):
        answer_for_test(town.first, "S-16", town.coordinator)
        few = town.next_round(edition="guidance-2023", parts=["across"])
        many = make_next_round(
            town.first, town.coordinator, edition="guidance-2023", period_start=date(2020, 4, 1)
        )
    visitor = sign_in(Client(), town.coordinator)
    base = f"/c/{town.council.slug}/checklist/"
    for page in ("", "table/", "confirm/", f"compare/{town.first.pk}/"):
        asked = []
        for one in (few, many):
            visitor.get(f"{base}{one.pk}/{page}")
            with CaptureQueriesContext(connection) as queries:
                assert visitor.get(f"{base}{one.pk}/{page}").status_code == 200
            asked.append(len(queries))
        assert asked[0] == asked[1], page
