"""Pages of sharing: what the council lets others read, and what others let it read."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import (
    plan_for,
    plan_share_for,
    reading_plan,
    reading_risks,
    reading_shared,
    risk_share_for,
    shared_action,
)
from compliance.forms.sharing import EndForm, RenewForm, ShareForm
from compliance.models import Action, ActionPlan, PlanShare, ProgressEntry, RiskShare
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.plans import kind_words
from compliance.queries.sharing import (
    RISKS_TITLE,
    SharedCounts,
    ShareLine,
    lead_names,
    plan_shares,
    received,
    risk_shares,
    shared_actions,
    shared_counts,
    shared_log,
    shared_moves,
    shared_summaries,
)
from compliance.services.sharing import end_share, note_reading, renew_share, share_plan, share_risks
from compliance.views.plans import council_crumbs, due_cell, plan_crumbs
from compliance.views.status import rating_mark, status_tag
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import (
    Column,
    Crumb,
    Link,
    SummaryRow,
    Table,
    Tag,
    TimelineItem,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.views import CouncilView

_STATE_COLOURS: dict[str, Literal["green", "blue"]] = {"Being shared": "green", "Not yet begun": "blue"}


# What the council shares -------------------------------------------------------------------------------


class PlanSharesPage(CouncilView):
    """With whom a plan is shared, was, and will be."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id)
        lines = plan_shares(self.council, timezone.localdate(), plan)
        context = {
            "crumbs": plan_crumbs(self.council, plan, ("Sharing", "")),
            "caption": plan.title,
            "title": "Sharing this plan",
            "may_see": "the objectives, the actions with their lead organisations, dates, statuses and "
            "ratings, and the progress notes",
            "may_not_see": "people’s names, files or any other plan",
            "table": shares_table(self.council, lines, "plan") if lines else None,
            "add_href": reverse("plan-share-add", args=[self.council.slug, plan.pk]),
        }
        return render(request, "compliance/shares.html", context)


class PlanShareAddPage(CouncilView):
    """Share a plan with another council."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id)
        form = ShareForm(council=self.council, initial={"starts_on": timezone.localdate()})
        return self._page(plan, form)

    def post(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id)
        form = ShareForm(request.POST, council=self.council)
        if not form.is_valid():
            return self._page(plan, form)
        try:
            share = share_plan(plan=plan, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(plan, form)
        messages.success(
            request, f"{plan.title} is shared with {share.receiver.name} until {british_date(share.ends_on)}."
        )
        return redirect("plan-shares", self.council.slug, plan.pk)

    def _page(self, plan: ActionPlan, form: ShareForm) -> HttpResponse:
        context = {
            "crumbs": plan_crumbs(
                self.council,
                plan,
                ("Sharing", reverse("plan-shares", args=[self.council.slug, plan.pk])),
                ("Share", ""),
            ),
            "title": "Share this plan with another council",
            "lead": "It can read the plan between the two days, and nothing else of yours.",
            "form": form,
            "button": "Share the plan",
            "cancel": reverse("plan-shares", args=[self.council.slug, plan.pk]),
        }
        return render(self.request, "web/form_page.html", context)


class RiskSharesPage(CouncilView):
    """With whom the publishable risks are shared, were, and will be."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    def get(self, request: HttpRequest) -> HttpResponse:
        lines = risk_shares(self.council, timezone.localdate())
        context = {
            "crumbs": council_crumbs(
                self.council,
                ("Shared with us", reverse("shared", args=[self.council.slug])),
                ("Sharing the risk assessment", ""),
            ),
            "caption": self.council.name,
            "title": "Sharing the risk assessment",
            "may_see": "the summaries of risks that two people have approved for publication",
            "may_not_see": "scores, owners, sources, actions or any risk without an approved summary",
            "table": shares_table(self.council, lines, "risk") if lines else None,
            "add_href": reverse("risk-share-add", args=[self.council.slug]),
        }
        return render(request, "compliance/shares.html", context)


