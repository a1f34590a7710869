"""A worker dies while it checks a staff register: checked once, nothing doubled, no bytes left (AV-1)."""

from __future__ import annotations

import os
import signal
from datetime import date

import pytest

from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.models import Email, Job
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory
from tests.figures import RecordFigure
from tests.outbox.conftest import Processes
from tests.outbox.processes import wait_until
from tests.partnerships.factories import OrganisationFactory, submitter
from tests.training.register_files import register_csv, staff
from training.enums import RegisterState
from training.models import RegisterPart, RegisterRow, StaffRegister
from training.services.registers import receive_register

pytestmark = pytest.mark.django_db(transaction=True)


class Sent:
    """A register of a trust that waits for its check."""

    def __init__(self, council: Council, people: int) -> None:
        organisation = OrganisationFactory()
        person = submitter(council, organisation)
        content = register_csv(staff(people))
        with service_scope(council=council):
            self.register, self.asked = receive_register(
                council=council,
                by=person,
                organisation=organisation,
                of_services=False,
                council_staff_only=False,
                period_end=date(2018, 6, 30),
                leaves_out_other_courses=False,
                file_name="june.csv",
                chunks=lambda: [content],
            )
        self.council, self.person = council, person

    @property
    def job(self) -> Job:
        with service_scope(council=self.council):
            return Job.objects.get(pk=self.asked.pk)

    def left(self) -> dict[str, object]:
        """What the check left behind."""
        with service_scope(council=self.council):
            register = StaffRegister.objects.get(council=self.council, pk=self.register.pk)
            return {
                "state": register.state,
                "people": register.people,
                "rows": RegisterRow.objects.filter(council=self.council, register=register).count(),
                "parts": RegisterPart.objects.filter(council=self.council).count(),
                "emails": Email.objects.filter(recipient=self.person.email).count(),
            }


@pytest.mark.figures("kills and effects")
def test_killing_the_worker_while_it_checks_a_register_checks_it_exactly_once(
    processes: Processes, record_figure: RecordFigure
) -> None:
    worker = processes.worker()
    processes.beat()
    killed = Sent(CouncilFactory(), people=15_000)
    elsewhere = Sent(CouncilFactory(), people=20)
    wait_until(
        lambda: (killed.job.state, killed.job.step) == (JobState.RUNNING, "Checking the rows"),
        what="the check of the rows",
    )
    [child] = worker.children()
    os.kill(child, signal.SIGKILL)
    before = {"state": RegisterState.WAITING, "people": 0, "rows": 0, "emails": 0}
    assert {name: killed.left()[name] for name in before} == before
    wait_until(lambda: killed.job.is_finished and elsewhere.job.is_finished, what="the end of both checks")
    assert (killed.job.state, killed.job.attempts) == (JobState.DONE, 2)
    assert (elsewhere.job.state, elsewhere.job.attempts) == (JobState.DONE, 1)
    once = {"state": RegisterState.CHECKED, "parts": 0, "emails": 1}
    assert killed.left() == {**once, "people": 15_000, "rows": 30_000}
    assert elsewhere.left() == {**once, "people": 20, "rows": 40}
    record_figure(
        "kills and effects",
        {"kills": 1, "requests": 2, "effects": 2, "doubles": 0, "lost": 0},
        control="without the sweeper the killed job is never done; without the claim it is stored twice",
    )
