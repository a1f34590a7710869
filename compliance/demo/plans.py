"""Demo plans. Every action is invented; dates stand relative to the day of loading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from compliance.enums import ActionStatus, ExtensionState, PlanKind, Priority
from compliance.models import (
    Action,
    ActionLead,
    ActionPlan,
    DueDateMove,
    ExtensionRequest,
    Objective,
    PlanReview,
    PlanReviewer,
    PlanVersion,
    ProgressEntry,
)
from compliance.queries.plan_reviews import checksum, plan_content
from partnerships.enums import Cadence
from partnerships.models import Board
from partnerships.queries import linked_organisations
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council, new_id
from prevent_portal.web.dates import british_date
from prevent_portal.web.quarters import Quarter

DONE, DOING, WAITING = ActionStatus.COMPLETE, ActionStatus.IN_PROGRESS, ActionStatus.ON_HOLD


@dataclass(frozen=True)
class Note:
    """One line of a log, so many days ago."""

    days_ago: int
    rating: str
    status: ActionStatus
    words: str


@dataclass(frozen=True)
class Move:
    """A due date moved, so many days ago, to a day from today."""

    days_ago: int
    to: int | str
    reason: str


@dataclass(frozen=True)
class Promise:
    """One action. ``due`` is its first due date: days from today, or a share of what the quarter has left."""

    title: str
    measure: str
    owner: str
    lead: str
    due: int | str
    priority: Priority = Priority.MEDIUM
    moves: tuple[Move, ...] = ()
    notes: tuple[Note, ...] = ()
    asks: Move | None = None
    """A request for more time that still waits."""


@dataclass(frozen=True)
class Aim:
    title: str
    outcome: str
    promises: tuple[Promise, ...]


@dataclass(frozen=True)
class Review:
    """A body's review of the plan, so many days ago."""

    board: str
    days_ago: int
    noted: str
    agreed_by: str


@dataclass(frozen=True)
class DemoPlan:
    council: str
    title: str
    kind: PlanKind
    purpose: str
    reviewers: tuple[tuple[str, Cadence], ...] = ()
    aims: tuple[Aim, ...] = field(default_factory=tuple)
    part_of: str = ""
    district: str = ""
    reviews: tuple[Review, ...] = ()


OFFICER, COORDINATOR, TWO = (
    "officer@barnet.example",
    "coordinator@barnet.example",
    "officer@twocouncils.example",
)
CHILDREN, ADULTS = "Barnet Children and Family Services", "Barnet Adults and Communities"

