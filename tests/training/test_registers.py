"""From a learning system's export to returns: in the background, once, and nothing of people left."""

from __future__ import annotations

import csv
import itertools
import json
import random
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.models import Organisation
from partnerships.services.acting_people import allow_submitter, withdraw_submitter
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.accounts.services import api_tokens
from prevent_portal.audit.models import Event
from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.models import Email, Job
from prevent_portal.outbox.services import jobs
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, give_role, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.register_files import HEADER, register_csv, register_xlsx, staff
from tests.training.test_register_malformed import FAMILIES, SEED
from tests.training.workbooks import with_records
from training.demo.registers import load_registers
from training.enums import Delivery, RegisterState, Tier
from training.forms.registers import offered_quarters
from training.models import Course, RegisterFigure, RegisterPart, RegisterRow, StaffRegister, TrainingReturn
from training.registers.groups import TOGETHER
from training.registers.keys import PartUnreadable, opened, reference_hasher, sealed
from training.services import registers
from training.services.refused_registers import marked_rows
from training.services.registers import CHECK, confirm_register, expire_registers

pytestmark = pytest.mark.django_db
JUNE, MARCH = "2018-06-30", "2018-03-31"
GOOD = register_csv(staff(20))
API = "/api/v1/c/barnet/training/registers/"


class Sender:
    """A submitter of the Royal Free, signed in to Barnet's portal; another trust and council beside them."""

    def __init__(self, client: Client) -> None:
        self.barnet: Council = CouncilFactory(slug="barnet", name="Barnet")
        self.harrow: Council = CouncilFactory(slug="harrow", name="Harrow")
        self.trust: Organisation = OrganisationFactory(name="Royal Free")
        self.other: Organisation = OrganisationFactory(name="Central London")
        self.person: User = submitter(self.barnet, self.trust)
        self.client = sign_in(client, self.person)

    def send(self, content: bytes = GOOD, name: str = "register.csv", **fields: Any) -> Any:
        data = {"organisation": self.trust.pk, "quarter": JUNE, "whose": "whole", **fields}
        return self.client.post(
            reverse("send-register", args=["barnet"]), {"file": SimpleUploadedFile(name, content), **data}
        )

    def run(self, response: Any) -> StaffRegister:
        assert response.status_code == 302, response.content.decode()
        job_id = response["Location"].rstrip("/").rpartition("/")[2]
        jobs.run(council_id=self.barnet.pk, job_id=job_id)
        with service_scope(council=self.barnet):
            job = Job.objects.get(council=self.barnet, pk=job_id)
            return StaffRegister.objects.get(council=self.barnet, pk=job.subject_id)

    def check(self, content: bytes = GOOD, name: str = "register.csv", **fields: Any) -> StaffRegister:
        return self.run(self.send(content, name, **fields))

    def page(self, register: StaffRegister) -> Any:
        return self.client.get(reverse("register", args=["barnet", register.pk]))

    def confirm(self, register: StaffRegister) -> Any:
        return self.client.post(reverse("register", args=["barnet", register.pk]), follow=True)

    def returns(self) -> list[tuple[str, str, int | None, int | None, int]]:
        with service_scope(council=self.barnet):
            return [
                (each.course.slug, each.scope, each.compliant, each.eligible, each.version)
                for each in TrainingReturn.objects.select_related("course").order_by(
                    "course__slug", "version"
                )
            ]

    def count(self, model: Any, **fields: Any) -> int:
        with service_scope(council=self.barnet):
            found: int = model.objects.filter(council=self.barnet, **fields).count()
            return found

    def events(self) -> list[Event]:
        with service_scope(council=self.barnet):
            return list(Event.objects.filter(action__startswith="training.register"))


@pytest.fixture
def sender(client: Client, monkeypatch: pytest.MonkeyPatch) -> Sender:
    # The figures that these tests expect are of 2018, which the form offers no longer.
    monkeypatch.setattr("training.forms.registers.QUARTERS", 80)
    return Sender(client)


def everything(sender: Sender) -> str:
    """The text of every row of every table that a register could touch."""
    with service_scope(council=sender.barnet), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND relname ~ '^(training|outbox)_' ORDER BY relname"
        )
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def register_xls(rows: list[list[Any]]) -> bytes:
    return with_records({"Register": [HEADER, *rows]})


