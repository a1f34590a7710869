"""What action plans say on the overview: actions by state as at a day, what changed, and what to chase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from compliance.enums import OPEN_STATUSES, ActionRating, ActionStatus
from compliance.models import Action, ActionLead, ActionQuerySet, DueDateMove, ProgressEntry
from compliance.models.plans import overdue
from compliance.queries.plans import ActionCounts, action_counts
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import day_after
from prevent_portal.web.numbers import counted, number, worded
from prevent_portal.web.overview_parts import Data
from prevent_portal.web.overview_shapes import (
    Shape,
    linked,
    parts_of_whole,
    section,
    sentence,
    table,
    tagged,
    tile,
    to,
)
from prevent_portal.web.quarters import Quarter

NAMED = 5
"""Actions that a sentence names before it says how many more there are."""
_COLOURS = ("#00594f", "#b7d9d4", "#c9713f", "#8e8f8f")
_TIMES = {1: "", 2: " a second time", 3: " a third time", 4: " a fourth time", 5: " a fifth time"}
Named = tuple[UUID, int]
"""An action's key and number."""


def actions_part(council: Council, as_at: date) -> Data:
    """Actions by state with what is overdue and what slipped, and what changed in the quarter."""
    counts = counts_at(council, as_at)
    open_list, everything = to("actions", status="open"), to("actions")
    tiles = [
        tile(
            20,
            number(counts.open),
            "Action open" if counts.open == 1 else "Actions open",
            open_list,
            tone="bad" if counts.overdue else "good",
            note=f"{number(counts.overdue)} overdue" if counts.overdue else "None overdue",
        )
    ]
    chart = []
    if counts.total:
        chart = [
            parts_of_whole(
                "Actions by state",
                states_words(counts),
                [
                    ("Complete", counts.complete),
                    ("Open, on time", counts.open - counts.overdue),
                    ("Overdue", counts.overdue),
                    *([("Withdrawn", counts.withdrawn)] if counts.withdrawn else []),
                ],
                colours=_COLOURS,
                heading="State",
            )
        ]
    items = []
    if counts.total:
        items = [
            sentence(order, words, where)
            for order, (count, words, where) in enumerate(
                (
                    (
                        counts.overdue,
                        f"{worded(counts.overdue, 'action is', 'actions are')} overdue.",
                        to("actions", overdue="on"),
                    ),
                    (
                        counts.moved,
                        f"{worded(counts.moved, 'action has', 'actions have')} had a later date.",
                        to("actions", slipped="on"),
                    ),
                    *(
                        (
                            count,
                            f"{worded(count, 'open action is', 'open actions are')} rated {rating.value}.",
                            to("actions", status="open", rating=rating.value),
                        )
                        for rating, count in (
                            (ActionRating.RED, counts.red),
                            (ActionRating.AMBER, counts.amber),
                            (ActionRating.GREEN, counts.green),
                        )
                    ),
                )
            )
            if count
        ]
    return {
        "tiles": tiles,
        "sections": [
            section(
                20,
                "Actions",
                words=[states_words(counts)],
                items=items,
                charts=chart,
                to=everything,
                link="See the actions",
            )
        ],
        "changes": changes_of(council, Quarter.of(as_at).start, as_at),
    }


def states_words(counts: ActionCounts) -> str:
    """Such as "3 actions: 1 complete, 2 open, 1 overdue."."""
    if not counts.total:
        return "There are no actions yet."
    late = "none is overdue" if not counts.overdue else f"{number(counts.overdue)} overdue"
    return (
        f"{counted(counts.total, 'action', 'actions')}: {number(counts.complete)} complete, "
        f"{number(counts.open)} open, {late}."
    )


def counts_at(council: Council, as_at: date) -> ActionCounts:
    """Actions by state at the end of a day: one query, and a second for a day that is past.

    A state or a rating of a past day is that of the last line of progress until then; without one, that from
    which the first later line started; an action that has no line was as it is.
    """
    if as_at >= timezone.localdate():
        return action_counts(council, as_at)
    end = day_after(as_at)
    lines = ProgressEntry.objects.filter(council=council, action=OuterRef("pk"))
    until = lines.filter(at__lt=end).order_by("-at", "-pk")
    later = lines.filter(at__gte=end).order_by("at", "pk")
    untold = Case(
        When(completed_on__gt=as_at, then=Value(ActionStatus.IN_PROGRESS.value)), default=F("status")
    )
    actions = Action.objects.filter(council=council, created_at__lt=end).annotate(
        status_then=Coalesce(
            Subquery(until.values("status")[:1]), Subquery(later.values("status_before")[:1]), untold
        ),
        rating_then=Coalesce(
            Subquery(until.values("rating")[:1]), Subquery(later.values("rating_before")[:1]), F("rating")
        ),
    )
    is_open = Q(status_then__in=OPEN_STATUSES)
    found = actions.aggregate(
        total=Count("pk"),
        overdue=Count("pk", filter=is_open & Q(first_due_on__lt=as_at)),
        **{status.value: Count("pk", filter=Q(status_then=status)) for status in ActionStatus},
        **{
            rating.value: Count("pk", filter=is_open & Q(rating_then=rating))
            for rating in (ActionRating.RED, ActionRating.AMBER, ActionRating.GREEN)
        },
    )
    moved = DueDateMove.objects.filter(council=council, at__lt=end).aggregate(
        n=Count("action", distinct=True)
    )
    return ActionCounts(**found, moved=moved["n"])


