"""Plans and actions: first dates stay, moves are counted, stale saves lose nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.models import Action, DueDateMove, Objective, ProgressEntry
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.actions import board_of
from compliance.queries.plans import action_counts, due_words, plan_lines
from compliance.services.plans import (
    add_action,
    add_objective,
    change_action,
    change_objective,
    change_plan,
    create_plan,
    leads_of,
    reorder_objectives,
)
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, move_date
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked

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
    move_date(action, action.due_on + timedelta(days=9), asked_by=coordinator)
    with service_scope(council=council):
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
        action = add_action(
            objective=objective, by=coordinator, title="Write the policy", due_on=date(2026, 3, 31)
        )
        assert due_words(action, date(2026, 3, 31)) == "Due 31 March 2026"
        assert due_words(action, date(2026, 4, 1)) == "Overdue: due 31 March 2026"
    for day in (date(2026, 5, 31), date(2026, 6, 30)):
        action = move_date(action, day, asked_by=coordinator)
    assert due_words(action, date(2026, 3, 1)) == "Due 31 March 2026, moved twice, now 30 June 2026"
    assert (
        due_words(action, date(2026, 4, 15)) == "Overdue: due 31 March 2026, moved twice, now 30 June 2026"
    ), "extended, and still overdue by the date first promised"


def test_a_stale_change_is_refused_with_both_texts() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    action = make_action(make_plan(council, coordinator), coordinator, title="First words")
    rest = {"measure": "", "owner": None, "lead_organisations": [], "priority": "medium"}
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
        f"actions/{action.pk}/more-time/",
        f"plans/{plan.pk}/change/",
        f"plans/{plan.pk}/board/",
        f"plans/{plan.pk}/board/print/",
        f"plans/{plan.pk}/objectives/",
        f"plans/{plan.pk}/reviews/",
        f"plans/{plan.pk}/reviews/add/",
        f"plans/{plan.pk}/reviewers/add/",
        f"plans/{plan.pk}/versions/freeze/",
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


def test_an_action_can_have_several_leads_and_each_filters_the_list(client: Client) -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    police, school = (
        linked(council, OrganisationFactory.create(name=name)) for name in ("Police", "A school")
    )
    stranger = linked(other, OrganisationFactory.create(name="Trust elsewhere"))
    plan = make_plan(council, coordinator)
    both = make_action(plan, coordinator, title="Both lead", lead_organisations=[police, school])
    make_action(plan, coordinator, title="Nobody leads")
    sign_in(client, coordinator)
    base = f"/c/{council.slug}"
    with service_scope(council=council):
        assert [lead.name for lead in leads_of(both)] == ["A school", "Police"]
    assert "A school, Police" in client.get(f"{base}/actions/{both.pk}/").content.decode()
    for address in (f"{base}/actions/", f"{base}/plans/{plan.pk}/"):
        assert _references(client, f"{address}?lead={police.pk}") == ["A1"]
        assert _references(client, f"{address}?lead={school.pk}") == ["A1"]
        assert _references(client, f"{address}?lead=none") == ["A2"]
        assert "Trust elsewhere" not in client.get(address).content.decode()
    changed = {
        "title": "Both lead",
        "priority": "low",
        "version": "1",
        "lead_organisations": [str(school.pk)],
    }
    assert client.post(f"{base}/actions/{both.pk}/change/", changed).status_code == 302
    with service_scope(council=council):
        assert [lead.name for lead in leads_of(both)] == ["A school"]
    stale = client.post(f"{base}/actions/{both.pk}/change/", {**changed, "lead_organisations": []})
    assert stale.status_code == 409
    assert "Lead organisations" in stale.content.decode()
    foreign = client.post(
        f"{base}/actions/{both.pk}/change/",
        {**changed, "version": "2", "lead_organisations": [str(stranger.pk)]},
    )
    assert "Trust elsewhere" not in foreign.content.decode()
    with service_scope(council=council):
        assert [lead.name for lead in leads_of(both)] == ["A school"]


def _references(client: Client, address: str) -> list[str]:
    page = client.get(address)
    assert page.status_code == 200
    return re.findall(r">(A\d+) [^<]*</a>", page.content.decode())


def test_the_list_across_plans_filters_sorts_and_pages_from_its_address(client: Client) -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    one, two = (make_plan(council, coordinator, title) for title in ("First plan", "Second plan"))
    make_action(make_plan(other, member(other, Role.COORDINATOR), "Theirs"), coordinator, title="Foreign")
    for number in range(1, 29):
        make_action(
            one if number % 2 else two,
            coordinator,
            due_in=number if number > 1 else -5,
            title=f"Promise {number:02d}",
        )
    today = timezone.localdate()
    with service_scope(council=council):
        moved = Action.objects.get(council=council, number=7)
    move_date(moved, moved.due_on + timedelta(days=200), asked_by=coordinator)
    sign_in(client, coordinator)
    address = f"/c/{council.slug}/actions/"

    def numbers(query: str) -> list[int]:
        return [int(reference[1:]) for reference in _references(client, address + query)]

    in_order = [*range(1, 7), *range(8, 29), 7]
    assert numbers("") == in_order[:25]
    assert numbers("?page=2") == in_order[25:]
    assert numbers(f"?plan={two.pk}") == list(range(2, 29, 2))
    assert numbers("?overdue=on") == [1]
    assert numbers("?slipped=on") == [7]
    assert numbers("?sort=slips")[0] == 7
    assert numbers("?sort=reference")[:3] == [1, 2, 3]
    due_from, due_to = today + timedelta(days=3), today + timedelta(days=5)
    assert numbers(f"?due_from={due_from.isoformat()}&due_to={due_to.isoformat()}") == [3, 4, 5]
    parts = {f"due_from_{name}": getattr(due_from, name) for name in ("day", "month", "year")}
    asked = "&".join(f"{name}={value}" for name, value in parts.items())
    assert numbers(f"?{asked}")[:2] == [3, 4]
    assert "Foreign" not in client.get(address).content.decode()
    for nonsense in ("?plan=x", "?lead=x", "?due_from=x", "?due_from_day=99", "?slipped=x", "?sort=x"):
        assert client.get(address + nonsense).status_code == 200


def test_a_partner_lead_sees_only_their_own_actions_and_no_other_names(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR, name="Coordinator Name")
    partner = member(council, Role.PARTNER_LEAD, name="Partner Name")
    plan, hidden = (
        make_plan(council, coordinator, "Shown plan"),
        make_plan(council, coordinator, "Hidden plan"),
    )
    make_action(plan, coordinator, title="Theirs to do", owner=partner)
    make_action(hidden, coordinator, title="Not theirs", owner=coordinator)
    sign_in(client, partner, second_factor=False)
    page = client.get(f"/c/{council.slug}/actions/").content.decode()
    assert "Theirs to do" in page
    for words in ("Not theirs", "Hidden plan", "Coordinator Name"):
        assert words not in page
    for path in ("plans/", f"plans/{plan.pk}/", f"plans/{plan.pk}/board/", "requests-for-time/"):
        assert client.get(f"/c/{council.slug}/{path}").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["actions/", "plans/{plan}/", "plans/{plan}/board/", "plans/{plan}/board/print/", "actions/progress/"],
)
def test_lists_ask_the_same_for_1_and_for_50_actions(address: str) -> None:
    counts = []
    for rows in (1, 50):
        council = CouncilFactory.create()
        coordinator = member(council, Role.COORDINATOR)
        trust = linked(council, OrganisationFactory.create())
        plan = make_plan(council, coordinator)
        for number in range(rows):
            make_action(plan, coordinator, owner=coordinator, lead_organisations=[trust], due_in=number)
        visitor = sign_in(Client(), coordinator)
        with CaptureQueriesContext(connection) as asked:
            page = visitor.get(f"/c/{council.slug}/{address.format(plan=plan.pk)}")
        assert page.status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_board_shows_each_objective_with_its_actions_by_status(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan = make_plan(council, coordinator)
    with service_scope(council=council):
        second = add_objective(plan=plan, by=coordinator, title="Second aim")
        for number in range(13):
            add_action(
                objective=second,
                by=coordinator,
                title=f"Card {number:02d}",
                due_on=timezone.localdate() + timedelta(days=number),
            )
        Action.objects.filter(council=council, number=3).update(status="in_progress", rating="amber")
        Action.objects.filter(council=council, number=4).update(status="withdrawn")
    sign_in(client, coordinator)
    base = f"/c/{council.slug}/plans/{plan.pk}/board/"
    with service_scope(council=council):
        rows = board_of(plan, Action.objects.filter(council=council), most=10)
    assert [row.objective.title for row in rows] == ["Objective", "Second aim"]
    assert [(cell.status.value, cell.total, len(cell.actions)) for cell in rows[1].cells] == [
        ("not_started", 11, 10),
        ("in_progress", 1, 1),
        ("on_hold", 0, 0),
        ("complete", 0, 0),
    ]
    assert rows[1].withdrawn == 1
    page = client.get(base).content.decode()
    assert "And 1 more" in page
    assert "1 action withdrawn" in page
    printed = client.get(f"{base}print/").content.decode()
    assert printed.count('class="portal-sheet"') == 2
    assert len(re.findall(r"Card \d\d", printed)) == 12


def test_objectives_are_changed_and_put_into_a_new_order(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan = make_plan(council, coordinator)
    with service_scope(council=council):
        for title in ("Second", "Third"):
            add_objective(plan=plan, by=coordinator, title=title)
        keys = {one.title: one.pk for one in Objective.objects.filter(council=council)}
    sign_in(client, coordinator)
    address = f"/c/{council.slug}/plans/{plan.pk}/objectives/"
    assert client.post(address, {"move": f"up:{keys['Third']}", "version": "1"}).status_code == 302
    stale = client.post(address, {"move": f"up:{keys['Third']}", "version": "1"})
    assert stale.status_code == 409
    assert "Somebody else changed the plan" in stale.content.decode()
    assert client.post(address, {"move": f"down:{keys['Objective']}", "version": "2"}).status_code == 302
    with service_scope(council=council):
        assert [one.title for one in Objective.objects.filter(council=council)] == [
            "Third",
            "Objective",
            "Second",
        ]
    for nonsense in (
        {"move": "up:x", "version": "3"},
        {"move": "sideways", "version": "3"},
        {"version": "x"},
    ):
        assert "incomplete" in client.post(address, nonsense).content.decode()
    edit = f"{address}{keys['Third']}/change/"
    assert client.post(edit, {"title": "Third, better", "version": "1"}).status_code == 302
    again = client.post(edit, {"title": "Third, faster", "version": "1"})
    assert again.status_code == 409
    for words in ("Third, better", "Third, faster"):
        assert words in again.content.decode()


def test_an_order_must_name_every_objective_once() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan = make_plan(council, coordinator)
    with service_scope(council=council):
        first = plan.objectives.get()
        second = add_objective(plan=plan, by=coordinator, title="Second")
        for order in ([first.pk], [first.pk, first.pk], [first.pk, plan.pk]):
            with pytest.raises(PolicyError, match="name each objective"):
                reorder_objectives(plan=plan, by=coordinator, version=1, order=order)
        reorder_objectives(plan=plan, by=coordinator, version=1, order=[second.pk, first.pk])
        assert [one.pk for one in Objective.objects.filter(council=council)] == [second.pk, first.pk]
        with pytest.raises(StaleVersion):
            change_objective(objective=first, by=coordinator, version=5, title="Late")


def test_a_plans_head_changes_with_a_version_and_loses_no_text(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan, other = make_plan(council, coordinator, "Plan"), make_plan(council, coordinator, "Other")
    sign_in(client, coordinator)
    address = f"/c/{council.slug}/plans/{plan.pk}/change/"
    given = {
        "title": "Plan of the board",
        "kind": "community_safety",
        "part_of": "Community safety plan 2026 to 2029, priority 4",
        "purpose": "Theirs",
        "starts_on": "2026-04-01",
        "ends_on": "2028-03-31",
        "version": "1",
    }
    without = client.post(address, {**given, "part_of": ""})
    assert "Enter the title or reference of the community safety plan" in without.content.decode()
    assert client.post(address, given).status_code == 302
    stale = client.post(address, {**given, "purpose": "Mine"})
    assert stale.status_code == 409
    for words in ("Theirs", "Mine"):
        assert words in stale.content.decode()
    taken = client.post(address, {**given, "version": "2", "title": other.title})
    assert "There is already a plan with this title." in taken.content.decode()
    page = client.get(f"/c/{council.slug}/plans/{plan.pk}/").content.decode()
    assert "Part of a community safety plan: Community safety plan 2026 to 2029, priority 4" in page


def test_a_county_names_the_district_whose_plan_it_keeps(client: Client) -> None:
    county, elsewhere = CouncilFactory.create(), CouncilFactory.create()
    district = CouncilFactory.create(name="Charnmere", parent=county)
    foreign = CouncilFactory.create(name="Farshire", parent=elsewhere)
    coordinator = member(county, Role.COORDINATOR)
    given = {
        "council": county,
        "by": coordinator,
        "purpose": "",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
    }
    with service_scope(council=county):
        plan = create_plan(title="Its plan", kind="district", district=district, **given)
        assert plan_lines(county, timezone.localdate())[0].kind == "District's own plan: Charnmere"
        with pytest.raises(PolicyError, match="district of this county"):
            create_plan(title="Farther", kind="district", district=foreign, **given)
        with pytest.raises(PolicyError, match="names a district"):
            create_plan(title="Ours", kind="council", district=district, **given)
        with pytest.raises(PolicyError, match="Only a part of"):
            change_plan(
                plan=plan, version=1, title="Its plan", kind="district", part_of="x",
                **{name: value for name, value in given.items() if name != "council"},
            )  # fmt: skip
    sign_in(client, coordinator)
    form = client.get(f"/c/{county.slug}/plans/add/").content.decode()
    assert "Charnmere" in form
    assert "Farshire" not in form
