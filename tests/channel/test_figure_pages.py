"""Pages and the one API address of figures: the walk of a release, and who is shown nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from channel.disclosure.groups import Quarter
from channel.enums import Audience, Capacity, FigureChoice, ReleaseState
from channel.models import FigureProfile, FigureRelease
from channel.queries.figures import current_profile
from channel.services import statements
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, panel_world
from tests.channel.test_figures import approved, deputy, proposed
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def southwark() -> PanelWorld:
    return panel_world("southwark")


def signed_in(person: User) -> Client:
    client = Client()
    sign_in(client, person)
    return client


def test_figures_walk_from_a_chairs_form_to_a_board_members_page(
    barnet: PanelWorld, southwark: PanelWorld
) -> None:
    second, reader = deputy(barnet), member(barnet.council, Role.BOARD_MEMBER)
    page = reverse("channel-figures", args=["barnet"])
    year = Quarter.of(timezone.localdate() - timedelta(days=500)).year - 1
    answer = signed_in(barnet.chair).post(
        reverse("channel-figures-propose", args=["barnet"]),
        {
            "panel": barnet.panel.pk,
            "title": "Referrals for the board",
            "audience": "boards",
            "measure": "referrals",
            "year": year,
            "division": "time",
            "reason": "The board's meeting in June",
        },
    )
    with barnet.as_chair():
        release = FigureRelease.objects.get()
    address = reverse("channel-figure-release", args=["barnet", release.pk])
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert "Referrals for the board" not in signed_in(reader).get(page).content.decode()

    own = signed_in(barnet.chair)
    assert "Release these figures" not in own.get(address).content.decode()
    refused = own.post(address, {"approve": "1", "decision": "I want them"})
    assert "Somebody else has to approve them" in refused.content.decode()

    other = signed_in(second)
    assert "Release these figures" in other.get(address).content.decode()
    assert other.post(address, {"approve": "1", "decision": "Asked for"}).status_code == 302
    with barnet.as_chair():
        assert FigureRelease.objects.get().state == ReleaseState.APPROVED

    shown = signed_in(reader).get(page).content.decode()
    assert "Referrals for the board" in shown
    assert f"1 April {year} to 31 March {year + 1}" in shown
    assert "fewer than 8" in shown
    assert barnet.panel.name not in shown
    board_next_door = member(southwark.council, Role.BOARD_MEMBER)
    assert signed_in(board_next_door).get(page).status_code == 404
    assert (
        "No figures have been released"
        in signed_in(board_next_door).get(reverse("channel-figures", args=["southwark"])).content.decode()
    )


def test_the_api_reads_released_figures_out_and_nothing_else(barnet: PanelWorld) -> None:
    second, reader = deputy(barnet), member(barnet.council, Role.REPORT_AUTHOR)
    address = reverse("api-channel-figures", args=["barnet"])
    proposed(barnet, title="Not yet")
    assert signed_in(reader).get(address, {"audience": "boards"}).json()["results"] == []
    release = approved(barnet, proposed(barnet), second)
    (figure,) = signed_in(reader).get(address, {"audience": "boards"}).json()["results"]
    assert datetime.fromisoformat(figure.pop("released_at")) == release.decided_at
    assert figure == {
        "title": "Referrals in the year",
        "counts": "Referrals",
        "period": "1 April 2014 to 31 March 2015",
        "printed": "20",
        "number": 20,
    }
    assert signed_in(reader).get(address, {"audience": "public"}).json()["results"] == []
    for wrong in ({}, {"audience": "everybody"}):
        assert signed_in(reader).get(address, wrong).status_code == 400


PAGES = (
    "channel-figure-releases",
    "channel-figures-propose",
    "channel-figure-profile",
    "channel-figure-release",
)


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.CHANNEL_CHAIR, Role.CHANNEL_ADMINISTRATOR}), ids=str
)
def test_pages_of_proposals_do_not_exist_for_anybody_else(barnet: PanelWorld, role: Role) -> None:
    release = proposed(barnet)
    client = signed_in(member(barnet.council, role))
    for name in PAGES:
        arguments = ["barnet", release.pk] if name == "channel-figure-release" else ["barnet"]
        address = reverse(name, args=arguments)
        answers = [client.get(address), client.post(address, {"approve": "1", "decision": "Mine"})]
        assert {answer.status_code for answer in answers} <= {404, 405}
        assert answers[0].status_code == 404
        assert "Referrals in the year" not in answers[0].content.decode()
    with barnet.as_chair():
        assert FigureRelease.objects.get().state == ReleaseState.PROPOSED


@pytest.mark.parametrize(
    "role",
    sorted(
        set(Role) - {Role.CHANNEL_CHAIR, Role.CHANNEL_ADMINISTRATOR, Role.BOARD_MEMBER, Role.REPORT_AUTHOR}
    ),
    ids=str,
)
def test_released_figures_do_not_exist_for_other_roles(barnet: PanelWorld, role: Role) -> None:
    client = signed_in(member(barnet.council, role))
    assert client.get(reverse("channel-figures", args=["barnet"])).status_code == 404
    api = reverse("api-channel-figures", args=["barnet"])
    assert client.get(api, {"audience": "boards"}).status_code == 404


def test_a_chair_of_another_panel_finds_no_release(barnet: PanelWorld, southwark: PanelWorld) -> None:
    release = proposed(barnet)
    for person in (southwark.chair, member(barnet.council, Role.CHANNEL_CHAIR)):
        address = reverse("channel-figure-release", args=["barnet", release.pk])
        assert signed_in(person).get(address).status_code == 404


def test_the_secretary_may_propose_and_not_approve_nor_decide(barnet: PanelWorld) -> None:
    secretary = barnet.seat(Role.CHANNEL_ADMINISTRATOR, granted=False, capacity=Capacity.SECRETARY)
    client = signed_in(secretary)
    listed = reverse("channel-figure-releases", args=["barnet"])
    address = reverse("channel-figure-release", args=["barnet", proposed(barnet).pk])
    # Before the yearly promise a release is named, and no link leads to what does not open.
    assert client.get(address).status_code == 404
    assert "Referrals in the year" in (before := client.get(listed).content.decode())
    assert address not in before
    with barnet.as_person(secretary):
        statements.acknowledge(panel=barnet.panel, statement_id=barnet.annual.pk, by=secretary)
    assert address in client.get(listed).content.decode()
    assert "Release these figures" not in client.get(address).content.decode()
    assert (
        "Only a Channel chair" in client.post(address, {"approve": "1", "decision": "Mine"}).content.decode()
    )
    assert client.get(reverse("channel-figure-profile", args=["barnet"])).status_code == 404
    assert client.post(address, {"decline": "1", "decision": "Not now"}).status_code == 302


def test_a_chair_decides_how_figures_print(barnet: PanelWorld) -> None:
    client, address = signed_in(barnet.chair), reverse("channel-figure-profile", args=["barnet"])
    given = {"audience": "public", "choice": "fewer_than_five", "reason": "Full council asked"}
    assert "Enter" in client.post(address, {**given, "reason": ""}).content.decode()
    assert client.post(address, given).status_code == 302
    with barnet.as_chair():
        profile = current_profile(barnet.council, Audience.PUBLIC)
        assert FigureProfile.objects.count() == 1
    assert (profile.choice, profile.zeros_shown) == (FigureChoice.FEWER_THAN_FIVE, False)
    shown = client.get(reverse("channel-figure-releases", args=["barnet"])).content.decode()
    assert "Full council asked" in shown


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_proposals_ask_for_a_fresh_second_factor(barnet: PanelWorld, name: str) -> None:
    release = proposed(barnet)
    client = Client()
    sign_in(client, barnet.chair, second_factor=False)
    arguments = ["barnet", release.pk] if name == "channel-figure-release" else ["barnet"]
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 302
    assert release.title not in answer.content.decode()
