"""What Channel refuses, in sentences for the people of the panel."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

from channel import queries
from channel.enums import SUMMARY_LIMIT, Capacity, StatementKind
from channel.models import ChannelCase, ChannelMeeting, Panel, StatementVersion
from channel.permissions import ChannelPermission
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


class ChannelRefused(Exception):
    """Channel does not do this now; the message says why, to a person of the panel."""


class StatementChanged(ChannelRefused):
    """The words were changed while the person was reading them."""


def require_leader(panel: Panel, by: User) -> None:
    """Raise :class:`ChannelRefused` unless the person leads the panel."""
    access = council_access(by, panel.council)
    if not queries.led_panels(access).filter(pk=panel.pk).exists():
        raise ChannelRefused("Only the panel's chair or secretary can do this.")


def require_preparer(panel: Panel, by: User) -> None:
    """Raise :class:`ChannelRefused` unless the person leads the panel under this year's acknowledgement."""
    require_leader(panel, by)
    access = council_access(by, panel.council)
    if not queries.prepared_panels(access).filter(pk=panel.pk).exists():
        raise ChannelRefused("Sign this year's acknowledgement before you prepare cases.")


def require_seat(panel: Panel, person: User, words: str) -> None:
    """Raise :class:`ChannelRefused` unless the person sits on the panel and still holds a role of Channel."""
    holds_role = council_access(person, panel.council).may(ChannelPermission.VIEW_CHANNEL)
    if not holds_role or not queries.seats_of(panel).filter(person=person).exists():
        raise ChannelRefused(words)


def require_role_for(capacity: Capacity, person: User, council: Council) -> None:
    """A seat is for people to whom the council's administrator has given a role of Channel."""
    if not council_access(person, council).may(ChannelPermission.VIEW_CHANNEL):
        raise ChannelRefused(
            "This person has no role of Channel in this council. "
            f"An administrator gives the role first; then they can sit as {capacity.label.lower()}."
        )


def require_open(meeting: ChannelMeeting) -> None:
    """Raise :class:`ChannelRefused` unless the meeting is open."""
    if not queries.is_open(meeting):
        raise ChannelRefused("This meeting is not open. Its statement can be signed only while it is open.")


def require_current(council: Council, kind: StatementKind, read: object) -> StatementVersion:
    """Return the words in force if they are the ones that the person has read.

    Args:
        read: the id of the version that the person's page showed.

    Raises:
        StatementChanged: if other words are in force by now, so that the person reads them and signs again.
        ChannelRefused: if the council has published no statement.
    """
    current = queries.current_statement(council, kind)
    if current is None:
        raise ChannelRefused("The council has not published this statement yet. The chair does that first.")
    if str(current.pk) != str(read):
        raise StatementChanged(
            "The statement has changed since you opened this page. Read the new words and sign."
        )
    return current


def require_case_of(meeting: ChannelMeeting, case: ChannelCase) -> None:
    """A meeting lists its own panel's cases only."""
    if meeting.panel_id != case.panel_id:
        raise ChannelRefused("This case belongs to another panel.")


# Screening ----------------------------------------------------------------------------------------


def require_clean_summary(summary: str, today: date) -> None:
    """Raise :class:`ChannelRefused` for an empty or long summary, or one that seems to identify somebody."""
    if not summary.strip():
        raise ChannelRefused("Enter a summary.")
    if len(summary) > SUMMARY_LIMIT:
        raise ChannelRefused("The summary must be 1,500 characters or fewer.")
    if found := identifiers_in(summary, today):
        raise ChannelRefused(screening_words(found))


def screening_words(found: list[str]) -> str:
    """Say what has to go, without repeating it."""
    listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
    return (
        f"The summary seems to hold {listed}. Take it out: a summary holds nothing that identifies a person. "
        "If it is something else, write it another way."
    )


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
    ("a postcode", lambda text, today: bool(_POSTCODE.search(text))),
    ("a telephone number", lambda text, today: bool(_TELEPHONE.search(text))),
)
