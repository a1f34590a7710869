"""No scope, no rows; a scope ends with its block; nothing crosses councils (TI-3, TI-5)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.db.utils import ProgrammingError

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.models import Job
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import (
    NOTHING,
    Scope,
    council_scope,
    current_scope,
    own_councils_scope,
    service_scope,
)
from tests.factories import CouncilFactory, UserFactory, give_role, member
from tests.isolation.allowlist import READ_BY_ALL, UNREADABLE
from tests.isolation.catalogue import isolated_tables, tables
from training.enums import Delivery, Tier
from training.models import Course

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

INSUFFICIENT_PRIVILEGE = "42501"


def run(sql: str, *parameters: object) -> int:
    """Run a statement in a savepoint; return how many rows it touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def refusal(sql: str, *parameters: object) -> str:
    """The SQLSTATE with which the database refuses a statement."""
    with pytest.raises(DatabaseError) as caught:
        run(sql, *parameters)
    return str(getattr(caught.value.__cause__, "sqlstate", ""))


def insert(table: str) -> str:
    """An insert of a bare row: policies are asked before any other constraint."""
    return f'INSERT INTO "{table}" (id, council_id) VALUES (%s, %s)'


@contextmanager
def empty_settings() -> Iterator[None]:
    """The state that a pooled connection is in after somebody's SET LOCAL: '' instead of unset (L14)."""
    with transaction.atomic():
        run(
            "SELECT set_config('app.scope', '', true), set_config('app.user_id', '', true), "
            "set_config('app.council_id', '', true)"
        )
        yield


@contextmanager
def half_settings() -> Iterator[None]:
    """A council without a kind of scope, and a kind without a council or person."""
    with transaction.atomic():
        run("SELECT set_config('app.scope', '', true), set_config('app.council_id', '1', true)")
        yield


@contextmanager
def nameless_scope() -> Iterator[None]:
    with transaction.atomic():
        run("SELECT set_config('app.scope', 'council', true), set_config('app.council_id', '', true)")
        yield


@contextmanager
def unset() -> Iterator[None]:
    with transaction.atomic():
        yield


@pytest.fixture
def two() -> tuple[Council, Council]:
    return CouncilFactory.create(), CouncilFactory.create()


@pytest.fixture
def person(two: tuple[Council, Council]) -> User:
    """A person who belongs to both councils."""
    user = UserFactory.create()
    for council in two:
        give_role(user, council, Role.SAFETY_OFFICER)
    return user


def add_job(council: Council) -> Job:
    return Job.objects.create(
        council=council, kind="x", subject_type="t", subject_id=uuid.uuid4(), effect_key=str(uuid.uuid4())
    )


@pytest.fixture
def jobs(two: tuple[Council, Council]) -> tuple[Job, Job]:
    made = []
    for council in two:
        with service_scope(council=council):
            made.append(add_job(council))
    return made[0], made[1]


NATIONAL = {"training_course", "training_target"}
"""Tables whose rows without a council are every council's to read; the others are one council's own."""


REFUSED_BEFORE = {"channel_consentstep": "23514"}
"""Tables whose trigger refuses a bare row before the policy is asked: it looks for the row's case first."""


def refused(name: str) -> str:
    """The SQLSTATE with which a bare row of somebody else's is refused."""
    return REFUSED_BEFORE.get(name, INSUFFICIENT_PRIVILEGE)


@pytest.fixture
def courses(two: tuple[Council, Council]) -> list[Course]:
    """A course of each council's own, which the tables of courses could show."""
    made = []
    for council in two:
        with service_scope(council=council):
            made.append(
                Course.objects.create(
                    council=council, slug="local-own", name="Own", tier=Tier.LOCAL, delivery=Delivery.EITHER
                )
            )
    return made


