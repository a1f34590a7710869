"""The API of training: the same checks and answers as the pages, by session or token."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.services import api_tokens
from prevent_portal.tenancy.scope import council_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory
from tests.training.factories import returned, shared
from tests.training.files import NAMES, as_csv
from tests.training.test_uploads import GOOD, HEADER, Sender, rows_of_all_tables

pytestmark = pytest.mark.django_db
UPLOADS = "/api/v1/c/barnet/training/uploads/"


@pytest.fixture
def sender(client: Client) -> Sender:
    return Sender(client)


def post(client: Client, content: bytes, name: str = "returns.csv", **fields: Any) -> Any:
    headers = fields.pop("headers", {})
    return client.post(UPLOADS, {"file": SimpleUploadedFile(name, content), **fields}, headers=headers)


def test_a_file_is_checked_then_confirmed_and_twice_is_once(sender: Sender) -> None:
    checked = post(sender.client, as_csv(GOOD))
    assert checked.status_code == 201
    assert checked.json()["confirmed_at"] is None
    assert sender.returns() == []
    address = f"{UPLOADS}{checked.json()['id']}/"
    for _ in range(2):
        answer = sender.client.post(f"{address}confirm/")
        assert answer.status_code == 200
    row = sender.client.get(address).json()["rows"][0]
    assert (row["percentage"], row["against_target"], row["outcome"]) == (
        "80%",
        "59 people short of 85%",
        "New",
    )
    assert len(sender.returns()) == 1


def test_a_token_of_a_trust_s_own_system_sends_and_confirms_in_one_request(sender: Sender) -> None:
    with council_scope(user_id=sender.person.pk, council=sender.barnet):
        _, secret = api_tokens.create(
            council=sender.barnet,
            name="Learning system",
            expires_on=timezone.localdate() + timedelta(days=30),
            by=sender.person,
        )
    machine = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {secret}"}
    answer = post(machine, as_csv(GOOD), confirm="true", headers=headers)
    assert answer.status_code == 201, answer.content
    assert answer.json()["confirmed_at"] is not None
    assert [r.compliant for r in sender.returns()] == [928]
    assert post(machine, as_csv(GOOD)).status_code in {401, 403, 404}


def test_a_key_sent_again_gives_the_first_answer_and_a_refusal_frees_it(sender: Sender) -> None:
    def send(content: bytes) -> Any:
        return post(sender.client, content, confirm="true", headers={"Idempotency-Key": "june"})

    assert send(as_csv([HEADER, ["WRAP", "June 2018", 3, 2]])).status_code == 400
    first, again = send(as_csv(GOOD)), send(as_csv(GOOD))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert send(as_csv([HEADER, ["WRAP", "June 2018", 1, 2]])).status_code == 422
    assert [r.compliant for r in sender.returns()] == [928]


def test_problems_come_by_cell_and_nothing_is_stored(sender: Sender) -> None:
    before = rows_of_all_tables(sender)
    rows = [[*HEADER, "Trust"], ["WRAP", "June 2018", 1, 2, NAMES["RYX"]]]
    answer = post(sender.client, as_csv(rows), confirm="true")
    assert answer.status_code == 400
    assert answer.json()["problems"] == [
        {
            "sheet": "",
            "row": 2,
            "column": "E (Trust)",
            "value": NAMES["RYX"],
            "reason": f"You can send returns for {NAMES['RAL']} only",
            "fix": "Take the row out. Each organisation sends its own returns.",
        }
    ]
    assert post(sender.client, b"%PDF", "x.pdf").json()["detail"].startswith("Send an Excel workbook")
    assert rows_of_all_tables(sender) == before


@pytest.mark.parametrize(
    "fields",
    [{"organisation": "00000000-0000-0000-0000-000000000000"}, {"course": "fire"}, {"confirm": "perhaps"}],
)
def test_fields_that_make_no_sense_are_refused(sender: Sender, fields: dict[str, str]) -> None:
    assert post(sender.client, as_csv(GOOD), **fields).status_code == 400
    assert sender.client.post(UPLOADS, {}).status_code == 400
    assert sender.client.post(UPLOADS, b"{}", content_type="application/json").status_code == 415


def test_a_course_that_the_file_does_not_name_is_given_beside_it(sender: Sender) -> None:
    rows = [HEADER[1:], ["June 2018", 422, 480]]
    answer = post(sender.client, as_csv(rows), course="wrap", council_staff_only="true", confirm="true")
    assert answer.status_code == 201
    assert [(r.course.slug, r.council_id) for r in sender.returns()] == [("wrap", sender.barnet.pk)]


def test_own_returns_are_listed_and_another_trust_s_are_not(sender: Sender) -> None:
    returned(sender.barnet, sender.trust, 928, 1161)
    returned(sender.barnet, sender.other, 495, 536)
    returned(sender.harrow, sender.trust, 3, 7, for_council=True)
    rows = sender.client.get("/api/v1/c/barnet/training/returns/").json()
    assert [(r["organisation"], r["compliant"], r["percentage"], r["below_target"]) for r in rows] == [
        (NAMES["RAL"], 928, "80%", True)
    ]
    assert sender.client.get("/api/v1/c/barnet/training/coverage/").status_code == 404


def test_coverage_is_the_council_s_and_names_what_is_missing(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    shared(trust, council)
    returned(council, trust, 10119, 11944, period=(date(2018, 1, 1), date(2018, 3, 31)))
    returned(other, trust, 1, 2, for_council=True)
    sign_in(client, member(council, Role.COORDINATOR))
    address = f"/api/v1/c/{council.slug}/training/coverage/"
    answer = client.get(address).json()
    assert answer["up_to"] == "2018-03-31"
    assert [(r["percentage"], r["against_target"]) for r in answer["returns"]] == [
        ("84.7%", "34 people short of 85%")
    ]
    assert answer["not_returned"] == []
    assert client.get(f"{address}?to=soon").status_code == 400
    assert client.get(f"{address}?to=1900-01-01").status_code == 400
    assert client.get(f"{address}?to=2019-03-31").json()["returns"] == []
    assert client.get(f"/api/v1/c/{other.slug}/training/coverage/").status_code == 404


ADDRESSES = {
    "courses/": "get post",
    "courses/{course_id}/": "get put",
    "coverage/": "get",
    "delivery-plans/": "get post",
    "delivery-plans/{delivery_plan_id}/": "get put",
    "delivery-plans/{delivery_plan_id}/end/": "post",
    "drafts/": "get post",
    "drafts/{draft_id}/": "delete get",
    "drafts/{draft_id}/send/": "post",
    "expected-returns/": "get post",
    "expected-returns/{expected_id}/": "delete get put",
    "facilitators/": "get post",
    "facilitators/{facilitator_id}/": "get put",
    "facilitators/{facilitator_id}/steps/": "post",
    "improvement/": "get post",
    "improvement/steps/{milestone_id}/": "put",
    "improvement/steps/{milestone_id}/done/": "post",
    "improvement/{improvement_id}/": "get put",
    "improvement/{improvement_id}/end/": "post",
    "improvement/{improvement_id}/notes/": "post",
    "improvement/{improvement_id}/steps/": "post",
    "registers/": "get post",
    "registers/{register_id}/": "get",
    "registers/{register_id}/confirm/": "post",
    "requests/": "get",
    "requests/{request_id}/": "get",
    "requests/{request_id}/answer/": "post",
    "return-grants/": "get post",
    "return-grants/{grant_id}/end/": "post",
    "returns/": "get",
    "returns/{return_id}/answer/": "post",
    "returns/{return_id}/review/": "post",
    "rounds/": "get post",
    "rounds/{round_id}/": "get patch",
    "rounds/{round_id}/more-time/": "post",
    "rounds/{round_id}/remind/": "post",
    "rounds/{round_id}/returns/": "get",
    "schools/": "get post",
    "schools/coverage/": "get",
    "session-logs/": "post",
    "session-logs/{token}/": "get",
    "session-logs/{token}/confirm/": "post",
    "sessions/": "get post",
    "sessions/{session_id}/": "get put",
    "sessions/{session_id}/book/": "post",
    "sessions/{session_id}/cancel/": "post",
    "sessions/{session_id}/deliver/": "post",
    "surveys/": "get post",
    "surveys/{survey_id}/": "get",
    "surveys/{survey_id}/waves/": "post",
    "targets/": "get post",
    "targets/{target_id}/": "put",
    "uploads/": "post",
    "uploads/{upload_id}/": "get",
    "uploads/{upload_id}/confirm/": "post",
}
"""Every address under /training/ with its methods: one that comes or goes is named here."""


def test_the_schema_describes_every_address(sender: Sender) -> None:
    schema = sender.client.get("/api/v1/schema/?format=json").json()
    here = "/api/v1/c/{council}/training/"
    assert {
        path.removeprefix(here): " ".join(sorted(methods))
        for path, methods in schema["paths"].items()
        if "/training/" in path
    } == ADDRESSES
