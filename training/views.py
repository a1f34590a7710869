"""Pages of training: coverage for the council, and an organisation's own returns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import display_name
from prevent_portal.web.components import Column, Crumb, StatTile, SummaryRow, Table
from prevent_portal.web.dates import british_date, british_datetime
from prevent_portal.web.downloads import Sheet, csv_response, xlsx_response
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.spreadsheets import LIMIT_BYTES, FileUnreadable
from prevent_portal.web.views import CouncilView
from training.access import grant_for, own_return_for, return_for, sending_organisations, upload_for
from training.enums import ReturnState
from training.figures import CheckedFile, Problem, place_of
from training.forms import CoverageFilterForm, ReviewReturnForm, SendReturnsForm
from training.models import TrainingReturn
from training.periods import last_ended_quarter, quarter_of, quarters_up_to
from training.permissions import TrainingPermission
from training.policies import ReturnRefused
from training.queries import (
    Coverage,
    courses,
    coverage,
    grants_of,
    latest_period_end,
    line_of,
    missing_returns_of,
    returns_of,
    versions_of,
)
from training.services.grants import end_sharing
from training.services.reviews import review_return
from training.services.uploads import RowOutcome, check_upload, confirm_upload, new_shares, preview
from training.tables import (
    DOWNLOAD_HEADER,
    NOT_RETURNED,
    count_or_words,
    course_chart,
    course_table,
    coverage_rows,
    download_rows,
    other_periods_table,
    own_table,
    state_tag,
    target_tag,
    template_rows,
)

PROBLEMS_SHOWN = 500
_SEND = TrainingPermission.SUBMIT_RETURNS


class _CoverageView(CouncilView):
    """What the three ways to read coverage share: which quarters are shown."""

    abstract = True
    latest: date

    def ends(self) -> list[date]:
        """Quarter ends to choose from, the latest first: three years up to the latest that there is."""
        last = last_ended_quarter(timezone.localdate())
        self.latest = latest_period_end(self.council) or last.end
        recent = [period.end for period in quarters_up_to(last, 4)]
        back = [period.end for period in quarters_up_to(quarter_of(self.latest), 12)]
        return sorted({*recent, *back}, reverse=True)

    def shown(self, request: HttpRequest, ends: Sequence[date]) -> Coverage:
        """Coverage up to the quarter that was asked for, else up to the latest with a return."""
        asked = request.GET.get("to", "")
        end = next((each for each in ends if each.isoformat() == asked), self.latest)
        return coverage(self.council, end=end)


class CoverageView(_CoverageView):
    """Coverage by organisation, course and quarter, with what is missing by name."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        ends = self.ends()
        shown = self.shown(request, ends)
        end = shown.periods[-1].end.isoformat()
        form = CoverageFilterForm(
            initial={"to": end, "course": request.GET.get("course", "")}, ends=ends, courses=shown.courses
        )
        course = request.GET.get("course", "")
        sections = [
            {
                "course": name,
                "chart": course_chart(name, groups, shown),
                "table": course_table(name, groups, self.council),
            }
            for name in shown.courses
            if course in {"", name} and (groups := [group for group in shown.groups if group.course == name])
        ]
        others = [line for line in shown.other_periods if course in {"", line.course}]
        query = f"?to={end}"
        return render(
            request,
            "training/coverage.html",
            {
                "filter": form,
                "period": shown.periods[-1].label,
                "tiles": self._tiles(shown),
                "missing": [
                    f"{group.organisation}: {group.course}, {cell.period.label}"
                    for group, cell in shown.missing
                ],
                "sections": sections,
                "others": other_periods_table(others, self.council) if others else None,
                "own_href": self._own_href(),
                "csv_href": reverse("training-csv", args=[self.council.slug]) + query,
                "xlsx_href": reverse("training-xlsx", args=[self.council.slug]) + query,
            },
        )

    def _own_href(self) -> str:
        return reverse("own-returns", args=[self.council.slug]) if self.access.may(_SEND) else ""

    @staticmethod
    def _tiles(shown: Coverage) -> list[StatTile]:
        measured = shown.measured
        below = [line for line in measured if line.is_below]
        missing = [group for group in shown.groups if group.cells[-1].is_missing]
        label = shown.periods[-1].label
        return [
            StatTile("Target met", f"{len(measured) - len(below)} of {len(measured)}", f"returns of {label}"),
            StatTile(
                "Below target",
                len(below),
                "; ".join(f"{line.organisation}, {line.course}" for line in below) or "None",
                tone="bad" if below else "good",
            ),
            StatTile(
                NOT_RETURNED,
                len(missing),
                "; ".join(f"{group.organisation}, {group.course}" for group in missing) or "None",
                tone="warning" if missing else "good",
            ),
        ]


