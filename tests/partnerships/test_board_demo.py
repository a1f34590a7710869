"""The demo carries the structures of the five reports, and loading it twice changes nothing."""

from __future__ import annotations

import pytest
from django.utils import timezone

from partnerships.demo.boards import load_boards
from partnerships.enums import ParticipationState
from partnerships.models import Board, BoardParticipant, BoardTerms, GovernanceLine, Meeting, Seat, SeatHolder
from partnerships.queries.boards import boards_of, open_invitations
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

SLUGS = ("barnet", "southwark", "wolverhampton", "buckinghamshire", "leicestershire", "leicester")
DISTRICTS = {"wycombe": "buckinghamshire", "charnwood": "leicestershire", "blaby": "leicestershire"}


def rows(councils: dict[str, Council]) -> dict[str, int]:
    """How many rows there are in all, counted council by council."""
    found: dict[str, int] = {}
    for council in councils.values():
        with service_scope(council=council):
            for model in (Board, BoardTerms, GovernanceLine, Seat, SeatHolder, Meeting):
                count = model.objects.filter(council=council).count()
                found[model.__name__] = found.get(model.__name__, 0) + count
            found["Joined"] = found.get("Joined", 0) + BoardParticipant.objects.filter(host=council).count()
    return found


def test_the_structures_of_the_five_reports_are_loaded_once() -> None:
    councils = {slug: CouncilFactory.create(slug=slug, name=slug.title()) for slug in SLUGS}
    for slug, county in DISTRICTS.items():
        councils[slug] = CouncilFactory.create(slug=slug, name=slug.title(), parent=councils[county])
    for slug in ("harborough", "melton"):
        CouncilFactory.create(slug=slug, parent=councils["leicestershire"], joined_on=None)
    person = member(councils["leicestershire"], Role.COORDINATOR)
    people = {"coordinator@leicestershire.example": person}
    load_boards(councils=councils, people=people)
    first = rows(councils)
    load_boards(councils=councils, people=people)
    assert rows(councils) == first

    def seen(slug: str) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        with service_scope(council=councils[slug]):
            return {
                line.name: (line.state.value, line.cadence.value, line.parents)
                for line in boards_of(councils[slug], timezone.localdate())
            }

    bucks = seen("buckinghamshire")
    assert bucks["Safer Stronger Bucks Partnership Board"] == ("active", "six_monthly", ())
    assert bucks["Prevent Network"] == (
        "active",
        "quarterly",
        ("Safer Stronger Bucks Partnership Board",),
    )
    assert bucks["Wycombe Prevent Board"] == (
        "active",
        "quarterly",
        ("Safer Stronger Bucks Partnership Board",),
    )
    assert seen("wolverhampton")["CONTEST Board"][0] == "planned"
    barnet = seen("barnet")
    assert barnet["Barnet Prevent Delivery Group"][1:] == (
        "quarterly",
        ("Safer Communities Partnership Board",),
    )
    assert barnet["Barnet Channel Panel"][1] == "monthly"
    assert seen("leicestershire")["District Community Safety Partnerships"][2] == (
        "Anti-social Behaviour Strategy Group",
        "Prevent Steering Group",
    )
    assert set(seen("leicester")) == {"Prevent Steering Group", "Safer Leicester Partnership"}
    assert seen("leicester")["Prevent Steering Group"][2] == ("Safer Leicester Partnership",)
    with service_scope(council=councils["wycombe"]):
        (invitation,) = open_invitations(councils["wycombe"])
        assert invitation.state == ParticipationState.INVITED
    with service_scope(council=councils["leicestershire"]):
        seats = Seat.objects.filter(board__name="Prevent Steering Group")
        assert sorted(seat.agency.slug for seat in seats.exclude(agency=None).select_related("agency")) == [
            "blaby",
            "charnwood",
            "harborough",
            "leicester",
            "leicestershire",
            "leicestershire",
            "melton",
        ]
        assert SeatHolder.objects.get(person=person).post == "Prevent coordinator"
