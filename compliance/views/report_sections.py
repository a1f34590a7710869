"""Pages of a report's sections: their words, comments beside them, and what they said before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from compliance.enums import ReportState, SectionKind
from compliance.forms.consultations import CommentForm, ComparisonForm
from compliance.forms.reports import SectionForm
from compliance.models import Consultation, ReportSection, SectionComment, SectionRevision
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.consultations import comments_on, consultations_on, revisions_of
from compliance.queries.report_content import NONE_IDENTIFIED, Content
from compliance.queries.report_pages import page_context
from compliance.queries.reports import content_of
from compliance.queries.sign_offs import has_signatures
from compliance.report_access import comment_to_settle, section_to_edit
from compliance.services.report_sections import Exemption, write_section
from compliance.services.section_comments import add_comment, settle_comment
from compliance.texts.differences import counts, differences
from compliance.texts.mentioned_numbers import unreleased_case_numbers, unsupported_numbers
from compliance.views.report_trail import report_crumbs
from prevent_portal.accounts.models import User, display_name
from prevent_portal.web.components import Column, Link, Table, Tag
from prevent_portal.web.dates import british_date, british_datetime
from prevent_portal.web.numbers import counted
from prevent_portal.web.views import CouncilView


class SectionPage(CouncilView):
    """The words of one section, with its figures, advice and comments."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def get(self, request: HttpRequest, report_id: UUID, section_id: UUID) -> HttpResponse:
        section = section_to_edit(self.access, report_id, section_id)
        initial = {
            "narrative": section.narrative,
            "none_identified": section.none_identified,
            "exempt_paragraph": section.exempt_paragraph,
            "exempt_reason": section.exempt_reason,
            "version": section.version,
        }
        copied = self._earlier(section)
        if copied is not None:
            initial |= {"narrative": copied.narrative, "none_identified": copied.none_identified}
        return self._page(section, SectionForm(section=section, initial=initial), copied=copied)

    def post(self, request: HttpRequest, report_id: UUID, section_id: UUID) -> HttpResponse:
        section = section_to_edit(self.access, report_id, section_id)
        form = SectionForm(request.POST, section=section)
        if not form.is_valid():
            return self._page(section, form)
        given = form.cleaned_data
        try:
            saved = write_section(
                section=section,
                by=self.person,
                narrative=given["narrative"],
                none_identified=given.get("none_identified", False),
                version=given["version"],
                exemption=Exemption(given["exempt_paragraph"], given["exempt_reason"]),
            )
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._page(section, SectionForm(data, section=section), stale, status=409)
        except PolicyError as problem:
            form.add_error(_field_of(problem), str(problem))
            return self._page(section, form)
        again = " What the report says has changed since it was signed, so it is handed in again."
        signed = has_signatures(section.report) and saved.version != given["version"]
        messages.success(request, f"“{section.heading}” saved.{again if signed else ''}")
        return redirect("report", self.council.slug, report_id)

    def _earlier(self, section: ReportSection) -> SectionRevision | None:
        """The earlier text that is to be copied into the form; saving it is a version of its own."""
        wanted = self.request.GET.get("copy", "")
        return (
            next((one for one in revisions_of(section) if str(one.version) == wanted), None)
            if wanted
            else None
        )

    def _page(
        self,
        section: ReportSection,
        form: SectionForm,
        stale: StaleVersion | None = None,
        *,
        copied: SectionRevision | None = None,
        status: int = 200,
    ) -> HttpResponse:
        report = section.report
        slug = self.council.slug
        here = [slug, report.pk, section.pk]
        content = content_of(self.council, report)
        consultations = consultations_on(section)
        context = {
            "title": section.heading,
            "section": section,
            "form": form,
            "stale": stale,
            "copied": copied,
            "is_signed": has_signatures(report),
            "is_final": report.state == ReportState.FINAL,
            "written_by_portal": section.kind == SectionKind.AUDIT_TRAIL,
            "sections": section_figures(content, section.key),
            "case_numbers": unreleased_case_numbers(content, section=section.key),
            "unsupported": unsupported_numbers(content, section=section.key),
            "advice": [self._advice(one) for one in consultations],
            "advice_href": reverse("report-section-advice", args=here),
            "comments": [
                comment_line(one, self.person, href=reverse("report-comment-settle", args=[*here, one.pk]))
                for one in comments_on(section)
            ],
            "comment_form": CommentForm(auto_id="comment_%s"),
            "comment_href": reverse("report-section-comment", args=here),
            "versions_href": reverse("report-section-versions", args=here) if section.version > 1 else "",
            "cancel": reverse("report", args=[slug, report.pk]),
            "crumbs": report_crumbs(self.council, report, (section.heading, "")),
        }
        return render(self.request, "compliance/reports/section.html", context, status=status)

    def _advice(self, consultation: Consultation) -> dict[str, Any]:
        section = consultation.section_id
        here = [self.council.slug, self.kwargs["report_id"], section, consultation.pk]
        is_open = consultation.withdrawn_at is None and consultation.included_on is None
        return {
            "title": consultation.title,
            "person": display_name(consultation.person),
            "sought_on": consultation.sought_on,
            "due_on": consultation.due_on,
            "state": advice_state(consultation),
            "include_href": reverse("report-advice-include", args=here)
            if is_open and consultation.answered_at is not None
            else "",
            "withdraw_href": reverse("report-advice-withdraw", args=here) if is_open else "",
        }


