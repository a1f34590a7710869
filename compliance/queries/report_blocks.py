"""What compliance itself offers to reports: progress of the action plans and the duty checklist."""

from __future__ import annotations

from collections import Counter
from datetime import date

from compliance.enums import ActionStatus, ExecutiveResponse, ReviewState
from compliance.models import Action, ScrutinyReview
from compliance.queries.checklist import (
    NOT_ANSWERED,
    TO_CONFIRM,
    counts_words_of,
    current_assessment,
    item_lines,
    reassessed_words,
    summary_words,
)
from compliance.queries.prompts import PORTALS_WORDS
from compliance.queries.scrutiny import RecommendationLine, recommendation_lines, response_words
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted, number
from prevent_portal.web.report_blocks import Block, Column

MOST_OVERDUE = 40
"""Overdue actions that a report prints; more are counted in a note."""

HOW_COUNTED = (
    "Overdue counts open actions whose first due date has passed, even where it was moved. "
    "Moved counts actions whose due date was moved at least once."
)


def action_plan_progress(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """One table per plan by objective, and one of the overdue actions with their slips: one query."""
    actions = list(
        Action.objects.filter(
            council=council, plan__starts_on__lte=period_end, plan__ends_on__gte=period_start
        )
        .exclude(status=ActionStatus.WITHDRAWN)
        .select_related("plan", "objective")
        .with_leads()
        .order_by("-plan__starts_on", "plan__title", "objective__number", "number")
    )
    blocks: list[Block] = []
    for plan in dict.fromkeys(action.plan for action in actions):
        own = [action for action in actions if action.plan_id == plan.pk]
        rows = [
            [str(objective), *_counts([a for a in own if a.objective_id == objective.pk], as_at)]
            for objective in dict.fromkeys(action.objective for action in own)
        ]
        rows.append(["All objectives", *_counts(own, as_at)])
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
                rows=rows,
                source="Action plan in the portal",
                as_at=as_at,
                notes=[HOW_COUNTED],
            )
        )
    overdue = [action for action in actions if action.is_overdue(as_at)]
    if overdue:
        blocks.append(_overdue_block(overdue, as_at))
    return blocks


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
    notes = []
    if len(overdue) > MOST_OVERDUE:
        notes.append(f"{counted(len(overdue) - MOST_OVERDUE, 'more action is', 'more actions are')} overdue.")
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
                action.leads_words or "No lead named",
                british_date(action.first_due_on),
                british_date(action.due_on),
                number(action.times_moved),
            ]
            for action in overdue[:MOST_OVERDUE]
        ],
        source="Action plan in the portal",
        as_at=as_at,
        notes=notes,
        missing=[f"{counted(unowned, 'overdue action has', 'overdue actions have')} no lead organisation"]
        if unowned
        else [],
    )


def duty_checklist(council: Council, period_start: date, period_end: date, as_at: date) -> list[Block]:
    """The newest round of the period: workstream, detail, status, response and timescale.

    A round that followed another says what was really re-assessed. Three queries at most.
    """
    assessment = current_assessment(council, on=period_end)
    if assessment is None:
        return []
    items = item_lines(assessment)
    unanswered = sum(1 for item in items if item.counts_as == NOT_ANSWERED)
    carried = sum(1 for item in items if item.counts_as == TO_CONFIRM)
    notes = [f"{summary_words(items, counts_words_of(assessment))}."] if items else []
    if assessment.brought_from_id is not None:
        notes.append(f"{reassessed_words(items)}.")
    if any(item.note == PORTALS_WORDS for item in items):
        notes.append("Expectations are in the portal's own words, not in the words of the guidance.")
    missing = []
    if unanswered:
        missing.append(f"{counted(unanswered, 'checklist item is', 'checklist items are')} not answered")
    if carried:
        is_carried = counted(carried, "checklist item is", "checklist items are")
        missing.append(f"{is_carried} carried forward and not confirmed")
    return [
        Block(
            key=f"duty_checklist-{assessment.pk}",
            title=f"Duty checklist {assessment.period}",
            columns=[
                Column("Workstream"),
                Column("Expectation"),
                Column("Status"),
                Column("Response"),
                Column("Timescale"),
            ],
            rows=[
                [item.workstream, item.prompt, item.status, item.response, item.timescale] for item in items
            ],
            source=f"Duty checklist, {assessment.edition.name}",
            as_at=as_at,
            notes=notes,
            missing=missing,
        )
    ]


def scrutiny_recommendations(
    council: Council, period_start: date, period_end: date, as_at: date
) -> list[Block]:
    """The recommendations of each review that is presented and not closed, with response and progress."""
    blocks = []
    for review in ScrutinyReview.objects.filter(
        council=council, state__in=[ReviewState.OPEN, ReviewState.PUT_UP]
    ):
        lines = recommendation_lines(review)
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
