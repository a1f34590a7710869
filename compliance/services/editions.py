"""Write the shipped editions into the database, as the owner, after each migrate."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import connections, transaction

from compliance.editions.guidance_2015 import GUIDANCE_2015
from compliance.editions.shape import EditionData
from compliance.models import Edition, EditionItem

SHIPPED = (GUIDANCE_2015,)


def sync_editions(*, using: str, **kwargs: Any) -> None:
    """Bring the editions' words up to date. Items are found by their ref, so answers keep their place.

    Does nothing where the tables are not there, as while compliance is being unapplied.
    """
    if Edition._meta.db_table not in connections[using].introspection.table_names():
        return
    with transaction.atomic(using=using):
        for shipped in SHIPPED:
            _sync(shipped, using)


def _sync(shipped: EditionData, using: str) -> None:
    edition, _ = Edition.objects.using(using).update_or_create(
        code=shipped.code,
        defaults={
            "name": shipped.name,
            "nation": shipped.nation,
            "in_force_from": shipped.in_force_from,
            "in_force_to": shipped.in_force_to,
            "source": shipped.source,
            "last_checked_on": shipped.last_checked_on,
            "scale": [asdict(step) for step in shipped.scale],
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
                    "workstream_order": place,
                    "workstream": workstream.title,
                    "order": order,
                    "kind": item.kind,
                    "prompt": item.prompt,
                    "expected_evidence": item.expected_evidence,
                    "guidance": workstream.guidance,
                },
            )
