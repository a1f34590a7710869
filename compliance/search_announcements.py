"""What compliance lets people find: each kind by the access function that its list uses.

Of local risks only the summaries that were approved for publication: the register is OFFICIAL-SENSITIVE. Of
reports the title and the committee: what a report says may be kept from its reader.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Now, NullIf
from django.urls import reverse
from django.utils.text import Truncator

from compliance.access import plans_of, reviews_of, visible_actions, visible_answers, visible_recommendations
from compliance.enums import SummaryState
from compliance.models import ItemAnswer, PromptEdit, RiskSummary
from compliance.permissions import CompliancePermission
from compliance.queries.plans import kind_words
from compliance.report_access import reports_of
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.web import search
from prevent_portal.web.dates import british_date
from prevent_portal.web.search import Hit, Kind, Question, best, matching

_TITLE_LENGTH = 120
"""A recommendation or an item of the checklist has no title of its own: its first words stand for it."""


def _first_words(text: str) -> str:
    return Truncator(text).chars(_TITLE_LENGTH)


def _slug(access: CouncilAccess) -> str:
    return access.council.slug


def found_actions(access: CouncilAccess, question: Question) -> list[Hit]:
    """Actions by reference, title and how anybody can tell that they are done."""
    number = question.number("A")
    named = Q(number=number) if number is not None else None
    rows = matching(
        visible_actions(access).select_related("plan"),
        question,
        title="title",
        texts=["measure"],
        named=named,
    )
    return [
        Hit(
            title=action.title,
            href=reverse("action", args=[_slug(access), action.pk]),
            rank=action.search_rank,
            reference=action.reference,
            words=f"{action.get_status_display()}, due {british_date(action.due_on)} · {action.plan.title}",
        )
        for action in best(rows, "due_on", "number")
    ]


def more_actions(access: CouncilAccess, question: Question) -> str:
    """The list of actions, narrowed by the same text."""
    return f"{reverse('actions', args=[_slug(access)])}?{urlencode({'text': question.text})}"


def found_plans(access: CouncilAccess, question: Question) -> list[Hit]:
    """Action plans by title and purpose."""
    rows = matching(plans_of(access), question, title="title", texts=["part_of", "purpose"])
    return [
        Hit(
            title=plan.title,
            href=reverse("plan", args=[_slug(access), plan.pk]),
            rank=plan.search_rank,
            words=f"{kind_words(plan)}, {british_date(plan.starts_on)} to {british_date(plan.ends_on)}",
        )
        for plan in best(rows, "-starts_on")
    ]


def found_recommendations(access: CouncilAccess, question: Question) -> list[Hit]:
    """Recommendations by number, theme and wording, of the reviews that the person may read."""
    number = question.number("Recommendation")
    rows = matching(
        visible_recommendations(access).select_related("review"),
        question,
        title="wording",
        texts=["theme", "reason"],
        named=Q(number=number) if number is not None else None,
    )
    return [
        Hit(
            title=_first_words(one.wording or one.theme),
            href=reverse("recommendation", args=[_slug(access), one.pk]),
            rank=one.search_rank,
            reference=f"Recommendation {one.number}",
            words=f"{one.get_state_display()} · {one.review.title}",
        )
        for one in best(rows, "review", "number")
    ]


def found_reviews(access: CouncilAccess, question: Question) -> list[Hit]:
    """Scrutiny reviews by title, panel and purpose."""
    rows = matching(reviews_of(access), question, title="title", texts=["panel", "purpose"])
    return [
        Hit(
            title=review.title,
            href=reverse("review", args=[_slug(access), review.pk]),
            rank=review.search_rank,
            words=f"{review.panel}, {review.municipal_year}",
        )
        for review in best(rows, "-presented_on")
    ]


def found_items(access: CouncilAccess, question: Question) -> list[Hit]:
    """Items of the duty checklist in the words that their round asks them, with what was answered.

    An item that comes back in every round is found once: in the newest round in which the person reads it.
    """
    ref = Q(item__ref__iexact=question.text)
    number = question.number("L")
    if number is not None:
        ref |= Q(local_item__number=number)
    newest = _newest(visible_answers(access))
    edit = PromptEdit.objects.filter(
        council=access.council,
        item=OuterRef("item"),
        at__lte=Coalesce(OuterRef("assessment__closed_at"), Now()),
    ).order_by("-number")
    rows = matching(
        newest.select_related("item", "local_item", "assessment").annotate(
            asked_words=Case(
                When(local_item__isnull=False, then=F("local_item__prompt")),
                When(item__verified=True, then=F("item__prompt")),
                default=Coalesce(NullIf(Subquery(edit.values("prompt")[:1]), Value("")), F("item__prompt")),
                output_field=TextField(),
            )
        ),
        question,
        title="asked_words",
        texts=["item__workstream", "item__expected_evidence", "local_item__workstream", "response"],
        named=ref,
    )
    return [
        Hit(
            title=_first_words(answer.asked_words or answer.asked.title),
            href=reverse("checklist-item", args=[_slug(access), answer.pk]),
            rank=answer.search_rank,
            reference=answer.asked.ref,
            words=f"{answer.asked.workstream} · Round {answer.assessment.period}",
        )
        for answer in best(rows, "-assessment__period_start", "item__order", "local_item__number")
    ]


def _newest(answers: QuerySet[ItemAnswer]) -> QuerySet[ItemAnswer]:
    later = answers.filter(assessment__period_start__gt=OuterRef("assessment__period_start"))
    same = Q(item=OuterRef("item")) | Q(local_item=OuterRef("local_item"))
    return answers.filter(~Exists(later.filter(same)))


def found_reports(access: CouncilAccess, question: Question) -> list[Hit]:
    """Committee reports by reference, title and committee: final ones, and drafts for whoever reads those."""
    number = question.number("R")
    named = Q(number=number) if number is not None else None
    rows = matching(
        reports_of(access).defer("snapshot", "header"),
        question,
        title="title",
        texts=["committee"],
        named=named,
    )
    return [
        Hit(
            title=report.title,
            href=reverse("report", args=[_slug(access), report.pk]),
            rank=report.search_rank,
            reference=report.reference,
            words=f"{report.get_state_display()} · {report.committee}, {report.period}",
        )
        for report in best(rows, "-period_end")
    ]


def found_risk_summaries(access: CouncilAccess, question: Question) -> list[Hit]:
    """The approved summaries of local risk, which hold nothing of the register."""
    access.require(CompliancePermission.VIEW_PUBLISHED_RISKS)
    approved = RiskSummary.objects.filter(council=access.council, state=SummaryState.APPROVED)
    page = reverse("risks", args=[_slug(access)])
    return [
        Hit(
            title=one.heading,
            href=f"{page}#summary-{one.pk}",
            rank=one.search_rank,
            words="Summary approved for publication",
        )
        for one in best(matching(approved, question, title="heading", texts=["text"]), "heading")
    ]


def _list_at(name: str) -> search.More:
    def href(access: CouncilAccess, question: Question) -> str:
        return reverse(name, args=[_slug(access)])

    return href


def announce() -> None:
    """Tell the search what it may look through. Called once, when the app is ready."""
    may = CompliancePermission
    for kind in (
        Kind("actions", "Actions", 10, (may.VIEW_OWN_ACTIONS,), found_actions, more_actions),
        Kind("plans", "Action plans", 20, (may.VIEW_PLANS,), found_plans, _list_at("plans")),
        Kind("recommendations", "Recommendations", 30, (may.VIEW_SCRUTINY,), found_recommendations),
        Kind("reviews", "Scrutiny reviews", 40, (may.VIEW_SCRUTINY,), found_reviews, _list_at("scrutiny")),
        Kind("items", "Duty checklist items", 50, (may.VIEW_CHECKLIST, may.VIEW_OWN_ITEMS), found_items),
        Kind("reports", "Reports", 60, (may.VIEW_REPORTS,), found_reports, _list_at("reports")),
        Kind("risks", "Summaries of local risk", 90, (may.VIEW_PUBLISHED_RISKS,), found_risk_summaries),
    ):
        search.register(kind)
