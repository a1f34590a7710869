"""A plan's workbook comes back, shows what it would change, and changes all of it or nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.models import Action, Objective, PlanUpload, ProgressEntry
from compliance.queries.plan_workbook import COLUMNS, HOW_TO, SHEET, plan_workbook
from compliance.services.extensions import request_extension
from compliance.services.plan_workbook import (
    CheckedSheet,
    Problem,
    WorkbookRefused,
    apply_upload,
    check_upload,
    preview,
)
from compliance.services.plans import change_action
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.models import Council, new_id
from prevent_portal.tenancy.scope import council_scope, service_scope
from prevent_portal.web.spreadsheets import FileUnreadable
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

PLACE = {column.key: place for place, column in enumerate(COLUMNS, start=1)}
Edit = Callable[[Any], None]


@dataclass
class Desk:
    """A council's plan with two actions, and its coordinator."""

    council: Council
    coordinator: User
    plan: Any
    first: Action
    second: Action

    def sheet(self, *edits: Edit) -> bytes:
        """The plan's workbook with some cells changed."""
        with council_scope(user_id=self.coordinator.pk, council=self.council):
            content = plan_workbook(self.plan, for_editing=True)
        return edited(content, *edits)

    def check(self, content: bytes, name: str = "plan.xlsx") -> tuple[CheckedSheet, PlanUpload | None]:
        with council_scope(user_id=self.coordinator.pk, council=self.council):
            return check_upload(plan=self.plan, by=self.coordinator, file_name=name, content=content)

    def apply(self, content: bytes) -> PlanUpload:
        _, upload = self.check(content)
        assert upload is not None
        with council_scope(user_id=self.coordinator.pk, council=self.council):
            return apply_upload(upload=upload, by=self.coordinator)

    def problems(self, *edits: Edit) -> list[tuple[int, str, str, str]]:
        kept = self.uploads()
        found, upload = self.check(self.sheet(*edits))
        assert upload is None
        assert found.problems
        assert self.uploads() == kept, "a sheet with a problem leaves no trace"
        return [(one.row, one.column, one.value, one.reason) for one in found.problems]

    def uploads(self) -> int:
        with council_scope(user_id=self.coordinator.pk, council=self.council):
            return PlanUpload.objects.filter(council=self.council).count()

    def action(self, number: int = 1) -> Action:
        with service_scope(council=self.council):
            return Action.objects.select_related("owner").get(council=self.council, number=number)


def desk(name: str = "Barchester") -> Desk:
    council = CouncilFactory.create(name=name)
    coordinator = member(council, Role.COORDINATOR, name="Cora Coordinator")
    plan = make_plan(council, coordinator, "Plan")
    first = make_action(plan, coordinator, title="First", measure="One line.\nAnother line.")
    second = make_action(plan, coordinator, title="Second", owner=coordinator)
    return Desk(council, coordinator, plan, first, second)


@pytest.fixture
def ours() -> Desk:
    return desk()


