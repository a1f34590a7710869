"""Rows that wait for a person, of every room, read in one statement.

What waits lies in some forty tables. Asked one by one they cost forty round trips, most of them for nothing;
as parts of one UNION they cost one, for any number of councils.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import F, IntegerField, Model, QuerySet, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)
T = TypeVar("T")


@dataclass(frozen=True)
class Waiting(Generic[M, T]):
    """Rows of one table, as a part of the one statement.

    Args:
        rows: which rows. Their order does not count, and of each nothing is read but what ``fields`` names.
        fields: fields of the table, fields of what it points to (``plan__title``), and annotations.
        items: makes items of the rows that were found, which are instances that hold these fields alone. Not
            called where there is none.
    """

    rows: QuerySet[M, Any]
    fields: Sequence[str]
    items: Callable[[list[M]], Iterable[T]]


def read(parts: Sequence[Waiting[Any, T]]) -> Iterator[T]:
    """The items of every part, part by part: one statement, none where there is no part."""
    if not parts:
        return
    first, *others = (_columns(number, part) for number, part in enumerate(parts))
    found: dict[int, list[Model]] = {}
    for number, values in first.union(*others, all=True) if others else first:
        rows = parts[number].rows
        found.setdefault(number, []).append(_instance(rows.model, values, rows.query.annotations))
    for number, instances in sorted(found.items()):
        yield from parts[number].items(instances)


def _columns(number: int, part: Waiting[Any, Any]) -> QuerySet[Any, Any]:
    """The part as two columns of the same types as every other's: its number, and the fields of a row."""
    keys = {"pk"}
    for name in part.fields:
        steps = name.split(LOOKUP_SEP)
        keys.update(LOOKUP_SEP.join([*steps[:length], "pk"]) for length in range(1, len(steps)))
    fields = {name: F(name) for name in (*sorted(keys), *part.fields)}
    columns: QuerySet[Any, Any] = (
        part.rows.order_by()
        .annotate(
            waiting_part=Value(number, output_field=IntegerField()), waiting_fields=JSONObject(**fields)
        )
        .values_list("waiting_part", "waiting_fields")
    )
    return columns


def _instance(model: type[Model], values: Mapping[str, Any], annotations: Mapping[str, Any]) -> Model:
    """The row as an instance of its model, and what it points to as instances of theirs."""
    own: dict[str, Any] = {}
    others: dict[str, dict[str, Any]] = {}
    extra: dict[str, Any] = {}
    for name, value in values.items():
        head, _, rest = name.partition(LOOKUP_SEP)
        if rest:
            others.setdefault(head, {})[rest] = value
        elif name in annotations:
            extra[name] = annotations[name].output_field.to_python(value)
        else:
            field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
            own[field.attname] = field.to_python(value)
    for head, fields in others.items():
        own[model._meta.get_field(head).attname] = fields["pk"]  # type: ignore[union-attr] # a foreign key
    names = [field.attname for field in model._meta.concrete_fields if field.attname in own]
    instance = model.from_db(None, names, [own[name] for name in names])
    for head, fields in others.items():
        field = model._meta.get_field(head)
        there = _instance(field.related_model, fields, {}) if fields["pk"] is not None else None
        setattr(instance, head, there)
    for name, value in extra.items():
        setattr(instance, name, value)
    return instance
