"""Pages of grants: what was awarded, what is claimed under each head, and the claims by quarter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from partnerships.access.grants import grant_for, grants_seen
from partnerships.areas import areas
from partnerships.enums import ClaimState
from partnerships.forms.grants import GrantChangeForm, GrantFilterForm, GrantForm
from partnerships.models import Claim, ClaimStep, Grant
from partnerships.permissions import PARTNERSHIPS_GRANTS, PartnershipsPermission
from partnerships.policies.grants import HeadsRefused
from partnerships.queries.grants import (
    GrantFigures,
    claims_of,
    figures_of,
    grant_lines,
    heads_of,
    payments_of,
    period_words,
    totals_of,
)
from partnerships.services.grants import add_grant, change_grant, close_grant, reopen_grant
from partnerships.views.pages import RoomFormPage
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.queries import people_with
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.components import (
    Colour,
    Column,
    Crumb,
    Link,
    StatTile,
    SummaryRow,
    Table,
    Tag,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.form_pages import Data, Files
from prevent_portal.web.numbers import pounds
from prevent_portal.web.views import CouncilView

VIEW, EDIT = PartnershipsPermission.VIEW_GRANTS, PartnershipsPermission.EDIT_GRANTS
ROOM = "grants"
CLAIM_COLOURS: dict[ClaimState, Colour] = {
    ClaimState.DRAFT: "grey",
    ClaimState.SUBMITTED: "blue",
    ClaimState.QUERIED: "orange",
    ClaimState.PAID: "green",
}


def grant_crumbs(view: CouncilView, grant: Grant | None = None) -> list[Crumb]:
    """The way to a grant, or to the list."""
    slug = view.council.slug
    crumbs = [
        Crumb("Partnership", reverse("partnership", args=[slug])),
        Crumb("Grants", reverse("grants", args=[slug])),
    ]
    if grant is not None:
        crumbs.append(Crumb(grant.title, reverse("grant", args=[slug, grant.pk])))
    return crumbs


def claim_tags(claim: Claim) -> list[Tag]:
    """How a claim stands, in words and colour."""
    today, state = timezone.localdate(), ClaimState(claim.state)
    tags = [Tag(state.label, CLAIM_COLOURS[state])]
    if claim.is_overdue(today):
        tags.append(Tag("Overdue", "red"))
    elif state == ClaimState.DRAFT and not claim.is_over(today):
        tags = [Tag("Quarter still runs", "grey")]
    return tags


class GrantsPage(CouncilView):
    """The council's grants, the latest first."""

    permission = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        form = GrantFilterForm(request.GET or None)
        page, links = paginate(request, _narrowed(grants_seen(self.access), form))
        table = Table(
            "Grants",
            [
                Column("Grant", header=True),
                Column("Award", numeric=True),
                Column("Claimed", numeric=True),
                Column("Left", numeric=True),
                Column("Next claim"),
            ],
            [
                [
                    Link(
                        line.grant.title,
                        reverse("grant", args=[slug, line.grant.pk]),
                        hint=f"{line.grant.funder}, {_term(line.grant)}",
                    ),
                    pounds(line.grant.awarded),
                    pounds(line.claimed),
                    pounds(line.left),
                    [
                        Link(
                            f"Due {british_date(line.next_claim.due_on)}",
                            reverse("grant-claim", args=[slug, line.next_claim.pk]),
                            about=f"claim of {line.grant.title}",
                        ),
                        *claim_tags(line.next_claim),
                    ]
                    if line.next_claim
                    else Tag("Closed", "grey")
                    if not line.grant.is_open
                    else "None",
                ]
                for line in grant_lines(self.council, list(page))
            ],
            hide_caption=True,
            stacks=True,
        )
        return render(
            request,
            "partnerships/grants.html",
            {
                "table": table if page.paginator.count else None,
                "links": links,
                "filter": form,
                "filtered": bool(request.GET),
                "add_href": reverse("grant-add", args=[slug]) if self.access.may(EDIT) else "",
                "csv_href": reverse("grants-csv", args=[slug]),
                "areas": areas(self.access, ROOM),
                "crumbs": [Crumb("Partnership", reverse("partnership", args=[slug])), Crumb("Grants")],
            },
        )


class GrantsCsv(CouncilView):
    """Every grant as a CSV file, narrowed like the list; money as plain numbers."""

    permission = VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        grants = _narrowed(grants_seen(self.access), GrantFilterForm(request.GET or None))
        return csv_response(
            filename=f"Grants {self.council.name}.csv",
            header=(
                "Grant", "Funder", "Reference", "First day", "Last day", "Award", "Claimed", "Paid", "Left",
                "Next claim due", "State",
            ),
            rows=[
                [
                    line.grant.title,
                    line.grant.funder,
                    line.grant.reference,
                    line.grant.starts_on,
                    line.grant.ends_on,
                    line.grant.awarded,
                    line.claimed,
                    line.paid,
                    line.left,
                    line.next_claim.due_on if line.next_claim else None,
                    "Open" if line.grant.is_open else "Closed",
                ]
                for line in grant_lines(self.council, list(grants))
            ],
        )  # fmt: skip


