"""Reads of one recommendation: its log with evidence, its leads, the actions that carry it out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from compliance.models import Action, Recommendation, RecommendationLead, RecommendationProgress
from compliance.texts.mentioned_dates import dates_after
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import display_name
from prevent_portal.documents.queries import FileLink, files_of
from prevent_portal.documents.rules import Thing
from prevent_portal.tenancy.models import Council

RECOMMENDATION_FILES = "compliance.recommendation_progress"
"""The kind under which files hang on lines of a recommendation's log."""


@dataclass(frozen=True)
class RecommendationNote:
    """One line of a recommendation's log with its evidence."""

    entry: RecommendationProgress
    by: str
    files: list[FileLink]
    dates_after: list[str]
    """Dates that the note speaks of as past and that lie after the day it describes."""


def recommendation_progress(recommendation: Recommendation, limit: int = 50) -> list[RecommendationNote]:
    """The newest lines of a recommendation's log with their files: three queries whatever their number."""
    entries = list(
        RecommendationProgress.objects.filter(
            council=recommendation.council_id, recommendation=recommendation
        )
        .select_related("by")
        .order_by("-as_at", "-at", "-pk")[:limit]
    )
    files = files_of(recommendation.council, RECOMMENDATION_FILES, [entry.pk for entry in entries])
    return [
        RecommendationNote(
            entry=entry,
            by=display_name(entry.by) if entry.by else "The portal",
            files=files.get(entry.pk, []),
            dates_after=dates_after(entry.note, entry.as_at),
        )
        for entry in entries
    ]


def progress_things(access: CouncilAccess, entry_ids: Collection[UUID]) -> dict[UUID, Thing]:
    """How lines of a log are called where a document says what it hangs on: one query."""
    entries = RecommendationProgress.objects.filter(council=access.council, pk__in=entry_ids).select_related(
        "recommendation__review"
    )
    return {
        entry.pk: Thing(
            f"Recommendation {entry.recommendation.number} of {entry.recommendation.review.title}",
            reverse("recommendation", args=[access.council.slug, entry.recommendation_id]),
        )
        for entry in entries
    }


def lead_names_of(recommendation: Recommendation) -> list[str]:
    """Who leads on a recommendation, as printed."""
    leads = (
        RecommendationLead.objects.filter(council=recommendation.council_id, recommendation=recommendation)
        .select_related("organisation")
        .order_by("position")
    )
    return [lead.organisation.name if lead.organisation else lead.title for lead in leads]


def lead_words(recommendation: Recommendation) -> str:
    """The leads of a recommendation in one line, empty where nobody leads."""
    return ", ".join(lead_names_of(recommendation))


def actions_of(recommendation: Recommendation) -> list[Action]:
    """The actions that carry a recommendation out, by number."""
    return list(
        Action.objects.filter(
            council=recommendation.council_id,
            recommendation_links__recommendation=recommendation,
            recommendation_links__council=recommendation.council_id,
        ).order_by("number")
    )


def actions_by_number(council: Council, numbers: set[int]) -> dict[int, Action]:
    """The council's actions with these numbers."""
    found = Action.objects.filter(council=council, number__in=numbers)
    return {action.number: action for action in found}
