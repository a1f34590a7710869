"""Load a log of sessions from a file: choose it, check it, confirm it, read the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.components import Column, Crumb, SummaryRow, Table
from prevent_portal.web.dates import british_datetime
from prevent_portal.web.downloads import CSV_TYPE, XLSX_TYPE, download
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.spreadsheets import LIMIT_BYTES, FileUnreadable
from training.figures import Matched
from training.forms.session_logs import SessionLogForm
from training.permissions import TrainingPermission
from training.queries.sessions import DeliveredLine, totals_of
from training.services.refused_files import marked_file
from training.services.session_logs import (
    KeptLog,
    LogOutcome,
    check_log,
    confirm_log,
    kept_log,
    log_outcomes,
)
from training.session_logs.reader import CheckedLog
from training.views.delivery_pages import DeliveryPage
from training.views.uploads import PROBLEMS_SHOWN, columns_table, problems_table

_WRITE = TrainingPermission.WRITE_SESSIONS
_GONE = "The file is no longer kept. Send it again."


class _LogPage(DeliveryPage):
    """What the steps share."""

    abstract = True
    permission = _WRITE
    room, room_words = "training-sessions", "Training sessions"

    def own_log(self, token: str) -> KeptLog | None:
        """The checked log that this person sent."""
        return kept_log(council=self.council, by=self.person, token=token)

    def start_again(self, words: str) -> HttpResponse:
        """Back to the first step, with the reason."""
        messages.error(self.request, words)
        return redirect("training-session-log", self.council.slug)


class SessionLogAddPage(_LogPage):
    """Choose a file. With a problem in it, every problem is shown and nothing is kept."""

    permission = _WRITE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(SessionLogForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SessionLogForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(form)
        file = cast("UploadedFile[bytes]", form.cleaned_data["file"])
        try:
            checked, log = check_log(
                council=self.council,
                by=self.person,
                file_name=str(file.name),
                content=file.read(LIMIT_BYTES + 1),
                days=form.cleaned_data["when"],
            )
        except (FileUnreadable, PolicyError) as refusal:
            form.add_error("file", str(refusal))
            return self._page(form)
        if log is None:
            things = counted(len(checked.problems), "thing", "things")
            form.add_error("file", f"{things} in the file must be put right. Nothing was stored.")
            return self._page(form, checked=checked, file_name=str(file.name))
        return redirect("training-session-log-check", self.council.slug, log.token)

    def _page(
        self, form: SessionLogForm, *, checked: CheckedLog | None = None, file_name: str = ""
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "form": form,
            "file_name": file_name,
            "own_log_href": self.address("training-sessions-csv"),
            "cancel": self.address("training-sessions"),
            "crumbs": self.crumbs(Crumb("Load a log")),
        }
        if checked is not None:
            context |= {
                "problems": problems_table(checked.problems),
                "more_problems": number(max(len(checked.problems) - PROBLEMS_SHOWN, 0) or None),
                "notices": checked.notices,
                "rows_read": counted(len(checked.rows), "row was", "rows were"),
                "columns": columns_table(checked.columns) if checked.columns else None,
                "marked_href": self.address("training-session-log-refused", checked.kept_as),
            }
        return render(self.request, "training/session_log.html", context)


class SessionLogRefusedView(_LogPage):
    """The refused file of this person once more, with a column that says what to put right."""

    permission = _WRITE

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        found = marked_file(council=self.council, by=self.person, token=token)
        if found is None:
            return self.start_again("The file is no longer kept. Send it again to see its problems.")
        return download(
            content=found.content,
            filename=found.name,
            content_type=CSV_TYPE if found.is_csv else XLSX_TYPE,
        )


class SessionLogCheckPage(_LogPage):
    """See what was understood of a file, and confirm it."""

    permission = _WRITE

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        log = self.own_log(token)
        if log is None:
            return self.start_again(_GONE)
        if log.confirmed is not None:
            return redirect("training-session-log-receipt", self.council.slug, token)
        outcomes = log_outcomes(council=self.council, log=log)
        return render(
            request,
            "training/session_log_check.html",
            {
                "file_name": log.file_name,
                "adds": any(each.adds for each in outcomes),
                "sums": sums_of(outcomes),
                "rows": outcomes_table(outcomes, "Sessions"),
                "columns": columns_table([Matched(**column) for column in log.columns]),
                "notices": log.notices,
                "send_href": self.address("training-session-log"),
                "crumbs": self.crumbs(
                    Crumb("Load a log", self.address("training-session-log")), Crumb("Check")
                ),
            },
        )

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        log = self.own_log(token)
        if log is None:
            return self.start_again(_GONE)
        try:
            confirm_log(council=self.council, by=self.person, log=log)
        except PolicyError as refusal:
            return self.start_again(str(refusal))
        return redirect("training-session-log-receipt", self.council.slug, token)


class SessionLogReceiptPage(_LogPage):
    """What a confirmed log became."""

    permission = _WRITE

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        log = self.own_log(token)
        if log is None:
            return self.start_again(_GONE)
        if log.confirmed is None:
            return redirect("training-session-log-check", self.council.slug, token)
        outcomes = log_outcomes(council=self.council, log=log)
        return render(
            request,
            "training/session_log_receipt.html",
            {
                "title": receipt_title(log.receipt),
                "sums": sums_of(outcomes),
                "rows": outcomes_table(outcomes, "What was received"),
                "facts": [
                    SummaryRow("File", log.file_name),
                    SummaryRow("Received", british_datetime(log.confirmed)),
                    SummaryRow("Checksum of the file", f"{log.sha256[:16]}…"),
                ],
                "log_href": self.address("training-sessions"),
                "send_href": self.address("training-session-log"),
                "crumbs": self.crumbs(Crumb("Receipt")),
            },
        )


def outcomes_table(outcomes: Sequence[LogOutcome], caption: str) -> Table:
    """Rows of a log and what becomes of each."""
    return Table(
        caption,
        [
            Column("Session", header=True),
            Column("For whom"),
            Column("Attendees", numeric=True),
            Column("Outcome"),
        ],
        [
            [
                [each.subject, each.when],
                [
                    each.audience,
                    *([each.for_whom] if each.for_whom != each.audience else []),
                    *([f"Trainer: {each.trainer}"] if each.trainer else []),
                ],
                [
                    "Unknown" if each.attendees is None else number(each.attendees),
                    counted(each.sessions, "session", "sessions"),
                ],
                each.outcome,
            ]
            for each in outcomes
        ],
        stacks=True,
    )


def sums_of(outcomes: Sequence[LogOutcome]) -> list[str]:
    """Such as "WRAP: 206 attendees in 19 sessions" of what is new, each course and briefing apart."""
    lines = [
        DeliveredLine(each.subject, each.is_course, each.audience, each.sessions, each.attendees)
        for each in outcomes
        if each.adds
    ]
    return [f"{name}: {totals.words}." for name, totals in totals_of(lines)]


def receipt_title(receipt: dict[str, Any]) -> str:
    """What a log added, in sessions."""
    parts = []
    if receipt["new"]:
        parts.append(f"{counted(receipt['new'], 'session', 'sessions')} added to the log")
    if receipt["recorded"]:
        parts.append(f"{counted(receipt['recorded'], 'planned session', 'planned sessions')} recorded")
    return ", ".join(parts) or "These sessions were in the log already"
