"""Send a staff register: choose it, wait for its check, see what was understood, confirm it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.components import Colour, Column, Crumb, Link, SummaryRow, Table, Tag, paginate
from prevent_portal.web.dates import british_date, british_datetime
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.spreadsheets import FileUnreadable
from prevent_portal.web.views import CouncilView
from training.access.registers import organisations_of, own_registers, register_for
from training.access.returns import sending_organisations
from training.areas import areas, own_returns_words
from training.enums import RegisterState
from training.figures import PROBLEM_HEADING, Problem
from training.forms.registers import SendRegisterForm
from training.models import StaffRegister
from training.permissions import TrainingPermission
from training.queries.registers import check_job
from training.registers.rows import MarkedRow
from training.services.refused_registers import marked_rows
from training.services.registers import (
    confirm_register,
    new_register_shares,
    preview_register,
    receive_register,
    stored_figures,
)
from training.services.uploads import RowOutcome
from training.views.pages import own_returns_crumbs
from training.views.uploads import outcome_table, problems_table

SHOWN = 100
"""How many problems, and how many services, the page shows; the download has more."""

_SEND = TrainingPermission.SUBMIT_RETURNS
_COLOURS: dict[str, Colour] = {
    RegisterState.WAITING: "blue",
    RegisterState.REFUSED: "red",
    RegisterState.CHECKED: "yellow",
    RegisterState.CONFIRMED: "green",
}
_TEMPLATE = (
    ("10000001", "Adult services", "Social work", "WRAP", "30/06/2018", "Yes"),
    ("10000002", "Adult services", "Administration", "WRAP", "", "Yes"),
)
HEADER = ("Staff reference", "Service or site", "Role group", "Course", "Completed on", "Required")


class RegistersView(CouncilView):
    """The person's registers, and those their organisations sent."""

    permission = _SEND

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        page, links = paginate(request, own_registers(self.access))
        table = Table(
            "Staff registers",
            [
                Column("File", header=True),
                Column("Staff of"),
                Column("Quarter ended"),
                Column("Sent"),
                Column("People", numeric=True),
                Column("State"),
            ],
            [
                [
                    Link(each.file_name, reverse("register", args=[slug, each.pk])),
                    whose(each),
                    british_date(each.period_end),
                    [british_datetime(each.created_at), display_name(each.person)],
                    number(each.people or None),
                    state_tag(each),
                ]
                for each in page
            ],
            hide_caption=True,
        )
        return render(
            request,
            "training/registers.html",
            {
                "areas": areas(self.access, "registers"),
                "table": table,
                "links": links,
                "has_any": bool(page.paginator.count),
                "send_href": reverse("send-register", args=[slug]),
                "crumbs": [*own_returns_crumbs(self), Crumb("Staff registers")],
            },
        )


class SendRegisterView(CouncilView):
    """Choose a register. It is checked in the background."""

    permission = {"get": _SEND, "post": _SEND}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form)
        if form.chosen_organisation is None and not self.access.may(TrainingPermission.RECORD_SERVICES):
            raise Http404
        file = cast("UploadedFile[bytes]", form.cleaned_data["file"])
        try:
            _, job = receive_register(
                council=self.council,
                by=self.person,
                organisation=form.chosen_organisation,
                of_services=form.of_services,
                council_staff_only=form.council_staff_only,
                period_end=form.period_end,
                leaves_out_other_courses=form.leaves_out_other_courses,
                file_name=str(file.name),
                chunks=file.chunks,
            )
        except (FileUnreadable, PolicyError) as refusal:
            form.add_error("file", str(refusal))
            return self._page(request, form)
        return redirect("job", self.council.slug, job.pk)

    def _form(self, *data: Any) -> SendRegisterForm:
        return SendRegisterForm(
            *data,
            council=self.council,
            organisations=sending_organisations(self.access),
            today=timezone.localdate(),
        )

    def _page(self, request: HttpRequest, form: SendRegisterForm) -> HttpResponse:
        slug = self.council.slug
        return render(
            request,
            "training/register_send.html",
            {
                "form": form,
                "may_send": bool(form.fields["organisation"].choices),  # type: ignore[attr-defined] # a choice field
                "template_href": reverse("register-template", args=[slug]),
                "cancel": reverse("registers", args=[slug]),
                "crumbs": _crumbs(self, "Send a staff register"),
            },
        )


