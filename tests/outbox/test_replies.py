"""A repeat is answered for a time, and no longer: an answer may hold what is kept nowhere else (API-3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from celery.schedules import crontab
from django.utils import timezone

from prevent_portal.celery import app
from prevent_portal.outbox.models import KeptReply
from prevent_portal.outbox.services.replies import KEPT_FOR, begin_reply, finish_reply
from prevent_portal.outbox.tasks import forget_old_replies
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_they_go_every_night() -> None:
    task = app.conf.beat_schedule["forget the answers to old repeats"]
    assert (task["task"], task["schedule"]) == (forget_old_replies.name, crontab(hour=3, minute=50))


def test_old_answers_go_in_every_council_and_newer_ones_stay() -> None:
    councils, person, now = [CouncilFactory(), CouncilFactory()], UserFactory(), timezone.now()
    for council in councils:
        for key, age in (("old", KEPT_FOR + timedelta(minutes=1)), ("new", KEPT_FOR - timedelta(minutes=1))):
            with time_machine.travel(now - age, tick=False), service_scope(council=council):
                reply = begin_reply(council=council, by=person, route="notes", key=key, body={})
                finish_reply(reply=reply, status=201, body={"name": "kept nowhere else"})
    with time_machine.travel(now, tick=False):
        forget_old_replies()
    for council in councils:
        with service_scope(council=council):
            assert [reply.key for reply in KeptReply.objects.filter(council=council)] == ["new"]
