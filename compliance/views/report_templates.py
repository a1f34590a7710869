"""Pages of report templates: what they hold, in which order, how a report looks, and the legal library."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.areas import report_areas
from compliance.enums import HeaderField, SectionKind
from compliance.forms.report_templates import CopyForm, TemplateForm, TemplateSectionForm
from compliance.legal_texts import LEGAL_TEXTS, LegalText, quoted_in
from compliance.models import ReportTemplate, TemplateSection
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.report_pages import page_context
from compliance.queries.report_templates import preview_content, schedules_in_force, sections_in_order
from compliance.report_template_access import (
    template_section_to_edit,
    template_to_edit,
    templates_to_edit,
)
from compliance.services.report_templates import (
    add_section,
    change_section,
    change_template,
    copy_shipped,
    move_header_line,
    move_section,
    remove_section,
    restore_template,
    retire_template,
)
from compliance.shipped_templates import SHIPPED
from compliance.views.plans import PlanFormPage
from compliance.views.report_trail import report_crumbs
from prevent_portal.tenancy.models import Council
from prevent_portal.web import report_blocks
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.views import CouncilView

STEPS = {"up": -1, "down": 1}
CHANGED_MEANWHILE = (
    "Somebody else changed the template while you were looking at it. This is how it stands now."
)
INCOMPLETE = "The page was incomplete when it was sent. Try again."


def template_crumbs(
    council: Council, template: ReportTemplate | None = None, *steps: tuple[str, str]
) -> list[Crumb]:
    """Breadcrumbs of the pages of templates."""
    trail = [("Templates", reverse("report-templates", args=[council.slug]))]
    if template is not None:
        trail.append((template.name, reverse("report-template", args=[council.slug, template.pk])))
    return report_crumbs(council, None, *trail, *steps)


class TemplatesPage(CouncilView):
    """The council's templates, and what it can copy."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest) -> HttpResponse:
        templates = list(templates_to_edit(self.access))
        today = timezone.localdate()
        context = {
            "areas": report_areas(self.access, "report-templates"),
            "crumbs": report_crumbs(self.council, None, ("Templates", "")),
            "table": self._table(templates) if templates else None,
            "old_texts": [text.title for text in LEGAL_TEXTS.values() if text.needs_check(today)],
            "legal_href": reverse("report-legal-texts", args=[self.council.slug]),
            "copy_href": reverse("report-template-copy", args=[self.council.slug]),
        }
        return render(request, "compliance/report_templates/list.html", context)

    def _table(self, templates: list[ReportTemplate]) -> Table:
        return Table(
            caption="Templates",
            hide_caption=True,
            stacks=True,
            columns=[
                Column("Template", header=True),
                Column("Kind"),
                Column("Sections", numeric=True),
                Column("State"),
            ],
            rows=[
                [
                    Link(template.name, reverse("report-template", args=[self.council.slug, template.pk])),
                    SHIPPED[template.shipped_key].name if template.shipped_key in SHIPPED else "Your own",
                    template.section_count,  # type: ignore[attr-defined] # annotated by the query
                    Tag("Retired", "grey") if template.retired_at else Tag("In use", "green"),
                ]
                for template in templates
            ],
        )


