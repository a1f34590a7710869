"""The overview: figures of one council, and statements that do not grow with its rows."""

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

from compliance.models import Action
from compliance.queries.changes import changes_since
from compliance.services.progress import log_progress
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import new_id
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, make_review, make_round
from tests.factories import CouncilFactory, member
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
