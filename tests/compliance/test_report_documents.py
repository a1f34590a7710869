"""A report's document: what it holds, who gets it, and that there is exactly one (AV-1, OP-3, EX-3)."""

from __future__ import annotations

import hashlib
import io
import os
import re
import signal
from datetime import date

import pikepdf
import pytest
from django.test import Client

from compliance.enums import ReportFormat, ReportState
from compliance.models import Report, ReportRendition, ReportSection, ReportVersion
from compliance.policies import PolicyError
from compliance.queries.report_content import checksum
from compliance.services.renditions import request_rendition, work
from compliance.services.report_sections import write_section
from compliance.services.reports import finalise, freeze, thaw
from compliance.tasks import open_quarters
from compliance.views.report_files import CONTENT_TYPES
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.models import Email, Job
from prevent_portal.outbox.services import jobs
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web import report_blocks
from tests.accounts.sessions import sign_in
from tests.compliance.reports import Committee, committee
from tests.factories import member
from tests.figures import RecordFigure
from tests.outbox.conftest import Processes
from tests.outbox.processes import wait_until
from tests.outbox.test_jobs import revoke
from tests.printed import pages_of, text_of
from tests.web.pdf_rules import problems_in

IN_PLACE = pytest.mark.django_db
COMMITTED = pytest.mark.django_db(transaction=True)


def figures(council: Council, *args: object) -> list[report_blocks.Block]:
    """Three quarters of one trust, with a chart: 84.72% is printed so that it stays below 85 (rule 9)."""
    return [
        report_blocks.Block(
            key="trust",
            title=f"Basic awareness in {council.name}",
            columns=[report_blocks.Column("Period"), report_blocks.Column("Share", numeric=True)],
            rows=[["March 2018", "84.7%"], ["June 2018", "85%"]],
            bars=[
                report_blocks.Bar("March 2018", 84.72036, "84.7%"),
                report_blocks.Bar("June 2018", 85.0934, "85%"),
            ],
            target=85.0,
            source="Returns",
            as_at=date(2019, 1, 15),
            missing=["Royal Free: December 2018 not returned"],
        )
    ]


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Committee:
    monkeypatch.setitem(report_blocks._providers, "training_returns", ("Training", figures))
    return committee()


@pytest.fixture
def neighbour(board: Committee) -> Committee:
    return committee()


def request(one: Committee, report: Report, by: User | None = None) -> tuple[ReportVersion, Job, bool]:
    with service_scope(council=one.council):
        return request_rendition(report=report, by=by or one.author)


def run(job: Job) -> Job:
    jobs.run(council_id=job.council_id, job_id=job.pk)
    with service_scope(council=job.council):
        return Job.objects.get(pk=job.pk)


def documents(one: Committee, kind: str = ReportFormat.PDF, edition: str = "public") -> list[ReportRendition]:
    with service_scope(council=one.council):
        found = ReportRendition.objects.filter(council=one.council, format=kind, edition=edition)
        return list(found.select_related("version"))


def versions(one: Committee) -> list[ReportVersion]:
    with service_scope(council=one.council):
        return list(ReportVersion.objects.filter(council=one.council).order_by("number"))


def job_of(version: ReportVersion) -> Job:
    with service_scope(council=version.council):
        return Job.objects.select_related("council").get(subject_id=version.pk)


def events(one: Committee, report: Report) -> list[Event]:
    with service_scope(council=one.council):
        return list(Event.objects.filter(action="compliance.report_rendered", subject_id=str(report.pk)))


def effects(one: Committee, report: Report) -> dict[str, int]:
    """What making one document left behind."""
    with service_scope(council=one.council):
        return {
            "files": ReportRendition.objects.filter(version__report=report).count(),
            "events": Event.objects.filter(
                action="compliance.report_rendered", subject_id=str(report.pk)
            ).count(),
            "emails": Email.objects.filter(subject__contains=f"report {report.reference}, version").count(),
        }


