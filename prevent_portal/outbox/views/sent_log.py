"""The sent log of a council: who was told of which reference when, and nothing of what it is about."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from prevent_portal.accounts.models import display_name
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.outbox.access import sent_log_for
from prevent_portal.outbox.due_items import kinds
from prevent_portal.outbox.enums import ReminderChannel
from prevent_portal.outbox.forms import EscalationRuleForm
from prevent_portal.outbox.models import EscalationRule
from prevent_portal.outbox.queries import rule_of
from prevent_portal.outbox.services.reminder_settings import change_rule
from prevent_portal.tenancy.refusals import StaleVersion
from prevent_portal.web.components import Column, Crumb, Table, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.form_pages import Data, Files, FormPage
from prevent_portal.web.numbers import counted
from prevent_portal.web.views import CouncilView


class SentLogPage(CouncilView):
    """Who was told, newest first."""

    permission = AccountsPermission.READ_AUDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        page, links = paginate(request, sent_log_for(self.access), per_page=50)
        words = kinds()
        rows = [
            [
                display_name(each.person),
                each.reference,
                [each.get_stage_display(), f"due {british_date(each.due_on)}"],
                words.get(each.kind, "Other"),
                [british_date(each.told_at), ReminderChannel(each.channel).label],
            ]
            for each in page.object_list
        ]
        table = Table(
            caption="Reminders sent",
            hide_caption=True,
            columns=[
                Column("Who", header=True),
                Column("Reference"),
                Column("Stage"),
                Column("Kind"),
                Column("Told"),
            ],
            rows=rows,
            stacks=True,
        )
        context = {
            "crumbs": [_audit_crumb(self), Crumb("Reminders sent")],
            "table": table,
            "links": links,
            "waits": counted(rule_of(self.council).working_days, "working day", "working days"),
            "change": reverse("escalation-rule", args=[self.council.slug])
            if self.access.may(AccountsPermission.MANAGE_PEOPLE)
            else "",
        }
        return render(request, "outbox/sent_log.html", context)


class EscalationRulePage(FormPage[EscalationRule, EscalationRuleForm]):
    """After how many working days the council's coordinators hear of what stays overdue."""

    permission = AccountsPermission.MANAGE_PEOPLE

    def subject(self) -> EscalationRule:  # type: ignore[override] # a council has one
        return rule_of(self.council)

    def form(self, subject: EscalationRule, /, data: Data = None, files: Files = None) -> EscalationRuleForm:
        return EscalationRuleForm.of(subject, data)

    def save(self, subject: EscalationRule, form: EscalationRuleForm, /) -> str:
        asked = form.cleaned_data
        change_rule(
            council=self.council,
            working_days=asked["working_days"],
            version=asked["version"],
            by=self.person,
        )
        return (
            f"Your coordinators hear after {counted(asked['working_days'], 'working day', 'working days')}."
        )

    def target(self, subject: EscalationRule, /) -> str:
        return reverse("sent-log", args=[self.council.slug])

    def printed(
        self,
        subject: EscalationRule,
        form: EscalationRuleForm,
        stale: StaleVersion | None = None,
        /,
        *,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "title": "When something stays overdue",
            "form": form,
            "stale": stale,
            "button": "Save",
            "cancel": self.target(subject),
            "crumbs": [
                _audit_crumb(self),
                Crumb("Reminders sent", self.target(subject)),
                Crumb("When something stays overdue"),
            ],
        }
        return render(self.request, "web/form_page.html", context, status=status)


def _audit_crumb(view: CouncilView) -> Crumb:
    """The page that leads here."""
    return Crumb("Audit", reverse("audit", args=[view.council.slug]))
