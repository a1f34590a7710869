"""Jobs are accepted with the request, done once, and end with words (AV-1, OP-3)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.accounts.services import memberships
from prevent_portal.audit.models import Event
from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.handlers import Handler, NotPermitted, UnknownKind, register
from prevent_portal.outbox.models import Email, Job
from prevent_portal.outbox.services import jobs
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory, member
from tests.outbox import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def other() -> Council:
    return CouncilFactory.create()


@pytest.fixture
def person(council: Council) -> User:
    return member(council, Role.COORDINATOR)


def ask(council: Council, person: User, kind: str, key: str = "") -> Job:
    with service_scope(council=council):
        subject = Membership.objects.get(council=council, user=person)
        job, _ = jobs.enqueue(
            council=council,
            kind=f"tests.{kind}",
            subject=subject,
            effect_key=key or uuid.uuid4().hex,
            by=person,
        )
    return job


def fresh(job: Job) -> Job:
    with service_scope(council=job.council):
        return Job.objects.get(pk=job.pk)


def revoke(person: User, council: Council) -> None:
    """End a person's role at once, as the council's administrator does."""
    administrator = member(council, Role.ADMINISTRATOR)
    with service_scope(council=council):
        memberships.end(membership=Membership.objects.get(council=council, user=person), by=administrator)


def stored(job: Job) -> tuple[int, int]:
    """How many e-mails and audit events the job left behind."""
    with service_scope(council=job.council):
        events = Event.objects.filter(action="tests.stored", subject_id=str(job.pk)).count()
    return Email.objects.filter(subject=f"Ready: {job.pk}").count(), events


def let_the_wait_pass(job: Job) -> None:
    with service_scope(council=job.council):
        Job.objects.filter(pk=job.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_a_job_ends_done_with_its_result_stored_once(council: Council, person: User) -> None:
    job = ask(council, person, "quick")
    assert jobs.run(council_id=council.pk, job_id=job.pk) is True
    assert jobs.run(council_id=council.pk, job_id=job.pk) is False
    done = fresh(job)
    assert (done.state, done.percent, done.attempts, done.failure) == (JobState.DONE, 100, 1, "")
    assert done.finished_at is not None
    assert stored(job) == (1, 1)


def test_the_same_effect_key_is_one_job_in_a_council_and_another_in_the_next(
    council: Council, other: Council, person: User
) -> None:
    stranger = member(other, Role.COORDINATOR)
    first, again = ask(council, person, "quick", "key"), ask(council, person, "quick", "key")
    elsewhere = ask(other, stranger, "quick", "key")
    assert first.pk == again.pk
    assert elsewhere.pk != first.pk


def test_a_job_is_not_found_through_another_council(council: Council, other: Council, person: User) -> None:
    job = ask(council, person, "quick")
    assert jobs.run(council_id=other.pk, job_id=job.pk) is False
    assert fresh(job).state == JobState.QUEUED


def test_unknown_work_is_not_accepted(council: Council, person: User) -> None:
    with pytest.raises(UnknownKind):
        ask(council, person, "unheard of")


def test_a_kind_has_one_handler() -> None:
    with pytest.raises(ValueError, match="two handlers"):
        register("tests.quick", Handler("Twice", work.permitted, work.quick, work.store))


def test_a_job_whose_asker_lost_the_right_ends_not_permitted_and_stores_nothing(
    council: Council, person: User
) -> None:
    job = ask(council, person, "quick")
    revoke(person, council)
    assert jobs.run(council_id=council.pk, job_id=job.pk) is True
    ended = fresh(job)
    assert ended.state == JobState.REFUSED
    assert ended.failure == "The person who asked is no longer allowed to."
    assert stored(job) == (0, 0)


def test_a_right_that_is_lost_during_the_work_stores_nothing(
    council: Council, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(council, person, "slow")

    monkeypatch.setenv(work.SECONDS, "0.05")
    monkeypatch.setattr("time.sleep", lambda seconds: revoke(person, council))
    assert jobs.run(council_id=council.pk, job_id=job.pk) is True
    assert fresh(job).state == JobState.REFUSED
    assert stored(job) == (0, 0)


def test_a_failure_that_no_retry_mends_ends_at_once_in_the_rooms_words(
    council: Council, person: User
) -> None:
    job = ask(council, person, "impossible")
    assert jobs.run(council_id=council.pk, job_id=job.pk) is True
    assert fresh(job).state == JobState.FAILED
    assert fresh(job).failure == "The chart has no figures. Add a return first."


def test_an_unexpected_failure_is_tried_five_times_and_ends_without_its_details(
    council: Council, person: User, caplog: pytest.LogCaptureFixture
) -> None:
    job = ask(council, person, "broken")
    for attempt in range(1, jobs.MOST_ATTEMPTS):
        assert jobs.run(council_id=council.pk, job_id=job.pk) is False
        waiting = fresh(job)
        assert (waiting.state, waiting.attempts) == (JobState.QUEUED, attempt)
        assert jobs.run(council_id=council.pk, job_id=job.pk) is False, "it waits before it is tried again"
        let_the_wait_pass(job)
    assert jobs.run(council_id=council.pk, job_id=job.pk) is True
    assert fresh(job).state == JobState.FAILED
    assert fresh(job).failure == jobs.UNEXPECTED
    assert "a secret detail" in caplog.text


def test_a_store_that_fails_keeps_nothing_and_is_tried_again(
    council: Council, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(council, person, "quick")
    monkeypatch.setattr(
        "prevent_portal.outbox.services.jobs.handler_for",
        lambda kind: Handler("Half", work.permitted, work.quick, store_and_fail),
    )
    assert jobs.run(council_id=council.pk, job_id=job.pk) is False
    assert stored(job) == (0, 0)
    monkeypatch.undo()
    let_the_wait_pass(job)
    assert jobs.run(council_id=council.pk, job_id=job.pk) is True
    assert stored(job) == (1, 1)


def store_and_fail(job: Job, result: str) -> None:
    work.store(job, result)
    raise ValueError("after the effect")


def test_a_job_that_kills_its_worker_five_times_is_given_up(council: Council, person: User) -> None:
    job = ask(council, person, "quick")
    with service_scope(council=council):
        Job.objects.filter(pk=job.pk).update(
            attempts=jobs.MOST_ATTEMPTS, state=JobState.RUNNING, claimed_until=timezone.now() - timedelta(1)
        )
    assert jobs.run(council_id=council.pk, job_id=job.pk) is False
    assert (fresh(job).state, fresh(job).failure) == (JobState.FAILED, jobs.KILLED)


def test_a_claim_that_was_lost_stores_nothing(
    council: Council, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While this worker works, another takes the job over; only the holder of the claim stores."""
    job = ask(council, person, "slow")

    def take_over(*args: object) -> None:
        with service_scope(council=council):
            Job.objects.filter(pk=job.pk).update(claim=uuid.uuid4())

    monkeypatch.setenv(work.SECONDS, "0.05")
    monkeypatch.setattr("time.sleep", take_over)
    assert jobs.run(council_id=council.pk, job_id=job.pk) is False
    assert stored(job) == (0, 0)


