"""Pages of a claim: its figures, its evidence, and what the funder did with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from partnerships.access.grants import claim_for
from partnerships.areas import areas
from partnerships.enums import ClaimState, ClaimStepKind
from partnerships.forms.grants import DueForm, FiguresForm, PaymentForm, QueryForm, SubmitForm
from partnerships.models import Claim, ClaimStep
from partnerships.queries.grants import (
    CLAIM_EVIDENCE,
    HeadFigures,
    amounts_of,
    figures_of,
    heads_of,
    last_submission,
    period_words,
    steps_of,
)
from partnerships.services.claims import pay_claim, query_claim, save_figures, set_due_day, submit_claim
from partnerships.views.grants import EDIT, ROOM, VIEW, claim_tags, grant_crumbs
from partnerships.views.pages import Asked, RoomFormPage
from prevent_portal.accounts.models import display_name
from prevent_portal.documents.queries import count_of, evidence_of
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, TimelineItem
from prevent_portal.web.dates import british_date
from prevent_portal.web.form_pages import Data, Files
from prevent_portal.web.numbers import pounds
from prevent_portal.web.views import CouncilView

_STEP_TAGS = {
    ClaimStepKind.SUBMITTED: Tag("Submitted", "blue"),
    ClaimStepKind.QUERIED: Tag("Queried", "orange"),
    ClaimStepKind.PAID: Tag("Paid", "green"),
}


class ClaimPage(CouncilView):
    """One quarter's claim."""

    permission = VIEW

    def get(self, request: HttpRequest, claim_id: UUID) -> HttpResponse:
        claim = claim_for(self.access, claim_id)
        today, here = timezone.localdate(), [self.council.slug, claim.pk]
        amounts = amounts_of(claim)
        edits = self.access.may(EDIT) and claim.grant.is_open
        steps = steps_of(claim)
        return render(
            request,
            "partnerships/claim.html",
            {
                "claim": claim,
                "title": f"Claim for {period_words(claim)}",
                "facts": [
                    SummaryRow(
                        "Grant", Link(claim.grant.title, reverse("grant", args=[here[0], claim.grant_id]))
                    ),
                    SummaryRow("State", claim_tags(claim)),
                    SummaryRow(
                        "Due",
                        claim.due_on,
                        reverse("grant-claim-due", args=here)
                        if edits and not any(step.kind == ClaimStepKind.SUBMITTED for step in steps)
                        else "",
                    ),
                ],
                "figures": _figures_table(claim, amounts),
                "figures_href": reverse("grant-claim-figures", args=here)
                if edits and claim.may_change
                else "",
                "submit_href": reverse("grant-claim-submit", args=here)
                if edits and claim.may_change and claim.is_over(today)
                else "",
                "not_over": british_date(claim.period_to) if edits and not claim.is_over(today) else "",
                "pay_href": reverse("grant-claim-pay", args=here)
                if edits and claim.state == ClaimState.SUBMITTED
                else "",
                "query_href": reverse("grant-claim-query", args=here)
                if edits and claim.state == ClaimState.SUBMITTED
                else "",
                "evidence": evidence_of(self.access, CLAIM_EVIDENCE, [claim.pk])[claim.pk],
                "steps": [_timeline(step) for step in steps],
                "areas": areas(self.access, ROOM),
                "crumbs": [*grant_crumbs(self, claim.grant), Crumb(f"Claim for {period_words(claim)}")],
            },
        )


class ClaimFormPage(RoomFormPage[Claim, Asked]):
    """A page with one form about a claim."""

    abstract = True
    room = ROOM
    last_crumb = ""

    def subject(self, **keys: UUID) -> Claim:
        return claim_for(self.access, keys["claim_id"], EDIT)

    def target(self, subject: Claim, /) -> str:
        return reverse("grant-claim", args=[self.council.slug, subject.pk])

    def crumbs(self, subject: Claim, /) -> list[Crumb]:
        return [
            *grant_crumbs(self, subject.grant),
            Crumb(f"Claim for {period_words(subject)}", self.target(subject)),
            Crumb(self.last_crumb),
        ]

    def lead(self, subject: Claim, /) -> str:
        return f"{subject.grant.title}, {period_words(subject)}."


class ClaimFiguresPage(ClaimFormPage[FiguresForm]):
    """Fill in what is claimed under each head."""

    permission = {"get": EDIT, "post": EDIT}
    button = "Save figures"
    last_crumb = "Figures"

    def form(self, subject: Claim, /, data: Data = None, files: Files = None) -> FiguresForm:
        form = FiguresForm(
            data,
            heads=heads_of(subject.grant),
            amounts=amounts_of(subject),
            initial={"version": subject.version},
        )
        for head in figures_of(subject.grant).heads:
            form.fields[f"head_{head.id.hex}"].help_text = _room(head)
        return form

    def save(self, subject: Claim, form: FiguresForm, /) -> str:
        save_figures(
            claim=subject, by=self.person, version=form.cleaned_data["version"], amounts=form.amounts
        )
        return "The figures are saved."

    def title(self, subject: Claim, /) -> str:
        return "What is claimed under each head"


