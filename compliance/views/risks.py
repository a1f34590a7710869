"""Pages of the local risk register (L3), and the one page of it that may be published (L1).

Every answer that shows restricted words writes one event of the trail; every refusal does too (AL-1). The
titles and addresses hold a random reference and nothing else (RC-9).
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import (
    may_review_risk,
    register_of,
    risk_action_for,
    risk_for,
    risk_summary_for,
    risk_to_review,
)
from compliance.enums import Impact, Likelihood, RiskSourceKind, SummaryState
from compliance.forms.risks import (
    CloseRiskForm,
    LinkActionForm,
    NewRiskForm,
    ReopenRiskForm,
    ReviewForm,
    RiskFilter,
    RiskForm,
    SummaryForm,
)
from compliance.models import Action, Risk, RiskAssessment, RiskSummary
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.policies.risks import DoubtfulWords
from compliance.queries.risks import (
    MatrixCell,
    actions_of,
    assessments_of,
    is_unkept,
    linkable_actions,
    matrix_of,
    possible_owners,
    publishable_of,
    reads_any_risk,
    reads_register,
    sources_of,
    summaries_of,
)
from compliance.services.risk_summaries import approve_summary, propose_summary, withdraw_summary
from compliance.services.risks import (
    change_risk,
    close_risk,
    create_risk,
    link_action,
    read_register,
    read_risk,
    record_refused_risk,
    reopen_risk,
    review_risk,
    unlink_action,
)
from compliance.views.plans import council_crumbs
from compliance.views.status import score_tag, status_tag
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import display_name
from prevent_portal.accounts.views.restricted import RestrictedView
from prevent_portal.web.charts import LineChart, Series
from prevent_portal.web.components import (
    Column,
    Crumb,
    Link,
    Sorting,
    SummaryRow,
    Table,
    Tag,
    TimelineItem,
    address_with,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.form_pages import Data, Files, FormPage
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.views import CouncilView

SORTS = {
    "score": ["score", "reference"],
    "review": ["review_on", "reference"],
    "reference": ["reference"],
}


class PublishedRisksPage(CouncilView):
    """Local risk, the part that may be published: all that a reader without a place on an audience sees."""

    permission = CompliancePermission.VIEW_PUBLISHED_RISKS

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        administers = self.access.may(CompliancePermission.APPOINT_RISK_KEEPER)
        context = {
            "crumbs": council_crumbs(self.council, ("Local risk", "")),
            "risks": publishable_of(self.council),
            "register_href": reverse("risk-register", args=[slug]) if reads_any_risk(self.access) else "",
            "add_href": (
                reverse("risk-add", args=[slug]) if self.access.may(CompliancePermission.EDIT_RISKS) else ""
            ),
            "keeper_href": (
                reverse("risk-keeper", args=[slug]) if administers and is_unkept(self.council) else ""
            ),
        }
        return render(request, "compliance/risks.html", context)


class RiskView(RestrictedView):
    """Base of the register's pages: a refusal is recorded, and every look at a risk."""

    abstract = True
    page: ClassVar[str] = ""

    def answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().answered(request, *args, **kwargs)
        except Http404:
            asker: CouncilAccess | None = getattr(request, "access", None)
            if asker is not None:
                record_refused_risk(
                    council=asker.council, page=self.page, risk_id=kwargs.get("risk_id"), by=asker.user
                )
            raise

    def shown(self, risk: Risk, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """A page with a risk's words on it: one event of the trail."""
        read_risk(risk=risk, by=self.person)
        return render(self.request, f"compliance/{template}.html", {"risk": risk, **context}, status=status)

    def crumbs(self, risk: Risk | None = None, *steps: str) -> list[Crumb]:
        slug = self.council.slug
        trail = [("Local risk", reverse("risks", args=[slug]))]
        if risk is not None:
            trail += [
                ("Register", reverse("risk-register", args=[slug])),
                (risk.reference, reverse("risk", args=[slug, risk.pk]) if steps else ""),
            ]
        return council_crumbs(self.council, *trail, *((step, "") for step in steps))

    def href(self, risk: Risk, name: str = "risk") -> str:
        return reverse(name, args=[self.council.slug, risk.pk])

    def back_to(self, risk: Risk, words: str) -> HttpResponse:
        messages.success(self.request, words)
        return redirect("risk", self.council.slug, risk.pk)


class RegisterPage(RiskView):
    """The risks on whose audience the person is: a matrix, and a list filtered as the address says."""

    permission = CompliancePermission.VIEW_RISKS
    page = "register"

    def get(self, request: HttpRequest) -> HttpResponse:
        readable = register_of(self.access)
        filters = RiskFilter(request.GET, readable)
        found: Any = filters.qs if filters.is_valid() else readable.open()
        sorting = Sorting(request, SORTS, default="-score")
        page, links = paginate(request, found.select_related("owner").order_by(*sorting.order_by))
        rows = list(page)
        today = timezone.localdate()
        slug = self.council.slug
        read_register(council=self.council, risks=rows, by=self.person)
        context = {
            "crumbs": [*self.crumbs(), Crumb("Register")],
            "filters": filters,
            "filtered": filters.is_valid() and filters.in_use,
            "found": page.paginator.count,
            "matrix": self._matrix(matrix_of(found)) if page.paginator.count else None,
            "table": Table(
                caption="Risks",
                compact=True,
                columns=[
                    sorting.column("reference", "Risk", header=True),
                    sorting.column("score", "Score"),
                    Column("Direction"),
                    sorting.column("review", "Review"),
                ],
                rows=[
                    [
                        Link(
                            f"{risk.reference} {risk.theme}",
                            self.href(risk),
                            hint=display_name(risk.owner),
                        ),
                        score_tag(risk.score),
                        risk.get_direction_display(),
                        (
                            ([Tag("Overdue", "red")] if risk.is_review_overdue(today) else [])
                            + [british_date(risk.review_on)]
                        )
                        if risk.is_open
                        else [Tag("Closed", "grey")],
                    ]
                    for risk in rows
                ],
            )
            if rows
            else None,
            "links": links,
            "register_href": reverse("risk-register", args=[slug]),
            "add_href": (
                reverse("risk-add", args=[slug]) if self.access.may(CompliancePermission.EDIT_RISKS) else ""
            ),
            "audience_href": (
                reverse("risk-register-audience", args=[slug])
                if self.access.may(CompliancePermission.EDIT_RISKS) and reads_register(self.access)
                else ""
            ),
        }
        return render(request, "compliance/risk_register.html", context)

    def _matrix(self, squares: list[list[MatrixCell]]) -> Table:
        def square(cell: MatrixCell) -> list[Any]:
            tag = score_tag(cell.score)
            if not cell.count:
                return [tag]
            where = {"likelihood": str(cell.likelihood.value), "impact": str(cell.impact.value), "page": ""}
            words = counted(cell.count, "risk", "risks")
            return [tag, Link(words, address_with(self.request.GET, where))]

        return Table(
            caption="Risks by likelihood and impact",
            compact=True,
            columns=[
                Column("Likelihood", header=True),
                *(Column(f"Impact {level.value}: {level.label.lower()}") for level in Impact),
            ],
            rows=[
                [f"{row[0].likelihood.value}: {row[0].likelihood.label}", *map(square, row)]
                for row in squares
            ],
        )


class RiskPage(RiskView):
    """One risk with the history of its scores."""

    permission = CompliancePermission.VIEW_RISKS
    page = "risk"

    def get(self, request: HttpRequest, risk_id: UUID) -> HttpResponse:
        risk = risk_for(self.access, risk_id)
        edits = self.access.may(CompliancePermission.EDIT_RISKS)
        history = assessments_of(risk)
        summaries = summaries_of(risk)
        context = {
            "crumbs": self.crumbs(risk),
            "rows": risk_rows(risk),
            "chart": score_chart(history),
            "history": [
                TimelineItem(
                    title=level_words(entry),
                    at=entry.assessed_on,
                    by=display_name(entry.by),
                    body=entry.note,
                    status=score_tag(entry.score),
                )
                for entry in history
            ],
            "actions": self._actions(actions_of(risk)),
            "summary": next((one for one in summaries if one.state == SummaryState.APPROVED), None),
            "waiting": next((one for one in summaries if one.state == SummaryState.PROPOSED), None),
            "may_review": risk.is_open and may_review_risk(self.access, risk),
            "may_edit": edits,
            "may_approve": self.access.may(CompliancePermission.APPROVE_RISK_SUMMARIES),
            "hrefs": {
                name.removeprefix("risk-").replace("-", "_"): self.href(risk, name)
                for name in (
                    *("risk-review", "risk-change", "risk-close", "risk-reopen"),
                    *("risk-audience", "risk-summary", "risk-actions"),
                )
            },
        }
        return self.shown(risk, "risk", context)

    def _actions(self, actions: list[Action]) -> Table | None:
        may_open = self.access.may(CompliancePermission.VIEW_PLANS)
        if not actions:
            return None
        return Table(
            caption="Actions that answer to this risk",
            hide_caption=True,
            stacks=True,
            columns=[Column("Action", header=True), Column("Due"), Column("Status")],
            rows=[
                [
                    Link(str(action), reverse("action", args=[self.council.slug, action.pk]))
                    if may_open
                    else str(action),
                    british_date(action.due_on),
                    status_tag(action.status),
                ]
                for action in actions
            ],
        )


class RiskAddPage(RiskView):
    """Write down a risk. Whoever does so is on its audience, and nobody else is by this."""

    permission = CompliancePermission.EDIT_RISKS
    page = "add"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form(None))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form)
        try:
            risk = create_risk(council=self.council, by=self.person, **form.answers)
        except PolicyError as problem:
            return self._page(with_problem(form, problem))
        return self.back_to(risk, f"{risk.reference} is in the register. Now say who else may read it.")

    def _form(self, data: Any) -> NewRiskForm:
        owners = possible_owners(self.council, None, self.person)
        return NewRiskForm(data, owners=owners, initial={"owner": self.person.pk})

    def _page(self, form: NewRiskForm) -> HttpResponse:
        context = {
            "title": "Add a local risk",
            "lead": "Only the people on its audience can read it. Every look is recorded.",
            "form": form,
            "button": "Add the risk",
            "crumbs": [*self.crumbs(), Crumb("Add a local risk")],
            "cancel": reverse("risks", args=[self.council.slug]),
        }
        return render(self.request, "compliance/risk_form.html", context)


