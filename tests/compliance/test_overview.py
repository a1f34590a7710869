"""The overview and My work: figures of one council, tasks of one person, statements that do not grow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.models import Action, ItemAnswer
from compliance.queries.changes import changes_since
from compliance.services.progress import log_progress
from compliance.views.overview import grouped, summary
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem, due_items
from prevent_portal.tenancy.models import Council, new_id
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, make_review, make_round
from tests.factories import CouncilFactory, give_role, member
from tests.partnerships.factories import board

pytestmark = pytest.mark.django_db


def _statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200, address
    return [query["sql"] for query in captured.captured_queries]


def test_the_overview_speaks_of_one_council_only(client: Client) -> None:
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    for council, actions in ((ours, 2), (theirs, 5)):
        coordinator = member(council, Role.COORDINATOR)
        plan = make_plan(council, coordinator)
        for _ in range(actions):
            make_action(plan, coordinator, due_in=-1)
        make_round(council, coordinator)
        make_review(council, coordinator, rows=actions)
        board(council, f"Board of {council.name}", timezone.localdate() + timedelta(days=3))
    sign_in(client, member(ours, Role.BOARD_MEMBER), second_factor=False)
    page = client.get(f"/c/{ours.slug}/").content.decode()
    assert "2 actions: 0 complete, 2 open, 2 overdue." in page
    assert "0 of 17" in page
    assert "0 of 3 in place, 3 not answered" in page
    assert f"Board of {ours.name}" in page
    assert theirs.name not in page
    assert client.get(f"/c/{theirs.slug}/").status_code == 404


def test_a_member_without_the_overview_is_led_to_what_they_may_see(client: Client) -> None:
    council = CouncilFactory.create()
    sign_in(client, member(council, Role.COUNCILLOR), second_factor=False)
    assert client.get(f"/c/{council.slug}/").url == f"/c/{council.slug}/scrutiny/"
    visitor = sign_in(Client(), member(council, Role.PARTNER_LEAD))
    assert visitor.get(f"/c/{council.slug}/").status_code == 302


def test_changes_are_sentences_made_from_rows() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    with time_machine.travel("2026-08-10 12:00"):
        coordinator = member(council, Role.COORDINATOR)
        plan = make_plan(council, coordinator)
        first, second = make_action(plan, coordinator), make_action(plan, coordinator)
        with service_scope(council=council):
            _log(first, coordinator, 1, rating="green")
            _log(second, coordinator, 1, rating="green")
    with time_machine.travel("2026-11-02 12:00"):
        with service_scope(council=council):
            _log(first, coordinator, 2, rating="red")
            _log(second, coordinator, 2, rating="green", status="complete")
        make_action(make_plan(other, member(other, Role.COORDINATOR)), coordinator)
        with service_scope(council=council):
            assert changes_since(council, date(2026, 10, 1)) == [
                "1 action was completed.",
                "1 action got a worse rating.",
                "2 progress notes were logged on 2 actions.",
            ]
            assert changes_since(council, date(2026, 7, 1))[1] == "2 actions were added."
            assert changes_since(council, date(2027, 1, 1)) == []


def _log(action: Action, by: User, version: int, **fields: Any) -> None:
    given: dict[str, Any] = {"status": "in_progress", "note": "Words.", **fields}
    log_progress(action=action, by=by, version=version, token=new_id(), **given)


def _due(council: Council, day: date | None) -> DueItem:
    return DueItem(council=council, due_on=day, reference="A1", title="T", task="Log", href="/")


@pytest.mark.parametrize(
    ("day", "group"),
    [
        (date(2026, 11, 17), "Overdue"),
        (date(2026, 11, 18), "This week"),
        (date(2026, 11, 22), "This week"),
        (date(2026, 11, 23), "This quarter"),
        (date(2026, 12, 31), "This quarter"),
        (date(2027, 1, 1), "Later"),
        (None, "Later"),
    ],
)
def test_tasks_are_grouped_by_when_they_are_due(day: date | None, group: str) -> None:
    item = _due(CouncilFactory.build(), day)
    wednesday = date(2026, 11, 18)
    assert [name for name, found in grouped([item], wednesday).items() if found] == [group]


def test_a_week_that_crosses_the_quarters_end_is_still_this_week() -> None:
    item = _due(CouncilFactory.build(), date(2027, 1, 3))
    assert grouped([item], date(2026, 12, 30))["This week"] == [item]
    assert summary([item], date(2026, 12, 30)) == "1 task is due by the end of this quarter."
    assert summary([], date(2026, 12, 30)) == "Nothing waits for you."


def test_my_work_holds_own_tasks_across_own_councils_and_no_others(client: Client) -> None:
    first, second, foreign = (CouncilFactory.create() for _ in range(3))
    person, colleague = member(first, Role.SAFETY_OFFICER), member(first, Role.SAFETY_OFFICER)
    give_role(person, second, Role.SAFETY_OFFICER)
    coordinators = {council: member(council, Role.COORDINATOR) for council in (first, second, foreign)}
    yesterday = timezone.localdate() - timedelta(days=1)
    give_role(person, foreign, Role.SAFETY_OFFICER, starts_on=date(2020, 1, 1), ends_on=yesterday)
    for council, owner, title in (
        (first, person, "Own one"),
        (second, person, "Own two"),
        (foreign, person, "Of a council that was left"),
        (first, colleague, "A colleague's"),
    ):
        make_action(
            make_plan(council, coordinators[council], title),
            coordinators[council],
            title=title,
            owner=owner,
            due_in=5,
        )
    assessment = make_round(first, coordinators[first])
    with service_scope(council=first):
        answer = ItemAnswer.objects.get(council=first, assessment=assessment, item__ref="S-13")
        answer.owner = person
        answer.save(update_fields=["owner"])
    with own_councils_scope(user_id=person.pk):
        items = due_items(person, timezone.localdate())
    titles = [item.title for item in items if item.task in {"Log progress", "Answer the item"}]
    assert titles == ["Public venues and computers give extremists no platform", "Own one", "Own two"]
    sign_in(client, person, second_factor=False)
    page = client.get("/my-work/").content.decode()
    for words in ("Own one", "Own two", first.name, second.name):
        assert words in page
    for words in ("A colleague", "was left", foreign.name):
        assert words not in page


def test_my_work_asks_as_much_for_twelve_councils_as_for_two(client: Client) -> None:
    person = member(CouncilFactory.create(), Role.COORDINATOR)
    sign_in(client, person)

    def join(*councils: Council) -> int:
        for council in councils:
            give_role(person, council, Role.COORDINATOR)
            plan = make_plan(council, person, f"Plan of {council.name}")
            make_action(plan, person, owner=person, due_in=5)
            make_round(council, person)
            make_review(council, person, rows=2)
        return len(_statements(client, "/my-work/"))

    client.get("/my-work/")
    at_two = join(CouncilFactory.create())
    assert join(*(CouncilFactory.create() for _ in range(10))) == at_two


def test_a_person_without_a_council_is_told_so(client: Client) -> None:
    from tests.factories import UserFactory

    sign_in(client, UserFactory.create(), second_factor=False)
    assert "You have no role in a council" in client.get("/my-work/").content.decode()


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
    for number in range(50):
        other = make_plan(council, coordinator, f"Plan {number}") if number < 10 else plan
        make_action(other, coordinator, owner=coordinator, due_in=number - 10)
        with service_scope(council=council):
            _log(action, coordinator, number + 2, rating="green")
        if number < 10:
            make_review(council, coordinator, f"Review {number}")
            board(council, f"Board {number}", timezone.localdate() + timedelta(days=number))
    at_fifty = {address: len(_statements(client, address)) for address in addresses}
    assert at_fifty == at_one
    assert max(at_one.values()) <= 48, at_one


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
        for statement in _statements(client, address):
            if "compliance_" not in statement or not statement.startswith("SELECT"):
                continue
            with service_scope(council=council), connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("EXPLAIN " + statement)
                plan_lines = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan on compliance_action" not in plan_lines, (address, statement, plan_lines)
            assert "Seq Scan on compliance_itemanswer" not in plan_lines, (address, statement, plan_lines)
            assert "Seq Scan on compliance_progressentry" not in plan_lines, (address, plan_lines)