class RiskShareAddPage(CouncilView):
    """Share the publishable risks with another council."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(ShareForm(council=self.council, initial={"starts_on": timezone.localdate()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ShareForm(request.POST, council=self.council)
        if not form.is_valid():
            return self._page(form)
        try:
            share = share_risks(council=self.council, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(form)
        messages.success(
            request,
            f"The publishable risks are shared with {share.receiver.name} until "
            f"{british_date(share.ends_on)}.",
        )
        return redirect("risk-shares", self.council.slug)

    def _page(self, form: ShareForm) -> HttpResponse:
        home = reverse("risk-shares", args=[self.council.slug])
        context = {
            "crumbs": council_crumbs(
                self.council,
                ("Shared with us", reverse("shared", args=[self.council.slug])),
                ("Sharing the risk assessment", home),
                ("Share", ""),
            ),
            "title": "Share the risk assessment with another council",
            "lead": "It can read the summaries that are approved for publication, and nothing else.",
            "form": form,
            "button": "Share the summaries",
            "cancel": home,
        }
        return render(self.request, "web/form_page.html", context)


def shares_table(council: Council, lines: list[ShareLine], kind: str, *, titled: bool = False) -> Table:
    """Shares with what can be done about them."""
    rows: list[list[Any]] = []
    for line in lines:
        share = line.share
        state: list[Any] = [
            Tag(line.state, _STATE_COLOURS.get(line.state, "grey")),
            f"Last read on {british_date(share.last_read_on)}" if share.last_read_on else "Not read yet",
        ]
        about = f"{line.title}, with {line.receiver}" if titled else line.receiver
        if line.is_open:
            keys = [council.slug, share.pk]
            state += [
                Link("Change the last day", reverse(f"{kind}-share-renew", args=keys), about=f"of {about}"),
                Link("End the sharing", reverse(f"{kind}-share-end", args=keys), about=f"of {about}"),
            ]
        rows.append(
            [
                about,
                [
                    f"{british_date(share.starts_on)} to {british_date(share.ends_on)}",
                    f"By {line.granted_by} on {british_date(share.granted_at)}: {share.reason}",
                ],
                state,
            ]
        )
    return Table(
        caption="Shared with",
        hide_caption=True,
        stacks=True,
        columns=[
            Column("What is shared" if titled else "Council", header=True),
            Column("Days and reason"),
            Column("State"),
        ],
        rows=rows,
    )


class _ShareChangePage(CouncilView):
    """What renewing and ending have in common: the share, the way back, and the stale page."""

    abstract = True
    permission = CompliancePermission.SHARE_WITH_COUNCILS

    def home(self, share: PlanShare | RiskShare) -> str:
        if isinstance(share, PlanShare):
            return reverse("plan-shares", args=[self.council.slug, share.plan_id])
        return reverse("risk-shares", args=[self.council.slug])

    def crumbs(self, share: PlanShare | RiskShare, step: str) -> list[Crumb]:
        if isinstance(share, PlanShare):
            return plan_crumbs(self.council, share.plan, ("Sharing", self.home(share)), (step, ""))
        return council_crumbs(
            self.council,
            ("Shared with us", reverse("shared", args=[self.council.slug])),
            ("Sharing the risk assessment", self.home(share)),
            (step, ""),
        )

    def renew_page(self, share: PlanShare | RiskShare, form: RenewForm, **more: Any) -> HttpResponse:
        context = {
            "crumbs": self.crumbs(share, "Last day"),
            "title": f"Change the last day for {share.receiver.name}",
            "lead": f"Now shared from {british_date(share.starts_on)} to {british_date(share.ends_on)}.",
            "form": form,
            "button": "Save the last day",
            "cancel": self.home(share),
            **more,
        }
        return render(self.request, "web/form_page.html", context, status=409 if more else 200)

    def end_page(self, share: PlanShare | RiskShare, form: EndForm, **more: Any) -> HttpResponse:
        thing = share.plan.title if isinstance(share, PlanShare) else RISKS_TITLE
        context = {
            "crumbs": self.crumbs(share, "End"),
            "share": share,
            "thing": thing,
            "form": form,
            "cancel": self.home(share),
            **more,
        }
        return render(self.request, "compliance/share_end.html", context, status=409 if more else 200)

    def renew(self, request: HttpRequest, share: PlanShare | RiskShare) -> HttpResponse:
        form = RenewForm(request.POST)
        if not form.is_valid():
            return self.renew_page(share, form)
        try:
            renewed = renew_share(share=share, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self.renew_page(share, RenewForm(data), stale=stale)
        except PolicyError as problem:
            form.add_error("ends_on", str(problem))
            return self.renew_page(share, form)
        messages.success(
            request, f"{renewed.receiver.name} can read it until {british_date(renewed.ends_on)}."
        )
        return redirect(self.home(share))

    def end(self, request: HttpRequest, share: PlanShare | RiskShare) -> HttpResponse:
        form = EndForm(request.POST)
        if not form.is_valid():
            return self.end_page(share, form)
        try:
            end_share(share=share, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            return self.end_page(share, EndForm(initial={"version": stale.version}), stale=stale)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self.end_page(share, form)
        messages.success(request, f"{share.receiver.name} can no longer read it.")
        return redirect(self.home(share))


class PlanShareRenewPage(_ShareChangePage):
    """Another last day for a plan's share."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    def get(self, request: HttpRequest, plan_share_id: UUID) -> HttpResponse:
        share = plan_share_for(self.access, plan_share_id)
        return self.renew_page(share, RenewForm(initial=_as_it_is(share)))

    def post(self, request: HttpRequest, plan_share_id: UUID) -> HttpResponse:
        return self.renew(request, plan_share_for(self.access, plan_share_id))