class GrantPage(CouncilView):
    """One grant: its heads with what is left of each, and its claims."""

    permission = VIEW

    def get(self, request: HttpRequest, grant_id: UUID) -> HttpResponse:
        grant = grant_for(self.access, grant_id)
        figures = figures_of(grant)
        claims = list(claims_of(self.council).filter(grant=grant))
        may_edit = self.access.may(EDIT)
        here = [self.council.slug, grant.pk]
        return render(
            request,
            "partnerships/grant.html",
            {
                "grant": grant,
                "tiles": [
                    StatTile("Award", pounds(grant.awarded)),
                    StatTile("Claimed", pounds(figures.claimed)),
                    StatTile("Paid", pounds(figures.paid), words=_not_paid(figures)),
                    StatTile("Left to claim", pounds(figures.left)),
                ],
                "facts": _facts(grant),
                "heads": _heads_table(figures),
                "claims": self._claims_table(claims),
                "change_href": reverse("grant-change", args=here) if may_edit and grant.is_open else "",
                "close_href": reverse("grant-close", args=here) if may_edit else "",
                "csv_href": reverse("grant-csv", args=here),
                "areas": areas(self.access, ROOM),
                "crumbs": [*grant_crumbs(self), Crumb(grant.title)],
            },
        )

    def _claims_table(self, claims: list[Claim]) -> Table:
        totals, payments = totals_of(self.council, claims), payments_of(self.council, claims)
        rows = []
        for claim in claims:
            payment = payments.get(claim.pk)
            rows.append(
                [
                    Link(period_words(claim), reverse("grant-claim", args=[self.council.slug, claim.pk])),
                    claim.due_on,
                    pounds(totals.get(claim.pk)) or "No figure yet",
                    pounds(payment.amount) if payment else "Not paid yet",
                    _difference(totals.get(claim.pk), payment),
                    claim_tags(claim),
                ]
            )
        return Table(
            "Claims",
            [
                Column("Period", header=True),
                Column("Due"),
                Column("Claimed", numeric=True),
                Column("Paid", numeric=True),
                Column("Variance (not paid)", numeric=True),
                Column("State"),
            ],
            rows,
            stacks=True,
        )


class GrantCsv(CouncilView):
    """Every claim of a grant, head by head, as a CSV file."""

    permission = VIEW

    def get(self, request: HttpRequest, grant_id: UUID) -> HttpResponseBase:
        grant = grant_for(self.access, grant_id)
        heads = heads_of(grant)
        claims = list(claims_of(self.council).filter(grant=grant).prefetch_related("lines"))
        payments = payments_of(self.council, claims)
        rows = []
        for claim in claims:
            amounts = {line.head_id: line.amount for line in claim.lines.all()}
            payment = payments.get(claim.pk)
            rows.append(
                [
                    claim.period_from,
                    claim.period_to,
                    claim.due_on,
                    ClaimState(claim.state).label,
                    *(amounts.get(head.pk) for head in heads),
                    sum(amounts.values()) if amounts else None,
                    payment.amount if payment else None,
                    payment.happened_on if payment else None,
                ]
            )
        return csv_response(
            filename=f"Claims of {grant.title}.csv",
            header=(
                "From", "To", "Due", "State", *(head.name for head in heads), "Claimed in all", "Paid",
                "Paid on",
            ),
            rows=rows,
        )  # fmt: skip


class GrantAddPage(RoomFormPage[None, GrantForm]):
    """Record a grant."""

    permission = {"get": EDIT, "post": EDIT}
    room = ROOM
    button = "Save grant"

    def subject(self, **keys: UUID) -> None:
        return None

    def form(self, subject: None, /, data: Data = None, files: Files = None) -> GrantForm:
        return GrantForm(data, owners=_owners(self))

    def save(self, subject: None, form: GrantForm, /) -> str:
        self._added = add_grant(council=self.council, by=self.person, **form.cleaned_data)
        return f"{self._added.title} is recorded, with a claim for each quarter."

    def refuse(self, form: GrantForm, problem: PolicyError, /) -> None:
        _put(form, problem)

    def target(self, subject: None, /) -> str:
        added = getattr(self, "_added", None)
        if added is not None:
            return reverse("grant", args=[self.council.slug, added.pk])
        return reverse("grants", args=[self.council.slug])

    def title(self, subject: None, /) -> str:
        return "Record a grant"

    def lead(self, subject: None, /) -> str:
        return "The heads must add up to the award, to the penny."

    def crumbs(self, subject: None, /) -> list[Crumb]:
        return [*grant_crumbs(self), Crumb("Record a grant")]


