"""Answers in the states that tests of their life begin from. Call inside a scope of the council."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from compliance.models import Assessment, ItemAnswer
from compliance.services.checklist import answer_item
from compliance.services.moderation import accept_answer, moderate_answer
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


def answer_of(council: Council, ref: str, assessment: Assessment | None = None) -> ItemAnswer:
    """The answer to an item of the 2015 edition, as it is stored now."""
    rows = ItemAnswer.objects.select_related("council", "assessment__edition", "item", "owner")
    rows = rows.filter(council=council, item__ref=ref)
    return (rows.filter(assessment=assessment) if assessment else rows).get()


def given(**fields: Any) -> dict[str, Any]:
    """A complete answer as the service takes it."""
    return {
        "status": "in_place",
        "response": "Done since spring.",
        "timescale": "in_place",
        "due_on": None,
        "token": uuid4(),
        **fields,
    }


def sent_fields(answer: ItemAnswer, **fields: str) -> dict[str, str]:
    """What the form of an item sends."""
    return {
        "status": "in_place",
        "response": "Done since spring.",
        "timescale": "in_place",
        "version": str(answer.version),
        "token": str(uuid4()),
        **fields,
    }


def saved(answer: ItemAnswer, by: User, **fields: Any) -> ItemAnswer:
    """A draft."""
    return answer_item(answer=answer, by=by, owner=answer.owner, version=answer.version, **given(**fields))


def submitted(answer: ItemAnswer, by: User, **fields: Any) -> ItemAnswer:
    return saved(answer, by, submit=True, **fields)


def accepted(answer: ItemAnswer, by: User, second: User, **fields: Any) -> ItemAnswer:
    """Submitted by one person and accepted by another."""
    handed_in = submitted(answer, by, **fields)
    return accept_answer(answer=handed_in, by=second, version=handed_in.version, token=uuid4())


def moderated(answer: ItemAnswer, by: User, second: User, **fields: Any) -> ItemAnswer:
    """Accepted and moderated with another score."""
    done = accepted(answer, by, second, **fields)
    return moderate_answer(
        answer=done,
        by=second,
        score="in_progress",
        challenge="Two services are missing.",
        version=done.version,
        token=uuid4(),
    )
