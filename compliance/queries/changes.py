"""What changed in a council since a day, in sentences made from its rows."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import Count, Q
from django.utils import timezone

from compliance.enums import ActionRating, ActionStatus
from compliance.models import Action, AnswerRevision, DueDateMove, ProgressEntry, Recommendation
from prevent_portal.tenancy.models import Council
from prevent_portal.web.numbers import counted

_ORDER = [ActionRating.GREEN, ActionRating.AMBER, ActionRating.RED]


def changes_since(council: Council, since: date) -> list[str]:
    """Sentences about actions, ratings, dates, the checklist and recommendations. Only what happened is said.

    Five queries, whatever happened.
    """
    moment = timezone.make_aware(datetime.combine(since, time.min))
    worse = Q()
    better = Q()
    for place, rating in enumerate(_ORDER):
        worse |= Q(rating_before__in=_ORDER[:place], rating=rating)
        better |= Q(rating_before__in=_ORDER[place + 1 :], rating=rating)
    entries = ProgressEntry.objects.filter(council=council, at__gte=moment).aggregate(
        notes=Count("pk"),
        actions=Count("action", distinct=True),
        worse=Count("action", filter=worse, distinct=True),
        better=Count("action", filter=better, distinct=True),
    )
    actions = Action.objects.filter(council=council).aggregate(
        completed=Count("pk", filter=Q(status=ActionStatus.COMPLETE, completed_on__gte=since)),
        added=Count("pk", filter=Q(created_at__gte=moment)),
    )
    moved = DueDateMove.objects.filter(council=council, at__gte=moment).aggregate(
        n=Count("action", distinct=True)
    )["n"]
    answered = AnswerRevision.objects.filter(council=council, at__gte=moment).aggregate(
        n=Count("answer", distinct=True)
    )["n"]
    recommendations = Recommendation.objects.filter(council=council, completed_on__gte=since).count()
    said = (
        (actions["completed"], "action was completed", "actions were completed"),
        (actions["added"], "action was added", "actions were added"),
        (entries["better"], "action got a better rating", "actions got a better rating"),
        (entries["worse"], "action got a worse rating", "actions got a worse rating"),
        (moved, "due date was moved", "due dates were moved"),
        (answered, "checklist answer was changed", "checklist answers were changed"),
        (recommendations, "recommendation was completed", "recommendations were completed"),
    )
    sentences = [f"{counted(count, one, many)}." for count, one, many in said if count]
    if entries["notes"]:
        notes = counted(entries["notes"], "progress note was", "progress notes were")
        on = counted(entries["actions"], "action", "actions")
        sentences.append(f"{notes} logged on {on}.")
    return sentences