class PlanShareEndPage(_ShareChangePage):
    """End a plan's share now."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    def get(self, request: HttpRequest, plan_share_id: UUID) -> HttpResponse:
        share = plan_share_for(self.access, plan_share_id)
        return self.end_page(share, EndForm(initial={"version": share.version}))

    def post(self, request: HttpRequest, plan_share_id: UUID) -> HttpResponse:
        return self.end(request, plan_share_for(self.access, plan_share_id))


class RiskShareRenewPage(_ShareChangePage):
    """Another last day for the publishable risks."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    def get(self, request: HttpRequest, risk_share_id: UUID) -> HttpResponse:
        share = risk_share_for(self.access, risk_share_id)
        return self.renew_page(share, RenewForm(initial=_as_it_is(share)))

    def post(self, request: HttpRequest, risk_share_id: UUID) -> HttpResponse:
        return self.renew(request, risk_share_for(self.access, risk_share_id))


class RiskShareEndPage(_ShareChangePage):
    """End the sharing of the publishable risks now."""

    permission = CompliancePermission.SHARE_WITH_COUNCILS

    def get(self, request: HttpRequest, risk_share_id: UUID) -> HttpResponse:
        share = risk_share_for(self.access, risk_share_id)
        return self.end_page(share, EndForm(initial={"version": share.version}))

    def post(self, request: HttpRequest, risk_share_id: UUID) -> HttpResponse:
        return self.end(request, risk_share_for(self.access, risk_share_id))


def _as_it_is(share: PlanShare | RiskShare) -> dict[str, Any]:
    return {"version": share.version, "ends_on": share.ends_on}


# What others share with the council --------------------------------------------------------------------


class SharedPage(CouncilView):
    """What other councils let this one read today; and, for whoever may share, what it lets others read."""

    permission = CompliancePermission.READ_SHARED

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        with reading_shared(self.access) as council:
            lines = received(council)
        may_share = self.access.may(CompliancePermission.SHARE_WITH_COUNCILS)
        today = timezone.localdate()
        out_plans = plan_shares(self.council, today) if may_share else []
        out_risks = risk_shares(self.council, today) if may_share else []
        rows = [
            [
                line.owner,
                Link(line.title, reverse(f"shared-{line.kind}", args=[slug, line.id])),
                f"{british_date(line.starts_on)} to {british_date(line.ends_on)}",
            ]
            for line in lines
        ]
        context = {
            "crumbs": council_crumbs(self.council, ("Shared with us", "")),
            "table": Table(
                caption="Shared with us",
                hide_caption=True,
                stacks=True,
                columns=[Column("Council", header=True), Column("What"), Column("Days")],
                rows=rows,
            )
            if rows
            else None,
            "may_share": may_share,
            "out_plans": shares_table(self.council, out_plans, "plan", titled=True) if out_plans else None,
            "out_risks": shares_table(self.council, out_risks, "risk", titled=True) if out_risks else None,
            "plans_href": reverse("plans", args=[slug]),
            "risks_href": reverse("risk-shares", args=[slug]),
        }
        return render(request, "compliance/shared.html", context)


