"""What Channel refuses about emergency readings (RC-4)."""

from __future__ import annotations

from django.utils import timezone

from channel.enums import BREAK_GLASS_ASKED_LASTS, BreakGlassGround, BreakGlassVerdict
from channel.models import BreakGlass
from channel.permissions import SECOND_PEOPLE, ChannelPermission
from channel.policies.refusals import ChannelRefused
from prevent_portal.accounts.access import council_access, has_permission
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


def require_breaker(council: Council, by: User) -> None:
    """Raise :class:`ChannelRefused` unless the person holds a role of Channel."""
    if not has_permission(by, ChannelPermission.BREAK_GLASS, council):
        raise ChannelRefused("Only people with a role of Channel can read a case in an emergency.")


def require_ground(ground: str) -> BreakGlassGround:
    """Return one of the three grounds, or raise :class:`ChannelRefused`."""
    if ground not in BreakGlassGround.values:
        raise ChannelRefused("Choose a ground: consent, a legal duty or an overriding public interest.")
    return BreakGlassGround(ground)


def require_no_overdue_review(clear: bool) -> None:
    """Raise :class:`ChannelRefused` while the review of an earlier emergency reading is overdue."""
    if not clear:
        raise ChannelRefused(
            "The review of an earlier emergency reading is overdue. Until somebody has reviewed it, no case "
            "can be read in an emergency. Ask the panel’s chair or the data protection officer."
        )


def require_second_person(glass: BreakGlass, by: User) -> None:
    """Raise :class:`ChannelRefused` unless another person with the right approves a request that waits."""
    _require_reviewer(glass, by, "Only a chair of the panel or the data protection officer can approve this.")
    if by.pk == glass.person_id:
        raise ChannelRefused("You asked for this yourself. Somebody else has to approve it.")
    if not glass.needs_approval or glass.approved_at is not None:
        raise ChannelRefused("This does not wait for a second person.")
    if timezone.now() - glass.asked_at > BREAK_GLASS_ASKED_LASTS:
        raise ChannelRefused("This request is older than 24 hours. They have to ask again.")
    if not SECOND_PEOPLE & council_access(by, glass.council).roles:
        raise ChannelRefused("Only a chair of the panel or the data protection officer can approve this.")


def require_reviewer(glass: BreakGlass, by: User) -> None:
    """Raise :class:`ChannelRefused` unless somebody reviews it who neither opened nor approved it."""
    _require_reviewer(glass, by, "Only the panel’s chair, its secretary or an auditor can review this.")
    if by.pk in (glass.person_id, glass.approved_by_id):
        raise ChannelRefused("You had a part in this. Somebody else has to review it.")
    if glass.opened_at is None:
        raise ChannelRefused("No case was opened, so there is nothing to review.")
    if glass.reviewed_at is not None:
        raise ChannelRefused("This was reviewed already.")


def require_verdict(verdict: str) -> BreakGlassVerdict:
    """Return what the review found, or raise :class:`ChannelRefused`."""
    if verdict not in BreakGlassVerdict.values:
        raise ChannelRefused("Say whether it was justified.")
    return BreakGlassVerdict(verdict)


def _require_reviewer(glass: BreakGlass, by: User, words: str) -> None:
    if not has_permission(by, ChannelPermission.REVIEW_BREAK_GLASS, glass.council):
        raise ChannelRefused(words)
