"""A plan as a sheet: its columns, what goes out, and what a sheet that came back would change.

The sheet carries, hidden, the id and the version of each action and a check of the cells as they went out. A
row whose cells still fit their check was not touched, whatever became of the action since.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from compliance.enums import ActionRating, ActionStatus, Priority
from compliance.models import Action, ActionLead, ActionPlan
from compliance.queries.plans import possible_owners
from prevent_portal.accounts.models import User, display_name
from prevent_portal.web.downloads import Sheet, xlsx_bytes
from prevent_portal.web.spreadsheets import Cell, FileUnreadable, clean
from prevent_portal.web.spreadsheets import Sheet as ReadSheet

SHEET = "Actions"
LONGEST_TEXT = 4_000
"""How much of a cell is read; more than any field takes, so that too long a text is noticed."""
HEADER_ROWS = 10


@dataclass(frozen=True)
class SheetColumn:
    """One column. ``why`` says what to do instead where its cells cannot be changed in the sheet."""

    key: str
    heading: str
    width: int
    why: str = ""
    hidden: bool = False

    @property
    def editable(self) -> bool:
        return not self.why


_ON_THE_PAGE = "It cannot be changed in the sheet. Change it on the action’s page."
_HIDDEN = "Hidden cells must stay as they are. Download the sheet again."

COLUMNS = (
    SheetColumn("reference", "Reference", 11, "A reference never changes."),
    SheetColumn("objective", "Objective", 34, _ON_THE_PAGE),
    SheetColumn("title", "Action", 44),
    SheetColumn("measure", "Done when", 40),
    SheetColumn("owner", "Owner", 26),
    SheetColumn("leads", "Lead organisations", 30, _ON_THE_PAGE),
    SheetColumn("priority", "Priority", 11),
    SheetColumn("status", "Status", 14),
    SheetColumn("rating", "Rating", 26),
    SheetColumn("note", "New progress note", 50),
    SheetColumn("first_due_on", "First due date", 18, "The date first promised never changes."),
    SheetColumn(
        "due_on",
        "Due date",
        18,
        "A due date moves by a request with a reason. Ask for more time on the action’s page.",
    ),
    SheetColumn("times_moved", "Times moved", 9, "It counts by itself."),
    SheetColumn("id", "Row (do not change)", 38, _HIDDEN, hidden=True),
    SheetColumn("version", "Version (do not change)", 10, _HIDDEN, hidden=True),
    SheetColumn("check", "Check (do not change)", 20, _HIDDEN, hidden=True),
)
BY_KEY = {column.key: column for column in COLUMNS}
CHECKED = tuple(column.key for column in COLUMNS if not column.hidden and column.key != "note")
EDITABLE = tuple(column.key for column in COLUMNS if column.editable and column.key != "note")

HOW_TO = (
    (
        "What this is",
        "The actions of one plan. Change cells, save, and send the file back on the plan’s page.",
    ),
    (
        "What you can change",
        "Action, Done when, Owner, Priority, Status and Rating. Grey columns cannot be changed here.",
    ),
    (
        "New progress note",
        "What has happened. A new status or rating needs one. Name nobody of concern, tell no intelligence.",
    ),
    ("Due dates", "They move by a request with a reason, on the action’s page. The first one stays."),
    ("New actions", "Add them on the plan’s page. A row that you add here is refused."),
    ("Rows that you leave out", "Nothing happens to them: you may delete, sort and filter rows."),
    (
        "When somebody else was quicker",
        "A row that was changed after this file was made is refused by its reference. Download it again.",
    ),
    ("Before anything is saved", "You are shown every change. All of them are saved, or none."),
)


@dataclass(frozen=True)
class SheetRow:
    """The cells of one row as text, by the key of the column."""

    number: int
    cells: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


# Out ---------------------------------------------------------------------------------------------------


def plan_workbook(plan: ActionPlan, *, for_editing: bool) -> bytes:
    """The plan's actions as a workbook that can come back: five queries whatever their number.

    Args:
        for_editing: offer the names of people who may own an action.
    """
    owners = owner_names(possible_owners(plan.council)) if for_editing else {}
    names = {person.pk: name for name, person in owners.items()}
    actions = list(sheet_actions(plan))
    leads = leads_by_action(plan)
    rows = []
    for action in actions:
        cells = cells_of(action, leads.get(action.pk, ()), names)
        given = {**cells, "note": None, "id": str(action.pk), "version": action.version}
        given["check"] = check_of({key: text_of(value) for key, value in cells.items()})
        rows.append([given[column.key] for column in COLUMNS])
    place = {column.key: index for index, column in enumerate(COLUMNS)}
    sheet = Sheet(
        SHEET,
        [column.heading for column in COLUMNS],
        rows,
        widths=[column.width for column in COLUMNS],
        hidden=[place[column.key] for column in COLUMNS if column.hidden],
        fixed=[place[column.key] for column in COLUMNS if not column.editable],
        choices={
            place["owner"]: sorted(owners, key=str.casefold),
            place["priority"]: Priority.labels,
            place["status"]: ActionStatus.labels,
            place["rating"]: ActionRating.labels,
        },
    )
    about = [("Plan", plan.title), ("Council", plan.council.name), *HOW_TO]
    return xlsx_bytes(sheets=[sheet, Sheet("How to use", ["What", "How"], about, widths=[30, 100])])


def cells_of(action: Action, leads: Sequence[str], names: Mapping[int, str]) -> dict[str, Cell]:
    """The visible cells of an action's row, without the note, which is always new."""
    owner = action.owner
    return {
        "reference": action.reference,
        "objective": str(action.objective),
        "title": action.title,
        "measure": action.measure,
        "owner": (names.get(owner.pk) or display_name(owner)) if owner else None,
        "leads": "; ".join(leads) or None,
        "priority": action.get_priority_display(),
        "status": action.get_status_display(),
        "rating": ActionRating(action.rating).label,
        "first_due_on": action.first_due_on,
        "due_on": action.due_on,
        "times_moved": action.times_moved,
    }


