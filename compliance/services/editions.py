"""Write the shipped editions into the database, as the owner, after each migrate."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import connections, transaction
from django.db.models import Model

from compliance.editions.channel_assurance import CHANNEL_ASSURANCE
from compliance.editions.guidance_2015 import GUIDANCE_2015
from compliance.editions.guidance_2023 import GUIDANCE_2023
from compliance.editions.shape import EditionData
from compliance.models import Edition, EditionItem

SHIPPED = (GUIDANCE_2015, GUIDANCE_2023, CHANNEL_ASSURANCE)


def sync_editions(*, using: str, **kwargs: Any) -> None:
    """Bring the editions' words up to date. Items are found by their ref, so answers keep their place.

    Does nothing where the tables are not there or are of an older shape, as while compliance is unapplied.
    """
    if not (_has_table(Edition, using) and _has_table(EditionItem, using)):
        return
    with transaction.atomic(using=using):
        for shipped in SHIPPED:
            _sync(shipped, using)


def _has_table(model: type[Model], using: str) -> bool:
    """Whether the table is there with every column of the model."""
    connection = connections[using]
    table = model._meta.db_table
    if table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        there = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    return {field.column for field in model._meta.local_fields} <= there


def _sync(shipped: EditionData, using: str) -> None:
    edition, _ = Edition.objects.using(using).update_or_create(
        code=shipped.code,
        defaults={
            "name": shipped.name,
            "nations": [nation.value for nation in shipped.nations],
            "in_force_from": shipped.in_force_from,
            "in_force_to": shipped.in_force_to,
            "source": shipped.source,
            "last_checked_on": shipped.last_checked_on,
            "scale": [asdict(step) for step in shipped.scale],
            "counts_words": dict(shipped.counts_words),
            "parts": [asdict(part) for part in shipped.parts],
        },
    )
    order = 0
    for place, workstream in enumerate(shipped.workstreams, start=1):
        for item in workstream.items:
            order += 1
            EditionItem.objects.using(using).update_or_create(
                edition=edition,
                ref=item.ref,
                defaults={
                    "part": workstream.part,
                    "workstream_order": place,
                    "workstream": workstream.title,
                    "order": order,
                    "kind": item.kind,
                    "prompt": item.prompt,
                    "expected_evidence": item.expected_evidence,
                    "guidance": item.guidance or workstream.guidance,
                    "verified": item.verified,
                    "training_rule": item.training_rule,
                },
            )
