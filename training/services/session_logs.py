"""From a file to the log of sessions: check it, keep what was understood, add it on the person's word.

Nothing is a session until it is confirmed; then all rows are, or none (UP-2). A checked file waits a day in
Valkey, sealed, for the person who sent it; no table changes before it is confirmed. What the log holds
already is found by what it says, so the same file adds nothing the second time, whoever sends it.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from partnerships.services.versions import take_turns
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record, record_many
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.numbers import counted
from prevent_portal.web.spreadsheets import read_sheets
from training.enums import SessionState
from training.figures import CheckedFile, KnownCourse, KnownOrganisation, plain
from training.models import (
    Facilitator,
    FacilitatorCourse,
    SessionOrganisation,
    SessionRecord,
    TrainingSession,
)
from training.queries.sessions import courses, organisations, sessions_between
from training.registers.keys import PartUnreadable, opened, sealed
from training.services.refused_files import count_upload, keep_refused
from training.services.sessions import record_delivery
from training.session_logs.days import Days
from training.session_logs.reader import (
    CheckedLog,
    ExpectedLog,
    KnownFacilitator,
    LoggedRow,
    check_log_file,
    recognises_log_heading,
    rows_from_json,
)

WAITS_SECONDS = 24 * 60 * 60
"""How long a checked file waits to be confirmed, and its receipt can be read after."""
_TURNS = UUID("6e1f6a52-53b7-4a0a-9b0f-5f0c9f1d2018")
"""Two people who confirm logs of one council at the same moment take turns."""

NEW, UNCHANGED = "New", "In the log already"


@dataclass(frozen=True)
class LogOutcome:
    """What confirming does, or did, with one row."""

    subject: str
    is_course: bool
    when: str
    audience: str
    for_whom: str
    trainer: str
    sessions: int
    attendees: int | None
    outcome: str

    @property
    def adds(self) -> bool:
        """Whether the row adds to the log; one that the log holds already changes nothing."""
        return not self.outcome.startswith(UNCHANGED)


@dataclass
class KeptLog:
    """A checked log that waits to be confirmed, or its receipt."""

    token: str
    file_name: str
    sha256: str
    columns: list[dict[str, Any]]
    notices: list[str]
    rows: list[dict[str, Any]]
    confirmed_at: str = ""
    receipt: dict[str, Any] = field(default_factory=dict)

    @property
    def logged(self) -> list[LoggedRow]:
        return rows_from_json(self.rows)

    @property
    def confirmed(self) -> datetime | None:
        return datetime.fromisoformat(self.confirmed_at) if self.confirmed_at else None


@dataclass(frozen=True)
class _Placed:
    """A row, and the session in the log that it is about, if there is one."""

    row: LoggedRow
    session: TrainingSession | None

    @property
    def is_open(self) -> bool:
        return self.session is not None and self.session.state != SessionState.DELIVERED

    @property
    def outcome(self) -> str:
        found = self.session
        if found is None:
            return NEW
        if self.is_open:
            return f"Records the session that is {found.get_state_display().lower()}"
        if (found.sessions, found.attendees) == (self.row.sessions, self.row.attendees):
            return UNCHANGED
        people = "attendance unknown"
        if found.attendees is not None:
            people = counted(found.attendees, "attendee", "attendees")
        return (
            f"In the log already, with {people} in {counted(found.sessions, 'session', 'sessions')}. "
            "That stays as it is: correct it on its own page if it is wrong."
        )


def check_log(
    *, council: Council, by: User, file_name: str, content: bytes, days: Days | None = None
) -> tuple[CheckedLog, KeptLog | None]:
    """Read a log and say what was understood; keep it, to be confirmed, if nothing is wrong with it.

    Args:
        days: when a session was whose row does not say.

    Returns:
        What was understood, and the log to confirm; None if there is a problem: then ``kept_as`` fetches the
        file with its problems for an hour.

    Raises:
        FileUnreadable: when the file as a whole cannot be read.
        PolicyError: when the person sends more files than anybody needs to.
    """
    count_upload(by=by)
    sheets = read_sheets(file_name, content, recognises_log_heading)
    checked = check_log_file(sheets, _expected(council, days))
    if checked.problems:
        checked.kept_as = keep_refused(
            council=council,
            by=by,
            file_name=file_name,
            sheets=sheets,
            checked=CheckedFile(problems=checked.problems, headings=checked.headings),
        )
        return checked, None
    kept = KeptLog(
        token=token_urlsafe(16),
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        columns=[asdict(column) for column in checked.columns],
        notices=checked.notices,
        rows=[row.as_json() for row in checked.rows],
    )
    _keep(council, by, kept)
    return checked, kept


def kept_log(*, council: Council, by: User, token: str) -> KeptLog | None:
    """The person's checked log or its receipt; None once the day is over, and for anybody else's."""
    try:
        packed = opened(council.pk, _place(by), 0, cache.get(_key(council, by, token)) or b"")
    except PartUnreadable:
        return None
    return KeptLog(**json.loads(zlib.decompress(packed)))


def log_outcomes(*, council: Council, log: KeptLog) -> list[LogOutcome]:
    """What confirming would do with each row, or what it did."""
    if log.receipt:
        return [LogOutcome(**row) for row in log.receipt["rows"]]
    return [_outcome(each) for each in _placed(council, log.logged)]


def confirm_log(*, council: Council, by: User, log: KeptLog) -> KeptLog:
    """Add a checked log's rows to the log, all or none, and give the receipt. Sent twice, it happens once.

    A row about a session that is planned records it; one about a delivered session changes nothing. One audit
    event tells of the file, and one of each session.

    Raises:
        PolicyError: if a course, organisation or facilitator that the file names has gone since, or somebody
            changes a planned session of it at the same moment.
    """
    if log.confirmed is not None:
        return log
    with transaction.atomic():
        take_turns(council, _TURNS)
        # Whoever had the turn before may have confirmed this very file.
        kept = kept_log(council=council, by=by, token=log.token)
        if kept is not None and kept.confirmed is not None:
            return kept
        rows = log.logged
        _require_known(_expected(council, None), rows)
        placed = _placed(council, rows)
        now = timezone.now()
        new = [each.row for each in placed if each.session is None]
        _store(council, new, by=by, now=now)
        planned = [each for each in placed if each.is_open]
        for each in planned:
            _record_planned(each, by=by)
        log.confirmed_at = now.isoformat()
        log.receipt = {
            "rows": [asdict(_outcome(each)) for each in placed],
            "new": sum(row.sessions for row in new),
            "recorded": sum(each.row.sessions for each in planned),
        }
        record(
            action="training.session_log_received",
            subject=council,
            details={
                "sha256": log.sha256,
                "rows": len(rows),
                "new": len(new),
                "recorded": len(planned),
                "unchanged": len(rows) - len(new) - len(planned),
            },
        )
        # A receipt of what was rolled back would be a lie.
        transaction.on_commit(lambda: _keep_receipt(council, by, log), robust=True)
    return log


def _record_planned(placed: _Placed, *, by: User) -> None:
    if placed.session is None:
        return
    try:
        record_delivery(
            session=placed.session,
            by=by,
            version=placed.session.version,
            sessions=placed.row.sessions,
            attendees=placed.row.attendees,
        )
    except StaleVersion:
        # Its words are about two texts to compare, and a file shows none.
        raise PolicyError(
            "Somebody changed a session of this file while you confirmed it. Nothing was added. "
            "Send the file again."
        ) from None


def _store(council: Council, rows: Sequence[LoggedRow], *, by: User, now: datetime) -> None:
    """Write rows as delivered sessions, with what was recorded of each and its event."""
    made = TrainingSession.objects.bulk_create(
        TrainingSession(
            council=council,
            course_id=row.course_id,
            title=row.title,
            state=SessionState.DELIVERED,
            dated=row.dated,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            audience=row.audience,
            host=row.host,
            venue=row.venue,
            area=row.area,
            facilitator_id=row.facilitator_id,
            trainer=row.trainer,
            sessions=row.sessions,
            places=row.places,
            attendees=row.attendees,
            created_at=now,
            created_by=by,
        )
        for row in rows
    )
    SessionOrganisation.objects.bulk_create(
        SessionOrganisation(council=council, session=session, organisation_id=key)
        for session, row in zip(made, rows, strict=True)
        for key in row.organisation_ids
    )
    SessionRecord.objects.bulk_create(
        SessionRecord(
            council=council,
            session=session,
            sessions=row.sessions,
            attendees=row.attendees,
            recorded_at=now,
            recorded_by=by,
        )
        for session, row in zip(made, rows, strict=True)
    )
    record_many(
        action="training.session_delivered",
        subjects=[(session, {"sessions": session.sessions}) for session in made],
    )


def _placed(council: Council, rows: Sequence[LoggedRow]) -> list[_Placed]:
    """Each row with the session in the log that it is about: of the same course, days and audience.

    A session is taken by one row alone; a row takes one with its own numbers before another.
    """
    first, last = min(row.starts_on for row in rows), max(row.ends_on for row in rows)
    free: dict[tuple[object, ...], list[TrainingSession]] = {}
    for session in sessions_between(council, first, last):
        free.setdefault(_about(session), []).append(session)
    taken: dict[int, TrainingSession] = {}
    for exact in (True, False):
        for index, row in enumerate(rows):
            if index in taken:
                continue
            candidates = free.get(_about(row), [])
            found = next((each for each in candidates if _is_same(row, each, exact=exact)), None)
            if found is not None:
                candidates.remove(found)
                taken[index] = found
    return [_Placed(row, taken.get(index)) for index, row in enumerate(rows)]


def _about(line: TrainingSession | LoggedRow) -> tuple[object, ...]:
    return line.course_id, plain(line.title), line.starts_on, line.ends_on, plain(line.audience)


def _is_same(row: LoggedRow, session: TrainingSession, *, exact: bool) -> bool:
    if row.names_host:
        ids = {each.organisation_id for each in session.for_organisations.all()}
        if ids != set(row.organisation_ids) or plain(session.host) != plain(row.host):
            return False
    return not exact or (session.sessions, session.attendees) == (row.sessions, row.attendees)


def _outcome(placed: _Placed) -> LogOutcome:
    row = placed.row
    return LogOutcome(
        subject=row.subject,
        is_course=row.course_id is not None,
        when=Days(row.starts_on, row.ends_on).words,
        audience=row.audience,
        for_whom="; ".join([*row.organisations, *([row.host] if row.host else [])]),
        trainer=row.trainer,
        sessions=row.sessions,
        attendees=row.attendees,
        outcome=placed.outcome,
    )


def _expected(council: Council, days: Days | None) -> ExpectedLog:
    may_deliver: dict[UUID, set[UUID]] = {}
    for facilitator_id, course_id in FacilitatorCourse.objects.filter(council=council).values_list(
        "facilitator_id", "course_id"
    ):
        may_deliver.setdefault(facilitator_id, set()).add(course_id)
    return ExpectedLog(
        courses=[KnownCourse(each.pk, each.name, each.also_known_as) for each in courses(council)],
        organisations=[KnownOrganisation(each.pk, each.name) for each in organisations(council)],
        facilitators=[
            KnownFacilitator(key, name, frozenset(may_deliver.get(key, ())))
            for key, name in Facilitator.objects.filter(council=council).values_list("pk", "name")
        ],
        today=timezone.localdate(),
        days=days,
    )


def _require_known(expected: ExpectedLog, rows: Sequence[LoggedRow]) -> None:
    known = {each.id for each in expected.courses}
    known |= {each.id for each in expected.organisations} | {each.id for each in expected.facilitators}
    named = {key for row in rows for key in (row.course_id, row.facilitator_id, *row.organisation_ids) if key}
    if not named <= known:
        raise PolicyError(
            "A course, an organisation or a facilitator in this file has gone since it was checked. "
            "Send the file again."
        )


def _keep(council: Council, person: User, log: KeptLog) -> None:
    packed = zlib.compress(json.dumps(asdict(log)).encode(), 1)
    cache.set(_key(council, person, log.token), sealed(council.pk, _place(person), 0, packed), WAITS_SECONDS)


def _keep_receipt(council: Council, person: User, log: KeptLog) -> None:
    """Keep a receipt. Of a file confirmed twice at once the first one stays: it says what was added."""
    kept = kept_log(council=council, by=person, token=log.token)
    if kept is None or kept.confirmed is None:
        _keep(council, person, log)


def _key(council: Council, person: User, token: str) -> str:
    return f"training:session-log:{council.pk}:{person.pk}:{token}"


def _place(person: User) -> UUID:
    """What a sealed log is bound to: the person who sent it."""
    return UUID(int=person.pk)
