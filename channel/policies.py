"""What Channel refuses, in sentences for the people of the panel."""

from __future__ import annotations

from datetime import date

from channel import queries
from channel.enums import SUMMARY_LIMIT, Capacity, StatementKind
from channel.models import ChannelCase, ChannelMeeting, Panel, StatementVersion
from channel.permissions import ChannelPermission
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.web.wording import identifiers_in


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
