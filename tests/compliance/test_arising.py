"""Actions that arise at meetings and audits: real plan actions, refused in words, named back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from compliance.access import arisen_actions_of, origins_linked_to
from compliance.models import Action, ActionPlan, Objective
from compliance.queries.arising import current_plan
from compliance.services.plans import change_plan, create_plan
from prevent_portal.accounts.access import CouncilAccess, council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.tenancy.scope import council_scope, service_scope
from prevent_portal.web import arising_actions
from prevent_portal.web.arising_actions import ArisenAction, Origin, arisen_actions, raise_action
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
MEETING = Origin("Delivery Group, 12 March 2026", "/c/x/meetings/1/")


def plan_of(
    council: Council, by: User, title: str = "Plan", *, days: int = 30, kind: str = "multi_agency"
) -> ActionPlan:
    with service_scope(council=council):
        return create_plan(
            council=council,
            by=by,
            title=title,
            kind=kind,
            part_of="Safer together" if kind == "community_safety" else "",
            purpose="",
            starts_on=TODAY - timedelta(days=400),
            ends_on=TODAY + timedelta(days=days),
        )


def arise(
    council: Council, by: User, title: str = "Brief the head teachers", owner: User | None = None
) -> ArisenAction:
    with council_scope(user_id=by.pk, council=council):
        return raise_action(
            council=council,
            title=title,
            owner=owner,
            due_on=TODAY + timedelta(days=20),
            origin=MEETING,
            by=by,
        )


def test_an_action_arises_in_the_current_plan_under_one_objective() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    coordinator, officer = member(council, Role.COORDINATOR), member(council, Role.SAFETY_OFFICER)
    plan = plan_of(council, coordinator)
    plan_of(other, member(other, Role.COORDINATOR))
    first = arise(council, coordinator, owner=officer)
    second = arise(council, coordinator, "Review the venue list")
    with service_scope(council=council):
        action = Action.objects.get(council=council, pk=first.id)
        assert (action.plan_id, action.owner_id, action.title) == (
            plan.pk,
            officer.pk,
            "Brief the head teachers",
        )
        assert action.first_due_on == TODAY + timedelta(days=20)
        assert action.measure == "Arose from: Delivery Group, 12 March 2026."
        assert [each.title for each in Objective.objects.filter(council=council)] == ["Actions arising"]
        assert (first.reference, second.reference) == ("A1", "A2")
        assert first.url == f"/c/{council.slug}/actions/{first.id}/"
    with service_scope(council=other):
        assert not Action.objects.filter(council=other).exists()


def test_a_council_without_a_plan_in_force_is_told_so_and_nothing_is_stored() -> None:
    council = CouncilFactory.create(name="Barnet")
    coordinator = member(council, Role.COORDINATOR)
    plan_of(council, coordinator, days=-1)
    with pytest.raises(
        PolicyError, match=r"Barnet has no action plan that is in force today\. Create a plan"
    ):
        arise(council, coordinator)
    with service_scope(council=council):
        assert not Objective.objects.filter(council=council).exists()


def test_a_multi_agency_plan_comes_first_and_a_district_s_plan_never() -> None:
    council = CouncilFactory.create(tier="county")
    district = CouncilFactory.create(tier="district", parent=council)
    coordinator = member(council, Role.COORDINATOR)
    own = plan_of(council, coordinator, "Own", kind="council")
    partners = plan_of(council, coordinator, "Partners")
    with service_scope(council=council):
        assert current_plan(council, TODAY) == partners
        change_plan(
            plan=partners,
            by=coordinator,
            version=1,
            title="Partners",
            kind="district",
            purpose="",
            starts_on=partners.starts_on,
            ends_on=partners.ends_on,
            district=district,
        )
        assert current_plan(council, TODAY) == own
        ActionPlan.objects.filter(council=council, pk=own.pk).delete()
        assert current_plan(council, TODAY) is None, "the district's plan is not the county's to fill"


def test_only_a_person_who_may_change_plans_raises_an_action() -> None:
    council = CouncilFactory.create()
    plan_of(council, member(council, Role.COORDINATOR))
    with pytest.raises(PolicyError, match="Only a person who may change action plans can raise an action"):
        arise(council, member(council, Role.ADMINISTRATOR))


def test_an_owner_of_another_council_is_refused() -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan_of(council, coordinator)
    with pytest.raises(PolicyError, match="has no role in"):
        arise(council, coordinator, owner=member(other, Role.SAFETY_OFFICER))


def test_arisen_actions_are_read_as_far_as_the_person_may_read_them(monkeypatch: pytest.MonkeyPatch) -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    partner = member(council, Role.PARTNER_LEAD)
    plan_of(council, coordinator)
    theirs = arise(council, coordinator, owner=partner)
    arise(council, coordinator, "Another")

    def read(person: User, where: Council) -> set[str]:
        with council_scope(user_id=person.pk, council=where):
            access = council_access(person, where)
            ids = [theirs.id, uuid4()]
            assert set(arisen_actions(access, ids)) == set(arisen_actions_of(access, ids))
            return {each.reference for each in arisen_actions(access, ids).values()}

    assert read(coordinator, council) == {"A1"}
    assert read(partner, council) == {"A1"}
    assert read(member(council, Role.PANEL_MEMBER), council) == set()
    assert read(member(other, Role.COORDINATOR), other) == set()


def test_an_action_names_where_it_arose(monkeypatch: pytest.MonkeyPatch) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan_of(council, coordinator)
    arisen = arise(council, coordinator)
    monkeypatch.setattr(arising_actions, "_origins", {})

    def meetings(access: CouncilAccess, action_id: object) -> list[Origin]:
        return [MEETING] if action_id == arisen.id else []

    arising_actions.register_origins("meetings", meetings)
    with council_scope(user_id=coordinator.pk, council=council):
        action = Action.objects.get(council=council, pk=arisen.id)
        links = origins_linked_to(council_access(coordinator, council), action)
    assert [(link.text, link.href) for link in links] == [(MEETING.words, MEETING.href)]


def test_a_maker_and_the_name_of_origins_are_taken_once() -> None:
    with pytest.raises(ValueError, match="have a maker already"):
        arising_actions.register(raise_action, arisen_actions)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arising_actions, "_origins", {})
        arising_actions.register_origins("meetings", lambda access, action_id: [])
        with pytest.raises(ValueError, match="meetings is registered twice"):
            arising_actions.register_origins("meetings", lambda access, action_id: [])
