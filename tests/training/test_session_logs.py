"""A log of sessions from a file: what is understood, every problem by cell, nothing stored unconfirmed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from partnerships.models import CouncilOrganisation
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.services import api_tokens
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from prevent_portal.web.dates import british_date
from prevent_portal.web.spreadsheets import Sheet
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked
from tests.training.delivery_factories import day, delivered, facilitator, planned
from tests.training.files import as_csv, as_xlsx
from training.demo.sessions import LOG_2018
from training.enums import SessionDated, SessionState
from training.figures import KnownCourse, KnownOrganisation
from training.models import SessionRecord, TrainingSession
from training.queries.sessions import (
    SessionTotals,
    filtered_sessions,
    totals_by_subject,
    year_span,
)
from training.services import session_logs
from training.services.session_logs import KeptLog, confirm_log, kept_log
from training.session_logs.days import Days, DaysUnclear, days_of
from training.session_logs.reader import MEANINGS, ExpectedLog, KnownFacilitator, LoggedRow, check_log_file

HEADER = ["Date", "Course", "Audience", "Attendees"]
GOOD = [HEADER, ["12 March 2018", "WRAP", "Ward staff", 9]]
PUBLISHED = [
    ["course", "audience", "sessions", "attendees"],
    *(
        [
            {"wrap": "WRAP"}.get(line.course, line.title),
            line.audience,
            line.sessions,
            "" if line.attendees is None else line.attendees,
        ]
        for line in LOG_2018
    ),
]
"""The published log as it was published: no dates, and no number where nobody counted."""


class Keeper:
    """A coordinator of one council, signed in; a second council with a session that is alike."""

    def __init__(self, client: Client, run_on_commit: Any) -> None:
        self.council: Council = CouncilFactory.create()
        self.other: Council = CouncilFactory.create()
        self.person = member(self.council, Role.COORDINATOR)
        self.client = sign_in(client, self.person)
        self.run_on_commit = run_on_commit
        with service_scope(council=self.other):
            delivered(self.other, 9, on=date(2018, 3, 12), audience="Ward staff", host="Ward staff")

    def url(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.council.slug, *args])

    def send(self, content: bytes, name: str = "log.csv", **fields: Any) -> Any:
        return self.client.post(
            self.url("training-session-log"), {"file": SimpleUploadedFile(name, content), **fields}
        )

    def confirm(self, response: Any) -> Any:
        assert response.status_code == 302, problems(response)
        with self.run_on_commit(execute=True):
            done = self.client.post(response["Location"])
        return self.client.get(done["Location"])

    def log(self) -> list[TrainingSession]:
        with service_scope(council=self.council):
            return list(
                TrainingSession.objects.filter(council=self.council).order_by("starts_on", "created_at", "pk")
            )


@pytest.fixture
def keeper(db: None, client: Client, django_capture_on_commit_callbacks: Any) -> Keeper:
    return Keeper(client, django_capture_on_commit_callbacks)


def problems(response: Any) -> list[str]:
    """The words of each problem on the page."""
    return [str(row) for row in response.context["problems"].rows]


@pytest.mark.parametrize(("make", "name"), [(as_csv, "log.csv"), (as_xlsx, "log.xlsx")], ids=["csv", "xlsx"])
def test_the_log_of_2018_is_19_wrap_sessions_and_206_attendees_and_the_unknown_stays_unknown(
    keeper: Keeper, make: Callable[..., bytes], name: str
) -> None:
    checked = keeper.send(make(PUBLISHED), name, when="2018")
    page = keeper.client.get(checked["Location"]).content.decode()
    assert "WRAP: 206 attendees in 19 sessions." in page
    assert keeper.log() == []
    receipt = keeper.confirm(checked).content.decode()
    assert "21 sessions added to the log" in receipt
    assert "Extremist organisations briefing: 1 session without a number." in receipt
    with service_scope(council=keeper.council):
        totals = dict(totals_by_subject(filtered_sessions(keeper.council, span=year_span(2018))))
    assert totals == {
        "WRAP": SessionTotals(19, 206, 0),
        "CTLP briefing": SessionTotals(1, 10, 0),
        "Extremist organisations briefing": SessionTotals(0, 0, 1),
    }
    assert {(each.dated, each.state) for each in keeper.log()} == {
        (SessionDated.YEAR, SessionState.DELIVERED)
    }
    shown = keeper.client.get(keeper.url("training-sessions")).content.decode()
    assert "WRAP: 206 attendees in 19 sessions." in shown


def test_the_same_file_twice_adds_nothing_also_by_somebody_else_and_after_a_correction(
    keeper: Keeper, client: Client
) -> None:
    checked = keeper.send(as_csv(PUBLISHED), when="2018")
    keeper.confirm(checked)
    keeper.confirm(checked)
    sign_in(client, member(keeper.council, Role.SAFETY_OFFICER))
    copy = keeper.send(as_xlsx(PUBLISHED), "copy.xlsx", when="2018")
    page = keeper.client.get(copy["Location"]).content.decode()
    assert "Every session in it is in the log already, so there is nothing to add." in page
    assert "Confirm and add to the log" not in page
    assert "attendees in 19 sessions" not in page
    again = keeper.confirm(copy)
    assert "These sessions were in the log already" in again.content.decode()
    assert len(keeper.log()) == 7
    with service_scope(council=keeper.council):
        TrainingSession.objects.filter(council=keeper.council, attendees=9).update(attendees=8)
    again = keeper.confirm(keeper.send(as_csv(PUBLISHED), when="2018"))
    assert "In the log already, with 8 attendees in 1 session." in again.content.decode()
    assert sorted(each.attendees or 0 for each in keeper.log()) == [0, 8, 10, 21, 23, 26, 127]


@pytest.mark.parametrize("before_the_receipt", [False, True])
def test_a_file_confirmed_twice_at_once_is_added_once_and_its_first_receipt_stays(
    keeper: Keeper, before_the_receipt: bool
) -> None:
    token = keeper.send(as_csv(GOOD))["Location"].rstrip("/").rpartition("/")[2]
    who: dict[str, Any] = {"council": keeper.council, "by": keeper.person}

    def seen() -> KeptLog:
        found = kept_log(**who, token=token)
        assert found is not None
        return found

    first, second = seen(), seen()
    with council_scope(user_id=keeper.person.pk, council=keeper.council):
        with keeper.run_on_commit(execute=True):
            confirm_log(**who, log=first)
            if before_the_receipt:
                confirm_log(**who, log=second)
        if not before_the_receipt:
            assert confirm_log(**who, log=second).receipt["new"] == 1
    if not before_the_receipt:
        with service_scope(council=keeper.council):
            received = Event.objects.filter(action="training.session_log_received")
            assert received.filter(council_id=keeper.council.pk).count() == 1
    assert (seen().receipt["new"], len(keeper.log())) == (1, 1)


def test_a_planned_session_that_is_changed_while_the_file_is_confirmed_stops_the_whole_file(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service_scope(council=keeper.council):
        open_one = planned(keeper.council, on=date(2018, 3, 12), audience="Ward staff")
    checked = keeper.send(as_csv(GOOD))

    def changed_meanwhile(*_: Any, **__: Any) -> None:
        TrainingSession.objects.filter(council=keeper.council, pk=open_one.pk).update(version=9)

    # It is called when the file's sessions are found and before they are recorded.
    monkeypatch.setattr(session_logs, "_store", changed_meanwhile)
    answer = keeper.client.post(checked["Location"], follow=True)
    assert "Somebody changed a session of this file while you confirmed it." in answer.content.decode()
    assert [(each.state, each.attendees) for each in keeper.log()] == [(SessionState.PLANNED, None)]


def test_the_file_that_the_log_gives_out_is_understood_as_what_is_there(keeper: Keeper) -> None:
    trust = OrganisationFactory.create(name="A trust")
    linked(keeper.council, trust)
    with service_scope(council=keeper.council):
        delivered(keeper.council, None, on=date(2018, 3, 12), organisations=[trust], host="A charity")
        delivered(keeper.council, 0, on=date(2018, 3, 12), sessions=2, organisations=[trust], host="")
        planned(keeper.council)
    for name in ("csv", "xlsx"):
        answer = keeper.client.get(keeper.url(f"training-sessions-{name}"))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        receipt = keeper.confirm(keeper.send(content, f"log.{name}")).content.decode()
        assert receipt.count("In the log already</td>") == 2
        assert len(keeper.log()) == 3


def test_a_row_about_a_planned_session_records_it(keeper: Keeper) -> None:
    with service_scope(council=keeper.council):
        open_one = planned(keeper.council, on=date(2018, 3, 12), audience="Ward staff")
    receipt = keeper.confirm(keeper.send(as_csv(GOOD))).content.decode()
    assert "1 planned session recorded" in receipt
    assert [(each.pk, each.state, each.attendees) for each in keeper.log()] == [
        (open_one.pk, SessionState.DELIVERED, 9)
    ]


def test_two_sessions_of_one_day_are_two_and_each_is_found_again(keeper: Keeper) -> None:
    rows = [*GOOD, ["12/03/2018", "WRAP", "Ward staff", 4]]
    keeper.confirm(keeper.send(as_csv(rows)))
    keeper.confirm(keeper.send(as_csv([rows[0], rows[2], rows[1], ["12/03/2018", "WRAP", "Ward staff", 5]])))
    assert sorted(each.attendees or 0 for each in keeper.log()) == [4, 5, 9]


def test_organisations_facilitator_and_places_come_from_their_columns(keeper: Keeper) -> None:
    trust = OrganisationFactory.create(name="A trust")
    linked(keeper.council, trust)
    with service_scope(council=keeper.council):
        known = facilitator(keeper.council, name="Team Manager")
    rows = [
        [*HEADER, "Organisation", "Delivered by", "Venue", "Capacity"],
        ["12/03/2018", "WRAP", "Wards", "not recorded", "A Trust; A charity", "team manager", "Hall", 20],
        ["13/03/2018", "WRAP", "", 5, "A school", "Prevent officer", "", ""],
    ]
    keeper.confirm(keeper.send(as_csv(rows)))
    one, two = keeper.log()
    with service_scope(council=keeper.council):
        assert [each.organisation_id for each in one.for_organisations.all()] == [trust.pk]
        assert not two.for_organisations.exists()
        records = SessionRecord.objects.filter(council=keeper.council).order_by("session__starts_on")
        assert [(each.attendees, each.recorded_by_id) for each in records] == [
            (None, keeper.person.pk),
            (5, keeper.person.pk),
        ]
    assert (one.host, one.facilitator_id, one.trainer, one.venue, one.places, one.attendees) == (
        "A charity", known.pk, "", "Hall", 20, None,
    )  # fmt: skip
    assert (two.host, two.audience, two.facilitator_id, two.trainer) == (
        "A school", "A school", None, "Prevent officer",
    )  # fmt: skip


def test_a_refused_file_stores_nothing_and_comes_back_with_its_problems_beside_it(keeper: Keeper) -> None:
    tomorrow = day(1)
    rows = [*GOOD, ["soon", "Fire safety", "", "about 20"], [tomorrow, "WRAP", "Wards", -1]]
    answer = keeper.send(as_csv(rows))
    found = problems(answer)
    wanted = ["A (Date)", "B (Course)", "C (Audience)", "D (Attendees)", "A (Date)", "D (Attendees)"]
    assert [column in words for column, words in zip(wanted, found, strict=True)] == [True] * 6
    assert f"This starts on {british_date(tomorrow)}, which is still to come" in found[4]
    assert "6 things in the file must be put right. Nothing was stored." in answer.content.decode()
    assert keeper.log() == []
    marked = keeper.client.get(answer.context["marked_href"])
    content = b"".join(marked.streaming_content) if marked.streaming else marked.content
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert lines[2][4].startswith("A (Date): This is not a day or a period that can be read.")
    put_right = [[*line[:4]] for line in (lines[0], lines[1])]
    keeper.confirm(keeper.send(as_csv(put_right)))
    assert len(keeper.log()) == 1


@pytest.mark.parametrize(
    ("content", "name", "fields", "words"),
    [
        (b"%PDF", "log.pdf", {}, "Send an Excel workbook"),
        (b"", "log.csv", {}, "The selected file is empty"),
        (as_csv(GOOD), "log.csv", {"when": "some time"}, "Write 12 March 2018"),
    ],
)
def test_what_is_no_log_is_refused_in_words(
    keeper: Keeper, content: bytes, name: str, fields: dict[str, str], words: str
) -> None:
    answer = keeper.send(content, name, **fields)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert keeper.log() == []


def test_a_checked_file_is_its_sender_s_alone_and_is_confirmed_by_nobody_else(
    keeper: Keeper, client: Client
) -> None:
    checked = keeper.send(as_csv(GOOD))
    address = checked["Location"]
    refused = keeper.send(as_csv([HEADER, ["soon", "WRAP", "Wards", 1]])).context["marked_href"]
    sign_in(client, member(keeper.council, Role.COORDINATOR))
    for other in (address, f"{address}receipt/", refused):
        assert client.get(other)["Location"] == keeper.url("training-session-log")
    assert client.post(address)["Location"] == keeper.url("training-session-log")
    sign_in(client, member(keeper.council, Role.BOARD_MEMBER))
    for other in (keeper.url("training-session-log"), address, f"{address}receipt/", refused):
        assert client.get(other).status_code == 404
    assert client.post(address).status_code == 404
    sign_in(client, member(keeper.other, Role.COORDINATOR))
    assert client.post(address).status_code == 404
    assert keeper.log() == []


def test_an_organisation_that_has_gone_since_the_check_stops_the_whole_file(keeper: Keeper) -> None:
    trust = OrganisationFactory.create(name="A trust")
    linked(keeper.council, trust)
    rows = [[*HEADER, "For whom"], ["1/3/2018", "WRAP", "A", 1, "A charity"], ["", "WRAP", "A", 1, "A trust"]]
    checked = keeper.send(as_csv(rows), when="2018")
    with service_scope(council=keeper.council):
        CouncilOrganisation.objects.filter(council=keeper.council).delete()
    answer = keeper.client.post(checked["Location"], follow=True)
    assert "has gone since it was checked" in answer.content.decode()
    assert keeper.log() == []


def test_one_event_tells_of_the_file_and_one_of_each_session(keeper: Keeper) -> None:
    keeper.confirm(keeper.send(as_csv([*GOOD, ["2018-03-13", "WRAP", "Wards", 1]])))
    with service_scope(council=keeper.council):
        events = Event.objects.filter(council_id=keeper.council.pk, action__contains="session").order_by("pk")
        assert [each.action for each in events] == [
            "training.session_delivered",
            "training.session_delivered",
            "training.session_log_received",
        ]
        details = events[2].details
    assert (details["rows"], details["new"], details["unchanged"]) == (2, 2, 0)


def test_a_system_with_a_token_sends_a_log_and_is_answered_as_the_page_answers(
    keeper: Keeper, django_capture_on_commit_callbacks: Any
) -> None:
    with council_scope(user_id=keeper.person.pk, council=keeper.council):
        _, secret = api_tokens.create(
            council=keeper.council, name="Booking system", expires_on=day(30), by=keeper.person
        )
    machine = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {secret}"}
    address = reverse("api-training-session-logs", args=[keeper.council.slug])

    def send(rows: list[list[Any]], **fields: str) -> Any:
        file = SimpleUploadedFile("log.csv", as_csv(rows))
        return machine.post(address, {"file": file, **fields}, headers=headers)

    refused = send([HEADER, ["12/03/2018", "WARP", "Wards", "some"]])
    assert refused.status_code == 400
    assert [(each["row"], each["column"], each["value"]) for each in refused.json()["problems"]] == [
        (2, "B (Course)", "WARP"),
        (2, "D (Attendees)", "some"),
    ]
    assert send(PUBLISHED, when="whenever").json() == {
        "when": ["Write 12 March 2018, March 2018, Q1 2018/19, 2018/19 or 2018."]
    }
    checked = send(PUBLISHED, when="2018").json()
    assert (checked["confirmed_at"], len(checked["rows"]), keeper.log()) == (None, 7, [])
    one = f"{address}{checked['token']}/"
    with django_capture_on_commit_callbacks(execute=True):
        assert machine.post(f"{one}confirm/", headers=headers).status_code == 200
    receipt = machine.get(one, headers=headers).json()
    assert receipt["confirmed_at"] is not None
    assert [(each["sessions"], each["attendees"], each["outcome"]) for each in receipt["rows"]][-1] == (
        1,
        None,
        "New",
    )
    again = send(PUBLISHED, when="2018", confirm="true")
    assert {each["outcome"] for each in again.json()["rows"]} == {"In the log already"}
    assert len(keeper.log()) == 7
    assert machine.get(f"{address}{'x' * 22}/", headers=headers).status_code == 404
    assert machine.get(one).status_code in {401, 403, 404}


# The reader alone ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        (date(2018, 3, 12), "2018-03-12", "2018-03-12"),
        ("12/3/2018", "2018-03-12", "2018-03-12"),
        ("June 2018", "2018-06-01", "2018-06-30"),
        ("Feb 2020", "2020-02-01", "2020-02-29"),
        (2018, "2018-01-01", "2018-12-31"),
        ("Calendar year 2018", "2018-01-01", "2018-12-31"),
        ("2018/19", "2018-04-01", "2019-03-31"),
        ("FY 2018-2019", "2018-04-01", "2019-03-31"),
        ("Q1 2018/19", "2018-04-01", "2018-06-30"),
        ("Quarter ended June 2018", "2018-04-01", "2018-06-30"),
        ("12 March 2018 to 14 March 2018", "2018-03-12", "2018-03-14"),
    ],
)
def test_days_are_read_as_logs_write_them(cell: Any, start: str, end: str) -> None:
    assert days_of(cell) == Days(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (date(2018, 6, 1), "keeps June 2018 and 1 June 2018 alike"),
        ("end of June 2018", "Write 12 March 2018"),
        ("2018/20", "A financial year is two years in a row, like 2018/19."),
        ("1066", "Write a year between 1990 and 2100."),
        ("31 February 2018", "Write 12 March 2018"),
        ("14 March 2018 to 12 March 2018", "Write 12 March 2018"),
        (True, "Write 12 March 2018"),
    ],
)
def test_days_that_could_be_two_are_none(cell: Any, words: str) -> None:
    with pytest.raises(DaysUnclear, match=words):
        days_of(cell)


@pytest.mark.parametrize(
    ("start", "end", "dated", "words"),
    [
        (date(2018, 3, 12), date(2018, 3, 12), SessionDated.DAY, "12 March 2018"),
        (date(2018, 1, 1), date(2018, 12, 31), SessionDated.YEAR, "2018"),
        (date(2018, 3, 1), date(2018, 3, 31), SessionDated.PERIOD, "1 March 2018 to 31 March 2018"),
    ],
)
def test_days_know_what_is_known_of_them(start: date, end: date, dated: SessionDated, words: str) -> None:
    assert (Days(start, end).dated, Days(start, end).words) == (dated, words)


COURSE, TRUST, TRAINER = UUID(int=1), UUID(int=2), UUID(int=3)
EXPECTED = ExpectedLog(
    courses=[KnownCourse(COURSE, "WRAP", ["Workshop to raise awareness"])],
    organisations=[KnownOrganisation(TRUST, "A trust")],
    facilitators=[KnownFacilitator(TRAINER, "Team Manager", frozenset({UUID(int=9)}))],
    today=date(2019, 1, 1),
)


def read(*rows: list[Any], header: list[Any] | None = None, **sheet: Any) -> Any:
    return check_log_file([Sheet("", [header or HEADER, *rows], **sheet)], EXPECTED)


def row(**cells: Any) -> list[Any]:
    """A good row with some cells otherwise."""
    good = {"date": "12/3/2018", "course": "WRAP", "audience": "Wards", "attendees": 9}
    return list({**good, **cells}.values())


@pytest.mark.parametrize(
    ("cell", "attendees"),
    [
        (26, 26), (26.0, 26), ("1,007", 1007), (0, 0), (None, None), ("unknown", None),
        ("Not recorded", None), ("N/K", None), ("n/a", None), ("-", None), ("?", None),
    ],
)  # fmt: skip
def test_attendees_are_a_number_or_unknown_and_unknown_is_never_0(cell: Any, attendees: int | None) -> None:
    assert [each.attendees for each in read(row(attendees=cell)).rows] == [attendees]


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"attendees": "about 20"}, "D (Attendees)", "This is not a whole number"),
        ({"attendees": "nil"}, "D (Attendees)", "This is not a whole number"),
        ({"attendees": 1.5}, "D (Attendees)", "This is not a whole number"),
        ({"attendees": 1_000_001}, "D (Attendees)", "This is not between 0 and 1,000,000"),
        ({"course": None}, "B (Course)", "The course is missing"),
        ({"course": "WARP"}, "B (Course)", "This course is not on the list"),
        ({"course": "Briefing " * 20}, "B (Course)", "This has 180 characters, and the most is 120"),
        ({"audience": None}, "C (Audience)", "It does not say who the session was for"),
        ({"audience": "x" * 201}, "C (Audience)", "This has 201 characters, and the most is 200"),
        ({"audience": "x" * 161}, "C (Audience)", "This has 161 characters, and the most is 160"),
        ({"date": None}, "A (Date)", "It does not say when the session was"),
        ({"date": "March 2018"}, "A (Date)", "This is not a day or a period that can be read"),
        ({"date": "2/1/2019"}, "A (Date)", "This starts on 2 January 2019, which is still to come"),
        ({"date": "12/3/1066"}, "A (Date)", "This is not a day or a period that can be read"),
    ],
)
def test_each_wrong_cell_is_named_with_its_reason_and_a_fix(
    cells: dict[str, Any], column: str, reason: str
) -> None:
    checked = read(row(**cells))
    assert [(each.row, each.column, each.reason) for each in checked.problems] == [(2, column, reason)]
    assert checked.problems[0].fix
    assert checked.rows == []


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("Jo, jo.example@example.org", "an email address"),
        ("AB 12 34 56 C", "a National Insurance number"),
        ("943 476 5919", "an NHS number"),
    ],
)
@pytest.mark.parametrize("column", ["Audience", "Organisation", "Trainer", "Venue", "Area", "Course"])
def test_no_address_or_number_of_a_person_is_taken_or_shown(cell: str, what: str, column: str) -> None:
    header = [*HEADER, "Organisation", "Trainer", "Venue", "Area"]
    cells = dict(zip(header, [*row(), "A charity", "Prevent officer", "Hall", "North"], strict=True))
    cells[column] = f"A briefing {cell}" if column == "Course" else cell
    checked = read(list(cells.values()), header=header)
    assert [(each.value, each.reason) for each in checked.problems] == [
        ("(not shown)", f"There is {what} in this cell")
    ]
    assert checked.rows == []


@pytest.mark.parametrize(
    ("header", "cells", "start", "end"),
    [
        (["Year", "Date"], [2018, "12/3/2018"], "2018-03-12", "2018-03-12"),
        (["First day", "Last day"], ["1/3/2018", "3/3/2018"], "2018-03-01", "2018-03-03"),
        (["From", "To", "When"], ["1/3/2018", None, "1 March 2018"], "2018-03-01", "2018-03-01"),
    ],
)
def test_columns_of_days_that_agree_are_read_together(
    header: list[str], cells: list[Any], start: str, end: str
) -> None:
    found = read(["WRAP", "Wards", 1, *cells], header=["Course", "Audience", "Attendees", *header]).rows
    assert [(each.starts_on.isoformat(), each.ends_on.isoformat()) for each in found] == [(start, end)]


@pytest.mark.parametrize(
    ("header", "cells", "column", "reason"),
    [
        (["Year", "Date"], [2017, "12/3/2018"], "D (Year)",
         "This does not agree with E (Date), which says 12 March 2018"),
        (["From", "To"], ["3/3/2018", "1/3/2018"], "E (To)", "The days run backwards"),
        (["From", "To"], [None, "1/3/2018"], "D (From)", "The first day is missing"),
        (["Sessions", "Year"], ["unknown", 2018], "D (Sessions)", "It does not say how many sessions"),
        (["Sessions", "Year"], [0, 2018], "D (Sessions)", "This is not between 1 and 1,000"),
        (["Places", "Year"], ["many", 2018], "D (Places)", "This is not a whole number"),
        (["Venue", "Year"], ["x" * 121, 2018], "D (Venue)", "This has 121 characters, and the most is 120"),
    ],
)  # fmt: skip
def test_further_columns_are_refused_by_cell(
    header: list[str], cells: list[Any], column: str, reason: str
) -> None:
    checked = read(["WRAP", "Wards", 1, *cells], header=["Course", "Audience", "Attendees", *header])
    assert [(each.column, each.reason) for each in checked.problems] == [(column, reason)]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (["Date", "Course", "Audience"], "There is no column of attendees"),
        (["Date", "Attendees", "Audience"], "There is no column of course or briefing"),
        (["Date", "Course", "Attendees"], "No column says who the sessions were for"),
        ([*HEADER, "Number of attendees"], "Two columns are read as Attendees: D (Attendees) is one"),
        (["Apples", "Pears"], "No row of headings was found"),
        (["Course", "Sessions", "Attendees"], "No row of headings was found"),
    ],
)
def test_a_table_that_lacks_a_column_or_has_it_twice_is_refused(header: list[str], reason: str) -> None:
    checked = read(row(), header=header)
    assert ([each.reason for each in checked.problems], checked.rows) == ([reason], [])


def test_headings_are_known_by_other_words_in_any_order_beside_any_others() -> None:
    checked = read(
        [" ", "26", "Wards", "Workshop to raise awareness", "3", "2018", "£40"],
        header=[
            "Notes",
            "No. of participants",
            "Target audience",
            "Training",
            "No. of sessions",
            "Year",
            "Cost",
        ],
    )
    assert [(each.attendees, each.sessions, each.subject, each.course_id) for each in checked.rows] == [
        (26, 3, "WRAP", COURSE)
    ]
    assert "Columns that are not needed were left out: “Notes”, “Cost”." in checked.notices


def test_titles_totals_repeated_headings_and_rows_that_were_not_delivered_are_no_sessions() -> None:
    header = [*HEADER, "State"]
    sheet = Sheet(
        "2018",
        [["Our log"], [], header, [*row(), "Delivered"], header, [None] * 5, ["Total", None, None, 9],
         [*row(date="13/3/2018"), "Cancelled"]],
        first_row=3,
    )  # fmt: skip
    hidden = Sheet("Old", [HEADER, row()], hidden=True)
    checked = check_log_file([sheet, hidden, Sheet("Notes", [["Ask the officer"]])], EXPECTED)
    assert [(each.sheet, each.row) for each in checked.rows] == [("2018", 6)]
    assert checked.problems == []
    assert checked.notices == [
        "Row 9 of “2018” was left out: it is a total.",
        "Row 10 of “2018” was left out: it is “Cancelled”.",
        "The hidden sheet “Old” was left out.",
        "The sheet “Notes” was left out: it holds no log of sessions.",
    ]


def test_a_merged_label_counts_for_each_row_and_a_merged_number_for_none() -> None:
    rows = [row(), row(date=None, attendees=4)]
    merged = [(2, 1, 3, 1)]
    assert [each.starts_on.day for each in read(*rows, merged=merged).rows] == [12, 12]
    checked = read(row(), row(date="13/3/2018", attendees=None), merged=[(2, 4, 3, 4)])
    assert [(each.row, each.reason) for each in checked.problems] == [
        (3, "This cell is merged with the one above it")
    ]


def test_the_same_row_twice_is_refused_because_it_may_be_one_session_or_two() -> None:
    checked = read(row(), row(), row(attendees=8))
    assert [(each.row, each.reason) for each in checked.problems] == [(3, "Said twice: row 2 says the same")]


def test_an_empty_table_and_one_too_long_are_refused() -> None:
    assert [each.reason for each in read().problems] == ["There is no session under the headings"]
    many = read(*(row(attendees=count) for count in range(2_001)))
    assert [each.reason for each in many.problems] == ["The file has 2,001 sessions, and the most is 2,000"]


def test_a_trainer_is_a_facilitator_only_where_the_course_is_theirs() -> None:
    header = [*HEADER, "Trainer"]
    course = read([*row(), "Team manager"], header=header).rows[0]
    briefing = read([*row(course="CTLP briefing"), "Team manager"], header=header).rows[0]
    assert (course.facilitator_id, course.trainer) == (None, "Team manager")
    assert (briefing.facilitator_id, briefing.trainer, briefing.title) == (TRAINER, "", "CTLP briefing")


def test_a_row_comes_back_from_its_waiting_as_it_was() -> None:
    header = [*HEADER, "For whom", "Places"]
    for found in read([*row(), "A trust; A charity", 20], row(course="A briefing"), header=header).rows:
        assert LoggedRow.from_json(found.as_json()) == found


ODD: list[Any] = [
    None, "", " ", "0", "-1", "1e9", "½", "٣", "12/13/2018", "31/02/2018", "00/00/0000", "9999", "2018/19",
    True, 0, -5, 3.5, float("inf"), float("nan"), 10**30, date(1, 1, 1), date(9999, 12, 31), date(2018, 6, 1),
    "WRAP", "briefing", "Total", "; ;", "A trust;A trust", "=1+1", "Attendees", "Course", "unknown",
    "x" * 3_000,
    "\N{RIGHT-TO-LEFT OVERRIDE}", "Q5 2018/19", "to", "from to", "1 to 2", "(June 2018) (May 2018)", "q",
]  # fmt: skip


def test_no_cell_stops_the_reader_and_what_it_takes_can_be_kept() -> None:
    chance = Random(2018)
    heads = [heading for _, headings in MEANINGS.values() for heading in headings[:2]]
    taken = 0
    for _ in range(400):
        header = [*HEADER, *chance.sample(heads, 3)]
        rows = [
            [each if chance.random() < 0.8 else chance.choice(ODD) for each in [*row(), None, None, None]]
            for _ in range(6)
        ]
        checked = read(*rows, header=header, merged=[(2, 1, 4, 2)])
        assert checked.rows or checked.problems
        assert all(each.reason and each.fix for each in checked.problems)
        for found in checked.rows:
            taken += 1
            assert LoggedRow.from_json(json.loads(json.dumps(found.as_json()))) == found
            assert (found.sessions >= 1, found.attendees is None or found.attendees >= 0) == (True, True)
    assert taken > 100
