"""Councils that a seed invents: what partners sent, planned, answered and were recommended, as plain data.

A council is made of the seed alone and of nothing that the portal computes, so that a test can calculate from
the same data what the council's report must say. ``store`` then puts it into the database as it is.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from compliance.models import (
    Action,
    ActionLead,
    ActionPlan,
    Assessment,
    Edition,
    EditionItem,
    ItemAnswer,
    Objective,
    Recommendation,
    RecommendationLead,
    ScrutinyReview,
)
from partnerships.enums import OrganisationKind
from partnerships.models import CouncilOrganisation, Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from training.models import (
    Course,
    ExpectedReturn,
    ReturnGrant,
    ReturnReview,
    SessionRecord,
    Target,
    TrainingReturn,
    TrainingSession,
)

COURSES = {"wrap": "WRAP", "basic-awareness": "Basic awareness"}
LONGEST_BACK = date(2016, 1, 1)
WORDS = (
    "Brief", "every", "school’s", "governors", "&", "staff", "at <least>", "once", "a year", "“soon”", "100%",
    "of", "wards", "before", "31 March", "it’s", "agreed", "O'Neill Trust", "£500", "two—three", "posts",
)  # fmt: skip


@dataclass
class Sent:
    """One version of a return, when it came and what the council said of it on which days."""

    reported: str
    compliant: int | None
    eligible: int | None
    sessions: int | None
    on: date
    reviews: list[tuple[date, str]] = field(default_factory=list)


@dataclass
class Returns:
    """The versions of one return: a body, a course, whose staff, and a period."""

    body: int
    course: str
    local: bool
    kind: str
    start: date
    end: date
    versions: list[Sent]


@dataclass
class Body:
    name: str
    kind: str


@dataclass
class Expected:
    body: int
    course: str
    local: bool
    start: date
    end: date | None


@dataclass
class Goal:
    """A target of the council's own."""

    course: str
    kind: str
    start: date
    end: date | None
    per_cent: Decimal


@dataclass
class Promise:
    """An action of a plan, by the place of its objective."""

    objective: int
    number: int
    title: str
    status: str
    first_due: date
    due: date
    moved: int
    leads: list[int]
    rating: str


@dataclass
class Plan:
    title: str
    start: date
    end: date
    objectives: list[str]
    promises: list[Promise]


@dataclass
class Answer:
    status: str
    response: str
    timescale: str
    due: date | None
    to_confirm: bool


@dataclass
class Round:
    start: date
    answers: list[Answer]
    follows: bool


@dataclass
class Advice:
    """A recommendation of a review."""

    number: int
    theme: str
    wording: str
    response: str
    reason: str
    leads: list[str]
    state: str
    done_on: date | None
    milestone: date | None


@dataclass
class Review:
    title: str
    panel: str
    state: str
    presented_on: date | None
    advice: list[Advice]


@dataclass
class Held:
    """A line of the session log, with what was recorded of it on which days."""

    course: str
    title: str
    state: str
    start: date
    end: date
    dated: str
    audience: str
    records: list[tuple[date, int, int | None]]


@dataclass
class InventedCouncil:
    """All that a report is made of.

    Args:
        year, quarter: of the financial year that the report is on.
        as_at: the day on which it is made.
    """

    seed: int
    year: int
    quarter: int
    as_at: date
    bodies: list[Body] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    returns: list[Returns] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    sessions: list[Held] = field(default_factory=list)

    @property
    def period(self) -> tuple[date, date]:
        return quarter_days(self.year, self.quarter)


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    """First and last day of a quarter of the financial year that begins in April of a year."""
    month = 1 + 3 * (quarter % 4)
    start = date(year + (quarter == 4), month, 1)
    after = date(start.year + (month == 10), 1 if month == 10 else month + 3, 1)
    return start, after - timedelta(days=1)


