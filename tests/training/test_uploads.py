"""Sending a file: what is understood, every problem by cell, nothing stored before it is confirmed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from celery.schedules import crontab
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Organisation
from partnerships.services.acting_people import withdraw_submitter
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.celery import app as celery_app
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.factories import returned, shared
from tests.training.files import NAMES, TRUST_RETURNS, as_csv, as_xlsx, first_layout, second_layout
from tests.training.workbooks import ole_container, with_records
from training.models import Course, ExpectedReturn, ReturnUpload, TrainingReturn
from training.policies.returns import ReturnRefused
from training.registers.keys import opened
from training.services.uploads import confirm_upload
from training.tasks import expire_files_of_figures

pytestmark = pytest.mark.django_db
HEADER = ["Course", "Period", "Compliant", "Eligible"]
GOOD = [HEADER, ["WRAP", "June 2018", 928, 1161]]


class Sender:
    """A submitter of the Royal Free, signed in to Barnet's portal; another trust and council beside them."""

    def __init__(self, client: Client) -> None:
        self.barnet: Council = CouncilFactory(slug="barnet", name="Barnet")
        self.harrow: Council = CouncilFactory(slug="harrow", name="Harrow")
        self.trust: Organisation = OrganisationFactory(name=NAMES["RAL"], code="RAL")
        self.other: Organisation = OrganisationFactory(name=NAMES["RYX"], code="RYX")
        self.person: User = submitter(self.barnet, self.trust)
        submitter(self.barnet, self.other)
        linked(self.harrow, self.trust)
        self.client = sign_in(client, self.person)

    def send(self, content: bytes, name: str = "returns.csv", **fields: Any) -> Any:
        return self.client.post(
            reverse("send-returns", args=["barnet"]), {"file": SimpleUploadedFile(name, content), **fields}
        )

    def confirm(self, response: Any) -> Any:
        assert response.status_code == 302, response.content.decode()
        return self.client.post(response["Location"], follow=True)

    def returns(self) -> list[TrainingReturn]:
        with council_scope(user_id=self.person.pk, council=self.barnet):
            return list(TrainingReturn.objects.select_related("course").order_by("period_to", "version"))


@pytest.fixture
def sender(client: Client) -> Sender:
    return Sender(client)


def rows_of_all_tables(sender: Sender) -> dict[str, list[Any]]:
    """Every row of the tables that an upload could touch, read as the council's service principal."""
    with service_scope(council=sender.barnet), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND relname ~ '^(training|partnerships|documents|outbox)_' ORDER BY relname"
        )
        tables = [row[0] for row in cursor.fetchall()]
        found: dict[str, list[Any]] = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


def problems(response: Any) -> list[tuple[str, str, str, str, str]]:
    """Row, column, value, reason and what to do of each problem on the page."""
    return [
        (where[0], where[1] if len(where) > 1 else "", value, *words)
        for where, value, words in response.context["problems"].rows
    ]


@pytest.mark.parametrize(
    ("make", "name"), [(as_csv, "returns.csv"), (as_xlsx, "returns.xlsx")], ids=["csv", "xlsx"]
)
@pytest.mark.parametrize("layout", [first_layout, second_layout], ids=["compliant", "does-not-meet"])
def test_a_trust_s_whole_table_is_received_in_both_layouts(
    sender: Sender, layout: Callable[..., Any], make: Callable[..., bytes], name: str
) -> None:
    figures = [each for each in TRUST_RETURNS if each.code == "RAL"]
    checked = sender.send(make(layout(figures)), name)
    assert sender.returns() == []
    receipt = sender.confirm(checked)
    assert {(r.course.slug, r.period_to, r.compliant, r.eligible) for r in sender.returns()} == {
        (each.course, each.end, each.compliant, each.eligible) for each in figures
    }
    words = receipt.content.decode()
    assert "8 returns received" in words
    assert "84.7%" in words
    assert "34 people short of 85%" in words
    assert "14 people short of 85%" in words


def test_the_receipt_names_the_change_from_the_quarter_before(sender: Sender) -> None:
    rows = [HEADER, ["WRAP", "September 2018", 927, 1138], ["WRAP", "December 2018", 1007, 1201]]
    receipt = sender.confirm(sender.send(as_csv(rows)))
    assert "Up 2.4 percentage points from 81% in September 2018" in receipt.content.decode()


