"""Demo rounds that follow others: Southwark's next year, and Buckinghamshire's way to the newer edition.

Buckinghamshire's states are those that can be read from its published report of 2018; the words are our own,
and so is everything after that year.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from django.utils import timezone

from compliance.demo.checklist import IN_PLACE, ONGOING, Reply, answer_round
from compliance.enums import ItemKind, TimescaleKind
from compliance.models import Assessment, Edition, EditionItem, ItemAnswer, LocalItem
from compliance.services.checklist import answer_item
from compliance.services.local_items import add_local_item
from compliance.services.prompts import edit_prompt
from compliance.services.rounds import confirm_answer, open_assessment
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, new_id
from prevent_portal.web.quarters import Quarter

STILL_TRUE = ("S-01", "S-02", "S-04", "S-06", "S-08", "S-09", "S-12", "S-15", "S-17")
SOUTHWARK_AGAIN: dict[str, Reply] = {
    "S-03": Reply("in_place", "The plan is agreed and four meetings were held.", IN_PLACE),
    "S-10": Reply("in_place", "Cabinet agreed the plan; the partnership reviews it.", IN_PLACE),
    "S-16": Reply("in_place", "In post since spring.", IN_PLACE),
}
BUCKINGHAMSHIRE: dict[str, Reply] = {
    "B-1.3a": Reply(
        "in_place", "The board's assessment goes beyond the profile; the plan answers it.", IN_PLACE
    ),
    "B-1.3b": Reply(
        "in_place", "There has been a panel since 2012; its terms are reviewed each year.", IN_PLACE
    ),
    "B-1.4a": Reply("in_place", "Chief executives are briefed once a year, boards each quarter.", ONGOING),
    "B-1.4b": Reply(
        "in_progress", "Managers know who needs which training; a survey sets the base line.", ONGOING
    ),
    "B-1.4c": Reply("in_place", "A conference in December 2017 had 95 delegates.", IN_PLACE),
    "B-1.4d": Reply(
        "in_progress", "The audit of safeguarding found where staff need more help.", date(2018, 5, 31)
    ),
    "B-1.5": Reply("in_place", "Thresholds of both safeguarding boards name the duty.", IN_PLACE),
    "B-1.6a": Reply(
        "in_progress",
        "Over 90% of schools had the workshop; for council staff it becomes mandatory.",
        ONGOING,
    ),
    "B-1.6b": Reply(
        "in_progress",
        "Libraries and youth centres have rules; guidance on lettings is out for comment.",
        ONGOING,
    ),
    "B-1.6c": Reply("planned", "A check before grants are given is being written.", date(2018, 6, 30)),
    "B-1.6d": Reply("in_place", "The internal plan goes to the management team every six months.", ONGOING),
    "B-1.6e": Reply("in_place", "The panel works under a sharing protocol.", IN_PLACE),
    "B-1.7.1": Reply("in_place", "A board steers and a network of practitioners delivers.", IN_PLACE),
    "B-1.7.2": Reply("in_place", "Four districts sit on the board; three have plans of their own.", IN_PLACE),
}
BUCKINGHAMSHIRE_NOW: dict[str, Reply] = {
    "T1-1": Reply("met", "The board has met each quarter since the councils became one.", IN_PLACE),
    "T1-3": Reply("met", "One council now; neighbours meet twice a year.", IN_PLACE),
    "T2-1": Reply("met", "Renewed each spring with all partners.", IN_PLACE),
    "T5-1": Reply("exceeding", "The panel meets monthly, with a deputy chair from health.", IN_PLACE),
    "T6-1": Reply("met", "The needs of each role are in the learning system.", IN_PLACE),
    "T7-1": Reply("met", "All halls are let under one policy.", IN_PLACE),
    "T8-3": Reply("not_met", "New members have not been briefed since the election.", ONGOING),
}
LOCAL = "Young people are asked once a year how safe they feel online"


def load_rounds(council: Council, people: Mapping[str, User]) -> None:
    """Load the rounds that follow others; what is there already is left alone."""
    loaders = {"southwark": _southwark, "buckinghamshire": _buckinghamshire}
    if load := loaders.get(council.slug):
        load(council, people[f"coordinator@{council.slug}.example"])


def _southwark(council: Council, by: User) -> None:
    edition = Edition.objects.get(code="guidance-2015")
    start = date(2017, 4, 1)
    if Assessment.objects.filter(council=council, edition=edition, period_start=start).exists():
        return
    last = Assessment.objects.get(council=council, edition=edition, period_start=date(2016, 4, 1))
    following = open_assessment(
        council=council,
        by=by,
        edition=edition,
        period="2017/18",
        period_start=start,
        period_end=date(2018, 3, 31),
        parts=["local_authority"],
        earlier=last,
    )
    for answer in ItemAnswer.objects.filter(council=council, assessment=following, item__ref__in=STILL_TRUE):
        confirm_answer(answer=answer, by=by, version=answer.version)
    _answer(following, SOUTHWARK_AGAIN, by)


def _buckinghamshire(council: Council, by: User) -> None:
    older = Edition.objects.get(code="guidance-2015")
    newer = Edition.objects.get(code="guidance-2023")
    if Assessment.objects.filter(council=council).exists():
        return
    before = answer_round(
        council=council,
        edition=older,
        by=by,
        period="2017/18",
        start=date(2017, 4, 1),
        end=date(2018, 3, 31),
        at=timezone.make_aware(datetime.combine(date(2018, 3, 1), time(11))),
        part="every_authority",
        replies=BUCKINGHAMSHIRE,
    )
    Assessment.objects.filter(council=council, pk=before.pk).update(
        state="closed",
        closed_at=timezone.make_aware(datetime.combine(date(2018, 4, 9), time(15))),
        closed_by=by,
    )
    add_local_item(
        council=council,
        by=by,
        workstream="Communications and engagement",
        kind=ItemKind.SHOULD,
        prompt=LOCAL,
        expected_evidence="The survey and what was done about it",
    )
    edit_prompt(
        council=council,
        item=EditionItem.objects.get(edition=newer, ref="T1-3"),
        by=by,
        prompt="What is done together with the councils around us is agreed and looked at each year",
        expected_evidence="The arrangement, who agreed it and when",
        version=0,
    )
    year = Quarter(Quarter.of(timezone.localdate()).year, 1)
    following = open_assessment(
        council=council,
        by=by,
        edition=newer,
        period=year.financial_year,
        period_start=year.start,
        period_end=Quarter(year.year, 4).end,
        earlier=before,
    )
    _answer(following, BUCKINGHAMSHIRE_NOW, by)
    own = LocalItem.objects.get(council=council, prompt=LOCAL)
    answer = ItemAnswer.objects.get(council=council, assessment=following, local_item=own)
    _say(answer, Reply("met", "The youth council asked 400 pupils in May.", IN_PLACE), by)


def _answer(assessment: Assessment, replies: Mapping[str, Reply], by: User) -> None:
    answers = ItemAnswer.objects.filter(
        council=assessment.council, assessment=assessment, item__ref__in=list(replies)
    ).select_related("item", "owner")
    for answer in answers:
        if answer.item is not None:
            _say(answer, replies[answer.item.ref], by)


def _say(answer: ItemAnswer, reply: Reply, by: User) -> None:
    due_on = reply.when if isinstance(reply.when, date) else None
    answer_item(
        answer=answer,
        by=by,
        status=reply.status,
        response=reply.words,
        timescale=TimescaleKind.DATE if due_on else str(reply.when),
        due_on=due_on,
        owner=answer.owner,
        version=answer.version,
        token=new_id(),
    )