def check_of(cells: Mapping[str, str]) -> str:
    """The check of a row's visible cells."""
    return hashlib.sha256("\x1f".join(cells[key] for key in CHECKED).encode()).hexdigest()[:16]


def text_of(value: Cell) -> str:
    """A cell as text in which the same content is always the same."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value), keep_lines=True)


def owner_names(people: Iterable[User]) -> dict[str, User]:
    """People by the name that the sheet gives them; those who share a name have their address beside it."""
    listed = list(people)
    often = Counter(display_name(person) for person in listed)
    return {
        name if often[name := display_name(person)] == 1 else f"{name} ({person.email})": person
        for person in listed
    }


def sheet_actions(plan: ActionPlan) -> QuerySet[Action]:
    """A plan's actions in the order of its sheet."""
    return (
        Action.objects.filter(council=plan.council_id, plan=plan)
        .select_related("objective", "owner")
        .order_by("objective__number", "number")
    )


def leads_by_action(plan: ActionPlan) -> dict[UUID, list[str]]:
    """Names of the organisations that lead on each action of a plan."""
    found: dict[UUID, list[str]] = {}
    rows = ActionLead.objects.filter(council=plan.council_id, action__plan=plan)
    for action_id, name in rows.order_by("organisation__name").values_list("action_id", "organisation__name"):
        found.setdefault(action_id, []).append(name)
    return found


# Back --------------------------------------------------------------------------------------------------


def rows_of(sheets: Sequence[ReadSheet]) -> list[SheetRow]:
    """The rows of the sheet of actions, as text.

    Raises:
        FileUnreadable: if the file is not a sheet that came from a plan.
    """
    for sheet in sheets:
        if sheet.hidden:
            continue
        for index, row in enumerate(sheet.rows[:HEADER_ROWS]):
            headings = {text_of(value).casefold(): place for place, value in enumerate(row)}
            if BY_KEY["id"].heading.casefold() in headings:
                return _rows_below(sheet, index, headings)
    raise FileUnreadable(
        "This is not a plan’s sheet: its hidden columns are missing. Download the plan’s sheet, change that "
        "file, and send it back."
    )


def _rows_below(sheet: ReadSheet, header: int, headings: Mapping[str, int]) -> list[SheetRow]:
    missing = [column.heading for column in COLUMNS if column.heading.casefold() not in headings]
    if missing:
        words = ", ".join(f"“{heading}”" for heading in missing)
        raise FileUnreadable(
            f"The sheet lacks {words}. Leave every column in its place, and download the sheet again."
        )
    places = {column.key: headings[column.heading.casefold()] for column in COLUMNS}
    rows = []
    for index, row in enumerate(sheet.rows[header + 1 :], start=header + 1):
        cells = {key: text_of(row[place]) if place < len(row) else "" for key, place in places.items()}
        if any(cells.values()):
            rows.append(SheetRow(sheet.first_row + index, cells))
    return rows


def rows_from_json(rows: Sequence[Mapping[str, Any]]) -> list[SheetRow]:
    """The rows that a checked sheet keeps."""
    return [SheetRow(number=row["number"], cells=dict(row["cells"])) for row in rows]