def test_before_it_is_confirmed_a_file_is_no_return_and_the_page_says_what_was_understood(
    sender: Sender,
) -> None:
    checked = sender.send(as_csv([[*HEADER, "Cost code"], ["WRAP 3", "Q1 2018/19", "928", "1,161", "X1"]]))
    page = sender.client.get(checked["Location"]).content.decode()
    assert "80%" in page
    assert "59 people short of 85%" in page
    assert "Columns that are not needed were left out: “Cost code”." in page
    assert "Staff who need the course" in page
    assert sender.returns() == []


def test_every_problem_is_named_by_row_column_value_reason_and_fix(sender: Sender) -> None:
    rows = [
        [*HEADER, "Organisation"],
        ["WRAP", "June 2018", "1,300", 1161, NAMES["RAL"]],
        ["Fire safety", "soon", "many", "", NAMES["RYX"]],
    ]
    before = rows_of_all_tables(sender)
    answer = sender.send(as_csv(rows))
    assert [(row[0], row[1], row[2]) for row in problems(answer)] == [
        ("Row 2", "C (Compliant)", "1,300"),
        ("Row 3", "B (Period)", "soon"),
        ("Row 3", "E (Organisation)", NAMES["RYX"]),
        ("Row 3", "A (Course)", "Fire safety"),
        ("Row 3", "D (Eligible)", ""),
        ("Row 3", "C (Compliant)", "many"),
    ]
    assert problems(answer)[2][3] == f"You can send returns for {NAMES['RAL']} only."
    assert problems(answer)[0][3] == "It is more than the 1,161 staff who need the course."
    assert all(row[4] for row in problems(answer))
    assert "6 things in the file must be put right. Nothing was stored." in answer.content.decode()
    first, second = answer.context["first_rows"].rows
    said = f"Organisation: {NAMES['RAL']}; Course: WRAP; Period: June 2018; Compliant: 1,300; Eligible: 1161"
    assert first == [["Row 2"], said, "Not yet: it must be put right"]
    assert "Course: Fire safety; Period: soon" in second[1]
    assert rows_of_all_tables(sender) == before


def test_a_refused_page_says_what_the_rows_were_understood_as_that_can_be_taken(sender: Sender) -> None:
    answer = sender.send(as_csv([*GOOD, ["WRAP", "soon", 1, 2]]))
    assert [row[2] for row in answer.context["first_rows"].rows] == [
        ["WRAP, June 2018", "928 of 1,161 compliant"],
        "Not yet: it must be put right",
    ]
    assert "The first rows of your file, as they were read" in answer.content.decode()


def test_a_row_for_another_trust_is_refused_whatever_code_it_bears(sender: Sender) -> None:
    rows = [["ODS code", *HEADER], ["RYX", "WRAP", "June 2018", 1, 2], ["RAL", "WRAP", "June 2018", 1, 2]]
    answer = sender.send(as_csv(rows))
    assert [(row[0], row[1], row[2]) for row in problems(answer)] == [("Row 2", "A (ODS code)", "RYX")]
    assert sender.returns() == []


def test_a_file_confirmed_twice_and_the_same_file_sent_twice_is_one_return(sender: Sender) -> None:
    checked = sender.send(as_csv(GOOD))
    sender.confirm(checked)
    sender.confirm(checked)
    again = sender.confirm(sender.send(as_xlsx(GOOD), "again.xlsx"))
    assert "These figures were received before" in again.content.decode()
    assert [(r.version, r.compliant, r.is_current) for r in sender.returns()] == [(1, 928, True)]


def test_a_correction_makes_a_new_version_and_keeps_the_old(sender: Sender) -> None:
    sender.confirm(sender.send(as_csv(GOOD)))
    corrected = sender.send(as_csv([HEADER, ["WRAP", "June 2018", 930, 1161]]))
    page = sender.client.get(corrected["Location"]).content.decode()
    assert "Corrects 928 of 1,161, sent on" in page
    assert "1 corrected" in sender.confirm(corrected).content.decode()
    old, new = sender.returns()
    assert (old.version, old.compliant, old.is_current, old.superseded_by_id) == (1, 928, False, new.pk)
    assert (new.version, new.compliant, new.is_current, new.superseded_by_id) == (2, 930, True, None)


