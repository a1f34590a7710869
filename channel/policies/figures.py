"""What Channel refuses about figures and their release."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from channel.disclosure.groups import Group
from channel.disclosure.rules import Rule
from channel.enums import ReleaseState
from channel.models import FigureRelease
from channel.permissions import ChannelPermission
from channel.policies.refusals import ChannelRefused
from channel.queries.figures import Profile
from prevent_portal.accounts.access import has_permission
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council

MOST_FIGURES = 400
"""More in one release would say more about a few cases than anybody has asked."""

_PERIODS = re.compile(
    r"\b(?:19|20)\d\d(?:\s?[-/–]\s?(?:(?:19|20)\d)?\d\d?)?\b|\bQ(?:uarter\s)?[1-4]\b"
    r"|\b(?:[12]?\d|3[01])(?:st|nd|rd|th)?\s(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))"
    r"|\b(?:two|three|four|six|twelve|[2346]|12)\s(?=(?:full\s)?(?:quarters?|months?|years?)\b)",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    r"\d|%|\b(?:zero|none|single|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half)\b",
    re.IGNORECASE,
)


def require_title(title: str) -> str:
    """Return a title without the space around it.

    It stands above the figures and has not passed the gate, so it may name a period and no other number
    (PS-3).

    Raises:
        ChannelRefused: for an empty or long one, or one that holds a number.
    """
    heading = title.strip()
    if not heading or len(heading) > 160:
        raise ChannelRefused("Enter a title of 160 characters or fewer.")
    if _NUMBERS.search(_PERIODS.sub("", heading)):
        raise ChannelRefused(
            "The title seems to hold a number. Take it out: a title says what is counted and when, and the "
            "figures themselves stand below it."
        )
    return heading


def require_proposer(council: Council, by: User) -> None:
    """Raise :class:`ChannelRefused` unless the person may propose figures."""
    if not has_permission(by, ChannelPermission.PROPOSE_FIGURES, council):
        raise ChannelRefused("Only the panel’s chair or administrator can propose figures.")


def require_approver(council: Council, by: User) -> None:
    """Raise :class:`ChannelRefused` unless the person may approve figures and decide how they print."""
    if not has_permission(by, ChannelPermission.APPROVE_FIGURES, council):
        raise ChannelRefused("Only a Channel chair can decide about figures.")


def require_other_person(release: FigureRelease, by: User) -> None:
    """Raise :class:`ChannelRefused` if the person would approve what they proposed (OP-6)."""
    if release.proposed_by_id == by.pk:
        raise ChannelRefused("You proposed these figures. Somebody else has to approve them.")


def require_proposed(release: FigureRelease) -> None:
    """Raise :class:`ChannelRefused` if the release has been decided already."""
    if release.state != ReleaseState.PROPOSED:
        raise ChannelRefused(f"This release is {release.get_state_display().lower()} already.")


def require_rule(profile: Profile) -> Rule:
    """Return the rule of an audience, or raise :class:`ChannelRefused` where it is shown no figures."""
    if profile.rule is None:
        raise ChannelRefused(
            "The council shows this audience no figures about Channel cases. "
            "A Channel chair has to decide otherwise first, and say why."
        )
    return profile.rule


def require_figures(groups: Sequence[Group], today: date) -> None:
    """Raise :class:`ChannelRefused` for no figures, too many, or a period that is not over yet.

    A quarter that is still going on would be printed twice, and the difference would tell of single cases.
    """
    if not groups:
        raise ChannelRefused("Choose at least one figure.")
    if len(set(groups)) > MOST_FIGURES:
        raise ChannelRefused(f"A release can hold up to {MOST_FIGURES} figures. Propose fewer at a time.")
    if any(group.last.last_day >= today for group in groups):
        raise ChannelRefused("A figure can be released when its last quarter is over.")