def changes_of(council: Council, since: date, until: date) -> list[Shape]:
    """What became of actions between two days, in sentences: only what happened, each action where it ended.

    Four queries, whatever happened.
    """
    start, end = day_after(since - timedelta(days=1)), day_after(until)
    said: list[Shape] = []

    def say(order: int, found: Sequence[Named], one: str, many: str, where: Shape) -> None:
        if found:
            said.append(_sentence(order, worded(len(found), one, many) + ".", found, where))

    actions = Action.objects.filter(council=council).order_by("number").values_list("pk", "number")
    say(
        20,
        list(actions.filter(status=ActionStatus.COMPLETE, completed_on__range=(since, until))),
        "action was completed",
        "actions were completed",
        to("actions", status="complete"),
    )
    say(
        21,
        list(actions.filter(created_at__gte=start, created_at__lt=end)),
        "action was added",
        "actions were added",
        to("actions"),
    )
    ratings: dict[tuple[str, str], list[Named]] = {}
    withdrawn: list[Named] = []
    for key, label, before, after, left, reached in _entries(council, start, end):
        if before[0] != after[-1] and after[-1]:
            ratings.setdefault((before[0], after[-1]), []).append((key, label))
        if reached[-1] == ActionStatus.WITHDRAWN != left[0]:
            withdrawn.append((key, label))
    say(22, withdrawn, "action was withdrawn", "actions were withdrawn", to("actions", status="withdrawn"))
    for place, ((old, new), found) in enumerate(sorted(ratings.items(), key=_most_telling)):
        words = f"moved from {old} to {new}" if old else f"{{}} rated {new} for the first time"
        one, many = (words.format("was"), words.format("were")) if not old else (words, words)
        say(23, found, f"action {one}", f"actions {many}", to("actions", rating=new))
        said[-1]["order"] = 23 + place / 100
    slips: dict[int, list[Named]] = {}
    for key, label, times in _moved(council, start, end):
        slips.setdefault(times, []).append((key, label))
    for times, found in sorted(slips.items()):
        which = _TIMES.get(times, f" for the {number(times)}th time")
        say(24, found, f"action slipped{which}", f"actions slipped{which}", to("actions", slipped="on"))
        said[-1]["order"] = 24 + times / 1000
    return said


def _entries(council: Council, start: datetime, end: datetime) -> QuerySet[Any, Any]:
    """Each action that was reported on, with its ratings and statuses in the order of the lines."""
    in_order = {
        name: ArrayAgg(name, order_by=("at", "pk"))
        for name in ("rating_before", "rating", "status_before", "status")
    }
    return (
        ProgressEntry.objects.filter(council=council, at__gte=start, at__lt=end)
        .order_by("action__number")
        .values("action", "action__number")
        .annotate(**{f"all_{name}": made for name, made in in_order.items()})
        .values_list("action", "action__number", *(f"all_{name}" for name in in_order))
    )


def _moved(council: Council, start: datetime, end: datetime) -> QuerySet[Any, Any]:
    """Each action whose date moved, with how often it had moved by then."""
    return (
        DueDateMove.objects.filter(council=council, at__lt=end)
        .order_by("action__number")
        .values("action", "action__number")
        .annotate(times=Count("pk"), lately=Count("pk", filter=Q(at__gte=start)))
        .filter(lately__gt=0)
        .values_list("action", "action__number", "times")
    )


_RATINGS = ["red", "amber", "green"]


def _most_telling(pair: tuple[tuple[str, str], list[Named]]) -> tuple[bool, bool, str, str]:
    """What got worse first, then what got better, then what was rated for the first time."""
    (old, new), _ = pair
    known = old in _RATINGS and new in _RATINGS
    return (not known, known and _RATINGS.index(new) > _RATINGS.index(old), old, new)


def _sentence(order: int, text: str, found: Sequence[Named], where: Shape) -> Shape:
    """A sentence that names the first few of its actions; a longer list is opened as one."""
    things = [linked(f"A{label}", to("action", key)) for key, label in found[:NAMED]]
    if len(found) > NAMED:
        things.append(linked(f"and {number(len(found) - NAMED)} more", where))
    return sentence(order, text, None, things)


def own_actions_part(actions: ActionQuerySet, today: date) -> Data:
    """Somebody's own actions, and which of them are overdue. One query."""
    found = actions.aggregate(
        waiting=Count("pk", filter=Q(status__in=OPEN_STATUSES)), late=Count("pk", filter=overdue(today))
    )
    if not found["waiting"]:
        return {}
    return {
        "tiles": [
            tile(
                20,
                number(found["waiting"]),
                "Action of yours open" if found["waiting"] == 1 else "Actions of yours open",
                to("actions", status="open"),
                tone="bad" if found["late"] else "good",
                note=f"{number(found['late'])} overdue" if found["late"] else "None overdue",
            )
        ]
    }


def chase_actions_part(council: Council, as_at: date) -> Data:
    """Overdue actions by the organisation that leads on them: who to ring. Two queries."""
    late = Action.objects.filter(overdue(as_at), council=council)
    rows: list[tuple[object, str, int]] = list(
        ActionLead.objects.filter(council=council, action__in=late.order_by().values("pk"))
        .values("organisation", "organisation__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "organisation__name")
        .values_list("organisation", "organisation__name", "n")
    )
    leads = ActionLead.objects.filter(council=council, action=OuterRef("pk"))
    alone = late.annotate(lead=Subquery(leads.values("pk")[:1])).filter(lead__isnull=True).count()
    if alone:
        rows.append(("none", "No lead organisation", alone))
    return {"chase": [_chase(30, "Overdue actions", rows)]} if rows else {}


def _chase(order: int, heading: str, rows: Iterable[tuple[Any, str, int]]) -> Shape:
    return section(
        order,
        heading,
        table=table(
            heading,
            ["Lead organisation", "Overdue"],
            [
                [
                    linked(name, to("actions", lead=key, overdue="on")),
                    tagged(counted(count, "action overdue", "actions overdue"), "red"),
                ]
                for key, name, count in rows
            ],
        ),
    )
