"""The overview: one council's picture for many readers, what each may see of it, and what it costs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.models import Action, CouncilPosition, KeptPosition
from compliance.queries.overview_plans import changes_of, counts_at
from compliance.services.positions import keep_due, keep_quarter, present_position
from compliance.services.progress import log_progress
from compliance.tasks import keep_position
from partnerships.enums import BoardKind
from partnerships.models import Acknowledgement, Agreement
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council, new_id
from prevent_portal.tenancy.scope import council_scope, service_scope
from prevent_portal.web.overview_parts import told_at, told_now
from prevent_portal.web.quarters import Quarter
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, make_review, make_round, move_date
from tests.compliance.rounds import answer_for_test
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, board, submitter
from tests.training.factories import returned, wrap
from training.models import ExpectedReturn

pytestmark = pytest.mark.django_db


def _statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, address
    return [query["sql"] for query in captured.captured_queries]


def _log(action: Action, by: User, version: int, **fields: Any) -> None:
    given: dict[str, Any] = {"status": "in_progress", "note": "Words.", **fields}
    log_progress(action=action, by=by, version=version, token=new_id(), **given)


def test_the_overview_speaks_of_one_council_only(client: Client) -> None:
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    for council, actions in ((ours, 2), (theirs, 5)):
        coordinator = member(council, Role.COORDINATOR)
        plan = make_plan(council, coordinator)
        for _ in range(actions):
            make_action(plan, coordinator, due_in=-1)
        make_round(council, coordinator)
        make_review(council, coordinator, rows=actions)
        soon = timezone.localdate() + timedelta(days=3)
        board(council, f"Board of {council.name}", soon)
        board(council, f"Panel of {council.name}", soon, kind=BoardKind.CHANNEL_PANEL)
    sign_in(client, member(ours, Role.BOARD_MEMBER), second_factor=False)
    page = client.get(f"/c/{ours.slug}/").content.decode()
    assert "2 actions: 0 complete, 2 open, 2 overdue." in page
    assert "0 of 17" in page
    assert "0 of 3 in place, 3 not answered" in page
    assert f"Board of {ours.name}" in page
    assert "Panel of" not in page
    assert theirs.name not in page
    assert client.get(f"/c/{theirs.slug}/").status_code == 404
    with council_scope(user_id=client.get(f"/c/{ours.slug}/").wsgi_request.user.pk, council=ours):
        assert [one.council_id for one in CouncilPosition.objects.all()] == [ours.pk]


def test_a_picture_holds_until_something_open_is_recorded_and_no_longer_than_five_minutes() -> None:
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    coordinator, other = member(ours, Role.COORDINATOR), member(theirs, Role.COORDINATOR)
    with time_machine.travel("2026-11-23 14:05", tick=False) as clock:
        plan = make_plan(ours, coordinator)
        with council_scope(user_id=coordinator.pk, council=ours):
            present_position(council=ours)

            def made_again(minutes: int) -> bool:
                before = CouncilPosition.objects.get(council=ours).made_at
                clock.shift(timedelta(minutes=minutes))
                return present_position(council=ours).made_at != before

            assert not made_again(1)
            make_action(make_plan(theirs, other), other)
            assert not made_again(1), "what another council does leaves the picture alone"
            with service_scope(council=ours):
                record(action="channel.case_closed", subject=plan, restricted=True)
                record(action="documents.file_read", subject=plan)
                record(action="accounts.council_entered", subject=plan)
            assert not made_again(1), "a page that changes with a case would tell of it"
            make_action(plan, coordinator)
            assert made_again(1)
            assert not made_again(4)
            assert made_again(1)
            clock.move_to("2026-11-24 00:01")
            assert present_position(council=ours).as_at == date(2026, 11, 24)
            assert CouncilPosition.objects.filter(council=ours).count() == 1


def test_an_older_picture_never_replaces_a_newer_one() -> None:
    council = CouncilFactory.create()
    with time_machine.travel("2026-11-23 14:05", tick=False) as clock, service_scope(council=council):
        present_position(council=council)
        clock.move_to("2026-11-23 13:00")
        assert present_position(council=council).made_at.hour == 13
        assert CouncilPosition.objects.get(council=council).made_at.hour == 14


def test_readers_see_the_parts_that_their_rights_admit_and_no_others(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan = make_plan(council, coordinator)
    make_action(plan, coordinator, due_in=-1)
    make_round(council, coordinator)
    make_review(council, coordinator, "Hidden from councillors", published=False)
    make_review(council, coordinator, "Published for all")
    trust, foreign = (
        OrganisationFactory.create(name="Our Trust"),
        OrganisationFactory.create(name="Their Trust"),
    )
    returned(council, trust, 80, 100, for_council=True)
    returned(council, foreign, 70, 100, for_council=True)

    lapsed = {"starts_on": date(2018, 1, 1), "ends_on": date(2019, 1, 1), "owner": coordinator}
    with service_scope(council=council):
        Agreement.objects.create(council=council, title="Sharing of figures", **lapsed)
        Acknowledgement.objects.create(
            council=council, title="Promise to Channel", person=coordinator, **lapsed
        )

    def page_of(person: User) -> str:
        visitor = sign_in(Client(), person)
        return str(visitor.get(f"/c/{council.slug}/").content.decode())

    chased = page_of(coordinator)
    for words in ("To chase", "No lead organisation", "Nobody is asked yet", "Hidden from councillors"):
        assert words in chased
    of_board = page_of(member(council, Role.BOARD_MEMBER))
    assert "To chase" not in of_board
    assert "1 action: 0 complete, 1 open, 1 overdue." in of_board
    assert "Their Trust" in of_board
    of_councillor = page_of(member(council, Role.COUNCILLOR))
    assert "Published for all" in of_councillor
    assert "No report has been published yet." in of_councillor
    partner = submitter(council, trust)
    of_partner = page_of(partner)
    assert "Our Trust" in of_partner
    assert "80%" in of_partner
    with service_scope(council=council):
        told = json.dumps(told_now(council, timezone.localdate()))
    assert "Sharing of figures" in told
    assert "Promise to Channel" not in told, "who has promised is nobody else's business"
    hidden = {"Their Trust", "Hidden from councillors", "action", "by workstream"}
    for page, words in (
        (of_councillor, hidden | {"Our Trust"}),
        (of_partner, hidden | {"Published for all"}),
    ):
        body = page[page.index("<main") : page.index("</main>")]
        assert [word for word in words if word in body] == []
        assert re.search(r"As at \d+ \w+ \d{4}\.", body), "the minute would tell when others work"
    with service_scope(council=council):
        ExpectedReturn.objects.create(
            council=council, organisation=trust, course=wrap(), starts_on=date(2018, 4, 1), days_to_return=14
        )
    for person in (member(council, Role.COUNCILLOR), partner):
        visitor = sign_in(Client(), person)
        # Two of them are the test's own: there is a scope around it, which is read and put back.
        assert len(_statements(visitor, f"/c/{council.slug}/")) - 2 <= 12
        assert visitor.get(f"/c/{council.slug}/overview/print/").status_code == 404
        earlier = visitor.get(f"/c/{council.slug}/?quarter=2025-Q4").content.decode()
        assert "31 March 2026" not in earlier
    sign_in(client, member(council, Role.CONSULTEE), second_factor=False)
    assert client.get(f"/c/{council.slug}/").status_code == 302


def test_changes_are_exact_sentences_of_where_each_action_ended() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    coordinator, theirs = member(council, Role.COORDINATOR), member(other, Role.COORDINATOR)
    with time_machine.travel("2026-08-10 12:00"):
        plan = make_plan(council, coordinator)
        actions = [make_action(plan, coordinator) for _ in range(5)]
        with service_scope(council=council):
            for action in actions[:4]:
                _log(action, coordinator, 1, rating="amber")
        move_date(actions[4], date(2027, 1, 31), asked_by=coordinator)
    with time_machine.travel("2026-11-02 12:00"):
        with service_scope(council=council):
            # From amber to red and back to green in one quarter is from amber to green.
            _log(actions[0], coordinator, 2, rating="red")
            _log(actions[0], coordinator, 3, rating="green")
            _log(actions[1], coordinator, 2, rating="green")
            _log(actions[2], coordinator, 2, rating="red")
            _log(actions[3], coordinator, 2, rating="amber", status="complete")
        move_date(actions[4], date(2027, 3, 31), asked_by=coordinator)
        make_action(plan, coordinator)
        make_action(make_plan(other, theirs), theirs)
        with service_scope(council=council):
            said = changes_of(council, date(2026, 10, 1), date(2026, 11, 30))
            assert [
                (one["text"], [thing["text"] for thing in one["things"]])
                for one in sorted(said, key=lambda one: one["order"])
            ] == [
                ("One action was completed.", ["A4"]),
                ("One action was added.", ["A6"]),
                ("One action moved from amber to red.", ["A3"]),
                ("Two actions moved from amber to green.", ["A1", "A2"]),
                ("One action slipped a second time.", ["A5"]),
            ]
            assert changes_of(council, date(2027, 1, 1), date(2027, 3, 31)) == []
            then = counts_at(council, date(2026, 9, 30))
            assert (then.total, then.amber, then.green, then.red, then.complete) == (5, 4, 0, 0, 0)
            assert (then.moved, counts_at(council, date(2026, 8, 1)).total) == (1, 0)


def test_training_and_the_checklist_are_told_as_at_a_day_and_by_what_changed_until_then() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    fell, reached, lost, foreign = (
        OrganisationFactory.create(name=name) for name in ("Fell", "Reached", "Lost", "Foreign")
    )
    june, september = (date(2026, 4, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 9, 30))
    with time_machine.travel("2026-07-10 12:00"):
        assessment = make_round(council, coordinator)
        with service_scope(council=council):
            for item in ("S-01", "S-02"):
                answer_for_test(assessment, item, coordinator)
        for organisation, compliant in ((fell, 90), (reached, 80), (lost, 90)):
            returned(council, organisation, compliant, 100, for_council=True, period=june)
    with service_scope(council=council):
        for organisation in (fell, reached, lost):
            ExpectedReturn.objects.create(
                council=council,
                organisation=organisation,
                course=wrap(),
                council_staff_only=True,
                starts_on=june[0],
                days_to_return=14,
            )
    with time_machine.travel("2026-10-20 12:00"):
        with service_scope(council=council):
            answer_for_test(assessment, "S-03", coordinator)
        returned(council, fell, 80, 100, for_council=True, period=september)
        returned(council, reached, 90, 100, for_council=True, period=september)
        returned(other, foreign, 10, 100, for_council=True, period=september)

    def told(as_at: date) -> tuple[dict[str, str], list[str]]:
        with service_scope(council=council):
            parts = told_at(council, as_at, worked_out=True).values()
        tiles = {one["label"]: one["figure"] for part in parts for one in part.get("tiles", ())}
        changes = [
            f"{one['text']} {', '.join(thing['text'] for thing in one['things'])}".strip()
            for one in sorted(
                (one for part in parts for one in part.get("changes", ())), key=lambda one: one["order"]
            )
        ]
        return tiles, changes

    with time_machine.travel("2026-11-23 14:05"):
        tiles, changes = told(date(2026, 9, 30))
        assert tiles["Checklist items in place"] == "2 of 17"
        assert tiles["Training returns that reach their target, June 2026"] == "2 of 3"
        assert changes == ["Two checklist answers were changed."]
        tiles, changes = told(date(2026, 11, 23))
        assert tiles["Checklist items in place"] == "3 of 17"
        assert tiles["Training returns that reach their target, September 2026"] == "1 of 2"
        assert changes == [
            "One checklist answer was changed.",
            "One training return fell below its target in September 2026. Fell, WRAP",
            "One training return reached its target again in September 2026. Reached, WRAP",
            "One training return that came the quarter before did not come in September 2026. Lost, WRAP",
        ]
        # Half a year on nothing of it is news any more.
        assert told(date(2027, 4, 1))[1] == []


def test_a_past_quarter_is_seen_as_it_was_kept(client: Client) -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    quarter = Quarter(2026, 2)
    with time_machine.travel("2026-08-10 12:00"):
        action = make_action(make_plan(council, coordinator), coordinator, due_in=-3)
    with service_scope(council=council):
        # 1 January is a holiday and a weekend follows: nobody has sent anything in before the 4th.
        assert not keep_due(council=council, today=date(2027, 1, 3))
        council.joined_on = date(2026, 12, 1)
        assert not keep_due(council=council, today=date(2026, 10, 1)), "the council was not here yet"
    with time_machine.travel("2026-10-01 09:05"):
        with service_scope(council=council):
            council.joined_on = date(2026, 7, 1)
            council.save(update_fields=["joined_on"])
        keep_position.apply(kwargs={"council_id": council.pk}).get()
        with service_scope(council=council):
            assert KeptPosition.objects.get(council=council).quarter_end == quarter.end
            assert not keep_due(council=council, today=date(2026, 10, 1))
            assert not keep_quarter(council=council, quarter=quarter)
        with service_scope(council=other):
            assert KeptPosition.objects.count() == 0
    with time_machine.travel("2026-11-23 14:05"):
        with service_scope(council=council):
            _log(action, coordinator, 1, rating="green", status="complete")
            assert KeptPosition.objects.filter(council=council).update(parts={}) == 0
            with pytest.raises(IntegrityError), transaction.atomic():
                KeptPosition.objects.create(council=council, quarter_end=quarter.end, parts={})
        sign_in(client, coordinator)
        page = client.get(f"/c/{council.slug}/?quarter=2026-Q2").content.decode()
        assert "As at 30 September 2026, kept on 1 October 2026." in page
        assert "1 action: 0 complete, 1 open, 1 overdue." in page
        assert "To chase" not in page
        today = client.get(f"/c/{council.slug}/").content.decode()
        assert "As at 23 November 2026 at 2:05pm." in today
        assert "1 action: 1 complete, 0 open, none is overdue." in today
        older = client.get(f"/c/{council.slug}/?quarter=2026-Q1").content.decode()
        assert "As at 30 June 2026, worked out today." in older
        assert "There are no actions yet." in older
        for wrong in ("2026-Q3", "2014-Q4", "soon", "2026-Q9"):
            assert (
                "Choose a quarter that has ended."
                in client.get(f"/c/{council.slug}/?quarter={wrong}").content.decode()
            )
        printed = client.get(f"/c/{council.slug}/overview/print/?quarter=2026-Q2").content.decode()
        assert "As at 30 September 2026, kept on 1 October 2026." in printed


def test_pages_need_as_many_statements_for_fifty_rows_as_for_one(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan = make_plan(council, coordinator)
    review = make_review(council, coordinator, rows=1)
    assessment = make_round(council, coordinator)
    action = make_action(plan, coordinator, owner=coordinator, due_in=3)
    with service_scope(council=council):
        _log(action, coordinator, 1, rating="green")
    sign_in(client, coordinator)
    base = f"/c/{council.slug}"
    addresses = [
        "/my-work/",
        f"{base}/",
        f"{base}/plans/",
        f"{base}/plans/{plan.pk}/",
        f"{base}/plans/{plan.pk}/?status=open&sort=due",
        f"{base}/actions/{action.pk}/",
        f"{base}/checklist/{assessment.pk}/",
        f"{base}/checklist/{assessment.pk}/table/",
        f"{base}/scrutiny/",
        f"{base}/scrutiny/{review.pk}/",
        f"/api/v1{base}/plans/",
        f"/api/v1{base}/plans/{plan.pk}/actions/",
        f"/api/v1{base}/scrutiny/{review.pk}/",
    ]
    for address in addresses:
        client.get(address)
    at_one = {address: len(_statements(client, address)) for address in addresses}
    made_at_one = _made(council)
    for number in range(50):
        other = make_plan(council, coordinator, f"Plan {number}") if number < 10 else plan
        make_action(other, coordinator, owner=coordinator, due_in=number - 10)
        with service_scope(council=council):
            _log(action, coordinator, number + 2, rating="green")
        if number < 10:
            make_review(council, coordinator, f"Review {number}")
            board(council, f"Board {number}", timezone.localdate() + timedelta(days=number))
    at_fifty = {address: len(_statements(client, address)) for address in addresses}
    client.get(f"{base}/")
    at_fifty[f"{base}/"] = len(_statements(client, f"{base}/"))
    assert at_fifty == at_one
    # Three of them are the test's own: what is around it is a transaction already.
    assert at_one[f"{base}/"] <= 12, at_one
    assert max(at_one.values()) <= 48, at_one
    assert _made(council) == made_at_one


def _made(council: Council) -> int:
    """How many statements it takes to make the picture."""
    with service_scope(council=council), CaptureQueriesContext(connection) as captured:
        told_now(council, timezone.localdate())
    return len(captured)


def test_no_main_page_reads_a_council_owned_table_from_end_to_end(
    client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan = make_plan(council, coordinator)
    make_action(plan, coordinator, owner=coordinator)
    make_round(council, coordinator)
    sign_in(client, coordinator)
    addresses = ("/my-work/", f"/c/{council.slug}/", f"/c/{council.slug}/plans/{plan.pk}/")
    for address in addresses:
        statements = _statements(client, address)
        # What waits is read as parts of a union, each in brackets.
        read = [
            each for each in statements if "compliance_" in each and each.lstrip("(").startswith("SELECT")
        ]
        assert any('"compliance_action"' in each for each in read), address
        for statement in read:
            with service_scope(council=council), connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("EXPLAIN " + statement)
                plan_lines = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan on compliance_action" not in plan_lines, (address, statement, plan_lines)
            assert "Seq Scan on compliance_itemanswer" not in plan_lines, (address, statement, plan_lines)
            assert "Seq Scan on compliance_progressentry" not in plan_lines, (address, plan_lines)