class SharedPlanPage(CouncilView):
    """Another council's plan, read by a share: by objective, without people, with no way further in."""

    permission = CompliancePermission.READ_SHARED

    def get(self, request: HttpRequest, received_plan_id: UUID) -> HttpResponse:
        today = timezone.localdate()
        with reading_plan(self.access, received_plan_id) as share:
            page, links = paginate(request, shared_actions(share))
            context = {
                "share": share,
                "plan": share.plan,
                "owner": share.council.name,
                "crumbs": shared_crumbs(self.council, Crumb(share.plan.title)),
                "counts_words": shared_words(shared_counts(share, today)),
                "rows": [
                    SummaryRow("Council", share.council.name),
                    SummaryRow("Kind", kind_words(share.plan)),
                    SummaryRow(
                        "Period",
                        f"{british_date(share.plan.starts_on)} to {british_date(share.plan.ends_on)}",
                    ),
                    SummaryRow("You can read it until", british_date(share.ends_on)),
                ],
                "tables": self._tables(share, list(page), today),
                "links": links,
            }
        note_reading(share=share, by=self.person)
        return render(request, "compliance/shared_plan.html", context)

    def _tables(self, share: PlanShare, actions: list[Action], today: date) -> list[Table]:
        columns = [Column("Action", header=True), Column("Due"), Column("Status and rating")]
        grouped: dict[str, list[list[Any]]] = {}
        for action in actions:
            grouped.setdefault(str(action.objective), []).append(
                [
                    Link(
                        f"{action.reference} {action.title}",
                        reverse("shared-action", args=[self.council.slug, share.pk, action.pk]),
                        hint=lead_names(action),
                    ),
                    due_cell(action, today),
                    [status_tag(action.status), rating_mark(action.rating)],
                ]
            )
        return [
            Table(caption=title, stacks=True, columns=columns, rows=rows) for title, rows in grouped.items()
        ]


class SharedActionPage(CouncilView):
    """One action of a shared plan with its log, without who wrote it and without files."""

    permission = CompliancePermission.READ_SHARED

    def get(self, request: HttpRequest, received_plan_id: UUID, received_action_id: UUID) -> HttpResponse:
        today = timezone.localdate()
        with reading_plan(self.access, received_plan_id) as share:
            action = shared_action(share, received_action_id)
            plan_href = reverse("shared-plan", args=[self.council.slug, share.pk])
            context = {
                "owner": share.council.name,
                "action": action,
                "crumbs": shared_crumbs(
                    self.council, Crumb(share.plan.title, plan_href), Crumb(action.reference)
                ),
                "rows": [
                    SummaryRow("Status", status_tag(action.status)),
                    SummaryRow("Rating", rating_mark(action.rating)),
                    SummaryRow("Due", due_cell(action, today)),
                    SummaryRow("Lead organisations", lead_names(action) or None),
                    SummaryRow("Priority", action.get_priority_display()),
                    SummaryRow("Objective", str(action.objective)),
                    SummaryRow("Done when", action.measure or None),
                ],
                "moves": [
                    {
                        "words": f"From {british_date(move.moved_from)} to {british_date(move.moved_to)}",
                        "reason": move.reason,
                        "at": move.at,
                    }
                    for move in shared_moves(share, action)
                ],
                "log": [log_item(entry) for entry in shared_log(share, action)],
            }
        note_reading(share=share, by=self.person)
        return render(request, "compliance/shared_action.html", context)


class SharedRisksPage(CouncilView):
    """The publishable risks of another council, read by a share."""

    permission = CompliancePermission.READ_SHARED

    def get(self, request: HttpRequest, received_risk_id: UUID) -> HttpResponse:
        with reading_risks(self.access, received_risk_id) as share:
            context = {
                "share": share,
                "owner": share.council.name,
                "title": RISKS_TITLE,
                "crumbs": shared_crumbs(self.council, Crumb(RISKS_TITLE)),
                "summaries": shared_summaries(share),
            }
        note_reading(share=share, by=self.person)
        return render(request, "compliance/shared_risks.html", context)


def shared_crumbs(council: Council, *steps: Crumb) -> list[Crumb]:
    """Breadcrumbs that stay in the reader's own council."""
    return [*council_crumbs(council, ("Shared with us", reverse("shared", args=[council.slug]))), *steps]


def log_item(entry: ProgressEntry) -> TimelineItem:
    """A shared line of progress, without who wrote it."""
    same = entry.status == entry.status_before
    title = (
        "Progress logged"
        if same
        else f"{status_tag(entry.status_before).text} → {status_tag(entry.status).text}"
    )
    return TimelineItem(title=title, at=entry.at, body=entry.note, status=rating_mark(entry.rating))


def shared_words(counts: SharedCounts) -> str:
    """One sentence of a shared plan's counts."""
    overdue = f", {number(counts.overdue)} overdue" if counts.overdue else ""
    return (
        f"{counted(counts.total, 'action', 'actions')}: {number(counts.complete)} complete, "
        f"{number(counts.open)} open{overdue}."
    )
