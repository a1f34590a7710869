"""The database alone keeps cases from everybody without a right, whatever the application forgets."""

from __future__ import annotations

import pytest

from channel import queries
from channel.models import ChannelCase
from prevent_portal.accounts.access import council_access
from tests.channel.factories import PanelWorld, panel_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


def test_smoke(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        assert ChannelCase.objects.count() == 1
    person = barnet.seat()
    with barnet.as_person(person):
        assert ChannelCase.objects.count() == 0
    barnet.sign(person)
    with barnet.as_person(person):
        assert ChannelCase.objects.count() == 1
        assert queries.readable_cases(council_access(person, barnet.council)).count() == 1