class RegisterView(CouncilView):
    """A register where it stands: being checked, with its problems, to be confirmed, or its receipt."""

    permission = {"get": _SEND, "post": _SEND}

    def get(self, request: HttpRequest, register_id: UUID) -> HttpResponse:
        register = register_for(self.access, register_id)
        slug = self.council.slug
        context: dict[str, Any] = {
            "register": register,
            "facts": facts(register),
            "notices": register.notices,
            "columns": columns_table(register),
            "send_href": reverse("send-register", args=[slug]),
            "list_href": reverse("registers", args=[slug]),
            "crumbs": _crumbs(self, register.file_name),
        }
        if register.state == RegisterState.WAITING:
            job = check_job(register)
            context["job_href"] = reverse("job", args=[slug, job.pk]) if job else ""
            context["failure"] = job.failure if job and job.may_be_tried_again else ""
            template = "training/register_waiting.html"
        elif register.state == RegisterState.REFUSED:
            problems = [Problem(**problem) for problem in register.problems]
            context |= {
                "problems": problems_table(problems[:SHOWN]),
                "is_whole": len(problems) == 1 and not problems[0].fix,
                "first": problems[0] if problems else None,
                "count": counted(register.problem_count, "thing", "things"),
                "more": number(max(register.problem_count - SHOWN, 0) or None),
                "problems_href": reverse("register-problems", args=[slug, register.pk]),
                "has_rows": bool(marked_rows(register=register)),
            }
            template = "training/register_problems.html"
        elif register.state == RegisterState.CHECKED:
            context |= {
                "rows": outcome_table(preview_register(register=register)),
                "first_rows": first_rows_table(register),
                "services": services_table(register),
                "shares": new_register_shares(register=register),
                "expires": british_datetime(register.expires_at),
            }
            template = "training/register_check.html"
        else:
            receipt = register.receipt or {}
            context |= {
                "title": receipt_title(receipt),
                "rows": outcome_table(
                    [RowOutcome(**row) for row in receipt["rows"]], caption="What was received"
                ),
                "services": services_table(register),
                "services_href": reverse("register-services", args=[slug, register.pk]),
                "shared": receipt["shared"],
                "staff": staff_words(receipt),
                "own_href": reverse("own-returns", args=[slug]),
                "own_words": own_returns_words(self.access),
            }
            template = "training/register_receipt.html"
        return render(request, template, context)

    def post(self, request: HttpRequest, register_id: UUID) -> HttpResponse:
        """Confirm it."""
        register = register_for(self.access, register_id)
        try:
            confirm_register(
                register=register, organisations=organisations_of(self.access, register), by=self.person
            )
        except PolicyError as refusal:
            messages.error(request, str(refusal))
        return redirect("register", self.council.slug, register.pk)


class RegisterProblemsView(CouncilView):
    """The rows of a refused register that have something to put right, with the words beside them, as CSV.

    Once the hour that they are kept is over, it is the problems alone.
    """

    permission = _SEND

    def get(self, request: HttpRequest, register_id: UUID) -> HttpResponseBase:
        register = register_for(self.access, register_id)
        if register.state != RegisterState.REFUSED:
            raise Http404
        if rows := marked_rows(register=register):
            return csv_response(
                filename="rows-to-put-right.csv", header=marked_header(rows), rows=marked_cells(rows)
            )
        names = ("sheet", "row", "column", "value", "reason", "fix")
        return csv_response(
            filename="problems.csv",
            header=("Sheet", "Row", "Column", "Value", "Problem", "What to do"),
            rows=[[problem[name] for name in names] for problem in register.problems],
        )


class RegisterServicesView(CouncilView):
    """The exact figures of a confirmed register by service and role group, for its own organisation."""

    permission = _SEND

    def get(self, request: HttpRequest, register_id: UUID) -> HttpResponseBase:
        register = register_for(self.access, register_id)
        if register.state != RegisterState.CONFIRMED:
            raise Http404
        return csv_response(
            filename=f"services-{register.period_end.isoformat()}.csv",
            header=(
                "Organisation", "Course", "Service or site", "Role group", "Period end", "Compliant",
                "Eligible",
            ),
            rows=[
                [
                    each.organisation, each.course, each.service, each.role_group, register.period_end,
                    each.compliant, each.eligible,
                ]
                for each in stored_figures(register)
            ],
        )  # fmt: skip


class RegisterTemplateView(CouncilView):
    """A register to fill in."""

    permission = _SEND

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return csv_response(filename="staff-register.csv", header=HEADER, rows=_TEMPLATE)


def marked_header(rows: Sequence[MarkedRow]) -> list[str]:
    """The headings of the first table, between where a row stands and what to put right in it."""
    headings = next((row.cells for row in rows if row.row), [])
    return ["Sheet", "Row", *headings, *[""] * (_width(rows) - len(headings)), PROBLEM_HEADING]