class _RiskFormPage(RiskView, FormPage[Risk, Any]):
    """A form about one risk, with the version check."""

    abstract = True
    title: ClassVar[str] = ""
    lead: ClassVar[str] = ""
    button: ClassVar[str] = "Save"

    def subject(self, **keys: UUID) -> Risk:
        return risk_for(self.access, keys["risk_id"], CompliancePermission.EDIT_RISKS)

    def refuse(self, form: Any, problem: PolicyError, /) -> None:
        with_problem(form, problem)

    def target(self, risk: Risk, /) -> str:
        return self.href(risk)

    def printed(
        self, risk: Risk, form: Any, stale: StaleVersion | None = None, /, *, status: int = 200
    ) -> HttpResponse:
        title = self.title.format(reference=risk.reference)
        context = {
            "title": title,
            "lead": self.lead,
            "form": form,
            "stale": stale,
            "button": self.button,
            "crumbs": self.crumbs(risk, title),
            "cancel": self.href(risk),
        }
        return self.shown(risk, "risk_form", context, status=status)


class RiskChangePage(_RiskFormPage):
    """Change a risk's words, owner, review date and what informs it."""

    permission = CompliancePermission.EDIT_RISKS
    page = "change"
    title = "Change {reference}"
    lead = "Likelihood and impact change by a review, so that their history is kept."

    def form(self, risk: Risk, /, data: Data = None, files: Files = None) -> RiskForm:
        owners = possible_owners(self.council, risk, self.person)
        if risk.owner not in owners:
            owners.append(risk.owner)  # no longer on the audience; the form still shows whose risk it was
        initial = {
            **{name: getattr(risk, name) for name in ("theme", "description", "owner", "review_on")},
            **{f"source_{kind}": dated_on for kind, dated_on in sources_of(risk).items()},
            "version": risk.version,
        }
        return RiskForm(data, owners=owners, initial=initial)

    def save(self, risk: Risk, form: RiskForm, /) -> str:
        change_risk(risk=risk, by=self.person, version=form.cleaned_data["version"], **form.words)
        return f"{risk.reference} saved."


