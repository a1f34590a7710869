"""The demo carries the structures of five published reports, and is never loaded into a portal in use."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from compliance.demo.plans import load_plans
from compliance.demo.sharing import load_shares
from compliance.models import ActionPlan
from compliance.queries.plan_reviews import reviewed_by
from partnerships.demo.boards import load_boards
from partnerships.demo.organisations import load_organisations
from partnerships.models import Board, BoardParticipant, BoardTerms, GovernanceLine, Meeting, Seat, SeatHolder
from partnerships.queries.boards import boards_of, open_invitations
from prevent_portal.accounts import demo as accounts_demo
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import own_councils_scope, service_scope

pytestmark = pytest.mark.django_db


def test_the_demo_is_not_loaded_where_the_portal_is_served_over_https(settings: object) -> None:
    settings.SECURE = True
    before = User.objects.count()
    with pytest.raises(CommandError, match="published password"):
        call_command("load_demo", verbosity=0)
    assert User.objects.count() == before


def boards_seen_by(council: Council) -> dict[str, tuple[str, str, str, tuple[str, ...]]]:
    """State, cadence, host and upper boards of each board that the council sees."""
    return {
        line.name: (line.state.value, line.cadence.value, line.host, line.parents)
        for line in boards_of(council, timezone.localdate())
    }


def plans_of(council: Council) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """District, what it is a part of, and who reviews it, of each plan."""
    plans = ActionPlan.objects.filter(council=council).select_related("district")
    return {
        plan.title: (plan.district.name if plan.district else "", plan.part_of, tuple(reviewed_by(plan)))
        for plan in plans
    }


def rows(councils: dict[str, Council]) -> dict[str, int]:
    """How many rows of boards there are in all, counted council by council."""
    found: dict[str, int] = {}
    for council in councils.values():
        with service_scope(council=council):
            for model in (Board, BoardTerms, GovernanceLine, Seat, SeatHolder, Meeting):
                count = model.objects.filter(council=council).count()
                found[model.__name__] = found.get(model.__name__, 0) + count
            found["Joined"] = found.get("Joined", 0) + BoardParticipant.objects.filter(host=council).count()
    return found


@pytest.fixture
def councils() -> dict[str, Council]:
    """The demo's councils with what makes up their structures: people, bodies, boards, plans and shares."""
    councils, people = accounts_demo.load()
    load_organisations(councils=councils, people=people)
    load_boards(councils=councils, people=people)
    for council in councils.values():
        with service_scope(council=council):
            load_plans(council, people)
            load_shares(council, people)
    return councils


