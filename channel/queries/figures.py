"""Figures about cases. :func:`figures_for` is the one function that other rooms and every output may call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from channel.disclosure.gate import Figure, Form, Known
from channel.disclosure.groups import Group, Quarter
from channel.disclosure.rules import FEWER_THAN_FIVE, SUPPRESS_AND_ROUND, Rule
from channel.enums import Audience, FigureChoice, ReleaseState
from channel.models import FigureProfile, FigureRelease, Panel, ReleasedFigure
from channel.permissions import ChannelPermission
from channel.queries.case_counts import group_words, period_words
from channel.queries.panels import led_panels
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council

_RULES = {FigureChoice.ROUNDED: SUPPRESS_AND_ROUND, FigureChoice.FEWER_THAN_FIVE: FEWER_THAN_FIVE}
_UNDECIDED = {Audience.BOARDS: FigureChoice.ROUNDED, Audience.PUBLIC: FigureChoice.NONE}


@dataclass(frozen=True)
class PrintedFigure:
    """A figure as any page, file, chart or alternative text may hold it: never more than its printed words.

    Args:
        title: of the release that it stands in.
        number: the printed number, None where words stand; a chart leaves a gap there.
    """

    title: str
    counts: str
    period: str
    printed: str
    number: int | None
    released_at: datetime


@dataclass(frozen=True)
class Profile:
    """How a council prints figures for an audience, and the decision behind it; None for the default."""

    choice: FigureChoice
    zeros_shown: bool
    decision: FigureProfile | None

    @property
    def rule(self) -> Rule | None:
        return rule_of(self.choice, zeros_shown=self.zeros_shown)


def rule_of(choice: str, *, zeros_shown: bool) -> Rule | None:
    """Return the rule of a choice, None where no figures are printed."""
    rule = _RULES.get(FigureChoice(choice))
    return Rule(rule.smallest, rule.base, zeros_shown) if rule else None


def current_profile(council: Council, audience: Audience) -> Profile:
    """Return the council's last decision for an audience; without one, none for the public (rule 8)."""
    decision = (
        FigureProfile.objects.filter(council=council, audience=audience)
        .select_related("decided_by")
        .order_by("-decided_at", "-pk")
        .first()
    )
    if decision is None:
        return Profile(_UNDECIDED[audience], zeros_shown=False, decision=None)
    return Profile(FigureChoice(decision.choice), decision.zeros_shown, decision)


def figures_for(
    access: CouncilAccess, audience: Audience, *, first: Quarter | None = None, last: Quarter | None = None
) -> list[PrintedFigure]:
    """Return the released figures that an audience may read, newest release first, in the order of each.

    A board member or report author gets these and nothing else (rule 8 of the product). Who chairs the panel
    reads exact ones through ``services.figures.read_exact_figures``.

    Args:
        first: leave out figures of periods that start before this quarter.
        last: leave out figures of periods that end after this quarter.
    """
    found = []
    for figure in released_figures(access, audience):
        group = Group.from_json(figure.group)
        if (first is None or group.first >= first) and (last is None or group.last <= last):
            found.append(
                PrintedFigure(
                    title=figure.release.title,
                    counts=group_words(group),
                    period=period_words(group),
                    printed=figure.printed,
                    number=figure.number,
                    released_at=figure.release.decided_at or figure.release.proposed_at,
                )
            )
    return found


def released_figures(access: CouncilAccess, audience: Audience) -> QuerySet[ReleasedFigure]:
    """Approved figures for an audience, for people who may read them."""
    if not access.may(ChannelPermission.VIEW_FIGURES):
        return ReleasedFigure.objects.none()
    return (
        ReleasedFigure.objects.filter(
            council=access.council, release__audience=audience, release__state=ReleaseState.APPROVED
        )
        .select_related("release")
        .order_by("-release__decided_at", "release", "position")
    )


def led_releases(access: CouncilAccess) -> QuerySet[FigureRelease]:
    """Releases of the panels that the person leads, newest first, in whatever state."""
    return (
        FigureRelease.objects.filter(council=access.council, panel__in=led_panels(access).order_by())
        .select_related("panel", "proposed_by", "decided_by")
        .order_by("-proposed_at", "pk")
    )


def register_of(panel: Panel) -> list[Known]:
    """Return every figure ever released of a panel's cases, to whomever: what all readers know together."""
    return [
        Known(
            group=Group.from_json(figure.group),
            form=Form(figure.form),
            low=figure.low,
            high=figure.high,
            printed=figure.printed,
            small=(figure.small_low, figure.small_high),
        )
        for figure in ReleasedFigure.objects.filter(
            council=panel.council_id, release__panel=panel, release__state=ReleaseState.APPROVED
        ).order_by("release__decided_at", "release", "position")
    ]


def as_stored(figure: Figure) -> dict[str, object]:
    """Return the columns of a figure that passed the gate."""
    return {
        "group": figure.group.as_json(),
        "form": figure.form.value,
        "printed": figure.printed,
        "number": figure.number,
        "low": figure.low,
        "high": figure.high,
        "small_low": figure.small[0],
        "small_high": figure.small[1],
    }
