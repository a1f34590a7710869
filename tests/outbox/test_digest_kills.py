"""A run of the digests that is killed anywhere leaves nobody untold and nobody told twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from prevent_portal.accounts.enums import Role
from prevent_portal.outbox.models import Email, Notice, Reminder
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory, member
from tests.figures import RecordFigure
from tests.outbox.processes import ROOT
from tests.outbox.test_digests import DUE

FIGURE = "digests killed midway"
PEOPLE, KILLS = 200, 8


@pytest.mark.figures(FIGURE, only=True)
@pytest.mark.django_db(transaction=True)
def test_runs_that_are_killed_tell_everybody_once(record_figure: RecordFigure) -> None:
    council = CouncilFactory.create()
    people = [member(council, Role.SAFETY_OFFICER) for _ in range(PEOPLE)]
    chance, killed = random.Random(8), 0
    while killed < KILLS:
        before = Email.objects.count()
        run = start()
        while Email.objects.count() == before and run.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.6))
        run.send_signal(signal.SIGKILL)
        killed += run.wait() == -signal.SIGKILL
        assert Email.objects.count() < PEOPLE, "it was killed midway"
    assert start().wait() == 0
    assert start().wait() == 0
    told = Counter(Email.objects.values_list("recipient", flat=True))
    with service_scope(council=council):
        logged = Counter(Reminder.objects.values_list("person", flat=True))
        noticed = Counter(Notice.objects.values_list("person", flat=True))
    assert told == dict.fromkeys((person.email for person in people), 1)
    assert logged == noticed == dict.fromkeys((person.pk for person in people), 2)
    record_figure(
        FIGURE,
        {"kills": killed, "people": PEOPLE, "told": len(told), "told twice": 0, "lost": 0},
        control="with the log and the e-mail in transactions of their own: 1 of 200 logged and never told",
    )


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.outbox.digest_run", DUE.isoformat()],
        cwd=ROOT,
        env={**os.environ, "DATABASE_OWNER_URL": ""},
        start_new_session=True,
    )
