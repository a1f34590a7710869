"""Take a plan's sheet back: say what it would change, and on the person's word change it, all or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from compliance.enums import ActionRating, ActionStatus, ExtensionState, Priority
from compliance.models import Action, ActionPlan, ExtensionRequest, PlanUpload, ProgressEntry
from compliance.policies import PolicyError
from compliance.policies.actions import check_status_change
from compliance.queries.plan_workbook import (
    BY_KEY,
    CHECKED,
    EDITABLE,
    LONGEST_TEXT,
    SHEET,
    SheetRow,
    cells_of,
    check_of,
    leads_by_action,
    owner_names,
    plan_workbook,
    rows_from_json,
    rows_of,
    sheet_actions,
    text_of,
)
from compliance.queries.plans import possible_owners
from compliance.services.extensions import take_back
from prevent_portal.accounts.models import User
from prevent_portal.accounts.queries import names_of
from prevent_portal.audit.services import record, record_many
from prevent_portal.web.dates import british_date, parse_british_date
from prevent_portal.web.numbers import number
from prevent_portal.web.spreadsheets import read_workbook

WAITS = timedelta(hours=24)
"""How long a checked sheet waits to be confirmed."""

_TITLE, _MEASURE, _NOTE = 200, 1_000, 2_000
_BATCH = 500


class WorkbookRefused(PolicyError):
    """A sheet cannot be taken; every problem by its cell. Nothing was changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "The sheet has one problem. Nothing was changed."
            if len(problems) == 1
            else f"The sheet has {number(len(problems))} problems. Nothing was changed."
        )
        self.problems = list(problems)


@dataclass(frozen=True)
class Problem:
    """Why a cell, or a row, cannot be taken: where it stands and what to do."""

    row: int
    column: str
    value: str
    reason: str
    sheet: str = SHEET