class TemplateCopyPage(PlanFormPage):
    """Copy a shipped shape."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(CopyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CopyForm(request.POST)
        if not form.is_valid():
            return self._page(form)
        given = form.cleaned_data
        try:
            template = copy_shipped(
                council=self.council, key=given["shape"], by=self.person, name=given["name"]
            )
        except PolicyError as problem:
            form.add_error("name", str(problem))
            return self._page(form)
        messages.success(request, f"“{template.name}” is yours now. Change what differs with you.")
        return redirect("report-template", self.council.slug, template.pk)

    def _page(self, form: CopyForm) -> HttpResponse:
        return self.show(
            form,
            title="Copy a report template",
            lead="The copy is your council’s own. What you change in it changes nowhere else.",
            button="Copy it",
            crumbs=template_crumbs(self.council, None, ("Copy", "")),
            cancel=reverse("report-templates", args=[self.council.slug]),
        )


class TemplatePage(CouncilView):
    """One template: what it says of the report, and its sections in order, moved one step at a time."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, template_id: UUID) -> HttpResponse:
        return self._page(template_to_edit(self.access, template_id))

    def post(self, request: HttpRequest, template_id: UUID) -> HttpResponse:
        template = template_to_edit(self.access, template_id)
        what, _, key = request.POST.get("move", "").partition(":")
        thing, _, direction = what.rpartition("-")
        version = request.POST.get("version", "")
        step = STEPS.get(direction)
        if step is None or not (version.isascii() and version.isdecimal() and len(version) < 10):
            return self._page(template, problem=INCOMPLETE)
        try:
            if thing == "line":
                move_header_line(template=template, by=self.person, version=int(version), key=key, step=step)
            else:
                section = next((one for one in sections_in_order(template) if str(one.pk) == key), None)
                if section is None:
                    return self._page(template, problem=INCOMPLETE)
                section.template = template
                move_section(section=section, by=self.person, version=int(version), step=step)
        except PolicyError as problem:
            stale = isinstance(problem, StaleVersion)
            template.refresh_from_db()
            words = CHANGED_MEANWHILE if stale else str(problem)
            return self._page(template, problem=words, status=409 if stale else 200)
        return redirect("report-template", self.council.slug, template.pk)

    def _page(self, template: ReportTemplate, *, problem: str = "", status: int = 200) -> HttpResponse:
        changes = template.retired_at is None
        context = {
            "areas": report_areas(self.access, "report-templates"),
            "template": template,
            "problem": problem,
            "crumbs": [*template_crumbs(self.council), Crumb(template.name)],
            "changes": changes,
            "facts": self._facts(template),
            "lines": self._lines(template),
            "sections": self._sections(template),
            "change_href": self._href("report-template-change", template),
            "add_href": self._href("report-template-section-add", template),
            "preview_href": self._href("report-template-preview", template),
            "retire_href": self._href("report-template-retire", template),
        }
        return render(self.request, "compliance/report_templates/template.html", context, status=status)

    def _href(self, name: str, template: ReportTemplate) -> str:
        return reverse(name, args=[self.council.slug, template.pk])

    def _facts(self, template: ReportTemplate) -> list[SummaryRow]:
        today = timezone.localdate()
        committees = [
            Link(schedule.committee, reverse("report-schedule", args=[self.council.slug, schedule.pk]))
            for schedule in schedules_in_force(template, today)
        ]
        rows = [
            SummaryRow("Numbering", template.get_numbering_display()),
            SummaryRow(
                "Who signs",
                ", ".join(["Author", *template.signatories]) if template.signatories else "Nobody",
            ),
            SummaryRow("Committees", committees or "None gets this report yet"),
        ]
        if template.retired_at is not None:
            rows.insert(
                0, SummaryRow("Retired", f"{british_date(template.retired_at)}: no report starts from it")
            )
        return rows

    def _lines(self, template: ReportTemplate) -> list[dict[str, Any]]:
        known = [key for key in template.header_fields if key in HeaderField.values]
        return [
            {
                "key": key,
                "label": HeaderField(key).label,
                "up": place > 0,
                "down": place < len(known) - 1,
            }
            for place, key in enumerate(known)
        ]

    def _sections(self, template: ReportTemplate) -> list[dict[str, Any]]:
        sections = sections_in_order(template)
        titles = report_blocks.names()
        slug = self.council.slug
        return [
            {
                "section": section,
                "up": place > 1 or (place == 1 and section.level == 1),
                "down": place < len(sections) - 1,
                "edit_href": reverse("report-template-section", args=[slug, template.pk, section.pk]),
                "remove_href": reverse(
                    "report-template-section-remove", args=[slug, template.pk, section.pk]
                ),
                "notes": _notes(section),
                "blocks": [titles.get(name, f"{name} (not offered any more)") for name in section.blocks],
                "texts": quoted_in(section.starts_with),
            }
            for place, section in enumerate(sections)
        ]