def _field_of(problem: PolicyError) -> str | None:
    """Which field of the section's form a refusal is about."""
    words = str(problem)
    if "public interest" in words:
        return "exempt_reason"
    return "exempt_paragraph" if "Schedule 12A" in words else None


def advice_state(consultation: Consultation) -> Tag:
    """Where a request for advice stands, in words and a colour."""
    if consultation.withdrawn_at is not None:
        return Tag("Taken back", "grey")
    if consultation.included_on is not None:
        return Tag(f"Included on {british_date(consultation.included_on)}", "green")
    if consultation.answered_at is not None:
        return Tag(f"Given on {british_date(consultation.answered_at)}", "blue")
    return Tag("Waits for advice", "yellow")


def comment_line(comment: SectionComment, reader: User, *, href: str = "") -> dict[str, Any]:
    """A comment as the pages of a section print it; ``href`` settles it, for those who may."""
    return {
        "text": comment.text,
        "by": "You" if comment.by_id == reader.pk else display_name(comment.by),
        "at": comment.at,
        "settled": f"Settled by {display_name(comment.settled_by)} on {british_date(comment.settled_at)}"
        if comment.settled_by and comment.settled_at
        else "",
        "href": href,
    }


def section_figures(content: Content, key: str, *, public_only: bool = False) -> list[dict[str, Any]]:
    """The figures of one section, to be seen beside its form, numbered as the whole report numbers them.

    Args:
        public_only: leave out tables for a named audience, such as case figures released to boards (rule 8):
            who advises on the section's words is not of that audience.
    """
    own = [
        {
            **section,
            "parts": [
                part
                for part in section["parts"]
                if part["kind"] == "block" and not (public_only and part["block"].get("not_public"))
            ],
        }
        for section in content["sections"]
        if section["key"] == key
    ]
    return list(page_context({**content, "sections": own})["sections"])