class RiskReviewPage(_RiskFormPage):
    """Assess a risk anew; its owner may, on its audience."""

    permission = CompliancePermission.REVIEW_OWN_RISKS
    page = "review"
    title = "Review {reference}"
    button = "Save the review"

    def subject(self, **keys: UUID) -> Risk:
        return risk_to_review(self.access, keys["risk_id"])

    def form(self, risk: Risk, /, data: Data = None, files: Files = None) -> ReviewForm:
        initial = {name: getattr(risk, name) for name in ("likelihood", "impact", "direction", "version")}
        return ReviewForm(data, initial=initial)

    def save(self, risk: Risk, form: ReviewForm, /) -> str:
        names = ("version", "likelihood", "impact", "direction", "note", "review_on", "token")
        given = {name: form.cleaned_data[name] for name in names}
        review_risk(risk=risk, by=self.person, declaration=form.declaration, **given)
        return f"Review of {risk.reference} saved."


class RiskClosePage(_RiskFormPage):
    """Close a risk, with a reason."""

    permission = CompliancePermission.EDIT_RISKS
    page = "close"
    title = "Close {reference}"
    lead = "Its summary for publication is withdrawn with it. You can open the risk again."
    button = "Close the risk"

    def form(self, risk: Risk, /, data: Data = None, files: Files = None) -> CloseRiskForm:
        return CloseRiskForm(data, initial={"version": risk.version})

    def save(self, risk: Risk, form: CloseRiskForm, /) -> str:
        close_risk(
            risk=risk,
            by=self.person,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            declaration=form.declaration,
        )
        return f"{risk.reference} is closed."


