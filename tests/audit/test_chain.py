"""Whatever is done to the trail behind the portal's back shows (AL-2)."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.audit import anchors, chain, verification
from prevent_portal.audit.services import record
from prevent_portal.outbox.models import Email
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.factories import CouncilFactory, member
from tests.figures import RecordFigure

Tamper = Callable[[Any, int], None]
COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "council_id": "council_id + 1000000",
    "actor_id": "coalesce(actor_id, 0) + 1",
    "action": "action || 'x'",
    "subject_type": "subject_type || 'x'",
    "subject_id": "subject_id || 'x'",
    "details": "details || '{\"x\": 1}'",
    "restricted": "NOT restricted",
}


@pytest.fixture(autouse=True)
def anchor_file(tmp_path: Path, settings: Any) -> Path:
    settings.AUDIT_ANCHOR_FILE = tmp_path / "outside" / "heads.jsonl"
    settings.ALERT_EMAILS = ["operator@portal.example"]
    settings.EMAIL_BACKEND = "prevent_portal.outbox.mail.OutboxEmailBackend"
    return Path(settings.AUDIT_ANCHOR_FILE)


def write(council: Council, events: int) -> None:
    """Commit events, some of them restricted, some in one transaction."""
    for number in range(0, events, 5):
        with service_scope(council=council):
            for each in range(number, min(number + 5, events)):
                record(
                    action="test.done",
                    subject=council,
                    details={"n": each, "text": "é\n”"},
                    restricted=each % 3 == 0,
                )


@contextmanager
def superuser() -> Iterator[Any]:
    """What a database administrator can do: the guards of the table are off."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE portal_audit")
        for table in ("event", "link"):
            cursor.execute(f"ALTER TABLE audit.{table} DISABLE TRIGGER USER")
        yield cursor
        for table in ("event", "link"):
            cursor.execute(f"ALTER TABLE audit.{table} ENABLE TRIGGER USER")
        cursor.execute("RESET ROLE")


def rehash(cursor: Any, council: Council, start: int) -> None:
    """Hash a chain anew from one link on, as somebody would who can read how it is done."""
    cursor.execute(
        "SELECT l.seq FROM audit.link l WHERE council_id = %s AND seq >= %s ORDER BY seq", [council.pk, start]
    )
    for (seq,) in cursor.fetchall():
        cursor.execute(
            "UPDATE audit.link l SET hash = audit.hash_of("
            "coalesce((SELECT b.hash FROM audit.link b "
            "WHERE b.council_id = l.council_id AND b.seq = l.seq - 1), ''::bytea), l.seq, e) "
            "FROM audit.event e "
            "WHERE e.id = l.event_id AND l.council_id = %s AND l.seq = %s",
            [council.pk, seq],
        )


def faults(*, using: str = "default") -> list[tuple[int, str, int]]:
    """What verification finds; within :func:`superuser` ask the connection that tampers."""
    found = chain.verify(anchors.read_anchors().anchors, using=using).faults
    return [(fault.chain, fault.kind, fault.seq) for fault in found]


def worlds(events: int) -> tuple[Council, Council]:
    ours, theirs = CouncilFactory.create(slug="barnet"), CouncilFactory.create(slug="southwark")
    write(ours, events)
    write(theirs, events)
    assert faults() == []
    return ours, theirs


def event_at(cursor: Any, council: Council, seq: int) -> int:
    cursor.execute("SELECT event_id FROM audit.link WHERE council_id = %s AND seq = %s", [council.pk, seq])
    return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_an_edit_of_any_column_a_deletion_an_insertion_and_a_swap_are_found_where_they_are() -> None:
    ours, theirs = worlds(12)
    undone = "the tampering is taken back"
    ways: dict[str, tuple[Tamper, str]] = {
        **{name: (_edit(name, change), "changed") for name, change in COLUMNS.items()},
        "deleted": (_delete_event, "deleted"),
        "deleted with its link": (_delete_both, "missing"),
        "swapped": (_swap, "changed"),
        "hash": (_edit_hash, "changed"),
    }
    for way, (tamper, kind) in ways.items():
        with pytest.raises(RuntimeError, match=undone), superuser() as cursor:
            tamper(cursor, event_at(cursor, ours, 7))
            found = faults(using="owner")
            assert (ours.pk, kind, 7) in found, way
            assert theirs.pk not in {chain_id for chain_id, _, _ in found}, way
            raise RuntimeError(undone)
        assert faults() == []
    with pytest.raises(RuntimeError, match=undone), superuser() as cursor:
        cursor.execute(
            "INSERT INTO audit.event (council_id, action, subject_type, subject_id) "
            "VALUES (%s, 'x', 'y', '1')",
            [ours.pk],
        )
        assert faults(using="owner") == [(ours.pk, "inserted", 12)]
        raise RuntimeError(undone)


def _edit(column: str, change: str) -> Tamper:
    return lambda cursor, event: cursor.execute(
        f"UPDATE audit.event SET {column} = {change} WHERE id = %s", [event]
    )


