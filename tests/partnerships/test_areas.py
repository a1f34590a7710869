"""The rooms of the partnership stand where people look for them, and only what one may enter is named."""

from __future__ import annotations

import pytest

from partnerships.areas import GROUPS, areas
from partnerships.permissions import PARTNERSHIPS_GRANTS
from partnerships.registers import ACTIVITY
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.enums import Tier
from prevent_portal.tenancy.models import Council
from prevent_portal.web.areas import Areas


def seen(role: Role, current: str = "partnership", slug: str = "", tier: Tier = Tier.COUNTY) -> Areas | None:
    held = frozenset(name.value for name, roles in PARTNERSHIPS_GRANTS.items() if role in roles)
    return areas(
        CouncilAccess(User(), Council(slug="any", tier=tier), frozenset({role}), held), current, slug
    )


def test_the_groups_are_the_five_that_the_product_names_and_activity_holds_its_eight_registers() -> None:
    found = seen(Role.COORDINATOR, "partnership-registers", "briefings")
    assert found is not None
    assert [(each.text, each.current) for each in found.groups] == [
        ("Organisations", False),
        ("Boards and meetings", False),
        ("Agreements and registers", False),
        ("Activity", True),
        ("Funding", False),
    ]
    assert found.group == "Activity"
    assert [each.text for each in found.rooms] == [each.title for each in ACTIVITY]
    assert [each.href for each in found.rooms if each.current] == ["/c/any/partnership/registers/briefings/"]


@pytest.mark.parametrize(
    ("current", "slug", "group"),
    [
        ("partnership", "", "Organisations"),
        ("partner-audits", "", "Organisations"),
        ("meetings", "", "Boards and meetings"),
        ("partnership-registers", "", "Agreements and registers"),
        ("partnership-registers", "venues", "Agreements and registers"),
        ("partnership-registers", "projects", "Activity"),
        ("designations", "", "Funding"),
    ],
)
def test_a_page_lies_in_one_group_and_one_room(current: str, slug: str, group: str) -> None:
    found = seen(Role.COORDINATOR, current, slug)
    assert found is not None
    assert [each.text for each in found.groups if each.current] == [group]
    assert sum(each.current for each in found.rooms) == (1 if found.rooms else 0)


def test_who_reads_no_money_and_no_audits_is_shown_neither_and_a_district_no_districts() -> None:
    found = seen(Role.BOARD_MEMBER, tier=Tier.DISTRICT)
    assert found is not None
    assert [each.text for each in found.groups] == [each.text for each in GROUPS]
    assert found.rooms == []
    funding = seen(Role.BOARD_MEMBER, "designations")
    assert funding is not None
    assert [each.text for each in funding.groups][-1] == "Funding"
    assert funding.rooms == []
    assert seen(Role.PARTNER_LEAD, "partner-audits") is None
