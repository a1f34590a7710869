"""Reads of the risk register. Each carries the rule of the audience in its own words, beside the database's.

``readable_risks`` is the one rule that lists, details, counts and the matrix use. What other rooms may ask
for without being on an audience is at the end: publishable summaries, and references of linked risks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from compliance.enums import Impact, Likelihood, SummaryState
from compliance.models import (
    Action,
    Risk,
    RiskAction,
    RiskAssessment,
    RiskQuerySet,
    RiskReader,
    RiskReaderQuerySet,
    RiskSource,
    RiskSummary,
)
from compliance.permissions import RISK_AUDIENCE_ROLES, CompliancePermission
from prevent_portal.accounts.access import CouncilAccess, OwnAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.queries import people_with
from prevent_portal.outbox.due_items import DueItem
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.report_blocks import Block, Column

# The audience -------------------------------------------------------------------------------------


def own_places(access: CouncilAccess) -> RiskReaderQuerySet:
    """The person's live places on audiences, the register's and single risks'. None without a role for it."""
    if not access.may(CompliancePermission.VIEW_RISKS):
        return RiskReader.objects.none()
    return RiskReader.objects.live().filter(council=access.council, person=access.user)


def readable_risks(access: CouncilAccess) -> RiskQuerySet:
    """The risks on whose audience the person is, by the risk or by the whole register."""
    places = own_places(access)
    return Risk.objects.filter(
        Q(pk__in=places.filter(risk__isnull=False).values("risk")) | Exists(places.filter(risk__isnull=True)),
        council=access.council,
    )


def reads_register(access: CouncilAccess) -> bool:
    """Whether the person is on the audience of the whole register."""
    return own_places(access).filter(risk__isnull=True).exists()


def reads_any_risk(access: CouncilAccess) -> bool:
    """Whether the person is on the audience of the register or of any risk."""
    return own_places(access).exists()


def readers_of(council: Council, risk: Risk | None) -> list[RiskReader]:
    """Live places on the audience of a risk, or of the register: who, until when, given by whom."""
    places = RiskReader.objects.live().filter(council=council)
    places = places.filter(risk__isnull=True) if risk is None else places.filter(risk=risk)
    return list(places.select_related("person", "granted_by").order_by("person__name", "person__email"))


def past_readers_of(council: Council, risk: Risk | None) -> list[RiskReader]:
    """Places on an audience that have ended or lapsed, newest first."""
    places = RiskReader.objects.filter(council=council)
    places = places.filter(risk__isnull=True) if risk is None else places.filter(risk=risk)
    live = RiskReader.objects.live().filter(council=council).values("pk")
    return list(
        places.exclude(pk__in=live)
        .select_related("person", "granted_by", "ended_by")
        .order_by("-granted_at")[:50]
    )


def possible_readers(council: Council, risk: Risk | None, today: date) -> list[User]:
    """People whose role lets them be on an audience and who are not on this one yet, by name."""
    present = RiskReader.objects.live(today).filter(council=council)
    present = (
        present.filter(Q(risk__isnull=True) | Q(risk=risk)) if risk else present.filter(risk__isnull=True)
    )
    return list(people_with(council, RISK_AUDIENCE_ROLES).exclude(pk__in=present.values("person")))


def may_be_reader(council: Council, person: User) -> bool:
    """Whether the person holds, today, a role with which one may be on an audience."""
    return people_with(council, RISK_AUDIENCE_ROLES).filter(pk=person.pk).exists()


def possible_owners(council: Council, risk: Risk | None, by: User) -> list[User]:
    """Who may own a risk: whoever is on its audience. Of a new one: the register's audience, and ``by``."""
    places = RiskReader.objects.live().filter(council=council)
    wanted = Q(risk__isnull=True) if risk is None else Q(risk__isnull=True) | Q(risk=risk)
    people = people_with(council, RISK_AUDIENCE_ROLES)
    in_audience = Q(pk__in=places.filter(wanted).values("person"))
    if risk is None:
        in_audience |= Q(pk=by.pk)
    return list(people.filter(in_audience))