@pytest.mark.parametrize("context", [unset, empty_settings, half_settings, nameless_scope])
def test_without_a_scope_every_isolated_table_is_empty_and_refuses_rows(
    context: object, two: tuple[Council, Council], jobs: tuple[Job, Job], courses: list[Course]
) -> None:
    found = tables()
    assert len(isolated_tables()) > 20
    with context():
        for table in found.values():
            if table.name in UNREADABLE:
                asked = f"SELECT count(*) FROM {table.name}"
                assert refusal(asked) == INSUFFICIENT_PRIVILEGE
            elif table.secured and table.name not in READ_BY_ALL:
                name = table.name.replace(".", '"."')
                own = "WHERE council_id IS NOT NULL" if table.name in NATIONAL else ""
                with connection.cursor() as cursor:
                    cursor.execute(f'SELECT count(*) FROM "{name}" {own}')
                    assert cursor.fetchone() == (0,), table.name
            if table.owned_by_council:
                assert refusal(insert(table.name), uuid.uuid4(), two[0].pk) == refused(table.name)
                assert run(f'UPDATE "{table.name}" SET council_id = council_id') == 0
                assert run(f'DELETE FROM "{table.name}"') == 0


def test_in_a_scope_the_same_insert_gets_past_the_policy(two: tuple[Council, Council]) -> None:
    """The control: what refused the row above was the policy and nothing else."""
    with service_scope(council=two[0]):
        for table in tables().values():
            if table.owned_by_council and not table.restricted:
                try:
                    run(insert(table.name), uuid.uuid4(), two[0].pk)
                except IntegrityError:
                    continue  # a column that must have a value: asked after the policy


def test_in_a_scope_no_table_takes_another_councils_row(two: tuple[Council, Council], person: User) -> None:
    for scope in (service_scope(council=two[0]), council_scope(user_id=person.pk, council=two[0])):
        with scope:
            for name in isolated_tables():
                assert refusal(insert(name), uuid.uuid4(), two[1].pk) == refused(name), name


def test_a_councils_scope_shows_its_own_rows_only(
    two: tuple[Council, Council], jobs: tuple[Job, Job], person: User
) -> None:
    for council, job in zip(two, jobs, strict=True):
        with council_scope(user_id=person.pk, council=council):
            assert list(Job.objects.all()) == [job], "no filter at all: the database answers"
            assert {m.council_id for m in Membership.objects.all()} == {council.pk}
    with own_councils_scope(user_id=person.pk):
        assert set(Job.objects.all()) == set(jobs)


def test_a_scope_of_a_council_where_the_person_has_no_live_role_is_empty(
    two: tuple[Council, Council], jobs: tuple[Job, Job]
) -> None:
    stranger = member(two[1], Role.COORDINATOR)
    with council_scope(user_id=stranger.pk, council=two[0]):
        assert list(Job.objects.all()) == []
        with pytest.raises(ProgrammingError):
            add_job(two[0])
    with own_councils_scope(user_id=stranger.pk):
        assert list(Job.objects.all()) == [jobs[1]]


def test_access_ends_with_the_role_and_with_the_account(
    two: tuple[Council, Council], jobs: tuple[Job, Job], person: User
) -> None:
    with service_scope(council=two[0]):
        Membership.objects.filter(user=person).update(revoked_at="2026-01-01T00:00:00Z")
    with own_councils_scope(user_id=person.pk):
        assert list(Job.objects.all()) == [jobs[1]]
    User.objects.filter(pk=person.pk).update(is_active=False)
    with own_councils_scope(user_id=person.pk):
        assert list(Job.objects.all()) == []


