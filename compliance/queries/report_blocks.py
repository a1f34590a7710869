"""What compliance itself offers to reports of its action plans and scrutiny reviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import groupby

from compliance.enums import ActionRating, ActionStatus, ExecutiveResponse, ReviewState
from compliance.models import Action, Objective, ScrutinyReview
from compliance.queries.scrutiny import RecommendationLine, recommendations_by_review, response_words
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.report_blocks import Block, Column, named

SOURCE = "Action plan in the portal"
NO_LEAD = "No lead named"
SLIPPED = 2
"""How often a date moved before an overdue action is among those that a long table prints."""

_STATUSES, _RATINGS = dict(ActionStatus.choices), dict(ActionRating.choices)

HOW_COUNTED = (
    "Overdue counts open actions whose first due date has passed, even where it was moved. "
    "Moved counts actions whose due date was moved at least once."
)


def action_plan_progress(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """One table per plan by objective, and one of the overdue actions with their slips: three queries."""
    blocks: list[Block] = []
    actions = [
        each
        for each in _actions_of(council, period_start, period_end)
        if each.status != ActionStatus.WITHDRAWN
    ]
    for own in _by_plan(actions):
        by_objective: dict[Objective, list[Action]] = {}
        for action in own:
            by_objective.setdefault(action.objective, []).append(action)
        rows = [[str(objective), *_counts(some, as_at)] for objective, some in by_objective.items()]
        plan = own[0].plan
        blocks.append(
            Block(
                key=f"action_plan_progress-{plan.pk}",
                title=f"Progress: {plan.title}",
                columns=[
                    Column("Objective"),
                    *(
                        Column(heading, numeric=True)
                        for heading in (
                            "Actions",
                            "Complete",
                            "In progress",
                            "Not started",
                            "Overdue",
                            "Moved",
                        )
                    ),
                ],
                rows=[*rows, ["All objectives", *_counts(own, as_at)]],
                source=SOURCE,
                as_at=as_at,
                notes=[HOW_COUNTED],
            )
        )
    overdue = [action for action in actions if action.is_overdue(as_at)]
    if overdue:
        blocks.append(_overdue_block(overdue, as_at))
    return blocks


def action_plan_register(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """Every action of each plan, withdrawn ones included; overdue and red ones are its exceptions.

    However many there are, all of them are rows of the block. Three queries.
    """
    return [_register_block(own, as_at) for own in _by_plan(_actions_of(council, period_start, period_end))]


def _actions_of(council: Council, period_start: date, period_end: date) -> list[Action]:
    """The actions of the plans that run in a period, plan by plan, in the order in which they are printed.

    Plans and objectives are read once each, not once with every action: three queries.
    """
    return list(
        Action.objects.filter(
            council=council, plan__starts_on__lte=period_end, plan__ends_on__gte=period_start
        )
        .prefetch_related("plan", "objective")
        .with_leads()
        .order_by("-plan__starts_on", "plan__title", "objective__number", "number")
    )


def _by_plan(actions: Iterable[Action]) -> Iterable[list[Action]]:
    return (list(own) for _, own in groupby(actions, key=lambda action: action.plan_id))


def _register_block(actions: list[Action], as_at: date) -> Block:
    plan = actions[0].plan
    unowned = [action.reference for action in actions if action.is_open and not action.leads_words]
    unrated = [action.reference for action in actions if action.is_open and not action.rating]
    return Block(
        key=f"action_plan_register-{plan.pk}",
        title=f"Actions: {plan.title}",
        columns=[
            Column("Reference"),
            Column("Action"),
            Column("Lead"),
            Column("First due"),
            Column("Now due"),
            Column("Times moved", numeric=True),
            Column("Status"),
            Column("Rating"),
        ],
        rows=[
            [
                action.reference,
                action.title,
                action.leads_words or NO_LEAD,
                british_date(action.first_due_on),
                british_date(action.due_on),
                number(action.times_moved),
                _status_words(action, as_at),
                _RATINGS[action.rating],
            ]
            for action in actions
        ],
        source=SOURCE,
        as_at=as_at,
        notes=[f"{counted(len(actions), 'action', 'actions')}. Overdue goes by the first due date."],
        missing=[
            f"{plan.title}: {words} of {named(references)}"
            for words, references in (("no lead organisation", unowned), ("no rating", unrated))
            if references
        ],
        exceptions=[
            place
            for place, action in enumerate(actions)
            if action.is_overdue(as_at) or (action.is_open and action.rating == ActionRating.RED)
        ],
    )


def _status_words(action: Action, as_at: date) -> str:
    """Such as "In progress, overdue"; the colour beside it is in words as well."""
    late = ", overdue" if action.is_overdue(as_at) else ""
    return f"{_STATUSES[action.status]}{late}"


def _counts(actions: list[Action], as_at: date) -> list[str]:
    by_status = Counter(action.status for action in actions)
    return [
        number(count)
        for count in (
            len(actions),
            by_status[ActionStatus.COMPLETE],
            by_status[ActionStatus.IN_PROGRESS] + by_status[ActionStatus.ON_HOLD],
            by_status[ActionStatus.NOT_STARTED],
            sum(1 for action in actions if action.is_overdue(as_at)),
            sum(1 for action in actions if action.times_moved),
        )
    ]


def _overdue_block(overdue: list[Action], as_at: date) -> Block:
    """Every overdue action; those that are red or slipped again and again are what a long table prints."""
    unowned = sum(1 for action in overdue if not action.leads_words)
    return Block(
        key="action_plan_progress-overdue",
        title="Actions overdue",
        columns=[
            Column("Action"),
            Column("Lead"),
            Column("First due"),
            Column("Now due"),
            Column("Times moved", numeric=True),
        ],
        rows=[
            [
                str(action),
                action.leads_words or NO_LEAD,
                british_date(action.first_due_on),
                british_date(action.due_on),
                number(action.times_moved),
            ]
            for action in overdue
        ],
        source=SOURCE,
        as_at=as_at,
        missing=[f"{counted(unowned, 'overdue action has', 'overdue actions have')} no lead organisation"]
        if unowned
        else [],
        exceptions=[
            place
            for place, action in enumerate(overdue)
            if action.rating == ActionRating.RED or action.times_moved >= SLIPPED
        ],
    )


def scrutiny_recommendations(
    council: Council, period_start: date, period_end: date, as_at: date
) -> list[Block]:
    """The recommendations of each review that is presented and not closed, with response and progress.

    Three queries, however many reviews.
    """
    blocks = []
    reviews = list(
        ScrutinyReview.objects.filter(
            council=council, state__in=[ReviewState.OPEN, ReviewState.PUT_UP]
        ).order_by("-presented_on", "title")
    )
    by_review = recommendations_by_review(council, reviews)
    for review in reviews:
        lines = by_review[review.pk]
        unanswered = sum(1 for line in lines if line.response == ExecutiveResponse.PENDING.label)
        blocks.append(
            Block(
                key=f"scrutiny_recommendations-{review.pk}",
                title=f"Recommendations: {review.title}",
                columns=[
                    Column("Number"),
                    Column("Recommendation"),
                    Column("Response"),
                    Column("Lead"),
                    Column("State"),
                ],
                rows=[_recommendation_row(line) for line in lines],
                source=f"Scrutiny review, {review.panel}",
                as_at=as_at,
                notes=[f"{response_words(Counter(line.response for line in lines))}."] if lines else [],
                missing=[
                    f"{counted(unanswered, 'recommendation has', 'recommendations have')} no response yet"
                ]
                if unanswered
                else [],
            )
        )
    return blocks


def _recommendation_row(line: RecommendationLine) -> list[str]:
    response = f"{line.response}: {line.reason}" if line.reason else line.response
    if line.completed_on:
        done = "Since actioned" if line.response == ExecutiveResponse.REJECT.label else "Completed"
        state = f"{done} {british_date(line.completed_on)}"
    elif line.milestone_on:
        state = f"Due {british_date(line.milestone_on)}"
    else:
        state = "" if line.response == ExecutiveResponse.REJECT.label else "No milestone set"
    return [str(line.number), line.wording, response, line.leads, state]
