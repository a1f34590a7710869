"""From a file to returns: check it, keep what was understood, and on the person's word make it returns.

Nothing is a return until it is confirmed; then all rows become returns or none (UP-2). A file with a problem
leaves no trace in the tables or among the stored files; its cells wait an hour in Valkey for the person who
sent it (``training.services.refused_files``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.models import Organisation
from partnerships.queries import codes_of
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import number, rounded_half_up
from prevent_portal.web.spreadsheets import read_sheets
from training.enums import Reported
from training.figures import (
    CheckedFile,
    Expected,
    FigureRow,
    KnownCourse,
    KnownOrganisation,
    check_file,
    recognises_heading,
    rows_from_json,
)
from training.models import Course, ReturnGrant, ReturnUpload, TrainingReturn
from training.policies.returns import require_confirmable, require_own_rows
from training.queries.returns import ReturnLine, TargetTable, courses, returns_of, target_table
from training.services.refused_files import count_upload, keep_refused

WAITS = timedelta(hours=24)
"""How long a checked file waits to be confirmed."""


@dataclass(frozen=True)
class RowOutcome:
    """What confirming does, or did, with one row: as printed, and beside the quarter before."""

    organisation: str
    course: str
    scope: str
    period: str
    eligible: str
    compliant: str
    sessions: str
    printed: str
    against: str
    is_below: bool
    change: str
    outcome: str


def check_upload(
    *,
    council: Council,
    by: User,
    organisations: Sequence[Organisation],
    file_name: str,
    content: bytes,
    course: Course | None = None,
    organisation: Organisation | None = None,
    for_council: bool = False,
) -> tuple[CheckedFile, ReturnUpload | None]:
    """Read a file and say what was understood; keep it, to be confirmed, if nothing is wrong with it.

    Args:
        organisations: those that the person may send for, as ``access.sending_organisations`` gives them.
        course, organisation, for_council: what rows mean that do not say.

    Returns:
        What was understood, and the upload to confirm; None if there is a problem: then nothing is stored,
        and ``kept_as`` fetches the file with its problems for an hour.

    Raises:
        FileUnreadable: when the file as a whole cannot be read.
        ReturnRefused: when the person sends more files than anybody needs to.
    """
    count_upload(by=by)
    today = timezone.localdate()
    expected = _expected(council, organisations, today, course, organisation, for_council)
    sheets = read_sheets(file_name, content, recognises_heading)
    checked = check_file(sheets, expected)
    if checked.problems:
        checked.kept_as = keep_refused(
            council=council, by=by, file_name=file_name, sheets=sheets, checked=checked
        )
        return checked, None
    now = timezone.now()
    with transaction.atomic():
        upload = ReturnUpload.objects.create(
            council=council,
            person=by,
            file_name=file_name[-200:],
            file_size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            columns=[asdict(column) for column in checked.columns],
            notices=checked.notices,
            rows=[row.as_json() for row in checked.rows],
            created_at=now,
            expires_at=now + WAITS,
        )
    return checked, upload


def expire_uploads(*, council: Council) -> int:
    """Take away what was understood of a council's files that were not confirmed in time. Returns how many.

    Of the file itself nothing was kept, and a receipt stays.
    """
    lapsed = ReturnUpload.objects.filter(
        council=council, confirmed_at__isnull=True, expires_at__lte=timezone.now()
    )
    count, _ = lapsed.delete()
    return count


def preview(*, upload: ReturnUpload) -> list[RowOutcome]:
    """What confirming would do with each row: new, a correction, or already received."""
    return outcomes_of(council=upload.council, rows=rows_from_json(upload.rows))


def new_shares(*, upload: ReturnUpload) -> list[str]:
    """Organisations whose trust-wide returns the council would see from now on, by confirming."""
    return shares_of(council=upload.council, rows=rows_from_json(upload.rows))


def shares_of(*, council: Council, rows: Iterable[FigureRow]) -> list[str]:
    """Organisations whose trust-wide returns the council would see from now on, with these rows."""
    wide = {row.organisation_id: row.organisation for row in rows if not row.for_council}
    open_grants = _open_grants(council, wide)
    return sorted(name for key, name in wide.items() if key not in open_grants)


def confirm_upload(*, upload: ReturnUpload, organisations: Sequence[Organisation], by: User) -> ReturnUpload:
    """Make a checked file's rows returns, all or none, and give the receipt. Sent twice, it happens once.

    A row that says what is stored already changes nothing; a row that says otherwise becomes a new version
    and the old one stays. Trust-wide returns are shared with the council from today if they were not before.

    Args:
        organisations: those that the person may send for at this moment.

    Raises:
        ReturnRefused: if the file waited too long, or the person may no longer send for an organisation.
    """
    with transaction.atomic():
        found = (
            ReturnUpload.objects.select_for_update(of=("self",))
            .select_related("council")
            .filter(council=upload.council_id, pk=upload.pk)
            .first()
        )
        if found is not None and found.confirmed_at is not None:
            return found
        now = timezone.now()
        locked = require_confirmable(found, now)
        rows = rows_from_json(locked.rows)
        require_own_rows(rows, {organisation.pk for organisation in organisations})
        locked.receipt = store_returns(
            council=locked.council,
            rows=rows,
            source_name=locked.file_name,
            source_sha256=locked.sha256,
            by=by,
            now=now,
        )
        locked.confirmed_at = now
        locked.save(update_fields=["confirmed_at", "receipt"])
        record(
            action="training.returns_submitted",
            subject=locked,
            details={
                "sha256": locked.sha256,
                "rows": len(rows),
                **{name: locked.receipt[name] for name in ("new", "corrected", "unchanged")},
                "organisations": sorted({str(row.organisation_id) for row in rows}),
            },
        )
    return locked


def store_returns(
    *,
    council: Council,
    rows: Sequence[FigureRow],
    source_name: str,
    source_sha256: str,
    by: User,
    now: datetime,
) -> dict[str, Any]:
    """Make checked rows returns, in the caller's transaction, and give what a receipt keeps.

    Returns:
        ``rows`` (each a :class:`RowOutcome` as a dictionary), ``shared`` (names of organisations whose
        trust-wide returns the council sees from now on), and how many are ``new``, ``corrected`` and
        ``unchanged``.
    """
    # Two people who send for one organisation at the same moment take turns.
    ids = {row.organisation_id for row in rows}
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    outcomes = outcomes_of(council=council, rows=rows)
    changed = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome.outcome != _UNCHANGED]
    corrected = _store(council, changed, source_name=source_name, source_sha256=source_sha256, by=by, now=now)
    shared = _share(council, changed, by=by)
    return {
        "rows": [asdict(outcome) for outcome in outcomes],
        "shared": shared,
        "new": len(changed) - corrected,
        "corrected": corrected,
        "unchanged": len(rows) - len(changed),
    }


def outcomes_of(*, council: Council, rows: Sequence[FigureRow]) -> list[RowOutcome]:
    """What making each row a return would do: new, a correction, or already received."""
    stored = returns_of(council, {row.organisation_id for row in rows})
    return _outcomes(rows, stored, target_table(council), _kinds(rows))


_NEW, _UNCHANGED = "New", "Received before, no change"


def _expected(
    council: Council,
    organisations: Sequence[Organisation],
    today: date,
    course: Course | None,
    organisation: Organisation | None,
    for_council: bool,
) -> Expected:
    codes = codes_of(each.pk for each in organisations)
    known = [
        KnownOrganisation(
            id=each.pk,
            name=each.name,
            codes=[(code.code, code.starts_on, code.ends_on) for code in codes.get(each.pk, [])],
            is_council_service=each.kind == OrganisationKind.COUNCIL_SERVICE,
        )
        for each in organisations
    ]
    known_courses = [KnownCourse(each.pk, each.name, each.also_known_as, each.is_local) for each in courses()]
    return Expected(
        organisations=known,
        courses=known_courses,
        council_name=council.name,
        today=today,
        course=next((each for each in known_courses if course and each.id == course.pk), None),
        organisation=next((each for each in known if organisation and each.id == organisation.pk), None),
        council_staff_only=for_council,
    )


def _kinds(rows: Iterable[FigureRow]) -> dict[UUID, str]:
    ids = {row.organisation_id for row in rows}
    return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "kind"))


def _open_grants(council: Council, organisation_ids: Iterable[UUID]) -> set[UUID]:
    return set(
        ReturnGrant.objects.filter(
            council=council, organisation_id__in=set(organisation_ids), ends_on__isnull=True
        ).values_list("organisation_id", flat=True)
    )


def _store(
    council: Council,
    rows: Sequence[FigureRow],
    *,
    source_name: str,
    source_sha256: str,
    by: User,
    now: datetime,
) -> int:
    """Write each row as a return; return how many of them supersede an older version."""
    corrected = 0
    for row in rows:
        owner = council if row.for_council else None
        old = TrainingReturn.objects.filter(
            council=owner,
            organisation_id=row.organisation_id,
            course_id=row.course_id,
            period_from=row.period.start,
            period_to=row.period.end,
            is_current=True,
        ).first()
        if old is not None:
            old.is_current = False
            old.save(update_fields=["is_current"])
        new = TrainingReturn.objects.create(
            council=owner,
            organisation_id=row.organisation_id,
            course_id=row.course_id,
            scope=row.scope,
            period_kind=row.period.kind,
            period_from=row.period.start,
            period_to=row.period.end,
            reported=row.reported,
            eligible=row.eligible,
            compliant=row.compliant,
            sessions=row.sessions,
            version=old.version + 1 if old else 1,
            submitted_by=by,
            submitted_at=now,
            source_name=source_name,
            source_sha256=source_sha256,
        )
        if old is not None:
            old.superseded_by = new
            old.save(update_fields=["superseded_by"])
            corrected += 1
    return corrected


def _share(council: Council, rows: Iterable[FigureRow], *, by: User) -> list[str]:
    wide = {row.organisation_id: row.organisation for row in rows if not row.for_council}
    missing = set(wide) - _open_grants(council, wide)
    for key in sorted(missing):
        ReturnGrant.objects.create(
            organisation_id=key, council=council, starts_on=timezone.localdate(), granted_by=by
        )
    return sorted(wide[key] for key in missing)


def _outcomes(
    rows: Sequence[FigureRow],
    stored: Iterable[ReturnLine],
    targets: TargetTable,
    kinds: Mapping[UUID, str],
) -> list[RowOutcome]:
    current = {(line.key, line.period.start, line.period.end): line for line in stored}
    by_end = {(line.key, line.period.end): line for line in current.values()}
    made: list[tuple[FigureRow, ReturnLine]] = []
    for row in rows:
        line = _as_line(row, targets, kinds)
        made.append((row, line))
        # The quarter before may come in the same file.
        by_end[line.key, line.period.end] = line
    outcomes = []
    for row, line in made:
        old = current.get((line.key, line.period.start, line.period.end))
        outcomes.append(
            RowOutcome(
                organisation=row.organisation,
                course=row.course,
                scope=row.scope,
                period=row.period.label,
                eligible=number(row.eligible),
                compliant=number(row.compliant),
                sessions=number(row.sessions),
                printed=line.printed,
                against=line.against,
                is_below=line.is_below,
                change=_change(line, by_end.get((line.key, row.period.start - timedelta(days=1)))),
                outcome=_outcome(line, old),
            )
        )
    return outcomes


def _outcome(line: ReturnLine, old: ReturnLine | None) -> str:
    if old is None:
        return _NEW
    if _figures(line) == _figures(old):
        return _UNCHANGED
    was = f"{number(old.compliant)} of {number(old.eligible)}" if old.ratio else old.printed.lower()
    return f"Corrects {was}, sent on {british_date(old.submitted_at)}"


def _figures(line: ReturnLine) -> tuple[Any, ...]:
    return line.reported, line.eligible, line.compliant, line.sessions


def _change(line: ReturnLine, before: ReturnLine | None) -> str:
    """The change from the quarter before, in percentage points of the exact ratios."""
    if before is None or before.ratio is None or line.ratio is None:
        return ""
    points = rounded_half_up(line.ratio.per_cent - before.ratio.per_cent, 1)
    then = f"{before.printed} in {before.period.label}"
    if not points:
        return f"About the same as {then}"
    words = "Up" if points > 0 else "Down"
    unit = "point" if abs(points) == 1 else "points"
    return f"{words} {number(abs(points))} percentage {unit} from {then}"


def _as_line(row: FigureRow, targets: TargetTable, kinds: Mapping[UUID, str]) -> ReturnLine:
    kind = kinds[row.organisation_id]
    return ReturnLine(
        id=row.organisation_id,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        organisation_kind=kind,
        course_id=row.course_id,
        course=row.course,
        for_council=row.for_council,
        scope=row.scope,
        period=row.period,
        reported=Reported(row.reported),
        eligible=row.eligible,
        compliant=row.compliant,
        sessions=row.sessions,
        version=1,
        submitted_at=timezone.now(),
        target=targets.on(row.course_id, kind, row.period.end),
    )