def quarters_before(year: int, quarter: int, count: int) -> list[tuple[int, int]]:
    """So many quarters, the last of them the given one."""
    place = year * 4 + quarter - 1
    return [(each // 4, each % 4 + 1) for each in range(place - count + 1, place + 1)]


def invent(seed: int) -> InventedCouncil:
    """The council of a seed; the same one for the same seed."""
    dice = random.Random(seed)
    year, quarter = dice.randint(2017, 2024), dice.randint(1, 4)
    end = quarter_days(year, quarter)[1]
    made = InventedCouncil(seed, year, quarter, as_at=end + timedelta(days=dice.randint(1, 80)))
    _bodies(made, dice)
    _goals(made, dice)
    _returns(made, dice)
    _plans(made, dice)
    _rounds(made, dice)
    _reviews(made, dice)
    _sessions(made, dice)
    return made


def _words(dice: random.Random, most: int) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(dice.randint(1, most)))


def _day(dice: random.Random, around: date, before: int, after: int) -> date:
    return around + timedelta(days=dice.randint(-before, after))


def _bodies(made: InventedCouncil, dice: random.Random) -> None:
    kinds = [kind.value for kind in OrganisationKind if kind != OrganisationKind.COUNCIL_SERVICE]
    for number in range(dice.randint(1, 4)):
        form = dice.choice(("NHS Trust", "NHS Foundation Trust", "Trust", "& Partners’ Group"))
        kind = dice.choice(("nhs_trust", "nhs_trust", dice.choice(kinds)))
        made.bodies.append(Body(f"Body {made.seed}-{number} {form}", kind))
    for number in range(dice.randint(0, 3)):
        made.bodies.append(Body(f"Service {made.seed}-{number}", "council_service"))


def _goals(made: InventedCouncil, dice: random.Random) -> None:
    end = made.period[1]
    for course in COURSES:
        for kind in sorted({body.kind for body in made.bodies}):
            start = _day(dice, end, 900, 200)
            for _ in range(dice.choice((0, 0, 1, 2))):
                last = _day(dice, start, 0, 700) if dice.random() < 0.4 else None
                per_cent = Decimal(dice.choice(("80", "85", "90", "92.5", "84.72", "100", "0.5")))
                made.goals.append(Goal(course, kind, start, last, per_cent))
                start += timedelta(days=dice.randint(20, 300))


def _returns(made: InventedCouncil, dice: random.Random) -> None:
    quarters = [quarter_days(*each) for each in quarters_before(made.year, made.quarter, 7)]
    quiet = dice.random() < 0.1
    for place, body in enumerate(made.bodies):
        for course in COURSES:
            if quiet or dice.random() < 0.25:
                continue
            local = dice.random() < 0.5
            if body.kind == "council_service":
                _other_periods(made, dice, place, course)
                continue
            if dice.random() < 0.7:
                start = dice.choice(quarters)[0] - timedelta(days=dice.choice((0, 0, 20)))
                last = dice.choice((None, dice.choice(quarters)[1], made.period[1]))
                if last is None or last >= start:
                    made.expected.append(Expected(place, course, local, start, last))
            kind = dice.choice(("snapshot", "quarter"))
            for start, end in quarters:
                if dice.random() < 0.7:
                    sent = _versions(made, dice, end)
                    made.returns.append(Returns(place, course, local, kind, start, end, sent))


def _other_periods(made: InventedCouncil, dice: random.Random, place: int, course: str) -> None:
    for _ in range(dice.randint(0, 2)):
        start = _day(dice, made.period[0], 500, 60).replace(day=2)
        end = start + timedelta(days=dice.randint(20, 420))
        if any(one.body == place and one.course == course and one.end == end for one in made.returns):
            continue
        sent = _versions(made, dice, min(end, made.as_at))
        made.returns.append(Returns(place, course, True, "free", start, end, sent))


def _versions(made: InventedCouncil, dice: random.Random, end: date) -> list[Sent]:
    sent = []
    day = end
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        day += timedelta(days=dice.randint(1, 60))
        one = _figures(dice, day)
        said = day
        for _ in range(dice.choice((0, 1, 1, 1, 2))):
            said += timedelta(days=dice.randint(1, 30))
            one.reviews.append((said, dice.choice(("accepted", "accepted", "queried"))))
        sent.append(one)
    return sent


def _figures(dice: random.Random, day: date) -> Sent:
    sessions = dice.choice((None, 0, dice.randint(1, 60)))
    reported = dice.choice(("figures",) * 8 + ("nil", "unknown"))
    if reported == "nil":
        return Sent("nil", 0, 0, sessions, day)
    if reported == "unknown":
        return Sent("unknown", None, dice.choice((None, dice.randint(1, 900))), sessions, day)
    eligible = dice.choice((1, 2, 3, 8, 200, dice.randint(1, 1500), dice.randint(1000, 90000)))
    near = dice.choice(("any", "edge", "half"))
    if near == "edge":  # a hair below or above a target, or on it
        goal = Decimal(dice.choice(("80", "85", "90", "92.5", "84.72"))) * eligible / 100
        compliant = int(goal) + dice.choice((-1, 0, 0, 1))
    elif near == "half":  # so many and a half per cent, where rounding rules part
        eligible = max(200, eligible - eligible % 200)
        compliant = eligible * dice.randint(0, 99) // 100 + eligible // 200
    else:
        compliant = dice.randint(0, eligible)
    return Sent("figures", min(max(compliant, 0), eligible), eligible, sessions, day)


def _plans(made: InventedCouncil, dice: random.Random) -> None:
    number = 0
    for which in range(dice.randint(0, 3)):
        start = _day(dice, made.period[0], 700, 200)
        plan = Plan(
            f"Plan {which} {_words(dice, 3)}", start, start + timedelta(days=dice.randint(90, 900)), [], []
        )
        plan.objectives = [_words(dice, 6) for _ in range(dice.randint(1, 4))]
        for objective in range(len(plan.objectives)):
            for _ in range(dice.choice((0, 1, 2, 5, 14))):
                number += 1
                first = _day(dice, made.as_at, 300, 300)
                moved = dice.choice((0, 0, 0, 1, 2, 3))
                plan.promises.append(
                    Promise(
                        objective,
                        number,
                        _words(dice, 8),
                        dice.choice(
                            ("not_started", "in_progress", "in_progress", "on_hold", "complete", "withdrawn")
                        ),
                        first,
                        _day(dice, first, 20, 200) if moved else first,
                        moved,
                        dice.sample(range(len(made.bodies)), dice.randint(0, min(2, len(made.bodies)))),
                        dice.choice(("", "green", "amber", "red")),
                    )
                )
        made.plans.append(plan)


def _rounds(made: InventedCouncil, dice: random.Random) -> None:
    start = _day(dice, made.period[0], 900, 0)
    for which in range(dice.randint(0, 3)):
        answers = []
        for _ in range(17):
            timescale = dice.choice(("", "date", "in_place", "ongoing", "not_applicable"))
            answers.append(
                Answer(
                    dice.choice(("", "in_place", "in_progress", "planned", "not_started", "not_applicable")),
                    _words(dice, 12) if dice.random() < 0.8 else "",
                    timescale,
                    _day(dice, made.as_at, 400, 400) if timescale == "date" else None,
                    which > 0 and dice.random() < 0.3,
                )
            )
        made.rounds.append(Round(start, answers, which > 0))
        start += timedelta(days=dice.randint(100, 500))


def _reviews(made: InventedCouncil, dice: random.Random) -> None:
    for which in range(dice.randint(0, 3)):
        state = dice.choice(("draft", "open", "open", "put_up", "closed"))
        review = Review(
            f"Review {which} {_words(dice, 4)}",
            f"Panel {which}",
            state,
            None if state == "draft" else _day(dice, made.as_at, 900, 0),
            [],
        )
        for number in range(1, dice.randint(1, 9)):
            response = dice.choice(("accept", "accept", "accept_in_part", "reject", ""))
            states = {
                "": ("open",),
                "reject": ("no_action", "proposed", "actioned"),
            }.get(response, ("open", "proposed", "complete"))
            advised = dice.choice(states)
            review.advice.append(
                Advice(
                    number,
                    f"Theme {dice.randint(1, 3)}",
                    _words(dice, 15),
                    response,
                    _words(dice, 9) if response in {"reject", "accept_in_part"} else "",
                    [f"Lead {each} {_words(dice, 2)}" for each in range(dice.randint(0, 3))],
                    advised,
                    _day(dice, made.as_at, 400, 0) if advised in {"complete", "actioned"} else None,
                    _day(dice, made.as_at, 200, 300) if dice.random() < 0.5 else None,
                )
            )
        made.reviews.append(review)


def _sessions(made: InventedCouncil, dice: random.Random) -> None:
    for number in range(dice.randint(0, 12)):
        dated = dice.choice(("day", "day", "period", "year"))
        day = _day(dice, made.period[1], 500, 40)
        start, end = day, day
        if dated == "period":
            start, end = quarter_days(*_quarter_of(day))
        elif dated == "year":
            start, end = date(day.year, 1, 1), date(day.year, 12, 31)
        course = dice.choice((*COURSES, ""))
        held = Held(
            course,
            "" if course else f"Briefing {number:02d} {_words(dice, 2)}",
            dice.choice(("planned", "booked", "delivered", "delivered", "delivered", "cancelled")),
            start,
            end,
            dated,
            f"Audience {number:02d} {_words(dice, 3)}",
            [],
        )
        if held.state == "delivered":
            day = end
            for _ in range(dice.choice((1, 1, 2))):
                day += timedelta(days=dice.randint(1, 60))
                people = dice.choice((None, dice.randint(0, 300)))
                held.records.append((day, dice.randint(1, 12), people))
        made.sessions.append(held)


def _quarter_of(day: date) -> tuple[int, int]:
    number = (day.month - 4) % 12 // 3 + 1
    return (day.year if day.month >= 4 else day.year - 1), number


# Into the database --------------------------------------------------------------------------------------


def store(made: InventedCouncil, council: Council, by: User, other: User) -> None:
    """Put the council's data into the database, every moment at ten in the morning of its day."""
    courses = {course.slug: course for course in Course.objects.filter(council__isnull=True)}
    with service_scope(council=council):
        bodies = Organisation.objects.bulk_create(
            Organisation(
                name=body.name,
                kind=body.kind,
                kept_by=council if body.kind == "council_service" else None,
            )
            for body in made.bodies
        )
        CouncilOrganisation.objects.bulk_create(
            CouncilOrganisation(council=council, organisation=body, starts_on=LONGEST_BACK) for body in bodies
        )
        ReturnGrant.objects.bulk_create(
            ReturnGrant(council=council, organisation=body, starts_on=LONGEST_BACK) for body in bodies
        )
        _store_training(made, council, courses, bodies, by)
        _store_plans(made, council, bodies, by)
        _store_rounds(made, council, by)
        _store_reviews(made, council, by, other)
        _store_sessions(made, council, courses, by)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=timezone.get_current_timezone())


