"""Categories of cases, by edition: type of concern, what makes a person susceptible, age band.

A case keeps the edition that it was sorted by, because the sets change and are not interchangeable. The words
are the portal's own, for counting; no framework of assessment is held here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CategoryEdition:
    """One set of categories: codes with their words."""

    key: str
    words: str
    concerns: Mapping[str, str]
    susceptibilities: Mapping[str, str]
    age_bands: Mapping[str, str]


EDITIONS = {
    edition.key: edition
    for edition in (
        CategoryEdition(
            key="2015",
            words="Categories in use before 2023",
            concerns={
                "islamist": "Islamist",
                "extreme_right_wing": "Extreme right-wing",
                "mixed": "Mixed or unclear",
                "other": "Another concern",
            },
            susceptibilities={
                "isolation": "Isolation",
                "identity": "Identity and belonging",
                "mental_health": "Mental health",
                "family": "Family circumstances",
                "exploitation": "Influence or exploitation by others",
            },
            age_bands={
                "under_15": "Under 15",
                "15_to_20": "15 to 20",
                "21_to_30": "21 to 30",
                "over_30": "Over 30",
            },
        ),
        CategoryEdition(
            key="2023",
            words="Categories in use since 2023",
            concerns={
                "islamist": "Islamist",
                "extreme_right_wing": "Extreme right-wing",
                "other_ideology": "Another ideology",
                "mixed": "Mixed or unclear",
                "violence": "Violence without an ideology",
                "none_found": "No ideology found",
            },
            susceptibilities={
                "isolation": "Isolation",
                "identity": "Identity and belonging",
                "mental_health": "Mental health",
                "neurodivergence": "Neurodivergence",
                "family": "Family circumstances",
                "exploitation": "Influence or exploitation by others",
                "online": "Time spent online",
                "substances": "Alcohol or drugs",
            },
            age_bands={
                "10_or_under": "10 or under",
                "11_to_15": "11 to 15",
                "16_to_17": "16 to 17",
                "18_to_20": "18 to 20",
                "21_to_30": "21 to 30",
                "over_30": "Over 30",
            },
        ),
    )
}
"""Every edition that a case can be sorted by."""

CURRENT_EDITION = "2023"
"""The edition that a new case is sorted by."""

UNKNOWN = "unknown"
"""How figures count a case that was not sorted: never as another category, never as zero (rule 10)."""

EDITION_CHOICES = [(edition.key, edition.words) for edition in EDITIONS.values()]


def _all_of(attribute: str) -> list[tuple[str, str]]:
    """Every code of any edition with its latest words."""
    merged: dict[str, str] = {}
    for edition in EDITIONS.values():
        merged.update(getattr(edition, attribute))
    return list(merged.items())


CONCERNS = _all_of("concerns")
SUSCEPTIBILITIES = _all_of("susceptibilities")
AGE_BANDS = _all_of("age_bands")
