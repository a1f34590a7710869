"""PDFs are accessible, archivable, the same each time, and drawn where nothing can be harmed."""

from __future__ import annotations

import datetime as dt
import gc
import io
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.template import engines

from prevent_portal.limited_process import Ending, Outcome
from prevent_portal.web import pdf, pdf_worker
from prevent_portal.web.charts import Bar, BarChart
from prevent_portal.web.components import Column, Rating, Table
from prevent_portal.web.pdf import Attachment, RenderError, render_pdf
from tests.outbox.processes import wait_until
from tests.printed import pages_of, text_of
from tests.web.pdf_rules import problems_in

CREATED = dt.datetime(2019, 4, 12, 13, 30, tzinfo=dt.UTC)
BODY = """{% extends "web/document.html" %}{% load govuk %}{% block body %}
<h2 id="one"><span class="number">1</span> Summary</h2>
<p class="numbered"><span class="number">1.1</span>{{ words }}</p>
{{ extra|safe }}
{% chart chart for_print=True %}
<section class="landscape"><h2 id="two"><span class="number">2</span> Register</h2>{% table table %}</section>
{% endblock %}"""


def document(
    extra: str = "", words: str = "Forty-one of fifty-two actions are on track.", rows: int = 3
) -> str:
    """Return a small report with everything that reports hold."""
    chart = BarChart(
        title="Basic awareness",
        description="One organisation is just below the target.",
        bars=[Bar("Acute trust", Fraction(8472, 100)), Bar("College", None, "Not returned")],
        target=85,
    )
    table = Table(
        "Actions",
        [Column("Ref", header=True), Column("Action"), Column("Rating"), Column("Notes", numeric=True)],
        [[f"{row}.1", "Brief every ward councillor", Rating("amber"), 1007] for row in range(rows)],
    )
    context = {
        "title": "Quarterly report",
        "council_name": "Example council",
        "committee": "Scrutiny committee",
        "status": "Draft",
        "as_at": dt.date(2019, 3, 31),
        "created": CREATED,
        "marking": "OFFICIAL",
        "contents": [{"id": "one", "number": "1", "title": "Summary", "level": 1}],
        "words": words,
        "extra": extra,
        "chart": chart,
        "table": table,
    }
    return engines["django"].from_string(BODY).render(context)


PLAIN = "<!DOCTYPE html><html><head></head><body><h1>One</h1>{}</body></html>"


def draw(html: str, *, marking: str = "OFFICIAL", seconds: int = 60) -> bytes:
    return render_pdf(html=html, title="Quarterly report", marking=marking, created=CREATED, seconds=seconds)


@pytest.fixture(scope="module")
def report() -> bytes:
    return draw(document())


def test_a_report_keeps_every_rule(report: bytes) -> None:
    assert problems_in(report) == []


def test_a_report_names_its_language_title_and_date(report: bytes) -> None:
    with pikepdf.open(io.BytesIO(report)) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
        assert str(pdf.docinfo["/Title"]) == "Quarterly report"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20190412133000")


def test_the_same_document_gives_the_same_bytes(report: bytes) -> None:
    assert draw(document()) == report
    assert draw(document(words="Forty-two of fifty-two.")) != report


def test_a_renderer_that_has_drawn_before_draws_as_one_that_has_not(report: bytes) -> None:
    draw(document(words="Another council's words."))
    warm = pdf._renderer.pid
    assert draw(document()) == report
    assert pdf._renderer.pid == warm, "it was not started again"
    pdf._renderer.end()
    assert draw(document()) == report
    assert pdf._renderer.pid not in {warm, None}


