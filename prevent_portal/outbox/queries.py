"""Reads of the inbox, of how a person wants to be told, and of the sent log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from prevent_portal.accounts.models import User
from prevent_portal.outbox.enums import ReminderStage
from prevent_portal.outbox.models import EscalationRule, Notice, Reminder, ReminderSettings
from prevent_portal.tenancy.models import Council


def unread_notices(person: User) -> Coalesce:
    """How many unread notices a person has about the council of a row: a column of a query of councils."""
    unread = (
        Notice.objects.filter(person=person, council=OuterRef("pk"), read_at__isnull=True)
        .order_by()
        .values("council")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Coalesce(Subquery(unread), 0, output_field=IntegerField())


def notices_of(person: User) -> QuerySet[Notice]:
    """A person's inbox, newest first. The database leaves out councils that they have left."""
    return Notice.objects.filter(person=person).select_related("council").order_by("-told_at", "due_on", "pk")


def settings_of(person: User) -> ReminderSettings:
    """How a person wants to be told; the defaults, unsaved, if they never said."""
    return ReminderSettings.objects.filter(person=person).first() or ReminderSettings(person=person)


def settings_by_person(people: Iterable[User]) -> dict[int, ReminderSettings]:
    """How people want to be told, by person, of those who said: one statement."""
    found = ReminderSettings.objects.filter(person__in={each.pk for each in people})
    return {each.person_id: each for each in found}


def rule_of(council: Council) -> EscalationRule:
    """After how many working days coordinators hear; the default, unsaved, if the council never said."""
    found = EscalationRule.objects.filter(council=council).first()
    return found or EscalationRule(council=council)


def sent_log(council: Council) -> QuerySet[Reminder]:
    """Who was told of which reference at what stage, newest first, without what others may not know of."""
    return (
        Reminder.objects.filter(council=council, restricted=False)
        .select_related("person")
        .order_by("-told_at", "due_on", "pk")
    )


def stages_told(
    council: Council, person_ids: Iterable[int], items: Iterable[str]
) -> dict[tuple[int, str, date], set[str]]:
    """The stages that people were told of things, by person, thing and date: one statement."""
    found: dict[tuple[int, str, date], set[str]] = {}
    rows = Reminder.objects.filter(council=council, person__in=set(person_ids), item__in=set(items))
    for person_id, item, due_on, stage in rows.values_list("person", "item", "due_on", "stage"):
        found.setdefault((person_id, item, due_on), set()).add(stage)
    return found


def kinds_told_to(person: User, council_ids: Iterable[int]) -> dict[str, bool]:
    """The kinds of task that a person was told of in councils, and whether the duty demanded one of them."""
    log = Reminder.objects.filter(council__in=list(council_ids), person=person)
    log = log.exclude(stage=ReminderStage.ESCALATED).order_by()
    return dict(log.values("kind").annotate(demanded=BoolOr("statutory")).values_list("kind", "demanded"))