BARNET = DemoPlan(
    council="barnet",
    title="Multi-agency Prevent action plan",
    kind=PlanKind.MULTI_AGENCY,
    purpose="What the council, health, police, schools and voluntary partners have promised each other to do "
    "about the risks that the partnership agreed.",
    reviewers=(
        ("Barnet Prevent Delivery Group", Cadence.QUARTERLY),
        ("Safer Communities Partnership Board", Cadence.SIX_MONTHLY),
    ),
    reviews=(
        Review(
            "Barnet Prevent Delivery Group",
            98,
            "Went through all actions. The date for the trainers may move once more, not twice.",
            "Head of community safety",
        ),
        Review(
            "Safer Communities Partnership Board",
            41,
            "Noted good progress with training. Asked who checks grant applicants while the post is empty.",
            "Lead member for community safety",
        ),
    ),
    aims=(
        Aim(
            "The partnership knows the local risk and steers by it",
            "Every member of the delivery group can name the three main risks and what is done about each.",
            (
                Promise(
                    "Brief chief officers on the local profile within a month of its arrival",
                    "All chief officers on the list have been briefed and have signed for it.",
                    COORDINATOR,
                    ADULTS,
                    -150,
                    Priority.HIGH,
                    notes=(
                        Note(210, "green", DOING, "Dates agreed with the police for two briefings."),
                        Note(160, "green", DONE, "Both briefings held; the list is signed and filed."),
                    ),
                ),
                Promise(
                    "Write a one-page summary of local risk that may be published",
                    "The summary is on the partnership's page and was cleared by the police.",
                    COORDINATOR,
                    ADULTS,
                    25,
                    notes=(
                        Note(75, "amber", DOING, "First draft went to the police for clearance."),
                        Note(20, "green", DOING, "Cleared with small changes. Layout is being done."),
                    ),
                ),
                Promise(
                    "Ask every partner once a quarter what has changed on their side",
                    "Each partner has answered before the delivery group meets.",
                    TWO,
                    ADULTS,
                    "2/4",
                    notes=(
                        Note(95, "amber", DOING, "Seven of eleven partners answered last quarter."),
                        Note(12, "amber", DOING, "Reminder sent; two housing partners still to answer."),
                    ),
                ),
            ),
        ),
        Aim(
            "People who work with the public notice concern and know what to do",
            "Concern reaches the right desk within a working day.",
            (
                Promise(
                    "Train front-line housing staff in workshops",
                    "Nine of ten front-line housing staff have attended.",
                    OFFICER,
                    ADULTS,
                    "1/4",
                    Priority.HIGH,
                    notes=(
                        Note(140, "green", DOING, "Four workshops booked with the provider."),
                        Note(82, "green", DOING, "Two workshops held, 47 people came."),
                        Note(30, "green", DOING, "Third workshop held. The last is in three weeks."),
                    ),
                ),
                Promise(
                    "Train five managers to run workshops themselves",
                    "Five people have each watched one session and led one.",
                    OFFICER,
                    CHILDREN,
                    -48,
                    moves=(
                        Move(70, -10, "Two of the five changed jobs; replacements had to be found."),
                        Move(14, "3/4", "The last observed session was called off by the venue."),
                    ),
                    notes=(
                        Note(120, "green", DOING, "Five managers named, first sessions watched."),
                        Note(68, "amber", DOING, "Two have left; we are asking for volunteers."),
                        Note(9, "amber", DOING, "Four of five are ready. One observed session is left."),
                    ),
                ),
                Promise(
                    "Add a page on referrals to the induction of new starters",
                    "Every new starter sees the page in the first week.",
                    OFFICER,
                    CHILDREN,
                    -95,
                    notes=(
                        Note(130, "green", DOING, "Wording agreed with human resources."),
                        Note(101, "green", DONE, "Live since this morning. Six new starters have read it."),
                    ),
                ),
                Promise(
                    "Check how many referrals come back for want of detail, and teach from them",
                    "Fewer than one in ten referrals has to go back.",
                    COORDINATOR,
                    CHILDREN,
                    64,
                    notes=(Note(40, "green", DOING, "Counted the last two quarters; examples are chosen."),),
                ),
            ),
        ),
        Aim(
            "Halls, networks and contracts give extremists no platform",
            "Nobody can use what the public pays for to spread hatred.",
            (
                Promise(
                    "Bring the venue hire policy up to date and send it to every hall",
                    "All 42 halls have confirmed that they work by the new policy.",
                    OFFICER,
                    ADULTS,
                    "4/4",
                    Priority.HIGH,
                    notes=(
                        Note(88, "amber", DOING, "Draft is with legal services since last week."),
                        Note(33, "green", DOING, "Legal comments are in. It goes to the board next."),
                    ),
                    asks=Move(4, 110, "The board moved its meeting to after the end of the quarter."),
                ),
                Promise(
                    "Test filtering on public computers in libraries and youth centres",
                    "A test at each site, with a note of what was let through.",
                    TWO,
                    CHILDREN,
                    -33,
                    notes=(
                        Note(60, "amber", DOING, "Nine of fourteen sites tested."),
                        Note(25, "red", DOING, "The supplier changed the filter; all tests are repeated."),
                    ),
                ),
                Promise(
                    "Put a Prevent clause into new contracts for care and youth work",
                    "The clause is in every contract let after the start of the year.",
                    COORDINATOR,
                    ADULTS,
                    -190,
                    notes=(
                        Note(240, "green", DOING, "Clause drafted with procurement."),
                        Note(195, "green", DONE, "In the standard terms since Monday."),
                    ),
                ),
                Promise(
                    "Check grant applicants before money is promised",
                    "A short check is on file for every grant above £5,000.",
                    "",
                    ADULTS,
                    -12,
                    notes=(Note(50, "red", WAITING, "The post is empty and nobody has taken this on."),),
                ),
            ),
        ),
        Aim(
            "Communities and schools are part of the work",
            "People tell us what they see, because they know what becomes of it.",
            (
                Promise(
                    "Hold a round table with faith and community groups twice a year",
                    "Two meetings held, notes published, three things changed.",
                    OFFICER,
                    ADULTS,
                    "3/4",
                    notes=(
                        Note(170, "green", DOING, "First meeting held in the town hall; 31 groups came."),
                        Note(28, "green", DOING, "Date and room for the second meeting are fixed."),
                    ),
                ),
                Promise(
                    "Reach every secondary school's safeguarding lead once a year",
                    "Every lead has had a visit or a call.",
                    COORDINATOR,
                    CHILDREN,
                    110,
                    Priority.LOW,
                ),
                Promise(
                    "Offer parents an evening on life online",
                    "One evening in each part of the borough.",
                    "",
                    CHILDREN,
                    150,
                    Priority.LOW,
                ),
            ),
        ),
    ),
)

