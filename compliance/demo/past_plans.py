"""Plans of the days of the published reports: what cabinet agreed, and what each district had.

Nothing in them is open any more, so that no list of today's work is longer for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from compliance.enums import ActionStatus, PlanKind
from compliance.models import Action, ActionPlan, Objective, PlanReviewer, PlanVersion
from compliance.queries.plan_reviews import checksum, plan_content
from partnerships.enums import Cadence
from partnerships.models import Board
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council

PARTNERSHIPS = "District Community Safety Partnerships"


@dataclass(frozen=True)
class Done:
    """An action with the day it was promised for and the day it was complete."""

    title: str
    due_on: date
    completed_on: date


@dataclass(frozen=True)
class PastPlan:
    """A plan that has ended.

    Args:
        frozen_on: the day on which a body was given the plan as a version of its own.
    """

    council: str
    title: str
    kind: PlanKind
    starts_on: date
    ends_on: date
    objective: str = ""
    done: tuple[Done, ...] = ()
    district: str = ""
    part_of: str = ""
    reviewer: str = ""
    cadence: Cadence = Cadence.QUARTERLY
    frozen_on: date | None = None
    frozen_for: str = ""


def _districts_of(
    council: str, starts_on: date, ends_on: date, plans: tuple[tuple[str, str], ...]
) -> tuple[PastPlan, ...]:
    """A plan for each district: its own, or the name of the plan inside which it stands."""
    return tuple(
        PastPlan(
            council,
            f"{name}: Prevent in the community safety plan {starts_on.year}"
            if inside
            else f"{name} Prevent action plan {starts_on.year}",
            PlanKind.COMMUNITY_SAFETY if inside else PlanKind.DISTRICT,
            starts_on,
            ends_on,
            district=name,
            part_of=inside,
            reviewer=PARTNERSHIPS,
        )
        for name, inside in plans
    )


PLANS: tuple[PastPlan, ...] = (
    PastPlan(
        "leicestershire",
        "Meeting the new duty",
        PlanKind.MULTI_AGENCY,
        date(2015, 2, 12),
        date(2016, 3, 31),
        "County, districts and partners are ready when the duty comes into force",
        (
            Done("Ask every district how it will plan for the duty", date(2015, 4, 30), date(2015, 4, 28)),
            Done("Agree how city and county pay for an officer", date(2015, 5, 29), date(2015, 5, 22)),
            Done("List the venues and networks that the duty concerns", date(2015, 5, 31), date(2015, 6, 3)),
            Done("Write the programme that trains trainers", date(2015, 6, 30), date(2015, 6, 5)),
        ),
        reviewer="Prevent Steering Group",
    ),
    *_districts_of(
        "leicestershire",
        date(2015, 2, 12),
        date(2016, 3, 31),
        (
            ("Blaby", "Community safety strategy"),
            ("Charnwood", ""),
            ("Harborough", ""),
            ("Hinckley and Bosworth", ""),
            ("Melton", "Safer Melton partnership plan"),
            ("North West Leicestershire", ""),
            ("Oadby and Wigston", "Community safety partnership plan"),
        ),
    ),
    PastPlan(
        "buckinghamshire",
        "County Prevent action plan 2016 to 2018",
        PlanKind.MULTI_AGENCY,
        date(2016, 1, 20),
        date(2018, 3, 31),
        "The strategy against extremism is carried out",
        (
            Done("Write to every school about the duty", date(2016, 5, 31), date(2016, 5, 16)),
            Done("Hold a conference on extremism", date(2017, 12, 31), date(2017, 12, 1)),
            Done("Add a clause on the duty to the terms for suppliers", date(2017, 9, 30), date(2017, 9, 18)),
        ),
        reviewer="Prevent Network",
    ),
    PastPlan(
        "buckinghamshire",
        "The council’s own plan 2017/18",
        PlanKind.COUNCIL,
        date(2017, 4, 1),
        date(2018, 3, 31),
        "The council’s own services meet the duty",
        (
            Done("Change the rules for letting rooms in libraries", date(2017, 10, 31), date(2017, 10, 9)),
            Done("Draft new guidance on letting rooms", date(2018, 2, 28), date(2018, 2, 16)),
        ),
        reviewer="Corporate Management Team",
        cadence=Cadence.SIX_MONTHLY,
    ),
    *_districts_of(
        "buckinghamshire",
        date(2017, 4, 1),
        date(2018, 3, 31),
        (("Aylesbury Vale", ""), ("Chiltern", ""), ("South Bucks", ""), ("Wycombe", "")),
    ),
    PastPlan(
        "southwark",
        "Prevent partnership delivery plan 2016/17",
        PlanKind.MULTI_AGENCY,
        date(2016, 9, 20),
        date(2017, 3, 31),
        "Each workstream of the duty is met",
        (
            Done(
                "Agree how the council talks with community organisations",
                date(2016, 12, 16),
                date(2016, 12, 9),
            ),
            Done("Decide which staff take the workshop next", date(2017, 3, 31), date(2017, 3, 20)),
            Done(
                "See that halls and computers give extremists no platform",
                date(2016, 12, 16),
                date(2017, 1, 13),
            ),
            Done(
                "Tell people who let rooms or give grants what to ask", date(2016, 12, 16), date(2016, 12, 15)
            ),
        ),
        reviewer="Safer Southwark Partnership",
        cadence=Cadence.SIX_MONTHLY,
        frozen_on=date(2016, 9, 8),
        frozen_for="Draft for cabinet on 20 September 2016",
    ),
)


def load_past_plans(council: Council, people: Mapping[str, User]) -> None:
    """Load the council's plans that have ended; one that is there by its title is left alone."""
    by = people.get(f"coordinator@{council.slug}.example")
    boards = {board.name: board for board in Board.objects.filter(council=council)}
    districts = {district.name: district for district in Council.objects.filter(parent=council)}
    present = set(ActionPlan.objects.filter(council=council).values_list("title", flat=True))
    for past in PLANS:
        if past.council == council.slug and past.title not in present:
            plan = ActionPlan.objects.create(
                council=council,
                title=past.title,
                kind=past.kind,
                part_of=past.part_of,
                district=districts.get(past.district),
                starts_on=past.starts_on,
                ends_on=past.ends_on,
                created_at=_morning(past.starts_on),
                created_by=by,
            )
            if past.reviewer in boards:
                PlanReviewer.objects.create(
                    council=council, plan=plan, board=boards[past.reviewer], cadence=past.cadence
                )
            if past.done:
                _actions(plan, past, by)
            if past.frozen_on is not None:
                _freeze(plan, past, past.frozen_on, by)


