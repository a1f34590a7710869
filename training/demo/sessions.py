"""The demo's sessions: Barnet's published log of 2018, and invented plans, requests and surveys around it.

The log gives no days and, for one briefing, no number: both stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from partnerships.models import Organisation, OrganisationCode
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from training.enums import FacilitatorState, SessionDated, WaveKind
from training.models import Course, DeliveryPlan, Facilitator, KnowledgeSurvey, TrainingSession
from training.services.delivery_plans import add_delivery_plan
from training.services.facilitators import add_facilitator, take_step
from training.services.sessions import plan_session, record_delivery
from training.services.surveys import add_survey, record_wave
from training.services.training_requests import ask_for_training


@dataclass(frozen=True)
class LoggedLine:
    """One line of the published log; a briefing has a title and no course."""

    course: str
    title: str
    audience: str
    host: str
    sessions: int
    attendees: int | None


LOG_2018: tuple[LoggedLine, ...] = (
    LoggedLine(
        "wrap", "", "Local authority staff (social work and substance misuse)", "The council", 11, 127
    ),
    LoggedLine("wrap", "", "Youth offending service", "The council", 1, 9),
    LoggedLine("wrap", "", "Drug and alcohol charity frontline staff", "A drug and alcohol charity", 2, 21),
    LoggedLine("wrap", "", "Probation services (two providers)", "Two providers of probation", 2, 23),
    LoggedLine("wrap", "", "Learning disability charity", "A learning disability charity", 3, 26),
    LoggedLine("", "CTLP briefing", "Prevent Delivery Group", "Prevent Delivery Group", 1, 10),
    LoggedLine(
        "",
        "Extremist organisations briefing",
        "Heads of safeguarding and frontline functions",
        "Safeguarding leads",
        1,
        None,
    ),
)


@dataclass(frozen=True)
class PastLine:
    """A line of another council's report: between two days, or in a year."""

    council: str
    title: str
    audience: str
    host: str
    dated: SessionDated
    starts_on: date
    ends_on: date
    recorded_on: date
    sessions: int
    attendees: int | None
    course: str = ""


_PERIOD, _YEAR = SessionDated.PERIOD, SessionDated.YEAR
_TOLD = date(2015, 7, 20)
_SPRING = (date(2015, 4, 1), date(2015, 6, 30))
PAST_LINES: tuple[PastLine, ...] = (
    PastLine(
        "wolverhampton", "Sessions of the counter-terrorism unit in schools", "Staff, governors and pupils",
        "Schools of the city", _PERIOD, date(2014, 9, 1), date(2015, 6, 30), _TOLD, 20, None,
    ),
    PastLine(
        "wolverhampton", "Training of councillors", "Serving councillors",
        "The council", _PERIOD, date(2015, 3, 1), date(2015, 3, 31), _TOLD, 1, 24,
    ),
    PastLine(
        "wolverhampton", "Course for people who run workshops", "Trainers of all agencies",
        "Partners of the city", _PERIOD, _SPRING[0], _SPRING[1], _TOLD, 1, 45,
    ),
    PastLine(
        "wolverhampton", "", "Whole schools, by the council’s own team",
        "Schools of the city", _PERIOD, _SPRING[0], _SPRING[1], _TOLD, 30, None, "wrap",
    ),
    PastLine(
        "buckinghamshire", "Critical thinking, two days", "Teachers",
        "Schools of the county", _YEAR, date(2017, 1, 1), date(2017, 12, 31), date(2018, 1, 12), 1, 20,
    ),
)  # fmt: skip
"""What two further reports say of sessions. Where a report counts schools, each stands for one session."""
_RECORDED = datetime.combine(date(2019, 1, 15), time(10))
_QUESTIONS = (
    "I know what the Prevent duty asks of me",
    "I can tell the signs that somebody may be drawn into extremism",
    "I know how to make a referral",
)


