"""Decide how figures print, propose a release, approve or decline it, and read exact figures as chair.

Whoever approves runs the gate again over the cases and the register of that moment. If it then prints
anything else than what was proposed, nothing is released.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from channel import queries
from channel.disclosure.gate import Figure, gated
from channel.disclosure.groups import BadGroup, Group
from channel.disclosure.rules import Rule
from channel.enums import Audience, FigureChoice, ReleaseState
from channel.models import FigureProfile, FigureRelease, Panel, ReleasedFigure
from channel.policies import ChannelRefused, require_preparer
from channel.policies.figures import (
    require_approver,
    require_figures,
    require_other_person,
    require_proposed,
    require_proposer,
    require_rule,
    require_title,
)
from channel.policies.reasons import require_reason
from channel.queries.case_counts import ExactCounts, case_counts
from channel.queries.figures import as_stored, current_profile, register_of, rule_of
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council

EXACT = Rule(smallest=0, zeros_shown=True)
"""How a panel's own chair reads figures (rule 8): they are counted for this one page and never released."""


def decide_profile(
    *,
    council: Council,
    audience: Audience,
    choice: FigureChoice,
    reason: str,
    by: User,
    zeros_shown: bool = False,
) -> FigureProfile:
    """Record how the council prints figures for an audience from now on: who decided it, when and why.

    Figures that were released before stay in the register, so a later choice cannot open them.

    Raises:
        ChannelRefused: if ``by`` is no Channel chair who leads a panel, or without a reason.
    """
    require_approver(council, by)
    words = require_reason(reason, "Say why the council decides this.", timezone.localdate())
    if not queries.led_panels(council_access(by, council)).exists():
        raise ChannelRefused("Only the chair of a panel can decide about figures.")
    with transaction.atomic():
        profile = FigureProfile.objects.create(
            council=council,
            audience=audience,
            choice=choice,
            zeros_shown=zeros_shown and choice is not FigureChoice.NONE,
            reason=words,
            decided_by=by,
        )
        record(
            action="channel.figure_profile_decided",
            subject=profile,
            details={
                "audience": audience.value,
                "choice": choice.value,
                "zeros_shown": profile.zeros_shown,
            },
            restricted=True,
        )
    return profile


def propose_release(
    *,
    panel: Panel,
    audience: Audience,
    title: str,
    groups: Sequence[Group],
    reason: str,
    by: User,
    counts: ExactCounts = case_counts,
) -> FigureRelease:
    """Put figures through the gate and propose what comes out of it for release.

    Args:
        groups: what each figure counts, in the order of print.
        reason: what the figures are for.
        counts: what counts the panel's cases exactly.

    Raises:
        ChannelRefused: if ``by`` does not prepare the panel's cases, if the audience is shown no figures, for
            a quarter that is not over, or for figures that nobody counts.
    """
    require_proposer(panel.council, by)
    require_preparer(panel, by)
    words = require_reason(reason, "Say what the figures are for.", timezone.localdate())
    heading = require_title(title)
    wanted = list(dict.fromkeys(groups))
    require_figures(wanted, timezone.localdate())
    profile = current_profile(panel.council, audience)
    rule = require_rule(profile)
    with transaction.atomic():
        _lock(panel)
        figures = _gated(panel, wanted, rule, by, counts)
        release = FigureRelease.objects.create(
            council=panel.council,
            panel=panel,
            audience=audience,
            choice=profile.choice,
            zeros_shown=profile.zeros_shown,
            title=heading,
            reason=words,
            proposed_by=by,
        )
        ReleasedFigure.objects.bulk_create(
            ReleasedFigure(council=panel.council, release=release, position=position, **as_stored(figure))
            for position, figure in enumerate(figures, start=1)
        )
        record(
            action="channel.figures_proposed",
            subject=release,
            details={"audience": audience.value, "figures": len(figures)},
            restricted=True,
        )
    return release


