"""What the report of an invented council must say, calculated from its data and from nothing of the portal.

Everything here is worked out the long way: percentages with whole numbers, shortfalls by trying one more
person at a time, dates from their parts. Words and order follow the portal's printed tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from tests.compliance.invented_councils import (
    COURSES,
    Answer,
    Goal,
    InventedCouncil,
    Plan,
    Promise,
    Returns,
    Review,
    Round,
    Sent,
    quarter_days,
    quarters_before,
)

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
NATIONAL = [Goal(course, "nhs_trust", date(2018, 3, 31), None, Decimal(85)) for course in COURSES]


@dataclass
class Calculated:
    """One table: its caption, cells, sentences below it and gaps."""

    title: str
    head: list[str]
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


# Numbers and dates in words --------------------------------------------------------------------------------


def day_words(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def commas(count: int) -> str:
    digits, groups = str(count), []
    while digits:
        digits, group = digits[:-3], digits[-3:]
        groups.insert(0, group)
    return ",".join(groups)


def plural(count: int, one: str, many: str) -> str:
    return f"{commas(count)} {one if count == 1 else many}"


def half_up(numerator: int, denominator: int, places: int) -> str:
    """A quotient with so many decimal places, rounded half up."""
    scaled = (2 * numerator * 10**places + denominator) // (2 * denominator)
    digits = str(scaled).rjust(places + 1, "0")
    whole = commas(int(digits[: len(digits) - places]))
    return f"{whole}.{digits[len(digits) - places :]}" if places else whole


def share(compliant: int, eligible: int, goal: Decimal | None) -> str:
    """The percentage as it is printed: with as many decimals as keep it on the target's own side."""
    places = 0
    if goal is not None:
        reached = compliant * 100 >= goal * eligible
        while places < 6 and (Decimal(half_up(100 * compliant, eligible, places)) >= goal) != reached:
            places += 1
    return half_up(100 * compliant, eligible, places) + "%"


def goal_words(goal: Decimal) -> str:
    return f"{goal:f}".rstrip("0").rstrip(".") + "%" if "." in f"{goal:f}" else f"{goal}%"


def standing(compliant: int, eligible: int, goal: Decimal | None) -> str:
    """How a return stands: the people to train until the target is reached, one after the other."""
    if goal is None:
        rest = eligible - compliant
        return f"{plural(rest, 'person', 'people')} not yet trained" if rest else "Everybody trained"
    more = 0
    while (compliant + more) * 100 < goal * eligible:
        more += 1
    return f"{plural(more, 'person', 'people')} short of {goal_words(goal)}" if more else "Target met"


