"""Pages and API of reports: what they show, to whom, and how many questions they ask."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.enums import ReportState
from compliance.models import Report, ReportSection, ReportVersion
from prevent_portal.accounts.enums import Role
from prevent_portal.outbox.models import Job
from prevent_portal.outbox.services import jobs
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.quarters import Quarter
from tests.accounts.sessions import sign_in
from tests.compliance.reports import Committee, committee
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Committee:
    return committee()


@pytest.fixture
def neighbour() -> Committee:
    return committee()


@pytest.fixture
def client(board: Committee) -> Client:
    return sign_in(Client(), board.author)


def page(one: Committee, report: Report | None = None, ending: str = "") -> str:
    return f"/c/{one.council.slug}/reports/" + (f"{report.pk}/{ending}" if report else "")


def api(one: Committee, report: Report | None = None, ending: str = "") -> str:
    return f"/api/v1{page(one, report, ending)}"


def fresh(one: Committee, report: Report) -> Report:
    return one.fresh(report)


def test_the_list_shows_the_councils_own_reports(
    board: Committee, neighbour: Committee, client: Client
) -> None:
    board.open()
    neighbour.open(Quarter(2017, 1))
    text = client.get(page(board)).text
    assert "Q3 2018/19" in text
    assert "Q1 2017/18" not in text
    assert client.get(page(neighbour)).status_code == 404


def test_a_council_without_reports_is_told_where_they_come_from(client: Client, board: Committee) -> None:
    assert "No reports yet" in client.get(page(board)).text


def test_a_section_is_written_on_its_page(board: Committee, client: Client) -> None:
    report = board.open()
    section = board.sections(report)["why"]
    address = page(board, report, f"sections/{section.pk}/")
    assert "Leave an empty line between paragraphs" in client.get(address).text
    answer = client.post(address, {"narrative": "One.\r\n\r\nTwo.", "version": 1}, follow=True)
    assert "“Why this report is needed” saved." in answer.text
    assert board.sections(report)["why"].narrative == "One.\n\nTwo."
    stale = client.post(address, {"narrative": "Mine.", "version": 1})
    assert stale.status_code == 409
    assert "Somebody else saved" in stale.text
    assert "One." in stale.text
    assert "Mine." in stale.text
    assert client.post(address, {"narrative": "Mine.", "version": 2}).status_code == 302


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"narrative": "x" * 20_001, "version": "1"}, "characters or fewer"),
        ({"narrative": "x"}, "incomplete when it was sent"),
        ({"narrative": "x", "version": "eleven"}, "incomplete when it was sent"),
        ({"narrative": "x\x00y", "version": "1"}, "There is a problem"),
    ],
)
def test_bad_input_gets_a_sentence_and_stores_nothing(
    board: Committee, client: Client, data: dict[str, str], words: str
) -> None:
    report = board.open()
    section = board.sections(report)["why"]
    answer = client.post(page(board, report, f"sections/{section.pk}/"), data)
    assert answer.status_code == 200
    assert words in answer.text
    assert board.sections(report)["why"].narrative == ""


def test_none_identified_beside_words_is_refused_in_words(board: Committee, client: Client) -> None:
    report = board.open()
    section = board.sections(report)["resources"]
    data = {"narrative": "x", "none_identified": "on", "version": 1}
    answer = client.post(page(board, report, f"sections/{section.pk}/"), data)
    assert "not both" in answer.text


def test_the_header_is_changed_on_its_page(board: Committee, client: Client) -> None:
    report = board.open()
    address = page(board, report, "header/")
    assert 'value="All"' in client.get(address).text
    data = {
        "meeting_on_day": "28",
        "meeting_on_month": "2",
        "meeting_on_year": "2019",
        "wards": "Two",
        "version": "1",
    }
    assert client.post(address, data).status_code == 302
    assert fresh(board, report).meeting_on == date(2019, 2, 28)
    assert fresh(board, report).header == {
        "wards": "Two", "report_of": "", "status": "", "urgent": "",
        "key_decision": "", "enclosures": "", "contact": "",
    }  # fmt: skip
    preview = client.get(page(board, report, "preview/")).text
    assert "28 February 2019" in preview
    assert client.post(address, {**data, "wards": "Three"}).status_code == 409
    wrong = client.post(address, {**data, "meeting_on_month": "13", "version": "2"})
    assert "There is a problem" in wrong.text


def test_freezing_making_and_downloading_from_the_pages(board: Committee, client: Client) -> None:
    report = board.open()
    refused = client.post(page(board, report, "files/"), follow=True)
    assert "Freeze the figures first" in refused.text
    assert "Still missing" in client.get(page(board, report, "freeze/")).text
    assert fresh(board, report).state == ReportState.DRAFT, "a GET changes nothing"
    client.post(page(board, report, "freeze/"))
    assert fresh(board, report).state == ReportState.FROZEN
    again = client.post(page(board, report, "freeze/"), follow=True)
    assert "frozen already" in again.text
    started = client.post(page(board, report, "files/"))
    with service_scope(council=board.council):
        job = Job.objects.get(council=board.council)
    assert started.headers["Location"] == f"/c/{board.council.slug}/jobs/{job.pk}/"
    assert "Being made" in client.get(page(board, report)).text
    assert client.get(page(board, report, "version-1.pdf")).status_code == 404
    assert jobs.run(council_id=board.council.pk, job_id=job.pk)
    assert "PDF (" in client.get(page(board, report)).text
    assert client.get(page(board, report, "version-1.pdf")).content.startswith(b"%PDF-")
    assert "Nothing has changed" in client.post(page(board, report, "files/"), follow=True).text
    client.post(page(board, report, "thaw/"))
    assert fresh(board, report).state == ReportState.DRAFT


def test_a_second_person_makes_it_final_on_a_page(board: Committee, client: Client) -> None:
    report = board.open()
    board.sign_everything(report)
    assert "somebody else makes the report final" in client.get(page(board, report)).text
    assert "somebody else" in client.post(page(board, report, "final/"), follow=True).text
    colleague = sign_in(Client(), member(board.council, Role.CABINET_MEMBER))
    assert "Make it final" in colleague.get(page(board, report)).text
    assert "Nothing in a final report changes" in colleague.get(page(board, report, "final/")).text
    assert "The report is final" in colleague.post(page(board, report, "final/"), follow=True).text
    assert fresh(board, report).state == ReportState.FINAL
    with service_scope(council=board.council):
        final = ReportVersion.objects.get(report=report, state=ReportState.FINAL)
        job = Job.objects.get(council=board.council, subject_id=final.pk)
    assert jobs.run(council_id=board.council.pk, job_id=job.pk)
    assert colleague.get(page(board, report, f"version-{final.number}.pdf")).status_code == 200


@pytest.mark.parametrize(
    "ending", ["", "preview/", "header/", "freeze/", "thaw/", "final/", "version-1.pdf", "sections/{}/"]
)
def test_what_is_not_there_and_what_is_not_yours_are_the_same_404(
    board: Committee, neighbour: Committee, client: Client, ending: str
) -> None:
    theirs = neighbour.open()
    board.open()
    ending = ending.format(neighbour.sections(theirs)["why"].pk)
    for address in (
        page(board, Report(pk=uuid.uuid4()), ending),
        page(board, theirs, ending),
        page(neighbour, theirs, ending),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in {404, 405}


def test_a_section_is_not_reached_through_another_report(board: Committee, client: Client) -> None:
    report, later = board.open(), board.open(Quarter(2018, 4))
    section = board.sections(later)["why"]
    assert client.get(page(board, report, f"sections/{section.pk}/")).status_code == 404


@pytest.mark.parametrize(
    "role", [Role.SAFETY_OFFICER, Role.AUDITOR, Role.BOARD_MEMBER, Role.PARTNER_SUBMITTER]
)
def test_readers_change_nothing(board: Committee, role: Role) -> None:
    report = board.frozen()
    reader = sign_in(Client(), member(board.council, role))
    section = board.sections(report)["why"]
    for ending in ("thaw/", "freeze/", "final/", "files/", "header/", f"sections/{section.pk}/"):
        assert reader.post(page(board, report, ending), {"narrative": "x", "version": 1}).status_code == 404
    assert fresh(board, report).state == ReportState.FROZEN


# Questions to the database -------------------------------------------------------------------------


def count(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_list_asks_as_many_questions_for_twenty_reports_as_for_one(
    board: Committee, client: Client
) -> None:
    board.open()
    one = count(client, page(board))
    for year in range(2013, 2018):
        for number in range(1, 5):
            board.open(Quarter(year, number))
    assert count(client, page(board)) == one
    assert one <= 22


def test_a_report_asks_as_many_questions_for_many_versions_as_for_one(
    board: Committee, client: Client
) -> None:
    report = board.frozen()
    client.post(page(board, report, "files/"))
    one = count(client, page(board, report))
    for number in range(5):
        with service_scope(council=board.council):
            ReportSection.objects.filter(report=report, key="why").update(narrative=f"Version {number}")
        client.post(page(board, report, "files/"))
    assert count(client, page(board, report)) == one
    assert one <= 28


# API ---------------------------------------------------------------------------------------------


def test_the_api_lists_and_reads_reports(board: Committee, neighbour: Committee, client: Client) -> None:
    report = board.open()
    neighbour.open()
    answer = client.get(api(board)).json()
    assert answer["count"] == 1
    assert answer["results"][0] == {
        "id": str(report.pk),
        "reference": report.reference,
        "title": "Prevent: quarterly update",
        "committee": "Health and Wellbeing Board",
        "period": "Quarter 3 2018/19 (October to December 2018)",
        "period_start": "2018-10-01",
        "period_end": "2018-12-31",
        "state": "draft",
        "due_on": "2019-01-28",
        "as_at": None,
    }
    whole = client.get(api(board, report)).json()
    assert whole["header"] == [["Wards", "All"]]
    assert [section["key"] for section in whole["sections"]][:2] == ["summary", "recommendations"]
    assert "“Summary” is not written" in whole["missing"]
    assert client.get(api(neighbour)).status_code == 404


def test_the_api_makes_a_document_once(board: Committee, client: Client) -> None:
    report = board.open()
    early = client.post(api(board, report, "renditions/"))
    assert early.status_code == 409
    assert early.json()["detail"].startswith("Freeze the figures first")
    client.post(page(board, report, "freeze/"))
    first = client.post(api(board, report, "renditions/"))
    again = client.post(api(board, report, "renditions/"))
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    assert (first.json()["version"], first.json()["state"], first.json()["document"]) == (1, "queued", "")
    with service_scope(council=board.council):
        job = Job.objects.get(council=board.council)
    jobs.run(council_id=board.council.pk, job_id=job.pk)
    [made] = client.get(api(board, report, "renditions/")).json()
    assert made["state"] == "done"
    document = client.get(made["document"])
    assert document.status_code == 200
    assert len(document.content) == made["size"]
    assert document.headers["Content-Type"] == "application/pdf"


def test_the_api_is_as_closed_as_the_pages(board: Committee, neighbour: Committee, client: Client) -> None:
    theirs, own = neighbour.frozen(), board.frozen()
    reader = sign_in(Client(), member(board.council, Role.SAFETY_OFFICER))
    assert reader.post(api(board, own, "renditions/")).status_code == 404
    for ending in ("", "renditions/", "renditions/1/document/"):
        assert client.get(api(board, theirs, ending)).status_code == 404
        assert client.get(api(neighbour, theirs, ending)).status_code == 404
        assert Client().get(api(board, own, ending)).status_code in {401, 403, 404}


def test_the_schema_names_every_address_of_reports(client: Client) -> None:
    schema: dict[str, Any] = client.get("/api/v1/schema/?format=json").json()
    base = "/api/v1/c/{council}/reports/"
    found = {path: set(methods) for path, methods in schema["paths"].items() if path.startswith(base)}
    assert found == {
        base: {"get"},
        f"{base}{{report_id}}/": {"get"},
        f"{base}{{report_id}}/renditions/": {"get", "post"},
        f"{base}{{report_id}}/renditions/{{number}}/document/": {"get"},
        f"{base}{{report_id}}/versions/": {"get"},
        f"{base}{{report_id}}/versions/{{number}}/": {"get"},
        f"{base}{{report_id}}/versions/{{number}}/{{edition}}/{{file_format}}/": {"get"},
    }


def test_reports_are_due_items_and_a_tile_of_the_overview(
    board: Committee, neighbour: Committee, client: Client
) -> None:
    board.open()
    neighbour.open()
    assert "Report to finish" in client.get(f"/c/{board.council.slug}/").text
    assert "Prevent: quarterly update, Q3 2018/19" in client.get("/my-work/").text
