"""People follow a job they asked for, or that the room's rule lets them follow; nobody else finds it."""

from __future__ import annotations

import pytest
from django.test import Client

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.models import Job
from prevent_portal.outbox.services import jobs
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.outbox.test_jobs import ask, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def person(council: Council) -> User:
    return member(council, Role.COORDINATOR)


def page(job: Job, ending: str = "/") -> str:
    return f"/c/{job.council.slug}/jobs/{job.pk}{ending}"


def test_the_asker_follows_a_job_from_waiting_to_its_result(council: Council, person: User) -> None:
    job = ask(council, person, "quick")
    client = sign_in(Client(), person)
    waiting = client.get(page(job))
    assert "Waiting for its turn" in waiting.text
    assert f'data-url="{page(job, ".json")}"' in waiting.text
    assert client.get(page(job, ".json")).json() == {
        "percent": 0,
        "step": "Waiting for its turn",
        "done": False,
        "failed": False,
        "result_url": "",
    }
    jobs.run(council_id=council.pk, job_id=job.pk)
    done = client.get(page(job, ".json")).json()
    assert (done["percent"], done["done"], done["result_url"]) == (100, True, f"/c/{council.slug}/")
    assert f'href="/c/{council.slug}/"' in client.get(page(job)).text


def test_a_failure_is_told_in_words_and_can_be_tried_again(council: Council, person: User) -> None:
    job = ask(council, person, "impossible")
    jobs.run(council_id=council.pk, job_id=job.pk)
    client = sign_in(Client(), person)
    told = client.get(page(job, ".json")).json()
    assert (told["failed"], told["step"]) == (True, "The chart has no figures. Add a return first.")
    assert "Add a return first" in client.get(page(job)).text
    answer = client.post(page(job), follow=True)
    assert "trying again" in answer.text
    assert fresh(job).state == JobState.QUEUED


def test_only_the_asker_and_whom_the_room_lets_find_a_job(council: Council, person: User) -> None:
    other = CouncilFactory.create()
    job = ask(council, person, "quick")
    reader, colleague = member(council, Role.AUDITOR), member(council, Role.SAFETY_OFFICER)
    stranger = member(other, Role.COORDINATOR, Role.AUDITOR)
    for user, status in ((reader, 200), (colleague, 404), (stranger, 404)):
        client = sign_in(Client(), user)
        assert client.get(page(job)).status_code == status
        assert client.get(page(job, ".json")).status_code == status
    elsewhere = page(job).replace(council.slug, other.slug)
    assert sign_in(Client(), stranger).get(elsewhere).status_code == 404


def test_a_reader_cannot_ask_for_the_work(council: Council, person: User) -> None:
    job = ask(council, person, "impossible")
    jobs.run(council_id=council.pk, job_id=job.pk)
    reader = member(council, Role.AUDITOR)
    with service_scope(council=council):
        reader.memberships.update(starts_on="2019-01-01")
    client = sign_in(Client(), reader)
    with pytest.MonkeyPatch.context() as patch:
        from prevent_portal.outbox.handlers import Handler, NotPermitted
        from tests.outbox import work

        def refuse(job: Job) -> None:
            raise NotPermitted("Not yours.")

        handler = Handler("Refused", refuse, work.quick, work.store, readable=work.readable)
        for module in ("views.jobs", "access", "services.jobs"):
            patch.setattr(f"prevent_portal.outbox.{module}.handler_for", lambda kind: handler)
        assert client.post(page(job)).status_code == 404
    assert fresh(job).state == JobState.FAILED


def test_the_page_of_a_job_asks_as_many_questions_whatever_happened_before(
    council: Council, person: User, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        ask(council, person, "quick")
    job = ask(council, person, "quick")
    client = sign_in(Client(), person)
    client.get(page(job, ".json"))
    with django_assert_max_num_queries(14):
        client.get(page(job, ".json"))