def edited(content: bytes, *edits: Edit) -> bytes:
    """The workbook with some cells changed, saved by another program than the one that wrote it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for edit in edits:
        edit(book[SHEET])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(row: int, **cells: Any) -> Edit:
    """Write cells of a row by the key of their column."""

    def edit(page: Any) -> None:
        for key, value in cells.items():
            page.cell(row, PLACE[key]).value = value

    return edit


def test_the_sheet_goes_out_with_lists_dates_and_hidden_keys(ours: Desk) -> None:
    book = openpyxl.load_workbook(io.BytesIO(ours.sheet()))
    assert book.sheetnames == [SHEET, "How to use", "Lists"]
    page = book[SHEET]
    assert page.freeze_panes == "A2"
    assert [cell.value for cell in page[1]] == [column.heading for column in COLUMNS]
    due = page.cell(2, PLACE["due_on"])
    assert due.value.date() == ours.first.due_on
    assert due.number_format == "d mmmm yyyy"
    assert page.cell(2, PLACE["measure"]).value == "One line.\nAnother line."
    assert page.cell(3, PLACE["owner"]).value == "Cora Coordinator"
    hidden = {column.key for column in COLUMNS if page.column_dimensions[_letter(column.key)].hidden}
    assert hidden == {"id", "version", "check"}
    offered = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    lists = book["Lists"]
    assert lists.sheet_state == "hidden"
    status = offered[f"{_letter('status')}2:{_letter('status')}3"]
    letter = status.split("$")[1]
    assert [cell.value for cell in lists[letter] if cell.value] == [
        "Not started",
        "In progress",
        "On hold",
        "Complete",
        "Withdrawn",
    ]
    assert len(offered) == 4
    about = {row[0].value: row[1].value for row in book["How to use"].iter_rows(min_row=2)}
    assert about["Plan"] == "Plan"
    assert set(dict(HOW_TO)) <= set(about)


def _letter(key: str) -> str:
    return str(openpyxl.utils.get_column_letter(PLACE[key]))


def test_texts_that_look_like_formulas_go_out_as_text_and_come_back_the_same(ours: Desk) -> None:
    """EX-2: a cell is typed string, whatever it begins with."""
    for start in ("=1+1", "+44", "-5", "@SUM(A1)", "\t=x", "＝1"):
        make_action(ours.plan, ours.coordinator, title=f"{start} title", measure=start)
    content = ours.sheet()
    page = openpyxl.load_workbook(io.BytesIO(content))[SHEET]
    for row in page.iter_rows(min_row=2):
        assert all(cell.data_type != "f" for cell in row)
    found, upload = ours.check(content)
    assert (found.changes, found.problems, found.same, upload) == ([], [], 8, None)


def test_an_untouched_sheet_changes_nothing_even_after_another_program_saved_it(ours: Desk) -> None:
    found, upload = ours.check(ours.sheet())
    assert (found.changes, found.problems, found.same, found.absent, upload) == ([], [], 2, 0, None)
    assert ours.uploads() == 0


def test_changed_cells_are_shown_old_and_new_and_then_saved(ours: Desk) -> None:
    owner = member(ours.council, Role.SAFETY_OFFICER, name="Olga Officer")
    content = ours.sheet(
        put(
            2,
            title="First, better",
            owner="Olga Officer",
            priority="High",
            status="In progress",
            rating="green",
            note="Begun.",
        ),
        put(3, owner=None),
    )
    found, upload = ours.check(content)
    assert found.problems == []
    assert [(c.action.reference, [(x.column, x.old, x.new) for x in c.cells]) for c in found.changes] == [
        (
            "A1",
            [
                ("Action", "First", "First, better"),
                ("Owner", "", "Olga Officer"),
                ("Priority", "Medium", "High"),
                ("Status", "Not started", "In progress"),
                ("Rating", "Not rated", "green"),
                ("New progress note", "", "Begun."),
            ],
        ),
        ("A2", [("Owner", "Cora Coordinator", "")]),
    ]
    assert ours.action().title == "First", "nothing is saved before it is confirmed"
    assert upload is not None
    with council_scope(user_id=ours.coordinator.pk, council=ours.council):
        assert len(preview(upload=upload).changes) == 2
        applied = apply_upload(upload=upload, by=ours.coordinator)
        assert applied.changed == 2
        entry = ProgressEntry.objects.get(council=ours.council)
        assert (entry.note, entry.rating, entry.rating_before, entry.status, entry.status_before) == (
            "Begun.",
            "green",
            "",
            "in_progress",
            "not_started",
        )
        events = Event.objects.filter(
            council_id=ours.council.pk, action="compliance.action_changed_by_workbook"
        ).order_by("pk")
        assert [(event.subject_id, event.details) for event in events] == [
            (
                str(ours.first.pk),
                {"fields": ["owner", "priority", "rating", "status", "title"], "noted": True},
            ),
            (str(ours.second.pk), {"fields": ["owner"], "noted": False}),
        ]
    first, second = ours.action(1), ours.action(2)
    assert (first.title, first.owner, first.priority, first.status, first.rating, first.version) == (
        "First, better",
        owner,
        "high",
        "in_progress",
        "green",
        2,
    )
    assert (first.updated_by_id, first.measure) == (ours.coordinator.pk, "One line.\nAnother line.")
    assert (second.owner, second.version) == (None, 2)


def test_the_same_sheet_twice_changes_nothing_the_second_time(ours: Desk) -> None:
    content = ours.sheet(put(2, title="New", rating="Green: on track", note="Once."))
    upload = ours.apply(content)
    with council_scope(user_id=ours.coordinator.pk, council=ours.council):
        assert apply_upload(upload=upload, by=ours.coordinator).changed == 1, "confirmed twice"
    found, again = ours.check(content)
    assert (found.changes, found.problems, again) == ([], [], None)
    assert ours.action().version == 2
    with service_scope(council=ours.council):
        assert ProgressEntry.objects.filter(council=ours.council).count() == 1


def test_a_row_that_somebody_changed_since_is_refused_by_its_reference(ours: Desk) -> None:
    stale = ours.sheet(put(2, title="Mine"), put(3, title="Mine too"))
    other = member(ours.council, Role.COORDINATOR, name="Otto Other")
    with council_scope(user_id=other.pk, council=ours.council):
        change_action(**as_it_is(ours.first, other, title="Theirs"))
    found, upload = ours.check(stale)
    assert upload is None
    today = timezone.localdate()
    assert [(one.row, one.value) for one in found.problems] == [(2, "A1")]
    assert found.problems[0].reason.startswith("A1 was changed by Otto Other on ")
    assert str(today.year) in found.problems[0].reason
    assert (ours.action(1).title, ours.action(2).title) == ("Theirs", "Second"), "nothing is half applied"


def as_it_is(action: Action, by: User, **changes: Any) -> dict[str, Any]:
    return {
        "action": action,
        "by": by,
        "version": 1,
        "title": action.title,
        "measure": action.measure,
        "owner": action.owner,
        "lead_organisations": [],
        "priority": action.priority,
        **changes,
    }


def test_a_row_that_nobody_touched_in_the_sheet_is_no_problem_when_it_moved_on(ours: Desk) -> None:
    content = ours.sheet(put(3, title="Mine"))
    with council_scope(user_id=ours.coordinator.pk, council=ours.council):
        change_action(**as_it_is(ours.first, ours.coordinator, title="Theirs"))
    assert ours.apply(content).changed == 1
    assert (ours.action(1).title, ours.action(2).title) == ("Theirs", "Mine")


def test_a_change_between_the_check_and_the_word_refuses_the_whole_sheet(ours: Desk) -> None:
    _, upload = ours.check(ours.sheet(put(2, title="Mine"), put(3, title="Mine too")))
    assert upload is not None
    with council_scope(user_id=ours.coordinator.pk, council=ours.council):
        change_action(**as_it_is(ours.second, ours.coordinator, title="Theirs"))
        with pytest.raises(WorkbookRefused, match="has one problem"):
            apply_upload(upload=upload, by=ours.coordinator)
    assert (ours.action(1).title, ours.action(2).title) == ("First", "Theirs")


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"title": None}, "Action", "Enter the action"),
        ({"title": "x" * 201}, "Action", "It has 201 characters. At most 200 fit"),
        ({"title": "x" * 9000}, "Action", "more than 3,999 characters"),
        ({"title": "one\ntwo"}, "Action", "on one line"),
        ({"measure": "x" * 1001}, "Done when", "At most 1,000"),
        ({"owner": "Nobody Known"}, "Owner", "Nobody of this name has a role"),
        ({"priority": "Urgent"}, "Priority", "Choose from the list: “High”, “Medium”, “Low”"),
        ({"priority": None}, "Priority", "Choose from the list"),
        ({"status": "Done", "note": "n", "rating": "green"}, "Status", "Choose from the list"),
        ({"status": "Complete"}, "New progress note", "a new status or rating needs a progress note"),
        ({"rating": "green"}, "New progress note", "a new status or rating needs a progress note"),
        ({"note": "Something."}, "Rating", "Choose a rating"),
        ({"note": "x" * 2001, "rating": "green"}, "New progress note", "At most 2,000"),
        ({"due_on": date(2030, 1, 1)}, "Due date", "Ask for more time on the action’s page"),
        ({"first_due_on": date(2030, 1, 1)}, "First due date", "never changes"),
        ({"reference": "A99"}, "Reference", "never changes"),
        ({"objective": "9. Other"}, "Objective", "Change it on the action’s page"),
        ({"leads": "Somebody"}, "Lead organisations", "Change it on the action’s page"),
        ({"times_moved": 7}, "Times moved", "counts by itself"),
        ({"id": None}, "Reference", "This row was added in the sheet"),
        ({"id": "x"}, "Reference", "is not an action of this plan"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(
    ours: Desk, cells: dict[str, Any], column: str, words: str
) -> None:
    found = ours.problems(put(2, **cells), put(3, title="A good change"))
    assert [(row, where) for row, where, _, _ in found] == [(2, column)]
    assert words in found[0][3]
    assert ours.action(2).title == "Second"


def test_a_status_follows_from_the_present_one(ours: Desk) -> None:
    ours.apply(ours.sheet(put(2, status="Complete", rating="green", note="Done.")))
    assert ours.action().completed_on == timezone.localdate()
    found = ours.problems(put(2, status="Not started", note="Undone."))
    assert [(where, reason) for _, where, _, reason in found] == [
        ("Status", "An action that is “complete” cannot become “not started”.")
    ]


def test_another_councils_action_is_refused_like_one_that_does_not_exist(ours: Desk) -> None:
    theirs = desk("Elsewhere")
    answers = {
        tuple(reason for _, _, _, reason in ours.problems(put(2, id=str(key), title="Mine")))
        for key in (theirs.first.pk, uuid4(), make_action(_other_plan(ours), ours.coordinator).pk)
    }
    assert answers == {("This row is not an action of this plan.",)}
    assert theirs.action().title == "First"


def _other_plan(ours: Desk) -> Any:
    return make_plan(ours.council, ours.coordinator, "Another plan")


def test_an_action_that_stands_in_the_sheet_twice_is_refused(ours: Desk) -> None:
    found = ours.problems(put(3, id=str(ours.first.pk)))
    assert [(row, reason) for row, _, _, reason in found] == [
        (3, "A1 stands in the sheet twice, in row 2 too.")
    ]


def test_rows_that_are_left_out_stay_as_they_are(ours: Desk) -> None:
    content = ours.sheet(lambda page: page.delete_rows(2), put(2, title="Second, better"))
    found, _ = ours.check(content)
    assert (len(found.changes), found.absent) == (1, 1)
    ours.apply(content)
    assert (ours.action(1).title, ours.action(2).title) == ("First", "Second, better")


def test_two_owners_of_one_name_have_their_addresses_beside_it(ours: Desk) -> None:
    twin = member(ours.council, Role.SAFETY_OFFICER, name="Cora Coordinator", email="twin@example.org")
    found = ours.problems(put(2, owner="Cora Coordinator"))
    assert "Nobody of this name" in found[0][3]
    ours.apply(ours.sheet(put(2, owner="Cora Coordinator (twin@example.org)")))
    assert ours.action().owner == twin


def test_closing_an_action_takes_back_its_open_request_for_time(ours: Desk) -> None:
    with council_scope(user_id=ours.coordinator.pk, council=ours.council):
        request = request_extension(
            action=ours.first,
            by=ours.coordinator,
            version=1,
            wished_on=ours.first.due_on + timedelta(days=9),
            reason="More time.",
            token=uuid4(),
        )
    ours.apply(ours.sheet(put(2, status="Complete", rating="green", note="Done.")))
    with service_scope(council=ours.council):
        request.refresh_from_db()
        assert request.state == "withdrawn"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("plan.xlsx", b"", "The file is empty"),
        ("plan.xlsx", b"no zip", "not an Excel workbook"),
        ("plan.xlsx", b"PK\x03\x04 cut off", "damaged"),
        ("plan.xlsm", b"PK", "macros"),
        ("plan.xls", b"\xd0\xcf\x11\xe0", "cannot be read here"),
        ("plan.csv", b"a,b", "not a CSV file"),
        ("plan.pdf", b"%PDF", "Send an Excel workbook"),
        ("plan.xlsx", b"x" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_a_file_that_is_no_plans_sheet_gets_a_sentence(
    client: Client, ours: Desk, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(FileUnreadable, match=words):
        ours.check(content, name)
    sign_in(client, ours.coordinator)
    answer = client.post(
        f"/c/{ours.council.slug}/plans/{ours.plan.pk}/workbook/",
        {"file": SimpleUploadedFile(name, content)},
    )
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert ours.uploads() == 0


def test_a_workbook_of_something_else_or_without_a_column_gets_a_sentence(ours: Desk) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Course", "Figure"])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(FileUnreadable, match="not a plan’s sheet"):
        ours.check(out.getvalue())
    with pytest.raises(FileUnreadable, match="lacks “Done when”"):
        ours.check(ours.sheet(lambda page: page.delete_cols(PLACE["measure"])))
    with pytest.raises(FileUnreadable, match=r"damaged|not a plan"):
        ours.check(broken(ours.sheet()))


def broken(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            inner = b"<worksheet" if "sheet1" in entry.filename else old.read(entry)
            new.writestr(entry, inner)
    return out.getvalue()


def test_a_sheet_that_waited_too_long_and_one_of_somebody_else_are_not_applied(
    client: Client, ours: Desk
) -> None:
    _, upload = ours.check(ours.sheet(put(2, title="Mine")))
    assert upload is not None
    address = f"/c/{ours.council.slug}/plans/{ours.plan.pk}/workbook/{upload.pk}/"
    sign_in(client, member(ours.council, Role.COORDINATOR))
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    with council_scope(user_id=ours.coordinator.pk, council=ours.council):
        PlanUpload.objects.filter(council=ours.council).update(expires_at=timezone.now())
    sign_in(client, ours.coordinator)
    answer = client.post(address, follow=True)
    assert "waited too long" in answer.content.decode()
    assert ours.action().title == "First"


def test_by_the_pages_a_sheet_is_checked_shown_and_saved(client: Client, ours: Desk) -> None:
    sign_in(client, ours.coordinator)
    base = f"/c/{ours.council.slug}/plans/{ours.plan.pk}/workbook/"
    file = client.get(f"{base}plan.xlsx")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="Plan.xlsx"')
    content = edited(b"".join(file), put(2, title="<b>New</b>"))
    checked = client.post(base, {"file": SimpleUploadedFile("plan.xlsx", content)})
    assert checked.status_code == 302
    page = client.get(checked.url).content.decode()
    assert "1 action would change, 1 cell in all." in page
    assert "&lt;b&gt;New&lt;/b&gt;" in page
    assert client.post(checked.url).status_code == 302
    assert ours.action().title == "<b>New</b>"
    assert client.get(checked.url).status_code == 302, "it was taken in already"
    again = client.post(base, {"file": SimpleUploadedFile("plan.xlsx", content)}, follow=True)
    assert "says what the plan says already" in again.content.decode()
    refused = client.post(
        base, {"file": SimpleUploadedFile("plan.xlsx", ours.sheet(put(2, priority="Urgent")))}
    )
    assert "Sheet Actions, row 2, Priority" in refused.content.decode()


def test_who_reads_plans_downloads_and_who_changes_them_sends_back(client: Client, ours: Desk) -> None:
    reader = member(ours.council, Role.BOARD_MEMBER)
    base = f"/c/{ours.council.slug}/plans/{ours.plan.pk}/workbook/"
    sign_in(client, reader)
    page = client.get(base).content.decode()
    assert "Send it back" not in page
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{base}plan.xlsx"))))
    assert "Cora Coordinator" not in [cell.value for column in book["Lists"].columns for cell in column]
    assert client.post(base).status_code == 404
    sign_in(client, member(CouncilFactory.create(), Role.COORDINATOR))
    for address in (base, f"{base}plan.xlsx"):
        assert client.get(address).status_code == 404


def test_the_api_takes_the_sheet_with_the_same_checks(client: Client, ours: Desk) -> None:
    sign_in(client, ours.coordinator)
    base = f"/api/v1/c/{ours.council.slug}/plans/{ours.plan.pk}/workbook/"
    content = edited(b"".join(client.get(base)), put(2, title="New"))
    checked = client.post(base, {"file": SimpleUploadedFile("plan.xlsx", content)}).json()
    assert checked["changes"] == [
        {
            "row": 2,
            "action_id": str(ours.first.pk),
            "reference": "A1",
            "cells": [{"column": "Action", "old": "First", "new": "New"}],
        }
    ]
    apply = f"{base}{checked['upload_id']}/apply/"
    for _ in range(2):
        answer = client.post(apply, content_type="application/json")
        assert (answer.status_code, answer.json()) == (200, {"changed": 1})
    assert ours.action().version == 2
    same = client.post(base, {"file": SimpleUploadedFile("plan.xlsx", content)}).json()
    assert same == {"upload_id": None, "changes": []}
    bad = client.post(base, {"file": SimpleUploadedFile("plan.xlsx", ours.sheet(put(2, priority="x")))})
    assert bad.status_code == 400
    assert [(one["sheet"], one["row"], one["column"], one["value"]) for one in bad.json()["problems"]] == [
        ("Actions", 2, "Priority", "x")
    ]
    nothing = client.post(base, {"file": SimpleUploadedFile("plan.xlsx", b"no")})
    assert (nothing.status_code, nothing.json()["problems"]) == (400, [])
    held = client.post(base, {"file": SimpleUploadedFile("plan.xlsx", ours.sheet(put(2, title="Newer")))})
    with council_scope(user_id=ours.coordinator.pk, council=ours.council):
        change_action(**as_it_is(ours.action(), ours.coordinator, version=2, title="Quicker"))
    stale = client.post(f"{base}{held.json()['upload_id']}/apply/", content_type="application/json")
    assert stale.status_code == 409
    assert stale.json()["problems"][0]["value"] == "A1"
    assert client.post(f"{base}{uuid4()}/apply/", content_type="application/json").status_code == 404


def test_two_thousand_rows_go_out_and_come_back_by_as_many_statements_as_two(ours: Desk) -> None:
    def statements() -> tuple[int, int, int]:
        with council_scope(user_id=ours.coordinator.pk, council=ours.council):
            with CaptureQueriesContext(connection) as out:
                content = plan_workbook(ours.plan, for_editing=True)
            rows = Action.objects.filter(council=ours.council).count()
        sheet = edited(content, *(put(row, priority="Low") for row in range(2, rows + 2)))
        with CaptureQueriesContext(connection) as check:
            found, upload = ours.check(sheet)
        assert (len(found.changes), found.problems) == (rows, [])
        assert upload is not None
        with (
            council_scope(user_id=ours.coordinator.pk, council=ours.council),
            CaptureQueriesContext(connection) as apply,
        ):
            assert apply_upload(upload=upload, by=ours.coordinator).changed == rows
        return len(out), len(check), len(apply)

    few = statements()
    with service_scope(council=ours.council):
        objective = Objective.objects.get(council=ours.council)
        Action.objects.bulk_create(
            [
                Action(
                    id=new_id(),
                    council=ours.council,
                    plan=ours.plan,
                    objective=objective,
                    number=number,
                    title=f"Action {number}",
                    first_due_on=date(2027, 1, 1),
                    due_on=date(2027, 1, 1),
                )
                for number in range(3, 2_001)
            ]
        )
        Action.objects.filter(council=ours.council).update(priority="medium")
    out, check, apply = statements()
    assert (out, check) == few[:2]
    assert apply - few[2] <= 2 * 3, "one statement more for each 500 rows, and its savepoint"
    with service_scope(council=ours.council):
        assert set(Action.objects.filter(council=ours.council).values_list("priority", flat=True)) == {"low"}


def test_problems_are_counted_in_words() -> None:
    one = Problem(2, "Action", "x", "Because.")
    assert str(WorkbookRefused([one])) == "The sheet has one problem. Nothing was changed."
    assert str(WorkbookRefused([one] * 1_007)) == "The sheet has 1,007 problems. Nothing was changed."
    assert one.sheet == "Actions"
