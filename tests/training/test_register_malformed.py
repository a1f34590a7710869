"""Two hundred and more malformed registers, made by seeds: refused in words, and no identifier given back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from prevent_portal.web.spreadsheets import FileUnreadable
from tests.figures import RecordFigure
from tests.training.office_files import TOOLS
from tests.training.register_files import HEADER, register_csv, staff
from tests.training.test_register_rows import expected
from training.registers import reader
from training.registers.process import (
    Rows,
    SheetLeftOut,
    TableBegins,
    read_register,
    refusal,
    require_readable,
)
from training.registers.rows import HEADINGS, CheckedRegister, check_lines

SEED = 20180630
PEOPLE = [
    "jo.example@example.org",
    "AB123456C",
    "943 476 5919",
    "03/11/1979",
    "Mrs Jo Example",
    "Example, Jo",
]
HOSTILE = [
    *PEOPLE, "31/31/2018", "2018-13-45", "01/01/1066", "٣٤/٠٦/2030", "=1+1", "'; DROP TABLE x; --",
    "<script>", "1e999999999", "NaN", "#REF!", "\u202e12/13", "😀", "x" * 400, "maybe", "Q9 2018/19",
    "Fire safety\\N",
]  # fmt: skip
NEEDED = (0, 3, 4, 5)
HEADS = (
    b"%PDF-1.7\n",
    b"GIF89a",
    b"MZ\x90\x00",
    b"\x7fELF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\xff\xfe",
    b"\0",
)


def _rows() -> list[list[Any]]:
    """A dozen people; days as text, so that every tool writes the same."""
    return [
        [f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell or "" for cell in row] for row in staff(6)
    ]


def _cells(random_: random.Random) -> Iterator[tuple[str, bytes]]:
    """One to four cells are replaced by what cannot stand there."""
    for number in range(100):
        rows = _rows()
        for _ in range(random_.randint(1, 4)):
            rows[random_.randrange(len(rows))][random_.choice(NEEDED)] = random_.choice(HOSTILE)
        if number % 5:
            yield "cells.csv", register_csv(rows, delimiter=",;\t|"[number % 4])
        else:
            ending, write = TOOLS[list(TOOLS)[number // 5 % 4]]
            texts = [["".join(sign for sign in cell if ord(sign) < 0x10000) for cell in row] for row in rows]
            yield f"cells.{ending}", write({"Register": [HEADER, *texts]})


def _bytes(random_: random.Random) -> Iterator[tuple[str, bytes]]:
    """Cut and flipped bytes of good files."""
    good = register_csv(_rows())
    goods = [
        ("register.csv", good),
        ("register.csv", good.decode().encode("utf-16")),
        ("register.csv", good.replace(b"Nursing", "Kr\xe4fte".encode("cp1252"))),
        *(
            (f"register.{ending}", write({"Register": [HEADER, *_rows()]}))
            for ending, write in TOOLS.values()
        ),
    ]
    for number in range(70):
        name, whole = goods[number % 3 if number % 2 else 3 + number // 2 % 4]
        content = bytearray(whole)
        if number % 4 < 2:
            content = content[: random_.randrange(1, len(content))]
        for _ in range(random_.randint(5, 60)):
            content[random_.randrange(len(content))] = random_.randrange(256)
        yield name, bytes(content)


def _shapes(random_: random.Random) -> Iterator[tuple[str, bytes]]:
    """Wrong kind, wrong headings, ragged rows, names in a heading, noise."""
    for number in range(70):
        header, rows = list(HEADER), _rows()
        kind = number % 7
        if kind == 0:
            header = [f"h{index}" for index in range(len(header))]
        elif kind == 1:
            header[random_.choice((0, 3, 4))] = ""
        elif kind == 2:
            rows = [row[: random_.randint(0, 4)] for row in rows]
        elif kind == 3:
            header[random_.choice((1, 2))] = random_.choice(
                ["Surname", "Date of birth", "Email", "Course", "NI no"]
            )
        elif kind == 4:
            header.append("Note")
            rows = [[*row, random_.choice(PEOPLE[:3])] for row in rows]
        elif kind == 5:
            yield f"noise.{random_.choice(ENDINGS)}", random_.randbytes(random_.randint(1, 5_000))
            continue
        else:
            name = f"lie.{random_.choice([*ENDINGS, 'pdf', 'xlsm'])}"
            yield name, random_.choice(HEADS) + random_.randbytes(200)
            continue
        yield "shape.csv", register_csv(rows, header, delimiter=random_.choice(",;\t"))


ENDINGS = ("csv", "xlsx", "ods", "xls")
FAMILIES = {"cells": _cells, "bytes": _bytes, "shapes": _shapes}
SIZES = {"cells": 100, "bytes": 70, "shapes": 70}


def judged(name: str, content: bytes) -> CheckedRegister:
    """What the job finds. The reader is asked without its process, save for .xls: a flipped bit of one can
    make it ask for hundreds of megabytes, which is what the process is for."""
    ending = require_readable(name, content[:64], len(content))
    if ending == "xls":
        return check_lines(read_register([content], ending, HEADINGS), expected())
    typed: list[Any] = []
    try:
        for line in reader.read(content, ending, HEADINGS):
            if "table" in line:
                typed.append(TableBegins(line["table"], line["header"], line["column"], line["cells"]))
            elif "rows" in line:
                typed.append(Rows(line["first"], line["rows"], line["columns"]))
            else:
                typed.append(SheetLeftOut(line["left_out"], line["hidden"]))
    except reader.Refused as refused:
        raise refusal(str(refused)) from refused
    return check_lines(typed, expected())


@pytest.mark.figures("malformed registers")
@pytest.mark.parametrize("family", FAMILIES)
def test_every_malformed_register_is_refused_in_words_or_read_without_an_identifier(
    family: str, record_figure: RecordFigure
) -> None:
    files = list(FAMILIES[family](random.Random(f"{SEED}-{family}")))
    refused = 0
    for number, (name, content) in enumerate(files):
        try:
            result, words = judged(name, content), "."
        except FileUnreadable as refusal_:
            result, words = None, str(refusal_)
        assert words.endswith("."), (number, name)
        if result is None:
            refused += 1
            continue
        assert all(problem.reason for problem in result.problems), (number, name)
        if result.problem_count:
            refused += 1
            assert (list(result.copied), result.figures) == ([], []), (number, name)
            assert any(row.words for row in result.marked), (number, name)
        else:
            # What the damage missed is a register like another.
            assert sum(each.count("\n") for each in result.copied) <= result.rows_read
        assert not [each for each in PEOPLE[:3] if each in repr(result)], (number, name)
    assert len(files) == SIZES[family]
    assert refused >= len(files) * 0.8, refused
    record_figure(
        "malformed registers",
        {"files": len(files), "refused": refused, "errors": 0, "identifiers given back": 0},
        control="a good register has no problem and is copied whole",
    )


def test_the_register_that_the_malformed_ones_are_made_from_is_taken() -> None:
    for ending, write in (("csv", None), *TOOLS.values()):
        rows = _rows()
        content = register_csv(rows) if write is None else write({"Register": [HEADER, *rows]})
        result = judged(f"good.{ending}", content)
        assert (result.problems, result.rows_read, result.people) == ([], 12, 6), ending
        assert sum(lines.count("\n") for lines in result.copied) == 12