BUCKS = "coordinator@buckinghamshire.example"
BUCKINGHAMSHIRE = (
    DemoPlan(
        council="buckinghamshire",
        title="County Prevent action plan",
        kind=PlanKind.MULTI_AGENCY,
        purpose="The county's plan with its districts, police, health and schools.",
        reviewers=(
            ("Prevent Network", Cadence.QUARTERLY),
            ("Safer Stronger Bucks Partnership Board", Cadence.SIX_MONTHLY),
        ),
        reviews=(
            Review(
                "Prevent Network",
                96,
                "Added an action on letting halls. Training needs go to the next meeting.",
                "Community safety manager",
            ),
            Review(
                "Safer Stronger Bucks Partnership Board",
                130,
                "Agreed the plan and asked for a short report twice a year.",
                "Chair of the board",
            ),
        ),
        aims=(
            Aim(
                "County and districts act together",
                "One assessment of risk, shared, and plans that fit each other.",
                (
                    Promise(
                        "Agree with the four districts who does what",
                        "A page signed by all five councils.",
                        BUCKS,
                        "Buckinghamshire Healthcare NHS Trust",
                        40,
                        Priority.HIGH,
                        notes=(Note(35, "green", DOING, "Three of four districts have agreed the draft."),),
                    ),
                    Promise(
                        "Finish the guidance on letting halls",
                        "The guidance is out with every owner of a hall.",
                        BUCKS,
                        "",
                        -20,
                        moves=(Move(30, 45, "Partners asked for more time to comment."),),
                        notes=(Note(31, "amber", DOING, "Twelve comments came in, most of them small."),),
                    ),
                ),
            ),
        ),
    ),
    DemoPlan(
        council="buckinghamshire",
        title="The council's own plan",
        kind=PlanKind.COUNCIL,
        purpose="What the county council does in its own house, for its management team.",
        reviewers=(("Corporate Management Team", Cadence.SIX_MONTHLY),),
        aims=(
            Aim(
                "Staff know the duty",
                "",
                (
                    Promise(
                        "Ask staff what they know, as a baseline",
                        "A survey with at least 500 answers.",
                        BUCKS,
                        "",
                        70,
                    ),
                ),
            ),
        ),
    ),
)
LEICS = "coordinator@leicestershire.example"
LEICESTERSHIRE = DemoPlan(
    council="leicestershire",
    title="County and districts Prevent plan",
    kind=PlanKind.MULTI_AGENCY,
    purpose="Seven districts have each agreed a plan of their own or a part of their community safety plan.",
    reviewers=(("Prevent Steering Group", Cadence.QUARTERLY),),
    reviews=(
        Review(
            "Prevent Steering Group",
            62,
            "All seven districts have agreed a plan or a part of one. Wants one page with all of them.",
            "Chair of the steering group",
        ),
    ),
    aims=(
        Aim(
            "Every locality can train its own people",
            "A trained trainer in each of the seven districts.",
            (
                Promise(
                    "Find and train one trainer in each district",
                    "Seven names, seven first sessions.",
                    LEICS,
                    "Leicestershire Partnership NHS Trust",
                    55,
                    Priority.HIGH,
                    notes=(Note(60, "green", DOING, "Five of seven districts have named somebody."),),
                ),
                Promise(
                    "Check wifi on the youth bus and in youth cafés",
                    "Filtering tested at each place.",
                    LEICS,
                    "",
                    -15,
                    notes=(Note(45, "amber", DOING, "The bus is done, two cafés are left."),),
                ),
            ),
        ),
    ),
)
PLANS = (BARNET, *BUCKINGHAMSHIRE, LEICESTERSHIRE)


