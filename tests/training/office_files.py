"""Tables as offices lay them out, each with the figures that it says or the cells that must be put right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.training.workbooks import (
    Merges,
    PerCent,
    Rows,
    with_openpyxl,
    with_records,
    with_xlsxwriter,
    with_xml,
)

Figure = tuple[str, str, int | None, int | None]
W, B = "WRAP", "Basic awareness"
JUN, SEP, DEC = "June 2018", "September 2018", "December 2018"
HEAD = ["Course", "Period", "Compliant", "Eligible"]
JUN_W: Figure = (W, JUN, 928, 1161)
SEP_W: Figure = (W, SEP, 927, 1138)
DEC_W: Figure = (W, DEC, 1007, 1201)
JUN_B: Figure = (B, JUN, 10201, 11988)
SEP_B: Figure = (B, SEP, 9729, 11412)

TOOLS: dict[str, tuple[str, Callable[..., bytes]]] = {
    "openpyxl": ("xlsx", with_openpyxl),
    "xlsxwriter": ("xlsx", with_xlsxwriter),
    "opendocument": ("ods", with_xml),
    "records": ("xls", with_records),
}


@dataclass(frozen=True)
class Layout:
    """``figures`` it must load to, or ``problems``: row, column letter and reason of each cell refused."""

    name: str
    sheets: dict[str, Rows]
    figures: Sequence[Figure] = ()
    problems: Sequence[tuple[int | None, str, str]] = ()
    merges: Merges = ()
    hidden: Sequence[str] = ()
    tools: Sequence[str] = tuple(TOOLS)
    course: str = ""
    notices: Sequence[str] = field(default_factory=list)


def _one(rows: Rows) -> dict[str, Rows]:
    return {"Returns": rows}


N: Any = None
LAYOUTS = [
    Layout(
        "titles, blank rows and a total",
        _one(
            [
                ["Prevent training"],
                ["Royal Free"],
                [],
                HEAD,
                [*JUN_W],
                [*SEP_W],
                [],
                ["Grand total", N, 1855, 2299],
            ]
        ),
        [JUN_W, SEP_W],
        notices=[
            "Text above the table was not read: “Prevent training”, “Royal Free”.",
            "Row 8 of “Returns” was left out: it is a total.",
        ],
    ),
    Layout(
        "periods in a row above, merged",
        _one(
            [
                ["Course", JUN, N, SEP, N],
                [N, "Compliant", "Eligible", "Compliant", "Eligible"],
                [W, 928, 1161, 927, 1138],
                [B, 10201, 11988, 9729, 11412],
                ["Total", 1, 2, 3, 4],
            ]
        ),
        [JUN_W, SEP_W, JUN_B, SEP_B],
        merges=[(1, 2, 1, 3), (1, 4, 1, 5)],
    ),
    Layout(
        "periods in the headings, with a total over them",
        _one(
            [
                [
                    "Training",
                    "June 2018 compliant",
                    "June 2018 eligible",
                    "Sept 2018 compliant",
                    "Sept 2018 eligible",
                    "Total compliant",
                    "Total eligible",
                ],
                [W, 928, 1161, 927, 1138, 1855, 2299],
            ]
        ),
        [JUN_W, SEP_W],
    ),
    Layout(
        "courses in a row above",
        _one(
            [
                [N, W, N, B, N],
                ["Quarter", "Does not meet", "Meets", "Does not meet", "Meets"],
                ["Q1 2018/19", 233, 928, 1787, 10201],
            ]
        ),
        [(W, "Q1 2018/19", 928, 1161), (B, "Q1 2018/19", 10201, 11988)],
    ),
    Layout(
        "measures below one another, periods across",
        _one(
            [
                ["Course", "Measure", JUN, SEP, DEC],
                [W, "Compliant", 928, 927, 1007],
                [N, "Eligible", 1161, 1138, 1201],
                [N, "%", "80%", "81%", "84%"],
            ]
        ),
        [JUN_W, SEP_W, DEC_W],
    ),
    Layout(
        "measures below one another, a course heading each block",
        _one(
            [
                [N, JUN, SEP],
                [W],
                ["Number of staff compliant", 928, 927],
                ["Number of staff eligible", 1161, 1138],
                [B],
                ["Number of staff compliant", 10201, 9729],
                ["Number of staff eligible", 11988, 11412],
            ]
        ),
        [JUN_W, SEP_W, JUN_B, SEP_B],
    ),
    Layout(
        "tables below one another, a course above each",
        _one(
            [
                [W],
                ["Period", "Eligible", "Compliant"],
                [JUN, 1161, 928],
                [SEP, 1138, 927],
                [],
                [B],
                ["Period", "Compliant", "Eligible"],
                [JUN, 10201, 11988],
            ]
        ),
        [JUN_W, SEP_W, JUN_B],
    ),
    Layout(
        "a sheet for each course, and one that is hidden",
        {
            W: [["Period", "Compliant", "Eligible"], [JUN, 928, 1161]],
            B: [["Period", "Compliant", "Eligible"], [JUN, 10201, 11988]],
            "Old": [["Period", "Compliant", "Eligible"], [SEP, 1, 2]],
            "Notes": [["From the learning system"]],
        },
        [JUN_W, JUN_B],
        hidden=["Old"],
        notices=[
            "The hidden sheet “Old” was left out.",
            "The sheet “Notes” was left out: it holds no table of figures.",
        ],
    ),
    Layout(
        "a sheet for each quarter",
        {
            "Q1 2018-19": [["Course", "Trained", "Staff requiring training"], [W, 928, 1161]],
            "Q2 2018-19": [["Course", "Trained", "Staff requiring training"], [W, 927, 1138]],
        },
        [(W, "Q1 2018/19", 928, 1161), (W, "Q2 2018/19", 927, 1138)],
    ),
    Layout(
        "labels above the table",
        _one(
            [
                ["Trust:", "Royal Free London NHS FT"],
                ["Reporting period", JUN],
                ["Date of report", "12 July 2018"],
                [],
                ["Course", "No. of staff trained", "Total number of staff", "% trained", "Target %"],
                [W, "928", "1,161", "79.9 %", 85],
            ]
        ),
        [JUN_W],
    ),
    Layout(
        "dates and texts for periods, thousands and per cent as text",
        _one(
            [
                [*HEAD, "% compliant"],
                [W, date(2018, 6, 30), "928", "1,161", "80 %"],
                [W, "Sep-18", "927", "1 138", 0.8146],
                [W, date(2018, 12, 1), 1007, 1201, "84%"],
            ]
        ),
        [JUN_W, SEP_W, DEC_W],
    ),
    Layout(
        "labels merged downwards",
        _one([HEAD, [W, JUN, 928, 1161], [N, SEP, 927, 1138], [B, JUN, 10201, 11988]]),
        [JUN_W, SEP_W, JUN_B],
        merges=[(2, 1, 3, 1)],
    ),
    Layout(
        "a section row for each course and a footnote",
        _one(
            [
                ["Period", "Compliant", "Eligible"],
                [W],
                [JUN, 928, 1161],
                [B],
                [JUN, 10201, 11988],
                [],
                ["Source: learning system"],
            ]
        ),
        [JUN_W, JUN_B],
        notices=["Row 7 of “Returns” was left out: it holds no figures (“Source: learning system”)."],
    ),
    Layout(
        "headings again on each page, the columns in another order",
        _one(
            [
                HEAD,
                [*JUN_W],
                HEAD,
                [*SEP_W],
                ["Course", "Period", "Eligible", "Compliant"],
                [W, DEC, 1201, 1007],
            ]
        ),
        [JUN_W, SEP_W, DEC_W],
    ),
    Layout(
        "a quarter that is not filled in yet",
        _one(
            [
                ["Course", JUN, N, SEP, N],
                [N, "Compliant", "Eligible", "Compliant", "Eligible"],
                [W, 928, 1161, N, N],
            ]
        ),
        [JUN_W],
        notices=["Under “September 2018” 1 row is empty and no return was read for it."],
    ),
    Layout(
        "percentages that are all exactly 100, and one below 1",
        _one(
            [
                [*HEAD, "% compliant"],
                [W, JUN, 1161, 1161, PerCent(1)],
                [W, SEP, 1138, 1138, PerCent(1)],
                [W, DEC, 9, 1201, PerCent(0.0075)],
            ]
        ),
        [(W, JUN, 1161, 1161), (W, SEP, 1138, 1138), (W, DEC, 9, 1201)],
    ),
    Layout(
        "a title that names the council's staff, and all staff",
        _one([["Clinical and non-clinical staff"], ["Excludes bank staff"], HEAD, [*JUN_W]]),
        [JUN_W],
        notices=[
            "Text above the table was not read: “Clinical and non-clinical staff”, “Excludes bank staff”."
        ],
    ),
    # What reads in two ways, or is wrong, is refused by cell.
    Layout(
        "percentages of exactly 100 where people should be",
        _one([HEAD, [W, JUN, PerCent(1), 1161], [W, SEP, 927, PerCent(1)]]),
        problems=[
            (2, "C", "This is a percentage, not a number of people"),
            (3, "D", "This is a percentage, not a number of people"),
        ],
    ),
    Layout(
        "a title and a note that cut the staff",
        _one([["Clinical staff only"], HEAD, [*JUN_W], ["Figures are of clinical staff only"]]),
        problems=[
            (1, "A", "It is not clear whether this is about a part of the staff"),
            (4, "A", "It is not clear whether this is about a part of the staff"),
        ],
    ),
    Layout(
        "a site named above the table",
        _one([["Site", "Chase Farm"], [], HEAD, [*JUN_W]]),
        problems=[(1, "B", "It is not clear whether this is about a part of the staff")],
    ),
    Layout(
        "percentages where people should be",
        _one([HEAD, [W, JUN, "80%", 1161], [W, SEP, 0.81, 1138]]),
        problems=[
            (2, "C", "This is a percentage, not a number of people"),
            (3, "C", "This is not a whole number"),
        ],
    ),
    Layout(
        "a thousand that could be one",
        _one([HEAD, [W, JUN, "1.000", "1.161"], [W, SEP, "92 7", 1138]]),
        problems=[
            (2, "D", "This is not a whole number"),
            (2, "C", "This is not a whole number"),
            (3, "C", "This is not a whole number"),
        ],
    ),
    Layout(
        "a part of the trust",
        _one([["Site", *HEAD], ["Chase Farm", *JUN_W]]),
        problems=[(2, "A", "This row is about a part of the organisation")],
    ),
    Layout(
        "a section that is no course",
        _one([["Period", "Compliant", "Eligible"], [W], [JUN, 928, 1161], ["Fire safety"], [SEP, 1, 2]]),
        problems=[(4, "A", "It is not clear what the rows below this are about")],
        course=W,
    ),
    Layout(
        "words above the figures that could cut the staff",
        _one([[N, N, "Clinical"], HEAD, [*JUN_W]]),
        problems=[(1, "C", "It is not clear whether this is about a part of the staff")],
    ),
    Layout(
        "a title that speaks of a course, whatever was chosen",
        _one([["WRAP figures of the quarter"], ["Period", "Compliant", "Eligible"], [JUN, 928, 1161]]),
        [JUN_W],
        course=B,
    ),
    Layout(
        "two tables, and neither says its course",
        _one(
            [
                ["Safeguarding"],
                ["Period", "Compliant", "Eligible"],
                [JUN, 1, 2],
                [],
                ["Prevent"],
                ["Period", "Eligible", "Compliant"],
                [SEP, 2, 1],
            ]
        ),
        problems=[(2, "", "No column holds the course"), (6, "", "No column holds the course")],
        course=W,
    ),
    Layout(
        "periods across and only one figure below each",
        _one([["Course", "June 2018 compliant", "Sept 2018 compliant"], [W, 928, 927]]),
        problems=[(1, "", "No column holds the figures")],
    ),
    Layout(
        "a quarter that says no year",
        _one([["Course", "Quarter", "Compliant", "Eligible"], [W, "Q1", 928, 1161], [W, "April 2018", 1, 2]]),
        problems=[
            (2, "B", "This is not a period that can be read"),
            (3, "B", "This is not a period that can be read"),
        ],
    ),
    Layout(
        "the day of the export for a period",
        _one([["Course", "Date", "Compliant", "Eligible"], [W, date(2018, 7, 12), 928, 1161]]),
        problems=[(2, "B", "This is not a period that can be read")],
    ),
    Layout(
        "periods above that do not cover every column",
        _one([["Course", "Eligible", JUN, SEP], [N, N, "Compliant", "Compliant"], [W, 1161, 928, 927]]),
        problems=[
            (2, "B", "The other columns of figures name their period or course, and this one does not")
        ],
    ),
    Layout(
        "another trust beside one's own",
        _one(
            [
                ["Trust", *HEAD],
                ["Royal Free London NHS Foundation Trust", *JUN_W],
                ["Whittington Health", *SEP_W],
            ]
        ),
        problems=[(3, "A", "You can send returns for Royal Free London NHS Foundation Trust only")],
    ),
    Layout(
        "a formula's error",
        _one([HEAD, [W, JUN, "#REF!", 1161]]),
        problems=[(2, "C", "This is not a whole number")],
        # The first tool makes it a cell of errors, which reads as empty.
        tools=("xlsxwriter", "opendocument", "records"),
    ),
    Layout(
        "a wrong cell among measures below one another",
        _one([["Course", "Measure", JUN, SEP], [W, "Meets", 928, 9270], [N, "Grand total", 1161, 1138]]),
        problems=[(2, "D", "It is more than the 1,138 staff who need the course")],
    ),
    Layout(
        "the heading and the row say different periods",
        _one([["Course", "Period", "June 2018 compliant", "June 2018 eligible"], [W, SEP, 928, 1161]]),
        problems=[(2, "B", "The heading says “June 2018” and the row says “September 2018”")],
    ),
]