def test_one_audit_event_tells_of_a_file_by_its_checksum_and_counts(sender: Sender) -> None:
    sender.confirm(sender.send(as_csv([*GOOD, ["Basic awareness", "June 2018", 10201, 11988]])))
    with service_scope(council=sender.barnet):
        upload = ReturnUpload.objects.get()
    with service_scope(council=sender.barnet):
        events = list(Event.objects.filter(action="training.returns_submitted"))
    assert len(events) == 1
    details = events[0].details
    assert (details["sha256"], details["rows"], details["new"]) == (upload.sha256, 2, 2)


def test_a_trust_wide_return_is_shared_with_the_council_it_was_sent_to_and_with_no_other(
    sender: Sender,
) -> None:
    sender.confirm(sender.send(as_csv(GOOD)))
    for council, expected in ((sender.barnet, 1), (sender.harrow, 0)):
        person = member(council, Role.COORDINATOR)
        with council_scope(user_id=person.pk, council=council):
            assert TrainingReturn.objects.count() == expected


def test_figures_about_the_council_s_staff_belong_to_that_council(sender: Sender) -> None:
    rows = [[*HEADER, "Scope"], ["WRAP", "June 2018", 422, 480, "Barnet-based staff"]]
    sender.confirm(sender.send(as_csv(rows)))
    sender.confirm(sender.send(as_csv([HEADER, ["WRAP", "September 2018", 402, 479]]), whose="council"))
    assert {r.council_id for r in sender.returns()} == {sender.barnet.pk}
    assert {r.scope for r in sender.returns()} == {"Barnet-based staff"}


def test_nil_and_unknown_are_returns_of_their_own_kind_and_an_empty_cell_is_a_problem(sender: Sender) -> None:
    rows = [HEADER, ["WRAP", "June 2018", "nil", "nil"], ["WRAP", "September 2018", "unknown", "1,100"]]
    receipt = sender.confirm(sender.send(as_csv(rows))).content.decode()
    assert "Nil" in receipt
    assert "Unknown" in receipt
    assert [(r.reported, r.compliant, r.eligible) for r in sender.returns()] == [
        ("nil", 0, 0),
        ("unknown", None, 1100),
    ]
    answer = sender.send(as_csv([HEADER, ["WRAP", "December 2018", "", "1,100"]]))
    assert [row[3] for row in problems(answer)] == ["The figure is missing."]


def test_a_checked_file_that_waited_a_day_must_be_sent_again(sender: Sender) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        checked = sender.send(as_csv(GOOD))
        clock.shift(timedelta(hours=24, seconds=1))
        sender.client = sign_in(Client(), sender.person)
        answer = sender.client.post(checked["Location"], follow=True)
    assert "Send it again" in answer.content.decode()
    assert sender.returns() == []


def test_every_night_what_was_not_confirmed_in_a_day_goes_in_every_council(sender: Sender) -> None:
    task = celery_app.conf.beat_schedule["take away files of figures that nobody confirmed"]
    assert (task["task"], task["schedule"]) == (expire_files_of_figures.name, crontab(hour=3, minute=40))
    sender.confirm(sender.send(as_csv(GOOD)))
    harrow = submitter(sender.harrow, sender.trust)
    for council, person in ((sender.barnet, sender.person), (sender.harrow, harrow)):
        with service_scope(council=council):
            for name, hours in (("lapsed.csv", -1), ("waiting.csv", 1)):
                ReturnUpload.objects.create(
                    council=council,
                    person=person,
                    file_name=name,
                    file_size=1,
                    sha256="0" * 64,
                    columns=[],
                    notices=[],
                    rows=[],
                    expires_at=timezone.now() + timedelta(hours=hours),
                )
    expire_files_of_figures()
    left = {}
    for council in (sender.barnet, sender.harrow):
        with service_scope(council=council):
            left[council.slug] = sorted(ReturnUpload.objects.values_list("file_name", flat=True))
    assert left == {"barnet": ["returns.csv", "waiting.csv"], "harrow": ["waiting.csv"]}