def load_plans(council: Council, people: Mapping[str, User]) -> None:
    """Load a council's plans. A plan that is there by its title is left alone."""
    from compliance.demo.plan_districts import PLANS as MORE  # noqa: PLC0415 - made of this module's classes

    for demo in (*PLANS, *MORE):
        if (
            demo.council == council.slug
            and not ActionPlan.objects.filter(council=council, title=demo.title).exists()
        ):
            _load(demo, council, people)


def _load(demo: DemoPlan, council: Council, people: Mapping[str, User]) -> None:
    today = timezone.localdate()
    start = Quarter.of(today).previous.previous.previous.start
    plan = ActionPlan.objects.create(
        council=council,
        title=demo.title,
        kind=demo.kind,
        part_of=demo.part_of,
        district=Council.objects.filter(parent=council, name=demo.district).first()
        if demo.district
        else None,
        purpose=demo.purpose,
        starts_on=start,
        ends_on=date.fromordinal(date(start.year + 2, start.month, 1).toordinal() - 1),
        created_at=_moment(start),
    )
    boards = {board.name: board for board in Board.objects.filter(council=council)}
    for name, cadence in demo.reviewers:
        if name in boards:
            PlanReviewer.objects.create(council=council, plan=plan, board=boards[name], cadence=cadence)
    leads = {row.name: row for row in linked_organisations(council).values()}
    actions = Action.objects.filter(council=council)
    number = actions.count()
    for place, aim in enumerate(demo.aims, start=1):
        objective = Objective.objects.create(
            council=council, plan=plan, number=place, title=aim.title, outcome=aim.outcome
        )
        for promise in aim.promises:
            number += 1
            owner = people.get(promise.owner)
            first = _day(promise.due, today)
            last = promise.notes[-1] if promise.notes else None
            done = last is not None and last.status == ActionStatus.COMPLETE
            action = Action.objects.create(
                council=council,
                plan=plan,
                objective=objective,
                number=number,
                title=promise.title,
                measure=promise.measure,
                owner=owner,
                priority=promise.priority,
                status=last.status if last else ActionStatus.NOT_STARTED,
                rating=last.rating if last else "",
                first_due_on=first,
                due_on=_day(promise.moves[-1].to, today) if promise.moves else first,
                times_moved=len(promise.moves),
                completed_on=today - timedelta(days=last.days_ago) if last and done else None,
                version=1 + len(promise.notes) + len(promise.moves),
                created_at=_moment(start),
                updated_at=_moment(today - timedelta(days=last.days_ago)) if last else _moment(start),
                updated_by=owner,
            )
            for lead in filter(None, promise.lead.split(" / ")):
                if lead in leads:
                    ActionLead.objects.create(council=council, action=action, organisation=leads[lead])
            _log(action, promise, owner or people.get(f"coordinator@{council.slug}.example"), people, today)
    by = people.get(f"coordinator@{council.slug}.example")
    for review in sorted(demo.reviews, key=lambda review: -review.days_ago):
        if review.board in boards:
            _review(plan, boards[review.board], review, by, today)