ONCE = {"files": 3, "events": 1, "emails": 1}


# Asking ------------------------------------------------------------------------------------------


@IN_PLACE
def test_a_document_is_asked_for_once_per_state_of_the_report(board: Committee) -> None:
    report = board.open()
    with pytest.raises(PolicyError, match="Freeze the figures first"):
        request(board, report)
    with service_scope(council=board.council):
        freeze(report=report, by=board.author)
    first, job, created = request(board, report)
    again, same_job, created_again = request(board, report)
    assert (first.number, created, created_again) == (1, True, False)
    assert (again.pk, same_job.pk) == (first.pk, job.pk)
    section = board.sections(report)["why"]
    with service_scope(council=board.council):
        write_section(
            section=section, by=board.author, narrative="New.", none_identified=False, version=section.version
        )
    second, other_job, _ = request(board, report)
    assert second.number == 2
    assert other_job.pk != job.pk
    assert second.sha256 == checksum(second.content) != first.sha256


@IN_PLACE
def test_the_document_shows_the_version_that_was_asked_for_whatever_is_written_meanwhile(
    board: Committee,
) -> None:
    report = board.open()
    section = board.sections(report)["why"]
    with service_scope(council=board.council):
        write_section(section=section, by=board.author, narrative="Before.", none_identified=False, version=1)
        freeze(report=report, by=board.author)
    _, job, _ = request(board, report)
    with service_scope(council=board.council):
        write_section(section=section, by=board.author, narrative="After.", none_identified=False, version=2)
    run(job)
    [document] = documents(board)
    text = words_of(bytes(document.content))
    assert "Before." in text
    assert "After." not in text


def words_of(pdf: bytes) -> str:
    """The words of a document, whatever the lines and the pages they fell on."""
    return " ".join(text_of(pdf).split())


# The document ------------------------------------------------------------------------------------


def elements(pdf: pikepdf.Pdf, kind: str) -> list[pikepdf.Object]:
    """Every element of a kind in the structure tree."""
    found = []

    def walk(node: pikepdf.Object) -> None:
        if not isinstance(node, pikepdf.Dictionary):
            return
        if node.get("/S") == f"/{kind}":
            found.append(node)
        kids = node.get("/K")
        if isinstance(kids, pikepdf.Array):
            for kid in kids:
                walk(kid)
        elif kids is not None:
            walk(kids)

    walk(pdf.Root.StructTreeRoot)
    return found


@IN_PLACE
def test_the_document_is_tagged_and_says_in_words_what_its_chart_shows(board: Committee) -> None:
    report = board.frozen()
    _, job, _ = request(board, report)
    assert run(job).state == JobState.DONE
    [document] = documents(board)
    assert document.sha256 == hashlib.sha256(bytes(document.content)).hexdigest()
    assert document.size == len(document.content)
    assert document.renderer.startswith("WeasyPrint ")
    with pikepdf.open(io.BytesIO(bytes(document.content))) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo.Title) == "Prevent: quarterly update"
        alternatives = [str(figure.Alt) for figure in elements(pdf, "Figure")]
        shown = "Bar chart. March 2018: 84.7%; June 2018: 85%. Target 85%."
        assert alternatives == [f"Figure 1: Basic awareness in {board.council.name}. {shown}"]
        scopes = {
            str(cell.A.Scope) if "/A" in cell and "/Scope" in cell.A else "" for cell in elements(pdf, "TH")
        }
        assert scopes == {"/Row", "/Column"}
        assert len(elements(pdf, "H1")) == 1
    assert problems_in(bytes(document.content)) == []
    text = words_of(bytes(document.content))
    assert re.search(r"Table [0-9]+: Basic awareness in", text)
    assert "84.7%" in text
    assert "Missing: Royal Free: December 2018 not returned." in text
    assert "Draft, version 1" in text
    assert "1.2 Training in health services" in text