def _store_training(
    made: InventedCouncil,
    council: Council,
    courses: dict[str, Course],
    bodies: list[Organisation],
    by: User,
) -> None:
    Target.objects.bulk_create(
        Target(
            council=council,
            course=courses[goal.course],
            organisation_kind=goal.kind,
            starts_on=goal.start,
            ends_on=goal.end,
            per_cent=goal.per_cent,
            source="The council",
        )
        for goal in made.goals
    )
    ExpectedReturn.objects.bulk_create(
        ExpectedReturn(
            council=council,
            organisation=bodies[each.body],
            course=courses[each.course],
            council_staff_only=each.local,
            starts_on=each.start,
            ends_on=each.end,
        )
        for each in made.expected
    )
    rows, reviews = [], []
    for each in made.returns:
        for version, sent in enumerate(each.versions, start=1):
            row = TrainingReturn(
                council=council if each.local else None,
                organisation=bodies[each.body],
                course=courses[each.course],
                scope="Local staff" if each.local else "Whole organisation",
                period_kind=each.kind,
                period_from=each.start,
                period_to=each.end,
                reported=sent.reported,
                eligible=sent.eligible,
                compliant=sent.compliant,
                sessions=sent.sessions,
                version=version,
                is_current=version == len(each.versions),
                submitted_at=morning(sent.on),
                submitted_by=by,
            )
            rows.append(row)
            reviews += [
                ReturnReview(
                    council=council,
                    training_return=row,
                    state=state,
                    comment="Why?" if state == "queried" else "",
                    reviewed_at=morning(day),
                    reviewed_by=by,
                )
                for day, state in sent.reviews
            ]
    TrainingReturn.objects.bulk_create(rows)
    ReturnReview.objects.bulk_create(reviews)


