"""What a file may speak of: organisations, courses, and what its rows mean where they do not say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from training.figures.headings import plain

_PLACELESS = frozenset(
    [
        "the",
        "of",
        "and",
        "royal",
        "london",
        "borough",
        "city",
        "county",
        "metropolitan",
        "district",
        "council",
        "unitary",
        "authority",
    ]
)
_LEGAL_FORMS = re.compile(r"\b(?:the|nhs|foundation|trust|ft)\b")


@dataclass(frozen=True)
class KnownOrganisation:
    """An organisation that the person may send for. ``codes``: code, first day or None, last day or None."""

    id: UUID
    name: str
    codes: Sequence[tuple[str, date | None, date | None]] = ()
    is_council_service: bool = False


@dataclass(frozen=True)
class KnownCourse:
    id: UUID
    name: str
    also_known_as: Sequence[str] = ()
    is_local: bool = False
    """A council's own: every return about it is about staff based in the council's area."""


@dataclass(frozen=True)
class Expected:
    """What a file may speak of, and what it means where it says nothing.

    Args:
        organisations: those the person may send for; a row for any other is refused.
        courses: the list of courses.
        council_name: the council that the file is sent to.
        today: a period must have ended.
        course: the course where the file has no such column.
        organisation: the organisation where the file names none.
        council_staff_only: whose staff it is where the file does not say.
    """

    organisations: Sequence[KnownOrganisation]
    courses: Sequence[KnownCourse]
    council_name: str
    today: date
    course: KnownCourse | None = None
    organisation: KnownOrganisation | None = None
    council_staff_only: bool = False

    def course_called(self, text: str) -> KnownCourse | None:
        """The course of that name, or of a name that returns use for it."""
        wanted = plain(text)
        for course in self.courses:
            if wanted in {plain(name) for name in (course.name, *course.also_known_as)}:
                return course
        return None


def organisation_named(known: Iterable[KnownOrganisation], name: str) -> KnownOrganisation | None:
    """The organisation of that name; forms of law and punctuation do not count."""
    wanted = _short(name)
    matches = [organisation for organisation in known if wanted and _short(organisation.name) == wanted]
    return matches[0] if len(matches) == 1 else None


def _short(text: str) -> str:
    return " ".join(word for word in _LEGAL_FORMS.sub(" ", plain(text)).split() if word != "and")


def place_of(council_name: str) -> str:
    """Barnet for London Borough of Barnet."""
    words = [word for word in council_name.split() if plain(word) not in _PLACELESS]
    return " ".join(words) or council_name