def _notes(section: TemplateSection) -> str:
    """What a section is, in a line."""
    notes = [str(SectionKind(section.kind).label)]
    notes.append("required" if section.required else "left out while it is empty")
    if not section.numbered:
        notes.append("not numbered")
    if section.none_identified_allowed:
        notes.append("“None identified” is an answer")
    if section.adviser:
        notes.append(f"advice of {section.adviser}")
    return ", ".join(notes)


class TemplateChangePage(PlanFormPage):
    """Name, numbering, header lines and who signs."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, template_id: UUID) -> HttpResponse:
        template = template_to_edit(self.access, template_id)
        return self._page(template, TemplateForm.showing(template))

    def post(self, request: HttpRequest, template_id: UUID) -> HttpResponse:
        template = template_to_edit(self.access, template_id)
        form = TemplateForm(request.POST)
        if not form.is_valid():
            return self._page(template, form)
        try:
            change_template(template=template, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            return self._page(template, TemplateForm(self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error("name" if "called" in str(problem) else "signatories", str(problem))
            return self._page(template, form)
        messages.success(request, "Template saved. Reports that are open already stay as they are.")
        return redirect("report-template", self.council.slug, template.pk)

    def _page(
        self, template: ReportTemplate, form: TemplateForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        return self.show(
            form,
            title="Change the template",
            button="Save the template",
            crumbs=template_crumbs(self.council, template, ("Change", "")),
            cancel=reverse("report-template", args=[self.council.slug, template.pk]),
            stale=stale,
        )


class TemplateSectionAddPage(PlanFormPage):
    """Add a section."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, template_id: UUID) -> HttpResponse:
        template = template_to_edit(self.access, template_id)
        form = TemplateSectionForm(
            sections=sections_in_order(template), initial={"version": template.version}
        )
        return self._page(template, form)

    def post(self, request: HttpRequest, template_id: UUID) -> HttpResponse:
        template = template_to_edit(self.access, template_id)
        sections = sections_in_order(template)
        form = TemplateSectionForm(request.POST, sections=sections)
        if not form.is_valid():
            return self._page(template, form)
        try:
            added = add_section(
                template=template,
                by=self.person,
                version=form.cleaned_data["version"],
                after=int(form.cleaned_data["after"]),
                given=form.given,
            )
        except StaleVersion as stale:
            return self._page(template, TemplateSectionForm(self.again(stale), sections=sections), stale)
        except PolicyError as problem:
            form.add_error("title" if "heading" in str(problem) else None, str(problem))
            return self._page(template, form)
        messages.success(request, f"“{added.heading}” added.")
        return redirect("report-template", self.council.slug, template.pk)

    def _page(
        self, template: ReportTemplate, form: TemplateSectionForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        return self.show(
            form,
            title="Add a section",
            button="Add the section",
            crumbs=template_crumbs(self.council, template, ("Add a section", "")),
            cancel=reverse("report-template", args=[self.council.slug, template.pk]),
            stale=stale,
        )


class TemplateSectionPage(PlanFormPage):
    """Change a section."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, template_id: UUID, template_section_id: UUID) -> HttpResponse:
        section = template_section_to_edit(self.access, template_id, template_section_id)
        return self._page(section, TemplateSectionForm.showing(section))

    def post(self, request: HttpRequest, template_id: UUID, template_section_id: UUID) -> HttpResponse:
        section = template_section_to_edit(self.access, template_id, template_section_id)
        form = TemplateSectionForm(request.POST, section=section)
        if not form.is_valid():
            return self._page(section, form)
        try:
            change_section(
                section=section, by=self.person, version=form.cleaned_data["version"], given=form.given
            )
        except StaleVersion as stale:
            return self._page(section, TemplateSectionForm(self.again(stale), section=section), stale)
        except PolicyError as problem:
            form.add_error("title" if "heading" in str(problem) else None, str(problem))
            return self._page(section, form)
        messages.success(request, f"“{form.given['heading']}” saved. Open reports keep their own.")
        return redirect("report-template", self.council.slug, template_id)

    def _page(
        self, section: TemplateSection, form: TemplateSectionForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        return self.show(
            form,
            title="Change the section",
            button="Save the section",
            crumbs=template_crumbs(self.council, section.template, (section.heading, "")),
            cancel=reverse("report-template", args=[self.council.slug, section.template_id]),
            stale=stale,
        )


class _TemplateStepPage(CouncilView):
    """A step that is asked for once more on a page of its own, and done by POST."""

    abstract = True

    def ask(
        self, template: ReportTemplate, *, title: str, words: str, button: str, warning: bool = False
    ) -> HttpResponse:
        """The page that asks."""
        context = {
            "title": title,
            "words": words,
            "button": button,
            "warning": warning,
            "version": template.version,
            "cancel": reverse("report-template", args=[self.council.slug, template.pk]),
            "crumbs": template_crumbs(self.council, template, (title, "")),
        }
        return render(self.request, "compliance/report_templates/step.html", context)


class TemplateSectionRemovePage(_TemplateStepPage):
    """Remove a section."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, template_id: UUID, template_section_id: UUID) -> HttpResponse:
        section = template_section_to_edit(self.access, template_id, template_section_id)
        return self.ask(
            section.template,
            title=f"Remove “{section.heading}”",
            words="Reports that are open already keep the section. New ones will not have it.",
            button="Remove the section",
            warning=True,
        )

    def post(self, request: HttpRequest, template_id: UUID, template_section_id: UUID) -> HttpResponse:
        section = template_section_to_edit(self.access, template_id, template_section_id)
        version = request.POST.get("version", "")
        if not (version.isascii() and version.isdecimal() and len(version) < 10):
            messages.error(request, INCOMPLETE)
            return redirect("report-template", self.council.slug, template_id)
        try:
            remove_section(section=section, by=self.person, version=int(version))
        except StaleVersion:
            messages.error(request, CHANGED_MEANWHILE)
        except PolicyError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, f"“{section.heading}” removed.")
        return redirect("report-template", self.council.slug, template_id)