def quarter_words(day: date) -> str:
    year, number = (day.year, (day.month - 1) // 3) if day.month > 3 else (day.year - 1, 4)
    return f"Q{number} {year}/{(year + 1) % 100:02d}"


def period_words(kind: str, start: date, end: date) -> str:
    if kind == "quarter":
        return quarter_words(end)
    if kind == "snapshot":
        return f"{MONTHS[end.month - 1]} {end.year}"
    return f"{day_words(start)} to {day_words(end)}"


# Training -----------------------------------------------------------------------------------------------


def goal_of(made: InventedCouncil, course: str, kind: str, day: date) -> Decimal | None:
    """The target in force: the council's own that began last, else the national one."""
    for goals in (made.goals, NATIONAL):
        found = [
            goal
            for goal in goals
            if (goal.course, goal.kind) == (course, kind)
            and goal.start <= day
            and (goal.end is None or day <= goal.end)
        ]
        if found:
            return max(found, key=lambda goal: goal.start).per_cent
    return None


@dataclass
class Standing:
    """What a day knows of one return: the version that counts, and a later one that waits."""

    accepted: Sent | None
    waiting: Sent | None
    waiting_version: int = 0


def known(one: Returns, as_at: date) -> Standing:
    accepted, waiting, waiting_version = None, None, 0
    for version, sent in enumerate(one.versions, start=1):
        if sent.on > as_at:
            continue
        said = [state for day, state in sent.reviews if day <= as_at]
        if said and said[-1] == "accepted":
            accepted, waiting = sent, None
        else:
            waiting, waiting_version = sent, version
    return Standing(accepted, waiting, waiting_version)


def count_words(count: int | None) -> str:
    return "Unknown" if count is None else commas(count)


def share_cells(sent: Sent, goal: Decimal | None) -> tuple[str, str]:
    if sent.reported == "nil":
        return "Nil", "No staff in scope"
    if sent.compliant is None or sent.eligible is None:
        return "Unknown", "The organisation does not know"
    return share(sent.compliant, sent.eligible, goal), standing(sent.compliant, sent.eligible, goal)


def waits(name: str, course: str, periods: list[tuple[str, int]]) -> str:
    said = " and ".join(
        f"{words} (version {version})" if version > 1 else words for words, version in periods
    )
    opening = "1 return waits" if len(periods) == 1 else f"{len(periods)} returns wait"
    return f"{opening} to be accepted: {name}, {course}, {said}"


def returns_tables(made: InventedCouncil) -> list[Calculated]:
    tables = []
    for slug, course in sorted(COURSES.items(), key=lambda pair: pair[1]):
        keys = {(one.body, one.local) for one in (*made.returns, *made.expected) if one.course == slug}
        found = []
        for place, local in keys:
            table = group_table(made, place, slug, course, local)
            if table is not None:
                scope = "Local staff" if local else "Whole organisation"
                found.append((made.bodies[place].name, scope, table))
        tables += [table for _, _, table in sorted(found, key=lambda each: each[:2])]
    return tables or [nothing_came(made)]


def group_table(made: InventedCouncil, place: int, slug: str, course: str, local: bool) -> Calculated | None:
    """One body's four quarters in one course; None where nothing came and nothing was expected."""
    body = made.bodies[place]
    name = body.name
    quarters = [quarter_days(*each) for each in quarters_before(made.year, made.quarter, 4)]
    sent = {
        one.end: one
        for one in made.returns
        if (one.body, one.course, one.local) == (place, slug, local) and one.kind != "free"
    }
    waited = [each for each in made.expected if (each.body, each.course, each.local) == (place, slug, local)]
    rows, missing, waiting, below = [], [], [], []
    came = False
    for start, end in quarters:
        one = sent.get(end)
        state = known(one, made.as_at) if one else Standing(None, None)
        words = period_words(
            one.kind if one and (state.accepted or state.waiting) else "snapshot", start, end
        )
        goal = goal_of(made, slug, body.kind, end)
        if state.waiting is not None:
            waiting.append((words, state.waiting_version))
            came = True
        if state.accepted is not None:
            came = True
            printed, against = share_cells(state.accepted, goal)
            compliant, eligible = state.accepted.compliant, state.accepted.eligible
            is_counted = state.accepted.reported == "figures"
            rest = commas((eligible or 0) - (compliant or 0)) if is_counted else ""
            rows.append([words, count_words(compliant), rest, count_words(eligible), printed, against])
            is_below = is_counted and goal is not None and "short of" in against
            below.append((is_below, f"{printed} in {words}, {against.partition(' of ')[0]}", goal))
        elif state.waiting is not None:
            rows.append([words, "Not accepted yet", "", "", "Not accepted yet", ""])
        elif any(each.start <= start and (each.end is None or end <= each.end) for each in waited):
            rows.append([words, "Not returned", "", "", "Not returned", ""])
            missing.append(f"{name}: {course}, {words} not returned")
    if not (came or missing):
        return None
    scope = "Local staff" if came and local else "whole organisation"
    if not came and local:
        scope = "Staff based in the area"
    whose = f"{name} (Local staff)" if local else name
    return Calculated(
        f"{course}: {name} ({scope})",
        ["Period", "Compliant", "Not compliant", "Eligible", "Percentage", "Against target"],
        rows,
        below_notes(name, course, below),
        missing + ([waits(whose, course, waiting)] if waiting else []),
    )


def below_notes(name: str, course: str, quarters: list[tuple[bool, str, Decimal | None]]) -> list[str]:
    run = 0
    for is_below, _, _ in reversed(quarters):
        if not is_below:
            break
        run += 1
    if not run:
        return []
    _, stands, goal = quarters[-1]
    target = f"the target of {goal_words(goal)} in {course}" if goal is not None else ""
    if run == 1:
        return [f"{name} {'fell' if len(quarters) > 1 else 'is'} below {target}: {stands}."]
    return [f"{name} has been below {target} for {run} quarters: {stands}."]


def nothing_came(made: InventedCouncil) -> Calculated:
    """The year without a return, and what each body returned last."""
    start, end = made.period
    label = period_words("snapshot", start, end)
    last: dict[tuple[str, str, str], str] = {}
    for each in made.expected:
        if each.start <= end:
            scope = "Staff based in the area" if each.local else "Whole organisation"
            last[made.bodies[each.body].name, COURSES[each.course], scope] = ""
    for one in sorted(made.returns, key=lambda one: one.end):
        if one.kind != "free" and one.end <= end and any(sent.on <= made.as_at for sent in one.versions):
            name, course = made.bodies[one.body].name, COURSES[one.course]
            last.pop((name, course, "Staff based in the area"), None)
            scope = "Local staff" if one.local else "Whole organisation"
            last[name, course, scope] = period_words(one.kind, one.start, one.end)
    rows = [
        [name, course, "No return", when or "Never returned"]
        for (name, course, _), when in sorted(last.items())
    ]
    return Calculated(
        f"Training returns up to {label}",
        ["Organisation", "Course", f"Year up to {label}", "Last return"],
        rows or [["No organisation", "", "No return", ""]],
        [],
        [f"No training return was expected for the year up to {label}, and none came"]
        + [
            f"{name}: {course}, no return " + (f"since {when}" if when else "has ever come")
            for (name, course, _), when in sorted(last.items())
        ],
    )


@dataclass
class Cell:
    """One quarter of a body's course: its words, what is known of it, and whether it was waited for."""

    words: str
    standing: Standing
    is_expected: bool
    goal: Decimal | None

    @property
    def is_missing(self) -> bool:
        return self.is_expected and self.standing.accepted is None and self.standing.waiting is None

    @property
    def says_anything(self) -> bool:
        return self.is_expected or bool(self.standing.accepted or self.standing.waiting)


@dataclass
class Group:
    """A body, a course and whose staff, over some quarters."""

    name: str
    course: str
    scope: str
    whole: str
    cells: list[Cell]


def groups_of(made: InventedCouncil, window: int) -> list[Group]:
    """Every body and course of which so many quarters say anything, by course and name."""
    quarters = [quarter_days(*each) for each in quarters_before(made.year, made.quarter, window)]
    found = []
    for slug, course in COURSES.items():
        for place, local in {
            (one.body, one.local) for one in (*made.returns, *made.expected) if one.course == slug
        }:
            body = made.bodies[place]
            whose = (place, slug, local)
            sent = {
                one.end: one
                for one in made.returns
                if (one.body, one.course, one.local) == whose and one.kind != "free"
            }
            waited = [each for each in made.expected if (each.body, each.course, each.local) == whose]
            cells = []
            for start, end in quarters:
                one = sent.get(end)
                state = known(one, made.as_at) if one else Standing(None, None)
                kind = one.kind if one and (state.accepted or state.waiting) else "snapshot"
                is_expected = any(
                    each.start <= start and (each.end is None or end <= each.end) for each in waited
                )
                goal = goal_of(made, slug, body.kind, end)
                cells.append(Cell(period_words(kind, start, end), state, is_expected, goal))
            came = any(cell.standing.accepted or cell.standing.waiting for cell in cells)
            scope = ("Local staff" if came else "Staff based in the area") if local else "Whole organisation"
            if any(cell.says_anything for cell in cells):
                whole = f"{body.name} ({scope})" if local else body.name
                found.append(Group(body.name, course, scope, whole, cells))
    return sorted(found, key=lambda group: (group.course, group.name, group.scope))


def listed(names: list[str]) -> str:
    """Names in a sentence; of more than twelve, eleven and how many more."""
    shown = names if len(names) <= 12 else [*names[:11], f"{commas(len(names) - 11)} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def trend_tables(made: InventedCouncil) -> list[Calculated]:
    tables = []
    every = groups_of(made, 8)
    for course in sorted({group.course for group in every}):
        groups = [group for group in every if group.course == course]
        first = min(place for group in groups for place, cell in enumerate(group.cells) if cell.says_anything)
        labels = [
            period_words("snapshot", *quarter_days(*each))
            for each in quarters_before(made.year, made.quarter, 8)[first:]
        ]
        missing, waiting, rows = [], [], []
        for group in groups:
            cells = group.cells[first:]
            rows.append([group.whole, *(trend_words(cell) for cell in cells)])
            if gaps := [cell.words for cell in cells if cell.is_missing]:
                missing.append(f"{group.whole}: {course}, {listed(gaps)} not returned")
            if late := [
                (cell.words, cell.standing.waiting_version) for cell in cells if cell.standing.waiting
            ]:
                waiting.append(waits(group.whole, course, late))
        title = f"{course}: share of staff who are compliant, {labels[0]} to {labels[-1]}"
        tables.append(Calculated(title, ["Organisation", *labels], rows, [], missing + waiting))
    return tables


def trend_words(cell: Cell) -> str:
    if cell.standing.accepted is not None:
        return share_cells(cell.standing.accepted, cell.goal)[0]
    if cell.standing.waiting is not None:
        return "Not accepted yet"
    return "Not returned" if cell.is_expected else "Not expected"


@dataclass
class Line:
    """An accepted return beside its target."""

    words: str
    sent: Sent
    goal: Decimal | None

    @property
    def is_below(self) -> bool:
        if self.sent.reported != "figures" or self.goal is None:
            return False
        return (self.sent.compliant or 0) * 100 < self.goal * (self.sent.eligible or 0)


def below_tables(made: InventedCouncil) -> list[Calculated]:
    """Who is below target, since when: of the last twelve quarters, and of periods of services' own."""
    groups = groups_of(made, 12)
    series = []
    for group in groups:
        lines = [
            Line(cell.words, cell.standing.accepted, cell.goal)
            for cell in group.cells
            if cell.standing.accepted is not None
        ]
        series.append((group.course, group.name, group.scope, group.whole, lines))
    accepted, waiting = other_periods(made, 12)
    for place, slug in dict.fromkeys((one.body, one.course) for one, _ in accepted):
        name, kind = made.bodies[place].name, made.bodies[place].kind
        lines = [
            Line(
                period_words(one.kind, one.start, one.end), state.accepted, goal_of(made, slug, kind, one.end)
            )
            for one, state in sorted(accepted, key=lambda each: (each[0].end, each[0].start))
            if (one.body, one.course) == (place, slug) and state.accepted is not None
        ]
        series.append((COURSES[slug], name, "Local staff", f"{name} (Local staff)", lines))
    rows, measured = [], 0
    for course, _, _, whole, lines in sorted(series, key=lambda each: each[:3]):
        if not lines or lines[-1].goal is None or lines[-1].sent.reported != "figures":
            continue
        measured += 1
        run = 0
        while run < len(lines) and lines[-1 - run].is_below:
            run += 1
        if not run:
            continue
        last, goal = lines[-1], lines[-1].goal or Decimal(0)
        printed, short = share_cells(last.sent, goal)
        since = lines[-run].words + ("" if run < len(lines) else " or earlier")
        people = short.split(" ", 1)[0]
        rows.append([whole, course, last.words, printed, goal_words(goal), people, since])
    label = period_words("snapshot", *made.period)
    many = f"{commas(len(rows))} of {commas(measured)} latest returns that have a target"
    note = f"{many} {'is' if len(rows) == 1 else 'are'} below it."
    gaps = [
        f"{group.name}: {group.course}, {group.cells[-1].words} not returned"
        for group in groups
        if group.cells[-1].is_missing
    ]
    late: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for group in groups:
        state = group.cells[-1].standing
        if state.waiting is not None:
            late[group.whole, group.course] = [(group.cells[-1].words, state.waiting_version)]
    for one, state in waiting:
        key = (f"{made.bodies[one.body].name} (Local staff)", COURSES[one.course])
        late.setdefault(key, []).append((period_words(one.kind, one.start, one.end), state.waiting_version))
    return [
        Calculated(
            f"Training below target up to {label}",
            [
                "Organisation",
                "Course",
                "Latest return",
                "Percentage",
                "Target",
                "People short",
                "Below since",
            ],
            rows,
            [note if measured else "No return of this period can be set beside a target."],
            gaps + [waits(name, course, periods) for (name, course), periods in late.items()],
        )
    ]


def other_periods(
    made: InventedCouncil, window: int
) -> tuple[list[tuple[Returns, Standing]], list[tuple[Returns, Standing]]]:
    """Returns of a period of their own that overlaps some quarters: those accepted, and those that wait."""
    end = made.period[1]
    first = quarter_days(*quarters_before(made.year, made.quarter, window)[0])[0]
    found = [
        (one, known(one, made.as_at))
        for one in made.returns
        if one.kind == "free" and first <= one.end <= end + timedelta(days=366) and one.start <= end
    ]
    found.sort(key=lambda each: (COURSES[each[0].course], made.bodies[each[0].body].name, each[0].end))
    accepted = [each for each in found if each[1].accepted is not None]
    return accepted, [each for each in found if each[1].waiting is not None]


def services_tables(made: InventedCouncil) -> list[Calculated]:
    end = made.period[1]
    first = quarter_days(*quarters_before(made.year, made.quarter, 4)[0])[0]
    accepted, waiting = [], []
    for one in made.returns:
        if one.kind != "free" or not first <= one.end <= end + timedelta(days=366) or one.start > end:
            continue
        state = known(one, made.as_at)
        name = made.bodies[one.body].name
        key = (COURSES[one.course], name, one.end)
        if state.accepted is not None:
            accepted.append((key, one, state.accepted))
        if state.waiting is not None:
            waiting.append((key, one, state))
    accepted.sort(key=lambda each: each[0])
    waiting.sort(key=lambda each: each[0])
    services = sorted(body.name for body in made.bodies if body.kind == "council_service")
    if not (accepted or waiting):
        return [no_service(services, end)] if services else []
    rows = []
    for (course, name, _), one, sent in accepted:
        goal = goal_of(made, one.course, "council_service", one.end)
        printed, against = share_cells(sent, goal)
        rows.append(
            [
                name,
                course,
                period_words(one.kind, one.start, one.end),
                count_words(sent.eligible),
                count_words(sent.compliant),
                printed,
                against,
                count_words(sent.sessions),
            ]
        )
    seen = {id(one) for _, one, _ in accepted}
    gaps: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for (course, name, _), one, state in waiting:
        words = period_words(one.kind, one.start, one.end)
        gaps.setdefault((f"{name} (Local staff)", course), []).append((words, state.waiting_version))
        if id(one) not in seen:
            rows.append([name, course, words, "Not accepted yet", "", "", "", ""])
    return [
        Calculated(
            "Training of services",
            [
                "Service",
                "Course",
                "Period",
                "Need training",
                "Trained",
                "Percentage",
                "Gap",
                "Sessions delivered",
            ],
            rows,
            [],
            [waits(name, course, periods) for (name, course), periods in gaps.items()],
        )
    ]


def no_service(services: Iterable[str], end: date) -> Calculated:
    until = day_words(end)
    return Calculated(
        "Training of services",
        ["Service", f"Year up to {until}"],
        [[name, "No return"] for name in services],
        [],
        [f"{name}: no return for the year up to {until}" for name in services],
    )


# Plans --------------------------------------------------------------------------------------------------


HOW_COUNTED = (
    "Overdue counts open actions whose first due date has passed, even where it was moved. "
    "Moved counts actions whose due date was moved at least once."
)


def plan_tables(made: InventedCouncil) -> list[Calculated]:
    start, end = made.period
    shown = [plan for plan in made.plans if plan.start <= end and plan.end >= start]
    shown = [plan for plan in shown if kept(plan)]
    shown.sort(key=lambda plan: plan.title)
    shown.sort(key=lambda plan: plan.start, reverse=True)
    tables = [plan_table(plan, made.as_at) for plan in shown]
    late = [(plan, promise) for plan in shown for promise in kept(plan) if is_late(promise, made.as_at)]
    return [*tables, late_table(made, [promise for _, promise in late])] if late else tables


def kept(plan: Plan) -> list[Promise]:
    """The actions that were not withdrawn, by objective and number."""
    left = [promise for promise in plan.promises if promise.status != "withdrawn"]
    return sorted(left, key=lambda promise: (promise.objective, promise.number))


def is_late(promise: Promise, day: date) -> bool:
    return promise.status in {"not_started", "in_progress", "on_hold"} and promise.first_due < day


def plan_table(plan: Plan, day: date) -> Calculated:
    rows = []
    for place, title in enumerate(plan.objectives):
        own = [promise for promise in kept(plan) if promise.objective == place]
        if own:
            rows.append([f"{place + 1}. {title}", *counts(own, day)])
    return Calculated(
        f"Progress: {plan.title}",
        ["Objective", "Actions", "Complete", "In progress", "Not started", "Overdue", "Moved"],
        [*rows, ["All objectives", *counts(kept(plan), day)]],
        [HOW_COUNTED],
    )


def counts(promises: list[Promise], day: date) -> list[str]:
    complete = running = waiting = late = moved = 0
    for promise in promises:
        complete += promise.status == "complete"
        running += promise.status in {"in_progress", "on_hold"}
        waiting += promise.status == "not_started"
        late += is_late(promise, day)
        moved += promise.moved > 0
    return [commas(each) for each in (len(promises), complete, running, waiting, late, moved)]


def late_table(made: InventedCouncil, late: list[Promise]) -> Calculated:
    rows = []
    for promise in late:
        leads = sorted(made.bodies[lead].name for lead in promise.leads)
        rows.append(
            [
                f"A{promise.number} {promise.title}",
                ", ".join(leads) or "No lead named",
                day_words(promise.first_due),
                day_words(promise.due),
                commas(promise.moved),
            ]
        )
    unled = sum(1 for promise in late if not promise.leads)
    return Calculated(
        "Actions overdue",
        ["Action", "Lead", "First due", "Now due", "Times moved"],
        rows,
        [],
        [f"{plural(unled, 'overdue action has', 'overdue actions have')} no lead organisation"]
        if unled
        else [],
    )


RATINGS = {
    "": "Not rated",
    "green": "Green: on track",
    "amber": "Amber: some delay or risk, being managed",
    "red": "Red: off track, needs a decision",
}
STATUS_WORDS = {
    "not_started": "Not started",
    "in_progress": "In progress",
    "on_hold": "On hold",
    "complete": "Complete",
    "withdrawn": "Withdrawn",
}


def register_tables(made: InventedCouncil) -> list[Calculated]:
    """Every action of each plan of the period, withdrawn ones too."""
    start, end = made.period
    shown = [plan for plan in made.plans if plan.start <= end and plan.end >= start and plan.promises]
    shown.sort(key=lambda plan: plan.title)
    shown.sort(key=lambda plan: plan.start, reverse=True)
    return [register_table(made, plan) for plan in shown]


def register_table(made: InventedCouncil, plan: Plan) -> Calculated:
    rows, unled, unrated = [], [], []
    for promise in sorted(plan.promises, key=lambda promise: (promise.objective, promise.number)):
        leads = sorted(made.bodies[lead].name for lead in promise.leads)
        late = ", overdue" if is_late(promise, made.as_at) else ""
        rows.append(
            [
                f"A{promise.number}",
                promise.title,
                ", ".join(leads) or "No lead named",
                day_words(promise.first_due),
                day_words(promise.due),
                commas(promise.moved),
                STATUS_WORDS[promise.status] + late,
                RATINGS[promise.rating],
            ]
        )
        if promise.status in {"not_started", "in_progress", "on_hold"}:
            unled += [] if leads else [f"A{promise.number}"]
            unrated += [] if promise.rating else [f"A{promise.number}"]
    missing = []
    if unled:
        missing.append(f"{plan.title}: no lead organisation of {listed(unled)}")
    if unrated:
        missing.append(f"{plan.title}: no rating of {listed(unrated)}")
    return Calculated(
        f"Actions: {plan.title}",
        ["Reference", "Action", "Lead", "First due", "Now due", "Times moved", "Status", "Rating"],
        rows,
        [f"{plural(len(rows), 'action', 'actions')}. Overdue goes by the first due date."],
        missing,
    )


# Sessions -----------------------------------------------------------------------------------------------


def sessions_tables(made: InventedCouncil) -> list[Calculated]:
    first = quarter_days(*quarters_before(made.year, made.quarter, 4)[0])[0]
    last = made.period[1]
    inside = [held for held in made.sessions if first <= held.start and held.end <= last]
    inside.sort(
        key=lambda held: (
            held.start,
            held.end,
            not held.course,
            COURSES.get(held.course, ""),
            held.title,
            held.audience,
        )
    )
    rows, missing, unrecorded = [], [], []
    totals: dict[tuple[bool, str], list[int]] = {}
    for held in inside:
        subject = COURSES.get(held.course, held.title)
        when = day_words(held.start)
        if held.dated == "year":
            when = str(held.start.year)
        elif held.start != held.end:
            when = f"{day_words(held.start)} to {day_words(held.end)}"
        recorded = [record for record in held.records if record[0] <= made.as_at]
        if not recorded:
            if held.state != "cancelled" and held.end < made.as_at:
                unrecorded.append(f"{subject}, {held.audience}, {when}: not recorded")
            continue
        _, sessions, people = recorded[-1]
        if people is None:
            missing.append(f"{subject}, {held.audience}: number of attendees not recorded")
        known_people = "Not recorded" if people is None else commas(people)
        rows.append([when, "Not named", held.audience, subject, commas(sessions), known_people])
        total = totals.setdefault((not held.course, subject), [0, 0, 0])
        total[0] += 0 if people is None else sessions
        total[1] += people or 0
        total[2] += sessions if people is None else 0
    between = f"{day_words(first)} to {day_words(last)}"
    notes = [f"{subject}: {total_words(*totals[order, subject])}." for order, subject in sorted(totals)]
    if any(is_briefing for is_briefing, _ in totals):
        notes.append("Briefings are counted separately and stand for no course.")
    if not rows:
        missing.append(f"No training session is recorded as delivered, {between}")
    return [
        Calculated(
            "Training sessions delivered",
            ["Date", "Organisation", "Audience", "Course or briefing", "Sessions", "Attendees"],
            rows,
            notes,
            missing + unrecorded,
        )
    ]


def total_words(sessions: int, people: int, unknown: int) -> str:
    without = f"{plural(unknown, 'session', 'sessions')} without a number"
    if not sessions:
        return without
    said = f"{plural(people, 'attendee', 'attendees')} in {plural(sessions, 'session', 'sessions')}"
    return f"{said}; {without}" if unknown else said


# The duty checklist -------------------------------------------------------------------------------------

STATUSES = {
    "in_place": ("In place", "in place"),
    "in_progress": ("In progress", "under way"),
    "planned": ("Planned", "under way"),
    "not_started": ("Not started", "not started"),
    "not_applicable": ("Not applicable", "not applicable"),
    "": ("Not answered", "not answered"),
}
TIMESCALES = {"": "", "in_place": "In place", "ongoing": "Ongoing", "not_applicable": "Not applicable"}


def current_round(made: InventedCouncil) -> Round | None:
    begun = [each for each in made.rounds if each.start <= made.period[1]]
    return max(begun or made.rounds, key=lambda each: each.start, default=None)


@dataclass(frozen=True)
class Item:
    """One row of the edition."""

    ref: str
    workstream: str
    prompt: str


def state_of(answer: Answer) -> tuple[str, str]:
    """The printed status of an answer, and what it counts as."""
    label, counts_as = STATUSES[answer.status]
    if not answer.to_confirm:
        return label, counts_as
    return (f"To confirm: {label.lower()}" if answer.status else "To confirm"), "to confirm"


def checklist_tables(made: InventedCouncil, items: list[Item]) -> list[Calculated]:
    shown = current_round(made)
    if shown is None:
        return []
    rows, counted = [], []
    for item, answer in zip(items, shown.answers, strict=True):
        label, counts_as = state_of(answer)
        counted.append(counts_as)
        when = f"By {day_words(answer.due)}" if answer.due else TIMESCALES[answer.timescale]
        rows.append([item.workstream, item.prompt, label, answer.response, when])
    order = ("in place", "under way", "not started", "not applicable", "to confirm", "not answered")
    said = [f"{counted.count('in place')} of {len(counted)} in place"]
    said += [f"{counted.count(each)} {each}" for each in order[1:] if each in counted]
    notes = [", ".join(said) + "."]
    carried, open_ = counted.count("to confirm"), counted.count("not answered")
    if shown.follows:
        again = f"{len(counted) - carried - open_} of {len(counted)} re-assessed, {carried} carried forward"
        notes.append(f"{again} unconfirmed{f', {open_} not answered' if open_ else ''}.")
    missing = []
    if open_:
        missing.append(f"{plural(open_, 'checklist item is', 'checklist items are')} not answered")
    if carried:
        word = plural(carried, "checklist item is", "checklist items are")
        missing.append(f"{word} carried forward and not confirmed")
    return [
        Calculated(
            f"Duty checklist Round of {shown.start.year}",
            ["Workstream", "Expectation", "Status", "Response", "Timescale"],
            rows,
            notes,
            missing,
        )
    ]


RANKS = {"not started": 0, "under way": 1, "in place": 2}


def changes_tables(made: InventedCouncil, items: list[Item]) -> list[Calculated]:
    """What became of each item since the round before."""
    shown = current_round(made)
    if shown is None:
        return []
    place = made.rounds.index(shown)
    period = f"Round of {shown.start.year}"
    head = ["Workstream", "Expectation", "Before", period, "What changed"]
    if not place:
        none = [f"There is no round before {period} to compare with"]
        return [Calculated(f"Duty checklist {period}: what changed", head, [], [], none)]
    before = made.rounds[place - 1]
    since = f"Round of {before.start.year}"
    head[2] = since
    rows = []
    changes: dict[str, int] = {}
    open_, carried = [], []
    for item, then, now in zip(items, before.answers, shown.answers, strict=True):
        sort, words = changed(then, now)
        changes[sort] = changes.get(sort, 0) + 1
        if words:
            rows.append([item.workstream, item.prompt, state_of(then)[0], state_of(now)[0], words])
        open_ += [item.ref] if state_of(now)[1] == "not answered" else []
        carried += [item.ref] if now.to_confirm else []
    sorts = (
        "better",
        "worse",
        "carried forward and not confirmed",
        "not answered yet",
        "changed in another way",
        "unchanged",
    )
    said = ", ".join(f"{changes[sort]} {sort}" for sort in sorts if sort in changes)
    missing = []
    if open_:
        missing.append(f"Checklist items not answered: {listed(open_)}")
    if carried:
        missing.append(f"Checklist items carried forward and not confirmed: {listed(carried)}")
    title = f"Duty checklist {period}: what changed since {since}"
    return [Calculated(title, head, rows, [f"{len(items)} items: {said}."], missing)]


def changed(then: Answer, now: Answer) -> tuple[str, str]:
    """How a change counts, and the words for it; no words where nothing changed."""
    was, was_counted = state_of(then)
    label, counted = state_of(now)
    if now.to_confirm:
        return "carried forward and not confirmed", "Carried forward, not confirmed"
    if not now.status:
        return ("not answered yet", "Not answered yet") if then.status else ("unchanged", "")
    if was_counted in {"not answered", "to confirm"}:
        return "changed in another way", f"Now {label}, was not answered"
    if was != label:
        old, new = RANKS.get(was_counted), RANKS.get(counted)
        moved = f"from {was} to {label}"
        if old is None or new is None or old == new:
            return "changed in another way", f"Changed {moved}"
        return ("better", f"Better: {moved}") if old < new else ("worse", f"Worse: {moved}")
    if then.response != now.response:
        return "changed in another way", "Same status, new response"
    return "unchanged", ""


# Scrutiny -----------------------------------------------------------------------------------------------

RESPONSES = {
    "accept": ("Accepted", "accepted"),
    "accept_in_part": ("Accepted in part", "in part"),
    "reject": ("Rejected", "rejected"),
    "": ("Not yet answered", "not yet answered"),
}


def scrutiny_tables(made: InventedCouncil) -> list[Calculated]:
    shown = [review for review in made.reviews if review.state in {"open", "put_up"}]
    shown.sort(key=lambda review: review.title)
    shown.sort(key=lambda review: review.presented_on or date.min, reverse=True)
    return [review_table(review) for review in shown]


def review_table(review: Review) -> Calculated:
    rows = []
    for advice in review.advice:
        response = RESPONSES[advice.response][0]
        if advice.done_on:
            word = "Since actioned" if advice.response == "reject" else "Completed"
            state = f"{word} {day_words(advice.done_on)}"
        elif advice.milestone:
            state = f"Due {day_words(advice.milestone)}"
        else:
            state = "" if advice.response == "reject" else "No milestone set"
        rows.append(
            [
                str(advice.number),
                advice.wording,
                f"{response}: {advice.reason}" if advice.reason else response,
                ", ".join(advice.leads),
                state,
            ]
        )
    total = plural(len(review.advice), "recommendation", "recommendations")
    given = [advice.response for advice in review.advice]
    said = [f"{given.count(each)} {word}" for each, (_, word) in RESPONSES.items() if each in given]
    waiting = given.count("")
    return Calculated(
        f"Recommendations: {review.title}",
        ["Number", "Recommendation", "Response", "Lead", "State"],
        rows,
        [f"{total}: {', '.join(said)}."] if rows else [],
        [f"{plural(waiting, 'recommendation has', 'recommendations have')} no response yet"]
        if waiting
        else [],
    )
