"""Agendas, records and figures as files: marked, sealed, each form its own right, asked again by the job."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from channel import queries
from channel.enums import Agency, AttendanceState, Capacity, FileForm, FileKind
from channel.models import PanelFile
from channel.policies import ChannelRefused
from channel.queries.files import drop_lapsed_files
from channel.services import attendance, files, panels
from channel.services.panels import Place
from channel.tasks import destroy_files_everywhere
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership
from prevent_portal.audit.models import Event
from prevent_portal.keys.models import DataKey
from prevent_portal.keys.refusals import KeyStoreAway
from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.models import Job
from prevent_portal.outbox.services import jobs
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, panel_world, panellist
from tests.printed import pages_of
from tests.web.pdf_rules import problems_in

pytestmark = pytest.mark.django_db

MARKING = "OFFICIAL-SENSITIVE"


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def southwark() -> PanelWorld:
    return panel_world("southwark")


def asked(
    world: PanelWorld, kind: FileKind = FileKind.AGENDA, form: FileForm = FileForm.PDF
) -> tuple[PanelFile, Job]:
    with world.as_chair():
        return files.request_meeting_file(meeting=world.meeting, kind=kind, form=form, by=world.chair)


def state_of(job: Job) -> str:
    with service_scope(council=job.council):
        return Job.objects.get(pk=job.pk).state


def content_of(world: PanelWorld, file: PanelFile) -> bytes:
    with world.as_chair():
        return files.read_file(file=PanelFile.objects.get(pk=file.pk), by=world.chair)


def test_the_agenda_is_an_accessible_pdf_of_references_with_the_marking_on_every_page(
    barnet: PanelWorld,
) -> None:
    file, job = asked(barnet)
    assert jobs.run(council_id=barnet.council.pk, job_id=job.pk)
    pdf = content_of(barnet, file)
    pages = pages_of(pdf)
    assert all(page.count(MARKING) >= 2 for page in pages)
    text = " ".join(" ".join(pages).split())
    assert f"1 {barnet.case.reference} Discussion" in text
    assert "invented summary" not in text
    assert f"Area {barnet.canary}" not in text
    assert problems_in(pdf) == []
    day = timezone.localdate(barnet.meeting.starts_at).isoformat()
    assert files.file_name(file) == f"OFFICIAL-SENSITIVE Channel agenda {day}.pdf"


def test_the_record_is_a_workbook_with_the_marking_on_every_sheet(barnet: PanelWorld) -> None:
    police = panellist(barnet.council, Role.POLICE_REPRESENTATIVE)
    with barnet.as_chair():
        seat = panels.seat_person(
            panel=barnet.panel,
            person=police,
            capacity=Capacity.POLICE,
            place=Place(Agency.POLICE, police_area="Metropolitan"),
            by=barnet.chair,
        )
        attendance.record_attendance(
            meeting=barnet.meeting, states={seat.pk: AttendanceState.PRESENT}, by=barnet.chair
        )
    file, job = asked(barnet, FileKind.RECORD, FileForm.XLSX)
    assert jobs.run(council_id=barnet.council.pk, job_id=job.pk)
    content = content_of(barnet, file)
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["About this file", "Attendance by agency", "Cases and decisions"]
    for sheet in book:
        assert sheet["A1"].value == MARKING
        assert sheet.oddHeader.center.text == sheet.oddFooter.center.text == MARKING
    assert [cell.value for cell in book["Attendance by agency"][3]] == ["Police", 1, 0, 0]
    assert [cell.value for cell in book["Cases and decisions"][3]][:3] == [
        barnet.case.reference, "Discussion", "None recorded",
    ]  # fmt: skip
    words = b"".join(
        zipfile.ZipFile(io.BytesIO(content)).read(name)
        for name in zipfile.ZipFile(io.BytesIO(content)).namelist()
    )
    assert b"invented summary" not in words
    assert police.name.encode() not in words
    assert b"Police representative" in words


def test_a_file_lies_sealed_and_is_its_askers_alone(barnet: PanelWorld, southwark: PanelWorld) -> None:
    deputy = barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    file, job = asked(barnet, FileKind.RECORD, FileForm.XLSX)
    assert jobs.run(council_id=barnet.council.pk, job_id=job.pk)
    with barnet.as_chair(), connection.cursor() as cursor:
        cursor.execute("SELECT content FROM channel_panelfile WHERE id = %s", [file.pk])
        stored = bytes(cursor.fetchone()[0])
    assert b"PK\x03\x04" not in stored
    assert b"UEsDB" not in stored, "the beginning of a workbook in base 64"
    for world, person in ((barnet, deputy), (southwark, southwark.chair)):
        with world.as_person(person):
            assert PanelFile.objects.count() == 0
        client = sign_in(Client(), person)
        for method in ("get", "post"):
            address = reverse("channel-file", args=[world.council.slug, file.pk])
            assert getattr(client, method)(address).status_code == 404


@pytest.mark.parametrize("lost", ["role", "seat"])
def test_a_right_that_ends_before_the_job_runs_leaves_no_file(barnet: PanelWorld, lost: str) -> None:
    barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    file, job = asked(barnet)
    if lost == "role":
        with service_scope(council=barnet.council):
            Membership.objects.filter(user=barnet.chair).update(revoked_at=timezone.now())
    else:
        with barnet.as_chair():
            seat = queries.seats_of(barnet.panel).get(person=barnet.chair)
            panels.end_seat(seat=seat, by=barnet.chair)
    jobs.run(council_id=barnet.council.pk, job_id=job.pk)
    assert state_of(job) == JobState.REFUSED
    assert not DataKey.objects.filter(subject=file.pk).exists(), "nothing was ever sealed"


def test_the_secretary_takes_out_pdfs_and_no_workbook_and_no_figures(
    barnet: PanelWorld, client: Client
) -> None:
    secretary = barnet.seat(Role.CHANNEL_ADMINISTRATOR, granted=False, capacity=Capacity.SECRETARY)
    client = sign_in(client, secretary)
    client.post(
        reverse("channel-acknowledge", args=["barnet", barnet.panel.pk]),
        {"statement": str(barnet.annual.pk), "accept": "on"},
    )
    page = client.get(reverse("channel-meeting", args=["barnet", barnet.meeting.pk])).content.decode()
    assert "Agenda (PDF)" in page
    assert "Excel workbook" not in page
    address = reverse("channel-meeting-file", args=["barnet", barnet.meeting.pk])
    refused = client.post(address, {"kind": "record", "form": "xlsx"}, follow=True)
    assert "You cannot take this out in this form: Excel workbook." in refused.content.decode()
    for name, args in (("channel-performance", []), ("channel-figures-file", [barnet.panel.pk])):
        address = reverse(name, args=["barnet", *args])
        assert client.get(address).status_code in (404, 405)
        assert client.post(address, {"year": "2026", "form": "pdf"}).status_code in (404, 405)
    with barnet.as_person(secretary):
        assert PanelFile.objects.count() == 0
        with pytest.raises(ChannelRefused, match="Only the panel’s chair"):
            files.request_figures_file(panel=barnet.panel, year=2026, form=FileForm.PDF, by=secretary)


def test_asking_making_and_taking_out_are_one_event_each(barnet: PanelWorld, client: Client) -> None:
    sign_in(client, barnet.chair)
    answer = client.post(
        reverse("channel-meeting-file", args=["barnet", barnet.meeting.pk]),
        {"kind": "record", "form": "xlsx"},
    )
    with barnet.as_chair():
        file = PanelFile.objects.get()
    with service_scope(council=barnet.council):
        job = Job.objects.get(subject_id=file.pk)
    assert answer.headers["Location"] == reverse("job", args=["barnet", job.pk])
    page = reverse("channel-file", args=["barnet", file.pk])
    assert "not ready yet" in client.get(page).content.decode()
    jobs.run(council_id=barnet.council.pk, job_id=job.pk)
    assert "Download the file" in client.get(page).content.decode()
    taken = client.post(page)
    assert taken.content[:2] == b"PK"
    assert "OFFICIAL-SENSITIVE%20Channel%20meeting%20record" in taken.headers["Content-Disposition"]
    assert "no-store" in taken.headers["Cache-Control"]
    with barnet.as_chair():
        events = Event.objects.filter(action__startswith="channel.file_").order_by("id")
        assert [event.action for event in events] == [
            "channel.file_requested", "channel.file_made", "channel.file_read",
        ]  # fmt: skip
        assert {event.actor_id for event in events} == {barnet.chair.pk}


def test_after_its_day_a_file_is_not_handed_over_and_the_next_request_destroys_its_key(
    barnet: PanelWorld,
) -> None:
    file, job = asked(barnet, FileKind.RECORD, FileForm.XLSX)
    jobs.run(council_id=barnet.council.pk, job_id=job.pk)
    with barnet.as_chair():
        PanelFile.objects.filter(pk=file.pk).update(requested_at=timezone.now() - timedelta(hours=24))
        with pytest.raises(ChannelRefused, match="no longer kept"):
            files.read_file(file=PanelFile.objects.get(pk=file.pk), by=barnet.chair)
    assert DataKey.objects.get(subject=file.pk).wrapped is not None
    asked(barnet)
    assert DataKey.objects.get(subject=file.pk).wrapped is None
    with barnet.as_chair():
        assert not PanelFile.objects.filter(pk=file.pk).exists()


def test_the_nightly_job_destroys_what_its_day_is_over_for_and_nothing_else(
    barnet: PanelWorld, southwark: PanelWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> bool:
        raise KeyStoreAway("The key store does not answer.")

    made, fresh, theirs = (
        asked(world, FileKind.RECORD, FileForm.XLSX) for world in (barnet, barnet, southwark)
    )
    for file, job in (made, theirs):
        assert jobs.run(council_id=file.council_id, job_id=job.pk)
    unmade, _ = asked(barnet)
    old = [made[0].pk, unmade.pk]
    with barnet.as_chair():
        # The job asks the database's clock, which stands while a transaction lasts.
        PanelFile.objects.filter(pk__in=old).update(
            requested_at=timezone.now() - timedelta(hours=24, minutes=1)
        )
        with pytest.raises(DatabaseError, match="Only the nightly job"), transaction.atomic():
            drop_lapsed_files()
    with southwark.as_chair():
        PanelFile.objects.update(requested_at=timezone.now() - timedelta(hours=23, minutes=59))
    with monkeypatch.context() as patch:
        patch.setattr(files, "erase_key", away)
        with pytest.raises(KeyStoreAway):
            files.destroy_lapsed_files(council=barnet.council)
    with barnet.as_chair():
        assert PanelFile.objects.count() == 3
    councils = (southwark.council, barnet.council, barnet.council)
    assert [files.destroy_lapsed_files(council=council) for council in councils] == [0, 2, 0]
    with barnet.as_chair():
        assert [file.pk for file in PanelFile.objects.all()] == [fresh[0].pk]
        gone = Event.objects.filter(action="keys.erased").values_list("subject_id", flat=True)
        assert set(gone) == {str(pk) for pk in old}
    kept = DataKey.objects.filter(subject__in=[made[0].pk, theirs[0].pk], wrapped__isnull=False)
    assert {key.subject for key in kept} == {theirs[0].pk}
    assert content_of(southwark, theirs[0])[:2] == b"PK"

    sent: list[int] = []
    monkeypatch.setattr(
        "channel.tasks.destroy_files_of_one.apply_async", lambda kwargs: sent.append(kwargs["council_id"])
    )
    destroy_files_everywhere()
    assert sorted(sent) == sorted([barnet.council.pk, southwark.council.pk])


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"kind": "agenda", "form": "xlsx"},
        {"kind": "figures", "form": "pdf"},
        {"kind": "x", "form": "pdf"},
    ],
)
def test_a_wrong_request_says_why_and_makes_nothing(
    barnet: PanelWorld, client: Client, form: dict[str, str]
) -> None:
    sign_in(client, barnet.chair)
    answer = client.post(
        reverse("channel-meeting-file", args=["barnet", barnet.meeting.pk]), form, follow=True
    )
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    with barnet.as_chair():
        assert PanelFile.objects.count() == 0


def test_a_record_waits_for_the_meeting(barnet: PanelWorld) -> None:
    planned = barnet.new_meeting(opened=False)
    with barnet.as_chair(), pytest.raises(ChannelRefused, match="there is no record of it"):
        files.request_meeting_file(meeting=planned, kind=FileKind.RECORD, form=FileForm.PDF, by=barnet.chair)
