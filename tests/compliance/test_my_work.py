"""My work: tasks of one person across their councils, by when, with statements that do not grow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.models import ItemAnswer
from compliance.views.my_work import grouped, summary
from prevent_portal.accounts.enums import Role
from prevent_portal.outbox.due_items import DueItem, due_items
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, make_review, make_round
from tests.factories import CouncilFactory, give_role, member

pytestmark = pytest.mark.django_db


def _statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, address
    return [query["sql"] for query in captured.captured_queries]


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