def _delete_event(cursor: Any, event: int) -> None:
    cursor.execute("DELETE FROM audit.event WHERE id = %s", [event])


def _delete_both(cursor: Any, event: int) -> None:
    _delete_event(cursor, event)
    cursor.execute("DELETE FROM audit.link WHERE event_id = %s", [event])


def _swap(cursor: Any, event: int) -> None:
    cursor.execute(
        "SELECT o.event_id FROM audit.link l JOIN audit.link o "
        "ON o.council_id = l.council_id AND o.seq = l.seq + 1 WHERE l.event_id = %s",
        [event],
    )
    [other] = cursor.fetchone()
    for one, new in ((event, -1), (other, event), (-1, other)):
        cursor.execute("UPDATE audit.link SET event_id = %s WHERE event_id = %s", [new, one])


def _edit_hash(cursor: Any, event: int) -> None:
    cursor.execute("UPDATE audit.link SET hash = sha256(hash) WHERE event_id = %s", [event])


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_cut_tail_and_a_chain_hashed_anew_show_against_the_anchors_alone(anchor_file: Path) -> None:
    ours, theirs = worlds(10)
    assert verification.anchor_heads() == 2
    for way in ("cut", "rewritten"):
        with pytest.raises(RuntimeError, match="taken back"), superuser() as cursor:
            if way == "cut":
                for seq in (9, 10):
                    _delete_both(cursor, event_at(cursor, ours, seq))
            else:
                _edit("details", COLUMNS["details"])(cursor, event_at(cursor, ours, 4))
                rehash(cursor, ours, 4)
            assert faults(using="owner") == [(ours.pk, way, 10)]
            assert chain.verify([], using="owner").faults == []
            raise RuntimeError("taken back")
    write(theirs, 1)
    assert verification.anchor_heads() == 1
    assert verification.anchor_heads() == 0
    assert faults() == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_another_programme_computes_the_same_hashes_from_the_rows() -> None:
    ours, _ = worlds(7)
    with superuser() as cursor:
        cursor.execute(
            "SELECT l.hash, l.seq, e.id, e.at, e.council_id, e.actor_id, e.action, e.subject_type, "
            "e.subject_id, e.details::text, e.restricted FROM audit.link l "
            "JOIN audit.event e ON e.id = l.event_id WHERE l.council_id = %s ORDER BY l.seq",
            [ours.pk],
        )
        rows = cursor.fetchall()
    last = b""
    for stored, *values in rows:
        last = hashlib.sha256(last + "".join(map(_spelled, values)).encode()).digest()
        assert last == bytes(stored)
    assert len(rows) == 7


def _spelled(value: Any) -> str:
    if value is None:
        return "-,"
    if isinstance(value, datetime):
        value = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{len(text.encode())}:{text},"


def write_together(writers: int, events: int) -> None:
    """Many writers of two councils at once, each event in a transaction of its own."""
    councils = [CouncilFactory.create(slug=slug) for slug in ("barnet", "southwark")]
    failed: list[BaseException] = []

    def work(number: int) -> None:
        choose = random.Random(number)
        try:
            for each in range(events):
                with service_scope(council=councils[(number + each) % 2]):
                    record(action="test.done", subject=councils[0], details={"n": each})
                    if choose.random() < 0.1:
                        record(action="test.more", subject=councils[0])
        except Exception as error:  # noqa: BLE001 - told by the thread that waits
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[number]) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_writers_at_the_same_moment_make_one_chain_without_a_break() -> None:
    write_together(writers=6, events=15)
    verdict = chain.verify([])
    assert verdict.faults == []
    assert verdict.events >= 6 * 15


@pytest.mark.figures("audit events chained by many writers", only=True)
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_sixty_four_writers_make_no_false_break(record_figure: RecordFigure) -> None:
    write_together(writers=64, events=250)
    verdict = chain.verify([])
    assert verdict.faults == []
    record_figure(
        "audit events chained by many writers",
        {"writers": 64, "events": verdict.events, "false breaks": 0},
        control={"breaks found after one edit": _breaks_after_an_edit()},
    )


def _breaks_after_an_edit() -> int:
    with superuser() as cursor:
        cursor.execute("SELECT min(event_id) FROM audit.link")
        _edit("action", COLUMNS["action"])(cursor, cursor.fetchone()[0])
    return len(chain.verify([]).faults)


