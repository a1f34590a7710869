"""Pages of retention: periods, holds, reviews of cases whose period is over, and certificates (RC-7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from channel import access
from channel.access.retention import destruction_for
from channel.enums import DEFAULT_RETENTION_YEARS, DestructionState
from channel.forms.retention import HoldForm, KeepForm, PeriodForm
from channel.models import ChannelCase, Destruction, Panel
from channel.permissions import SECOND_PEOPLE, ChannelPermission
from channel.policies import ChannelRefused
from channel.queries.panels import own_panels
from channel.queries.retention import destructions, is_held, live_hold, retention_decision
from channel.services import retention
from channel.views.pages import ChannelView
from prevent_portal.accounts.models import display_name
from prevent_portal.keys.refusals import KeyStoreAway
from prevent_portal.web.components import Colour, Column, Crumb, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_date

_COLOURS: dict[DestructionState, Colour] = {
    DestructionState.DUE: "blue",
    DestructionState.PROPOSED: "yellow",
    DestructionState.KEPT: "green",
    DestructionState.DESTROYED: "grey",
}


class RetentionView(ChannelView):
    """How long cases are kept, which wait for a decision, and the certificates of those destroyed."""

    permission = ChannelPermission.REVIEW_RETENTION
    page = "retention"

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        decision = retention_decision(self.council)
        found = list(destructions(self.access)[:200])
        panels = {panel.pk: panel.name for panel in own_panels(self.access)}
        return self.page_of(
            "retention",
            {
                "crumbs": self.crumbs(Crumb("Retention")),
                "years": decision.years if decision else DEFAULT_RETENTION_YEARS,
                "decision": decision,
                "decided_by": display_name(decision.decided_by) if decision else "",
                "decide": (
                    reverse("channel-retention-period", args=[slug])
                    if self.access.may(ChannelPermission.DECIDE_RETENTION)
                    else ""
                ),
                "table": Table(
                    caption="Cases whose period is over",
                    columns=[
                        Column("Case", header=True),
                        *([Column("Panel")] if panels else []),
                        Column("Left"),
                        Column("Period over from"),
                        Column("State"),
                    ],
                    rows=[
                        [
                            Link(one.reference, reverse("channel-retention-review", args=[slug, one.pk])),
                            *([panels.get(one.panel_id, "Not shown to you")] if panels else []),
                            british_date(one.left_on),
                            british_date(one.due_on),
                            _state(one),
                        ]
                        for one in found
                    ],
                    stacks=True,
                )
                if found
                else None,
            },
        )


class RetentionPeriodView(ChannelView):
    """Decide how long cases are kept from now on."""

    permission = ChannelPermission.DECIDE_RETENTION
    page = "retention-period"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown(PeriodForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PeriodForm(request.POST)
        if not form.is_valid():
            return self._shown(form)
        try:
            retention.decide_period(council=self.council, by=self.person, **form.cleaned_data)
        except ChannelRefused as refused:
            form.add_error(None, str(refused))
            return self._shown(form)
        messages.success(request, "The decision is recorded.")
        return HttpResponseRedirect(reverse("channel-retention", args=[self.council.slug]))

    def _shown(self, form: PeriodForm) -> HttpResponse:
        crumbs = self.crumbs(_retention_crumb(self), Crumb("How long cases are kept"))
        cancel = reverse("channel-retention", args=[self.council.slug])
        return self.page_of("retention_period", {"crumbs": crumbs, "form": form, "cancel": cancel})


class RetentionReviewView(ChannelView):
    """One case whose period is over: keep it on, propose to destroy it, destroy it; then its certificate."""

    permission = ChannelPermission.REVIEW_RETENTION
    page = "retention-review"
    identifier = "review_id"

    def get(self, request: HttpRequest, review_id: UUID) -> HttpResponse:
        return self._shown(destruction_for(self.access, review_id), KeepForm())

    def post(self, request: HttpRequest, review_id: UUID) -> HttpResponse:
        review = destruction_for(self.access, review_id)
        try:
            if "propose" in request.POST:
                retention.propose_destruction(destruction=review, by=self.person)
                messages.success(request, "Its destruction is proposed. Somebody else has to destroy it.")
            elif "destroy" in request.POST:
                retention.destroy_case(destruction=review, by=self.person)
                messages.success(request, "The case is destroyed. This page is the certificate.")
            else:
                form = KeepForm(request.POST)
                if not form.is_valid():
                    return self._shown(review, form)
                retention.keep_case(destruction=review, until=form.cleaned_data["until"], by=self.person)
                messages.success(request, "The case is kept on.")
        except ChannelRefused as refused:
            messages.error(request, str(refused))
        except KeyStoreAway:
            messages.error(request, "Nothing was destroyed: the key store does not answer. Try again later.")
        return HttpResponseRedirect(request.path)

    def _shown(self, review: Destruction, form: KeepForm) -> HttpResponse:
        leads = self.access.may(ChannelPermission.LEAD_PANEL)
        waits = review.state in (DestructionState.DUE, DestructionState.PROPOSED)
        destroys = bool(SECOND_PEOPLE & self.access.roles)
        return self.page_of(
            "retention_review",
            {
                "crumbs": self.crumbs(_retention_crumb(self), Crumb(review.reference)),
                "review": review,
                "state": _state(review),
                "rows": _rows(review, own_panels(self.access).filter(pk=review.panel_id).first()),
                "is_held": is_held(self.council, review.record),
                "form": form if waits and leads else None,
                "may_propose": leads and review.state == DestructionState.DUE,
                "may_destroy": (
                    destroys
                    and review.state == DestructionState.PROPOSED
                    and review.proposed_by_id != self.person.pk
                ),
                "certificate": _certificate(review),
            },
        )


class CaseHoldView(ChannelView):
    """The legal hold on a case."""

    permission = ChannelPermission.LEAD_PANEL
    page = "case-hold"
    identifier = "reference"

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        return self._shown(access.prepared_case_for(self.access, reference), HoldForm())

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = access.prepared_case_for(self.access, reference)
        try:
            if "lift" in request.POST:
                retention.lift_hold(case=case, by=self.person)
                messages.success(request, "The hold is lifted.")
                return HttpResponseRedirect(request.path)
            form = HoldForm(request.POST)
            if not form.is_valid():
                return self._shown(case, form)
            retention.place_hold(case=case, reason=form.cleaned_data["reason"], by=self.person)
        except ChannelRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.path)
        messages.success(request, "The case is held. Nothing of it is destroyed until the hold is lifted.")
        return HttpResponseRedirect(request.path)

    def _shown(self, case: ChannelCase, form: HoldForm) -> HttpResponse:
        hold = live_hold(case)
        context: dict[str, Any] = {
            "crumbs": self.case_crumbs(case, Crumb("Legal hold")),
            "case": case,
            "hold": hold,
            "placed_by": display_name(hold.placed_by) if hold else "",
            "placed_on": british_date(timezone.localdate(hold.placed_at)) if hold else "",
            "form": None if hold else form,
        }
        return self.page_of("case_hold", context)


def _retention_crumb(view: ChannelView) -> Crumb:
    return Crumb("Retention", reverse("channel-retention", args=[view.council.slug]))


def _state(review: Destruction) -> Tag:
    return Tag(review.get_state_display(), _COLOURS[DestructionState(review.state)])


def _rows(review: Destruction, panel: Panel | None) -> list[SummaryRow]:
    rows = [
        *([SummaryRow("Panel", panel.name)] if panel else []),
        SummaryRow("The person left on", british_date(review.left_on)),
        SummaryRow("Period over from", british_date(review.due_on)),
    ]
    if review.proposed_by is not None and review.proposed_at is not None:
        rows.append(SummaryRow("Destruction proposed by", display_name(review.proposed_by)))
        rows.append(SummaryRow("Proposed on", british_date(timezone.localdate(review.proposed_at))))
    if review.decided_by is not None and review.decided_at is not None:
        destroyed = review.state == DestructionState.DESTROYED
        rows.append(
            SummaryRow("Destroyed by" if destroyed else "Decided by", display_name(review.decided_by))
        )
        rows.append(
            SummaryRow(
                "Destroyed on" if destroyed else "Decided on",
                british_date(timezone.localdate(review.decided_at)),
            )
        )
    if review.keep_until is not None:
        rows.append(SummaryRow("Kept until", british_date(review.keep_until)))
    return rows


def _certificate(review: Destruction) -> Table | None:
    if review.state != DestructionState.DESTROYED or not review.certificate:
        return None
    return Table(
        caption="What was destroyed, with the key that its texts were sealed under",
        columns=[Column("Table", header=True), Column("Rows", numeric=True)],
        rows=[[name, f"{count:,}"] for name, count in sorted(review.certificate.items())],
    )