def test_a_file_that_is_swept_while_it_is_confirmed_is_refused_in_words(sender: Sender) -> None:
    sender.send(as_csv(GOOD))
    with council_scope(user_id=sender.person.pk, council=sender.barnet):
        upload = ReturnUpload.objects.get(council=sender.barnet)
        ReturnUpload.objects.filter(council=sender.barnet).delete()
        with pytest.raises(ReturnRefused, match="more than a day ago"):
            confirm_upload(upload=upload, organisations=[sender.trust], by=sender.person)


def test_nobody_opens_or_confirms_another_person_s_file(sender: Sender) -> None:
    checked = sender.send(as_csv(GOOD))
    colleague = submitter(sender.barnet, sender.trust)
    for person in (
        colleague,
        member(sender.barnet, Role.COORDINATOR),
        member(sender.harrow, Role.COORDINATOR),
    ):
        client = sign_in(Client(), person)
        assert client.get(checked["Location"]).status_code == 404
        assert client.post(checked["Location"]).status_code == 404
    assert sender.returns() == []


def test_a_person_whose_right_ended_meanwhile_confirms_nothing(sender: Sender) -> None:
    checked = sender.send(as_csv(GOOD))
    with service_scope(council=sender.barnet):
        withdraw_submitter(council=sender.barnet, organisation=sender.trust, user=sender.person, by=None)
    answer = sender.client.post(checked["Location"], follow=True)
    assert "You can no longer send returns" in answer.content.decode()
    with service_scope(council=sender.barnet):
        assert TrainingReturn.objects.count() == 0


def test_after_the_deadline_a_partner_still_reads_and_downloads_its_own_and_of_another_trust_nothing(
    sender: Sender,
) -> None:
    shared(sender.trust, sender.barnet)
    returned(sender.barnet, sender.trust, 928, 1161)
    returned(sender.barnet, sender.other, 495, 536)
    returned(sender.harrow, sender.trust, 3, 7, for_council=True)
    page = sender.client.get(reverse("own-returns", args=["barnet"])).content.decode()
    assert "59 people short of 85%" in page
    assert NAMES["RYX"] not in page
    file = sender.client.get(reverse("own-returns-csv", args=["barnet"])).content.decode("utf-8-sig")
    lines = file.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(
        f"{NAMES['RAL']},WRAP,Whole organisation,June 2018,1 April 2018,30 June 2018,928,1161"
    )


def test_the_template_has_a_row_for_each_return_that_is_waited_for(sender: Sender) -> None:
    with service_scope(council=sender.barnet):
        for organisation in (sender.trust, sender.other):
            ExpectedReturn.objects.create(
                council=sender.barnet,
                organisation=organisation,
                course=Course.objects.get(slug="wrap"),
                starts_on=date(2018, 4, 1),
                ends_on=date(2018, 9, 30),
            )
    returned(sender.barnet, sender.trust, 928, 1161)
    text = sender.client.get(reverse("returns-template", args=["barnet"])).content.decode("utf-8-sig")
    assert text.splitlines() == [
        "Organisation,Course,Whose staff,Period,Compliant,Eligible,Sessions",
        f"{NAMES['RAL']},WRAP,Whole organisation,September 2018,,,",
    ]
    filled = text.replace("September 2018,,,", "September 2018,927,1138,12")
    sender.confirm(sender.send(filled.encode()))
    assert [(r.compliant, r.sessions) for r in sender.returns()] == [(928, None), (927, 12)]


NO_TABLES: list[tuple[str, bytes, str]] = [
    ("returns.csv", b"", "The selected file is empty"),
    ("returns.pdf", b"%PDF-1.7", "Send an Excel workbook"),
    ("returns.xls", b"\xd0\xcf\x11\xe0" + b"x" * 100, "The file is damaged"),
    ("returns.xls", b"<html><table>", "named .xls but is not an Excel workbook"),
    ("returns.ods", b"Course,Period\n", "The file is not a spreadsheet"),
    ("returns.xlsb", b"PK\x03\x04", "A .xlsb file cannot be read here"),
    ("returns.xlsx", ole_container({"EncryptedPackage": b"x"}), "protected by a password"),
    ("returns.xlsx", with_records({"A": GOOD}), "Name it .xls"),
    ("returns.xls", with_records({"A": GOOD}, streams=["_VBA_PROJECT_CUR"]), "contains macros"),
    ("returns.xlsm", b"PK\x03\x04", "contains macros"),
    ("returns.xlsx", b"Course,Period\n", "is not an Excel workbook"),
    ("returns.csv", b"PK\x03\x04" + b"x" * 50, "named .csv but is not text"),
    ("returns.csv", b"a\x00b,c\n", "The file is not text"),
    ("returns.csv", b"hello\nworld\n", "No row of headings was found"),
    ("returns.csv", b"Course,Period,Compliant,Eligible\n", "There is no row of figures"),
    ("returns.csv", b"Course,Compliant,Eligible\nWRAP,1,2\n", "No column holds the period"),
    ("returns.csv", b"x" * 2_000_001, "larger than 2 MB"),
]


