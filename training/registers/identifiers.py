"""Finds what names a person: in a heading, and in a cell. What is found is refused and never shown again.

Names are found by their shape alone: a title before one to three names ("Mrs Jo Example"), or a last name, a
comma and a usual first name or initials ("Example, Jo"). A name without either ("Jo Example") is not found,
because wards, teams and buildings are called so too.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Sequence

from training.figures import plain
from training.registers.reader import APART, DAY

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
_SHAPE = str.maketrans(dict.fromkeys(string.digits, "0") | dict.fromkeys(string.ascii_letters, "a"))
_SHAPES_KEPT = 10_000
_SHAPE_OF_IDENTIFIER = re.compile(
    rf"@|aa(?:{_BETWEEN}0){{6}}{_BETWEEN}a|000{_BETWEEN}000{_BETWEEN}0000"
    r"|00? ?[/.\-] ?00? ?[/.\-] ?0|0(?:aa)?[ .\-]{0,2}(?:aa )?aaa|aaa 0"
)
_ALWAYS = re.compile(f"{_EMAIL}|{_NI}", re.IGNORECASE | re.ASCII)
# Where one written word ends and the next begins, in DateOfBirth, NHSNumber and Forename1.
_WORD_BEGINS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_LETTERS_APART = re.compile(r"\b(\w) (?=\w\b)")

_TITLES = r"(?:mr|mrs|miss|ms|mx|dr|prof|professor|sir|dame|rev|revd)"
# A word of a name begins with a capital, or is all of them: Jo, O'Hara, Jones-Smith, EXAMPLE.
_WORD = r"[^\W\d_][^\W\d_]*(?:['’\-][^\W\d_]{2,})*"
_INITIALS = r"[^\W\d_]\.?(?: ?[^\W\d_]\.?)?"
_TITLED = re.compile(rf"{_TITLES}\.? +((?:(?:{_INITIALS}|{_WORD}) +){{0,2}}{_WORD})", re.IGNORECASE)
_LAST_FIRST = re.compile(
    rf"({_WORD}(?: {_WORD})?) ?, ?(?:{_TITLES}\.? +)?({_WORD})(?: +(?:{_INITIALS}|{_WORD}))?"
    rf"(?: *\(?{_TITLES}\.?\)?)?",
    re.IGNORECASE,
)
_LAST_INITIALS = re.compile(
    rf"({_WORD}(?: {_WORD})?) ?, ?(?:{_TITLES}\.? +{_INITIALS}|[^\W\d_]\.(?: ?[^\W\d_]\.)*)", re.IGNORECASE
)
# What is called after a person is not one: Dr Gray's Hospital has its apostrophe, these have their word.
_OF_PLACES = frozenset(
    """
    academy avenue building business care centre clinic college community court department directorate
    drive east estate estates group hall health hospital house hub imaging infirmary lane lodge medical
    north nurse nurses nursery nursing office park partners partnership practice radiology road scanner
    scanning school service services site society south specialist specialists street surgery team trust
    unit ward west wing
    """.split()  # noqa: SIM905 - a list of words is read more easily
)
# First names that are common in the United Kingdom and are not also common words for a place or a service.
_FIRST_NAMES = frozenset(
    """
    aaron abdul abigail adam adrian agnieszka ahmed aisha alan alex alexander alexandra alice alison
    amanda amelia amina amy andrea andrew angela anita anna anne anthony anya ayesha barbara ben
    benjamin beth brian bridget callum carol caroline catherine charles charlie chloe chris christina
    christine christopher claire clare colin connor craig daniel danielle darren david dawn dean deborah
    debbie denise dennis derek diana diane dipti donna dorothy edward elaine eleanor elizabeth ella
    ellie emily emma eric fatima fiona frances frank gareth gary gemma geoffrey george georgia geraldine
    gillian glenn gordon graham greg hannah harpreet harriet harry hassan hayley heather helen henry ian
    ibrahim imran irene isabella jack jackie jacob jacqueline james jamie jane janet janice jasmine
    jason jean jeffrey jennifer jenny jeremy jessica jill jo joan joanna joanne joe john jonathan jordan
    joseph joshua joyce judith julia julian julie karen kate katherine kathleen katie keith kelly
    kenneth kerry kevin khalid kieran kim kirsty kyle laura lauren lee leanne lesley lewis liam linda
    lindsay lisa lorraine louise lucy luke lynn maria marie marion mark martin mary matthew maureen
    megan melanie michael michelle mike mohamed mohammad mohammed molly muhammad natalie natasha nathan
    neil nicholas nicola nigel nikki olivia oliver omar owen pamela patricia patrick paul paula pauline
    peter philip priya rachel raj rajesh rebecca richard robert robin roger ronald rosemary ross roy
    russell ruth ryan sally sam samantha samuel sandra sanjay sara sarah scott sean shannon sharon
    sheila shirley simon sophie stacey stephanie stephen steve steven stuart sue susan suzanne tanya
    thomas tim timothy tina tom tony tracey tracy valerie vanessa veronica vincent wendy william yasmin
    yusuf yvonne zainab zoe
    """.split()  # noqa: SIM905 - a list of words is read more easily
)

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


class _PlainSigns(dict[int, str]):
    """What each sign is in plain writing, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        kind = unicodedata.category(sign)
        if kind == "Nd":
            plainly = str(unicodedata.digit(sign))
        elif kind == "Cf":
            plainly = ""
        else:
            plainly = {"Pd": "-", "Zs": " "}.get(kind, "-" if sign == "\u2212" else sign)
        self[code] = plainly
        return plainly


