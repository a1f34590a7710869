"""Pages of designations and of the national threat level."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from partnerships.access.designations import designation_for, designations_seen
from partnerships.areas import areas
from partnerships.enums import ThreatLevelName
from partnerships.forms.designations import DesignationChangeForm, DesignationForm
from partnerships.models import Designation
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.designations import (
    DesignationLine,
    designation_lines,
    designation_on,
    threat_level_on,
    threat_levels,
)
from partnerships.services.designations import change_designation, record_designation, remove_designation
from partnerships.views.pages import RoomFormPage
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import Column, Crumb, Link, StatTile, Table
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.form_pages import Data, Files
from prevent_portal.web.views import CouncilView

_VIEW, _EDIT = PartnershipsPermission.VIEW_PARTNERSHIP, PartnershipsPermission.EDIT_PARTNERSHIP
ROOM = "designations"


def _crumbs(view: CouncilView) -> list[Crumb]:
    slug = view.council.slug
    return [
        Crumb("Partnership", reverse("partnership", args=[slug])),
        Crumb("Designation and threat level", reverse("designations", args=[slug])),
    ]


class DesignationsPage(CouncilView):
    """How the area is and was designated, beside the national threat level."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        today, slug = timezone.localdate(), self.council.slug
        lines = designation_lines(designations_seen(self.access))
        now, threat = designation_on(self.council, today), threat_level_on(today)
        may_edit = self.access.may(_EDIT)
        return render(
            request,
            "partnerships/designations.html",
            {
                "tiles": [
                    StatTile(
                        "Designation",
                        now.kind.label if now else "Not recorded",
                        words=f"since {now.since_words}" if now else "",
                    ),
                    StatTile(
                        "National threat level",
                        threat.level.label if threat else "Not recorded",
                        words=f"last changed on {british_date(threat.since)}" if threat else "",
                    ),
                ],
                "designations": self._designations(lines, may_edit) if lines else None,
                "threats": Table(
                    "National threat level",
                    [Column("From", header=True), Column("Level"), Column("Source")],
                    [
                        [
                            british_date(row.starts_on),
                            ThreatLevelName(row.level).label,
                            Link(row.source, row.source_url) if row.source_url else row.source,
                        ]
                        for row in threat_levels()
                    ],
                    stacks=True,
                ),
                "add_href": reverse("designation-add", args=[slug]) if may_edit else "",
                "csv_href": reverse("designations-csv", args=[slug]),
                "areas": areas(self.access, ROOM),
                "crumbs": [*_crumbs(self)[:1], Crumb("Designation and threat level")],
            },
        )

    def _designations(self, lines: list[DesignationLine], may_edit: bool) -> Table:
        return Table(
            "How the area was designated",
            [
                Column("From", header=True),
                Column("Until"),
                Column("Designation"),
                Column("Source"),
                *([Column("Change")] if may_edit else []),
            ],
            [
                [
                    line.starts_words,
                    line.until_words or "In force",
                    line.kind.label,
                    line.designation.source,
                    *(
                        [
                            Link(
                                "Change",
                                reverse("designation-change", args=[self.council.slug, line.designation.pk]),
                                about=f"{line.kind.label} from {line.starts_words}",
                            )
                        ]
                        if may_edit
                        else []
                    ),
                ]
                for line in lines
            ],
            stacks=True,
        )


class DesignationsCsv(CouncilView):
    """The history as a CSV file."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return csv_response(
            filename=f"Designations {self.council.name}.csv",
            header=("From", "Until", "Designation", "How exactly the day is known", "Source"),
            rows=[
                [
                    line.designation.starts_on,
                    line.until,
                    line.kind.label,
                    line.designation.get_precision_display(),
                    line.designation.source,
                ]
                for line in designation_lines(designations_seen(self.access))
            ],
        )


class DesignationAddPage(RoomFormPage[None, DesignationForm]):
    """Record a designation."""

    permission = {"get": _EDIT, "post": _EDIT}
    room = ROOM
    button = "Record designation"

    def subject(self, **keys: UUID) -> None:
        return None

    def form(self, subject: None, /, data: Data = None, files: Files = None) -> DesignationForm:
        return DesignationForm(data)

    def save(self, subject: None, form: DesignationForm, /) -> str:
        made = record_designation(council=self.council, by=self.person, **form.cleaned_data)
        return f"The designation from {made.since} is recorded."

    def target(self, subject: None, /) -> str:
        return reverse("designations", args=[self.council.slug])

    def title(self, subject: None, /) -> str:
        return "Record how the area is designated"

    def crumbs(self, subject: None, /) -> list[Crumb]:
        return [*_crumbs(self), Crumb("Record")]


class DesignationChangePage(RoomFormPage[Designation, DesignationChangeForm]):
    """Correct a designation, or remove one that was recorded by mistake."""

    permission = {"get": _EDIT, "post": _EDIT}
    room = ROOM
    template = "partnerships/designation_change.html"

    def subject(self, **keys: UUID) -> Designation:
        return designation_for(self.access, keys["designation_id"])

    def form(self, subject: Designation, /, data: Data = None, files: Files = None) -> DesignationChangeForm:
        return DesignationChangeForm(
            data,
            initial={
                "kind": subject.kind,
                "starts_on": subject.starts_on,
                "precision": subject.precision,
                "source": subject.source,
                "version": subject.version,
            },
        )

    def post(self, request: HttpRequest, **keys: UUID) -> HttpResponse:
        if request.POST.get("then") != "remove":
            return super().post(request, **keys)
        subject = self.subject(**keys)
        sent = request.POST.get("version", "")
        version = int(sent) if sent.isdecimal() and len(sent) < 9 else 0
        return self._removed(subject, version)

    def _removed(self, subject: Designation, version: int) -> HttpResponse:
        try:
            remove_designation(designation=subject, by=self.person, version=version)
        except StaleVersion as stale:
            return self.printed(subject, self.form(subject), stale, status=409)
        except PolicyError as problem:
            messages.error(self.request, str(problem))
        else:
            messages.success(self.request, "The designation is removed.")
        return redirect(self.target(subject))

    def save(self, subject: Designation, form: DesignationChangeForm, /) -> str:
        change_designation(designation=subject, by=self.person, **form.cleaned_data)
        return "The designation is changed."

    def target(self, subject: Designation, /) -> str:
        return reverse("designations", args=[self.council.slug])

    def title(self, subject: Designation, /) -> str:
        return "Change a designation"

    def crumbs(self, subject: Designation, /) -> list[Crumb]:
        return [*_crumbs(self), Crumb("Change")]
