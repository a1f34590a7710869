"""What a heading of a table stands for, however an office words it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MEANINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "organisation": (
        "Organisation",
        (
            "organisation",
            "organization",
            "organisation name",
            "name of organisation",
            "trust",
            "trust name",
            "name of trust",
            "provider",
            "provider name",
            "employer",
            "service",
            "directorate",
        ),
    ),
    "code": (
        "Code of the organisation",
        (
            "ods code",
            "ods",
            "organisation code",
            "organization code",
            "org code",
            "trust code",
            "provider code",
        ),
    ),
    "course": (
        "Course",
        (
            "course",
            "course name",
            "course title",
            "training",
            "training course",
            "training name",
            "module",
            "competence",
            "competency",
            "competence name",
            "training type",
            "subject",
        ),
    ),
    "scope": (
        "Whose staff",
        ("scope", "staff scope", "staff group", "cohort", "whose staff", "staff covered"),
    ),
    "period": (
        "Period",
        (
            "period",
            "period label",
            "reporting period",
            "quarter",
            "reporting quarter",
            "month",
            "quarter ended",
            "quarter ending",
            "quarter end",
            "month ended",
            "month ending",
            "period ended",
            "period ending",
            "date",
            "as at",
        ),
    ),
    "start": (
        "First day",
        ("period start", "period from", "start", "start date", "from", "date from", "first day"),
    ),
    "end": ("Last day", ("period end", "period to", "end", "end date", "to", "date to", "last day")),
    "compliant": (
        "Staff who are compliant",
        (
            "compliant",
            "in date",
            "meets",
            "meets requirement",
            "meets requirements",
            "meeting requirement",
            "trained",
            "trained to date",
            "completed",
            "completed training",
            "up to date",
            "achieved",
        ),
    ),
    "not_compliant": (
        "Staff who are not compliant",
        (
            "does not meet",
            "do not meet",
            "does not meet requirement",
            "does not meet requirements",
            "not compliant",
            "non compliant",
            "noncompliant",
            "not trained",
            "not yet trained",
            "untrained",
            "not completed",
            "out of date",
            "outstanding",
        ),
    ),
    "eligible": (
        "Staff who need the course",
        (
            "eligible",
            "grand total",
            "total",
            "requiring training",
            "requiring",
            "required",
            "required to complete",
            "required to train",
            "needing training",
            "in scope",
            "target audience",
            "headcount",
        ),
    ),
    "percent": (
        "Percentage (checked only)",
        ("compliance", "training compliance", "compliance rate", "rate"),
    ),
    "sessions": (
        "Sessions delivered",
        (
            "sessions",
            "sessions delivered",
            "wrap sessions delivered",
            "wrap3 sessions delivered",
            "wrap 3 sessions delivered",
            "sessions held",
        ),
    ),
}
PROBLEM_HEADING = "What to put right"
"""The heading of the column that a refused file gets; a file that still has it is read without it."""

FIGURES = ("compliant", "not_compliant", "eligible")
COUNTED = frozenset({*FIGURES, "percent", "sessions"})
"""What a table counts; the other meanings say of whom and when."""

PARTS = frozenset(
    {
        "site",
        "location",
        "hospital",
        "division",
        "department",
        "ward",
        "team",
        "unit",
        "care group",
        "clinical group",
        "service line",
        "business unit",
        "cost centre name",
        "band",
        "pay band",
        "grade",
        "role",
        "job role",
        "job title",
        "profession",
        "gender",
        "ethnicity",
    }
)
"""Headings of columns that cut an organisation into parts: such a row is no return of the whole."""

TOTALS = frozenset(
    {"total", "totals", "grand total", "overall", "sum", "sub total", "subtotal", "year to date", "ytd"}
)

_FILLERS = frozenset(
    {"number", "numbers", "no", "nos", "num", "count", "of", "the", "staff", "employees", "people", "who"}
    | {"are", "is", "have", "has", "been", "a"}
)
_PER_CENT = frozenset({"percent", "percentage", "per cent"})
_BY_HEADING = {heading: meaning for meaning, (_, headings) in MEANINGS.items() for heading in headings}


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text as it is compared: small letters, accents off, one space between words, % as a word."""
    text = unicodedata.normalize("NFKD", text).casefold().replace("%", " percent ").replace("&", " and ")
    text = "".join(
        character if character.isalnum() else " "
        for character in text
        if not unicodedata.combining(character)
    )
    return " ".join(text.split())


def _without_fillers(text: str) -> str:
    return " ".join(word for word in text.split() if word not in _FILLERS)


_BY_SHORT_HEADING = {
    short: meaning
    for heading, meaning in _BY_HEADING.items()
    if meaning in COUNTED and (short := _without_fillers(heading))
}


@lru_cache(maxsize=8192)
def meaning_of(text: str) -> str | None:
    """The meaning of a heading, a key of ``MEANINGS``; None for one that is not known.

    "Number of staff compliant" is "compliant" with words that add nothing; anything with a per cent in it is
    the percentage, unless it is the target.
    """
    words = plain(text)
    if (meaning := _BY_HEADING.get(words)) is not None:
        return meaning
    spelled = words.replace("per cent", "percent").split()
    if _PER_CENT & set(spelled):
        rest = " ".join(word for word in spelled if word not in _PER_CENT and word not in _FILLERS)
        is_known = not rest or rest in {"printed", *_BY_SHORT_HEADING} or rest in _BY_HEADING
        return "percent" if is_known and "target" not in spelled else None
    short = _without_fillers(words)
    if not short:
        return None
    if short == "total" and words.startswith(("number", "no ")):
        return "eligible"
    return _BY_SHORT_HEADING.get(short)


def recognises_heading(text: str) -> bool:
    """Whether a cell holds one of the headings that are looked for."""
    return meaning_of(text) is not None


def is_total(text: str) -> bool:
    """Whether a label names a sum of other rows or columns."""
    words = plain(text)
    return words in TOTALS or words.startswith(("total ", "grand total ", "sub total ", "subtotal ")) or (
        words.endswith((" total", " totals")) and len(words) <= 80
    )  # fmt: skip


def column_letters(index: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