def test_the_demo_councils_carry_the_structures_of_the_five_reports(councils: dict[str, Council]) -> None:
    boards: dict[str, dict[str, tuple[str, str, str, tuple[str, ...]]]] = {}
    plans: dict[str, dict[str, tuple[str, str, tuple[str, ...]]]] = {}
    for slug, council in councils.items():
        with service_scope(council=council):
            boards[slug], plans[slug] = boards_seen_by(council), plans_of(council)

    # Barnet: the group each quarter under the partnership's board, as the panel each month.
    upper, group = "Safer Communities Partnership Board", "Barnet Prevent Delivery Group"
    assert boards["barnet"] == {
        upper: ("active", "quarterly", "", ()),
        group: ("active", "quarterly", "", (upper,)),
        "Barnet Channel Panel": ("active", "monthly", "", (upper,)),
    }
    assert plans["barnet"] == {
        "Multi-agency Prevent action plan": (
            "", "", (f"{group}, every quarter", f"{upper}, every six months"),
        ),
    }  # fmt: skip

    # Buckinghamshire: a board twice a year and a network each quarter review one plan; the council's own
    # is looked at every six months, and Wycombe has a board and a plan of its own.
    upper, districts = "Safer Stronger Bucks Partnership Board", "District Community Safety Partnerships"
    assert boards["buckinghamshire"] == {
        upper: ("active", "six_monthly", "", ()),
        "Corporate Management Team": ("active", "monthly", "", ()),
        "Prevent Network": ("active", "quarterly", "", (upper,)),
        districts: ("active", "quarterly", "", ("Prevent Network",)),
        "Wycombe Prevent Board": ("active", "quarterly", councils["wycombe"].name, (upper,)),
    }
    theirs = (f"{districts}, every six months",)
    assert plans["buckinghamshire"] == {
        "County Prevent action plan": (
            "", "", ("Prevent Network, every quarter", f"{upper}, every six months"),
        ),
        "The council's own plan": ("", "", ("Corporate Management Team, every six months",)),
        "Aylesbury Vale Prevent action plan": ("Aylesbury Vale", "", theirs),
        "Chiltern Prevent action plan": ("Chiltern", "", theirs),
        "South Bucks Prevent action plan": ("South Bucks", "", theirs),
    }  # fmt: skip
    assert boards["wycombe"] == {"Wycombe Prevent Board": ("active", "quarterly", "", ())}
    assert plans["wycombe"] == {
        "Wycombe Prevent action plan": ("", "", ("Wycombe Prevent Board, every quarter",))
    }
    with service_scope(council=councils["wycombe"]):
        (invitation,) = open_invitations(councils["wycombe"])
        assert invitation.board.name == "Prevent Network"

    # Wolverhampton: a board that is promised, and that nobody sits on yet.
    assert boards["wolverhampton"] == {
        "Safer Wolverhampton Partnership": ("active", "quarterly", "", ()),
        "CONTEST Board": ("planned", "quarterly", "", ("Safer Wolverhampton Partnership",)),
    }
    with service_scope(council=councils["wolverhampton"]):
        promised = Board.objects.get(name="CONTEST Board")
        assert promised.set_up_by is not None
        assert not Meeting.objects.filter(board=promised).exists()

    # Southwark: the partnership carries the duty and its plan, beside the two safeguarding boards.
    assert boards["southwark"] == {
        "Safer Southwark Partnership": ("active", "quarterly", "", ()),
        "Safeguarding Children Board": ("active", "quarterly", "", ()),
        "Safeguarding Adults Board": ("active", "quarterly", "", ()),
    }
    assert list(plans["southwark"].values()) == [("", "", ("Safer Southwark Partnership, every six months",))]

    # Leicestershire: two lines, a steering group of city and county, and seven districts with their plans.
    upper, steering, lower = (
        "Safer Communities Strategy Board",
        "Prevent Steering Group",
        "Anti-social Behaviour Strategy Group",
    )
    assert boards["leicestershire"] == {
        upper: ("active", "quarterly", "", ()),
        steering: ("active", "quarterly", "", (upper,)),
        lower: ("active", "quarterly", "", (upper,)),
        districts: ("active", "quarterly", "", (lower, steering)),
    }
    host = councils["leicestershire"].name
    assert boards["leicester"] == {
        steering: ("active", "quarterly", host, ("Safer Leicester Partnership",)),
        "Safer Leicester Partnership": ("active", "quarterly", "", ()),
    }
    kept = {district: part_of for district, part_of, _ in plans["leicestershire"].values() if district}
    assert {district: bool(part_of) for district, part_of in kept.items()} == {
        "Harborough": False,
        "Hinckley and Bosworth": False,
        "Melton": True,
        "North West Leicestershire": False,
        "Oadby and Wigston": True,
    }
    for slug, is_part in (("charnwood", False), ("blaby", True)):
        ((_, part_of, _),) = plans[slug].values()
        assert bool(part_of) == is_part
    with service_scope(council=councils["leicestershire"]):
        seats = Seat.objects.filter(board__name=steering).exclude(agency=None)
        assert sorted(seats.values_list("agency__slug", flat=True)) == [
            "blaby",
            "charnwood",
            "harborough",
            "hinckley-and-bosworth",
            "leicester",
            "leicestershire",
            "leicestershire",
            "melton",
            "north-west-leicestershire",
            "oadby-and-wigston",
        ]
        held = SeatHolder.objects.filter(person__email="coordinator@leicestershire.example")
        assert sorted(held.values_list("seat__board__name", flat=True)) == [lower, steering]
    person = User.objects.get(email="coordinator@leicestershire.example")
    with own_councils_scope(user_id=person.pk):
        roles = Membership.objects.live().filter(user=person, role_group__role=Role.COORDINATOR)
        assert sorted(roles.values_list("council__slug", flat=True)) == ["leicester", "leicestershire"]

    before = rows(councils)
    load_boards(councils=councils, people={person.email: person})
    assert rows(councils) == before, "loading the structures again changes nothing"