def test_a_file_that_is_no_table_is_refused_in_words_and_leaves_no_trace(sender: Sender) -> None:
    before = rows_of_all_tables(sender)
    for name, content, words in NO_TABLES:
        answer = sender.send(content, name)
        assert answer.status_code == 200, (name, words)
        assert words in answer.content.decode(), name
        assert rows_of_all_tables(sender) == before, (name, words)


def test_a_person_who_acts_for_nobody_is_told_so(client: Client) -> None:
    council = CouncilFactory(slug="barnet")
    CouncilFactory()
    sign_in(client, member(council, Role.PARTNER_SUBMITTER))
    page = client.get(reverse("own-returns", args=["barnet"])).content.decode()
    assert "You do not act for an organisation yet" in page
    answer = client.post(
        reverse("send-returns", args=["barnet"]), {"file": SimpleUploadedFile("a.csv", as_csv(GOOD))}
    )
    assert "You cannot send returns for any organisation yet" in answer.content.decode()


def marked_address(answer: Any) -> str:
    return str(answer.context["marked_href"])


def test_a_refused_file_is_had_once_more_with_its_problems_by_the_person_who_sent_it_alone(
    sender: Sender,
) -> None:
    before = rows_of_all_tables(sender)
    address = marked_address(sender.send(as_csv([HEADER, ["WRAP", "June 2018", "1,300", 1161]])))
    assert rows_of_all_tables(sender) == before
    answer = sender.client.get(address)
    assert answer["Content-Disposition"].startswith('attachment; filename="returns to put right.csv"')
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Course,Period,Compliant,Eligible,What to put right"
    assert lines[1].startswith('WRAP,June 2018,"1,300",1161,"C (Compliant): It is more than the 1,161 staff')
    for person in (submitter(sender.barnet, sender.trust), submitter(sender.barnet, sender.other)):
        other = sign_in(Client(), person).get(address, follow=True)
        assert "The file is no longer kept" in other.content.decode()
    sender.send(as_csv([HEADER, ["WRAP", "June 2018", "1,400", 1161]]))
    assert "The file is no longer kept" in sender.client.get(address, follow=True).content.decode()


def test_a_refused_file_is_sealed_where_it_waits(sender: Sender) -> None:
    sender.send(as_csv([HEADER, ["WRAP", "June 2018", "Joan Example", 1161]]))
    kept = cache.get(f"training:refused:{sender.barnet.pk}:{sender.person.pk}")
    assert b"Joan Example" in zlib.decompress(opened(sender.barnet.pk, UUID(int=sender.person.pk), 0, kept))
    with pytest.raises(zlib.error):
        zlib.decompress(kept)


def test_a_workbook_comes_back_as_a_workbook(sender: Sender) -> None:
    wrong = with_records({"Returns": [HEADER, ["WRAP", "June 2018", 1300, 1161]]})
    answer = sender.client.get(marked_address(sender.send(wrong, "returns.xls")))
    assert answer["Content-Disposition"].startswith('attachment; filename="returns to put right.xlsx"')
    assert answer.content.startswith(b"PK")


def test_too_many_files_in_a_short_time_are_refused_in_words(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.services.refused_files.FILES_IN_A_WHILE", 2)
    for _ in range(2):
        assert sender.send(as_csv(GOOD)).status_code == 302
    answer = sender.send(as_csv(GOOD))
    assert answer.status_code == 200
    assert "You have sent many files in a short time" in answer.content.decode()
