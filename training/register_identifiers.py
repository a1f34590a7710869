"""Finds what names a person: in a heading, and in a cell. What is found is refused and never shown again."""

from __future__ import annotations

import re

from training.figures import plain
from training.register_reader import DAY

_EMAIL = r"[^\s@,;<>]+@[^\s@,;<>]+\.[a-z]{2,}"
_NI = (
    r"(?<![a-z0-9])(?!bg|gb|kn|nk|nt|tn|zz)[a-ceghj-prtw-z][a-ceghj-nprstw-z]"
    r"[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[a-d](?![a-z0-9])"
)
_NHS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)", re.ASCII)
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[/.\-]\d{1,2}[/.\-](?:19|20)?\d{2}|(?:19|20)\d{2}[/.\-]\d{1,2}[/.\-]\d{1,2})(?!\d)",
    re.ASCII,
)
ALWAYS = re.compile(f"{_EMAIL}|{_NI}", re.IGNORECASE | re.ASCII)
"""An e-mail address or a National Insurance number: nothing else looks like these."""

_PERSONAL_WORDS = frozenset(
    {
        "forename", "forenames", "surname", "firstname", "lastname", "fullname", "email", "dob", "birth",
        "birthday", "birthdate", "nino", "phone", "telephone", "mobile", "postcode", "address", "username",
        "gender", "sex", "ethnicity", "religion", "initials",
    }
)  # fmt: skip
_PERSONAL_PHRASES = (
    "e mail",
    "nhs no",
    "nhs number",
    "nhsno",
    "nhs num",
    "national insurance",
    "ni no",
    "ni number",
)
_WHOSE_NAME = frozenset(
    {
        "employee", "staff", "person", "people", "full", "first", "last", "given", "family", "middle",
        "known",
        "preferred", "user", "learner", "delegate", "manager", "supervisor", "line", "display", "legal",
        "colleague", "worker", "member", "s", "of", "attendee", "participant", "trainee", "trainer", "and",
    }
)  # fmt: skip


def personal_heading(heading: str) -> bool:
    """Whether a column of that heading holds what names or describes a person."""
    words = plain(heading).split()
    spaced = f" {' '.join(words)} "
    if _PERSONAL_WORDS & set(words) or any(f" {phrase}" in spaced for phrase in _PERSONAL_PHRASES):
        return True
    names = {"name", "names"} & set(words)
    return bool(names) and set(words) - names <= _WHOSE_NAME


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits carry the check digit of an NHS number."""
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        return False
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return rest != 10 and int(digits[9]) == rest % 11


def holds_nhs_number(text: str) -> bool:
    """Whether an NHS number stands somewhere in the text."""
    return any(is_nhs_number(re.sub("[ -]", "", found)) for found in _NHS.findall(text))


def holds_date(text: str) -> bool:
    """Whether a day stands somewhere in the text, as a date of birth would."""
    return text.startswith(DAY) or _DATE.search(text) is not None


def identifier_in(text: str) -> str:
    """What of a person stands in a text, in words, or nothing.

    A date is one here: where no date belongs, it is likely to be somebody's date of birth.
    """
    if found := ALWAYS.search(text):
        return "an email address" if "@" in found.group() else "a National Insurance number"
    if holds_nhs_number(text):
        return "an NHS number"
    return "a date, such as a date of birth" if holds_date(text) else ""