@dataclass(frozen=True)
class CellChange:
    """One cell, as it is and as it would be, in words."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class RowChange:
    """One action with what would change."""

    row: int
    action: Action
    version: int
    cells: list[CellChange]
    values: dict[str, Any]
    note: str
    token: UUID


@dataclass
class CheckedSheet:
    """What a sheet would do. With a problem, it does nothing."""

    changes: list[RowChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    touched: list[SheetRow] = field(default_factory=list)
    same: int = 0
    absent: int = 0


def export_plan(*, plan: ActionPlan, by: User, for_editing: bool) -> bytes:
    """Give the plan out as a workbook, and say so in the trail.

    Args:
        for_editing: whether the person may send it back; then it offers the names of possible owners.
    """
    content = plan_workbook(plan, for_editing=for_editing)
    with transaction.atomic():
        record(action="compliance.plan_exported", subject=plan)
    return content


def check_upload(
    *, plan: ActionPlan, by: User, file_name: str, content: bytes
) -> tuple[CheckedSheet, PlanUpload | None]:
    """Read a sheet and say what it would change; keep its changed rows, to be confirmed, if nothing is wrong.

    Returns:
        What it would do, and the upload to confirm; None where there is a problem or nothing to change.

    Raises:
        FileUnreadable: when the file as a whole cannot be read, or is no plan's sheet.
    """
    rows = rows_of(read_workbook(file_name, content, longest=LONGEST_TEXT))
    checked = check_rows(plan, rows)
    if checked.problems or not checked.changes:
        return checked, None
    now = timezone.now()
    with transaction.atomic():
        # What the person left lying goes when they come again.
        PlanUpload.objects.filter(
            council=plan.council_id, person=by, applied_at__isnull=True, expires_at__lte=now
        ).delete()
        upload = PlanUpload.objects.create(
            council=plan.council,
            plan=plan,
            person=by,
            file_name=file_name[-200:],
            sha256=hashlib.sha256(content).hexdigest(),
            rows=[row.as_json() for row in checked.touched],
            created_at=now,
            expires_at=now + WAITS,
        )
    return checked, upload


def preview(*, upload: PlanUpload) -> CheckedSheet:
    """What confirming would do at this moment."""
    return check_rows(upload.plan, rows_from_json(upload.rows))


def apply_upload(*, upload: PlanUpload, by: User) -> PlanUpload:
    """Change what a checked sheet changes, all or nothing. Sent twice, it happens once.

    The number of statements does not grow with the sheet, but for one in 500 rows.

    Raises:
        PolicyError: if the sheet waited too long.
        WorkbookRefused: if an action was changed since, or a cell no longer holds.
    """
    with transaction.atomic():
        locked = (
            PlanUpload.objects.select_for_update(of=("self",))
            .select_related("plan", "council")
            .get(council=upload.council_id, pk=upload.pk)
        )
        if locked.applied_at is not None:
            return locked
        now = timezone.now()
        if locked.expires_at <= now:
            raise PolicyError("This sheet waited too long. Send it again.")
        rows = rows_from_json(locked.rows)
        list(
            Action.objects.select_for_update(no_key=True)
            .filter(council=locked.council_id, plan=locked.plan_id, pk__in=[row.cells["id"] for row in rows])
            .order_by("pk")
            .values_list("pk")
        )
        checked = check_rows(locked.plan, rows)
        if checked.problems:
            raise WorkbookRefused(checked.problems)
        _store(locked, checked.changes, by)
        locked.applied_at = now
        locked.changed = len(checked.changes)
        locked.save(update_fields=["applied_at", "changed"])
        record(
            action="compliance.plan_workbook_applied",
            subject=locked.plan,
            details={"upload": locked.pk, "actions": locked.changed},
        )
    return locked


def _store(upload: PlanUpload, changes: Sequence[RowChange], by: User) -> None:
    now, today = timezone.now(), timezone.localdate()
    entries = []
    for change in changes:
        action, status_before, rating_before = change.action, change.action.status, change.action.rating
        for name, value in change.values.items():
            setattr(action, name, value)
        if action.status != status_before:
            action.completed_on = today if action.status == ActionStatus.COMPLETE else None
        action.version += 1
        action.updated_at = now
        action.updated_by = by
        if change.note:
            entries.append(
                ProgressEntry(
                    council=upload.council,
                    action=action,
                    note=change.note,
                    rating=action.rating,
                    rating_before=rating_before,
                    status=action.status,
                    status_before=status_before,
                    at=now,
                    by=by,
                    token=change.token,
                )
            )
    Action.objects.bulk_update(
        [change.action for change in changes],
        [*EDITABLE, "completed_on", "version", "updated_at", "updated_by"],
        batch_size=_BATCH,
    )
    ProgressEntry.objects.bulk_create(entries, batch_size=_BATCH)
    closed = [change.action.pk for change in changes if not change.action.is_open]
    if closed:
        for request in (
            ExtensionRequest.objects.select_for_update(of=("self",), no_key=True)
            .select_related("action")
            .filter(council=upload.council_id, action__in=closed, state=ExtensionState.OPEN)
        ):
            take_back(request)
    record_many(
        action="compliance.action_changed_by_workbook",
        subjects=[
            (change.action, {"fields": sorted(change.values), "noted": bool(change.note)})
            for change in changes
        ],
    )


def check_rows(plan: ActionPlan, rows: Sequence[SheetRow]) -> CheckedSheet:
    """Say what the rows of a sheet would change, or why not: five queries whatever their number."""
    known = {action.pk: action for action in sheet_actions(plan)}
    leads = leads_by_action(plan)
    owners = owner_names(possible_owners(plan.council))
    reader = _Reader(
        owners=owners,
        names={person.pk: name for name, person in owners.items()},
        tokens=set(
            ProgressEntry.objects.filter(
                council=plan.council_id, token__in=[t for row in rows if (t := _token(row)) is not None]
            ).values_list("token", flat=True)
        ),
        changed_by=_changed_by(known.values()),
    )
    found = CheckedSheet()
    seen: dict[UUID, int] = {}
    for row in rows:
        identity = _uuid(row.cells["id"])
        action = known.get(identity) if identity else None
        if action is None:
            reason = (
                "This row is not an action of this plan."
                if row.cells["id"]
                else "This row was added in the sheet. Add the action on the plan’s page."
            )
            shown = row.cells["reference"] or row.cells["title"]
            found.problems.append(Problem(row.number, "Reference", shown[:100], reason))
            continue
        if action.pk in seen:
            found.problems.append(
                Problem(
                    row.number,
                    "Reference",
                    action.reference,
                    f"{action.reference} stands in the sheet twice, in row {seen[action.pk]} too.",
                )
            )
            continue
        seen[action.pk] = row.number
        reader.read(row, action, leads.get(action.pk, ()), found)
    found.absent = len(known) - len(seen)
    return found


@dataclass
class _Reader:
    """What reading a row needs to know, read once for the sheet."""

    owners: dict[str, User]
    names: dict[int, str]
    tokens: set[UUID]
    changed_by: dict[int, str]

    def read(self, row: SheetRow, action: Action, leads: Sequence[str], found: CheckedSheet) -> None:
        given = row.cells
        note = given["note"]
        if check_of(given) == given["check"] and not note:
            found.same += 1
            return
        token = _token(row)
        if token is not None and token in self.tokens:
            note = ""
        held = {key: text_of(value) for key, value in cells_of(action, leads, self.names).items()}
        differing = [key for key in EDITABLE if given[key] != held[key]]
        is_stale = given["version"] != str(action.version)
        if is_stale and not differing and not note:
            found.same += 1
            return
        found.touched.append(row)
        problems: list[Problem] = []
        if is_stale:
            who = self.changed_by.get(action.updated_by_id or 0, "the portal")
            problems.append(
                Problem(
                    row.number,
                    "Reference",
                    action.reference,
                    f"{action.reference} was changed by {who} on {british_date(action.updated_at)}, after "
                    "the sheet was made. Download the sheet again and make your change there.",
                )
            )
        else:
            for key in CHECKED:
                column = BY_KEY[key]
                if not column.editable and not _same_cell(given[key], held[key]):
                    problems.append(Problem(row.number, column.heading, given[key][:100], column.why))
            values = self._values(row, action, differing, note, problems)
        if problems:
            found.problems.extend(problems)
            return
        if not differing and not note:
            found.touched.pop()
            found.same += 1
            return
        cells = [CellChange(BY_KEY[key].heading, held[key], given[key]) for key in differing]
        if note:
            cells.append(CellChange(BY_KEY["note"].heading, "", note))
        found.changes.append(
            RowChange(
                row=row.number,
                action=action,
                version=action.version,
                cells=cells,
                values=values,
                note=note,
                token=token or UUID(int=0),
            )
        )

    def _values(
        self, row: SheetRow, action: Action, differing: Sequence[str], note: str, problems: list[Problem]
    ) -> dict[str, Any]:
        """The new values of the cells that differ; what is wrong with them is added to the problems."""
        values: dict[str, Any] = {}

        def refuse(key: str, reason: str) -> None:
            shown = row.cells[key]
            shown = shown if len(shown) <= 100 else f"{shown[:100]}…"
            problems.append(Problem(row.number, BY_KEY[key].heading, shown, reason))

        for key in differing:
            try:
                values[key] = self._value(key, row.cells[key])
            except PolicyError as problem:
                refuse(key, str(problem))
        if "status" in values:
            try:
                check_status_change(action.status, values["status"], edits_plans=True)
            except PolicyError as problem:
                refuse("status", str(problem))
        if len(note) > _NOTE:
            refuse("note", _too_long(note, _NOTE))
        if ({"status", "rating"} & set(differing)) and not note:
            refuse("note", "Enter what has happened: a new status or rating needs a progress note.")
        if values.get("rating") == ActionRating.NONE:
            refuse("rating", "An action that was rated cannot become “Not rated”.")
        elif note and not action.rating and "rating" not in differing:
            refuse("rating", "Choose a rating: a progress note needs one.")
        return values

    def _value(self, key: str, text: str) -> Any:
        """What a changed cell says, or PolicyError with why it cannot be taken."""
        if key in ("title", "measure"):
            most = _TITLE if key == "title" else _MEASURE
            if key == "title" and not text:
                raise PolicyError("Enter the action.")
            if key == "title" and "\n" in text:
                raise PolicyError("The action must stand on one line.")
            if len(text) > most:
                raise PolicyError(_too_long(text, most))
            return text
        if key == "owner":
            if text and text not in self.owners:
                raise PolicyError(
                    "Nobody of this name has a role in the council. Choose a name from the list."
                )
            return self.owners.get(text)
        value = _choice(_CHOICES[key], text)
        if value is None:
            labels = ", ".join(f"“{label}”" for label in _CHOICES[key].labels)
            raise PolicyError(f"Choose from the list: {labels}.")
        return value


_CHOICES: dict[str, Any] = {"priority": Priority, "status": ActionStatus, "rating": ActionRating}


def _choice(choices: Any, text: str) -> str | None:
    """The value behind a label of the list, or behind the value itself; None if it is neither."""
    wanted = text.casefold()
    for value, label in choices.choices:
        if wanted == label.casefold() or (wanted and wanted == value):
            return str(value)
    return None


def _too_long(text: str, most: int) -> str:
    length = f"more than {number(LONGEST_TEXT - 1)}" if len(text) >= LONGEST_TEXT else number(len(text))
    return f"It has {length} characters. At most {number(most)} fit."


def _same_cell(given: str, held: str) -> bool:
    """Whether a cell that cannot be changed says what is stored, its date written as a text included."""
    if given == held:
        return True
    found = parse_british_date(given) if given else None
    return found is not None and found.isoformat() == held


def _token(row: SheetRow) -> UUID | None:
    """Of a row's note: the same note in the same sheet is logged once."""
    note = row.cells["note"]
    if not note:
        return None
    return uuid5(NAMESPACE_URL, f"plan-workbook:{row.cells['id']}:{row.cells['version']}:{note}")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _changed_by(actions: Iterable[Action]) -> dict[int, str]:
    ids = {action.updated_by_id for action in actions if action.updated_by_id is not None}
    return names_of(ids)
