"""Screens for the words of restricted texts: what seems to name a person, and what seems to be intelligence.

A screen names the kind of thing it found and never repeats an identifier, so that its answer can be shown and
logged. It is a help for people, not a proof: whoever saves declares as well (rule 7 of the product).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

# Intelligence -------------------------------------------------------------------------------------

_REFUSED: tuple[tuple[str, str], ...] = (
    ("an intelligence grading", r"\b[3-5]\s?x\s?[2-5](?:\s?x\s?[2-5])?\b|\bhandling (?:code|conditions?)\b"),
    (
        "an intelligence report",
        r"\bintelligence (?:report|log|package|product|source|assessment)s?\b|\bintel\b",
    ),
    (
        "a covert source",
        (
            r"\bcovert\w*\b|\bCHIS\b|\binformants?\b|\bundercover\b|\bsource report\w*\b"
            r"|\b(?:the|a|our|another|police) source (?:told|tells|said|says|reports|reported|claims)\b"
        ),
    ),
    ("surveillance", r"\bsurveillance\b|\bintercept(?:s|ed|ion)?\b|\bphone tap\w*\b"),
    ("a subject of interest", r"\bsubjects? of interest\b|\bpersons? of interest\b|\bSOIs?\b"),
)
_DOUBTFUL = re.compile(
    r"\b(?:intelligence|suspects?|suspected|investigation|arrest(?:s|ed)?|named individuals?|"
    r"security services?|police information|in confidence|secret|radicaliser)\b",
    re.IGNORECASE,
)
_REFUSALS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _REFUSED)


def intelligence_in(text: str) -> list[str]:
    """Name the kinds of plain intelligence that a text seems to hold: such a text is refused."""
    return [kind for kind, pattern in _REFUSALS if pattern.search(text)]


def doubtful_words_in(text: str) -> list[str]:
    """The words that may be harmless or may be intelligence; a person has to look at them again."""
    return sorted({found.group().lower() for found in _DOUBTFUL.finditer(text)})


# Identifiers --------------------------------------------------------------------------------------


def identifiers_in(text: str, today: date) -> list[str]:
    """Name the kinds of identifier that a text seems to hold. It never returns the identifier itself."""
    return [kind for kind, looks_like in _SCREENS if looks_like(text, today)]


_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_TEN_DIGITS = re.compile(r"(?<![\d-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d-])")
_NATIONAL_INSURANCE = re.compile(
    r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-HJKSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY])"
    r" ?\d[ABD-HJLNP-UW-Z]{2})\b",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"(?<!\d)(?:\+44\s?\(?0?\)?|0)(?:[\s-]?\d){9,10}(?!\d)")
_ADDRESS = re.compile(
    r"\b\d{1,4}[A-Za-z]?,? (?:[A-Z][a-z'’]+ ){1,3}"
    r"(?:Avenue|Close|Court|Crescent|Drive|Gardens|Grove|Hill|House|Lane|Mews|Place|Road|Square|Street|Terrace|"
    r"Walk|Way)\b"
)
_TITLED_NAME = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx)\.? [A-Z]")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(
    rf"\b(?:(?P<d>\d{{1,2}})[/.-](?P<m>\d{{1,2}})[/.-](?P<y>\d{{4}}|\d{{2}})"
    rf"|(?P<y2>\d{{4}})-(?P<m2>\d{{1,2}})-(?P<d2>\d{{1,2}})"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m3>{_MONTHS})[a-z]*\.?,?\s+(?P<y3>\d{{4}}))\b",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"(?:\bborn\b|\bdate of birth\b|\bd\.?\s?o\.?\s?b\b\.?|\bbirthday\b)[^\d\n]{0,20}$", re.IGNORECASE
)


def _holds_nhs_number(text: str, today: date) -> bool:
    return any(_is_nhs_number(re.sub(r"\D", "", found)) for found in _TEN_DIGITS.findall(text))


def _is_nhs_number(digits: str) -> bool:
    """The check digit of an NHS number: weights 10 to 2, modulo 11, and never 10."""
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9]))
    check = (11 - total % 11) % 11
    return check != 10 and check == int(digits[9])


def _holds_birth_date(text: str, today: date) -> bool:
    """A date after "born", or a whole date so long ago that it is no step of this case."""
    for found in _DATE.finditer(text):
        if _BORN.search(text[: found.start()]):
            return True
        parts = found.groupdict()
        day = int(parts["d"] or parts["d2"] or parts["d3"])
        month = parts["m"] or parts["m2"]
        number = int(month) if month else _MONTHS.split("|").index(parts["m3"].lower()) + 1
        year = int(parts["y"] or parts["y2"] or parts["y3"])
        if year < 100:
            year += 2000 if year <= today.year % 100 else 1900
        try:
            when = datetime(year, number, day).date()  # noqa: DTZ001 - a calendar day
        except ValueError:
            continue
        if 4 <= today.year - when.year <= 110:
            return True
    return False


_SCREENS: tuple[tuple[str, Callable[[str, date], bool]], ...] = (
    ("an e-mail address", lambda text, today: bool(_EMAIL.search(text))),
    ("an NHS number", _holds_nhs_number),
    ("a National Insurance number", lambda text, today: bool(_NATIONAL_INSURANCE.search(text))),
    ("a date of birth", _holds_birth_date),
    ("a name", lambda text, today: bool(_TITLED_NAME.search(text))),
    ("an address", lambda text, today: bool(_ADDRESS.search(text))),
    ("a postcode", lambda text, today: bool(_POSTCODE.search(text))),
    ("a telephone number", lambda text, today: bool(_TELEPHONE.search(text))),
)
