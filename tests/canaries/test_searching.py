"""The search finds a canary in every form, and the watch fails the test in whose time one got out."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import io
import json
import logging
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pikepdf
import pytest
from django.core import signing
from django.core.cache import cache
from django.db import connection

from prevent_portal.web.downloads import Sheet, xlsx_bytes
from prevent_portal.web.pdf import render_pdf
from tests.canaries.searching import found_in, found_in_files, found_in_mail
from tests.canaries.watch import OUTPUT, Report, judged, watch
from tests.canaries.words import FORMS, NUMBER, STEM, WORDS, canaries_in, planted

WORD = WORDS[7]
NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)


def page(text: str) -> bytes:
    html = f"<html lang='en-GB'><head><title>x</title></head><body><h1>x</h1><p>{text}</p></body></html>"
    return render_pdf(html=html, title="About nothing", marking="", created=NOW)


def titled(title: str) -> bytes:
    """A PDF without pages whose title is UTF-16, as that of every title with an accent."""
    into = io.BytesIO()
    with pikepdf.new() as document:
        document.docinfo["/Title"] = title
        document.save(into, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return into.getvalue()


def packed(content: bytes) -> bytes:
    into = io.BytesIO()
    with watch.expecting(), zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("words.txt", content)
    return into.getvalue()


def test_there_are_two_hundred_canaries_each_found_by_one_search() -> None:
    assert (len(set(WORDS)), NUMBER) == (200, 200)
    assert {planted() for _ in WORDS} == set(WORDS)
    assert canaries_in(f"A {WORD}, {STEM}, and {STEM}99.") == {WORD}
    assert all(found_in(word.encode()) == {"as it is"} for word in WORDS)


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("as it is", json.dumps({"a": WORD}).encode()),
        ("as it is", quote(f"é {WORD}").encode()),
        ("in capitals", WORD.upper().encode()),
        ("UTF-16", WORD.encode("utf-16-le")),
        ("UTF-16", b"\xfe\xff" + WORD.encode("utf-16-be")),
        ("hexadecimal", WORD.encode().hex().encode()),
        ("hexadecimal in capitals", WORD.encode().hex().upper().encode()),
        ("percent", "".join(f"%{ord(letter):02x}" for letter in WORD).encode()),
        ("percent in capitals", "".join(f"%{ord(letter):02X}" for letter in WORD).encode()),
        ("JSON", "".join(f"\\u{ord(letter):04x}" for letter in WORD).encode()),
        ("JSON in capitals", "".join(f"\\u{ord(letter):04X}" for letter in WORD).encode()),
        *((f"base 64, {n} before", base64.b64encode(b"abc"[:n] + WORD.encode())) for n in range(3)),
        *((f"base 64, {n % 3} before", base64.encodebytes(b"abc" * 17 + b"abc"[:n] + WORD.encode()))
          for n in range(3)),
        ("as it is", packed(WORD.encode())),
        ("as it is", gzip.compress(packed(WORD.encode()))),
        ("as it is", signing.dumps({"said": WORD, "more": "x" * 400}, compress=True).encode()),
        ("as it is", b"\\\\x" + packed(WORD.encode()).hex().encode()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_canary_is_found_in_each_form(form: str, content: bytes) -> None:
    assert form in FORMS
    assert form in found_in(content)


def test_a_canary_is_found_on_a_page_in_a_workbook_and_in_an_email(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "é"
    message.set_content(f"é {'x' * 68} {WORD}", cte="quoted-printable")
    message.add_attachment(packed(WORD.encode()), maintype="application", subtype="zip", filename="a.zip")
    with watch.expecting() as seen:
        files = {
            "words.pdf": page(f"About {WORD}"),
            "title.pdf": titled(f"Über {WORD}"),
            "words.xlsx": xlsx_bytes(sheets=[Sheet("One", ["Words"], [[WORD]])], created=NOW, marking=""),
            "quiet.pdf": titled("Nothing"),
            "torn.zip": packed(WORD.encode())[:40],
            "torn.gz": gzip.compress(WORD.encode())[:20],
            "torn.pdf": titled("Nothing")[:60],
            f"{WORD}.txt": b"",
        }
    assert [line.partition(",")[0] for line in seen] == ["archives"]  # the workbook, as it was written
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert set(found_in_files(tmp_path)) == set(files) - {"quiet.pdf", "torn.zip", "torn.gz", "torn.pdf"}
    assert found_in_mail(message.as_bytes()) >= {"as it is"}


@pytest.mark.django_db
def test_the_watch_sees_statements_commands_and_sessions(client: Any) -> None:
    with watch.expecting() as seen, connection.cursor() as cursor:
        cursor.execute("SELECT %s", [WORD])
        cursor.execute("SELECT %s", [WORD.encode()])
        cursor.executemany("SELECT %s", [["nothing"], [WORD]])
    assert [line.partition(":")[0] for line in seen] == [
        "statements, as it is", "statements, hexadecimal", "statements, as it is",
    ]  # fmt: skip
    with watch.expecting() as seen:
        cache.set("canary", WORD, 1)
        session = client.session
        session["words"] = f"{WORD} {0:500}"  # long enough to be packed, so that no statement shows it
        session.save()
    assert {line.partition(",")[0] for line in seen} == {"broker and cache", "sessions"}
    with watch.expecting() as seen:
        connection.cursor().execute("SELECT 'nothing'")
        cache.set("canary", "nothing", 1)
    assert seen == []


def report_of(when: str, *sections: tuple[str, str]) -> pytest.TestReport:
    return pytest.TestReport(
        "test_x.py::test_x", ("test_x.py", 1, "test_x"), {}, "passed", None, when, sections  # type: ignore[arg-type] # as pytest makes it
    )  # fmt: skip


def test_a_test_that_lets_a_canary_out_fails() -> None:
    logged = logging.getLogger("x").makeRecord("x", logging.INFO, "x", 1, "read %s", (WORD,), None)
    with watch.expecting():
        assert judged(report_of("teardown", ("Captured log call", "INFO nothing"))).passed
        failed = judged(report_of("teardown", ("Captured log call", logged.getMessage())))
        watch.look("statements", WORD.encode())
        assert judged(report_of("call")).passed
        late = judged(report_of("teardown"))
    for report, place in ((failed, "log and output"), (late, "statements")):
        assert report.failed
        assert f"A canary got out of a sealed field:\n{place}, as it is" in str(report.longrepr)


def test_a_run_fails_whose_canaries_lie_about_or_never_flew() -> None:
    report = Report(whole=True)
    report.add({"searched": {"statements": 2}, "sealed": {}, "found": ["media/x.txt: as it is"]})
    faults = report.faults()
    assert faults[:2] == [
        "A canary lies outside a sealed field: media/x.txt: as it is",
        "The run sealed 0 canaries, and there must be 200.",
    ]
    assert "No canary was ever sealed in channel_legalhold.reason." in faults
    fields = {fault.split()[-1].rstrip(".") for fault in faults[2:]}
    report = Report(whole=True)
    seen = {"searched": {"statements": 2}, "sealed": dict.fromkeys(fields, WORDS), "found": []}
    node = type("Node", (), {"workeroutput": {OUTPUT: json.dumps(seen)}})
    for _ in range(2):
        report.pytest_testnodedown(node)
    assert report.faults() == []
    assert report.sentence() == "Canaries: 200 sealed in 6 fields; searched 4 statements"
    assert Report(whole=False).faults() == []