class CoverageCsvView(_CoverageView):
    """Coverage as a CSV file."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        shown = self.shown(request, self.ends())
        name = f"Training coverage {self.council.name} {shown.periods[-1].end.isoformat()}.csv"
        return csv_response(filename=name, header=DOWNLOAD_HEADER, rows=coverage_rows(shown))


class CoverageXlsxView(_CoverageView):
    """Coverage as a workbook."""

    permission = TrainingPermission.VIEW_COVERAGE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        shown = self.shown(request, self.ends())
        name = f"Training coverage {self.council.name} {shown.periods[-1].end.isoformat()}.xlsx"
        return xlsx_response(filename=name, sheets=[Sheet("Coverage", DOWNLOAD_HEADER, coverage_rows(shown))])


class ReturnView(CouncilView):
    """One return with its versions, for the council; here it is accepted or queried."""

    permission = {
        "get": TrainingPermission.VIEW_COVERAGE,
        "post": TrainingPermission.REVIEW_RETURNS,
    }

    def get(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        found = return_for(self.access, return_id, TrainingPermission.VIEW_COVERAGE)
        form = ReviewReturnForm() if self.access.may(TrainingPermission.REVIEW_RETURNS) else None
        return self._page(request, found, form)

    def post(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        found = return_for(self.access, return_id, TrainingPermission.REVIEW_RETURNS)
        form = ReviewReturnForm(request.POST)
        if not form.is_valid():
            return self._page(request, found, form)
        state = ReturnState(form.cleaned_data["state"])
        review_return(
            training_return=found,
            council=self.council,
            state=state,
            comment=form.cleaned_data["comment"] if state == ReturnState.QUERIED else "",
            by=self.person,
        )
        done = "The return is accepted." if state == ReturnState.ACCEPTED else "Your question is sent."
        messages.success(request, done)
        return redirect("training-return", self.council.slug, return_id)

    def _page(
        self, request: HttpRequest, found: TrainingReturn, form: ReviewReturnForm | None
    ) -> HttpResponse:
        crumbs = [Crumb("Training", reverse("training", args=[self.council.slug])), Crumb("Return")]
        return render(
            request, "training/return.html", _return_context(found, self) | {"form": form, "crumbs": crumbs}
        )


class OwnReturnView(CouncilView):
    """One of the organisation's own returns with its versions."""

    permission = _SEND

    def get(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        found = own_return_for(self.access, return_id)
        crumbs = [Crumb("Your returns", reverse("own-returns", args=[self.council.slug])), Crumb("Return")]
        return render(request, "training/return.html", _return_context(found, self) | {"crumbs": crumbs})


class OwnReturnsView(CouncilView):
    """An organisation's own returns beside their targets; never locked, whatever the deadline (rule 13)."""

    permission = _SEND

    def get(self, request: HttpRequest) -> HttpResponse:
        organisations = sending_organisations(self.access)
        ids = [organisation.pk for organisation in organisations]
        lines = returns_of(self.council, ids)
        slug = self.council.slug
        return render(
            request,
            "training/own_returns.html",
            {
                "organisations": [
                    {
                        "name": organisation.name,
                        "table": own_table(rows, self.council) if rows else None,
                    }
                    for organisation in organisations
                    for rows in [[line for line in lines if line.organisation_id == organisation.pk][::-1]]
                ],
                "missing": [
                    f"{each.course}, {each.period.label}: due on {british_date(each.due_on)}"
                    + (f" ({each.organisation})" if len(organisations) > 1 else "")
                    for each in missing_returns_of(self.council, ids, timezone.localdate())
                ],
                "grants": [
                    {
                        "words": f"{grant.council.name}, since {british_date(grant.starts_on)}"
                        + (f", until {british_date(grant.ends_on)}" if grant.ends_on else ""),
                        "council": grant.council.name,
                        "href": "" if grant.ends_on else reverse("end-sharing", args=[slug, grant.pk]),
                    }
                    for grant in grants_of(ids)
                ],
                "send_href": reverse("send-returns", args=[slug]),
                "csv_href": reverse("own-returns-csv", args=[slug]),
            },
        )


class OwnReturnsCsvView(CouncilView):
    """The organisation's own returns as a CSV file."""

    permission = _SEND

    def get(self, request: HttpRequest) -> HttpResponseBase:
        ids = [organisation.pk for organisation in sending_organisations(self.access)]
        return csv_response(
            filename="Training returns.csv",
            header=DOWNLOAD_HEADER,
            rows=download_rows(returns_of(self.council, ids)),
        )


class EndSharingView(CouncilView):
    """Ask, then end the sharing of trust-wide returns with a council."""

    permission = {"get": _SEND, "post": _SEND}

    def get(self, request: HttpRequest, grant_id: UUID) -> HttpResponse:
        grant = grant_for(self.access, grant_id)
        own = reverse("own-returns", args=[self.council.slug])
        return render(
            request,
            "training/end_sharing.html",
            {
                "organisation": grant.organisation.name,
                "shared_with": grant.council.name,
                "back": own,
                "crumbs": [Crumb("Your returns", own), Crumb("Stop sharing")],
            },
        )

    def post(self, request: HttpRequest, grant_id: UUID) -> HttpResponse:
        grant = grant_for(self.access, grant_id)
        end_sharing(grant=grant, by=self.person)
        messages.success(request, f"{grant.council.name} will not see returns that you send after today.")
        return redirect("own-returns", self.council.slug)


class TemplateView(CouncilView):
    """The file to fill in, with a row for each return that is waited for."""

    permission = _SEND

    def get(self, request: HttpRequest) -> HttpResponseBase:
        ids = [organisation.pk for organisation in sending_organisations(self.access)]
        missing = missing_returns_of(self.council, ids, timezone.localdate())
        header, rows = template_rows(missing, place_of(self.council.name))
        return csv_response(filename="Training return template.csv", header=header, rows=rows)


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
        except FileUnreadable as refusal:
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
        own = reverse("own-returns", args=[slug])
        context: dict[str, Any] = {
            "form": form,
            "file_name": file_name,
            "template_href": reverse("returns-template", args=[slug]),
            "crumbs": [Crumb("Your returns", own), Crumb("Send returns")],
        }
        if checked is not None:
            context |= {
                "problems": problems_table(checked.problems),
                "more_problems": number(max(len(checked.problems) - PROBLEMS_SHOWN, 0) or None),
                "notices": checked.notices,
                "rows_read": number(len(checked.rows)),
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
                "columns": Table(
                    "Columns",
                    [Column("Column", header=True), Column("Heading in your file"), Column("Read as")],
                    [
                        [
                            f"{column['sheet']} {column['column']}".strip(),
                            column["heading"],
                            column["meaning"],
                        ]
                        for column in upload.columns
                    ],
                    hide_caption=True,
                ),
                "rows": outcome_table(rows),
                "count": len(rows),
                "notices": upload.notices,
                "shares": new_shares(upload=upload),
                "send_href": reverse("send-returns", args=[slug]),
                "crumbs": [
                    Crumb("Your returns", reverse("own-returns", args=[slug])),
                    Crumb("Check your figures"),
                ],
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
                "send_href": reverse("send-returns", args=[slug]),
                "crumbs": [Crumb("Your returns", reverse("own-returns", args=[slug])), Crumb("Receipt")],
            },
        )