def test_an_old_workbook_is_taken_as_well(sender: Sender) -> None:
    register = sender.check(register_xls(staff(20)), "r.xls")
    assert (register.state, register.rows_read, register.people) == (RegisterState.CHECKED, 40, 20)


@pytest.mark.parametrize(("make", "name"), [(register_csv, "r.csv"), (register_xlsx, "r.xlsx")])
def test_a_register_becomes_a_return_for_each_course(sender: Sender, make: Any, name: str) -> None:
    register = sender.check(make(staff()), name)
    assert (register.state, register.rows_read, register.people) == (RegisterState.CHECKED, 1_000, 500)
    assert sender.returns() == []
    page = sender.page(register).content.decode()
    assert "400" in page
    assert "80%" in page
    receipt = sender.confirm(register).content.decode()
    assert sender.returns() == [
        ("basic-awareness", "Whole organisation", 440, 490, 1),
        ("wrap", "Whole organisation", 400, 500, 1),
    ]
    assert "2 returns received" in receipt
    assert "25 people short of 85%" in receipt
    assert sender.count(RegisterRow) == 1_000
    assert sender.count(RegisterFigure) == 8
    assert [event.action for event in sender.events()] == ["training.register_confirmed"]


def test_confirming_twice_and_the_same_file_again_change_nothing(sender: Sender) -> None:
    first = sender.check()
    sender.confirm(first)
    sender.confirm(first)
    again = sender.check()
    assert again.pk != first.pk
    assert "These figures were received before" in sender.confirm(again).content.decode()
    assert [version for *_, version in sender.returns()] == [1, 1]


def test_the_same_file_sent_twice_before_its_check_is_one_register(sender: Sender) -> None:
    first, second = sender.send(), sender.send()
    assert first["Location"] == second["Location"]
    assert sender.count(StaffRegister) == 1
    other = sender.send(quarter=MARCH)
    assert other["Location"] != first["Location"]


