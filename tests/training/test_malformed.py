"""Five hundred and more malformed files, made by seeds: no server error, no trace of any of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from prevent_portal.tenancy.scope import council_scope, service_scope
from prevent_portal.web.spreadsheets import FileUnreadable
from tests.figures import RecordFigure
from tests.training.files import PUBLISHED, as_csv, first_layout, second_layout
from tests.training.office_files import TOOLS
from tests.training.test_uploads import Sender
from tests.training.workbooks import read_workbooks_here
from training.figures import CheckedFile
from training.models import ReturnUpload
from training.services import refused_files
from training.services.uploads import check_upload

pytestmark = pytest.mark.django_db
SEED = 20190228
TABLES = (
    "training_trainingreturn",
    "training_returnupload",
    "training_returngrant",
    "training_returnreview",
    "training_expectedreturn",
    "training_course",
    "partnerships_organisation",
    "partnerships_councilorganisation",
    "partnerships_organisationuserpermission",
    "documents_document",
    "outbox_job",
)
ROYAL_FREE = [each for each in PUBLISHED if each.code == "RAL"]
HOSTILE = [
    "", "-1", "1.5", "1e999999999", "NaN", "inf", "٣٤", "½", "=1+1", "'; DROP TABLE x; --", "<script>",
    "12 34", "1,2,3", "0x10", "99999999999999999999", "true", "#REF!", "2018-13-45", "Q9 2018/19",
    "\u202e12", "😀", "x" * 400, "  ", "31/31/2018", "Another Trust", "June 99999",
]  # fmt: skip


def _cells(random_: random.Random) -> Iterator[tuple[str, bytes]]:
    """Right shape, wrong data: one to four cells are replaced, so that at least one must be refused."""
    for number in range(240):
        rows = first_layout(ROYAL_FREE) if number % 2 else second_layout(ROYAL_FREE)
        needed = [
            index
            for index, heading in enumerate(rows[0])
            if heading in {"compliant", "eligible", "course", "period_end", "Meets", "Grand Total", "Quarter"}
        ]
        for _ in range(random_.randint(1, 4)):
            rows[random_.randrange(1, len(rows))][random_.choice(needed)] = random_.choice(HOSTILE)
        if number % 12 < 10:
            yield "cells.csv", as_csv(rows, delimiter=",;\t"[number % 3])
        else:
            ending, write = TOOLS[list(TOOLS)[number % 4]]
            texts = [[cell if isinstance(cell, int) else _storable(cell) for cell in row] for row in rows]
            yield f"cells.{ending}", write({"Returns": texts})


def _storable(text: Any) -> str:
    """What a workbook can hold of a text: no formula, no half of a character."""
    return "".join(sign for sign in str(text) if ord(sign) < 0x10000).replace("=", "equals ")


def _bytes(random_: random.Random) -> Iterator[tuple[str, bytes]]:
    """Cut, flipped and shuffled bytes of good files."""
    rows = first_layout(ROYAL_FREE)
    goods = [
        ("figures.csv", as_csv(rows)),
        ("figures.csv", as_csv(second_layout(ROYAL_FREE), encoding="utf-16")),
        ("figures.csv", as_csv(rows, delimiter=";", encoding="cp1252")),
        *((f"figures.{ending}", write({"Returns": rows})) for ending, write in TOOLS.values()),
    ]
    # Most are texts: each workbook costs a process.
    for number in range(170):
        name, good = goods[number % 3 if number % 4 else 3 + number // 4 % 4]
        content = bytearray(good)
        if number % 2:
            content = content[: random_.randrange(1, len(content))]
        for _ in range(random_.randint(1, 60)):
            content[random_.randrange(len(content))] = random_.randrange(256)
        yield name, bytes(content)


def _shapes(random_: random.Random) -> Iterator[tuple[str, bytes]]:
    """Wrong kind, wrong headings, ragged rows, noise."""
    for number in range(120):
        rows: list[list[Any]] = [list(row) for row in first_layout(ROYAL_FREE)]
        kind = number % 6
        if kind == 0:
            rows[0] = [f"h{index}" for index in range(len(rows[0]))]
        elif kind == 1:
            rows = [row[: random_.randint(0, 5)] for row in rows]
        elif kind == 2:
            rows[0][random_.choice([7, 8])] = "compliant" if random_.random() < 0.5 else "eligible"
            rows[0][random_.choice([0, 2, 4])] = "eligible"
        elif kind == 3:
            yield f"noise.{random_.choice(ENDINGS)}", random_.randbytes(random_.randint(1, 5000))
            continue
        elif kind == 4:
            head = random_.choice(HEADS)
            yield f"lie.{random_.choice([*ENDINGS, 'pdf', 'exe'])}", head + random_.randbytes(200)
            continue
        else:
            rows += [[random_.choice(HOSTILE) for _ in rows[0]] for _ in range(3)]
        yield "shape.csv", as_csv(rows, delimiter=random_.choice(",;\t"))


ENDINGS = ("csv", "xlsx", "ods", "xls")
HEADS = (
    b"%PDF-1.7\n",
    b"GIF89a",
    b"MZ\x90\x00",
    b"\x7fELF",
    b"<html><script>",
    b"{}",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
)
FAMILIES = {"cells": _cells, "bytes": _bytes, "shapes": _shapes}
SIZES = {"cells": 240, "bytes": 170, "shapes": 120}
THROUGH_THE_PAGE = 8
"""Of each family so many go through the page as well; all go through the service that the page calls."""


@pytest.mark.figures("malformed figures files")
@pytest.mark.parametrize("family", FAMILIES)
def test_no_malformed_file_gives_a_server_error_or_leaves_a_trace(
    client: Client, family: str, monkeypatch: pytest.MonkeyPatch, record_figure: RecordFigure, tmp_path: Path
) -> None:
    monkeypatch.setattr(refused_files, "FILES_IN_A_WHILE", 10_000)
    monkeypatch.setattr(settings, "MEDIA_ROOT", str(tmp_path))
    sender = Sender(client)
    before = digest_of_all_tables(sender)
    files = list(FAMILIES[family](random.Random(f"{SEED}-{family}")))
    # The comparison can fail: a good file leaves a trace until it is forgotten.
    good = sender.send(as_csv(first_layout(ROYAL_FREE)))
    assert digest_of_all_tables(sender) != before
    _forget(sender, good["Location"].rstrip("/").rpartition("/")[2])
    refused = 0
    with pytest.MonkeyPatch.context() as patched:
        # A process for each workbook would be most of the test's time; through the page each has its own.
        read_workbooks_here(patched)
        for number, (name, content) in enumerate(files):
            # What the damage missed (a note, a byte of a style) waits to be confirmed and is no return.
            kept = _through_the_service(sender, name, content)
            if kept is None:
                refused += 1
            else:
                _forget(sender, kept)
            assert digest_of_all_tables(sender) == before, (number, name)
    for name, content in files[:: len(files) // THROUGH_THE_PAGE]:
        answer = sender.send(content, name)
        assert answer.status_code in {200, 302}, name
        if answer.status_code == 302:
            _forget(sender, answer["Location"].rstrip("/").rpartition("/")[2])
        else:
            assert answer.context["form"].errors, name
        assert digest_of_all_tables(sender) == before, name
    assert list(tmp_path.rglob("*")) == []
    assert len(files) == SIZES[family]
    assert refused >= len(files) * 0.8, refused
    record_figure(
        "malformed figures files",
        {"files": len(files), "refused": refused, "server errors": 0, "traces": 0},
        control="a good file leaves a row until it is forgotten",
    )


def _through_the_service(sender: Sender, name: str, content: bytes) -> str | None:
    """Check a file as the page does; the key of what was kept, None for a refusal in words."""
    with council_scope(user_id=sender.person.pk, council=sender.barnet):
        try:
            checked, upload = check_upload(
                council=sender.barnet,
                by=sender.person,
                organisations=[sender.trust],
                file_name=name,
                content=content,
            )
        except FileUnreadable as refusal:
            words = str(refusal)
            checked, upload = CheckedFile(), None
        else:
            words = "."
        assert words.endswith(".")
        if upload is None:
            assert all(problem.reason and problem.fix for problem in checked.problems)
            return None
        return str(upload.pk)


def digest_of_all_tables(sender: Sender) -> Any:
    """A checksum over every row of the tables that an upload could touch, in one query.

    Read as the council's service principal: outside a scope those tables have no rows to compare.
    """
    with service_scope(council=sender.barnet), connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t"
                for table in TABLES
            )
        )
        return cursor.fetchall()


def _forget(sender: Sender, upload_id: str) -> None:
    with council_scope(user_id=sender.person.pk, council=sender.barnet):
        ReturnUpload.objects.filter(pk=upload_id).delete()