def problems_table(problems: Sequence[Problem]) -> Table:
    """Every problem by sheet, row, column and value, with the reason and what to do."""
    with_sheet = any(problem.sheet for problem in problems)
    return Table(
        "What must be put right",
        [
            *([Column("Sheet")] if with_sheet else []),
            Column("Row", header=True),
            Column("Column"),
            Column("Value"),
            Column("Problem"),
            Column("What to do"),
        ],
        [
            [
                *([problem.sheet] if with_sheet else []),
                str(problem.row or ""),
                problem.column,
                problem.value,
                problem.reason,
                problem.fix,
            ]
            for problem in problems[:PROBLEMS_SHOWN]
        ],
    )


def outcome_table(rows: Sequence[RowOutcome], *, caption: str = "Figures") -> Table:
    """Rows of a file with their percentage, gap to target, change and what becomes of them."""
    several = len({row.organisation for row in rows}) > 1
    several_scopes = any(row.scope != "Whole organisation" for row in rows)
    sessions = any(row.sessions for row in rows)
    return Table(
        caption,
        [
            *([Column("Organisation", header=True)] if several else []),
            Column("Course", header=not several),
            Column("Period"),
            Column("Compliant", numeric=True),
            Column("Eligible", numeric=True),
            Column("Percentage", numeric=True),
            Column("Against target"),
            Column("Change"),
            *([Column("Sessions", numeric=True)] if sessions else []),
            Column("Return"),
        ],
        [
            [
                *([row.organisation] if several else []),
                [row.course, row.scope] if several_scopes else row.course,
                row.period,
                row.compliant or "Unknown",
                row.eligible or "Unknown",
                row.printed,
                row.against,
                row.change,
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


def _return_context(found: TrainingReturn, view: CouncilView) -> dict[str, Any]:
    line = line_of(found, view.council)
    return {
        "line": line,
        "facts": [
            SummaryRow("Organisation", line.organisation),
            SummaryRow("Course", line.course),
            SummaryRow("Whose staff", line.scope),
            SummaryRow("Period", line.period.label),
            SummaryRow("Compliant", count_or_words(line, line.compliant)),
            SummaryRow("Eligible", count_or_words(line, line.eligible)),
            SummaryRow("Percentage", line.printed),
            SummaryRow("Against target", target_tag(line)),
            SummaryRow(
                "Sessions delivered", number(line.sessions) if line.sessions is not None else "Unknown"
            ),
            SummaryRow(
                "State", [state_tag(line.state), line.comment] if line.comment else state_tag(line.state)
            ),
        ],
        "versions": Table(
            "Versions",
            [
                Column("Version", header=True),
                Column("Compliant", numeric=True),
                Column("Eligible", numeric=True),
                Column("Sent"),
                Column("By"),
                Column("File"),
            ],
            [
                [
                    f"{version.version} (latest)" if index == 0 else str(version.version),
                    number(version.compliant) if version.compliant is not None else "Unknown",
                    number(version.eligible) if version.eligible is not None else "Unknown",
                    british_datetime(version.submitted_at),
                    display_name(version.submitted_by) if version.submitted_by else "",
                    version.source_name,
                ]
                for index, version in enumerate(versions_of(found))
            ],
        ),
    }
