"""Pages of a report's sign-off: who signs, handing in, signing, sending back."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from compliance.forms.sign_offs import SendBackForm, SignatoryForm
from compliance.models import Report, ReportVersion, SignOff
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.policies.sign_offs import check_can_be_signed
from compliance.queries.report_obstacles import warnings_of
from compliance.queries.reports import content_of, sections_of, version_lines
from compliance.queries.sign_offs import AUTHOR, Place, Standing, possible_signatories, standing_of
from compliance.report_access import report_to_edit, report_to_sign
from compliance.services.sign_offs import hand_in, name_signatory, send_back, sign
from compliance.views.report_files import file_links
from compliance.views.report_steps import StepPage
from compliance.views.report_trail import place_tag, report_crumbs
from prevent_portal.accounts import second_factor
from prevent_portal.accounts.models import display_name
from prevent_portal.accounts.services.second_factors import has_totp
from prevent_portal.accounts.views.step_up import StepUpRequired
from prevent_portal.web.components import Column, SummaryRow, Table
from prevent_portal.web.dates import british_datetime
from prevent_portal.web.views import CouncilView, require_council_access

SHORT = 12
"""Letters of a checksum that a page prints beside a version; all of it stands on the version's own page."""


class SignatoryPage(CouncilView):
    """Name who holds one place of the order."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def get(self, request: HttpRequest, report_id: UUID, position: int) -> HttpResponse:
        report, place = self._place(report_id, position)
        form = SignatoryForm(
            people=possible_signatories(report, position),
            writes=position == AUTHOR,
            initial={"person": place.person},
        )
        return self._page(report, place, form)

    def post(self, request: HttpRequest, report_id: UUID, position: int) -> HttpResponse:
        report, place = self._place(report_id, position)
        form = SignatoryForm(
            request.POST, people=possible_signatories(report, position), writes=position == AUTHOR
        )
        if not form.is_valid():
            return self._page(report, place, form)
        person = form.cleaned_data["person"]
        try:
            name_signatory(report=report, position=position, person=person, by=self.person)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(report, place, form)
        messages.success(request, f"{display_name(person)} signs as {place.title}.")
        return redirect("report", self.council.slug, report.pk)

    def _place(self, report_id: UUID, position: int) -> tuple[Report, SignOff]:
        report = report_to_edit(self.access, report_id)
        return report, get_object_or_404(
            SignOff.objects.select_related("person"),
            council=self.council,
            report=report,
            position=position,
        )

    def _page(self, report: Report, place: SignOff, form: SignatoryForm) -> HttpResponse:
        context = {
            "title": "Who writes the report" if place.position == AUTHOR else f"Who signs as {place.title}",
            "lead": "Whoever is named here writes the report, and hands it in."
            if place.position == AUTHOR
            else "Whoever is named here can read this report at once, and signs it when it is their turn.",
            "form": form,
            "button": "Save",
            "cancel": reverse("report", args=[self.council.slug, report.pk]),
            "crumbs": report_crumbs(self.council, report, (f"Sign-off: {place.title}", "")),
        }
        return render(self.request, "web/form_page.html", context)


class HandInPage(StepPage):
    """Hand the report in for signature."""

    permission = CompliancePermission.EDIT_OWN_REPORTS
    title = "Hand the report in"
    button = "Hand it in"
    words = (
        "What the report says now becomes the version that everybody signs, and its files are made. If you "
        "change anything afterwards, you hand it in again and everybody signs anew."
    )
    done = "The report is handed in. Whoever signs next has an e-mail with a link."

    def advice(self, report: Report) -> list[str]:
        return warnings_of(report, content_of(self.council, report))

    def act(self, report: Report) -> None:
        hand_in(report=report, by=self.person)


class SignPage(StepUpRequired, CouncilView):
    """What exactly a person signs, and the button with which they do.

    A signature needs a second factor, and a fresh proof of it (AU-1, AU-2). No token signs.
    """

    permission = CompliancePermission.SIGN_REPORTS
    step_up: ClassVar[frozenset[str]] = frozenset({"POST"})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = require_council_access(request, type(self)).user
        if getattr(request, "api_token", None) is not None:
            raise Http404
        if not second_factor.proved(request):
            address = reverse("step_up" if has_totp(person) else "mfa_enrol")
            return HttpResponseRedirect(f"{address}?{urlencode({REDIRECT_FIELD_NAME: request.path})}")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_to_sign(self.access, report_id)
        standing = standing_of(report, content_of(self.council, report))
        version, obstacle = standing.version, ""
        try:
            check_can_be_signed(report, standing, self.person)
        except PolicyError as problem:
            obstacle = str(problem)
        context = {
            "report": report,
            "crumbs": report_crumbs(self.council, report, ("Sign it", "")),
            "obstacle": obstacle,
            "version": version,
            "rows": self._rows(report, standing, version) if version else [],
            "places": places_table(standing),
            "send_back_href": reverse("report-send-back", args=[self.council.slug, report.pk]),
            "cancel": reverse("report", args=[self.council.slug, report.pk]),
        }
        return render(request, "compliance/reports/sign.html", context)

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_to_sign(self.access, report_id)
        try:
            sign(report=report, by=self.person, sha256=request.POST.get("sha256", ""))
        except PolicyError as problem:
            messages.error(request, str(problem))
            return redirect("report-sign", self.council.slug, report.pk)
        messages.success(request, "You have signed the report.")
        return redirect("report", self.council.slug, report.pk)

    def _rows(self, report: Report, standing: Standing, version: ReportVersion) -> list[SummaryRow]:
        handed_in = standing.places[0].sign_off.signed_at or version.made_at
        line = next(line for line in version_lines(report) if line.id == version.pk)
        return [
            SummaryRow(
                "What you sign",
                f"Version {version.number}, handed in {british_datetime(handed_in)}",
                reverse("report-version", args=[self.council.slug, report.pk, version.number]),
                f"Read version {version.number}",
            ),
            SummaryRow("Checksum (SHA-256)", f"{version.sha256[:SHORT]}…"),
            SummaryRow(
                "Files of this version",
                file_links(self.access, report.pk, line) or "They are being made",
            ),
        ]


class SendBackPage(CouncilView):
    """Send the report back to its author, with words beside a section."""

    permission = CompliancePermission.SIGN_REPORTS

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_to_sign(self.access, report_id)
        return self._page(report, SendBackForm(sections=sections_of(report)))

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_to_sign(self.access, report_id)
        form = SendBackForm(request.POST, sections=sections_of(report))
        if not form.is_valid():
            return self._page(report, form)
        try:
            send_back(report=report, by=self.person, section=form.chosen, words=form.cleaned_data["words"])
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(report, form)
        messages.success(request, "The report is sent back. Its author has an e-mail with a link.")
        return redirect("report", self.council.slug, report.pk)

    def _page(self, report: Report, form: SendBackForm) -> HttpResponse:
        context = {
            "title": "Send the report back",
            "lead": "Every signature that it has goes, and it is handed in and signed anew.",
            "form": form,
            "button": "Send it back",
            "cancel": reverse("report-sign", args=[self.council.slug, report.pk]),
            "crumbs": report_crumbs(self.council, report, ("Send it back", "")),
        }
        return render(self.request, "web/form_page.html", context)


def places_table(standing: Standing) -> Table | None:
    """The order of those who sign, each with what stands; None where nobody signs."""
    if not standing.places:
        return None
    return Table(
        caption="Sign-off",
        hide_caption=True,
        stacks=True,
        columns=[Column("Office", header=True), Column("Who"), Column("Where it stands")],
        rows=[
            [
                place.sign_off.title,
                display_name(place.sign_off.person) if place.sign_off.person else "Nobody named yet",
                [place_tag(place), *place_words(place)],
            ]
            for place in standing.places
        ],
    )


def place_words(place: Place) -> list[str]:
    """Which version was signed and when, and whether the report still says that."""
    at = place.sign_off.signed_at
    if at is None or place.signed_version is None:
        return []
    verb = "Handed in as" if place.sign_off.position == AUTHOR else "Signed"
    words = f"{verb} version {place.signed_version} on {british_datetime(at)}"
    if place.state == "changed":
        words += "; the report has changed since"
    return [f"{words}."]