class ClaimDuePage(ClaimFormPage[DueForm]):
    """Set another day by which the claim is due."""

    permission = {"get": EDIT, "post": EDIT}
    button = "Save the due date"
    last_crumb = "Change the due date"

    def form(self, subject: Claim, /, data: Data = None, files: Files = None) -> DueForm:
        return DueForm(data, initial={"version": subject.version, "due_on": subject.due_on})

    def save(self, subject: Claim, form: DueForm, /) -> str:
        changed = set_due_day(claim=subject, by=self.person, **form.cleaned_data)
        return f"The claim is due on {british_date(changed.due_on)}."

    def title(self, subject: Claim, /) -> str:
        return "Change the due date"


class ClaimSubmitPage(ClaimFormPage[SubmitForm]):
    """Record that the claim went to the funder."""

    permission = {"get": EDIT, "post": EDIT}
    button = "Record as submitted"
    last_crumb = "Submit"
    template = "partnerships/claim_form.html"

    def form(self, subject: Claim, /, data: Data = None, files: Files = None) -> SubmitForm:
        return SubmitForm(
            data,
            has_evidence=bool(self._attached(subject)),
            initial={"version": subject.version, "submitted_on": timezone.localdate()},
        )

    def save(self, subject: Claim, form: SubmitForm, /) -> str:
        step = submit_claim(claim=subject, by=self.person, **form.cleaned_data)
        return f"The claim of {pounds(step.amount)} is recorded as submitted."

    def title(self, subject: Claim, /) -> str:
        return "Submit the claim"

    def more(self, subject: Claim, /) -> dict[str, Any]:
        return {
            "figures": _figures_table(subject, amounts_of(subject)),
            "evidence_count": self._attached(subject),
        }

    def _attached(self, subject: Claim) -> int:
        """How many pieces of evidence hang on the claim, as the service counts them."""
        return count_of(self.council, CLAIM_EVIDENCE, [subject.pk])[subject.pk]


class ClaimQueryPage(ClaimFormPage[QueryForm]):
    """Record what the funder asks."""

    permission = {"get": EDIT, "post": EDIT}
    button = "Record the question"
    last_crumb = "Funder’s question"

    def form(self, subject: Claim, /, data: Data = None, files: Files = None) -> QueryForm:
        return QueryForm(data, initial={"version": subject.version, "queried_on": timezone.localdate()})

    def save(self, subject: Claim, form: QueryForm, /) -> str:
        query_claim(claim=subject, by=self.person, **form.cleaned_data)
        return "The question is recorded. The figures can be corrected and submitted again."

    def title(self, subject: Claim, /) -> str:
        return "Record a question from the funder"


class ClaimPayPage(ClaimFormPage[PaymentForm]):
    """Record a payment."""

    permission = {"get": EDIT, "post": EDIT}
    button = "Record the payment"
    last_crumb = "Payment"

    def form(self, subject: Claim, /, data: Data = None, files: Files = None) -> PaymentForm:
        sent = last_submission(subject)
        return PaymentForm(
            data,
            initial={
                "version": subject.version,
                "paid_on": timezone.localdate(),
                "amount": sent.amount if sent else None,
            },
        )

    def save(self, subject: Claim, form: PaymentForm, /) -> str:
        step = pay_claim(claim=subject, by=self.person, **form.cleaned_data)
        return f"The payment of {pounds(step.amount)} is recorded."

    def title(self, subject: Claim, /) -> str:
        return "Record the payment"


def _room(head: HeadFigures) -> str:
    return f"{pounds(head.left)} of {pounds(head.allowed)} is left."


def _figures_table(claim: Claim, amounts: dict[UUID, Decimal]) -> Table:
    heads = heads_of(claim.grant)
    given = [amounts[head.pk] for head in heads if head.pk in amounts]
    return Table(
        "Figures",
        [Column("Head", header=True), Column("Claimed", numeric=True)],
        [[head.name, pounds(amounts.get(head.pk)) or "No figure yet"] for head in heads],
        footer=["Total", pounds(sum(given, Decimal(0))) if given else "No figure yet"],
    )


def _timeline(step: ClaimStep) -> TimelineItem:
    kind = ClaimStepKind(step.kind)
    lines = [f"{line.head_name}: {pounds(line.amount)}" for line in step.lines.all()]
    title = {
        ClaimStepKind.SUBMITTED: f"{pounds(step.amount)} submitted"
        + (f" (version {step.number})" if step.number > 1 else ""),
        ClaimStepKind.QUERIED: "The funder asked",
        ClaimStepKind.PAID: f"{pounds(step.amount)} paid",
    }[kind]
    return TimelineItem(
        title,
        step.happened_on,
        by=display_name(step.by) if step.by else "",
        body="\n".join([*lines, *([step.note] if step.note else [])]),
        status=_STEP_TAGS[kind],
    )