class RiskReopenPage(_RiskFormPage):
    """Open a closed risk again."""

    permission = CompliancePermission.EDIT_RISKS
    page = "reopen"
    title = "Open {reference} again"
    button = "Open the risk"

    def form(self, risk: Risk, /, data: Data = None, files: Files = None) -> ReopenRiskForm:
        return ReopenRiskForm(data, initial={"version": risk.version})

    def save(self, risk: Risk, form: ReopenRiskForm, /) -> str:
        reopen_risk(risk=risk, by=self.person, **form.cleaned_data)
        return f"{risk.reference} is open again."


class RiskActionsPage(RiskView):
    """Which actions answer to a risk."""

    permission = CompliancePermission.EDIT_RISKS
    page = "actions"

    def get(self, request: HttpRequest, risk_id: UUID) -> HttpResponse:
        return self._page(risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS))

    def post(self, request: HttpRequest, risk_id: UUID) -> HttpResponse:
        risk = risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS)
        form = self._form(risk, request.POST)
        if not form.is_valid():
            return self._page(risk, form)
        action = form.cleaned_data["action"]
        link_action(risk=risk, action=action, by=self.person)
        messages.success(request, f"{action.reference} is linked to {risk.reference}.")
        return HttpResponseRedirect(request.path)

    def _form(self, risk: Risk, data: Any = None) -> LinkActionForm:
        return LinkActionForm(data, actions=linkable_actions(risk))

    def _page(self, risk: Risk, form: LinkActionForm | None = None) -> HttpResponse:
        slug = self.council.slug
        context = {
            "crumbs": self.crumbs(risk, "Actions"),
            "linked": [
                {
                    "words": str(action),
                    "unlink": reverse("risk-action-unlink", args=[slug, risk.pk, action.pk]),
                }
                for action in actions_of(risk)
            ],
            "form": form or self._form(risk),
            "cancel": self.href(risk),
        }
        return self.shown(risk, "risk_actions", context)