@IN_PLACE
def test_markup_in_any_words_stays_words(board: Committee) -> None:
    """Nothing that people type becomes HTML, reads a file or asks an address (EX-1)."""
    report = board.open()
    hostile = (
        "<img src='file:///etc/passwd'> <script>x</script> <link rel=attachment href='file:///etc/passwd'>"
    )
    with service_scope(council=board.council):
        ReportSection.objects.filter(report=report).exclude(kind="blocks").update(narrative=hostile)
        Report.objects.filter(pk=report.pk).update(header={"wards": hostile, "report_of": hostile})
        freeze(report=report, by=board.author)
    _, job, _ = request(board, report)
    assert run(job).state == JobState.DONE
    [document] = documents(board)
    with pikepdf.open(io.BytesIO(bytes(document.content))) as pdf:
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
    assert "root:x:" not in words_of(bytes(document.content))
    assert "<script>x</script>" in words_of(bytes(document.content))


@IN_PLACE
def test_the_same_version_gives_the_same_bytes(board: Committee) -> None:
    report = board.frozen()
    _, job, _ = request(board, report)
    first = work(job, lambda percent, step: None)
    assert work(job, lambda percent, step: None) == first
    assert [(file.edition, file.format) for file in first] == [
        ("public", "pdf"), ("public", "docx"), ("public", "xlsx"),
    ]  # fmt: skip


@IN_PLACE
def test_the_email_carries_a_reference_and_a_link_and_nothing_else(board: Committee) -> None:
    report = board.frozen()
    _, job, _ = request(board, report)
    run(job)
    email = Email.objects.get(recipient=board.author.email)
    assert email.subject == f"Prevent Portal: report {report.reference}, version 1 is ready"
    assert f"http://testserver/c/{board.council.slug}/reports/{report.pk}/" in email.text
    assert report.title not in email.text
    assert effects(board, report) == ONCE


# Rights ------------------------------------------------------------------------------------------


@IN_PLACE
def test_a_document_whose_asker_lost_the_role_is_not_made(board: Committee) -> None:
    report = board.frozen()
    _, job, _ = request(board, report)
    revoke(board.author, board.council)
    ended = run(job)
    assert ended.state == JobState.REFUSED
    assert "may no longer write this report" in ended.failure
    assert effects(board, report) == {"files": 0, "events": 0, "emails": 0}


@IN_PLACE
def test_democratic_services_downloads_the_final_files_and_no_draft(
    board: Committee, neighbour: Committee
) -> None:
    report = board.open()
    clerk = sign_in(Client(), member(board.council, Role.DEMOCRATIC_SERVICES))
    stranger = sign_in(Client(), member(neighbour.council, Role.DEMOCRATIC_SERVICES, Role.COORDINATOR))
    page = f"/c/{board.council.slug}/reports/{report.pk}/"
    board.sign_everything(report)
    [signed] = versions(board)
    run(job_of(signed))
    assert clerk.get(page).status_code == 404
    colleague = member(board.council, Role.COORDINATOR)
    with service_scope(council=board.council):
        finalise(report=board.fresh(report), by=colleague)
    final = versions(board)[-1]
    assert final.state == ReportState.FINAL
    run(job_of(final))
    assert clerk.get(f"{page}version-{signed.number}.pdf").status_code == 404
    for kind, content_type in CONTENT_TYPES.items():
        address = f"{page}version-{final.number}.{kind}"
        answer = clerk.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, content_type)
        assert answer["Content-Disposition"].startswith("attachment;")
        [stored] = [one for one in documents(board, kind) if one.version_id == final.pk]
        assert answer.content == bytes(stored.content)
        assert hashlib.sha256(answer.content).hexdigest() == stored.sha256
        assert stranger.get(address).status_code == 404
        assert stranger.get(address.replace(board.council.slug, neighbour.council.slug)).status_code == 404
    file = f"{page}version-{final.number}"
    assert f"Final, version {final.number}" in words_of(clerk.get(f"{file}.pdf").content)
    assert clerk.get(f"{file}-exempt.pdf").status_code == 404, "it has no exempt edition"


