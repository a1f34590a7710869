"""How a panel performs: exact, for its chair, and for nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from channel.case_choices import ReviewKind
from channel.enums import Capacity, FileForm
from channel.models import CaseReview, ChannelCase
from channel.policies import ChannelRefused
from channel.queries.performance import OverdueReview, StageLine
from channel.services import files
from channel.services.performance import Performance, Volume, read_performance, year_of
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, panel_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def southwark() -> PanelWorld:
    return panel_world("southwark")


def dated(world: PanelWorld, *cases: tuple[date, date, date]) -> None:
    """Cases by the days of referral, screening and first panel."""
    for number, (referred, screened, panel) in enumerate(cases):
        case = world.new_case(f"CNRYDATED{number}")
        with world.as_chair():
            ChannelCase.objects.filter(pk=case.pk).update(
                referred_on=referred, screened_on=screened, first_panel_on=panel
            )


def read(world: PanelWorld, year: int = 2025) -> Performance:
    with world.as_chair():
        return read_performance(panel=world.panel, year=year, by=world.chair)


def test_volumes_and_timeliness_are_exact_and_of_this_panel_alone(
    barnet: PanelWorld, southwark: PanelWorld
) -> None:
    dated(
        barnet,
        (date(2025, 4, 1), date(2025, 4, 11), date(2025, 5, 1)),
        (date(2025, 6, 30), date(2025, 7, 2), date(2025, 7, 12)),
        (date(2025, 3, 31), date(2025, 4, 2), date(2025, 4, 30)),
    )
    dated(southwark, *[(date(2025, 4, 1), date(2025, 4, 2), date(2025, 4, 3))] * 2)
    performance = read(barnet)
    assert performance.volumes[0] == Volume("Referrals", ("2", "0", "0", "0"), "2")
    assert performance.volumes[1] == Volume("Cases screened", ("2", "1", "0", "0"), "3")
    assert performance.work.stages[:3] == [
        StageLine("Referral to screening", 3, 2, 10),
        StageLine("Screening to first panel", 3, 20, 28),
        StageLine("Referral to first panel", 3, 30, 30),
    ]
    assert performance.work.stages[3] == StageLine("First panel to start of support", 0, None, None)
    assert dict(performance.work.consent)["Not asked yet"] == 4
    assert (performance.work.held, performance.work.cancelled) == (0, 0)
    assert read(southwark).volumes[0].year == "2"


def test_a_review_of_yesterday_is_overdue_and_one_of_today_is_not(barnet: PanelWorld) -> None:
    today = timezone.localdate()
    with barnet.as_chair():
        for days, kind in ((1, ReviewKind.SIX_MONTHS), (0, ReviewKind.TWELVE_MONTHS)):
            CaseReview.objects.create(
                council=barnet.council,
                case=barnet.case,
                kind=kind,
                due_on=today - timedelta(days=days),
                created_by=barnet.chair,
            )
    assert read(barnet).work.reviews == [
        OverdueReview(barnet.case.reference, "Review 6 months after closure", today - timedelta(days=1))
    ]


def test_reading_is_one_event_and_nobody_else_reads(
    barnet: PanelWorld, southwark: PanelWorld, client: Client
) -> None:
    secretary = barnet.seat(Role.CHANNEL_ADMINISTRATOR, granted=False, capacity=Capacity.SECRETARY)
    address = reverse("channel-performance", args=["barnet"])
    for person in (secretary, barnet.seat(), southwark.chair):
        assert sign_in(Client(), person).get(address).status_code == 404
    with barnet.as_person(secretary), pytest.raises(ChannelRefused, match="Only the panel’s chair"):
        read_performance(panel=barnet.panel, year=2025, by=secretary)
    sign_in(client, barnet.chair)
    page = client.get(address, {"year": timezone.localdate().year - 1})
    assert page.status_code == 200
    assert southwark.canary not in page.content.decode()
    with barnet.as_chair():
        assert Event.objects.filter(action="channel.exact_figures_read").count() == 1


def test_a_deputy_who_has_not_acknowledged_is_led_to_the_acknowledgement(
    barnet: PanelWorld, client: Client
) -> None:
    deputy = barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    sign_in(client, deputy)
    page = client.get(reverse("channel-performance", args=["barnet"])).content.decode()
    assert "Sign this year’s acknowledgement first" in page
    assert "Volumes" not in page
    with barnet.as_person(deputy), pytest.raises(ChannelRefused, match="acknowledgement"):
        files.request_figures_file(panel=barnet.panel, year=2025, form=FileForm.PDF, by=deputy)


@pytest.mark.parametrize("year", ["x", "1999", "99999999999999999999", ""])
def test_a_wrong_year_shows_this_one(barnet: PanelWorld, client: Client, year: str) -> None:
    sign_in(client, barnet.chair)
    assert client.get(reverse("channel-performance", args=["barnet"]), {"year": year}).status_code == 200


def test_the_page_asks_as_many_questions_with_twenty_cases_as_with_one(
    barnet: PanelWorld, client: Client
) -> None:
    sign_in(client, barnet.chair)
    address = reverse("channel-performance", args=["barnet"])
    counts = []
    for _ in range(2):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counts.append(len(asked))
        for number in range(4):
            barnet.new_case(f"CNRY{number}")
    assert counts[0] == counts[1]


def test_a_year_begins_on_1_april_and_one_that_has_not_begun_makes_no_file(barnet: PanelWorld) -> None:
    assert [year_of(date(2026, 3, 31)), year_of(date(2026, 4, 1))] == [2025, 2026]
    coming = year_of(timezone.localdate()) + 1
    with barnet.as_chair(), pytest.raises(ChannelRefused, match=r"^Choose a year that has begun\.$"):
        files.request_figures_file(panel=barnet.panel, year=coming, form=FileForm.PDF, by=barnet.chair)
