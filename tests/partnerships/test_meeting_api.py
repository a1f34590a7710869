"""The API of meetings: what the pages do, with the same rights, refusals and words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.documents.models import DocumentVersion
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_plan
from tests.documents.things import pdf
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import join
from tests.partnerships.meeting_factories import attach, attend, first_item, group, minute, paper, plan

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create(name="Barnet")


@pytest.fixture
def coordinator(council: Council) -> User:
    return member(council, Role.COORDINATOR)


class Api:
    """Sends JSON as one person of a council and returns status and body."""

    def __init__(self, client: Client, council: Council, person: User) -> None:
        self.client, self.council = client, council
        sign_in(client, person)

    def __call__(self, method: str, name: str, key: object, body: Any = None) -> tuple[int, Any]:
        address = reverse(name, args=[self.council.slug, key])
        response = getattr(self.client, method)(address, body, content_type="application/json")
        return response.status_code, response.json() if response.content else None


def test_the_api_plans_a_meeting_once_and_records_attendance(
    client: Client, council: Council, coordinator: User
) -> None:
    board = group(council)
    sign_in(client, coordinator)
    address = reverse("api-board-meetings", args=[council.slug, board.pk])
    wanted = {"held_on": TODAY.isoformat(), "place": "Online"}
    headers = {"Idempotency-Key": "one"}
    made = [client.post(address, wanted, content_type="application/json", headers=headers) for _ in range(2)]
    assert [response.status_code for response in made] == [201, 201]
    assert made[0].json() == made[1].json()
    taken = client.post(address, wanted, content_type="application/json")
    assert (taken.status_code, "already meets on" in taken.json()["detail"]) == (400, True)
    meeting_id = made[0].json()["id"]
    attendance = reverse("api-meeting-attendance", args=[council.slug, meeting_id])
    agencies = [
        {"organisation": line["agency"].partition(":")[2], "state": "present"}
        for line in client.get(attendance).json()
    ]
    body = {"version": 1, "chaired_by": "Chair", "agencies": agencies}
    recorded = client.put(attendance, body, content_type="application/json")
    assert [line["state"] for line in recorded.json()] == ["present"] * 3
    assert client.put(attendance, body, content_type="application/json").status_code == 409
    record = client.get(reverse("api-meeting", args=[council.slug, meeting_id])).json()
    assert (record["state"], len(record["agenda"]), record["minutes_state"]) == ("held", 5, "none")
    assert client.get(reverse("api-meetings", args=[council.slug])).json()["count"] == 1
    for council_key in (council.pk, 10**30):
        both = [{**agencies[0], "council": council_key}]
        refused = client.put(attendance, {**body, "version": 2, "agencies": both}, "application/json")
        assert (refused.status_code, "not both" in refused.json()["detail"]) == (400, True)
    unknown = client.put(
        attendance,
        {
            "version": 2, "chaired_by": "Chair",
            "agencies": [{"organisation": "0196b5a0-0000-7000-8000-000000000001", "state": "present"}],
        },
        content_type="application/json",
    )  # fmt: skip
    assert unknown.status_code == 400


def test_an_agenda_is_written_over_the_api(client: Client, council: Council, coordinator: User) -> None:
    board = group(council)
    held, following = plan(board, 20, -20)
    api = Api(client, council, coordinator)
    made = api("post", "api-agenda", following.pk, {"title": "Speakers"})
    assert (made[0], made[1]["number"], made[1]["kind"]) == (201, 6, "new")
    moved = api("put", "api-agenda-item", made[1]["id"], {"title": "Halls", "lead": "Chair", "number": 1})
    assert (moved[0], moved[1]["title"], moved[1]["number"]) == (200, "Halls", 1)
    far = api("put", "api-agenda-item", made[1]["id"], {"title": "Halls", "lead": "", "number": 7})
    assert far == (400, {"detail": "The place must be between 1 and 6."})
    attend(held)
    item = first_item(held).pk
    carried = api("put", "api-agenda-carry", item, {"carried_over": True})
    assert (carried[0], carried[1]["carried_over"]) == (200, True)
    agenda = api("get", "api-agenda", following.pk)[1]
    assert (len(agenda), agenda[-1]["kind"]) == (7, "carried")
    assert api("delete", "api-agenda-item", made[1]["id"]) == (204, None)
    assert len(api("get", "api-agenda", following.pk)[1]) == 6


def test_papers_and_decisions_are_bound_over_the_api(
    client: Client, council: Council, coordinator: User
) -> None:
    (meeting,) = plan(group(council), 0)
    foreign = first_item(plan(group(council, "Other group"), 0)[0]).pk
    api = Api(client, council, coordinator)
    item = first_item(meeting).pk
    asked = {"title": "Risk", "audience": "named", "readers": [coordinator.pk], "owner": coordinator.pk}
    made = api("post", "api-agenda-papers", item, asked)
    assert (made[0], made[1]["number"], made[1]["document_kind"]) == (201, 1, "partnerships.named_paper")
    stranger = member(CouncilFactory.create(), Role.COORDINATOR)
    for key in (stranger.pk, 2**80):
        refused = api("post", "api-agenda-papers", item, {**asked, "owner": key})
        assert refused == (400, {"owner": ["No such person has a role in this council."]})
    record = api("get", "api-meeting", meeting.pk)[1]
    assert record["agenda"][0]["papers"] == [made[1]]
    spare = paper(meeting, "Spare")
    assert api("delete", "api-paper", spare.pk) == (204, None)

    early = api("post", "api-meeting-decisions", meeting.pk, {"text": "Agreed"})
    assert early[0] == 400
    one = paper(meeting, "Plan")
    attach(one, coordinator, pdf())
    attend(meeting)
    with service_scope(council=council):
        version = DocumentVersion.objects.get(council=council)
    decided = api(
        "post", "api-meeting-decisions", meeting.pk,
        {"text": "Agreed", "item": str(item), "document_version": str(version.pk)},
    )  # fmt: skip
    assert decided[0] == 201
    assert {name: decided[1][name] for name in ("reference", "document", "document_version", "sha256")} == {
        "reference": f"{TODAY.year}/1",
        "document": "Plan",
        "document_version": str(version.pk),
        "sha256": version.sha256,
    }
    changed = api("put", "api-decision", decided[1]["id"], {"version": 1, "text": "Agreed in part"})
    assert (changed[0], changed[1]["text"], changed[1]["version"]) == (200, "Agreed in part", 2)
    assert api("put", "api-decision", decided[1]["id"], {"version": 1, "text": "x"})[0] == 409
    assert api("get", "api-meeting-decisions", meeting.pk)[1] == [changed[1]]
    assert api("get", "api-board-decisions", meeting.board_id)[1] == [changed[1]]
    for name, key in (("item", foreign), ("document_version", meeting.pk)):
        answer = api("post", "api-meeting-decisions", meeting.pk, {"text": "x", name: str(key)})
        assert (answer[0], list(answer[1])) == (400, [name])


def test_minutes_are_written_and_approved_over_the_api_and_then_nothing_changes(
    client: Client, council: Council, coordinator: User
) -> None:
    make_plan(council, coordinator)
    first, second = plan(group(council), 20, 0)
    api = Api(client, council, coordinator)
    attend(first)
    action = {
        "title": "Write to schools", "owner": coordinator.pk,
        "due_on": (TODAY + timedelta(days=9)).isoformat(),
        "token": "0196b5a0-0000-7000-8000-000000000001",
    }  # fmt: skip
    arisen = api("post", "api-meeting-actions", first.pk, action)
    assert (arisen[0], arisen[1]["reference"]) == (201, "A1")
    assert api("post", "api-meeting-actions", first.pk, action) == arisen, "sent twice, it is made once"
    written = api("put", "api-minutes", first.pk, {"version": 1, "text": "## Projects\n\nNoted."})
    assert (written[0], written[1]["minutes_state"], written[1]["minutes_version"]) == (200, "draft", 2)
    assert api("put", "api-minutes", first.pk, {"version": 1, "text": "Other"})[0] == 409
    early = api("post", "api-minutes-approve", first.pk, {"version": 2, "at": str(second.pk)})
    assert early == (400, {"at": ["It is no later meeting of this board that was held."]})
    attend(second)
    done = api("post", "api-minutes-approve", first.pk, {"version": 2, "at": str(second.pk)})
    assert (done[0], done[1]["minutes_state"]) == (200, "approved")
    frozen = {
        "detail": "The minutes of this meeting are approved, so everything recorded of it stays as it is."
    }
    assert api("put", "api-minutes", first.pk, {"version": 2, "text": "Other"}) == (400, frozen)
    assert api("post", "api-meeting-decisions", first.pk, {"text": "Late"}) == (400, frozen)
    assert api("get", "api-minutes", first.pk)[1]["minutes"] == "## Projects\n\nNoted."


def test_a_meeting_is_moved_and_cancelled_over_the_api(
    client: Client, council: Council, coordinator: User
) -> None:
    (meeting,) = plan(group(council), -20)
    api = Api(client, council, coordinator)
    day = (TODAY + timedelta(days=21)).isoformat()
    wanted = {"version": 1, "held_on": day, "starts_at": "10:00", "place": "Hall", "papers_due_on": None}
    moved = api("put", "api-meeting", meeting.pk, wanted)
    assert (moved[0], moved[1]["held_on"], moved[1]["version"]) == (200, day, 2)
    assert api("put", "api-meeting", meeting.pk, wanted)[0] == 409
    gone = api("post", "api-meeting-cancel", meeting.pk, {"reason": "No chair"})
    assert (gone[0], gone[1]["state"], gone[1]["cancelled_because"]) == (200, "cancelled", "No chair")
    assert api("post", "api-meeting-cancel", meeting.pk, {"reason": "Again"})[0] == 400


def test_a_reader_changes_nothing_over_the_api_and_a_neighbour_sees_nothing(
    client: Client, council: Council, coordinator: User
) -> None:
    (meeting,) = plan(group(council), 0)
    minute(attend(meeting))
    item = first_item(meeting).pk
    reads = (("api-meeting", meeting.pk), ("api-agenda", meeting.pk), ("api-minutes", meeting.pk),
             ("api-meeting-decisions", meeting.pk), ("api-board-decisions", meeting.board_id),
             ("api-board-attendance", meeting.board_id))  # fmt: skip
    writes = (("put", "api-meeting", meeting.pk), ("post", "api-meeting-cancel", meeting.pk),
              ("post", "api-agenda", meeting.pk), ("put", "api-agenda-item", item),
              ("delete", "api-agenda-item", item), ("put", "api-agenda-carry", item),
              ("post", "api-agenda-papers", item), ("post", "api-meeting-decisions", meeting.pk),
              ("post", "api-meeting-actions", meeting.pk), ("put", "api-minutes", meeting.pk),
              ("post", "api-minutes-approve", meeting.pk))  # fmt: skip
    reader = Api(client, council, member(council, Role.AUDITOR))
    assert {reader("get", name, key)[0] for name, key in reads} == {200}
    assert {reader(method, name, key, {})[0] for method, name, key in writes} == {404}
    other = CouncilFactory.create()
    for neighbour in (Api(client, council, member(other, Role.COORDINATOR)),
                      Api(client, other, member(other, Role.COORDINATOR))):  # fmt: skip
        assert {neighbour("get", name, key)[0] for name, key in reads} == {404}
        assert {neighbour(method, name, key, {})[0] for method, name, key in writes} == {404}


def test_a_year_that_nobody_means_is_refused_over_the_api_and_nothing_is_stored(
    client: Client, council: Council, coordinator: User
) -> None:
    board = group(council)
    api = Api(client, council, coordinator)
    said = {"held_on": ["The date must be between 1 January 1900 and 31 December 2199."]}
    for day in ("0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"):
        assert api("post", "api-board-meetings", board.pk, {"held_on": day}) == (400, said)
    assert api("get", "api-board-meetings", board.pk)[1]["count"] == 0


@pytest.mark.parametrize("year", ["0020001234", "002000", "9999", "²", "20 0"])
def test_a_file_of_attendance_for_a_year_that_is_none_is_that_of_this_year(
    client: Client, council: Council, coordinator: User, year: str
) -> None:
    sign_in(client, coordinator)
    answer = client.get(reverse("attendance-csv", args=[council.slug, group(council).pk]), {"year": year})
    now = TODAY.year if TODAY.month >= 4 else TODAY.year - 1
    assert f'filename="attendance-{now}.csv"' in answer["Content-Disposition"]


def test_a_council_of_a_joint_board_reads_a_paper_and_not_who_is_to_send_it(
    client: Client, council: Council, coordinator: User
) -> None:
    (meeting,) = plan(group(council), -9)
    paper(meeting, "Joint risk", owner=coordinator)
    guest = CouncilFactory.create()
    join(meeting.board, guest)

    def papers(of: Council, person: User) -> list[tuple[str, int | None]]:
        record = Api(client, of, person)("get", "api-meeting", meeting.pk)[1]
        return [(one["title"], one["owner"]) for one in record["agenda"][0]["papers"]]

    assert papers(council, coordinator) == [("Joint risk", coordinator.pk)]
    assert papers(guest, member(guest, Role.COORDINATOR)) == [("Joint risk", None)]
