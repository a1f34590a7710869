"""Finds what names a person: in a heading, and in a cell. What is found is refused and never shown again."""

from __future__ import annotations

import re
import unicodedata

from training.figures import plain
from training.registers.reader import DAY

_BETWEEN = "[ ./_-]{0,3}"
"""What people put between the groups of a number."""
# One sign before the @ is enough, and does not make a long cell without one cost the square of its length.
_EMAIL = r"[^\s@,;<>] {0,2}@ {0,2}[^\s@,;<>]+\.[a-z]{2,}"
_NI = (
    r"(?<![a-z0-9])(?!bg|gb|kn|nk|nt|tn|zz)[a-ceghj-prtw-z][a-ceghj-nprstw-z]"
    rf"(?:{_BETWEEN}\d){{6}}{_BETWEEN}[a-d](?![a-z0-9])"
)
_NHS = re.compile(rf"(?<!\d)\d{{3}}{_BETWEEN}\d{{3}}{_BETWEEN}\d{{4}}(?!\d)", re.ASCII)
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2} ?[/.\-] ?\d{1,2} ?[/.\-] ?(?:19|20)?\d{2}"
    r"|(?:19|20)\d{2} ?[/.\-] ?\d{1,2} ?[/.\-] ?\d{1,2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ .\-]{{0,2}}(?:of )?{_MONTH}[ .,\-]{{0,2}}(?:19|20)?\d{{2}})(?!\d)"
    rf"|(?<![a-z]){_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}}(?!\d)",
    re.ASCII | re.IGNORECASE,
)
_ALWAYS = re.compile(f"{_EMAIL}|{_NI}", re.IGNORECASE | re.ASCII)
# Where one written word ends and the next begins, in DateOfBirth, NHSNumber and Forename1.
_WORD_BEGINS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_LETTERS_APART = re.compile(r"\b(\w) (?=\w\b)")

_PERSONAL_WORDS = frozenset(
    {
        "forename", "forenames", "surname", "firstname", "lastname", "fullname", "email", "dob", "birth",
        "birthday", "birthdate", "nino", "phone", "telephone", "mobile", "postcode", "address", "username",
        "gender", "sex", "ethnicity", "religion", "initials", "tel", "ni",
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
    "known as",
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
    words = _LETTERS_APART.sub(r"\1", plain(_WORD_BEGINS.sub(" ", heading))).split()
    words = [word for word in words if not word.isdigit()]
    spaced = f" {' '.join(words)} "
    if _PERSONAL_WORDS & set(words) or any(f" {phrase}" in spaced for phrase in _PERSONAL_PHRASES):
        return True
    names = {"name", "names"} & set(words)
    return bool(names) and set(words) - names <= _WHOSE_NAME


def as_typed(text: str) -> str:
    """The text in plain digits, letters, dashes and spaces: the same number in other signs is the same."""
    if text.isascii():
        return text
    signs = []
    for sign in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(sign)
        if kind == "Nd":
            signs.append(str(unicodedata.digit(sign)))
        elif kind != "Cf":
            signs.append({"Pd": "-", "Zs": " "}.get(kind, sign))
    return "".join(signs).replace("\u2212", "-")


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits carry the check digit of an NHS number."""
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        return False
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return rest != 10 and int(digits[9]) == rest % 11


def holds_nhs_number(text: str) -> bool:
    """Whether an NHS number stands somewhere in the text."""
    found = _NHS.findall(as_typed(text))
    return any(is_nhs_number("".join(sign for sign in each if sign.isdigit())) for each in found)


def holds_email_or_ni(text: str) -> bool:
    """Whether an e-mail address or a National Insurance number stands somewhere in the text."""
    return _ALWAYS.search(as_typed(text)) is not None


def holds_date(text: str) -> bool:
    """Whether a day stands somewhere in the text, as a date of birth would."""
    return text.startswith(DAY) or _DATE.search(as_typed(text)) is not None


def identifier_in(text: str) -> str:
    """What of a person stands in a text, in words, or nothing.

    A date is one here: where no date belongs, it is likely to be somebody's date of birth.
    """
    if found := _ALWAYS.search(as_typed(text)):
        return "an email address" if "@" in found.group() else "a National Insurance number"
    if holds_nhs_number(text):
        return "an NHS number"
    return "a date, such as a date of birth" if holds_date(text) else ""
