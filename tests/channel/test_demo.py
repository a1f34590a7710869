"""The demo's panels: one case that one member can read, and one that nobody of Barnet can."""

from __future__ import annotations

import pytest
from django.utils import timezone

from channel import demo, demo_cases, queries
from channel.models import ChannelCase, ChannelMeeting
from channel.services import statements
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.keys.services.sealing import open_sealed
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope
from prevent_portal.web.wording import identifiers_in
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> tuple[dict[str, Council], dict[str, User]]:
    councils = {slug: CouncilFactory.create(slug=slug) for slug in ("barnet", "southwark")}
    for council in councils.values():
        member(council, Role.COORDINATOR)
    people = {
        "chair@barnet.example": member(councils["barnet"], Role.CHANNEL_CHAIR),
        "panel@barnet.example": member(councils["barnet"], Role.PANEL_MEMBER),
    }
    for _ in range(2):
        demo.load(councils=councils, people=people)
    return councils, people


def test_loading_twice_makes_each_case_once_and_one_open_meeting_in_barnet(
    world: tuple[dict[str, Council], dict[str, User]],
) -> None:
    councils, people = world
    barnet, chair = councils["barnet"], people["chair@barnet.example"]
    with council_scope(user_id=chair.pk, council=barnet):
        assert ChannelCase.objects.count() == 2 + len(demo_cases.STORIES)
        stages = {
            (case.consent_to_support, case.support_state, case.outcome) for case in ChannelCase.objects.all()
        }
        assert stages == {
            ("not_asked", "not_started", ""),
            ("not_asked", "not_started", "closed"),
            ("given", "not_started", ""),
            ("given", "not_started", "transferred"),
            ("given", "in_place", ""),
            ("given", "stopped", "completed"),
            ("refused", "not_started", ""),
            ("withdrawn", "stopped", ""),
        }
        assert ChannelMeeting.objects.filter(closed_at=None, opened_at__isnull=False).count() == 1


def test_the_member_reads_barnets_case_after_signing_and_nobody_of_barnet_reads_southwarks(
    world: tuple[dict[str, Council], dict[str, User]],
) -> None:
    councils, people = world
    barnet, southwark = councils["barnet"], councils["southwark"]
    person = people["panel@barnet.example"]
    with council_scope(user_id=person.pk, council=barnet):
        access = council_access(person, barnet)
        meeting = queries.open_meetings(access).get()
        assert queries.readable_cases(access).count() == 0
        statement = queries.current_statement(barnet, demo.StatementKind.MEETING)
        assert statement is not None
        statements.sign_statement(meeting=meeting, statement_id=statement.pk, by=person)
        assert open_sealed(queries.readable_cases(access).get())["summary"] == demo.BARNET_CASE
    for other in ("police", "schools", "probation"):
        asker = User.objects.get(email=f"{other}@barnet.example")
        with council_scope(user_id=asker.pk, council=barnet):
            statements.sign_statement(meeting=meeting, statement_id=statement.pk, by=asker)
            assert queries.readable_cases(council_access(asker, barnet)).count() == 0
    for asker in people.values():
        with council_scope(user_id=asker.pk, council=southwark):
            assert ChannelCase.objects.count() == 0
    with council_scope(user_id=User.objects.get(email="chair@southwark.example").pk, council=southwark):
        assert open_sealed(ChannelCase.objects.get())["summary"] == demo.SOUTHWARK_CASE


def test_the_demos_summaries_pass_the_screening() -> None:
    for summary in (demo.BARNET_CASE, demo.SOUTHWARK_CASE):
        assert identifiers_in(summary, timezone.localdate()) == []
