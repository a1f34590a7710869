"""A register as a file: what its page lists, narrowed as on the page, in cells that no spreadsheet runs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from partnerships.access.registers import entries_for, register_for
from partnerships.enums import RegisterStatus
from partnerships.forms.registers import RegisterFilterForm
from partnerships.models import RegisterEntry
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.registers import narrowed
from partnerships.registers import Answer, Field, Register
from partnerships.views.registers import shown
from prevent_portal.accounts.models import display_name
from prevent_portal.documents.queries import count_of
from prevent_portal.web.downloads import Sheet, csv_response, xlsx_response
from prevent_portal.web.views import CouncilView


class _RegisterFile(CouncilView):
    """What every file of a register holds."""

    abstract = True

    def found(self, slug: str) -> tuple[Register, list[str], list[list[Any]]]:
        """The register, the head of its file and the rows."""
        register = register_for(self.access, slug)
        given = RegisterFilterForm(self.request.GET, register=register, council=self.council).given
        entries = list(narrowed(entries_for(self.access, register), register, **given))
        evidence = count_of(self.council, register.kind, [entry.pk for entry in entries])
        head = [
            "Reference", register.title_label, "Status", *[each.label for each in register.fields],
            *register.dates.values(), "Not used from", "Term", "Days of notice", "Owner",
            *(["Documents", "Notes"] if register.holds_content else []),
        ]  # fmt: skip
        rows = [
            [
                entry.reference,
                entry.title,
                register.status_words(RegisterStatus(entry.standing)),
                *[_value(each, entry) for each in register.fields],
                *[getattr(entry, name) for name in register.dates],
                entry.withdrawn_on,
                entry.term,
                entry.remind_days,
                display_name(entry.owner),
                *([evidence[entry.pk], entry.notes] if register.holds_content else []),
            ]
            for entry in entries
        ]
        return register, head, rows


def _value(field: Field, entry: RegisterEntry) -> Any:
    """A field in a cell: dates and numbers stay what they are, what was not given stays empty."""
    if field.answer in (Answer.DATE, Answer.NUMBER):
        return getattr(entry, field.name)
    value = shown(field, entry)
    return ", ".join(value) if isinstance(value, list) else value


class RegisterCsvView(_RegisterFile):
    """The register as a CSV file."""

    permission = PartnershipsPermission.VIEW_PARTNERSHIP

    def get(self, request: HttpRequest, register: str) -> HttpResponseBase:
        found, head, rows = self.found(register)
        return csv_response(filename=f"{found.title} {self.council.name}.csv", header=head, rows=rows)


class RegisterXlsxView(_RegisterFile):
    """The register as a workbook."""

    permission = PartnershipsPermission.VIEW_PARTNERSHIP

    def get(self, request: HttpRequest, register: str) -> HttpResponseBase:
        found, head, rows = self.found(register)
        sheet = Sheet(found.title, head, rows)
        return xlsx_response(filename=f"{found.title} {self.council.name}.xlsx", sheets=[sheet])
