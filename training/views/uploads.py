"""Send a file of figures: choose it, check it, confirm it, keep the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from partnerships.models import Organisation
from prevent_portal.web.components import Column, Crumb, SummaryRow, Table
from prevent_portal.web.dates import british_datetime
from prevent_portal.web.downloads import CSV_TYPE, XLSX_TYPE, download
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.spreadsheets import LIMIT_BYTES, FileUnreadable
from prevent_portal.web.views import CouncilView
from training.access.returns import sending_organisations, upload_for
from training.areas import own_returns_words
from training.enums import Reported
from training.figures import CheckedFile, FigureRow, FirstRow, Matched, Problem
from training.forms.uploads import SendReturnsForm
from training.permissions import TrainingPermission
from training.policies.returns import ReturnRefused
from training.queries.returns import (
    courses,
)
from training.services.refused_files import marked_file
from training.services.uploads import RowOutcome, check_upload, confirm_upload, new_shares, preview
from training.views.pages import own_returns_crumbs

PROBLEMS_SHOWN = 500


_SEND = TrainingPermission.SUBMIT_RETURNS


class SendReturnsView(CouncilView):
    """Choose a file. With a problem in it, every problem is shown and nothing is kept."""

    permission = {"get": _SEND, "post": _SEND}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, self._form(sending_organisations(self.access)))

    def post(self, request: HttpRequest) -> HttpResponse:
        organisations = sending_organisations(self.access)
        form = self._form(organisations, request.POST, request.FILES)
        if not organisations:
            form.add_error(None, "You cannot send returns for any organisation yet. Ask the council.")
        if not form.is_valid():
            return self._page(request, form)
        file = cast("UploadedFile[bytes]", form.cleaned_data["file"])
        try:
            checked, upload = check_upload(
                council=self.council,
                by=self.person,
                organisations=organisations,
                file_name=str(file.name),
                content=file.read(LIMIT_BYTES + 1),
                course=form.chosen_course,
                organisation=form.chosen_organisation,
                for_council=form.for_council,
            )
        except (FileUnreadable, ReturnRefused) as refusal:
            form.add_error("file", str(refusal))
            return self._page(request, form)
        if upload is None:
            count = len(checked.problems)
            form.add_error(
                "file",
                f"{counted(count, 'thing', 'things')} in the file must be put right. Nothing was stored.",
            )
            return self._page(request, form, checked=checked, file_name=str(file.name))
        return redirect("returns-upload", self.council.slug, upload.pk)

    def _form(self, organisations: Sequence[Organisation], *data: Any) -> SendReturnsForm:
        return SendReturnsForm(*data, council=self.council, organisations=organisations, courses=courses())

    def _page(
        self,
        request: HttpRequest,
        form: SendReturnsForm,
        *,
        checked: CheckedFile | None = None,
        file_name: str = "",
    ) -> HttpResponse:
        slug = self.council.slug
        context: dict[str, Any] = {
            "form": form,
            "cancel": reverse("own-returns", args=[slug]),
            "file_name": file_name,
            "template_href": reverse("returns-template", args=[slug]),
            "crumbs": [*own_returns_crumbs(self), Crumb("Send returns")],
        }
        if checked is not None:
            context |= {
                "problems": problems_table(checked.problems),
                "more_problems": number(max(len(checked.problems) - PROBLEMS_SHOWN, 0) or None),
                "notices": checked.notices,
                "rows_read": number(len(checked.rows)),
                "columns": columns_table(checked.columns) if checked.columns else None,
                "first_rows": first_rows_table(checked.first_rows) if checked.first_rows else None,
                "marked_href": reverse("returns-refused-file", args=[slug, checked.kept_as]),
            }
        return render(request, "training/send.html", context)


class UploadView(CouncilView):
    """See what was understood of a file, and confirm it."""

    permission = {"get": _SEND, "post": _SEND}

    def get(self, request: HttpRequest, upload_id: UUID) -> HttpResponse:
        upload = upload_for(self.access, upload_id)
        if upload.confirmed_at is not None:
            return redirect("returns-receipt", self.council.slug, upload.pk)
        slug = self.council.slug
        rows = preview(upload=upload)
        return render(
            request,
            "training/check.html",
            {
                "file_name": upload.file_name,
                "columns": columns_table([Matched(**column) for column in upload.columns]),
                "rows": outcome_table(rows),
                "count": len(rows),
                "notices": upload.notices,
                "shares": new_shares(upload=upload),
                "send_href": reverse("send-returns", args=[slug]),
                "crumbs": [*own_returns_crumbs(self), Crumb("Check your figures")],
            },
        )

    def post(self, request: HttpRequest, upload_id: UUID) -> HttpResponse:
        upload = upload_for(self.access, upload_id)
        try:
            confirm_upload(upload=upload, organisations=sending_organisations(self.access), by=self.person)
        except ReturnRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("send-returns", self.council.slug)
        return redirect("returns-receipt", self.council.slug, upload.pk)


class ReceiptView(CouncilView):
    """What a confirmed file became: percentages, gap to target, change from the quarter before."""

    permission = _SEND

    def get(self, request: HttpRequest, upload_id: UUID) -> HttpResponse:
        upload = upload_for(self.access, upload_id)
        slug = self.council.slug
        if upload.confirmed_at is None or upload.receipt is None:
            return redirect("returns-upload", slug, upload.pk)
        rows = [RowOutcome(**row) for row in upload.receipt["rows"]]
        return render(
            request,
            "training/receipt.html",
            {
                "title": _receipt_title(upload.receipt),
                "rows": outcome_table(rows, caption="What was received"),
                "facts": [
                    SummaryRow("File", upload.file_name),
                    SummaryRow("Received", british_datetime(upload.confirmed_at)),
                    SummaryRow("Checksum of the file", f"{upload.sha256[:16]}…"),
                ],
                "shared": upload.receipt["shared"],
                "own_href": reverse("own-returns", args=[slug]),
                "own_words": own_returns_words(self.access),
                "send_href": reverse("send-returns", args=[slug]),
                "crumbs": [*own_returns_crumbs(self), Crumb("Receipt")],
            },
        )


class RefusedFileView(CouncilView):
    """The refused file of this person once more, with a column that says what to put right."""

    permission = _SEND

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        sending_organisations(self.access)
        found = marked_file(council=self.council, by=self.person, token=token)
        if found is None:
            messages.error(request, "The file is no longer kept. Send it again to see its problems.")
            return redirect("send-returns", self.council.slug)
        return download(
            content=found.content,
            filename=found.name,
            content_type=CSV_TYPE if found.is_csv else XLSX_TYPE,
        )


def columns_table(columns: Sequence[Matched]) -> Table:
    """Which heading of the file was read as what."""
    with_sheet = any(column.sheet for column in columns)
    return Table(
        "Columns",
        [
            *([Column("Sheet")] if with_sheet else []),
            Column("Column", header=True),
            Column("Heading in your file"),
            Column("Read as"),
        ],
        [
            [*([column.sheet] if with_sheet else []), column.column, column.heading, column.meaning]
            for column in columns
        ],
        hide_caption=True,
    )


def problems_table(problems: Sequence[Problem]) -> Table:
    """Every problem by sheet, row, column and value, with the reason and what to do.

    Three columns, so that it is read on a telephone without a swipe.
    """
    return Table(
        "What must be put right",
        [Column("Where", header=True), Column("What stands there"), Column("What to put right")],
        [
            [
                _where(problem.sheet, problem.row, problem.column),
                problem.value,
                [f"{problem.reason}.", problem.fix],
            ]
            for problem in problems[:PROBLEMS_SHOWN]
        ],
    )


def first_rows_table(rows: Sequence[FirstRow]) -> Table:
    """The first rows of a file: what was read in the matched columns, and what it was understood as."""
    several = len({row.understood.organisation for row in rows if row.understood}) > 1
    return Table(
        "The first rows of your file, as they were read",
        [Column("Where", header=True), Column("What your file says"), Column("Understood as")],
        [
            [
                _where(row.sheet, row.row),
                "; ".join(f"{heading}: {value}" for heading, value in row.values),
                _understood(row.understood, several) if row.understood else "Not yet: it must be put right",
            ]
            for row in rows
        ],
    )


def _where(sheet: str, row: int | None, column: str = "") -> list[str]:
    parts = [f"Row {row}" if row else "", column, f"Sheet {sheet}" if sheet else ""]
    return [part for part in parts if part] or ["The whole file"]


def _understood(row: FigureRow, several: bool) -> list[str]:
    figures = {
        Reported.NIL: "Nil: no staff need the course",
        Reported.UNKNOWN: "Unknown",
        Reported.FIGURES: f"{number(row.compliant)} of {number(row.eligible)} compliant",
    }
    sessions = [] if row.sessions is None else [counted(row.sessions, "session", "sessions")]
    return [
        *([row.organisation] if several else []),
        f"{row.course}, {row.period.label}",
        *([row.scope] if row.for_council else []),
        figures[row.reported],
        *sessions,
    ]


def outcome_table(rows: Sequence[RowOutcome], *, caption: str = "Figures") -> Table:
    """Rows of a file with their percentage, gap to target, change and what becomes of them."""
    several = len({row.organisation for row in rows}) > 1
    several_scopes = any(row.scope != "Whole organisation" for row in rows)
    sessions = any(row.sessions for row in rows)
    return Table(
        caption,
        [
            *([Column("Organisation", header=True)] if several else []),
            Column("Return", header=not several),
            Column("Compliant", numeric=True),
            Column("Against target"),
            *([Column("Sessions", numeric=True)] if sessions else []),
            Column("What becomes of it"),
        ],
        [
            [
                *([row.organisation] if several else []),
                [f"{row.course}, {row.period}", *([row.scope] if several_scopes else [])],
                [row.printed, f"{row.compliant or 'unknown'} of {row.eligible or 'unknown'}"],
                [row.against, *([row.change] if row.change else [])],
                *([row.sessions or "Unknown"] if sessions else []),
                row.outcome,
            ]
            for row in rows
        ],
    )


def _receipt_title(receipt: dict[str, Any]) -> str:
    new, corrected = receipt["new"], receipt["corrected"]
    if not new and not corrected:
        return "These figures were received before"
    parts = []
    if new:
        parts.append(f"{counted(new, 'return', 'returns')} received")
    if corrected:
        parts.append(f"{number(corrected)} corrected")
    return ", ".join(parts)