def marked_cells(rows: Sequence[MarkedRow]) -> list[list[str | int]]:
    """The rows where they stand; a row of headings is left out where it is the header and has no problem."""
    width = _width(rows)
    first = next((row for row in rows if row.row), None)
    return [
        [row.sheet, row.row or "", *row.cells, *[""] * (width - len(row.cells)), " ".join(row.words)]
        for row in rows
        if row is not first or row.words
    ]


def _width(rows: Sequence[MarkedRow]) -> int:
    return max(len(row.cells) for row in rows)


def whose(register: StaffRegister) -> str:
    """Whose staff a register lists, in words."""
    name = register.organisation.name if register.organisation else "All services of the council"
    if register.council_staff_only:
        return f"{name}, staff based in {register.council.name}"
    return name


def state_tag(register: StaffRegister) -> Tag:
    """Where it stands, as a tag."""
    return Tag(register.get_state_display(), _COLOURS[register.state])


def facts(register: StaffRegister) -> list[SummaryRow]:
    """What is known of the file."""
    rows = [
        SummaryRow("File", register.file_name),
        SummaryRow("Staff of", whose(register)),
        SummaryRow("Quarter ended", british_date(register.period_end)),
        SummaryRow("Sent", f"{british_datetime(register.created_at)}, {display_name(register.person)}"),
    ]
    if register.rows_read:
        people = counted(register.people, "person", "people")
        rows.append(SummaryRow("Read", f"{counted(register.rows_read, 'row', 'rows')} about {people}"))
    if register.confirmed_at is not None:
        rows.append(SummaryRow("Received", british_datetime(register.confirmed_at)))
        rows.append(SummaryRow("Checksum of the file", f"{register.sha256[:16]}…"))
    return rows


def columns_table(register: StaffRegister) -> Table:
    """Which heading was read as what."""
    return Table(
        "Columns",
        [Column("Column", header=True), Column("Heading in your file"), Column("Read as")],
        [
            [f"{column['sheet']} {column['column']}".strip(), column["heading"], column["meaning"]]
            for column in register.columns
        ],
        hide_caption=True,
    )


def first_rows_table(register: StaffRegister) -> Table:
    """The first rows as they were understood, without the reference."""
    return Table(
        "The first rows, without the staff reference",
        [
            Column("Course", header=True),
            Column("Service or site"),
            Column("Role group"),
            Column("Completed on"),
            Column("Required"),
        ],
        register.first_rows,
        caption_size="s",
    )


def services_table(register: StaffRegister) -> Table | None:
    """Compliant and eligible by service, or by service organisation; None where the file names none."""
    found: dict[tuple[str, str], list[int]] = {}
    for each in stored_figures(register):
        service = each.service or (each.organisation if register.organisation_id is None else "")
        total = found.setdefault((each.course, service), [0, 0])
        total[0] += each.compliant
        total[1] += each.eligible
    if len({service for _, service in found}) < 2:
        return None
    rows = [
        [course, service or "Not said", number(compliant), number(eligible)]
        for (course, service), (compliant, eligible) in found.items()
    ]
    return Table(
        f"By service or site{f' (the first {SHOWN} of {number(len(rows))})' if len(rows) > SHOWN else ''}",
        [
            Column("Course", header=True),
            Column("Service or site"),
            Column("Compliant", numeric=True),
            Column("Eligible", numeric=True),
        ],
        rows[:SHOWN],
        hide_caption=True,
    )


def receipt_title(receipt: dict[str, Any]) -> str:
    """What a confirmed register became, in a line."""
    new, corrected = receipt["new"], receipt["corrected"]
    if not new and not corrected:
        return "These figures were received before"
    parts = [f"{counted(new, 'return', 'returns')} received"] if new else []
    if corrected:
        parts.append(f"{number(corrected)} corrected")
    return ", ".join(parts)


def staff_words(receipt: dict[str, Any]) -> str:
    """How the people differ from the register before, in a sentence."""
    staff = receipt.get("staff")
    if not staff:
        return ""
    joined = counted(staff["joined"], "person", "people")
    return (
        f"Since the register of {british_date(date.fromisoformat(staff['before']))}, {joined} joined "
        f"and {number(staff['left'])} left."
    )


def _crumbs(view: CouncilView, last: str) -> list[Crumb]:
    registers = Crumb("Staff registers", reverse("registers", args=[view.council.slug]))
    return [*own_returns_crumbs(view), registers, Crumb(last)]