def is_unkept(council: Council) -> bool:
    """Whether the administrator at work may name who keeps the register: the database answers yes or no.

    An administrator sees no place on any audience, so a query of theirs could not tell.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s IN (SELECT compliance_risk_unkept())", [council.pk])
        return bool(cursor.fetchone()[0])


def possible_keepers(council: Council, by: User) -> list[User]:
    """Coordinators of the council, by name, without the person who names one of them."""
    return list(people_with(council, {Role.COORDINATOR}).exclude(pk=by.pk))


# One risk -----------------------------------------------------------------------------------------


def assessments_of(risk: Risk) -> list[RiskAssessment]:
    """Every assessment of a risk, newest first."""
    return list(
        RiskAssessment.objects.filter(council=risk.council_id, risk=risk)
        .select_related("by")
        .order_by("-assessed_on", "-at", "-pk")[:100]
    )


def sources_of(risk: Risk) -> dict[str, date]:
    """What informs a risk: a date for each kind that does."""
    return dict(RiskSource.objects.filter(council=risk.council_id, risk=risk).values_list("kind", "dated_on"))


def actions_of(risk: Risk) -> list[Action]:
    """The actions that answer to a risk, by number."""
    linked = RiskAction.objects.filter(council=risk.council_id, risk=risk).values("action")
    return list(
        Action.objects.filter(council=risk.council_id, pk__in=linked)
        .select_related("owner", "plan")
        .order_by("number")
    )


def linkable_actions(risk: Risk) -> QuerySet[Action]:
    """Open actions of the council that are not linked to the risk yet, by number; the newest 500."""
    linked = RiskAction.objects.filter(council=risk.council_id, risk=risk).values("action")
    free = Action.objects.open().filter(council=risk.council_id).exclude(pk__in=linked)
    newest = free.order_by("-number").values("pk")[:500]
    return Action.objects.filter(council=risk.council_id, pk__in=newest).order_by("number")


def summaries_of(risk: Risk) -> list[RiskSummary]:
    """Publishable words of a risk, proposed, approved and withdrawn, newest first."""
    return list(
        RiskSummary.objects.filter(council=risk.council_id, risk=risk)
        .select_related("proposed_by", "approved_by", "withdrawn_by")
        .order_by("-proposed_at")[:50]
    )


# The matrix ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MatrixCell:
    """One square of the matrix: how many of the risks stand there."""

    likelihood: Likelihood
    impact: Impact
    count: int

    @property
    def score(self) -> int:
        return int(self.likelihood) * int(self.impact)


def matrix_of(risks: RiskQuerySet) -> list[list[MatrixCell]]:
    """Counts by likelihood (most likely first) and impact: one query."""
    counts: Counter[tuple[int, int]] = Counter()
    for likelihood, impact, count in (
        risks.order_by().values_list("likelihood", "impact").annotate(n=Count("pk"))
    ):
        counts[likelihood, impact] = count
    return [
        [MatrixCell(likelihood, impact, counts[likelihood.value, impact.value]) for impact in Impact]
        for likelihood in reversed(Likelihood)
    ]


# Due ----------------------------------------------------------------------------------------------


def owned_reviews(mine: OwnAccess, today: date) -> Iterable[DueItem]:
    """Reviews of the risks that the person owns, in every council of theirs: references and dates.

    Across councils no restricted row is visible, so the database gives these four columns and nothing else
    (rule 14 of the product).
    """
    councils = mine.where(CompliancePermission.VIEW_RISKS)
    if not councils:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT council_id, risk_id, reference, review_on FROM compliance_risk_reviews() ORDER BY 4, 3"
        )
        rows = cursor.fetchall()
    for council_id, risk_id, reference, review_on in rows:
        council = councils.get(council_id)
        if council is not None:
            yield DueItem(
                council=council,
                due_on=review_on,
                reference=reference,
                title="Local risk",
                task="Review the risk",
                href=reverse("risk-review", args=[council.slug, risk_id]),
                kind="risk_review",
                restricted=True,
            )


# For those who are not on an audience -------------------------------------------------------------


@dataclass(frozen=True)
class PublishableRisk:
    """Words about a local risk that two people have cleared for publication."""

    id: UUID
    heading: str
    text: str
    approved_on: date
    approved_by: str


def publishable_of(council: Council) -> list[PublishableRisk]:
    """The approved summaries of a council's risks, by heading: one query, in any scope of the council.

    They hold nothing of the restricted register: no score, no reference, no key of a risk. Sharing with
    another council shares these and nothing else.
    """
    rows = (
        RiskSummary.objects.filter(council=council, state=SummaryState.APPROVED)
        .select_related("approved_by")
        .order_by("heading", "pk")
    )
    return [
        PublishableRisk(
            id=row.pk,
            heading=row.heading,
            text=row.text,
            approved_on=timezone.localdate(row.approved_at),
            approved_by=display_name(row.approved_by),
        )
        for row in rows
        if row.approved_at is not None and row.approved_by is not None
    ]


def publishable_block(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """The publishable part of the local risk, for a committee report. Nothing that was withdrawn since."""
    found = [risk for risk in publishable_of(council) if risk.approved_on <= as_at]
    return [
        Block(
            key="risk_summary",
            title="Local risk, the part that may be published",
            columns=[Column("Theme"), Column("Summary"), Column("Approved")],
            rows=[[risk.heading, risk.text, british_date(risk.approved_on)] for risk in found],
            source="Local risk register: summaries that a second person has approved for publication",
            as_at=as_at,
            missing=[] if found else ["No summary of a local risk has been approved for publication"],
        )
    ]


@dataclass(frozen=True)
class RiskLink:
    """A linked risk by its reference. Theme and score stay in the register, where reading them is logged."""

    risk_id: UUID
    reference: str
    href: str


def risks_of_action(council: Council, action_ids: Sequence[UUID]) -> dict[UUID, list[RiskLink]]:
    """The risks that actions answer to, as far as the person at work is on their audience: one query.

    Needs the person's council scope. The database hides the rest; whoever is on no audience gets nothing.
    """
    found: dict[UUID, list[RiskLink]] = {}
    rows = (
        RiskAction.objects.filter(council=council, action__in=list(action_ids))
        .order_by("risk__reference")
        .values_list("action_id", "risk_id", "risk__reference")
    )
    for action_id, risk_id, reference in rows:
        found.setdefault(action_id, []).append(
            RiskLink(risk_id, reference, reverse("risk", args=[council.slug, risk_id]))
        )
    return found