@IN_PLACE
def test_an_exempt_section_is_in_files_of_its_own_and_in_no_public_one(board: Committee) -> None:
    report = board.open()
    section = board.sections(report)["why"]
    with service_scope(council=board.council):
        write_section(
            section=section, by=board.author, narrative="Canary 5571.", none_identified=False, version=1
        )
        ReportSection.objects.filter(pk=section.pk).update(
            exempt_paragraph=7, exempt_reason="The investigation goes on."
        )
        freeze(report=report, by=board.author)
    _, job, _ = request(board, report)
    assert run(job).state == JobState.DONE
    assert effects(board, report) == {**ONCE, "files": 6}
    [public], [exempt] = documents(board), documents(board, edition="exempt")
    marking = "Not for publication: exempt under paragraph 7 of Schedule 12A"
    assert "Canary 5571." not in words_of(bytes(public.content))
    assert marking not in words_of(bytes(public.content))
    assert "Exempt: paragraph 7 of Schedule 12A" in words_of(bytes(public.content))
    assert "Canary 5571." in words_of(bytes(exempt.content))
    for page in pages_of(bytes(exempt.content)):
        assert page.count(marking) >= 2
    [event] = events(board, report)
    assert {(file["edition"], file["format"]) for file in event.details["files"]} == {
        (edition, kind) for edition in ("public", "exempt") for kind in ("pdf", "docx", "xlsx")
    }


@IN_PLACE
def test_documents_stay_when_the_figures_are_taken_anew(board: Committee) -> None:
    report = board.frozen()
    run(request(board, report)[1])
    with service_scope(council=board.council):
        thaw(report=report, by=board.author)
    assert len(documents(board)) == 1


# Kills -------------------------------------------------------------------------------------------


def state_of(job: Job) -> tuple[str, str]:
    with service_scope(council=job.council):
        found = Job.objects.get(pk=job.pk)
    return found.state, found.step


def finished(job: Job) -> bool:
    return state_of(job)[0] == JobState.DONE


@COMMITTED
@pytest.mark.figures("kills and effects")
@pytest.mark.parametrize("whole_worker", [False, True], ids=["the child", "the whole worker"])
def test_killing_the_worker_while_it_draws_a_report_gives_exactly_one(
    processes: Processes,
    whole_worker: bool,
    record_figure: RecordFigure,
) -> None:
    """The real rendering, killed in the middle of drawing the pages."""
    board = committee()
    report = board.frozen()
    worker = processes.worker()
    processes.beat()
    _, job, _ = request(board, report)
    wait_until(lambda: state_of(job) == (JobState.RUNNING, "Drawing the pages"), what="the drawing")
    if whole_worker:
        worker.kill()
        assert effects(board, report) == {"files": 0, "events": 0, "emails": 0}
        processes.worker()
    else:
        [child] = worker.children()
        os.kill(child, signal.SIGKILL)
    seconds = wait_until(lambda: finished(job), what="the report")
    with service_scope(council=board.council):
        attempts = Job.objects.get(pk=job.pk).attempts
    assert attempts == 2, "it was killed once and finished by the second try"
    assert effects(board, report) == ONCE
    assert seconds < 60
    record_figure(
        "kills and effects",
        {"kills": 1, "requests": 1, "effects": 1, "doubles": 0, "lost": 0},
        control="without the sweeper the killed job is never done; without the claim it is stored twice",
    )


@COMMITTED
def test_beat_opens_the_quarter_in_every_council_through_the_worker(processes: Processes) -> None:
    boards = [committee(), committee()]
    processes.worker()
    open_quarters.apply_async()

    def opened() -> list[int]:
        counts = []
        for one in boards:
            with service_scope(council=one.council):
                counts.append(Report.objects.filter(council=one.council).count())
        return counts

    wait_until(lambda: opened() == [2, 2], what="the quarter's opening")
