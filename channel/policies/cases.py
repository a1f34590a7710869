"""What Channel refuses about a case summary and the facts beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from channel.case_choices import NATIONAL_REFERENCE_LIMIT, OWNER_LIMIT
from channel.categories import EDITIONS
from channel.enums import SUMMARY_LIMIT
from channel.models import ChannelCase
from channel.models.cases import STAGES
from channel.policies.refusals import ChannelRefused
from prevent_portal.web.dates import british_date
from prevent_portal.web.wording import doubtful_words_in, identifiers_in, intelligence_in

_NATIONAL_REFERENCE = re.compile(r"(?=.*\d)[A-Za-z0-9/ -]+")


class CaseChanged(ChannelRefused):
    """Somebody else saved the case in between; ``version`` is the one that is stored now."""

    def __init__(self, version: int) -> None:
        super().__init__(
            "Somebody else changed this case while you were writing. Nothing of yours is lost: look at the "
            "case in another window, then save again to keep what stands below."
        )
        self.version = version


class DoubtfulWords(ChannelRefused):
    """Words that may be harmless or may be intelligence: a person has to look at them again."""


def require_clean_summary(summary: str, today: date, *, words_checked: bool = True) -> None:
    """Raise :class:`ChannelRefused` for an empty or long summary, or one that holds what it must not.

    Raises:
        DoubtfulWords: for words to look at again, unless ``words_checked`` says that somebody did.
    """
    if not summary.strip():
        raise ChannelRefused("Enter a summary.")
    if len(summary) > SUMMARY_LIMIT:
        raise ChannelRefused("The summary must be 1,500 characters or fewer.")
    if found := identifiers_in(summary, today):
        raise ChannelRefused(screening_words(found))
    if found := intelligence_in(summary):
        raise ChannelRefused(
            f"The summary seems to hold {_listed(found)}. Take it out: a summary holds no intelligence, "
            "which belongs with the police. If it is something else, write it another way."
        )
    doubtful = doubtful_words_in(summary)
    if doubtful and not words_checked:
        quoted = ", ".join(f"“{word}”" for word in doubtful)
        raise DoubtfulWords(
            f"Look at {quoted} again: it may be intelligence, which belongs with the police. "
            "If it is not, tick the box that says so."
        )


def screening_words(found: list[str]) -> str:
    """Say what has to go, without repeating it."""
    return (
        f"The summary seems to hold {_listed(found)}. Take it out: a summary holds nothing that identifies a "
        "person. If it is something else, write it another way."
    )


def require_declaration(no_intelligence: bool) -> None:
    """Raise :class:`ChannelRefused` without the declaration of rule 7 (section 38(4) and (5))."""
    if not no_intelligence:
        raise ChannelRefused("Declare that the summary holds no intelligence.")


def require_plain_words(words: str, what: str, today: date, *, limit: int = OWNER_LIMIT) -> None:
    """Raise :class:`ChannelRefused` for a short text that is too long, names a person or is intelligence."""
    if len(words) > limit:
        raise ChannelRefused(f"{what} must be {limit} characters or fewer.")
    if found := [*identifiers_in(words, today), *intelligence_in(words)]:
        raise ChannelRefused(f"{what} seems to hold {_listed(found)}. Take it out.")


def require_national_reference(reference: str, today: date) -> None:
    """Raise :class:`ChannelRefused` unless it is empty or looks like a reference, and like nothing else."""
    if not reference:
        return
    if len(reference) > NATIONAL_REFERENCE_LIMIT or not _NATIONAL_REFERENCE.fullmatch(reference):
        raise ChannelRefused(
            "Enter the reference of the national record in letters and digits, 40 characters or fewer."
        )
    require_plain_words(reference, "The reference of the national record", today)


def require_categories(edition: str, concern: str, susceptibilities: Sequence[str], age_band: str) -> None:
    """Raise :class:`ChannelRefused` unless every category belongs to the edition; none need be chosen."""
    known = EDITIONS.get(edition)
    if known is None:
        raise ChannelRefused("Choose an edition of the categories.")
    if concern and concern not in known.concerns:
        raise ChannelRefused("Choose a type of concern of this edition.")
    if not set(susceptibilities) <= set(known.susceptibilities):
        raise ChannelRefused("Choose what makes the person susceptible from this edition.")
    if age_band and age_band not in known.age_bands:
        raise ChannelRefused("Choose an age band of this edition.")


def require_stages_in_order(case: ChannelCase, today: date) -> None:
    """Raise :class:`ChannelRefused` for a stage that lies ahead, or before an earlier one."""
    last_words, last_day = "", None
    for field, words in STAGES.items():
        day: date | None = getattr(case, field)
        if day is None:
            continue
        if day > today:
            raise ChannelRefused(f"{words} must be today or in the past.")
        if last_day is not None and day < last_day:
            raise ChannelRefused(
                f"{words} on {british_date(day)} lies before {last_words.lower()} "
                f"on {british_date(last_day)}."
            )
        last_words, last_day = words, day


def require_not_closed(case: ChannelCase) -> None:
    """Raise :class:`ChannelRefused` for a closed case: a person who comes back is referred again."""
    if case.is_closed:
        raise ChannelRefused("This case is closed. If the person has been referred again, record that.")


def _listed(found: Sequence[str]) -> str:
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
