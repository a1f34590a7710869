"""Scrutiny over the API: the pages' rights and services, keys on creates, versions on updates."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from compliance.models import Recommendation, RecommendationImport, ReviewHearing, ScrutinyReview
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, make_review
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

JSON = {"content_type": "application/json"}


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def coordinator(council: Council) -> User:
    return member(council, Role.COORDINATOR)


@pytest.fixture
def writer(coordinator: User) -> Client:
    return sign_in(Client(), coordinator)


@pytest.fixture
def recorder(council: Council) -> Client:
    return sign_in(Client(), member(council, Role.DEMOCRATIC_SERVICES))


def base(council: Council) -> str:
    return f"/api/v1/c/{council.slug}/scrutiny/"


def test_a_review_is_written_put_up_refused_and_closed(
    council: Council, writer: Client, recorder: Client
) -> None:
    head = {"title": "Review", "panel": "Panel", "municipal_year": "2018/19"}
    key = {"headers": {"Idempotency-Key": "one"}}
    first = writer.post(base(council), head, **JSON, **key)
    assert first.status_code == 201
    assert writer.post(base(council), head, **JSON, **key).json() == first.json()
    assert writer.post(base(council), {**head, "title": "Other"}, **JSON, **key).status_code == 422
    address = f"{base(council)}{first.json()['id']}/"
    changed = writer.patch(address, {"version": 1, "panel": "Committee"}, **JSON)
    assert (changed.json()["panel"], changed.json()["title"]) == ("Committee", "Review")
    stale = writer.patch(address, {"version": 1, "panel": "Mine"}, **JSON)
    assert stale.status_code == 409
    assert [(d["theirs"], d["yours"]) for d in stale.json()["differences"]] == [("Committee", "Mine")]
    row = {"number": 1, "wording": "Do it", "leads": ["Prevent Lead", "Police Lead"]}
    added = writer.post(f"{address}recommendations/", row, **JSON)
    assert (added.status_code, added.json()["leads"]) == (201, ["Prevent Lead", "Police Lead"])
    presented = {"version": 2, "presented_to": "Cabinet", "presented_on": "2019-05-22"}
    assert writer.post(f"{address}present/", presented, **JSON).json()["state"] == "open"
    assert writer.post(f"{address}publish/", {"version": 3}, **JSON).json()["published_on"] is not None
    one = f"{base(council)}recommendations/{added.json()['id']}/"
    frozen = writer.patch(one, {"version": 1, "wording": "Do less"}, **JSON)
    assert (frozen.status_code, frozen.json()["detail"]) == (
        400,
        "The wording is the panel’s. It has been frozen and cannot change.",
    )
    put_up = {"version": 4, "body": "Board", "put_up_on": "2020-06-17", "words": "Please close."}
    waiting = writer.post(f"{address}put-up/", put_up, **JSON)
    assert (waiting.status_code, "no executive response yet" in waiting.json()["detail"]) == (400, True)
    said = {"version": 1, "response": "reject", "responded_by": "Cabinet", "responded_on": "2019-05-22"}
    assert writer.post(f"{one}response/", said, **JSON).status_code == 400
    answered = writer.post(f"{one}response/", {**said, "reason": "Why"}, **JSON).json()
    assert (answered["state"], answered["reason"]) == ("no_action", "Why")
    assert writer.post(f"{address}put-up/", put_up, **JSON, **key).status_code == 201
    assert writer.post(f"{address}put-up/", put_up, **JSON, **key).status_code == 201
    decision = {"version": 5, "closes": False, "body": "Board", "decided_on": "2020-06-17", "words": "No."}
    assert "somebody else" in writer.post(f"{address}closure/", decision, **JSON).json()["detail"]
    assert recorder.post(f"{address}put-up/", put_up, **JSON).status_code == 404
    assert recorder.post(f"{address}closure/", decision, **JSON).json()["kind"] == "refused"
    again = {"version": 6, "body": "Board", "reported_on": "2020-07-01", "words": "Here it is."}
    assert writer.post(f"{address}report-again/", again, **JSON).json()["kind"] == "reported"
    writer.post(f"{address}put-up/", {**put_up, "version": 7, "put_up_on": "2020-07-01"}, **JSON)
    closes = {**decision, "version": 8, "closes": True, "decided_on": "2020-07-02"}
    assert recorder.post(f"{address}closure/", closes, **JSON).json()["kind"] == "closed"
    whole = recorder.get(address).json()
    assert (whole["state"], whole["closed_on"], whole["closed_body"]) == ("closed", "2020-07-02", "Board")
    assert [step["kind"] for step in reversed(whole["history"])] == [
        "put_up",
        "refused",
        "reported",
        "put_up",
        "closed",
    ]
    correction = {**decision, "version": 9, "reopens": True, "decided_on": "2020-08-01"}
    correction.pop("closes")
    assert recorder.post(f"{address}correction/", correction, **JSON).json()["kind"] == "reopened"


def test_completion_is_proposed_and_confirmed_by_two(
    council: Council, coordinator: User, writer: Client, recorder: Client
) -> None:
    review = make_review(council, coordinator, rows=2)
    action = make_action(make_plan(council, coordinator), coordinator)
    with service_scope(council=council):
        row = Recommendation.objects.get(council=council, number=1)
    one = f"{base(council)}recommendations/{row.pk}/"
    start = writer.get(one).json()["version"]
    linked = writer.put(f"{one}actions/", {"references": [action.reference]}, **JSON)
    assert linked.json() == {"references": [action.reference]}
    assert writer.put(f"{one}actions/", {"references": ["A999"]}, **JSON).status_code == 400
    proposal = {"version": start, "note": "Done.", "as_at": "2020-06-17"}
    assert writer.post(f"{one}propose/", proposal, **JSON).status_code == 400
    given = {**proposal, "link": "https://example.org/minutes"}
    assert writer.post(f"{one}propose/", given, **JSON).json()["kind"] == "proposed"
    word = {
        "version": start + 1,
        "confirms": True,
        "body": "Board",
        "decided_on": "2020-06-18",
        "words": "Agreed.",
    }
    assert writer.post(f"{one}decide/", word, **JSON).status_code == 400
    assert recorder.post(f"{one}propose/", given, **JSON).status_code == 404
    assert recorder.post(f"{one}decide/", word, **JSON).json()["kind"] == "confirmed"
    assert writer.get(one).json()["completed_on"] == "2020-06-18"
    again = {"version": start + 2, "body": "Board", "decided_on": "2020-06-19", "words": "It lapsed."}
    assert recorder.post(f"{one}reopen/", again, **JSON).json()["kind"] == "reopened"
    assert recorder.post(f"{one}reopen/", again, **JSON).status_code == 409
    kinds = [entry["kind"] for entry in writer.get(f"{one}progress/").json()]
    assert sorted(kinds) == ["confirmed", "proposed", "reopened"]
    listed = writer.get(f"{base(council)}{review.pk}/recommendations/?lead=Lead&state=open").json()
    assert (listed["count"], [entry["number"] for entry in listed["results"]]) == (2, [1, 2])
    assert writer.get(f"{base(council)}{review.pk}/recommendations/?state=odd").status_code == 400


def test_a_table_is_sent_looked_at_and_taken_in(council: Council, coordinator: User, writer: Client) -> None:
    review = make_review(council, coordinator, rows=0)
    address = f"{base(council)}{review.pk}/import/"

    def send(content: bytes) -> Any:
        return writer.post(address, {"file": SimpleUploadedFile("w.csv", content)})

    refused = send(b"Number,Recommendation,Decision\n1,Do,Perhaps\n")
    assert refused.status_code == 400
    assert refused.json()["problems"] == [
        {
            "row": 2,
            "column": "Decision",
            "value": "Perhaps",
            "reason": "“Perhaps” is not a decision. Use Accept, Partially Accept or Reject.",
        }
    ]
    assert send(b"Nothing\n").json()["detail"].startswith("The first row of the file has no column")
    content = b"Number,Recommendation,Decision\n1,Do,Accept.\n"
    kept = send(content)
    assert (kept.status_code, [row["number"] for row in kept.json()["rows"]]) == (201, [1])
    waiting = f"{address}{kept.json()['id']}/"
    assert writer.get(waiting).json()["confirmed_at"] is None
    for _ in range(2):
        assert writer.post(waiting).json()["confirmed_at"] is not None
    assert send(content).status_code == 200
    with service_scope(council=council):
        assert Recommendation.objects.filter(council=council).count() == 1


def test_the_panel_and_the_officer_are_people_of_the_council(
    council: Council, coordinator: User, writer: Client
) -> None:
    review = make_review(council, coordinator)
    councillor = member(council, Role.COUNCILLOR)
    other = CouncilFactory.create()
    foreign_councillor, foreign_officer = member(other, Role.COUNCILLOR), member(other, Role.SAFETY_OFFICER)
    panel = f"{base(council)}{review.pk}/panel/"
    assert writer.put(panel, {"people": [councillor.pk]}, **JSON).json() == {"people": [councillor.pk]}
    refusals = [
        writer.put(panel, {"people": [person]}, **JSON) for person in (foreign_councillor.pk, 2_000_000_000)
    ]
    assert [answer.status_code for answer in refusals] == [400, 400]
    assert refusals[0].json() == refusals[1].json()
    with service_scope(council=council):
        row = Recommendation.objects.get(council=council, number=1)
    one = f"{base(council)}recommendations/{row.pk}/"
    owners = [
        writer.patch(one, {"version": row.version, "owner_id": person}, **JSON)
        for person in (foreign_officer.pk, 2_000_000_000, councillor.pk)
    ]
    assert [answer.status_code for answer in owners] == [400, 400, 400]
    assert owners[0].json() == owners[1].json()


def test_every_address_answers_404_to_other_councils_and_to_whoever_may_not(
    council: Council, coordinator: User
) -> None:
    review = make_review(council, coordinator, published=False)
    with service_scope(council=council):
        row = Recommendation.objects.filter(council=council).first()
        hearing = ReviewHearing.objects.create(
            council=council, review=review, body="Board", heard_on="2020-01-01", outcome="Noted"
        )
        kept = RecommendationImport.objects.create(
            council=council,
            review=review,
            person=coordinator,
            file_name="w.csv",
            sha256="0" * 64,
            rows=[],
            expires_at="2999-01-01T00:00Z",
        )
        assert row is not None
    steps = ("present", "publish", "panel", "hearings", "put-up", "report-again", "closure", "correction")
    addresses = [
        *(f"{review.pk}/{step}/" for step in ("recommendations", "import", *steps)),
        f"{review.pk}/",
        f"hearings/{hearing.pk}/",
        f"{review.pk}/import/{kept.pk}/",
        *(
            f"recommendations/{row.pk}/{step}"
            for step in ("", "response/", "actions/", "progress/", "propose/", "decide/", "reopen/")
        ),
    ]
    stranger = sign_in(Client(), member(CouncilFactory.create(), Role.COORDINATOR))
    councillor = sign_in(Client(), member(council, Role.COUNCILLOR))
    for visitor in (stranger, councillor):
        for address in addresses:
            for method in ("get", "post", "put", "patch"):
                answer = getattr(visitor, method)(base(council) + address, {}, **JSON)
                assert answer.status_code in {404, 405}, (method, address)
    with service_scope(council=council):
        assert ScrutinyReview.objects.get(pk=review.pk).state == "open"


def test_more_leads_than_anybody_names_are_refused_in_words(council: Council, writer: Client) -> None:
    head = {"title": "Review", "panel": "Panel", "municipal_year": "2018/19"}
    address = f"{base(council)}{writer.post(base(council), head, **JSON).json()['id']}/recommendations/"
    row = {"number": 1, "wording": "Do it", "leads": [f"L{number}" for number in range(33_000)]}
    refused = writer.post(address, row, **JSON)
    assert (refused.status_code, list(refused.json())) == (400, ["leads"])
    added = writer.post(address, {**row, "leads": row["leads"][:50]}, **JSON)
    assert (added.status_code, len(added.json()["leads"])) == (201, 50)
    one = f"{base(council)}recommendations/{added.json()['id']}/"
    changed = writer.patch(one, {"version": 1, "leads": row["leads"]}, **JSON)
    assert (changed.status_code, list(changed.json())) == (400, ["leads"])