_PLAIN_SIGNS = _PlainSigns()


def as_typed(text: str) -> str:
    """The text in plain digits, letters, dashes and spaces: the same number in other signs is the same."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text).translate(_PLAIN_SIGNS)


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits carry the check digit of an NHS number."""
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        return False
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return rest != 10 and int(digits[9]) == rest % 11


def holds_nhs_number(text: str) -> bool:
    """Whether an NHS number stands somewhere in the text."""
    return any(map(_is_written_nhs_number, _NHS.findall(as_typed(text))))


def _is_written_nhs_number(found: str) -> bool:
    return is_nhs_number("".join(sign for sign in found if sign.isdigit()))


def holds_email_or_ni(text: str) -> bool:
    """Whether an e-mail address or a National Insurance number stands somewhere in the text."""
    return _ALWAYS.search(as_typed(text)) is not None


def holds_date(text: str) -> bool:
    """Whether a day stands somewhere in the text, as a date of birth would."""
    return text.startswith(DAY) or _DATE.search(as_typed(text)) is not None


def looks_like_a_name(text: str) -> bool:
    """Whether a text is by its shape a person's name: a title and names, or last name, comma and first name.

    Nothing but the name may stand in the text, and no word that wards, teams and buildings are called.
    """
    if found := _TITLED.fullmatch(text):
        words = re.split(r"[ .]+", found.group(1).casefold())
        return not _OF_PLACES & set(words) and not found.group(1).casefold().endswith(("'s", "’s"))
    if found := _LAST_FIRST.fullmatch(text):
        last, first = found.group(1).casefold(), found.group(2).casefold()
        if first in _FIRST_NAMES and not _OF_PLACES & set(last.split()):
            return True
    found = _LAST_INITIALS.fullmatch(text)
    return found is not None and not _OF_PLACES & set(found.group(1).casefold().split())


def none_is_personal(references: Sequence[str]) -> bool:
    """Whether it is certain that :func:`identifier_in` finds nothing in any of the references.

    They are asked all at once, which is most of the speed of an upload. It may be False for references that
    hold nothing, never True where one does.

    Args:
        references: texts of plain letters and digits, ``.``, ``/``, ``_`` and ``-`` alone.
    """
    together = APART.join(references)
    # The references of a file have few shapes, such as 00000000-0, and most can hold no identifier at all.
    if not any(map(_may_hold.__getitem__, set(together.translate(_SHAPE).split(APART)))):
        return True
    # No pattern crosses the sign between two texts: what stands in one of them is found in all together.
    return (
        _ALWAYS.search(together) is None
        and _DATE.search(together) is None
        and not any(map(_is_written_nhs_number, _NHS.findall(together)))
    )


class _MayHold(dict[str, bool]):
    """Whether a shape leaves room for an identifier: the patterns above, with any letter and any digit."""

    def __missing__(self, shape: str) -> bool:
        verdict = _SHAPE_OF_IDENTIFIER.search(shape) is not None
        if len(self) < _SHAPES_KEPT:
            self[shape] = verdict
        return verdict


_may_hold = _MayHold()


def identifier_in(text: str) -> str:
    """What of a person stands in a text, in words, or nothing.

    A date is one here: where no date belongs, it is likely to be somebody's date of birth.
    """
    if found := _ALWAYS.search(as_typed(text)):
        return "an email address" if "@" in found.group() else "a National Insurance number"
    if holds_nhs_number(text):
        return "an NHS number"
    if holds_date(text):
        return "a date, such as a date of birth"
    return "what looks like a person's name" if looks_like_a_name(text) else ""