@pytest.mark.parametrize(("starts", "ends", "seen"), [(0, 0, 1), (1, 2, 0), (-2, -1, 0), (-1, None, 1)])
def test_dates_of_a_role_count_to_the_day(
    two: tuple[Council, Council], jobs: tuple[Job, Job], starts: int, ends: int | None, seen: int
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    today = timezone.localdate()
    user = UserFactory.create()
    give_role(
        user,
        two[0],
        Role.BOARD_MEMBER,
        starts_on=today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )
    with council_scope(user_id=user.pk, council=two[0]):
        assert Job.objects.count() == seen


def test_only_the_service_principal_enters_a_service_scope(
    two: tuple[Council, Council], jobs: tuple[Job, Job], person: User
) -> None:
    with transaction.atomic():
        run(
            "SELECT set_config('app.scope', 'service', true), set_config('app.user_id', %s, true), "
            "set_config('app.council_id', %s, true)",
            str(person.pk),
            str(two[0].pk),
        )
        assert list(Job.objects.all()) == []


def test_changing_and_deleting_another_councils_row_touches_nothing(
    two: tuple[Council, Council], jobs: tuple[Job, Job], person: User
) -> None:
    with council_scope(user_id=person.pk, council=two[0]):
        assert Job.objects.filter(pk=jobs[1].pk).update(state=JobState.DONE) == 0
        assert Job.objects.filter(pk=jobs[1].pk).delete() == (0, {})
        assert not Job.objects.select_for_update().filter(pk=jobs[1].pk).exists()
    with service_scope(council=two[1]):
        assert Job.objects.get().state == JobState.QUEUED


def test_a_row_cannot_be_moved_even_by_a_person_of_both_councils(
    two: tuple[Council, Council], jobs: tuple[Job, Job], person: User
) -> None:
    with own_councils_scope(user_id=person.pk):
        with pytest.raises(IntegrityError, match="never moves to another council"), transaction.atomic():
            Job.objects.filter(pk=jobs[0].pk).update(council=two[1])
        assert Job.objects.get(pk=jobs[0].pk).council_id == two[0].pk


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_without_the_trigger_a_person_of_both_councils_could_move_it(
    two: tuple[Council, Council], jobs: tuple[Job, Job], person: User
) -> None:
    """The control of the test above: both councils pass the policies of a scope across councils."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE outbox_job DISABLE TRIGGER keep_council")
    with own_councils_scope(user_id=person.pk):
        assert Job.objects.filter(pk=jobs[0].pk).update(council=two[1]) == 1


def test_a_row_cannot_point_into_another_council(two: tuple[Council, Council]) -> None:
    from prevent_portal.documents.models import Document, DocumentUse

    owner = UserFactory.create()
    with service_scope(council=two[1]):
        foreign = Document.objects.create(council=two[1], title="x", owner=owner)
    with (
        service_scope(council=two[0]),
        pytest.raises(IntegrityError, match="documents_documentuse_document_id_council"),
        transaction.atomic(),
    ):
        DocumentUse.objects.create(council=two[0], document_id=foreign.pk, kind="k", object_id=uuid.uuid4())
        run("SET CONSTRAINTS ALL IMMEDIATE")


def test_scopes_nest_and_the_outer_one_comes_back(two: tuple[Council, Council], person: User) -> None:
    first, second = two
    assert current_scope() == NOTHING
    with council_scope(user_id=person.pk, council=first) as outer:
        assert current_scope() == outer == Scope("council", person.pk, first.pk)
        with service_scope(council=second):
            assert current_scope().council_id == second.pk
            with own_councils_scope(user_id=person.pk):
                assert current_scope() == Scope("own", person.pk, None)
            assert current_scope().council_id == second.pk
        assert current_scope() == outer
    assert current_scope() == NOTHING


def test_an_exception_inside_a_nested_scope_brings_the_outer_one_back(
    two: tuple[Council, Council], person: User
) -> None:
    with council_scope(user_id=person.pk, council=two[0]) as outer:
        with pytest.raises(ZeroDivisionError), service_scope(council=two[1]):
            add_job(two[1])
            raise ZeroDivisionError
        assert current_scope() == outer
        with pytest.raises(DatabaseError), service_scope(council=two[1]):
            run("SELECT 1 / 0")
        assert current_scope() == outer
    assert current_scope() == NOTHING
    with service_scope(council=two[1]):
        assert Job.objects.count() == 0, "what the failed block wrote is gone"


def test_a_nested_scope_that_fails_to_restore_would_leak(two: tuple[Council, Council], person: User) -> None:
    """The control: SET LOCAL alone lasts to the end of the outer transaction."""
    with council_scope(user_id=person.pk, council=two[0]):
        with transaction.atomic():
            run("SELECT set_config('app.council_id', %s, true)", str(two[1].pk))
        assert current_scope().council_id == two[1].pk
