"""Pages of audits of partners: the list, one audit with its findings, and the forms of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from partnerships.access.organisations import link_for
from partnerships.access.partner_audits import (
    audit_for,
    audit_to_edit,
    audits_seen,
    finding_to_edit,
    sees_every_audit,
)
from partnerships.areas import areas
from partnerships.enums import AuditKind, AuditResult, FindingState
from partnerships.forms.partner_audits import (
    FINDINGS,
    AuditChangeForm,
    AuditFilterForm,
    AuditForm,
    FindingActionForm,
    FindingCloseForm,
    FindingForm,
)
from partnerships.models import AuditFinding, CouncilOrganisation, PartnerAudit
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.organisations import members_by_key, possible_leads
from partnerships.queries.partner_audits import AUDIT_EVIDENCE, AuditLine, findings_of
from partnerships.services.partner_audits import (
    add_finding,
    change_audit,
    close_finding,
    raise_finding_action,
    record_audit,
)
from partnerships.views.organisations import trail
from partnerships.views.pages import RoomFormPage
from prevent_portal.documents.queries import evidence_of
from prevent_portal.web.arising_actions import ArisenAction, arisen_actions
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.numbers import counted
from prevent_portal.web.views import CouncilView

_VIEW, _EDIT = PartnershipsPermission.VIEW_PARTNER_AUDITS, PartnershipsPermission.EDIT_PARTNER_AUDITS
ROOM = "partner-audits"
RESULT_COLOURS = {
    AuditResult.AWAITED: "grey",
    AuditResult.MET: "green",
    AuditResult.PARTLY_MET: "yellow",
    AuditResult.NOT_MET: "red",
}
HEADER = (
    "Organisation", "Audit", "Kind", "Date", "Carried out by", "Result", "Findings", "Open findings",
    "Next audit due",
)  # fmt: skip
DAYS_FOR_AN_ACTION = 91
"""Proposed for the action of a finding: a quarter."""


def result_tag(result: AuditResult) -> Tag:
    return Tag(result.label, RESULT_COLOURS[result])  # type: ignore[arg-type] # one of the tag's colours


def audit_trail(view: CouncilView, audit: PartnerAudit | None = None, *last: str) -> list[Crumb]:
    """The way to an audit's page, and on; a partner's Prevent lead sees no other page of the partnership."""
    slug = view.council.slug
    steps = [Crumb("Audits of partners", reverse("partner-audits", args=[slug]))]
    if view.access.may(PartnershipsPermission.VIEW_PARTNERSHIP):
        steps.insert(0, Crumb("Partnership", reverse("partnership", args=[slug])))
    if audit is not None:
        name = f"{audit}, {audit.link.organisation.name}"
        steps.append(Crumb(name, reverse("partner-audit", args=[slug, audit.pk]) if last else ""))
    return [*steps, *(Crumb(words) for words in last)]


class _AuditPages(CouncilView):
    """What the list and its file share."""

    abstract = True

    def asked(self, request: HttpRequest) -> dict[str, str]:
        """A value that is not among the answers narrows nothing."""
        get = request.GET
        kind, result, findings = (get.get(name, "") for name in ("kind", "result", "findings"))
        return {
            "q": " ".join(get.get("q", "").split())[:100],
            "kind": kind if kind in AuditKind.values else "",
            "result": result if result in AuditResult.values else "",
            "findings": findings if findings in dict(FINDINGS) else "",
        }

    def found(self, asked: dict[str, str], lines: list[AuditLine]) -> list[AuditLine]:
        return [
            line
            for line in lines
            if asked["q"].casefold() in line.organisation.casefold()
            and asked["kind"] in ("", line.kind)
            and asked["result"] in ("", line.result)
            and (not asked["findings"] or (line.open_findings > 0) == (asked["findings"] == "open"))
        ]


class AuditsPage(_AuditPages):
    """Audits of the council's partners; for a partner's Prevent lead, their own."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        slug, every, asked = self.council.slug, audits_seen(self.access), self.asked(request)
        found = self.found(asked, every)
        page, links = paginate(request, found, per_page=50)
        query = request.GET.urlencode()
        context = {
            "areas": areas(self.access, ROOM),
            "crumbs": [*audit_trail(self)[:-1], Crumb("Audits of partners")],
            "sees_all": sees_every_audit(self.access),
            "may_edit": self.access.may(_EDIT),
            "record_href": reverse("partnership", args=[slug]) if self.access.may(_EDIT) else "",
            "filter": AuditFilterForm(initial=asked),
            "filtered": any(asked.values()),
            "all_href": reverse("partner-audits", args=[slug]),
            "organisations_href": reverse("partnership", args=[slug]),
            "has_any": bool(every),
            "table": self._table(list(page)) if found else None,
            "links": links,
            "csv_href": reverse("partner-audits-csv", args=[slug]) + (f"?{query}" if query else ""),
        }
        return render(request, "partnerships/partner_audits.html", context)

    def _table(self, lines: list[AuditLine]) -> Table:
        slug, today = self.council.slug, timezone.localdate()
        return Table(
            "Audits of partners",
            [
                Column("Audit", header=True),
                Column("Result"),
                Column("Next audit"),
            ],
            [
                [
                    Link(
                        line.title,
                        reverse("partner-audit", args=[slug, line.id]),
                        hint=f"{line.organisation}, {british_date(line.audited_on)}",
                    ),
                    [
                        result_tag(line.result),
                        counted(line.open_findings, "open finding", "open findings"),
                    ],
                    [british_date(line.next_due_on), Tag("Overdue", "red")]
                    if line.next_due_on and line.next_due_on < today
                    else line.next_due_on,
                ]
                for line in lines
            ],
            hide_caption=True,
            stacks=True,
        )


