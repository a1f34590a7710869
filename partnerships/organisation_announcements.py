"""What organisations and audits of partners announce: due items, evidence, origins of actions, sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse

from partnerships.access import partner_audits as audit_access
from partnerships.models import PartnerAudit
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.partner_audits import AUDIT_EVIDENCE, audit_things, due_audits, origins
from prevent_portal.accounts.access import CouncilAccess, OwnAccess
from prevent_portal.audit import presenters
from prevent_portal.documents import rules
from prevent_portal.outbox import due_items
from prevent_portal.outbox.due_items import DueItem, Found
from prevent_portal.outbox.waiting_rows import Waiting
from prevent_portal.web import arising_actions
from prevent_portal.web.arising_actions import Origin

AUDIT_NOTICE = timedelta(days=28)
"""So long before it falls due, the next audit of a partner is something to do."""

SENTENCES = {
    "partnerships.organisation_linked": "linked an organisation to the council",
    "partnerships.organisation_added": "added an organisation of the council’s own",
    "partnerships.organisation_changed": "changed an organisation of the council’s own",
    "partnerships.code_added": "gave an organisation a code",
    "partnerships.code_ended": "ended a code of an organisation",
    "partnerships.leads_named": "named the leads of an organisation",
    "partnerships.submitter_allowed": "let a person act for an organisation",
    "partnerships.submitter_withdrawn": "ended a person’s right to act for an organisation",
    "partnerships.contact_added": "added a contact at an organisation",
    "partnerships.contact_changed": "changed a contact at an organisation",
    "partnerships.contact_removed": "removed a contact at an organisation",
    "partnerships.audit_recorded": "recorded an audit of a partner",
    "partnerships.audit_changed": "changed an audit of a partner",
    "partnerships.finding_added": "added a finding to an audit of a partner",
    "partnerships.finding_closed": "closed a finding of an audit of a partner",
    "partnerships.finding_action_raised": "turned a finding of an audit into an action",
}


def audits_to_come(mine: OwnAccess, today: date) -> Iterator[Found]:
    """Next audits of partners that fall due, for whoever records audits."""
    councils = mine.where(PartnershipsPermission.EDIT_PARTNER_AUDITS)
    if not councils:
        return

    def items(audits: list[PartnerAudit]) -> Iterator[DueItem]:
        for audit in audits:
            council = councils[audit.council_id]
            yield DueItem(
                council=council,
                due_on=audit.next_due_on,
                reference="Partner audit",
                title=f"{audit} of {audit.link.organisation.name}",
                task="Record the next audit",
                href=reverse("partner-audit", args=[council.slug, audit.pk]),
                kind="partner_audit",
                list_text="Audits of partners",
                list_href=reverse("partner-audits", args=[council.slug]),
            )

    fields = ("council", "title", "kind", "next_due_on", "link__organisation__name")
    yield Waiting(due_audits(list(councils), today + AUDIT_NOTICE), fields, items)


def finding_origins(access: CouncilAccess, action_id: UUID) -> list[Origin]:
    """The finding from which an action arose, for those who read every audit."""
    return origins(access.council, action_id) if audit_access.sees_every_audit(access) else []


def announce() -> None:
    """Tell the kernel's registries. Called once, when the apps are ready."""
    rules.register(
        rules.Kind(
            name=AUDIT_EVIDENCE,
            words="Audit of a partner",
            readable=audit_access.readable_audits,
            labels=audit_things,
            may_attach=audit_access.may_add_evidence,
        )
    )
    due_items.register("partnerships.audits", audits_to_come, kinds={"partner_audit": "Audits of partners"})
    arising_actions.register_origins("partnerships.findings", finding_origins)
    for action, sentence in SENTENCES.items():
        presenters.register(action, sentence)
