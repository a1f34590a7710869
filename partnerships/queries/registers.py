"""Reads of the registers: entries as they stand on a day, past terms, counts, and what can be chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable

from partnerships.enums import ApprovedKind, RegisterStatus
from partnerships.models import ApprovedDocument, Organisation, RegisterEntry
from partnerships.permissions import PARTNERSHIPS_GRANTS
from partnerships.queries.organisations import linked_organisations
from partnerships.registers import Answer, Register
from prevent_portal.accounts.models import User
from prevent_portal.accounts.queries import people_with
from prevent_portal.tenancy.models import Council

_ROWS = (Answer.PERSON, Answer.ORGANISATION, Answer.VENUE_POLICY)


def table_of(register: Register) -> type[RegisterEntry]:
    """The model that keeps a register."""
    return cast(type[RegisterEntry], apps.get_model("partnerships", register.model))


def with_status(rows: QuerySet[Any], register: Register, today: date) -> QuerySet[Any]:
    """Say of each row in ``standing`` how it stands, so that lists can be narrowed and counted by it.

    The twin in SQL of :func:`partnerships.registers.status.status_of`.
    """
    whens = [
        When(past_of__isnull=False, then=Value(RegisterStatus.PAST.value)),
        When(withdrawn_on__lte=today, then=Value(RegisterStatus.WITHDRAWN.value)),
        When(ends_on__lt=today, then=Value(RegisterStatus.LAPSED.value)),
        *([When(starts_on__isnull=True, then=Value(RegisterStatus.DRAFT.value))] if register.termed else []),
        When(starts_on__gt=today, then=Value(RegisterStatus.UPCOMING.value)),
        When(review_on__lt=today, then=Value(RegisterStatus.REVIEW_DUE.value)),
        When(Q(ends_on__lte=_noticed(today)), then=Value(RegisterStatus.ENDS_SOON.value)),
    ]
    standing = Case(*whens, default=Value(RegisterStatus.IN_FORCE.value), output_field=CharField())
    annotated: QuerySet[Any] = rows.annotate(standing=standing)
    return annotated


def needs_attention(today: date) -> Q:
    """Current entries whose end or review is due: the twin of ``partnerships.registers.status.due_on``."""
    in_use = Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=today)
    horizon = _noticed(today)
    return Q(past_of__isnull=True) & in_use & (Q(ends_on__lte=horizon) | Q(review_on__lte=horizon))


def _noticed(today: date) -> Combinable:
    """The last day of which an entry gives notice today."""
    return ExpressionWrapper(
        Value(today, output_field=DateField()) + F("remind_days"), output_field=DateField()
    )


def rows_of(councils: Collection[int], register: Register) -> QuerySet[Any]:
    """Every row of a register in some councils, past terms included."""
    return table_of(register)._default_manager.filter(council__in=list(councils), **register.fixed)


def entries_of(council: Council, register: Register, today: date) -> QuerySet[Any]:
    """The current entries of a register by title, each with how it stands, its owner and what it names."""
    rows = table_of(register)._default_manager.filter(council=council, past_of__isnull=True, **register.fixed)
    return _with_what_it_names(with_status(rows, register, today), register).order_by("title", "pk")


def past_terms_of(entry: RegisterEntry, register: Register, today: date) -> list[Any]:
    """The terms that others have followed, latest first."""
    rows = table_of(register)._default_manager.filter(council=entry.council_id, past_of=entry.pk)
    return list(_with_what_it_names(with_status(rows, register, today), register).order_by("-term"))


def _with_what_it_names(rows: QuerySet[Any], register: Register) -> QuerySet[Any]:
    named = [each.name for each in register.fields if each.answer in _ROWS]
    rows = rows.select_related("council", "owner", *named)
    for each in register.fields:
        if each.answer is Answer.ORGANISATIONS:
            links = table_of(register)._meta.get_field(each.name).related_model
            ordered = cast(Any, links)._default_manager.select_related("organisation")
            rows = rows.prefetch_related(
                Prefetch(each.name, queryset=ordered.order_by("organisation__name", "pk"))
            )
    return rows


def narrowed(
    rows: QuerySet[Any],
    register: Register,
    *,
    status: str = "",
    owner: str = "",
    text: str = "",
    **choices: str,
) -> QuerySet[Any]:
    """The entries that fit the filters of the list; an empty filter narrows nothing."""
    if status:
        rows = rows.filter(standing=status)
    if owner:
        rows = rows.filter(owner=int(owner))
    if text:
        rows = rows.filter(title__icontains=text)
    for name, value in choices.items():
        if value:
            rows = rows.filter(**{name: value})
    return rows


def owners_in(council: Council, register: Register) -> QuerySet[User]:
    """People who own a current entry of the register."""
    rows = rows_of([council.pk], register).filter(past_of__isnull=True)
    return User.objects.filter(pk__in=rows.order_by().values("owner")).order_by("name", "email")


def counts_of(
    council: Council, registers: Sequence[Register], today: date
) -> dict[str, Counter[RegisterStatus]]:
    """How many entries of each register stand how: one statement for any number of registers."""
    counts: dict[str, Counter[RegisterStatus]] = {register.slug: Counter() for register in registers}
    parts = [
        with_status(rows_of([council.pk], register).filter(past_of__isnull=True), register, today)
        .order_by()
        .annotate(slug=Value(register.slug, output_field=CharField()))
        .values("slug", "standing")
        .annotate(n=Count("pk"))
        .values_list("slug", "standing", "n")
        for register in registers
    ]
    if parts:
        for slug, standing, n in parts[0].union(*parts[1:], all=True):
            counts[slug][RegisterStatus(standing)] += n
    return counts


def possible_owners(council: Council, register: Register) -> QuerySet[User]:
    """People who may own an entry: those whose role lets them read the register."""
    return people_with(council, [role.value for role in PARTNERSHIPS_GRANTS[register.view]])


def possible_people(council: Council) -> QuerySet[User]:
    """People who may have promised something: everybody with a role in the council."""
    return people_with(council)


def possible_organisations(council: Council) -> list[Organisation]:
    """Organisations that an entry may name, by name."""
    return sorted(linked_organisations(council).values(), key=lambda organisation: organisation.name)


def venue_policies(council: Council) -> QuerySet[ApprovedDocument]:
    """Venue-hire policies that a venue may be let by."""
    return ApprovedDocument.objects.filter(
        council=council, kind=ApprovedKind.VENUE_POLICY, past_of__isnull=True
    ).order_by("title", "pk")


def titles_of(rows: QuerySet[Any], ids: Iterable[Any]) -> Mapping[Any, str]:
    """The titles of those entries that are among the rows, by key."""
    return dict(rows.filter(pk__in=list(ids)).values_list("pk", "title"))