class RiskActionUnlinkView(RiskView):
    """Take a link to an action away."""

    permission = CompliancePermission.EDIT_RISKS
    page = "unlink"

    def post(self, request: HttpRequest, risk_id: UUID, action_id: UUID) -> HttpResponse:
        risk = risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS)
        action = risk_action_for(self.access, risk, action_id)
        unlink_action(risk=risk, action=action, by=self.person)
        messages.success(request, f"{action.reference} is not linked any more.")
        return redirect("risk-actions", self.council.slug, risk.pk)


class RiskSummaryPage(RiskView):
    """Words for publication beside the restricted ones: propose, approve, withdraw."""

    permission = {
        "get": CompliancePermission.VIEW_RISKS,
        "post": CompliancePermission.EDIT_RISKS,
    }
    page = "summary"

    def get(self, request: HttpRequest, risk_id: UUID) -> HttpResponse:
        return self._page(risk_for(self.access, risk_id))

    def post(self, request: HttpRequest, risk_id: UUID) -> HttpResponse:
        risk = risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS)
        form = SummaryForm(request.POST)
        if not form.is_valid():
            return self._page(risk, form)
        try:
            propose_summary(
                risk=risk,
                by=self.person,
                heading=form.cleaned_data["title"],
                text=form.cleaned_data["text"],
                declaration=form.declaration,
            )
        except PolicyError as problem:
            return self._page(risk, with_problem(form, problem))
        messages.success(request, "Proposed. Somebody else on the audience approves it.")
        return HttpResponseRedirect(request.path)

    def _page(self, risk: Risk, form: SummaryForm | None = None) -> HttpResponse:
        may_edit = self.access.may(CompliancePermission.EDIT_RISKS) and risk.is_open
        summaries = summaries_of(risk)
        newest = next((one for one in summaries if one.state != SummaryState.WITHDRAWN), None)
        first = {"title": newest.heading, "text": newest.text} if newest else {}
        context = {
            "crumbs": self.crumbs(risk, "Summary for publication"),
            "summaries": [self._line(risk, summary) for summary in summaries],
            "form": (form or SummaryForm(initial=first)) if may_edit else None,
            "cancel": self.href(risk),
        }
        return self.shown(risk, "risk_summary", context)

    def _line(self, risk: Risk, summary: RiskSummary) -> dict[str, Any]:
        slug = self.council.slug
        proposed = summary.state == SummaryState.PROPOSED
        own = summary.proposed_by_id == self.person.pk
        may_approve = self.access.may(CompliancePermission.APPROVE_RISK_SUMMARIES)
        may_edit = self.access.may(CompliancePermission.EDIT_RISKS)
        return {
            "summary": summary,
            "state": summary_tag(summary),
            "people": summary_people(summary),
            "waits_for_another": proposed and own,
            "approve": (
                reverse("risk-summary-approve", args=[slug, risk.pk, summary.pk])
                if proposed and may_approve and not own
                else ""
            ),
            "withdraw": (
                reverse("risk-summary-withdraw", args=[slug, risk.pk, summary.pk])
                if may_edit and summary.state != SummaryState.WITHDRAWN
                else ""
            ),
        }


class RiskSummaryApproveView(RiskView):
    """Approve somebody else's words for publication, with a fresh proof of the second factor."""

    permission = CompliancePermission.APPROVE_RISK_SUMMARIES
    page = "approve"
    step_up = frozenset({"POST"})

    def post(self, request: HttpRequest, risk_id: UUID, summary_id: UUID) -> HttpResponse:
        risk = risk_for(self.access, risk_id)
        summary = risk_summary_for(self.access, risk, summary_id, CompliancePermission.APPROVE_RISK_SUMMARIES)
        try:
            approve_summary(summary=summary, by=self.person)
        except PolicyError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, "Approved. The summary can be published now.")
        return redirect("risk-summary", self.council.slug, risk.pk)