def _actions(plan: ActionPlan, past: PastPlan, by: User | None) -> None:
    objective = Objective.objects.create(council=plan.council, plan=plan, number=1, title=past.objective)
    number = Action.objects.filter(council=plan.council).count()
    Action.objects.bulk_create(
        Action(
            council=plan.council,
            plan=plan,
            objective=objective,
            number=number + place,
            title=done.title,
            owner=by,
            status=ActionStatus.COMPLETE,
            first_due_on=done.due_on,
            due_on=done.due_on,
            completed_on=done.completed_on,
            created_at=_morning(past.starts_on),
            updated_at=_morning(done.completed_on),
            updated_by=by,
        )
        for place, done in enumerate(past.done, start=1)
    )


def _freeze(plan: ActionPlan, past: PastPlan, day: date, by: User | None) -> None:
    """Keep the plan as it was given to a body, before anything of it was done."""
    content = plan_content(plan)
    for objective in content["objectives"]:
        for action in objective["actions"]:
            action |= {"status": ActionStatus.NOT_STARTED.value, "completed_on": None}
    PlanVersion.objects.create(
        council=plan.council,
        plan=plan,
        number=1,
        content=content,
        sha256=checksum(content),
        reason=past.frozen_for,
        created_at=_morning(day),
        created_by=by,
    )


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))