def approve_release(
    *, release: FigureRelease, decision: str, by: User, counts: ExactCounts = case_counts
) -> FigureRelease:
    """Release the proposed figures: from now on their audience reads them, and nobody can take them back.

    Raises:
        ChannelRefused: for the person who proposed them (OP-6), for anybody but another Channel chair who
            prepares the panel's cases, if they were decided already, or if the gate would now print others.
    """
    require_approver(release.council, by)
    require_preparer(release.panel, by)
    words = require_reason(decision, "Say why these figures may be released.", timezone.localdate())
    with transaction.atomic():
        _lock(release.panel)
        locked = _locked(release)
        require_proposed(locked)
        require_other_person(locked, by)
        profile = current_profile(locked.council, Audience(locked.audience))
        rule = rule_of(locked.choice, zeros_shown=locked.zeros_shown)
        if rule is None or require_rule(profile) != rule:
            raise ChannelRefused(
                "The council has decided since that such figures print otherwise. Propose them anew."
            )
        proposed = list(locked.figures.order_by("position"))
        groups = [Group.from_json(figure.group) for figure in proposed]
        now = [as_stored(figure) for figure in _gated(locked.panel, groups, rule, by, counts)]
        if now != [_stored(figure) for figure in proposed]:
            raise ChannelRefused(
                "Cases or releases have changed since these figures were proposed. Propose them anew."
            )
        _decide(locked, ReleaseState.APPROVED, words, by)
        record(
            action="channel.figures_released",
            subject=locked,
            details={"audience": locked.audience, "figures": len(proposed)},
            restricted=True,
        )
    return locked


def decline_release(*, release: FigureRelease, decision: str, by: User) -> FigureRelease:
    """Decline proposed figures; who proposed them may take them back so.

    Raises:
        ChannelRefused: if ``by`` does not prepare the panel's cases, without a reason, or if it was decided.
    """
    require_proposer(release.council, by)
    require_preparer(release.panel, by)
    words = require_reason(decision, "Say why these figures are not released.", timezone.localdate())
    with transaction.atomic():
        locked = _locked(release)
        require_proposed(locked)
        _decide(locked, ReleaseState.DECLINED, words, by)
        record(
            action="channel.figures_declined",
            subject=locked,
            details={"audience": locked.audience},
            restricted=True,
        )
    return locked


def read_exact_figures(
    *, panel: Panel, groups: Sequence[Group], by: User, counts: ExactCounts = case_counts
) -> list[Figure]:
    """Count a panel's cases exactly for its own chair or secretary, and record that they looked (AL-1).

    Raises:
        ChannelRefused: if ``by`` does not prepare the panel's cases, or for figures that nobody counts.
        django.db.Error: if the event cannot be written. The caller shows nothing then.
    """
    require_preparer(panel, by)
    with transaction.atomic():
        record(action="channel.exact_figures_read", subject=panel, restricted=True)
        return _printed(panel, groups, EXACT, by, counts, earlier=False)


def _gated(panel: Panel, groups: Sequence[Group], rule: Rule, by: User, counts: ExactCounts) -> list[Figure]:
    return _printed(panel, groups, rule, by, counts, earlier=True)


def _printed(
    panel: Panel, groups: Sequence[Group], rule: Rule, by: User, counts: ExactCounts, *, earlier: bool
) -> list[Figure]:
    cubes = counts(council_access(by, panel.council), panel)
    try:
        return gated(groups, cubes=cubes, rule=rule, released=register_of(panel) if earlier else ())
    except BadGroup as error:
        raise ChannelRefused(str(error)) from error


def _lock(panel: Panel) -> None:
    """Two releases of one panel's cases never pass the gate at the same time, each unseen by the other."""
    Panel.objects.select_for_update().get(council=panel.council_id, pk=panel.pk)


def _locked(release: FigureRelease) -> FigureRelease:
    """Lock a release that is still proposed; the database shows nobody a decided one for change."""
    found = (
        FigureRelease.objects.select_for_update(of=("self",))
        .select_related("panel", "council")
        .filter(council=release.council_id, pk=release.pk)
        .first()
    )
    if found is None:
        require_proposed(FigureRelease.objects.get(council=release.council_id, pk=release.pk))
        raise ChannelRefused("Only who prepares the panel’s cases can decide about its figures.")
    return found


def _stored(figure: ReleasedFigure) -> dict[str, object]:
    return {
        name: getattr(figure, name)
        for name in ("group", "form", "printed", "number", "low", "high", "small_low", "small_high")
    }


def _decide(release: FigureRelease, state: ReleaseState, words: str, by: User) -> None:
    release.state = state
    release.decided_by = by
    release.decided_at = timezone.now()
    release.decision = words
    release.save(update_fields=["state", "decided_by", "decided_at", "decision"])
