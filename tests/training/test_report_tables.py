"""What training tells reports besides its returns: trend, who is below target, the log, and schools."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.report_blocks import Block, blocks_of
from tests.factories import CouncilFactory
from tests.partnerships.factories import OrganisationFactory, linked
from tests.training.delivery_factories import planned
from tests.training.factories import (
    JUNE,
    SEPTEMBER,
    accepted,
    all_accepted,
    returned,
    returned_by_many,
    wrap,
)
from training.enums import SchoolMeasure, SchoolState, SessionDated
from training.models import Course, ExpectedReturn, TrainingSession
from training.services.schools import record_school_training
from training.services.sessions import record_delivery

pytestmark = pytest.mark.django_db

MARCH = (date(2018, 1, 1), date(2018, 3, 31))
LATER = date(2100, 1, 1)
NAMES = ("training_trend", "training_below_target", "training_sessions", "schools_coverage")


def told(council: Council, name: str, as_at: date = LATER) -> list[Block]:
    with service_scope(council=council):
        return blocks_of(name, council, *SEPTEMBER, as_at)


def trust(name: str) -> Organisation:
    made: Organisation = OrganisationFactory(name=name)
    return made


def quarters_of(council: Council, organisation: Organisation, *shares: tuple[int, int] | None) -> None:
    """Accepted returns of the quarters up to September 2018; None is a quarter that was not returned."""
    for period, share in zip((MARCH, JUNE, SEPTEMBER)[-len(shares) :], shares, strict=True):
        if share is not None:
            made = returned(council, organisation, *share, for_council=True, period=period)
            accepted(made, council)


def test_who_is_below_target_is_named_with_since_when_and_how_many_people() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    late, waits = trust("Late Trust"), trust("Waiting Trust")
    quarters_of(council, trust("Zeta Trust"), (850, 1000), (849, 1000), (830, 1000))
    quarters_of(council, trust("Alpha Trust"), (8472, 10000), None, (8499, 10000))
    quarters_of(council, trust("Good Trust"), (80, 100), (85, 100))
    quarters_of(council, late, (90, 100), (84, 100), None)
    linked(council, late)
    returned(council, waits, 80, 100, for_council=True, period=SEPTEMBER)
    with service_scope(council=council):
        ExpectedReturn.objects.create(
            council=council,
            organisation=late,
            course=wrap(),
            council_staff_only=True,
            starts_on=SEPTEMBER[0],
            ends_on=SEPTEMBER[1],
        )
    quarters_of(other, trust("Their Trust"), (1, 100))
    [block] = told(council, "training_below_target")
    assert block.rows == [
        [
            "Alpha Trust (Local staff)", "WRAP", "September 2018", "84.99%", "85%", "1",
            "March 2018 or earlier",
        ],
        ["Late Trust (Local staff)", "WRAP", "June 2018", "84%", "85%", "1", "June 2018"],
        ["Zeta Trust (Local staff)", "WRAP", "September 2018", "83%", "85%", "20", "June 2018"],
    ]  # fmt: skip
    assert block.notes == ["3 of 4 latest returns that have a target are below it."]
    assert block.missing == [
        "Late Trust: WRAP, September 2018 not returned",
        "1 return waits to be accepted: Waiting Trust (Local staff), WRAP, September 2018",
    ]
    [theirs] = told(other, "training_below_target")
    assert [row[0] for row in theirs.rows] == ["Their Trust (Local staff)"]
    assert theirs.notes == ["1 of 1 latest returns that have a target is below it."]


def test_a_trend_has_a_line_for_each_organisation_with_gaps_and_no_zero_for_what_did_not_come() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    late, waits = trust("Late NHS Trust"), trust("Waiting NHS Trust")
    quarters_of(council, trust("Alpha NHS Foundation Trust"), (8472, 10000), (92, 100), (80, 100))
    quarters_of(council, late, (0, 100), None)
    returned(council, waits, 80, 100, for_council=True, period=SEPTEMBER)
    with service_scope(council=council):
        ExpectedReturn.objects.create(
            council=council,
            organisation=late,
            course=wrap(),
            council_staff_only=True,
            starts_on=SEPTEMBER[0],
        )
        basic = Course.objects.get(slug="basic-awareness")
    accepted(returned(council, late, 3, 4, for_council=True, period=SEPTEMBER, course=basic), council)
    quarters_of(other, trust("Their Trust"), (1, 100), (2, 100))
    basics, block = told(council, "training_trend")
    assert block.title == "WRAP: share of staff who are compliant, March 2018 to September 2018"
    assert [column.heading for column in block.columns] == [
        "Organisation", "March 2018", "June 2018", "September 2018",
    ]  # fmt: skip
    assert block.rows == [
        ["Alpha NHS Foundation Trust (Local staff)", "84.7%", "92%", "80%"],
        ["Late NHS Trust (Local staff)", "Not expected", "0%", "Not returned"],
        ["Waiting NHS Trust (Local staff)", "Not expected", "Not expected", "Not accepted yet"],
    ]
    assert block.trend_labels == ["March 2018", "June 2018", "September 2018"]
    assert block.trend == [
        {"name": "Alpha (Local staff)", "values": [84.72, 92.0, 80.0]},
        {"name": "Late (Local staff)", "values": [None, 0.0, None]},
    ]
    assert block.target == 85.0
    assert block.missing == [
        "Late NHS Trust (Local staff): WRAP, September 2018 not returned",
        "1 return waits to be accepted: Waiting NHS Trust (Local staff), WRAP, September 2018",
    ]
    # One quarter is no trend; its table stands all the same.
    assert (basics.trend, basics.trend_labels) == ([], [])
    assert basics.rows == [["Late NHS Trust (Local staff)", "75%"]]
    assert [row[0] for each in told(other, "training_trend") for row in each.rows] == [
        "Their Trust (Local staff)"
    ]


def logged(council: Council, attendees: int | None, *, on: date = SEPTEMBER[0], **fields: object) -> None:
    with service_scope(council=council):
        made = planned(council, on=on, **fields)
        record_delivery(session=made, by=None, version=1, sessions=made.sessions, attendees=attendees)


def test_the_log_says_when_for_whom_and_how_many_and_what_nobody_recorded_is_not_zero() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    charity = trust("A charity for youth")
    logged(council, 0, audience="Volunteers", host="", organisations=[linked(council, charity)])
    logged(council, None, on=SEPTEMBER[1], audience="New starters")
    logged(
        council, 127, audience="Local authority staff", sessions=11, dated=SessionDated.YEAR,
        starts_on=date(2018, 1, 1), ends_on=date(2018, 12, 31),
    )  # fmt: skip
    logged(council, 10, course=None, title="CTLP briefing", audience="Delivery group")
    with service_scope(council=council):
        planned(council, on=SEPTEMBER[1], audience="Nobody wrote it down")
        planned(council, on=date(2018, 12, 1), audience="To come")
    logged(other, 99, audience="Theirs")
    [block] = told(council, "training_sessions")
    assert block.rows == [
        ["1 July 2018", "A charity for youth", "Volunteers", "WRAP", "1", "0"],
        ["1 July 2018", "A charity", "Delivery group", "CTLP briefing", "1", "10"],
        ["30 September 2018", "A charity", "New starters", "WRAP", "1", "Not recorded"],
    ]
    assert block.notes == [
        "WRAP: 0 attendees in 1 session; 1 session without a number.",
        "CTLP briefing: 10 attendees in 1 session.",
        "Briefings are counted separately and stand for no course.",
    ]
    assert block.missing == [
        "WRAP, New starters: number of attendees not recorded",
        "WRAP, Nobody wrote it down, 30 September 2018: not recorded",
    ]
    with service_scope(council=council):
        [year] = blocks_of("training_sessions", council, date(2018, 10, 1), date(2018, 12, 31), LATER)
    assert year.rows[0] == ["2018", "A charity", "Local authority staff", "WRAP", "11", "127"]
    assert year.notes[0] == "WRAP: 127 attendees in 12 sessions; 1 session without a number."
    [none] = told(CouncilFactory(), "training_sessions")
    assert (none.rows, none.missing) == (
        [], ["No training session is recorded as delivered, 1 October 2017 to 30 September 2018"],
    )  # fmt: skip


def test_schools_are_counted_by_two_measures_and_what_is_not_known_is_named() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    today = timezone.localdate()
    schools = [
        linked(council, OrganisationFactory(name=f"School {letter}", kind="school")) for letter in "ABC"
    ]
    linked(other, OrganisationFactory(name="Their school", kind="school"))
    whole, lead = SchoolMeasure.WHOLE_SCHOOL, SchoolMeasure.LEAD
    trained, untrained = SchoolState.TRAINED, SchoolState.NOT_TRAINED
    with service_scope(council=council):
        for school, known in (
            (schools[0], {whole: (trained, today), lead: (trained, today - timedelta(days=800))}),
            (schools[1], {whole: (trained, today), lead: (untrained, None)}),
        ):
            record_school_training(council=council, schools=[school], known=known, by=None)
    [block] = told(council, "schools_coverage", today)
    assert block.rows == [
        ["Whole-school training", "3", "2", "0", "0", "1", "67%"],
        ["Designated safeguarding lead trained", "3", "0", "1", "1", "1", "0%"],
    ]
    assert [bar.printed for bar in block.bars] == ["67%", "0%"]
    assert block.missing == [
        "Whole-school training, not known of School C",
        "Designated safeguarding lead trained, not known of School C",
    ]
    [before] = told(council, "schools_coverage", today - timedelta(days=1))
    assert [row[5] for row in before.rows] == ["3", "3"]
    [theirs] = told(other, "schools_coverage", today)
    assert theirs.missing[0] == "Whole-school training, not known of Their school"
    [none] = told(CouncilFactory(), "schools_coverage", today)
    assert (none.rows, none.missing) == ([], ["No school or setting is linked to the council"])


def test_each_block_asks_as_many_statements_however_many_rows_there_are() -> None:
    asked: list[list[int]] = []
    for many in (2, 30):
        council = CouncilFactory()
        for period in (JUNE, SEPTEMBER):
            trusts = [trust(f"Trust {number} of {council.pk}") for number in range(many)]
            all_accepted(returned_by_many(council, trusts, 80, period=period), council)
        with service_scope(council=council):
            TrainingSession.objects.bulk_create(
                TrainingSession(
                    council=council,
                    course=wrap(),
                    starts_on=SEPTEMBER[0],
                    ends_on=SEPTEMBER[0],
                    audience=f"Group {number}",
                )
                for number in range(many)
            )
            counts = []
            for name in NAMES:
                with CaptureQueriesContext(connection) as queries:
                    blocks_of(name, council, *SEPTEMBER, LATER)
                counts.append(len(queries))
        asked.append(counts)
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 9