def test_too_many_files_in_a_short_time_are_refused_in_words(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.services.refused_files.FILES_IN_A_WHILE", 2)
    for _ in range(2):
        assert sender.send().status_code == 302
    answer = sender.send()
    assert answer.status_code == 200
    assert "You have sent many files in a short time" in answer.content.decode()
    assert send_api(sender.client, sender).status_code == 400


def test_too_many_registers_that_wait_are_refused_and_a_checked_one_makes_room(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.services.registers.MOST_WAITING", 2)
    first = sender.send(register_csv(staff(1)))
    sender.send(register_csv(staff(2)))
    third = register_csv(staff(3))
    assert "2 of your registers still wait to be checked" in sender.send(third).content.decode()
    assert sender.count(StaffRegister) == 2
    sender.run(first)
    assert sender.send(third).status_code == 302


def test_the_receipt_tells_the_change_and_who_came_and_went(sender: Sender) -> None:
    march = sender.check(register_csv(staff(20)), quarter=MARCH)
    sender.confirm(march)
    june = sender.check(register_csv([row for row in staff(23) if row[0] > "S000000"]))
    receipt = sender.confirm(june).content.decode()
    assert "Since the register of 31 March 2018, 3 people joined and 1 left." in receipt
    assert "Up 1.8 percentage points from 80% in March 2018" in receipt


def test_rows_of_people_stay_for_the_latest_quarter_alone(sender: Sender) -> None:
    march = sender.check(quarter=MARCH)
    sender.confirm(march)
    assert sender.count(RegisterRow, register=march) == 40
    june = sender.check()
    sender.confirm(june)
    assert (sender.count(RegisterRow, register=march), sender.count(RegisterRow, register=june)) == (0, 40)
    late = sender.check(register_csv(staff(10)), quarter=MARCH)
    sender.confirm(late)
    assert (sender.count(RegisterRow, register=late), sender.count(RegisterRow, register=june)) == (0, 40)
    assert sender.count(RegisterFigure, register=march) == 7


def test_the_council_s_staff_alone_is_that_council_s_return(sender: Sender) -> None:
    sender.confirm(sender.check(whose="council"))
    assert {scope for _, scope, *_ in sender.returns()} == {"Barnet-based staff"}
    with service_scope(council=sender.barnet):
        assert {each.council_id for each in TrainingReturn.objects.all()} == {sender.barnet.pk}


def test_a_coordinator_sends_for_all_services_and_each_gets_its_return(sender: Sender) -> None:
    barnet = sender.barnet
    for name in ("Adults", "Housing"):
        linked(barnet, OrganisationFactory(name=name, kind=OrganisationKind.COUNCIL_SERVICE))
    sender.client = sign_in(Client(), member(barnet, Role.COORDINATOR), second_factor=True)
    rows = [["A1", "Adults", "", "WRAP", "01/06/2018", "Yes"], ["A1", "Housing", "", "WRAP", "", "Yes"]]
    register = sender.check(register_csv(rows), organisation="services")
    assert register.is_of_services
    sender.confirm(register)
    with service_scope(council=barnet):
        found = TrainingReturn.objects.order_by("organisation__name")
        assert [(each.organisation.name, each.compliant, each.eligible) for each in found] == [
            ("Adults", 1, 1),
            ("Housing", 0, 1),
        ]


# People ----------------------------------------------------------------------------------------------


def test_a_person_of_one_service_sends_its_register_and_sees_no_other_service_s(sender: Sender) -> None:
    youth, housing = (
        OrganisationFactory(name=name, kind=OrganisationKind.COUNCIL_SERVICE) for name in ("Youth", "Housing")
    )
    linked(sender.barnet, housing)
    person = submitter(sender.barnet, youth)
    sender.client = sign_in(Client(), person)
    register = sender.check(organisation=youth.pk)
    sender.confirm(register)
    assert [scope for _, scope, *_ in sender.returns()] == ["Whole service", "Whole service"]
    assert sender.send(organisation=housing.pk).status_code == 200
    with service_scope(council=sender.barnet):
        StaffRegister.objects.filter(pk=register.pk).update(organisation=housing)
    with council_scope(user_id=person.pk, council=sender.barnet):
        assert StaffRegister.objects.count() == 0
    assert sender.page(register).status_code == 404


def test_no_reference_and_no_byte_of_the_file_is_left_after_the_check(sender: Sender) -> None:
    rows = [["SECRET77", "Ward 4", "Nursing", "WRAP", "01/06/2018", "Yes"]]
    response = sender.send(register_csv(rows))
    assert sender.count(RegisterPart) == 1
    assert "SECRET77" not in everything(sender)
    assert b"SECRET77".hex() not in everything(sender), "the waiting part is sealed"
    register = sender.run(response)
    assert sender.count(RegisterPart) == 0
    sender.confirm(register)
    left = everything(sender)
    assert "Ward 4" in left, "control: the rows are looked at"
    assert "SECRET77" not in left
    assert b"SECRET77".hex() not in left


@pytest.mark.parametrize("column", [0, 1, 2, 4])
def test_a_refused_file_leaves_nothing_of_a_person_and_no_row(sender: Sender, column: int) -> None:
    rows = staff(3)
    rows[2][column] = "joan.example@example.org"
    register = sender.check(register_csv(rows))
    assert (register.state, register.problem_count) == (RegisterState.REFUSED, 1)
    page = sender.page(register).content.decode()
    problems = sender.client.get(reverse("register-problems", args=["barnet", register.pk]))
    assert "4" in problems.content.decode()
    for text in (page, problems.content.decode(), everything(sender)):
        assert "joan" not in text
    assert (sender.count(RegisterRow), sender.count(RegisterPart)) == (0, 0)
    refused = sender.confirm(register).content.decode()
    assert "This register has problems" in refused
    assert sender.returns() == []


def test_the_hash_is_another_in_each_council_and_organisation(sender: Sender, settings: Any) -> None:
    hashes = {
        reference_hasher(council.pk, organisation.pk)("10000001")
        for council in (sender.barnet, sender.harrow)
        for organisation in (sender.trust, sender.other)
    }
    assert len(hashes) == 4
    assert all(len(each) == 32 for each in hashes)
    same = reference_hasher(sender.barnet.pk, sender.trust.pk)("10000001")
    assert same in hashes
    settings.REGISTER_KEY = "another key"
    assert reference_hasher(sender.barnet.pk, sender.trust.pk)("10000001") not in hashes


def test_a_sealed_part_opens_in_its_place_and_under_its_council_s_key_alone(sender: Sender) -> None:
    first, second = sender.trust.pk, sender.other.pk
    part = sealed(1, first, 0, b"content")
    assert b"content" not in part
    assert opened(1, first, 0, part) == b"content"
    for place in ((2, first, 0), (1, second, 0), (1, first, 1)):
        with pytest.raises(PartUnreadable):
            opened(*place, part)


def test_what_is_not_confirmed_goes_after_a_day_with_all_it_has(sender: Sender) -> None:
    checked, waiting = sender.check(), sender.send(quarter=MARCH)
    kept = sender.check(register_csv(staff(5)), whose="council")
    sender.confirm(kept)
    with service_scope(council=sender.barnet):
        assert expire_registers(council=sender.barnet) == 0
    tomorrow = time_machine.travel(timezone.now() + timedelta(hours=25), tick=False)
    with tomorrow, service_scope(council=sender.barnet):
        assert expire_registers(council=sender.barnet) == 2
    assert sender.count(StaffRegister) == 1
    assert sender.count(RegisterRow, register=checked) == 0
    assert sender.count(RegisterPart) == 0
    assert waiting.status_code == 302


def test_a_register_that_waited_too_long_is_not_confirmed(sender: Sender) -> None:
    register = sender.check()
    with service_scope(council=sender.barnet):
        StaffRegister.objects.filter(pk=register.pk).update(expires_at=timezone.now())
    assert "sent more than a day ago" in sender.confirm(register).content.decode()
    assert sender.returns() == []
    with service_scope(council=sender.barnet):
        assert expire_registers(council=sender.barnet) == 1
    # It was open on a page when it was swept.
    with (
        council_scope(user_id=sender.person.pk, council=sender.barnet),
        pytest.raises(PolicyError, match="sent more than a day ago"),
    ):
        confirm_register(register=register, organisations=[sender.trust], by=sender.person)


# Who may -----------------------------------------------------------------------------------------------


def test_another_trust_another_council_and_a_withdrawn_sender_find_nothing(sender: Sender) -> None:
    register = sender.check()
    addresses = [
        reverse(name, args=["barnet", register.pk])
        for name in ("register", "register-problems", "register-services")
    ]
    addresses.append(f"{API}{register.pk}/")
    strangers = [
        sign_in(Client(), submitter(sender.barnet, sender.other)),
        sign_in(Client(), submitter(sender.harrow, sender.trust)),
        sign_in(Client(), member(sender.barnet, Role.COORDINATOR), second_factor=True),
    ]
    for client in strangers:
        assert {client.get(address).status_code for address in addresses} == {404}
    colleague = sign_in(Client(), submitter(sender.barnet, sender.trust))
    assert colleague.get(addresses[0]).status_code == 404, "not before it is confirmed"
    sender.confirm(register)
    assert colleague.get(addresses[0]).status_code == 200
    assert {client.get(addresses[0]).status_code for client in strangers} == {404}
    with service_scope(council=sender.barnet):
        withdraw_submitter(council=sender.barnet, organisation=sender.trust, user=sender.person, by=None)
    assert sender.page(register).status_code == 404


def test_the_database_shows_a_register_to_its_sender_s_organisation_alone(sender: Sender) -> None:
    register = sender.check()
    stranger = submitter(sender.barnet, sender.other)
    elsewhere = submitter(sender.harrow, sender.trust)
    for person, council, sees in (
        (sender.person, sender.barnet, True),
        (stranger, sender.barnet, False),
        (elsewhere, sender.harrow, False),
        (member(sender.barnet, Role.COORDINATOR), sender.barnet, False),
    ):
        with council_scope(user_id=person.pk, council=council):
            assert StaffRegister.objects.filter(pk=register.pk).exists() is sees
            assert RegisterRow.objects.filter(register=register).exists() is sees
            assert connection.in_atomic_block


def test_the_database_refuses_a_row_for_another_organisation_s_register(sender: Sender) -> None:
    register = sender.check()
    stranger = submitter(sender.barnet, sender.other)
    course = register.figures[0]["course_id"]
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        council_scope(user_id=stranger.pk, council=sender.barnet),
    ):
        RegisterRow.objects.create(
            council=sender.barnet, register=register, course_id=course, person=b"x" * 32, required=True
        )


def rows_for(register: StaffRegister, *rows: tuple[Council, Any]) -> list[RegisterRow]:
    return [
        RegisterRow(
            council=council, register=register, course_id=course, person=bytes([place]) * 32, required=True
        )
        for place, (council, course) in enumerate(rows)
    ]


def test_the_database_binds_rows_to_a_register_and_a_course_of_their_own_council(sender: Sender) -> None:
    """There are no foreign keys: a statement's trigger stands in for them, for one row and for many."""
    submitter(sender.harrow, sender.trust)
    give_role(sender.person, sender.harrow, Role.PARTNER_SUBMITTER)
    with service_scope(council=sender.harrow):
        allow_submitter(council=sender.harrow, organisation=sender.trust, user=sender.person, by=None)
    own = {"tier": Tier.LOCAL, "delivery": Delivery.EITHER}
    courses = {}
    for council in (sender.barnet, sender.harrow):
        with service_scope(council=council):
            courses[council] = Course.objects.create(council=council, slug="local-own", name="Own", **own).pk
    register = sender.check()
    wrap = register.figures[0]["course_id"]
    barnet = (sender.barnet, wrap)
    refused = {
        "another council's register": (sender.harrow, wrap),
        "another council's course": (sender.barnet, courses[sender.harrow]),
        "no course at all": (sender.barnet, uuid4()),
    }
    with own_councils_scope(user_id=sender.person.pk):
        for row in refused.values():
            with pytest.raises(IntegrityError, match="own council's register"), transaction.atomic():
                RegisterRow.objects.bulk_create(rows_for(register, barnet, row))
        RegisterRow.objects.bulk_create(rows_for(register, barnet, (sender.barnet, courses[sender.barnet])))
        with pytest.raises(IntegrityError, match="own council's register"), transaction.atomic():
            RegisterRow.objects.filter(person=bytes(32)).update(course=courses[sender.harrow])
    assert sender.count(RegisterRow) == 42


def test_rows_go_with_their_register_whoever_takes_it_away(sender: Sender) -> None:
    register, other = sender.check(), sender.check(quarter=MARCH)
    with service_scope(council=sender.barnet), connection.cursor() as cursor:
        cursor.execute("DELETE FROM training_registerpart")
        cursor.execute("DELETE FROM training_staffregister WHERE id = %s", [register.pk])
    assert (sender.count(RegisterRow, register=register.pk), sender.count(RegisterRow)) == (0, 40)
    assert sender.count(StaffRegister, pk=other.pk) == 1


def test_the_council_reads_figures_by_service_without_people_or_small_groups(sender: Sender) -> None:
    """Site 1 has four who need basic awareness: not told apart from five others, here or by subtraction."""
    register = sender.check()
    sender.confirm(register)
    reader, elsewhere = member(sender.barnet, Role.COORDINATOR), member(sender.harrow, Role.COORDINATOR)
    with council_scope(user_id=reader.pk, council=sender.barnet):
        found = RegisterFigure.objects.order_by("course__slug", "service")
        assert [(each.course.slug, each.service, each.eligible) for each in found] == [
            ("basic-awareness", TOGETHER, 9),
            ("basic-awareness", "Site 2", 5),
            ("basic-awareness", "Site 3", 5),
            *[("wrap", f"Site {site}", 5) for site in range(4)],
        ]
        assert RegisterRow.objects.count() == 0
        assert StaffRegister.objects.count() == 0
    with council_scope(user_id=elsewhere.pk, council=sender.harrow):
        assert RegisterFigure.objects.count() == 0
    own = sender.client.get(reverse("register-services", args=["barnet", register.pk])).content.decode()
    assert "Basic awareness,Site 1,Medical,2018-06-30,4,4" in own.replace("30 June 2018", "2018-06-30")


def test_a_right_that_is_withdrawn_while_the_check_waits_ends_it(sender: Sender) -> None:
    response = sender.send()
    with service_scope(council=sender.barnet):
        withdraw_submitter(council=sender.barnet, organisation=sender.trust, user=sender.person, by=None)
    register = sender.run(response)
    assert register.state == RegisterState.WAITING
    with service_scope(council=sender.barnet):
        assert Job.objects.get(kind=CHECK).state == JobState.REFUSED
    assert sender.count(RegisterRow) == 0


def test_an_organisation_that_is_not_one_s_own_cannot_be_chosen(sender: Sender) -> None:
    for chosen in (sender.other.pk, "services", "", "x"):
        assert sender.send(organisation=chosen).status_code == 200
    assert sender.count(StaffRegister) == 0


@pytest.mark.parametrize("quarter", ["2018-06-29", "2030-06-30", "x", ""])
def test_a_quarter_that_is_none_or_not_over_is_refused(sender: Sender, quarter: str) -> None:
    assert sender.send(quarter=quarter).status_code == 200
    assert sender.count(StaffRegister) == 0


def test_the_form_offers_the_last_eight_ended_quarters_the_latest_first() -> None:
    offered = offered_quarters(date(2018, 7, 20))
    assert [value for value, _ in offered] == [
        "2018-06-30", "2018-03-31", "2017-12-31", "2017-09-30", "2017-06-30", "2017-03-31", "2016-12-31",
        "2016-09-30",
    ]  # fmt: skip


# Files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("r.csv", b" ", "The file is empty."),
        ("r.pdf", b"%PDF", "Send an Excel workbook"),
        ("r.xlsx", b"a,b", "not the workbook that its name says"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_at_once(
    sender: Sender, name: str, content: bytes, words: str
) -> None:
    response = sender.send(content, name)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert sender.count(StaffRegister) == 0


def test_a_file_that_cannot_be_read_says_why_and_stores_nothing(sender: Sender) -> None:
    register = sender.check(b"PK\x03\x04rubbish", "r.xlsx")
    assert "damaged" in sender.page(register).content.decode()
    assert (sender.count(RegisterRow), sender.count(RegisterPart)) == (0, 0)


@pytest.mark.parametrize("family", FAMILIES)
def test_malformed_registers_through_the_page_are_refused_without_a_row(sender: Sender, family: str) -> None:
    """All of them are judged without a request in test_register_malformed.py; these take the whole way."""
    for name, content in itertools.islice(FAMILIES[family](random.Random(f"{SEED}-{family}")), 2):
        answer = sender.send(content, name)
        if answer.status_code == 302:
            register = sender.run(answer)
            assert register.state == RegisterState.REFUSED
            assert sender.page(register).status_code == 200
        else:
            assert answer.context["form"].errors
        assert (sender.count(RegisterRow), sender.count(RegisterPart), sender.returns()) == (0, 0, [])


def test_a_file_of_many_parts_is_put_together_again(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registers, "PART_BYTES", 100)
    response = sender.send()
    assert sender.count(RegisterPart) == -(-len(GOOD) // 100)
    assert sender.run(response).rows_read == 40


def test_the_template_is_a_register_that_loads(sender: Sender) -> None:
    template = sender.client.get(reverse("register-template", args=["barnet"])).content
    register = sender.check(template)
    assert (register.state, register.rows_read) == (RegisterState.CHECKED, 2)
    assert ",".join(HEADER) in template.decode("utf-8-sig")


# The job -----------------------------------------------------------------------------------------------


def test_the_progress_page_leads_to_the_register_and_an_email_says_that_it_is_checked(
    sender: Sender,
) -> None:
    response = sender.send()
    waiting = sender.client.get(response["Location"]).content.decode()
    assert "Check progress" in waiting
    register = sender.run(response)
    done = sender.client.get(response["Location"]).content.decode()
    assert reverse("register", args=["barnet", register.pk]) in done
    emails = Email.objects.filter(recipient=sender.person.email, subject__contains="staff register")
    assert emails.count() == 1
    assert "Royal Free" not in emails.get().text


def test_a_check_that_fails_midway_stores_nothing_and_the_next_try_finishes(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("the database went away")

    response = sender.send()
    with monkeypatch.context() as patch:
        patch.setattr(registers, "store_rows", broken)
        register = sender.run(response)
    assert register.state == RegisterState.WAITING
    assert (sender.count(RegisterRow), sender.count(RegisterPart)) == (0, 1)
    with service_scope(council=sender.barnet):
        Job.objects.filter(kind=CHECK).update(claimed_until=None)
    register = sender.run(response)
    assert register.state == RegisterState.CHECKED
    assert (sender.count(RegisterRow), sender.count(RegisterPart)) == (40, 0)


@pytest.mark.parametrize("lost", [False, True])
def test_the_same_register_again_after_its_check_died_is_checked_again(sender: Sender, lost: bool) -> None:
    first = sender.send()
    with service_scope(council=sender.barnet):
        Job.objects.filter(kind=CHECK).update(state=JobState.FAILED, failure="gone", attempts=5)
        if lost:
            RegisterPart.objects.all().delete()
    with service_scope(council=sender.barnet):
        register = StaffRegister.objects.get(council=sender.barnet)
    page = sender.page(register).content.decode()
    assert "Your register was not checked" in page
    assert "Send the same file again and its check starts anew." in page
    again = sender.send()
    assert again["Location"] == first["Location"]
    assert "Your register is being checked" in sender.page(register).content.decode()
    assert sender.run(again).state == RegisterState.CHECKED
    with service_scope(council=sender.barnet):
        assert [job.state for job in Job.objects.filter(kind=CHECK)] == [JobState.DONE]
    assert (sender.count(StaffRegister), sender.count(RegisterRow)) == (1, 40)


# Pages -------------------------------------------------------------------------------------------------


def test_the_list_asks_the_same_of_the_database_however_long_it_is(sender: Sender) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert sender.client.get(reverse("registers", args=["barnet"])).status_code == 200
        return len(captured)

    sender.check()
    statements()
    few = statements()
    with service_scope(council=sender.barnet):
        for number in range(24):
            StaffRegister.objects.create(
                council=sender.barnet,
                person=sender.person,
                organisation=sender.trust,
                period_end=date(2018, 6, 30),
                file_name=f"register {number}.csv",
                file_size=1,
                sha256="0" * 64,
                expires_at=timezone.now() + timedelta(hours=1),
            )
    assert statements() == few


def test_the_rows_to_put_right_come_back_for_an_hour_without_what_names_people(sender: Sender) -> None:
    rows = staff(3)
    rows[1][4], rows[2][1], rows[4][0] = "soon", "Example, Joan", "joan.example@example.org"
    register = sender.check(register_csv(rows))
    page = sender.page(register).content.decode()
    assert "Download the rows to put right (CSV)" in page
    address = reverse("register-problems", args=["barnet", register.pk])
    header, *lines = list(csv.reader(sender.client.get(address).content.decode("utf-8-sig").splitlines()))
    assert header == ["Sheet", "Row", *HEADER, "What to put right"]
    assert [line[:-1] for line in lines] == [
        ["", "3", "S000000", "Site 0", "Nursing", "Basic awareness", "(not shown)", "Yes"],
        ["", "4", "S000001", "(not shown)", "Medical", "WRAP", "02/01/2017", "Yes"],
        ["", "6", "(not shown)", "Site 2", "Nursing", "WRAP", "03/01/2017", "Yes"],
    ]
    assert lines[1][-1].startswith(
        "B (Service or site): There is what looks like a person's name in this cell."
    )
    assert "S000001" not in everything(sender), "the tables hold nothing of the rows"
    cache.delete(f"training:refused-register:{sender.barnet.pk}:{register.pk}")
    problems = sender.client.get(address).content.decode("utf-8-sig").splitlines()
    assert (problems[0], len(problems)) == ("Sheet,Row,Column,Value,Problem,What to do", 4)
    assert "Download the problems (CSV)" in sender.page(register).content.decode()


def test_rows_kept_under_one_council_s_key_open_under_no_other_s(sender: Sender) -> None:
    rows = staff(1)
    rows[0][4] = "soon"
    register = sender.check(register_csv(rows))
    assert len(marked_rows(register=register)) == 2
    kept = cache.get(f"training:refused-register:{sender.barnet.pk}:{register.pk}")
    assert b"S000000" not in kept
    register.council = sender.harrow
    cache.set(f"training:refused-register:{sender.harrow.pk}:{register.pk}", kept)
    assert marked_rows(register=register) == []


def test_the_figures_by_service_are_downloaded(sender: Sender) -> None:
    register = sender.check()
    address = reverse("register-services", args=["barnet", register.pk])
    assert sender.client.get(address).status_code == 404
    sender.confirm(register)
    lines = sender.client.get(address).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Organisation,Course,Service or site,Role group,Period end,Compliant,Eligible"
    assert len(lines) == 9


def test_the_demo_s_register_is_confirmed_and_loading_it_again_changes_nothing() -> None:
    council = CouncilFactory(slug="wolverhampton", name="Wolverhampton")
    email = "coordinator@wolverhampton.example"
    person = member(council, Role.COORDINATOR, email=email)
    for _ in range(2):
        load_registers(councils={"wolverhampton": council}, people={email: person})
    with service_scope(council=council):
        [register] = StaffRegister.objects.filter(council=council)
        assert (register.state, register.people) == (RegisterState.CONFIRMED, 35)
        [given] = TrainingReturn.objects.all()
        assert (given.course.slug, given.compliant, given.eligible) == ("wrap", 30, 35)


# API ---------------------------------------------------------------------------------------------------


def send_api(client: Client, sender: Sender, content: bytes = GOOD, **options: Any) -> Any:
    headers = options.pop("headers", {})
    data = {"organisation": str(sender.trust.pk), "quarter_end": JUNE, **options}
    return client.post(API, {"file": SimpleUploadedFile("r.csv", content), **data}, headers=headers)


def test_a_token_sends_asks_and_confirms(sender: Sender) -> None:
    with council_scope(user_id=sender.person.pk, council=sender.barnet):
        _, secret = api_tokens.create(
            council=sender.barnet,
            name="Learning system",
            expires_on=timezone.localdate() + timedelta(days=30),
            by=sender.person,
        )
    machine = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"}
    accepted = send_api(machine, sender, headers=headers)
    assert accepted.status_code == 202, accepted.content
    again = send_api(machine, sender, headers=headers)
    assert (again.status_code, again.json()) == (202, accepted.json())
    assert send_api(machine, sender, register_csv(staff(3)), headers=headers).status_code == 422
    address = accepted.json()["address"]
    assert machine.get(address, headers=headers).json()["state"] == "waiting"
    early = machine.post(f"{address}confirm/", headers=headers)
    assert (early.status_code, "still being checked" in early.json()["detail"]) == (400, True)
    with service_scope(council=sender.barnet):
        job = Job.objects.get(kind=CHECK)
    jobs.run(council_id=sender.barnet.pk, job_id=job.pk)
    shown = machine.get(address, headers=headers).json()
    assert (shown["state"], shown["rows_read"], len(shown["returns"])) == ("checked", 40, 2)
    for _ in range(2):
        confirmed = machine.post(f"{address}confirm/", headers=headers)
        assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    assert len(sender.returns()) == 2
    listed = machine.get(API, headers=headers).json()
    assert [each["id"] for each in listed["results"]] == [accepted.json()["id"]]


def test_the_api_names_problems_by_cell_and_no_identifier(sender: Sender) -> None:
    rows = staff(1)
    rows[0][0] = "AB123456C"
    accepted = send_api(sender.client, sender, register_csv(rows))
    with service_scope(council=sender.barnet):
        job = Job.objects.get(kind=CHECK)
    jobs.run(council_id=sender.barnet.pk, job_id=job.pk)
    shown = sender.client.get(accepted.json()["address"]).json()
    assert (shown["state"], shown["problem_count"]) == ("refused", 1)
    assert shown["problems"][0]["row"] == 2
    assert "AB123456C" not in json.dumps(shown)


@pytest.mark.parametrize(
    "said",
    [
        {"quarter_end": "2018-06-29"},
        {"quarter_end": "2030-06-30"},
        {"quarter_end": "1990-06-30"},
        {"organisation": "0197f0a0-0000-7000-8000-000000000000"},
        {"organisation": "x"},
    ],
)
def test_the_api_refuses_what_the_form_would_not_offer(sender: Sender, said: dict[str, str]) -> None:
    assert send_api(sender.client, sender, **said).status_code == 400
    assert sender.count(StaffRegister) == 0


def test_the_api_refuses_a_file_of_the_wrong_kind_in_words(sender: Sender) -> None:
    answer = send_api(sender.client, sender, b"PK\x03\x04")
    assert (answer.status_code, "not text" in answer.json()["detail"]) == (400, True)