def test_a_worker_that_lost_its_claim_stops_at_the_next_progress(
    council: Council, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(council, person, "quick")

    def lose_then_tell(held: Job, progress: object) -> str:
        with service_scope(council=council):
            Job.objects.filter(pk=job.pk).update(claim=uuid.uuid4())
        work.quick(held, progress)
        raise AssertionError("worked on without the claim")

    monkeypatch.setattr(
        "prevent_portal.outbox.services.jobs.handler_for",
        lambda kind: Handler("Lost", work.permitted, lose_then_tell, work.store),
    )
    assert jobs.run(council_id=council.pk, job_id=job.pk) is False
    assert fresh(job).attempts == 1


def test_work_that_is_asked_for_again_after_a_failure_is_the_new_askers(
    council: Council, person: User
) -> None:
    job = ask(council, person, "impossible")
    jobs.run(council_id=council.pk, job_id=job.pk)
    colleague = member(council, Role.COORDINATOR)
    with service_scope(council=council):
        again = jobs.retry(job=fresh(job), by=colleague)
        twice = jobs.retry(job=again, by=person)
    assert again.state == JobState.QUEUED
    assert twice.requested_by == colleague, "the second press found it queued already"
    with service_scope(council=council):
        assert Event.objects.filter(action="outbox.job_retried", subject_id=str(job.pk)).count() == 1


def test_nobody_without_the_right_can_ask_again(council: Council, other: Council, person: User) -> None:
    job = ask(council, person, "impossible")
    jobs.run(council_id=council.pk, job_id=job.pk)
    stranger = member(other, Role.COORDINATOR)
    with service_scope(council=council), pytest.raises(NotPermitted):
        jobs.retry(job=fresh(job), by=stranger)
    assert fresh(job).state == JobState.FAILED


def due() -> set[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT job_id FROM outbox_take_due_jobs(30)")
        return {row[0] for row in cursor.fetchall()}


def test_the_sweeper_finds_what_waits_in_every_council_and_only_once_in_a_while(
    council: Council, other: Council, person: User
) -> None:
    stranger = member(other, Role.COORDINATOR)
    lost, new, finished, held, silent = (ask(council, person, "quick") for _ in range(5))
    elsewhere = ask(other, stranger, "quick")
    long_ago = timezone.now() - timedelta(seconds=31)
    for job in (lost, finished, held, silent, elsewhere):
        with service_scope(council=job.council):
            Job.objects.filter(pk=job.pk).update(created_at=long_ago)
    with service_scope(council=council):
        Job.objects.filter(pk=finished.pk).update(state=JobState.DONE)
        Job.objects.filter(pk=held.pk).update(
            state=JobState.RUNNING, claimed_until=timezone.now() + timedelta(seconds=30)
        )
        Job.objects.filter(pk=silent.pk).update(
            state=JobState.RUNNING, claimed_until=timezone.now() - timedelta(seconds=1)
        )
    assert due() == {lost.pk, silent.pk, elsewhere.pk}
    assert due() == set()
    assert new.pk not in due()


def test_progress_is_told_to_those_who_wait(council: Council, person: User) -> None:
    job = ask(council, person, "quick")
    seen: list[tuple[int, str, str]] = []

    def look(held: Job, progress: object) -> str:
        work.quick(held, progress)
        now = fresh(job)
        seen.append((now.percent, now.step, now.state))
        return "done"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "prevent_portal.outbox.services.jobs.handler_for",
            lambda kind: Handler("Looks", work.permitted, look, work.store),
        )
        assert jobs.run(council_id=council.pk, job_id=job.pk)
    assert seen == [(50, "Half of it", JobState.RUNNING)]