def _store_plans(made: InventedCouncil, council: Council, bodies: list[Organisation], by: User) -> None:
    for plan in made.plans:
        stored = ActionPlan.objects.create(
            council=council, title=plan.title, starts_on=plan.start, ends_on=plan.end, created_by=by
        )
        objectives = Objective.objects.bulk_create(
            Objective(council=council, plan=stored, number=place, title=title)
            for place, title in enumerate(plan.objectives, start=1)
        )
        actions = Action.objects.bulk_create(
            Action(
                council=council,
                plan=stored,
                objective=objectives[promise.objective],
                number=promise.number,
                title=promise.title,
                status=promise.status,
                first_due_on=promise.first_due,
                due_on=promise.due,
                times_moved=promise.moved,
                rating=promise.rating,
                completed_on=made.as_at if promise.status == "complete" else None,
            )
            for promise in plan.promises
        )
        ActionLead.objects.bulk_create(
            ActionLead(council=council, action=action, organisation=bodies[lead])
            for action, promise in zip(actions, plan.promises, strict=True)
            for lead in promise.leads
        )


def _store_rounds(made: InventedCouncil, council: Council, by: User) -> None:
    edition = Edition.objects.get(code="guidance-2015")
    items = list(EditionItem.objects.filter(edition=edition, part="local_authority").order_by("order"))
    before = None
    for each in made.rounds:
        before = Assessment.objects.create(
            council=council,
            edition=edition,
            period=f"Round of {each.start.year}",
            period_start=each.start,
            period_end=each.start + timedelta(days=364),
            opened_at=morning(each.start),
            opened_by=by,
            parts=["local_authority"],
            brought_from=before,
        )
        ItemAnswer.objects.bulk_create(
            ItemAnswer(
                council=council,
                assessment=before,
                item=item,
                state="draft" if answer.status else "to_answer",
                status=answer.status,
                response=answer.response,
                timescale=answer.timescale,
                due_on=answer.due,
                to_confirm=answer.to_confirm,
            )
            for item, answer in zip(items, each.answers, strict=True)
        )


