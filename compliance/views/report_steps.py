"""Steps of a report's life that are asked for on a page of their own: freeze, thaw, make final, correct."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.enums import ReportState
from compliance.forms.report_steps import CorrectionForm, TakeChangesForm
from compliance.models import Report
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.queries.report_changes import BlockChange, changes_since_freezing
from compliance.queries.report_dates import dates_of
from compliance.queries.report_obstacles import warnings_of
from compliance.queries.reports import content_of
from compliance.report_access import report_to_edit, report_to_finalise
from compliance.services.reports import correct, finalise, freeze, take_changes, thaw
from compliance.views.report_trail import report_crumbs
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted
from prevent_portal.web.views import CouncilView


class StepPage(CouncilView, ABC):
    """A step that is asked for once more on a page of its own, and done by POST."""

    abstract = True
    template: ClassVar[str] = "compliance/reports/step.html"
    title: ClassVar[str] = ""
    button: ClassVar[str] = ""
    words: ClassVar[str] = ""
    warning: ClassVar[str] = ""
    done: ClassVar[str] = ""
    help_heading: ClassVar[str] = ""
    help: ClassVar[tuple[str, ...]] = ()

    def report(self, report_id: UUID) -> Report:
        """The report, read with the right to take the step, else Http404."""
        return report_to_edit(self.access, report_id)

    @abstractmethod
    def act(self, report: Report) -> None:
        """Take the step. Raises PolicyError where it may not be taken."""

    def advice(self, report: Report) -> list[str]:
        """Sentences that whoever takes the step should know."""
        return []

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = self.report(report_id)
        context = {
            "report": report,
            "title": self.title,
            "words": self.words,
            "warning": self.warning,
            "advice": self.advice(report),
            "button": self.button,
            "help_heading": self.help_heading,
            "help": self.help,
            "missing": content_of(self.council, report)["missing"],
            "cancel": reverse("report", args=[self.council.slug, report.pk]),
            "crumbs": report_crumbs(self.council, report, (self.title, "")),
        }
        return render(self.request, self.template, context)

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = self.report(report_id)
        try:
            self.act(report)
        except PolicyError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, self.done)
        return redirect("report", self.council.slug, report.pk)


class FreezePage(StepPage):
    permission = CompliancePermission.EDIT_OWN_REPORTS
    title = "Freeze the figures"
    button = "Freeze the figures"
    words = (
        "The report will show every figure as it is today, whatever arrives later. Do this when the round of "
        "returns has closed. You can still write the sections afterwards."
    )
    done = "The figures are frozen."
    help_heading = "When to freeze, and what you can still do"
    help = (
        "A figure that is missing now stays named as missing. If it comes later, unfreeze the figures.",
        "The text of each section stays open until the report is final.",
        "A final report never changes. What was wrong in it is put right by a report of its own.",
    )

    def advice(self, report: Report) -> list[str]:
        suggested = dates_of(report).suggested_freeze_on
        if suggested is None:
            return []
        return [f"The round of returns for this period closes on {british_date(suggested)}."]

    def act(self, report: Report) -> None:
        freeze(report=report, by=self.person)


class ThawPage(StepPage):
    permission = CompliancePermission.EDIT_OWN_REPORTS
    title = "Unfreeze the figures"
    button = "Unfreeze the figures"
    words = (
        "The report will show live figures until you freeze them again. Documents made of it stay as they "
        "are. Signatures no longer count if the report then says something else."
    )
    done = "The figures are live: freeze them again when they are complete."

    def act(self, report: Report) -> None:
        thaw(report=report, by=self.person)


class FinalPage(StepPage):
    permission = CompliancePermission.FINALISE_REPORTS
    title = "Make the report final"
    button = "Make it final"
    warning = "Nothing in a final report changes afterwards."
    words = "Its readers, democratic services among them, can then see it, and the portal makes its document."
    done = "The report is final. Its document is being made."

    def report(self, report_id: UUID) -> Report:
        return report_to_finalise(self.access, report_id)

    def advice(self, report: Report) -> list[str]:
        return warnings_of(report, content_of(self.council, report))

    def act(self, report: Report) -> None:
        finalise(report=report, by=self.person)


class CorrectPage(CouncilView):
    """Open the report that puts a final one right."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        return self._page(report_to_edit(self.access, report_id), CorrectionForm())

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_to_edit(self.access, report_id)
        form = CorrectionForm(request.POST)
        if not form.is_valid():
            return self._page(report, form)
        try:
            corrected = correct(report=report, by=self.person, correction=form.cleaned_data["correction"])
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(report, form)
        messages.success(
            request, f"{corrected.reference} is open. It starts as a copy of {report.reference}."
        )
        return redirect("report", self.council.slug, corrected.pk)

    def _page(self, report: Report, form: CorrectionForm) -> HttpResponse:
        context = {
            "title": f"Correct {report.reference}",
            "lead": (
                "The final report stays as it is. The correction is a report of its own: it starts as a "
                "copy, says what it changes, and is signed and made final like any other."
            ),
            "form": form,
            "button": "Open the correction",
            "cancel": reverse("report", args=[self.council.slug, report.pk]),
            "crumbs": report_crumbs(self.council, report, ("Correct it", "")),
        }
        return render(self.request, "web/form_page.html", context)


class ChangesPage(CouncilView):
    """What has changed in live data since the figures were frozen, and which of it the report takes."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report, changes = self._changes(report_id)
        return self._page(report, changes, TakeChangesForm(changes=changes))

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report, changes = self._changes(report_id)
        form = TakeChangesForm(request.POST, changes=changes)
        if not form.is_valid():
            return self._page(report, changes, form)
        keys = form.cleaned_data["tables"]
        try:
            take_changes(report=report, keys=keys, by=self.person)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(report, changes, form)
        messages.success(request, f"{counted(len(keys), 'table', 'tables')} taken as of today.")
        return redirect("report", self.council.slug, report.pk)

    def _changes(self, report_id: UUID) -> tuple[Report, list[BlockChange]]:
        report = report_to_edit(self.access, report_id)
        if report.state != ReportState.FROZEN:
            raise Http404
        return report, changes_since_freezing(self.council, report)

    def _page(self, report: Report, changes: list[BlockChange], form: TakeChangesForm) -> HttpResponse:
        context = {
            "report": report,
            "changes": changes,
            "form": form if changes else None,
            "cancel": reverse("report", args=[self.council.slug, report.pk]),
            "crumbs": report_crumbs(self.council, report, ("What has changed", "")),
        }
        return render(self.request, "compliance/reports/changes.html", context)