@pytest.mark.figures("audit rows tampered with", only=True)
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_every_column_of_a_thousand_rows(record_figure: RecordFigure) -> None:
    councils = [CouncilFactory.create() for _ in range(100)]
    for council in councils:
        write(council, 10)
    assert faults() == []
    tried = found = 0
    with superuser() as cursor:
        for council in councils:
            for seq in range(1, 11):
                event = event_at(cursor, council, seq)
                for name, change in COLUMNS.items():
                    with pytest.raises(RuntimeError, match="taken back"), transaction.atomic(using="owner"):
                        _edit(name, change)(cursor, event)
                        cursor.execute("SELECT fault, fault_seq FROM audit.verify(%s)", [council.pk])
                        tried += 1
                        found += cursor.fetchone() == ("changed", seq)
                        raise RuntimeError("taken back")
    assert tried == found == 8_000
    record_figure(
        "audit rows tampered with",
        {"tried": tried, "found": found},
        control={"faults found when nothing was touched": len(faults())},
    )


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_an_event_whose_link_cannot_be_written_is_not_committed() -> None:
    council = CouncilFactory.create()
    with superuser() as cursor:
        cursor.execute("ALTER TABLE audit.link ADD CONSTRAINT no_more CHECK (false) NOT VALID")
    with pytest.raises(DatabaseError, match="no_more"):
        write(council, 1)
    with superuser() as cursor:
        cursor.execute("SELECT count(*) FROM audit.event WHERE action = 'test.done'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_a_page_that_takes_long_keeps_no_other_writer_waiting() -> None:
    """The chain's lock is taken at the commit, so it is not held while an answer is built."""
    council = CouncilFactory.create()
    with service_scope(council=council), connection.cursor() as cursor:
        record(action="test.done", subject=council)
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wish",
    [
        "UPDATE audit.event SET action = 'x'",
        "DELETE FROM audit.event",
        "TRUNCATE audit.event",
        "INSERT INTO audit.event (action, subject_type, subject_id) VALUES ('x', 'y', 'z')",
        "SELECT * FROM audit.link",
        "INSERT INTO audit.link VALUES (0, 1, 1, sha256('x'))",
        "SELECT audit.add_link(NULL)",
        "SELECT audit.hash_of('', 1, NULL)",
        "ALTER TABLE audit.event DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ],
)
def test_the_portal_itself_can_neither_change_the_trail_nor_count_it(wish: str) -> None:
    council = CouncilFactory.create()
    person = member(council, Role.ADMINISTRATOR)
    with (
        council_scope(user_id=person.pk, council=council),
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(wish)


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("wish", ["UPDATE audit.{} SET {} = {}", "DELETE FROM audit.{}", "TRUNCATE audit.{}"])
@pytest.mark.parametrize("table", ["event", "link"])
def test_even_the_trails_owner_is_refused_by_its_triggers(wish: str, table: str) -> None:
    column = {"event": "action", "link": "seq"}[table]
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE portal_audit")
        cursor.execute("SELECT audit.add_link(e) FROM audit.event e WHERE false")
        cursor.execute(
            "INSERT INTO audit.event (action, subject_type, subject_id) VALUES ('x', 'y', 'z'); "
            "SET CONSTRAINTS ALL IMMEDIATE"
        )
        with pytest.raises(DatabaseError, match="audit trail is never changed"), transaction.atomic("owner"):
            cursor.execute(wish.format(table, column, column))


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_command_is_loud_and_says_where(
    anchor_file: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    ours, _ = worlds(4)
    with pytest.raises(CommandError, match="holds no heads"):
        call_command("verify_audit")
    call_command("verify_audit", "--anchor")
    call_command("verify_audit")
    assert "8 events in 2 chains verify, and all 2 anchors." in capsys.readouterr().out
    assert not Email.objects.exists()
    with superuser() as cursor:
        _edit("action", COLUMNS["action"])(cursor, event_at(cursor, ours, 3))
    with pytest.raises(CommandError, match="1 faults: the audit trail does not verify"):
        call_command("verify_audit")
    words = f"Audit trail of council {ours.pk}: the event 3 was changed or moved."
    assert words in capsys.readouterr().err
    assert words in [each.message for each in caplog.records if each.levelname == "CRITICAL"]
    sent = Email.objects.get()
    assert (sent.recipient, sent.subject) == (
        "operator@portal.example",
        "Prevent Portal: The audit trail does not verify",
    )
    assert words in sent.text


@pytest.mark.django_db
def test_overdue_verification_is_told_once_a_day(anchor_file: Path, time_machine: Any) -> None:
    council = CouncilFactory.create()
    with service_scope(council=council), connection.cursor() as cursor:
        record(action="test.done", subject=council)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    verification.anchor_heads()
    verification.verify_chains()
    now = timezone.now()
    for hours, told in ((25, 0), (27, 1), (28, 1), (50, 1), (52, 2)):
        time_machine.move_to(now + timedelta(hours=hours), tick=False)
        verification.anchor_heads()
        assert Email.objects.filter(subject__endswith="was not verified").count() == told, hours


def test_half_a_line_of_a_crash_is_counted_and_the_next_line_stands_alone(anchor_file: Path) -> None:
    anchors.write_heads([anchors.Anchor(1, 5, "ab")])
    with anchor_file.open("a") as file:
        file.write('{"at": "2019-03-31T0')
    anchors.write_heads([anchors.Anchor(2, 7, "cd")])
    log = anchors.read_anchors()
    assert log.anchors == [anchors.Anchor(1, 5, "ab"), anchors.Anchor(2, 7, "cd")]
    assert log.unreadable == 1
    assert anchor_file.stat().st_mode & 0o777 == 0o600


def test_no_file_is_no_anchor() -> None:
    assert anchors.read_anchors().anchors == []