def _store_reviews(made: InventedCouncil, council: Council, by: User, other: User) -> None:
    for review in made.reviews:
        stored = ScrutinyReview.objects.create(
            council=council,
            title=review.title,
            panel=review.panel,
            municipal_year="2018/19",
        )
        recommendations = Recommendation.objects.bulk_create(
            Recommendation(
                council=council,
                review=stored,
                number=advice.number,
                theme=advice.theme,
                wording=advice.wording,
                response=advice.response,
                reason=advice.reason,
                state="no_action" if advice.response == "reject" else "open",
                milestone_on=advice.milestone,
            )
            for advice in review.advice
        )
        _complete(list(zip(recommendations, review.advice, strict=True)), by, other)
        RecommendationLead.objects.bulk_create(
            RecommendationLead(council=council, recommendation=row, position=place, title=lead)
            for row, advice in zip(recommendations, review.advice, strict=True)
            for place, lead in enumerate(advice.leads, start=1)
        )
        _bring(stored, review, other)


def _complete(advised: list[tuple[Recommendation, Advice]], by: User, other: User) -> None:
    """Propose and confirm, in the steps that a recommendation has to take."""
    proposed = [
        (row, advice) for row, advice in advised if advice.state in {"proposed", "complete", "actioned"}
    ]
    for row, _ in proposed:
        row.state, row.proposed_by = "proposed", by
    Recommendation.objects.bulk_update([row for row, _ in proposed], ["state", "proposed_by"])
    done = [(row, advice) for row, advice in proposed if advice.done_on]
    for row, advice in done:
        row.state, row.decided_by, row.completed_on = advice.state, other, advice.done_on
    Recommendation.objects.bulk_update([row for row, _ in done], ["state", "decided_by", "completed_on"])


def _bring(stored: ScrutinyReview, review: Review, other: User) -> None:
    """Take a review the way that its states allow."""
    way = {
        "draft": (),
        "open": ("open",),
        "put_up": ("open", "put_up"),
        "closed": ("open", "put_up", "closed"),
    }
    for state in way[review.state]:
        stored.state = state
        if state == "open":
            stored.presented_to, stored.presented_on = "Cabinet", review.presented_on
        if state == "put_up":
            stored.put_up_on = review.presented_on
        if state == "closed":
            stored.closed_on, stored.closed_body, stored.closed_by = review.presented_on, "Cabinet", other
        stored.save(
            update_fields=[
                *("state", "presented_to", "presented_on"),
                *("put_up_on", "closed_on", "closed_body", "closed_by"),
            ]
        )


def _store_sessions(made: InventedCouncil, council: Council, courses: dict[str, Course], by: User) -> None:
    rows = TrainingSession.objects.bulk_create(
        TrainingSession(
            council=council,
            course=courses.get(held.course),
            title=held.title,
            state=held.state,
            dated=held.dated,
            starts_on=held.start,
            ends_on=held.end,
            audience=held.audience,
            sessions=held.records[-1][1] if held.records else 1,
            attendees=held.records[-1][2] if held.records else None,
            cancel_reason="Nobody came" if held.state == "cancelled" else "",
            created_by=by,
        )
        for held in made.sessions
    )
    SessionRecord.objects.bulk_create(
        SessionRecord(
            council=council,
            session=row,
            sessions=sessions,
            attendees=people,
            recorded_at=morning(day),
            recorded_by=by,
        )
        for row, held in zip(rows, made.sessions, strict=True)
        for day, sessions, people in held.records
    )
