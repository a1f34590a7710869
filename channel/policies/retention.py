"""What Channel refuses about periods, holds and destruction (RC-7)."""

from __future__ import annotations

from datetime import date

from channel.enums import LONGEST_RETENTION_YEARS, DestructionState
from channel.models import BreakGlass, Destruction, LegalHold
from channel.permissions import SECOND_PEOPLE, ChannelPermission
from channel.policies.refusals import ChannelRefused
from channel.queries.retention import is_held, retention_years, years_later
from prevent_portal.accounts.access import council_access, has_permission
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


def require_decider(council: Council, by: User) -> None:
    """Raise :class:`ChannelRefused` unless the person may decide how long cases are kept."""
    if not has_permission(by, ChannelPermission.DECIDE_RETENTION, council):
        raise ChannelRefused("Only a Channel chair can decide how long cases are kept.")


def require_years(years: int) -> None:
    """Raise :class:`ChannelRefused` for a period that is none."""
    if not 1 <= years <= LONGEST_RETENTION_YEARS:
        raise ChannelRefused(f"The period must be 1 to {LONGEST_RETENTION_YEARS} years.")


def require_no_hold(hold: LegalHold | None) -> None:
    """Raise :class:`ChannelRefused` if the case is held already."""
    if hold is not None:
        raise ChannelRefused("There is a hold on this case already.")


def require_reviewable(destruction: Destruction) -> None:
    """Raise :class:`ChannelRefused` unless the review still waits for a decision."""
    if destruction.state not in (DestructionState.DUE, DestructionState.PROPOSED):
        raise ChannelRefused("This was decided already.")


def require_unproposed(destruction: Destruction) -> None:
    """Raise :class:`ChannelRefused` if somebody proposed its destruction before."""
    if destruction.state != DestructionState.DUE:
        raise ChannelRefused("This was proposed or decided already.")


def require_keep_until(day: date | None, today: date) -> date:
    """Return the day until which a case is kept on, or raise :class:`ChannelRefused`."""
    if day is None or day <= today:
        raise ChannelRefused("Enter a day in the future until which the case is kept.")
    if day > years_later(today, LONGEST_RETENTION_YEARS):
        raise ChannelRefused(
            f"Keep it for {LONGEST_RETENTION_YEARS} years at most, then it is reviewed again."
        )
    return day


def require_second_destroyer(destruction: Destruction, by: User) -> None:
    """Raise :class:`ChannelRefused` unless another person with the right destroys what somebody proposed."""
    if destruction.state != DestructionState.PROPOSED:
        raise ChannelRefused("Somebody has to propose its destruction first.")
    if not SECOND_PEOPLE & council_access(by, destruction.council).roles:
        raise ChannelRefused("Only a chair of the panel or the data protection officer can destroy it.")
    if destruction.proposed_by_id == by.pk:
        raise ChannelRefused("You proposed this yourself. Somebody else has to destroy it.")


def require_nothing_keeps_it(destruction: Destruction, today: date) -> None:
    """Raise :class:`ChannelRefused` for a hold, a period that was made longer, or an unreviewed emergency."""
    if is_held(destruction.council, destruction.record):
        raise ChannelRefused(
            "There is a legal hold on this case. Nothing of it is destroyed while it stands."
        )
    if years_later(destruction.left_on, retention_years(destruction.council)) >= today:
        raise ChannelRefused("The council has since decided to keep cases longer. Its period is not over.")
    if BreakGlass.objects.filter(
        council=destruction.council,
        case=destruction.record,
        opened_at__isnull=False,
        reviewed_at__isnull=True,
    ).exists():
        raise ChannelRefused("Somebody read this case in an emergency. That has to be reviewed first.")
