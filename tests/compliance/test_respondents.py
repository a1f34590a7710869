"""People who are asked for checklist items: they see theirs and nothing else, in pages, files and the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.models import AnswerRevision, Assessment, ItemAnswer
from compliance.permissions import RESPONDENT_ROLES
from compliance.policies import PolicyError
from compliance.queries.answers import ITEM_EVIDENCE, possible_respondents
from compliance.services.assignments import assign_items
from compliance.services.moderation import return_answer
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.documents.queries import files_of
from prevent_portal.documents.services.documents import attach_file
from prevent_portal.outbox.due_items import due_items
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.answers import answer_of, saved, sent_fields, submitted
from tests.compliance.rounds import make_round
from tests.factories import CouncilFactory, give_role, member

pytestmark = pytest.mark.django_db
JSON: dict[str, Any] = {"content_type": "application/json"}


class Scene:
    """A council whose partner is asked for S-05 and another respondent for S-06; a neighbour like it."""

    def __init__(self) -> None:
        self.council, self.neighbour = CouncilFactory.create(), CouncilFactory.create()
        self.coordinator = member(self.council, Role.COORDINATOR, name="Coordinator of Alder")
        self.partner = member(self.council, Role.PARTNER_LEAD, name="Lead of the Trust")
        self.other = member(self.council, Role.PARTNER_SUBMITTER, name="Lead of the College")
        self.assessment: Assessment = make_round(self.council, self.coordinator)
        self.own, self.foreign = self._ask("S-05", self.partner), self._ask("S-06", self.other)
        stranger = member(self.neighbour, Role.COORDINATOR)
        make_round(self.neighbour, stranger)
        with service_scope(council=self.neighbour):
            self.neighbours = answer_of(self.neighbour, "S-05")

    def _ask(self, ref: str, person: User) -> ItemAnswer:
        with service_scope(council=self.council):
            answer = answer_of(self.council, ref)
            assign_items(
                assessment=self.assessment, by=self.coordinator, answer_ids=[answer.pk], owner=person
            )
            return answer_of(self.council, ref)

    def address(self, answer: ItemAnswer, page: str = "") -> str:
        return f"/c/{self.council.slug}/checklist/items/{answer.pk}/{page}"


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_partner_answers_their_item_and_submits_it(scene: Scene) -> None:
    partner = sign_in(Client(), scene.partner, second_factor=False)
    page = partner.get(scene.address(scene.own)).content.decode()
    assert "You are asked to answer" in page
    sent = partner.post(scene.address(scene.own), sent_fields(scene.own, response="All hospitals asked."))
    assert (sent.status_code, sent.url) == (302, f"/c/{scene.council.slug}/checklist/yours/")
    with service_scope(council=scene.council):
        draft = answer_of(scene.council, "S-05")
        assert (draft.state, draft.response, draft.owner) == ("draft", "All hospitals asked.", scene.partner)
    fields = {**sent_fields(draft, response="All hospitals asked."), "submit": "yes"}
    assert partner.post(scene.address(scene.own), fields).status_code == 302
    with service_scope(council=scene.council):
        done = answer_of(scene.council, "S-05")
        assert (done.state, done.submitted_by) == ("submitted", scene.partner)
    page = partner.get(scene.address(scene.own)).content.decode()
    assert "Save the answer" not in page
    late = partner.post(scene.address(scene.own), sent_fields(done, response="Changed after all."))
    assert "what it says stays as it is" in late.content.decode()
    with service_scope(council=scene.council):
        assert answer_of(scene.council, "S-05").response == "All hospitals asked."


@pytest.mark.parametrize("role", [Role.PARTNER_LEAD, Role.PARTNER_SUBMITTER, Role.PANEL_MEMBER])
def test_a_partner_meets_404_on_everything_that_is_not_theirs(scene: Scene, role: Role) -> None:
    give_role(scene.partner, scene.council, role) if role != Role.PARTNER_LEAD else None
    partner = sign_in(Client(), scene.partner)
    slug = scene.council.slug
    for address in (
        scene.address(scene.foreign),
        scene.address(scene.foreign, "actions/"),
        scene.address(scene.own, "decide/"),
        scene.address(scene.own, "moderate/"),
        scene.address(scene.own, "agree/"),
        scene.address(scene.neighbours),
        f"/c/{scene.neighbour.slug}/checklist/items/{scene.neighbours.pk}/",
        f"/c/{scene.neighbour.slug}/checklist/yours/",
        f"/c/{slug}/checklist/",
        f"/c/{slug}/checklist/{scene.assessment.pk}/",
        f"/c/{slug}/checklist/{scene.assessment.pk}/table/",
        f"/c/{slug}/checklist/{scene.assessment.pk}/assign/",
        f"/api/v1/c/{slug}/checklist/",
        f"/api/v1/c/{slug}/checklist/{scene.assessment.pk}/",
        f"/api/v1/c/{slug}/checklist/items/{scene.foreign.pk}/",
        f"/api/v1/c/{slug}/checklist/items/{scene.foreign.pk}/actions/",
    ):
        assert partner.get(address).status_code == 404, address
    assert partner.post(scene.address(scene.foreign), sent_fields(scene.foreign)).status_code == 404
    body = {"version": scene.foreign.version, "status": "in_place", "response": "x", "timescale": "in_place"}
    foreign = f"/api/v1/c/{slug}/checklist/items/{scene.foreign.pk}/"
    assert partner.put(foreign, body, **JSON).status_code == 404
    assert partner.post(f"{foreign}submit/", {"version": 1}, **JSON).status_code == 404
    with service_scope(council=scene.council):
        assert AnswerRevision.objects.filter(council=scene.council).count() == 0


def test_a_partners_pages_name_nobody_but_themselves(scene: Scene) -> None:
    with service_scope(council=scene.council):
        first = saved(scene.own, scene.coordinator, response="Written by the council before.")
        handed_in = submitted(first, scene.partner, response="Ours.")
        return_answer(
            answer=handed_in,
            by=scene.coordinator,
            comment="Name them.",
            version=handed_in.version,
            token=uuid4(),
        )
        submitted(scene.foreign, scene.other, response="What the College says.")
    partner = sign_in(Client(), scene.partner)
    for address in (scene.address(scene.own), f"/c/{scene.council.slug}/checklist/yours/", "/my-work/"):
        page = partner.get(address).content.decode()
        assert "S-05" in page
        for hidden in (scene.coordinator.name, scene.other.name, "What the College says", "S-06"):
            assert hidden not in page, (address, hidden)
    page = partner.get(scene.address(scene.own)).content.decode()
    assert "Returned by the council" in page
    assert 'name="owner"' not in page
    assert f"/checklist/{scene.assessment.pk}/" not in page, "no way to the round"
    reader = sign_in(Client(), member(scene.council, Role.BOARD_MEMBER))
    assert scene.coordinator.name in reader.get(scene.address(scene.own)).content.decode()


def test_your_items_lists_what_waits_and_what_is_handed_in(scene: Scene) -> None:
    with service_scope(council=scene.council):
        another = answer_of(scene.council, "S-07")
        assign_items(
            assessment=scene.assessment,
            by=scene.coordinator,
            answer_ids=[another.pk],
            owner=scene.partner,
            answer_by=timezone.localdate() + timedelta(days=7),
        )
        submitted(scene.own, scene.partner)
    partner = sign_in(Client(), scene.partner)
    page = partner.get(f"/c/{scene.council.slug}/checklist/yours/").content.decode()
    assert "1 item waits for your answer; 1 is handed in." in page
    assert page.index("S-07") < page.index("Handed in") < page.index("S-05")
    nobody = sign_in(Client(), member(scene.council, Role.SAFETY_OFFICER))
    empty = nobody.get(f"/c/{scene.council.slug}/checklist/yours/").content.decode()
    assert "You are not asked for any item" in empty


def _work(person: User) -> list[tuple[str, str, Any]]:
    with own_councils_scope(user_id=person.pk):
        return [(item.reference, item.task, item.due_on) for item in due_items(person, timezone.localdate())]


def test_what_waits_follows_the_state_and_the_day_asked_for(scene: Scene) -> None:
    day = timezone.localdate() + timedelta(days=7)
    with service_scope(council=scene.council):
        assign_items(
            assessment=scene.assessment,
            by=scene.coordinator,
            answer_ids=[scene.own.pk],
            owner=scene.partner,
            answer_by=day,
        )
        assert _work(scene.partner) == [("S-05", "Answer the item", day)]
        draft = saved(answer_of(scene.council, "S-05"), scene.partner)
        assert _work(scene.partner) == [("S-05", "Finish and submit the answer", day)]
        handed_in = submitted(draft, scene.partner)
        assert _work(scene.partner) == []
        return_answer(
            answer=handed_in,
            by=scene.coordinator,
            comment="Again.",
            version=handed_in.version,
            token=uuid4(),
        )
        assert _work(scene.partner) == [("S-05", "Answer again: it was returned", day)]
    page = sign_in(Client(), scene.partner).get("/my-work/").content.decode()
    assert f'href="/c/{scene.council.slug}/checklist/yours/"' in page


def _upload(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"hospital,asked\nNorth,yes\n", content_type="text/csv")


def test_evidence_of_an_item_is_read_by_its_respondent_and_by_readers_of_the_checklist(
    scene: Scene, django_capture_on_commit_callbacks: Any
) -> None:
    with service_scope(council=scene.council), django_capture_on_commit_callbacks(execute=True):
        attach_file(
            council=scene.council,
            by=scene.partner,
            upload=_upload("asked.csv"),
            title="Hospitals asked",
            kind=ITEM_EVIDENCE,
            object_id=scene.own.pk,
        )
    with service_scope(council=scene.council):
        link = files_of(scene.council, ITEM_EVIDENCE, [scene.own.pk])[scene.own.pk][0]
    for person, expected in (
        (scene.partner, 200),
        (scene.coordinator, 200),
        (member(scene.council, Role.BOARD_MEMBER), 200),
        (scene.other, 404),
        (member(scene.council, Role.COUNCILLOR), 404),
        (member(scene.neighbour, Role.COORDINATOR), 404),
    ):
        response = sign_in(Client(), person).get(link.href)
        assert response.status_code == expected, person
        if expected == 200:
            assert b"".join(response.streaming_content) == b"hospital,asked\nNorth,yes\n"
    page = sign_in(Client(), scene.partner).get(scene.address(scene.own)).content.decode()
    assert "Hospitals asked" in page


def test_evidence_is_added_by_who_answers_while_the_text_may_change(scene: Scene) -> None:
    people = {
        "partner": sign_in(Client(), scene.partner),
        "other": sign_in(Client(), scene.other),
        "reader": sign_in(Client(), member(scene.council, Role.BOARD_MEMBER)),
        "coordinator": sign_in(Client(), scene.coordinator),
    }
    address = f"/c/{scene.council.slug}/evidence/attach/{ITEM_EVIDENCE}/{scene.own.pk}/"

    def may_add() -> list[str]:
        offered = []
        for name, client in people.items():
            page = client.get(scene.address(scene.own))
            if page.status_code == 200 and "Add evidence" in page.content.decode():
                offered.append(name)
        return offered

    assert address
    assert may_add() == ["partner", "coordinator"]
    with service_scope(council=scene.council):
        submitted(scene.own, scene.partner)
    assert may_add() == ["coordinator"]
    with service_scope(council=scene.council):
        Assessment.objects.filter(council=scene.council).update(state="closed")
    assert may_add() == []
    assert people["partner"].get(scene.address(scene.own)).status_code == 200, "rule 13: never locked out"


def test_respondents_are_live_members_who_may_answer(scene: Scene) -> None:
    board = member(scene.council, Role.BOARD_MEMBER)
    left = member(scene.council)
    yesterday = timezone.localdate() - timedelta(days=1)
    give_role(left, scene.council, Role.PARTNER_LEAD, starts_on=yesterday, ends_on=yesterday)
    stranger = member(scene.neighbour, Role.PARTNER_LEAD)
    with service_scope(council=scene.council):
        offered = set(possible_respondents(scene.council, RESPONDENT_ROLES))
    assert offered == {scene.coordinator, scene.partner, scene.other}
    coordinator = sign_in(Client(), scene.coordinator)
    address = f"/c/{scene.council.slug}/checklist/{scene.assessment.pk}/assign/"
    for person in (board, left, stranger):
        page = coordinator.post(address, {"items": str(scene.own.pk), "owner": str(person.pk)})
        assert "Select one of the answers" in page.content.decode(), person
        by_api = coordinator.put(
            f"/api/v1{address}", {"items": [str(scene.own.pk)], "owner_id": person.pk}, **JSON
        )
        assert by_api.status_code == 400


def test_several_items_are_assigned_at_once_and_the_page_says_how_far_people_are(scene: Scene) -> None:
    coordinator = sign_in(Client(), scene.coordinator)
    address = f"/c/{scene.council.slug}/checklist/{scene.assessment.pk}/assign/"
    with service_scope(council=scene.council):
        chosen = [answer_of(scene.council, ref) for ref in ("S-07", "S-08")]
        submitted(scene.own, scene.partner)
    fields = {
        "items": [str(answer.pk) for answer in chosen],
        "owner": str(scene.partner.pk),
        "answer_by": (timezone.localdate() + timedelta(days=9)).isoformat(),
    }
    sent = coordinator.post(address, fields, follow=True)
    assert "2 items assigned." in sent.content.decode()
    with service_scope(council=scene.council):
        for ref in ("S-07", "S-08"):
            answer = answer_of(scene.council, ref)
            assert (answer.owner, answer.answer_by) == (
                scene.partner,
                timezone.localdate() + timedelta(days=9),
            )
    page = sent.content.decode()
    assert "2 to answer, 1 submitted" in page
    neither = {key: value for key, value in fields.items() if key != "owner"}
    both = {**fields, "take_back": "on"}
    assert "Choose who should answer" in coordinator.post(address, neither).content.decode()
    assert "not both" in coordinator.post(address, both).content.decode()
    back = coordinator.post(address, {**neither, "take_back": "on"})
    assert back.status_code == 302
    with service_scope(council=scene.council):
        assert {answer_of(scene.council, ref).owner for ref in ("S-07", "S-08")} == {None}


def test_an_assignment_is_whole_or_nothing(scene: Scene) -> None:
    with service_scope(council=scene.council):
        handed_in = submitted(scene.own, scene.partner)
        free = answer_of(scene.council, "S-09")
        for ids, words in (
            ([free.pk, handed_in.pk], "S-05: submitted or accepted already, so nothing was assigned"),
            ([free.pk, scene.neighbours.pk], "not in this round"),
            ([], "Select at least one item"),
        ):
            with pytest.raises(PolicyError, match=words):
                assign_items(
                    assessment=scene.assessment, by=scene.coordinator, answer_ids=ids, owner=scene.other
                )
        past = timezone.localdate() - timedelta(days=1)
        with pytest.raises(PolicyError, match="today or later"):
            assign_items(
                assessment=scene.assessment,
                by=scene.coordinator,
                answer_ids=[free.pk],
                owner=scene.other,
                answer_by=past,
            )
        assert answer_of(scene.council, "S-09").owner is None
        Assessment.objects.filter(council=scene.council).update(state="closed")
        with pytest.raises(PolicyError, match="round is closed"):
            assign_items(
                assessment=scene.assessment, by=scene.coordinator, answer_ids=[free.pk], owner=scene.other
            )


def test_an_item_taken_back_is_seen_no_more(scene: Scene) -> None:
    partner = sign_in(Client(), scene.partner)
    assert partner.get(scene.address(scene.own)).status_code == 200
    with service_scope(council=scene.council):
        assign_items(assessment=scene.assessment, by=scene.coordinator, answer_ids=[scene.own.pk], owner=None)
    assert partner.get(scene.address(scene.own)).status_code == 404
    assert partner.post(scene.address(scene.own), sent_fields(scene.own)).status_code == 404


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_lists_ask_the_same_queries_for_one_item_and_for_seventeen(scene: Scene) -> None:
    partner, coordinator = sign_in(Client(), scene.partner), sign_in(Client(), scene.coordinator)
    yours = f"/c/{scene.council.slug}/checklist/yours/"
    assign = f"/c/{scene.council.slug}/checklist/{scene.assessment.pk}/assign/"
    for _ in range(2):  # the first look also learns what the process keeps
        few = _queries(partner, yours), _queries(coordinator, assign)
    with service_scope(council=scene.council):
        everything = ItemAnswer.objects.filter(council=scene.council).values_list("pk", flat=True)
        assign_items(
            assessment=scene.assessment,
            by=scene.coordinator,
            answer_ids=list(everything),
            owner=scene.partner,
        )
    assert (_queries(partner, yours), _queries(coordinator, assign)) == few


def test_the_last_cycle_is_shown_with_what_changed(scene: Scene) -> None:
    earlier = _earlier_round(scene.council, scene.coordinator)
    with service_scope(council=scene.council):
        before = answer_of(scene.council, "S-05", earlier)
        saved(before, scene.coordinator, status="planned", timescale="ongoing", response="Not yet.")
        saved(answer_of(scene.council, "S-05", scene.assessment), scene.partner)
    coordinator = sign_in(Client(), scene.coordinator)
    page = coordinator.get(scene.address(scene.own)).content.decode()
    for words in ("Change since the last cycle", "Planned", "Now “in place”"):
        assert words in page
    partner = sign_in(Client(), scene.partner)
    own = partner.get(scene.address(scene.own)).content.decode()
    assert "Change since the last cycle" not in own, "they were not asked then"


def _earlier_round(council: Council, by: User) -> Assessment:
    from datetime import date

    return make_round(council, by, period_start=date(2017, 4, 1))


def test_the_life_of_an_answer_goes_through_the_api(scene: Scene) -> None:
    partner, coordinator = sign_in(Client(), scene.partner), sign_in(Client(), scene.coordinator)
    base = f"/api/v1/c/{scene.council.slug}/checklist"
    free = _free_items(scene, 2)
    asked = coordinator.put(
        f"{base}/{scene.assessment.pk}/assign/", {"items": free, "owner_id": scene.partner.pk}, **JSON
    )
    assert (asked.status_code, asked.json()) == (200, {"assigned": 2})
    listed = partner.get(f"{base}/yours/").json()
    assert [one["ref"] for one in listed["results"]] == ["S-01", "S-02", "S-05"]
    item = f"{base}/items/{scene.own.pk}/"
    body = {"version": 2, "status": "in_place", "response": "Ours.", "timescale": "in_place"}
    answered = partner.put(item, body, **JSON)
    assert (answered.status_code, answered.json()["state"], answered.json()["version"]) == (200, "draft", 3)
    assert partner.put(item, {**body, "version": 2}, **JSON).status_code == 409
    assert partner.put(item, {**body, "version": 3, "owner_id": scene.other.pk}, **JSON).status_code == 404
    done = partner.post(f"{item}submit/", {"version": 3}, **JSON)
    assert (done.status_code, done.json()["state"]) == (200, "submitted")
    assert partner.post(f"{item}accept/", {"version": 4}, **JSON).status_code == 404
    back = coordinator.post(f"{item}return/", {"version": 4, "comment": "Which ones?"}, **JSON).json()
    assert (back["state"], back["steps"][0]["comment"]) == ("returned", "Which ones?")
    again = partner.put(item, {**body, "version": 5, "submit": True}, **JSON).json()
    assert (again["state"], again["version"]) == ("submitted", 7)
    assert coordinator.post(f"{item}accept/", {"version": 7}, **JSON).json()["state"] == "accepted"
    refused = coordinator.post(f"{item}moderate/", {"version": 8, "score": "planned"}, **JSON)
    assert (refused.status_code, refused.json()) == (400, {"detail": "Say why you score it differently."})
    scored = coordinator.post(
        f"{item}moderate/", {"version": 8, "score": "planned", "challenge": "Two are missing."}, **JSON
    ).json()
    assert (scored["moderated"], scored["score"]) == ("planned", "in_place")
    day = timezone.localdate().isoformat()
    agreed = coordinator.post(
        f"{item}agree/", {"version": 9, "score": "planned", "agreed_on": day}, **JSON
    ).json()
    assert (agreed["agreed"], agreed["agreed_on"], agreed["score"]) == ("planned", day, "planned")
    assert [step["kind"] for step in agreed["steps"]] == [
        *("agreed", "moderated", "accepted", "submitted", "returned", "submitted"),
    ]


def _free_items(scene: Scene, count: int) -> list[str]:
    with service_scope(council=scene.council):
        rows = ItemAnswer.objects.filter(council=scene.council, owner__isnull=True).order_by("item__order")
        return [str(answer.pk) for answer in rows[:count]]
