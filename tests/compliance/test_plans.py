"""Plans and actions: first dates stay, moves are counted, stale saves lose nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.utils import timezone

from compliance.models import Action, DueDateMove, ProgressEntry
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.plans import action_counts, due_words, plan_lines
from compliance.services.plans import change_action, create_plan, move_due_date
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


def test_the_first_due_date_cannot_be_overwritten_in_the_database() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    action = make_action(make_plan(council, coordinator), coordinator, due_in=10)
    with service_scope(council=council):
        with pytest.raises(IntegrityError, match="first_due_on is kept"), transaction.atomic():
            Action.objects.filter(council=council, pk=action.pk).update(first_due_on=date(2030, 1, 1))
        assert Action.objects.filter(council=council, pk=action.pk).update(due_on=date(2030, 1, 1)) == 1


def test_a_log_and_the_moves_cannot_be_changed_or_deleted() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    action = make_action(make_plan(council, coordinator), coordinator)
    with service_scope(council=council):
        move_due_date(
            action=action,
            by=coordinator,
            version=1,
            due_on=action.due_on + timedelta(days=9),
            reason="A reason.",
        )
        assert DueDateMove.objects.filter(council=council).update(reason="Another.") == 0
        assert DueDateMove.objects.filter(council=council).delete()[0] == 0
        assert ProgressEntry.objects.filter(council=council).update(note="") == 0
        assert DueDateMove.objects.get(council=council).reason == "A reason."


def test_a_moved_date_is_shown_as_moved() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan = make_plan(council, coordinator)
    with service_scope(council=council):
        objective = plan.objectives.get()
        from compliance.services.plans import add_action

        action = add_action(
            objective=objective, by=coordinator, title="Write the policy", due_on=date(2026, 3, 31)
        )
        assert due_words(action, date(2026, 3, 31)) == "Due 31 March 2026"
        assert due_words(action, date(2026, 4, 1)) == "Overdue: due 31 March 2026"
        for version, day in ((1, date(2026, 5, 31)), (2, date(2026, 6, 30))):
            action = move_due_date(
                action=action, by=coordinator, version=version, due_on=day, reason="A reason."
            )
    assert due_words(action, date(2026, 3, 1)) == "Due 31 March 2026, moved twice, now 30 June 2026"
    assert (
        due_words(action, date(2026, 4, 15)) == "Overdue: due 31 March 2026, moved twice, now 30 June 2026"
    ), "extended, and still overdue by the date first promised"


@pytest.mark.parametrize(
    ("days", "reason", "words"),
    [(0, "A reason.", "is the one it has already"), (5, " ", "Enter the reason")],
)
def test_a_move_needs_another_day_and_a_reason(days: int, reason: str, words: str) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    action = make_action(make_plan(council, coordinator), coordinator)
    with service_scope(council=council), pytest.raises(PolicyError, match=words):
        move_due_date(
            action=action,
            by=coordinator,
            version=1,
            due_on=action.due_on + timedelta(days=days),
            reason=reason,
        )


def test_a_stale_change_is_refused_with_both_texts() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    action = make_action(make_plan(council, coordinator), coordinator, title="First words")
    rest = {"measure": "", "owner": None, "lead_organisation": None, "priority": "medium"}
    with service_scope(council=council):
        change_action(action=action, by=coordinator, version=1, title="Theirs", **rest)
        with pytest.raises(StaleVersion) as caught:
            change_action(action=action, by=coordinator, version=1, title="Mine", **rest)
        assert caught.value.version == 2
        assert [(one.label, one.theirs, one.yours) for one in caught.value.differences] == [
            ("Title", "Theirs", "Mine")
        ]
        assert Action.objects.get(council=council).title == "Theirs"


def test_references_count_within_the_council_and_never_repeat() -> None:
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    for council in (ours, theirs):
        coordinator = member(council, Role.COORDINATOR)
        first, second = make_plan(council, coordinator, "One"), make_plan(council, coordinator, "Two")
        references = [make_action(plan, coordinator).reference for plan in (first, second, first)]
        assert references == ["A1", "A2", "A3"]


def test_a_plan_needs_a_title_of_its_own_and_an_end_after_its_start() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    make_plan(council, coordinator, "Plan")
    given = {"council": council, "by": coordinator, "kind": "council", "purpose": ""}
    with service_scope(council=council):
        with pytest.raises(PolicyError, match="already a plan with this title"):
            create_plan(title="Plan", starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1), **given)
        with pytest.raises(PolicyError, match="must end on or after"):
            create_plan(title="New", starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1), **given)


def test_counts_are_those_of_one_council() -> None:
    today = timezone.localdate()
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    for council, due_in in ((ours, -3), (theirs, -3), (theirs, 20)):
        coordinator = member(council, Role.COORDINATOR)
        make_action(make_plan(council, coordinator, f"Plan {due_in}"), coordinator, due_in=due_in)
    with service_scope(council=ours):
        counts = action_counts(ours, today)
        assert (counts.total, counts.open, counts.overdue, counts.complete) == (1, 1, 1, 0)
        assert [(line.actions, line.open, line.overdue) for line in plan_lines(ours, today)] == [(1, 1, 1)]
        assert action_counts(theirs, today).total == 0, "the literal filter names them, the wall hides them"


def test_with_the_filter_deleted_a_member_of_both_gets_only_the_council_of_the_scope() -> None:
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    both = member(ours, Role.COORDINATOR)
    from tests.factories import give_role

    give_role(both, theirs, Role.COORDINATOR)
    kept = make_action(make_plan(ours, both), both)
    make_action(make_plan(theirs, both), both)
    with council_scope(user_id=both.pk, council=ours):
        assert [action.pk for action in Action.objects.all()] == [kept.pk]


def test_an_action_cannot_point_into_another_council() -> None:
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    plan, other = (make_plan(council, member(council, Role.COORDINATOR)) for council in (ours, theirs))
    with service_scope(council=ours), pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        Action.objects.create(
            council=ours,
            plan_id=other.pk,
            objective=plan.objectives.get(),
            number=1,
            title="Across",
            first_due_on=date(2026, 1, 1),
            due_on=date(2026, 1, 1),
        )
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_plan_page_filters_sorts_and_pages_from_its_address(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan = make_plan(council, coordinator)
    for number in range(1, 29):
        make_action(
            plan,
            coordinator,
            due_in=100 - number if number > 1 else -5,
            title=f"Promise {number:02d}",
            owner=coordinator if number % 2 else None,
        )
    sign_in(client, coordinator)
    address = f"/c/{council.slug}/plans/{plan.pk}/"

    def titles(query: str) -> list[str]:
        page = client.get(address + query)
        assert page.status_code == 200
        text = page.content.decode()
        return re.findall(r"Promise (\d\d)</a>", text)

    assert titles("") == [f"{n:02d}" for n in range(1, 26)]
    assert titles("?page=2") == ["26", "27", "28"]
    assert titles("?overdue=on") == ["01"]
    assert titles("?sort=due")[:3] == ["01", "28", "27"]
    assert titles("?owner=nobody&page=1") == [f"{n:02d}" for n in range(2, 29, 2)]
    assert titles("?text=a7") == ["07"]
    assert titles("?text=Promise+11") == ["11"]
    assert titles("?status=complete") == []
    for nonsense in ("?status=x", "?owner=999999999999", "?objective=x", "?page=x", "?sort=x", "?text=%00"):
        assert client.get(address + nonsense).status_code == 200


def test_a_page_of_a_plan_of_another_council_is_not_there(client: Client) -> None:
    ours, theirs = CouncilFactory.create(), CouncilFactory.create()
    plan = make_plan(theirs, member(theirs, Role.COORDINATOR))
    action = make_action(plan, member(theirs, Role.COORDINATOR))
    sign_in(client, member(ours, Role.COORDINATOR))
    for path in (
        f"plans/{plan.pk}/",
        f"plans/{plan.pk}/actions/add/",
        f"plans/{plan.pk}/objectives/add/",
        f"actions/{action.pk}/",
        f"actions/{action.pk}/progress/",
        f"actions/{action.pk}/change/",
        f"actions/{action.pk}/due-date/",
    ):
        assert client.get(f"/c/{ours.slug}/{path}").status_code == 404
        assert client.get(f"/c/{theirs.slug}/{path}").status_code == 404


def test_a_coordinator_builds_a_plan_by_its_pages(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    sign_in(client, coordinator)
    base = f"/c/{council.slug}/plans/"
    dates = {
        "starts_on_day": "1",
        "starts_on_month": "4",
        "starts_on_year": "2026",
        "ends_on_day": "31",
        "ends_on_month": "3",
        "ends_on_year": "2025",
    }
    given = {"title": "The plan", "kind": "council", **dates}
    refused = client.post(f"{base}add/", given)
    assert "Last day must be on or after the first day" in refused.content.decode()
    plan_page = client.post(f"{base}add/", {**given, "ends_on_year": "2028"}).url
    assert client.post(f"{plan_page}objectives/add/", {"title": "Aim"}).url == plan_page
    with service_scope(council=council):
        from compliance.models import Objective

        objective = Objective.objects.get(council=council)
    action_page = client.post(
        f"{plan_page}actions/add/",
        {
            "objective": str(objective.pk),
            "title": "Do it",
            "due_on_day": "1",
            "due_on_month": "5",
            "due_on_year": "2027",
            "priority": "high",
            "owner": str(coordinator.pk),
        },
    ).url
    assert "A1 Do it" in client.get(action_page).content.decode()
    changed = {"title": "Do it well", "priority": "low", "version": "1"}
    assert client.post(f"{action_page}change/", changed).status_code == 302
    stale = client.post(f"{action_page}change/", {**changed, "title": "Do it fast"})
    assert stale.status_code == 409
    for words in ("Do it well", "Do it fast", "Somebody else saved first"):
        assert words in stale.content.decode()
    moved = {"due_on": "2027-06-01", "reason": "The venue closed.", "version": "2"}
    assert client.post(f"{action_page}due-date/", moved).status_code == 302
    page = client.get(action_page).content.decode()
    assert "Due 1 May 2027, moved once, now 1 June 2027" in page
    assert "The venue closed." in page
    assert client.post(f"{action_page}due-date/", moved).status_code == 409
    again = client.post(f"{action_page}due-date/", {**moved, "version": "3"})
    assert "The new due date is the one it has already." in again.content.decode()
