"""My work: tasks of one person across their councils, by when, with statements that do not grow."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.models import Action, ItemAnswer, Objective
from compliance.views.my_work import grouped, summary
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import DueItem, due_items, kinds
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, make_review, make_round
from tests.factories import CouncilFactory, give_role, member

pytestmark = pytest.mark.django_db


def _due(council: Council, day: date | None) -> DueItem:
    return DueItem(
        council=council, due_on=day, reference="A1", title="T", task="Log", href="/", kind="action"
    )


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


def test_my_work_asks_as_often_for_twelve_councils_as_for_two() -> None:
    """Exact numbers: whoever adds a statement for a kind of task of its own is told by this."""
    first, second, *others = (CouncilFactory.create() for _ in range(12))
    counts = {}
    for role, owns in ((Role.COORDINATOR, True), (Role.SAFETY_OFFICER, True), (Role.BOARD_MEMBER, False)):
        person = member(first, role)
        give_role(person, second, role)
        if owns:
            for council in (first, second):
                coordinator = member(council, Role.COORDINATOR)
                plan = make_plan(council, coordinator, f"Plan of {role}")
                make_action(plan, coordinator, owner=person, due_in=5)
                make_review(council, coordinator, f"Review of {role}", rows=2)
        with own_councils_scope(user_id=person.pk):
            at_two = _asked(person)
        for council in others:
            give_role(person, council, role)
        with own_councils_scope(user_id=person.pk):
            counts[role] = (at_two, _asked(person))
    assert counts == {
        # What the person holds and their councils; the rows of every room; then, each apart: risks on whose
        # audience the person is, and for a coordinator the returns that are expected and who sends them.
        Role.COORDINATOR: (6, 6),
        Role.SAFETY_OFFICER: (4, 4),
        Role.BOARD_MEMBER: (4, 4),
    }


def _asked(person: User) -> int:
    with CaptureQueriesContext(connection) as captured:
        due_items(person, timezone.localdate())
    return len(captured)


def test_every_kind_of_task_has_its_words() -> None:
    roots = ("compliance", "training", "channel", "partnerships", "prevent_portal")
    sources = [path.read_text(encoding="utf-8") for root in roots for path in Path(root).rglob("*.py")]
    calls = [
        node
        for source in sources
        if "DueItem(" in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
    ]
    given = {
        word.value.value
        for call in calls
        if getattr(call.func, "id", "") in {"DueItem", "_of_report"}
        for word in call.keywords
        if word.arg == "kind" and isinstance(word.value, ast.Constant)
    }
    assert given == kinds().keys()


def test_tasks_are_filtered_by_council_and_kind_and_paged(client: Client) -> None:
    first, second = CouncilFactory.create(name="Aford"), CouncilFactory.create(name="Beford")
    person = member(first, Role.SAFETY_OFFICER)
    sign_in(client, person, second_factor=False)
    assert "Nothing waits for you" in client.get("/my-work/").content.decode()
    make_action(
        make_plan(first, member(first, Role.COORDINATOR)),
        member(first, Role.COORDINATOR),
        title="Of Aford",
        owner=person,
        due_in=2,
    )
    assert "Filter your tasks" not in client.get("/my-work/").content.decode(), "one council needs no filter"
    give_role(person, second, Role.SAFETY_OFFICER)
    coordinator = member(second, Role.COORDINATOR)
    plan = make_plan(second, coordinator)
    with service_scope(council=second):
        objective = Objective.objects.get(council=second, plan=plan)
        Action.objects.bulk_create(
            Action(
                council=second,
                plan=plan,
                objective=objective,
                number=number,
                title=f"Number {number} of Beford",
                owner=person,
                due_on=timezone.localdate() + timedelta(days=3),
                first_due_on=timezone.localdate() + timedelta(days=3),
            )
            for number in range(1, 52)
        )
    page = client.get("/my-work/").content.decode()
    assert "Of Aford" in page
    assert "Showing 1 to 50 of 52" in page
    last = client.get("/my-work/?page=2").content.decode()
    assert last.count(" of Beford") == 2
    assert "Of Aford" not in last
    one = client.get(f"/my-work/?council={first.slug}&kind=action").content.decode()
    assert "1 task found" in one
    assert "of Beford" not in one
    nothing = client.get("/my-work/?council=elsewhere")
    assert nothing.status_code == 200


def test_a_person_without_a_council_is_told_so(client: Client) -> None:
    from tests.factories import UserFactory

    sign_in(client, UserFactory.create(), second_factor=False)
    assert "You have no role in a council at present" in client.get("/my-work/").content.decode()
