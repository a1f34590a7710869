"""Dates that a text speaks of as past: a report of 8 September cannot tell what happened in October.

A published report did (domain research, h 12): a note said that briefings had been given in a month after the
report's own date. The reader of tense is a simple one: the verb nearest before the date, else the nearest
after it, else how the text begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from prevent_portal.web.dates import month_number, parse_british_date

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<named>{_MONTH}),?\s+(?P<named_year>\d{{4}})\b"
    rf"|\b(?P<month>{_MONTH}),?\s+(?P<month_year>\d{{4}})\b"
    r"|\b(?P<written>\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{4}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z(“\"'])|\n+")
_PAST = (
    r"was|were|has|have|had|did|been|done|held|took|taken|met|gave|given|went|ran|made|began|begun|came"
    r"|sent|wrote|written|set\s+up|brought|built|led|saw|seen|spoke|[a-z]{2,}ed"
)
_AHEAD = (
    r"will|shall|would|should|must|plan(?:s|ned)?|due|schedul\w*|to\s+be|expect\w*|intend\w*|propos\w*"
    r"|aim(?:s|ed)?|next|until|going\s+to|is\s+to|are\s+to|forthcoming|booked|postponed|delayed|deferred"
)
_MARKER = re.compile(rf"\b(?:(?P<ahead>{_AHEAD})|(?P<past>{_PAST}))\b", re.IGNORECASE)


@dataclass(frozen=True)
class MentionedDate:
    """A date as a text writes it, and the first day it can mean."""

    words: str
    earliest: date
    is_past: bool


def mentioned_dates(text: str) -> Iterator[MentionedDate]:
    """Every date of a text in its order: "5 October 2015", "Oct 2015", "12/10/2015", "2015-10-12"."""
    happened = False
    for sentence in _SENTENCE.split(text):
        markers = [(match.start(), bool(match["past"])) for match in _MARKER.finditer(sentence)]
        for match in _DATE.finditer(sentence):
            earliest = _earliest(match)
            if earliest is None:
                continue
            before = [is_past for place, is_past in markers if place < match.start()]
            after = [is_past for place, is_past in markers if place >= match.end()]
            is_past = before[-1] if before else after[0] if after else happened
            yield MentionedDate(match[0].rstrip(".,"), earliest, is_past)
        if markers:
            happened = markers[-1][1]


def dates_after(text: str, reported_on: date) -> list[str]:
    """The dates that a text speaks of as past and that lie after the day of the report, each once."""
    found = [
        mentioned.words
        for mentioned in mentioned_dates(text)
        if mentioned.is_past and mentioned.earliest > reported_on
    ]
    return list(dict.fromkeys(found))


def _earliest(match: re.Match[str]) -> date | None:
    if match["written"]:
        return parse_british_date(match["written"])
    day, month, year = (
        (int(match["day"]), match["named"], match["named_year"])
        if match["day"]
        else (1, match["month"], match["month_year"])
    )
    number = month_number(month)
    try:
        return date(int(year), number, day) if number else None
    except ValueError:
        return None
