"""Compliance's figures of the overview."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import Report
from compliance.permissions import CompliancePermission
from compliance.queries.checklist import (
    NOT_ANSWERED,
    TO_CONFIRM,
    counts_words_of,
    current_assessment,
    item_lines,
)
from compliance.queries.plans import action_counts
from compliance.queries.risks import publishable_of
from compliance.queries.scrutiny import open_recommendations
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import number
from prevent_portal.web.overview_tiles import Tile


def compliance_tiles(access: CouncilAccess) -> list[Tile]:
    """Checklist, actions and recommendations: what this person may read."""
    slug = access.council.slug
    tiles = []
    if access.may(CompliancePermission.VIEW_CHECKLIST):
        assessment = current_assessment(access.council)
        if assessment is not None:
            items = item_lines(assessment)
            applicable = [item for item in items if item.counts_as != "not_applicable"]
            in_place = sum(1 for item in applicable if item.counts_as == "in_place")
            unanswered = sum(1 for item in applicable if item.counts_as == NOT_ANSWERED)
            carried = sum(1 for item in applicable if item.counts_as == TO_CONFIRM)
            gaps = [f"{number(carried)} to confirm"] if carried else []
            gaps += [f"{number(unanswered)} not answered"] if unanswered else []
            tiles.append(
                Tile(
                    order=10,
                    figure=f"{number(in_place)} of {number(len(applicable))}",
                    label=f"Checklist items {counts_words_of(assessment)['in_place']}",
                    href=reverse("checklist-round", args=[slug, assessment.pk]),
                    tone="good" if in_place == len(applicable) else "attention",
                    note=", ".join(gaps) or "Every item is answered",
                )
            )
    if access.may(CompliancePermission.VIEW_PLANS):
        counts = action_counts(access.council, timezone.localdate())
        tiles.append(
            Tile(
                order=20,
                figure=number(counts.open),
                label="Actions open",
                href=reverse("plans", args=[slug]),
                tone="bad" if counts.overdue else "good",
                note=f"{number(counts.overdue)} overdue" if counts.overdue else "None overdue",
            )
        )
    if access.may(CompliancePermission.VIEW_SCRUTINY):
        waiting = open_recommendations(access)
        tiles.append(
            Tile(
                order=30,
                figure=number(waiting),
                label="Scrutiny recommendations open",
                href=reverse("scrutiny", args=[slug]),
                tone="attention" if waiting else "good",
                note="" if waiting else "Nothing waits",
            )
        )
    return tiles


def report_tiles(access: CouncilAccess) -> list[Tile]:
    """How many reports wait to be finished: a tile of the overview, for those who may see drafts."""
    if not access.may(CompliancePermission.VIEW_DRAFT_REPORTS):
        return []
    today = timezone.localdate()
    found = (
        Report.objects.filter(council=access.council, period_end__lt=today)
        .exclude(state=ReportState.FINAL)
        .aggregate(waiting=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    )
    waiting, late = found["waiting"], found["late"]
    return [
        Tile(
            order=80,
            figure=number(waiting),
            label="Report to finish" if waiting == 1 else "Reports to finish",
            href=reverse("reports", args=[access.council.slug]),
            tone="attention" if late else "good",
            note=f"{number(late)} past the due date" if late else "None past the due date",
        )
    ]


def risk_tiles(access: CouncilAccess) -> list[Tile]:
    """How many local risks have a summary that may be published. The register itself shows no figure."""
    if not access.may(CompliancePermission.VIEW_PUBLISHED_RISKS):
        return []
    found = publishable_of(access.council)
    if not found:
        return []
    newest = max(risk.approved_on for risk in found)
    return [
        Tile(
            order=40,
            figure=number(len(found)),
            label="Local risk summarised" if len(found) == 1 else "Local risks summarised",
            href=reverse("risks", args=[access.council.slug]),
            note=f"Approved for publication, the last on {british_date(newest)}",
        )
    ]