class TemplateRetirePage(_TemplateStepPage):
    """Retire a template, or take it into use again."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, template_id: UUID) -> HttpResponse:
        template = template_to_edit(self.access, template_id)
        if template.retired_at is not None:
            return self.ask(
                template,
                title="Take the template into use again",
                words="Committees can be given reports of it again.",
                button="Take it into use",
            )
        return self.ask(
            template,
            title="Retire the template",
            words="No new report starts from a retired template. Reports that were made of it stay.",
            button="Retire it",
        )

    def post(self, request: HttpRequest, template_id: UUID) -> HttpResponse:
        template = template_to_edit(self.access, template_id)
        try:
            if template.retired_at is None:
                retire_template(template=template, by=self.person)
                messages.success(request, "The template is retired.")
            else:
                restore_template(template=template, by=self.person)
                messages.success(request, "The template is in use again.")
        except PolicyError as problem:
            messages.error(request, str(problem))
        return redirect("report-template", self.council.slug, template.pk)


class TemplatePreviewPage(CouncilView):
    """How a report of this template would look, with the council's live figures."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest, template_id: UUID) -> HttpResponse:
        template = template_to_edit(self.access, template_id)
        today = timezone.localdate()
        context = {
            **page_context(preview_content(self.council, template, today)),
            "template": template,
            "period": Quarter.of(today).words,
            "as_at": today,
            "crumbs": template_crumbs(self.council, template, ("Preview", "")),
        }
        return render(request, "compliance/report_templates/preview.html", context)


class LegalTextsPage(CouncilView):
    """The legal library with its sources and the days of the last checks."""

    permission = CompliancePermission.EDIT_REPORT_TEMPLATES

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        context = {
            "areas": report_areas(self.access, "report-legal-texts"),
            "crumbs": template_crumbs(self.council, None, ("Legal texts", "")),
            "texts": [self._line(text, old=text.needs_check(today)) for text in LEGAL_TEXTS.values()],
        }
        return render(request, "compliance/report_templates/legal_texts.html", context)

    def _line(self, text: LegalText, *, old: bool) -> dict[str, Any]:
        checked = british_date(text.checked_on)
        return {
            "text": text,
            "checked": [Tag("Check it again", "red"), f"Last checked {checked}, more than a year ago"]
            if old
            else f"Last checked {checked}",
            "old": old,
        }
