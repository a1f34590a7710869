"""Pages of a report's sections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.forms.reports import SectionForm
from compliance.models import ReportSection
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.report_content import Content
from compliance.queries.report_pages import page_context
from compliance.queries.reports import content_of
from compliance.report_access import section_to_edit
from compliance.services.report_sections import write_section
from compliance.views.report_trail import report_crumbs
from prevent_portal.web.views import CouncilView


class SectionPage(CouncilView):
    """The words of one section."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def get(self, request: HttpRequest, report_id: UUID, section_id: UUID) -> HttpResponse:
        section = section_to_edit(self.access, report_id, section_id)
        initial = {
            "narrative": section.narrative,
            "none_identified": section.none_identified,
            "version": section.version,
        }
        return self._page(section, SectionForm(section=section, initial=initial))

    def post(self, request: HttpRequest, report_id: UUID, section_id: UUID) -> HttpResponse:
        section = section_to_edit(self.access, report_id, section_id)
        form = SectionForm(request.POST, section=section)
        if not form.is_valid():
            return self._page(section, form)
        given = form.cleaned_data
        try:
            write_section(
                section=section,
                by=self.person,
                narrative=given["narrative"],
                none_identified=given.get("none_identified", False),
                version=given["version"],
            )
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._page(section, SectionForm(data, section=section), stale, status=409)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(section, form)
        messages.success(request, f"“{section.heading}” saved.")
        return redirect("report", self.council.slug, report_id)

    def _page(
        self,
        section: ReportSection,
        form: SectionForm,
        stale: StaleVersion | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        report = section.report
        content = content_of(self.council, report)
        own = page_context({**content, "sections": _only(content, section.key)})
        context = {
            "title": section.heading,
            "section": section,
            "form": form,
            "stale": stale,
            "sections": own["sections"],
            "cancel": reverse("report", args=[self.council.slug, report.pk]),
            "crumbs": report_crumbs(self.council, report, (section.heading, "")),
        }
        return render(self.request, "compliance/reports/section.html", context, status=status)


def _only(content: Content, key: str) -> list[dict[str, Any]]:
    """The figures of one section, to be seen beside its form."""
    return [
        {**section, "parts": [part for part in section["parts"] if part["kind"] == "block"]}
        for section in content["sections"]
        if section["key"] == key
    ]