class CommentAddPage(CouncilView):
    """A remark on a section."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def get(self, request: HttpRequest, report_id: UUID, section_id: UUID) -> HttpResponse:
        return self._page(section_to_edit(self.access, report_id, section_id), CommentForm())

    def post(self, request: HttpRequest, report_id: UUID, section_id: UUID) -> HttpResponse:
        section = section_to_edit(self.access, report_id, section_id)
        form = CommentForm(request.POST)
        if not form.is_valid():
            return self._page(section, form)
        try:
            add_comment(section=section, by=self.person, text=form.cleaned_data["text"])
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(section, form)
        messages.success(request, "Comment added.")
        return redirect("report-section", self.council.slug, report_id, section_id)

    def _page(self, section: ReportSection, form: CommentForm) -> HttpResponse:
        here = reverse("report-section", args=[self.council.slug, section.report_id, section.pk])
        context = {
            "title": f"Comment on “{section.heading}”",
            "form": form,
            "button": "Add the comment",
            "cancel": here,
            "crumbs": report_crumbs(self.council, section.report, (section.heading, here), ("Comment", "")),
        }
        return render(self.request, "web/form_page.html", context)


class CommentSettleView(CouncilView):
    """Settle a comment."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def post(self, request: HttpRequest, report_id: UUID, section_id: UUID, comment_id: UUID) -> HttpResponse:
        comment = comment_to_settle(self.access, report_id, section_id, comment_id)
        try:
            settle_comment(comment=comment, by=self.person)
        except PolicyError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, "Comment settled.")
        return redirect("report-section", self.council.slug, report_id, section_id)


class SectionVersionsPage(CouncilView):
    """What a section said before, and the differences between two texts. Nothing is put back by itself."""

    permission = CompliancePermission.EDIT_OWN_REPORTS

    def get(self, request: HttpRequest, report_id: UUID, section_id: UUID) -> HttpResponse:
        section = section_to_edit(self.access, report_id, section_id)
        revisions = revisions_of(section)
        by_version = {one.version: one for one in revisions}
        form = ComparisonForm(request.GET or None, revisions=revisions)
        given = form.cleaned_data if form.is_valid() else {}
        after = by_version.get(given.get("after") or section.version)
        before = by_version.get(given.get("before") or (after.version - 1 if after else 0))
        form.initial = {
            "before": before.version if before else None,
            "after": after.version if after else None,
        }
        here = reverse("report-section", args=[self.council.slug, report_id, section_id])
        context = {
            "title": f"What “{section.heading}” said before",
            "table": self._table(section, revisions, here) if revisions else None,
            "form": form if len(revisions) > 1 else None,
            "crumbs": report_crumbs(self.council, section.report, (section.heading, here), ("Versions", "")),
            **self._differences(before, after),
        }
        return render(request, "compliance/reports/section_versions.html", context)

    def _differences(self, before: SectionRevision | None, after: SectionRevision | None) -> dict[str, Any]:
        if before is None or after is None:
            return {"stretches": []}
        stretches = differences(text_of(before), text_of(after))
        removed, added = counts(stretches)
        return {
            "stretches": stretches,
            "compared": f"From version {before.version} to version {after.version}",
            "words": f"{counted(removed, 'word was', 'words were')} removed, "
            f"{counted(added, 'word', 'words')} added."
            if removed or added
            else "The two texts say the same.",
        }

    def _table(self, section: ReportSection, revisions: list[SectionRevision], here: str) -> Table:
        final = section.report.state == ReportState.FINAL

        def copy(one: SectionRevision) -> Any:
            if one.version == section.version:
                return "The text as it is now"
            if final:
                return "An earlier text"
            return Link("Copy into the form", f"{here}?copy={one.version}", about=f"version {one.version}")

        return Table(
            caption="Versions",
            columns=[
                Column("Version", header=True),
                Column("Saved"),
                Column("By"),
                Column("Words", numeric=True),
                Column("Use"),
            ],
            rows=[
                [
                    f"Version {one.version}",
                    british_datetime(one.at),
                    display_name(one.by) if one.by else "The portal",
                    len(text_of(one).split()),
                    copy(one),
                ]
                for one in revisions
            ],
            stacks=True,
        )


def text_of(revision: SectionRevision) -> str:
    """What a section said, in words."""
    return NONE_IDENTIFIED if revision.none_identified else revision.narrative
