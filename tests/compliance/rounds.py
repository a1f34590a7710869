"""Rounds for tests, their answers and local items. Call inside a scope of the council."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from compliance.models import Assessment, Edition, ItemAnswer, LocalItem
from compliance.services.checklist import answer_item
from compliance.services.local_items import add_local_item
from compliance.services.rounds import open_assessment
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope


def make_round(council: Council, by: User, period_start: date = date(2018, 4, 1)) -> Assessment:
    """An open round of the 2015 edition's part for local authorities (17 items), nothing answered."""
    with service_scope(council=council):
        return open_assessment(
            council=council,
            by=by,
            edition=Edition.objects.get(code="guidance-2015"),
            period="2018/19",
            period_start=period_start,
            period_end=date(2019, 3, 31),
            parts=["local_authority"],
        )


def make_next_round(
    before: Assessment,
    by: User,
    *,
    edition: str = "guidance-2015",
    period_start: date = date(2019, 4, 1),
    **options: Any,
) -> Assessment:
    """The round after another, with its answers brought forward unless ``earlier=None`` is given."""
    options.setdefault("earlier", before)
    options.setdefault("parts", ["local_authority"] if edition == "guidance-2015" else [])
    return open_assessment(
        council=before.council,
        by=by,
        edition=Edition.objects.get(code=edition),
        period=f"{period_start.year}/{(period_start.year + 1) % 100:02d}",
        period_start=period_start,
        period_end=date(period_start.year + 1, 3, 31),
        **options,
    )


def answer_for_test(assessment: Assessment, item: str | LocalItem, by: User, **fields: Any) -> ItemAnswer:
    """Answer an item of the edition, by its ref, or one of the council's own."""
    which = {"local_item": item} if isinstance(item, LocalItem) else {"item__ref": item}
    answer = ItemAnswer.objects.get(council=assessment.council, assessment=assessment, **which)
    given: dict[str, Any] = {
        "status": "in_place" if assessment.edition.code == "guidance-2015" else "met",
        "response": "Done.",
        "timescale": "in_place",
        "due_on": None,
        "owner": None,
        "version": answer.version,
        "token": uuid4(),
    }
    return answer_item(answer=answer, by=by, **{**given, **fields})


def make_local_item(council: Council, by: User, **fields: Any) -> LocalItem:
    """An item of the council's own."""
    given = {"workstream": "Local items", "kind": "should", "prompt": "A briefing is held each June"}
    return add_local_item(council=council, by=by, **{**given, **fields})