class GrantChangePage(RoomFormPage[Grant, GrantChangeForm]):
    """Change a grant's words, term, award and heads."""

    permission = {"get": EDIT, "post": EDIT}
    room = ROOM

    def subject(self, **keys: UUID) -> Grant:
        return grant_for(self.access, keys["grant_id"], EDIT)

    def form(self, subject: Grant, /, data: Data = None, files: Files = None) -> GrantChangeForm:
        return GrantChangeForm(
            data,
            owners=_owners(self),
            grant=subject,
            heads=heads_of(subject),
            initial={"version": subject.version},
        )

    def save(self, subject: Grant, form: GrantChangeForm, /) -> str:
        change_grant(grant=subject, by=self.person, **form.cleaned_data)
        return "The grant is changed."

    def refuse(self, form: GrantChangeForm, problem: PolicyError, /) -> None:
        _put(form, problem)

    def target(self, subject: Grant, /) -> str:
        return reverse("grant", args=[self.council.slug, subject.pk])

    def title(self, subject: Grant, /) -> str:
        return f"Change {subject.title}"

    def lead(self, subject: Grant, /) -> str:
        return (
            "Claims follow the term; one that was submitted stays as it is. Empty a head’s two boxes to "
            "remove it."
        )

    def crumbs(self, subject: Grant, /) -> list[Crumb]:
        return [*grant_crumbs(self, subject), Crumb("Change")]


class GrantClosePage(CouncilView):
    """Close a grant, or open a closed one again."""

    permission = {"get": EDIT, "post": EDIT}

    def get(self, request: HttpRequest, grant_id: UUID) -> HttpResponse:
        grant = grant_for(self.access, grant_id, EDIT)
        return render(
            request,
            "partnerships/grant_close.html",
            {
                "grant": grant,
                "left": pounds(figures_of(grant).left),
                "cancel": reverse("grant", args=[self.council.slug, grant.pk]),
                "areas": areas(self.access, ROOM),
                "crumbs": [*grant_crumbs(self, grant), Crumb("Close" if grant.is_open else "Open again")],
            },
        )

    def post(self, request: HttpRequest, grant_id: UUID) -> HttpResponse:
        grant = grant_for(self.access, grant_id, EDIT)
        if request.POST.get("then") == "open":
            reopen_grant(grant=grant, by=self.person)
            messages.success(request, "The grant is open again.")
        else:
            try:
                close_grant(grant=grant, by=self.person, today=timezone.localdate())
            except PolicyError as problem:
                messages.error(request, str(problem))
            else:
                messages.success(request, "The grant is closed.")
        return redirect("grant", self.council.slug, grant.pk)


def _put(form: GrantForm, problem: PolicyError) -> None:
    """Put a refusal where it can be mended: heads that do not add up stand at the award."""
    form.add_error("awarded" if isinstance(problem, HeadsRefused) else None, str(problem))


def _owners(view: CouncilView) -> list[User]:
    return list(people_with(view.council, PARTNERSHIPS_GRANTS[EDIT]))


def _narrowed(grants: Any, form: GrantFilterForm) -> Any:
    if not form.is_valid():
        return grants
    state, claim = form.cleaned_data["state"], form.cleaned_data["claim"]
    if state:
        grants = grants.filter(closed_on__isnull=state == "open")
    if claim:
        grants = grants.filter(claims__state=claim).distinct()
    return grants


def _term(grant: Grant) -> str:
    return f"{british_date(grant.starts_on)} to {british_date(grant.ends_on)}"


def _not_paid(figures: GrantFigures) -> str:
    return f"{pounds(figures.not_paid)} less than was claimed" if figures.not_paid else ""


def _difference(claimed: Decimal | None, payment: ClaimStep | None) -> str:
    """What was claimed and not paid, once the funder has settled the claim."""
    if payment is None or payment.amount is None or claimed is None:
        return "Not known yet"
    return pounds(claimed - payment.amount)


def _facts(grant: Grant) -> list[SummaryRow]:
    rows = [
        SummaryRow("Funder", grant.funder),
        SummaryRow("Reference of the agreement", grant.reference or "Not given"),
        SummaryRow("Term", _term(grant)),
        SummaryRow("Claims", f"Each quarter in arrears, due {grant.days_to_claim} days after it"),
        SummaryRow("Owner", display_name(grant.owner) if grant.owner else "Nobody named"),
    ]
    if grant.closed_on:
        rows.append(SummaryRow("Closed on", grant.closed_on))
    return rows


def _heads_table(figures: GrantFigures) -> Table:
    return Table(
        "Allowable heads",
        [
            Column("Head", header=True),
            Column("Allowed", numeric=True),
            Column("Claimed", numeric=True),
            Column("In draft", numeric=True),
            Column("Variance (left to claim)", numeric=True),
        ],
        [
            [head.name, pounds(head.allowed), pounds(head.claimed), pounds(head.in_draft), pounds(head.left)]
            for head in figures.heads
        ],
        footer=[
            "Total",
            pounds(figures.allowed),
            pounds(figures.claimed),
            pounds(figures.in_draft),
            pounds(figures.left),
        ],
    )
