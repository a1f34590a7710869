"""Pages of advice on a report's sections: asking for it, and what the person who is asked sees and writes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.enums import ReportState
from compliance.forms.consultations import AdviceForm, CommentForm
from compliance.forms.reports import WordsForm
from compliance.models import Consultation, ReportSection
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.consultations import advice_asked_of, comments_on, possible_advisers, waits
from compliance.queries.reports import content_of
from compliance.report_access import advice_consultation_for, consultation_to_edit, section_to_edit
from compliance.services.consultations import (
    include_advice,
    seek_advice,
    withdraw_request,
    write_advice,
)
from compliance.services.section_comments import add_comment
from compliance.views.report_sections import advice_state, comment_line, section_figures
from compliance.views.report_trail import report_crumbs
from prevent_portal.web.components import Column, Crumb, Link, Table
from prevent_portal.web.views import CouncilView

# For those who write the report ----------------------------------------------------------------------


class AdviceSeekPage(CouncilView):
    """Ask somebody for advice on a section."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def get(self, request: HttpRequest, report_id: UUID, section_id: UUID) -> HttpResponse:
        section = section_to_edit(self.access, report_id, section_id)
        return self._page(section, self._form(section))

    def post(self, request: HttpRequest, report_id: UUID, section_id: UUID) -> HttpResponse:
        section = section_to_edit(self.access, report_id, section_id)
        form = self._form(section, request.POST)
        if not form.is_valid():
            return self._page(section, form)
        try:
            seek_advice(section=section, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            words = str(problem)
            field = "due_on" if "day by which" in words else "person" if "person" in words else None
            form.add_error(field, words)
            return self._page(section, form)
        messages.success(request, f"Advice is sought from {form.cleaned_data['title']}.")
        return redirect("report-section", self.council.slug, report_id, section_id)

    def _form(self, section: ReportSection, data: Any = None) -> AdviceForm:
        people = possible_advisers(self.council).exclude(pk=self.person.pk)
        return AdviceForm(data, people=people, section=section)

    def _page(self, section: ReportSection, form: AdviceForm) -> HttpResponse:
        here = reverse("report-section", args=[self.council.slug, section.report_id, section.pk])
        context = {
            "title": f"Ask for advice on “{section.heading}”",
            "form": form,
            "button": "Ask for advice",
            "cancel": here,
            "crumbs": report_crumbs(
                self.council, section.report, (section.heading, here), ("Ask for advice", "")
            ),
        }
        return render(self.request, "web/form_page.html", context)


class _AdviceStep(CouncilView, ABC):
    """A step with a request for advice, taken by POST on the section's page."""

    abstract = True
    permission = CompliancePermission.EDIT_OWN_REPORTS
    done = ""

    @abstractmethod
    def act(self, consultation: Consultation) -> None:
        """Take the step."""

    def post(
        self, request: HttpRequest, report_id: UUID, section_id: UUID, consultation_id: UUID
    ) -> HttpResponse:
        consultation = consultation_to_edit(self.access, report_id, section_id, consultation_id)
        try:
            self.act(consultation)
        except PolicyError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, self.done)
        return redirect("report-section", self.council.slug, report_id, section_id)


class AdviceIncludeView(_AdviceStep):
    """Record that the advice was taken in."""

    permission = CompliancePermission.EDIT_OWN_REPORTS
    done = "Recorded: the advice is included."

    def act(self, consultation: Consultation) -> None:
        include_advice(consultation=consultation, by=self.person)


class AdviceWithdrawView(_AdviceStep):
    """Take the request back."""

    permission = CompliancePermission.EDIT_OWN_REPORTS
    done = "The request is taken back. What was written stays in the section."

    def act(self, consultation: Consultation) -> None:
        withdraw_request(consultation=consultation, by=self.person)


# For those whose advice is sought --------------------------------------------------------------------


class AdvicePage(CouncilView):
    """The requests for the person's own advice. Nobody else's, and nothing else of a report."""

    permission = CompliancePermission.ADVISE_REPORTS

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = advice_asked_of(self.council, self.person)
        context = {
            "crumbs": [Crumb("My work", reverse("my-work")), Crumb("Advice asked of you")],
            "tables": [
                self._table(title, found)
                for title, found in (
                    ("To give", [one for one in asked if waits(one)]),
                    ("Given or closed", [one for one in asked if not waits(one)]),
                )
                if found
            ],
        }
        return render(request, "compliance/reports/advice.html", context)

    def _table(self, title: str, asked: list[Consultation]) -> Table:
        return Table(
            caption=title,
            columns=[
                Column("Section", header=True),
                Column("Report"),
                Column("As"),
                Column("By when"),
                Column("State"),
            ],
            rows=[
                [
                    Link(one.section.heading, reverse("advice-section", args=[self.council.slug, one.pk])),
                    f"{one.section.report.reference} {one.section.report.period}",
                    one.title,
                    one.due_on,
                    advice_state(one),
                ]
                for one in asked
            ],
            stacks=True,
        )