class RiskSummaryWithdrawView(RiskView):
    """Take words back that were proposed or published."""

    permission = CompliancePermission.EDIT_RISKS
    page = "withdraw"

    def post(self, request: HttpRequest, risk_id: UUID, summary_id: UUID) -> HttpResponse:
        risk = risk_for(self.access, risk_id)
        summary = risk_summary_for(self.access, risk, summary_id, CompliancePermission.EDIT_RISKS)
        withdraw_summary(summary=summary, by=self.person)
        messages.success(request, "Withdrawn. Nobody but the audience sees it any more.")
        return redirect("risk-summary", self.council.slug, risk.pk)


# Parts --------------------------------------------------------------------------------------------


def with_problem(form: Any, problem: PolicyError) -> Any:
    """The form with what a service refused, beside the box to tick where the words are doubtful."""
    if isinstance(problem, DoubtfulWords):
        form.add_doubt(problem)
    else:
        form.add_error(None, str(problem))
    return form


def level_words(entry: Risk | RiskAssessment) -> str:
    """Such as “Likely, major, rising”."""
    likelihood, impact = Likelihood(entry.likelihood), Impact(entry.impact)
    return f"{likelihood.label}, {impact.label.lower()}, {entry.get_direction_display().lower()}"


def risk_rows(risk: Risk) -> list[SummaryRow]:
    """What the head of a risk's page says."""
    today = timezone.localdate()
    review = [british_date(risk.review_on)]
    informed = [
        f"{RiskSourceKind(kind).label}, {british_date(dated_on)}"
        for kind, dated_on in sorted(sources_of(risk).items())
    ]
    overdue: list[Any] = [Tag("Overdue", "red")] if risk.is_review_overdue(today) else []
    rows = [
        SummaryRow("Score", [score_tag(risk.score), level_words(risk)]),
        SummaryRow("Status", Tag("Open", "blue") if risk.is_open else Tag("Closed", "grey")),
        SummaryRow("Informed by", informed),
        SummaryRow("Owner", display_name(risk.owner)),
    ]
    if risk.is_open:
        rows.append(SummaryRow("Next review", [*overdue, *review]))
    else:
        rows.append(SummaryRow("Closed", british_date(risk.closed_on) if risk.closed_on else None))
        rows.append(SummaryRow("Why closed", risk.closed_reason))
    rows.append(
        SummaryRow(
            "Last saved",
            f"{british_date(risk.updated_at)} by {display_name(risk.updated_by)}, who declared that it holds "
            "no intelligence",
        )
    )
    return rows


def score_chart(history: list[RiskAssessment]) -> LineChart | None:
    """The score over the assessments, oldest first, with the figures as a table; one alone draws no line."""
    if len(history) < 2:
        return None
    oldest_first = list(reversed(history))
    first, last = oldest_first[0], oldest_first[-1]
    return LineChart(
        title="Score over time",
        description=(
            f"{counted(len(history), 'assessment', 'assessments')}: {number(first.score)} on "
            f"{british_date(first.assessed_on)}, {number(last.score)} on {british_date(last.assessed_on)}. "
            "The highest score is 25."
        ),
        periods=[british_date(entry.assessed_on) for entry in oldest_first],
        series=[Series("Score", [entry.score for entry in oldest_first])],
        unit="",
        minimum=1,
        maximum=25,
        period_heading="Assessed",
    )


def summary_tag(summary: RiskSummary) -> Tag:
    colours: dict[str, Any] = {"proposed": "yellow", "approved": "green", "withdrawn": "grey"}
    return Tag(SummaryState(summary.state).label, colours[summary.state])


def summary_people(summary: RiskSummary) -> str:
    """Who did what with the words, and when."""
    parts = [f"Proposed by {display_name(summary.proposed_by)} on {british_date(summary.proposed_at)}"]
    if summary.approved_by and summary.approved_at:
        parts.append(
            f"approved by {display_name(summary.approved_by)} on {british_date(summary.approved_at)}"
        )
    if summary.withdrawn_by and summary.withdrawn_at:
        parts.append(
            f"withdrawn by {display_name(summary.withdrawn_by)} on {british_date(summary.withdrawn_at)}"
        )
    return ", ".join(parts)