def load_sessions(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Load the log and the rooms around it. Running it again changes nothing."""
    for slug in sorted({line.council for line in PAST_LINES}):
        load_past_sessions(councils[slug])
    barnet = councils["barnet"]
    with service_scope(council=barnet):
        if TrainingSession.objects.filter(council=barnet).exists():
            return
        courses = {course.slug: course for course in Course.objects.filter(council__isnull=True)}
        load_log(barnet, courses)
        _load_rooms(barnet, courses, people)


def load_log(council: Council, courses: Mapping[str, Course]) -> None:
    """Load the log of 2018: a year without days, and one number that nobody knows."""
    for line in LOG_2018:
        made = plan_session(
            council=council,
            by=None,
            course=courses.get(line.course),
            title=line.title,
            dated=SessionDated.YEAR,
            starts_on=date(2018, 1, 1),
            ends_on=date(2018, 12, 31),
            audience=line.audience,
            host=line.host,
            sessions=line.sessions,
        )
        record_delivery(
            session=made,
            by=None,
            version=made.version,
            sessions=line.sessions,
            attendees=line.attendees,
            recorded_at=timezone.make_aware(_RECORDED),
        )


def load_past_sessions(council: Council) -> None:
    """Load what a council's report said of sessions; once, and only into an empty log."""
    with service_scope(council=council):
        if TrainingSession.objects.filter(council=council).exists():
            return
        courses = {course.slug: course for course in Course.objects.filter(council__isnull=True)}
        for line in PAST_LINES:
            if line.council == council.slug:
                made = plan_session(
                    council=council,
                    by=None,
                    course=courses.get(line.course),
                    title=line.title,
                    dated=line.dated,
                    starts_on=line.starts_on,
                    ends_on=line.ends_on,
                    audience=line.audience,
                    host=line.host,
                    sessions=line.sessions,
                )
                record_delivery(
                    session=made,
                    by=None,
                    version=made.version,
                    sessions=line.sessions,
                    attendees=line.attendees,
                    recorded_at=timezone.make_aware(datetime.combine(line.recorded_on, time(10))),
                )


def _load_rooms(council: Council, courses: Mapping[str, Course], people: Mapping[str, User]) -> None:
    today = timezone.localdate()
    awareness, wrap = courses["home-office-awareness"], courses["wrap"]
    services = {
        code.code: code.organisation
        for code in OrganisationCode.objects.filter(
            code__in=["BARNET-CFS", "BARNET-AC", "RAL"]
        ).select_related("organisation")
    }
    family, adults = services["BARNET-CFS"], services["BARNET-AC"]
    trainer = _facilitators(council, [awareness, wrap], adults, today)
    plan = _plans(council, awareness, family, adults, today)
    for days, booked in ((12, True), (33, False)):
        plan_session(
            council=council,
            by=None,
            course=awareness,
            dated=SessionDated.DAY,
            starts_on=today + timedelta(days=days),
            ends_on=today + timedelta(days=days),
            audience="New starters",
            organisations=[family],
            venue="Town hall, room 4",
            area="Hendon",
            facilitator=trainer,
            places=25,
            plan=plan,
            booked=booked,
        )
    past = plan_session(
        council=council,
        by=None,
        course=awareness,
        dated=SessionDated.DAY,
        starts_on=today - timedelta(days=20),
        ends_on=today - timedelta(days=20),
        audience="New starters",
        organisations=[family],
        venue="Town hall, room 4",
        area="Hendon",
        facilitator=trainer,
        places=25,
        plan=plan,
        booked=True,
    )
    record_delivery(session=past, by=None, version=past.version, sessions=1, attendees=18)
    ask_for_training(
        council=council,
        by=people.get("lead@royalfree.example"),
        organisation=services["RAL"],
        course=awareness,
        audience="Ward managers",
        sessions=2,
        people=40,
        wished_by=today + timedelta(days=60),
        area="Hampstead",
        message="Early shifts suit us best.",
    )
    _survey(council, awareness, family, today)


def _facilitators(
    council: Council, courses: list[Course], organisation: Organisation, today: date
) -> Facilitator:
    active = add_facilitator(
        council=council,
        by=None,
        name="Team Manager, Adult Safeguarding",
        organisation=organisation,
        area="Hendon",
        sessions_a_quarter=3,
        courses=courses,
        trained_on=today - timedelta(days=200),
    )
    steps = (
        (FacilitatorState.OBSERVED, 170),
        (FacilitatorState.SIGNED_OFF, 160),
        (FacilitatorState.ACTIVE, 150),
    )
    for state, days in steps:
        active = take_step(
            facilitator=active,
            by=None,
            version=active.version,
            state=state,
            happened_on=today - timedelta(days=days),
            by_whom="Prevent Coordinator",
        )
    waiting = add_facilitator(
        council=council,
        by=None,
        name="Team Manager, Early Help",
        area="Finchley",
        courses=courses[:1],
        trained_on=today - timedelta(days=60),
    )
    take_step(
        facilitator=waiting,
        by=None,
        version=waiting.version,
        state=FacilitatorState.OBSERVED,
        happened_on=today - timedelta(days=30),
        by_whom="Prevent Coordinator",
    )
    return active


def _plans(
    council: Council, course: Course, family: Organisation, adults: Organisation, today: date
) -> DeliveryPlan:
    add_delivery_plan(
        council=council,
        by=None,
        organisation=adults,
        course=course,
        audience="Care home managers",
        sessions=6,
        starts_on=today - timedelta(days=120),
        due_on=today + timedelta(days=60),
    )
    return add_delivery_plan(
        council=council,
        by=None,
        organisation=family,
        course=course,
        audience="New starters, one session a month",
        sessions=4,
        starts_on=today - timedelta(days=40),
        due_on=today + timedelta(days=110),
    )


def _survey(council: Council, course: Course, organisation: Organisation, today: date) -> None:
    survey: KnowledgeSurvey = add_survey(
        council=council,
        by=None,
        title="What family services know of Prevent",
        organisation=organisation,
        course=course,
        questions=_QUESTIONS,
        follow_up_due_on=today + timedelta(days=45),
    )
    questions = list(survey.questions.all())
    record_wave(
        survey=survey,
        by=None,
        version=survey.version,
        kind=WaveKind.BASELINE,
        closed_on=today - timedelta(days=35),
        invited=120,
        responses=64,
        counts={
            question.pk: counts
            for question, counts in zip(questions, [(10, 24, 30), (21, 25, 18), (28, 20, 16)], strict=True)
        },
    )