def _review(plan: ActionPlan, board: Board, review: Review, by: User | None, today: date) -> None:
    """Record a review with the plan as it stood on its day."""
    day = today - timedelta(days=review.days_ago)
    content = _content_on(plan, _moment(day))
    made = PlanVersion.objects.filter(council=plan.council, plan=plan)
    version = made.filter(sha256=checksum(content)).first() or PlanVersion.objects.create(
        council=plan.council,
        plan=plan,
        number=made.count() + 1,
        content=content,
        sha256=checksum(content),
        reason=f"Review by {board.name} on {british_date(day)}",
        created_at=_moment(day),
        created_by=by,
    )
    PlanReview.objects.create(
        council=plan.council,
        plan=plan,
        board=board,
        version=version,
        reviewed_on=day,
        noted=review.noted,
        agreed_by=review.agreed_by,
        at=_moment(day),
        by=by,
        token=new_id(),
    )


def _content_on(plan: ActionPlan, moment: datetime) -> dict[str, Any]:
    """The plan as it stood at a moment gone by: what was logged and moved since is taken out."""
    content = plan_content(plan)
    for action in (one for objective in content["objectives"] for one in objective["actions"]):
        entry = ProgressEntry.objects.filter(
            council=plan.council, action_id=action["id"], at__lte=moment
        ).first()
        moves = DueDateMove.objects.filter(council=plan.council, action_id=action["id"], at__lte=moment)
        last = moves.order_by("at").last()
        done = entry is not None and entry.status == ActionStatus.COMPLETE
        action |= {
            "status": entry.status if entry else ActionStatus.NOT_STARTED.value,
            "rating": entry.rating if entry else "",
            "latest_note": entry.note if entry else "",
            "latest_note_on": timezone.localdate(entry.at).isoformat() if entry else None,
            "completed_on": timezone.localdate(entry.at).isoformat() if entry and done else None,
            "due_on": last.moved_to.isoformat() if last else action["first_due_on"],
            "times_moved": moves.count(),
        }
    return content


def _log(action: Action, promise: Promise, by: User | None, people: Mapping[str, User], today: date) -> None:
    rating, status = "", ActionStatus.NOT_STARTED
    for note in promise.notes:
        ProgressEntry.objects.create(
            council=action.council,
            action=action,
            note=note.words,
            rating=note.rating,
            rating_before=rating,
            status=note.status,
            status_before=status,
            at=_moment(today - timedelta(days=note.days_ago)),
            by=by,
            token=new_id(),
        )
        rating, status = note.rating, note.status
    due = action.first_due_on
    coordinator = people.get(f"coordinator@{action.council.slug}.example")
    for move in promise.moves:
        moved_to = _day(move.to, today)
        request = None
        if by is not None and coordinator is not None and by != coordinator:
            request = ExtensionRequest.objects.create(
                council=action.council,
                action=action,
                state=ExtensionState.APPROVED,
                due_on=due,
                wished_on=moved_to,
                granted_on=moved_to,
                reason=move.reason,
                asked_at=_moment(today - timedelta(days=move.days_ago + 2)),
                asked_by=by,
                decided_at=_moment(today - timedelta(days=move.days_ago)),
                decided_by=coordinator,
                token=new_id(),
            )
        DueDateMove.objects.create(
            council=action.council,
            action=action,
            moved_from=due,
            moved_to=moved_to,
            reason=move.reason,
            request=request,
            at=_moment(today - timedelta(days=move.days_ago)),
            by=coordinator if request else by,
        )
        due = moved_to
    if promise.asks is not None and by is not None:
        ExtensionRequest.objects.create(
            council=action.council,
            action=action,
            due_on=due,
            wished_on=_day(promise.asks.to, today),
            reason=promise.asks.reason,
            asked_at=_moment(today - timedelta(days=promise.asks.days_ago)),
            asked_by=by,
            token=new_id(),
        )


def _day(due: int | str, today: date) -> date:
    """A day from today; "3/4" is three quarters of the way from today to the end of the quarter."""
    if isinstance(due, int):
        return today + timedelta(days=due)
    part, whole = (int(number) for number in due.split("/"))
    return today + timedelta(days=(Quarter.of(today).end - today).days * part // whole)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10, 30)))