def test_a_renderer_that_is_killed_fails_that_document_in_words_and_draws_the_next(report: bytes) -> None:
    draw(document())
    warm = pdf._renderer.pid
    assert warm is not None

    def kill() -> None:
        wait_until(lambda: children_of(warm), what="the drawing")
        os.kill(warm, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(RenderError, match="was stopped"):
        draw(PLAIN.format("<p>Again and again.</p>" * 20_000))
    killer.join()
    assert draw(document()) == report


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


ATTACHED = Attachment("actions.xlsx", "All 500 actions", b"PK the whole table")


def test_an_attached_file_travels_with_its_name_its_purpose_and_the_documents_date() -> None:
    attached = render_pdf(
        html=document(), title="Quarterly report", marking="", created=CREATED, attachments=[ATTACHED]
    )
    assert attached == render_pdf(
        html=document(), title="Quarterly report", marking="", created=CREATED, attachments=[ATTACHED]
    )
    assert problems_in(attached, attachments={"actions.xlsx"}) == []
    assert problems_in(attached) == ["files are embedded: actions.xlsx"]
    with pikepdf.open(io.BytesIO(attached)) as read:
        [file] = read.attachments.values()
        assert (file.filename, file.description) == ("actions.xlsx", "All 500 actions")
        assert file.get_file().read_bytes() == b"PK the whole table"
        assert str(file.obj.AFRelationship) == "/Data"
        assert str(file.get_file().obj.Params.ModDate) == "D:20190412133000Z"
        del file.obj.AFRelationship
        del read.Root.AF
        changed = io.BytesIO()
        read.save(changed)
    assert problems_in(changed.getvalue(), attachments={"actions.xlsx"}) == [
        "actions.xlsx does not say what it is to the document",
        "actions.xlsx does not belong to the document",
    ]


def test_every_page_carries_marking_and_number_as_text(report: bytes) -> None:
    pages = pages_of(report)
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert page.count("OFFICIAL") >= 2
        assert f"Page {number} of {len(pages)}" in page


def test_a_document_without_marking_gets_the_one_that_was_asked_for() -> None:
    plain = (
        "<!DOCTYPE html><html><head><link rel=stylesheet href='asset:report.css'></head>"
        "<body><h1>One</h1></body></html>"
    )
    assert text_of(draw(plain, marking="OFFICIAL-SENSITIVE")).count("OFFICIAL-SENSITIVE") == 3


@pytest.mark.parametrize(
    ("extra", "problem"),
    [
        ("<h4>Skipped</h4>", "a heading of level 4 follows one of level 2"),
        (
            '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
            "a figure has no alternative text",
        ),
        ("<table><tr><td>Head</td></tr><tr><td>1</td></tr></table>", "a table has no header cells"),
    ],
)
def test_the_rules_catch_a_faulty_document(extra: str, problem: str) -> None:
    assert problem in problems_in(draw(document(extra)))


def test_the_rules_catch_what_is_taken_out_of_the_file(report: bytes) -> None:
    with pikepdf.open(io.BytesIO(report)) as pdf:
        del pdf.Root["/Lang"]
        del pdf.Root["/ViewerPreferences"]
        del pdf.Root["/Outlines"]
        del pdf.docinfo["/Title"]
        for entry in pdf.objects:
            if isinstance(entry, pikepdf.Dictionary) and entry.get("/S") == "/TH":
                del entry.A["/Scope"]
        changed = io.BytesIO()
        pdf.save(changed)
    assert {
        "no language", "no title", "the title is not shown", "a header cell has no scope", "no bookmarks",
    } <= set(problems_in(changed.getvalue()))  # fmt: skip


def test_the_rules_catch_a_font_that_is_left_out_and_an_empty_bookmark(report: bytes) -> None:
    with pikepdf.open(io.BytesIO(report)) as read:
        for entry in read.objects:
            if isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == "/FontDescriptor":
                for name in ("/FontFile", "/FontFile2", "/FontFile3"):
                    if name in entry:
                        del entry[name]
        read.Root.Outlines.First.Title = ""
        changed = io.BytesIO()
        read.save(changed)
    found = " ".join(problems_in(changed.getvalue()))
    assert "is not embedded" in found
    assert "a bookmark says nothing" in found
    assert "the bookmarks are not the headings" in found


@pytest.fixture
def in_process() -> Iterator[None]:
    """Draw in this process, which keeps its rights. The renderer leaves its colour profile open."""
    yield
    gc.collect()


leaves_a_file_open = pytest.mark.filterwarnings(
    "ignore:unclosed file.*sRGB:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


def job(html: str) -> dict[str, object]:
    return {
        "html": html,
        "title": "Quarterly report",
        "marking": "OFFICIAL",
        "created": "2019-04-12T13:30:00Z",
        "language": "en-GB",
        "assets": {"report.css": (Path(settings.BASE_DIR) / "static" / "report.css").read_text()},
    }


@pytest.mark.parametrize(
    "extra",
    [
        '<img alt="x" src="{address}">',
        '<link rel="attachment" href="{address}">',
        '<a rel="attachment" href="{address}">file</a>',
        '<link rel="stylesheet" href="{address}">',
        "<style>@import url({address});</style>",
        "<p style='background:url({address})'>x</p>",
        "<style>@font-face{{font-family:x;src:url({address})}} p{{font-family:x}}</style>",
        (
            '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>x</title>'
            '<image href="{address}" width="9" height="9"/></svg>'
        ),
        '<object data="{address}" type="image/png">x</object>',
        '<embed src="{address}">',
    ],
)
@leaves_a_file_open
@pytest.mark.usefixtures("in_process")
def test_nothing_outside_the_package_is_read_or_asked_for(
    extra: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_text("CANARY-5571")
    output = io.BytesIO()
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.1)
        for address in (secret.as_uri(), f"http://127.0.0.1:{trap.getsockname()[1]}/x"):
            assert pdf_worker.draw(job(PLAIN.format(extra.format(address=address))), output) == 3
            assert capsys.readouterr().err == f"refused {address}\n"
        with pytest.raises(TimeoutError):
            trap.accept()
    assert output.getvalue() == b""


def test_a_document_that_names_a_forbidden_address_is_refused_in_words() -> None:
    with pytest.raises(RenderError, match="names an address that may not be fetched") as refused:
        draw(PLAIN.format('<img alt="x" src="https://example.org/x">'))
    assert refused.value.detail == "refused https://example.org/x"


def test_a_document_that_never_ends_is_stopped() -> None:
    started = time.monotonic()
    with pytest.raises(RenderError, match="took too long"):
        draw(PLAIN.format("<p>Again and again.</p>" * 100_000), seconds=1)
    assert time.monotonic() - started < 40


def test_what_is_not_a_document_is_refused_in_words() -> None:
    with pytest.raises(RenderError, match="could not be drawn"):
        draw("")


@leaves_a_file_open
@pytest.mark.usefixtures("in_process")
def test_the_worker_writes_a_file_that_keeps_every_rule() -> None:
    output = io.BytesIO()
    unmarked = document().replace("document-marking", "other")
    assert pdf_worker.draw(job(unmarked), output) == 0
    assert problems_in(output.getvalue()) == []


@pytest.mark.parametrize(
    ("ending", "code", "message"),
    [
        (Ending.OVERDUE, -9, "took too long"),
        (Ending.OVERWORKED, -24, "took too long"),
        (Ending.KILLED, -9, "took too long"),
        (Ending.OUT_OF_MEMORY, -6, "too large"),
        (Ending.SAID_TOO_MUCH, -9, "too large"),
        (Ending.FAILED, 3, "may not be fetched"),
        (Ending.FAILED, 4, "could not be drawn"),
        (Ending.ANSWERED, 0, "could not be drawn"),
    ],
)
def test_every_way_to_fail_is_one_error_in_words(
    ending: Ending, code: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf._renderer, "ask", lambda *_, **__: Outcome(ending, code, b"%PD", "why"))
    with pytest.raises(RenderError, match=message) as raised:
        draw(document())
    assert raised.value.detail == "why"


def test_a_created_moment_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        render_pdf(html=document(), title="x", marking="", created=dt.datetime(2019, 4, 12))  # noqa: DTZ001 - the fault that is refused