class AdviceSectionPage(CouncilView):
    """The one section on which the person's advice is sought: its words, figures and their own comments."""

    permission = CompliancePermission.ADVISE_REPORTS

    def get(self, request: HttpRequest, consultation_id: UUID) -> HttpResponse:
        consultation = advice_consultation_for(self.access, consultation_id)
        section = consultation.section
        initial = {
            "narrative": section.narrative,
            "none_identified": section.none_identified,
            "version": section.version,
        }
        return self._page(consultation, WordsForm(section=section, initial=initial))

    def post(self, request: HttpRequest, consultation_id: UUID) -> HttpResponse:
        consultation = advice_consultation_for(self.access, consultation_id)
        section = consultation.section
        form = WordsForm(request.POST, section=section)
        if not form.is_valid():
            return self._page(consultation, form)
        given = form.cleaned_data
        try:
            write_advice(
                consultation=consultation,
                by=self.person,
                narrative=given["narrative"],
                none_identified=given.get("none_identified", False),
                version=given["version"],
                given="given" in request.POST,
            )
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._page(consultation, WordsForm(data, section=section), stale, status=409)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(consultation, form)
        if "given" in request.POST:
            messages.success(request, "Saved, and your advice is given. You can still change the section.")
            return redirect("advice", self.council.slug)
        messages.success(request, f"“{section.heading}” saved.")
        return redirect("advice-section", self.council.slug, consultation.pk)

    def _page(
        self,
        consultation: Consultation,
        form: WordsForm,
        stale: StaleVersion | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        section = consultation.section
        here = [self.council.slug, consultation.pk]
        context = {
            "title": section.heading,
            "section": section,
            "reference": section.report.reference,
            "period": section.report.period.words,
            "consultation": consultation,
            "state": advice_state(consultation),
            "is_final": section.report.state == ReportState.FINAL,
            "is_late": consultation.due_on is not None
            and consultation.due_on < timezone.localdate()
            and waits(consultation),
            "form": form,
            "stale": stale,
            # Whether a number stands in another section's table is for those alone who read the whole report.
            "sections": section_figures(
                content_of(self.council, section.report), section.key, public_only=True
            ),
            "comments": [comment_line(one, self.person) for one in comments_on(section, by=self.person)],
            "comment_form": CommentForm(auto_id="comment_%s"),
            "comment_href": reverse("advice-comment", args=here),
            "is_given": consultation.answered_at is not None,
            "cancel": reverse("advice", args=[self.council.slug]),
            "crumbs": _crumbs(consultation, section.heading),
        }
        return render(self.request, "compliance/reports/advice_section.html", context, status=status)


class AdviceCommentPage(CouncilView):
    """A remark on the section on which the person's advice is sought."""

    permission = CompliancePermission.ADVISE_REPORTS

    def get(self, request: HttpRequest, consultation_id: UUID) -> HttpResponse:
        return self._page(advice_consultation_for(self.access, consultation_id), CommentForm())

    def post(self, request: HttpRequest, consultation_id: UUID) -> HttpResponse:
        consultation = advice_consultation_for(self.access, consultation_id)
        form = CommentForm(request.POST)
        if not form.is_valid():
            return self._page(consultation, form)
        try:
            add_comment(section=consultation.section, by=self.person, text=form.cleaned_data["text"])
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(consultation, form)
        messages.success(request, "Comment added. Those who write the report see it.")
        return redirect("advice-section", self.council.slug, consultation.pk)

    def _page(self, consultation: Consultation, form: CommentForm) -> HttpResponse:
        heading = consultation.section.heading
        context = {
            "title": f"Comment on “{heading}”",
            "form": form,
            "button": "Add the comment",
            "cancel": reverse("advice-section", args=[self.council.slug, consultation.pk]),
            "crumbs": _crumbs(consultation, "Comment"),
        }
        return render(self.request, "web/form_page.html", context)


def _crumbs(consultation: Consultation, last: str) -> list[Crumb]:
    """Breadcrumbs that lead nowhere in the report: the person reads one section of it."""
    return [
        Crumb("My work", reverse("my-work")),
        Crumb("Advice asked of you", reverse("advice", args=[consultation.section.report.council.slug])),
        Crumb(last),
    ]
