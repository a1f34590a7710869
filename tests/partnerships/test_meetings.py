"""Boards and meetings: what a council sees of its own and of joint ones."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from partnerships.queries import boards_of, next_meetings
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import join
from tests.partnerships.factories import board

pytestmark = pytest.mark.django_db
TODAY = date(2019, 2, 1)


def test_next_meetings_are_the_council_s_own_and_start_with_the_earliest() -> None:
    ours, theirs = CouncilFactory(name="Ours"), CouncilFactory(name="Theirs")
    board(ours, "Delivery Group", date(2019, 3, 5), date(2019, 1, 31), date(2019, 2, 1))
    board(ours, "Partnership Board", date(2019, 2, 20))
    board(theirs, "Other Board", date(2019, 2, 2))
    person = member(ours, Role.COORDINATOR)
    with council_scope(user_id=person.pk, council=ours):
        found = next_meetings(ours, TODAY, 2)
    assert [(m.board, m.held_on, m.host) for m in found] == [
        ("Delivery Group", date(2019, 2, 1), ""),
        ("Partnership Board", date(2019, 2, 20), ""),
    ]


def test_a_joint_board_shows_to_its_participant_while_it_takes_part_and_to_nobody_else() -> None:
    host, participant, other = (CouncilFactory(name=name) for name in ("Host", "Participant", "Other"))
    today = timezone.localdate()
    joint = board(host, "Steering Group", today + timedelta(days=3))
    board(host, "Private Board", today + timedelta(days=4))
    taking_part = join(joint, participant)

    def seen(council):
        with service_scope(council=council):
            return (
                [(m.board, m.host) for m in next_meetings(council, today)],
                [line.name for line in boards_of(council, today)],
            )

    assert seen(participant) == ([("Steering Group", "Host")], ["Steering Group"])
    assert seen(other) == ([], [])
    with service_scope(council=host):
        taking_part.ends_on = today - timedelta(days=1)
        taking_part.save(update_fields=["ends_on"])
    assert seen(participant) == ([], [])
    assert seen(host)[1] == ["Private Board", "Steering Group"]