class AuditsCsvView(_AuditPages):
    """The list as the address narrows it, as a CSV file."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return csv_response(
            filename=f"Audits of partners {self.council.name}.csv",
            header=HEADER,
            rows=[
                [
                    line.organisation,
                    line.title,
                    line.kind.label,
                    line.audited_on,
                    line.carried_out_by,
                    line.result.label,
                    line.findings,
                    line.open_findings,
                    line.next_due_on,
                ]
                for line in self.found(self.asked(request), audits_seen(self.access))
            ],
        )


class AuditPage(CouncilView):
    """One audit: its result, its findings with the actions that arose, and its evidence."""

    permission = _VIEW

    def get(self, request: HttpRequest, audit_id: UUID) -> HttpResponse:
        audit = audit_for(self.access, audit_id)
        slug, may_edit = self.council.slug, self.access.may(_EDIT)
        findings = findings_of(audit)
        actions = arisen_actions(self.access, [each.action_id for each in findings if each.action_id])
        keys = [slug, audit.pk]
        context = {
            "areas": areas(self.access, ROOM),
            "crumbs": audit_trail(self, audit),
            "audit": audit,
            "rows": self._summary(audit),
            "findings": self._findings(findings, actions, may_edit) if findings else None,
            "evidence_block": evidence_of(self.access, AUDIT_EVIDENCE, [audit.pk])[audit.pk],
            "change_href": reverse("partner-audit-change", args=keys) if may_edit else "",
            "finding_href": reverse("finding-add", args=keys) if may_edit else "",
        }
        return render(request, "partnerships/partner_audit.html", context)

    def _summary(self, audit: PartnerAudit) -> list[SummaryRow]:
        organisation = audit.link.organisation
        href = reverse("organisation", args=[self.council.slug, organisation.pk])
        sees = self.access.may(PartnershipsPermission.VIEW_PARTNERSHIP)
        return [
            SummaryRow("Organisation", Link(organisation.name, href) if sees else organisation.name),
            SummaryRow("Kind", audit.get_kind_display()),
            SummaryRow("Date", british_date(audit.audited_on)),
            SummaryRow("Carried out by", audit.carried_out_by or None),
            SummaryRow("Result", result_tag(AuditResult(audit.result))),
            SummaryRow("Summary", audit.summary or None),
            SummaryRow("Next audit due", british_date(audit.next_due_on) if audit.next_due_on else None),
        ]

    def _findings(
        self,
        findings: list[AuditFinding],
        actions: Any,
        may_edit: bool,
    ) -> Table:
        # What may be done with a finding stands beside how it stands: a column more would crowd the words.
        columns = [
            Column("Number"),
            Column("Finding", header=True),
            Column("State"),
            Column("Action"),
        ]
        rows = [
            [each.number, each.text, self._state(each, may_edit), self._action(each, actions, may_edit)]
            for each in findings
        ]
        return Table("Findings", columns, rows, hide_caption=True, stacks=True)

    def _state(self, finding: AuditFinding, may_edit: bool) -> Any:
        if finding.state != FindingState.OPEN:
            return [Tag("Closed", "grey"), f"{british_date(finding.closed_on)}: {finding.closing_words}"]
        href = reverse("finding-close", args=[self.council.slug, finding.pk])
        close = [Link("Close", href, about=f"finding {finding.number}")] if may_edit else []
        return [Tag("Open", "blue"), *close]

    def _action(self, finding: AuditFinding, actions: Any, may_edit: bool) -> Any:
        action: ArisenAction | None = actions.get(finding.action_id)
        if action is not None:
            return [Link(f"{action.reference} {action.title}", action.url), f"{action.state}, {action.due}"]
        if finding.action_id:
            return "An action of the plan"
        if not may_edit or finding.state != FindingState.OPEN:
            return None
        href = reverse("finding-action", args=[self.council.slug, finding.pk])
        return Link("Make an action", href, about=f"finding {finding.number}")


class AuditAddPage(RoomFormPage[CouncilOrganisation, AuditForm]):
    """Record an audit of an organisation."""

    permission = _EDIT
    room = ROOM
    button = "Record the audit"

    def subject(self, **keys: UUID) -> CouncilOrganisation:
        return link_for(self.access, keys["organisation_id"], _EDIT)

    def target(self, subject: CouncilOrganisation, /) -> str:
        return reverse("organisation", args=[self.council.slug, subject.organisation_id])

    def title(self, subject: CouncilOrganisation, /) -> str:
        return f"Record an audit of {subject.organisation.name}"

    def crumbs(self, subject: CouncilOrganisation, /) -> list[Crumb]:
        return trail(self.council.slug, subject.organisation, "Record an audit")

    def form(self, subject: CouncilOrganisation, /, data: Any = None, files: Any = None) -> AuditForm:
        return AuditForm(data, initial={"result": AuditResult.AWAITED})

    def save(self, subject: CouncilOrganisation, form: AuditForm, /) -> str:
        audit = record_audit(
            council=self.council, organisation=subject.organisation, by=self.person, **_given(form)
        )
        return f"Recorded: {audit}. Add its findings on its page."


class AuditChangePage(RoomFormPage[PartnerAudit, AuditChangeForm]):
    """Change an audit."""

    permission = _EDIT
    room = ROOM

    def subject(self, **keys: UUID) -> PartnerAudit:
        return audit_to_edit(self.access, keys["audit_id"])

    def target(self, subject: PartnerAudit, /) -> str:
        return reverse("partner-audit", args=[self.council.slug, subject.pk])

    def title(self, subject: PartnerAudit, /) -> str:
        return "Change the audit"

    def crumbs(self, subject: PartnerAudit, /) -> list[Crumb]:
        return audit_trail(self, subject, "Change the audit")

    def form(self, subject: PartnerAudit, /, data: Any = None, files: Any = None) -> AuditChangeForm:
        names = (
            "kind", "title", "audited_on", "carried_out_by", "result", "summary", "next_due_on", "version",
        )  # fmt: skip
        return AuditChangeForm(data, initial={name: getattr(subject, name) for name in names})

    def save(self, subject: PartnerAudit, form: AuditChangeForm, /) -> str:
        change_audit(audit=subject, by=self.person, **_given(form))
        return "Saved the audit."


class FindingAddPage(RoomFormPage[PartnerAudit, FindingForm]):
    """Add a finding to an audit."""

    permission = _EDIT
    room = ROOM
    button = "Add the finding"

    def subject(self, **keys: UUID) -> PartnerAudit:
        return audit_to_edit(self.access, keys["audit_id"])

    def target(self, subject: PartnerAudit, /) -> str:
        return reverse("partner-audit", args=[self.council.slug, subject.pk])

    def title(self, subject: PartnerAudit, /) -> str:
        return "Add a finding"

    def crumbs(self, subject: PartnerAudit, /) -> list[Crumb]:
        return audit_trail(self, subject, "Add a finding")

    def form(self, subject: PartnerAudit, /, data: Any = None, files: Any = None) -> FindingForm:
        return FindingForm(data)

    def save(self, subject: PartnerAudit, form: FindingForm, /) -> str:
        finding = add_finding(audit=subject, text=form.cleaned_data["text"], by=self.person)
        return f"Added finding {finding.number}."


class _FindingPage(RoomFormPage[AuditFinding, Any]):
    """A form about one finding."""

    abstract = True
    permission = _EDIT
    room = ROOM
    words = ""

    def subject(self, **keys: UUID) -> AuditFinding:
        return finding_to_edit(self.access, keys["finding_id"])

    def target(self, subject: AuditFinding, /) -> str:
        return reverse("partner-audit", args=[self.council.slug, subject.audit_id])

    def title(self, subject: AuditFinding, /) -> str:
        return f"{self.words} {subject.number}"

    def lead(self, subject: AuditFinding, /) -> str:
        return subject.text

    def crumbs(self, subject: AuditFinding, /) -> list[Crumb]:
        return audit_trail(self, subject.audit, f"{self.words} {subject.number}")


class FindingClosePage(_FindingPage):
    """Close a finding."""

    words = "Close finding"
    button = "Close the finding"

    def form(self, subject: AuditFinding, /, data: Any = None, files: Any = None) -> FindingCloseForm:
        return FindingCloseForm(data, initial={"version": subject.version})

    def save(self, subject: AuditFinding, form: Any, /) -> str:
        given = form.cleaned_data
        close_finding(finding=subject, words=given["words"], version=given["version"], by=self.person)
        return f"Closed finding {subject.number}."


class FindingActionPage(_FindingPage):
    """Turn a finding into an action of the council's current plan."""

    words = "Make an action of finding"
    button = "Add to the plan"

    def form(self, subject: AuditFinding, /, data: Any = None, files: Any = None) -> FindingActionForm:
        due = timezone.localdate() + timedelta(days=DAYS_FOR_AN_ACTION)
        return FindingActionForm(
            data,
            people=possible_leads(self.council),
            initial={"title": subject.text[:200], "due_on": due, "owner": str(self.person.pk)},
        )

    def save(self, subject: AuditFinding, form: Any, /) -> str:
        given = form.cleaned_data
        key = int(given["owner"]) if given["owner"] else 0
        action = raise_finding_action(
            finding=subject,
            title=given["title"],
            owner=members_by_key(self.council, [key]).get(key),
            due_on=given["due_on"],
            by=self.person,
        )
        return f"Added action {action.reference} to the plan."


def _given(form: AuditForm | AuditChangeForm) -> dict[str, Any]:
    given = form.cleaned_data
    return {**given, "kind": AuditKind(given["kind"]), "result": AuditResult(given["result"])}
