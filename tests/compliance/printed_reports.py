"""A report that holds everything a report can hold, and the files that are made of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from compliance.models import ReportVersion
from compliance.queries.report_content import Content
from compliance.queries.report_editions import editions_of
from compliance.queries.report_files import attachments_of, word_of, workbook_of
from compliance.queries.report_pages import document_context
from prevent_portal.web.pdf import render_pdf
from prevent_portal.web.report_blocks import Bar, Block, Column

MADE_AT = dt.datetime(2019, 1, 20, 9, 30, tzinfo=dt.UTC)
AS_AT = dt.date(2019, 1, 15)
REASON = "The public interest in withholding it is greater, because the terms are not public."
WORDS = "The board asked for a picture of training across the partnership, and for the reasons behind it."
REGISTER = [Column(name) for name in ("Ref", "Action", "Lead", "Due", "State", "Rating", "Progress")]


def block(key: str, title: str, columns: list[Column], rows: list[list[str]], **more: Any) -> dict[str, Any]:
    """A frozen block."""
    return Block(key, title, columns, rows, source="Action plan", as_at=AS_AT, **more).as_json()


def register(rows: int) -> list[list[str]]:
    """So many actions, each with a reference of its own."""
    return [
        [
            f"{place // 9 + 1}.{place % 9 + 1}", "Brief every ward councillor on the referral route",
            "Head of community safety", "31 March 2019", "In progress", "Amber: some delay",
            f"Note {place}: three of nine briefings held.",
        ]
        for place in range(rows)
    ]  # fmt: skip


TRAINING = block(
    "training",
    "WRAP in the trusts",
    [Column("Period"), Column("Royal Free", numeric=True), Column("Community Healthcare", numeric=True)],
    [["March 2018", "84.7%", "88.2%"], ["June 2018", "85.1%", "Not returned"]],
    bars=[Bar("Royal Free", 84.72, "84.7%"), Bar("Community Healthcare", 88.2, "88.2%")],
    target=85.0,
    trend=[
        {"name": "Royal Free", "values": [84.72, 85.1]},
        {"name": "Community Healthcare", "values": [88.2, None]},
    ],
    trend_labels=["March 2018", "June 2018"],
    notes=["Royal Free was below the target of 85% in March 2018."],
    missing=["Community Healthcare: June 2018 not returned"],
)
COUNTS = block(
    "counts",
    "Counts",
    [Column("Name"), Column("Number", numeric=True)],
    [["Sessions", "1,007"], ["Share", "84.7%"], ["Change", "−3"], ["Of", "7 of 9"], ["=1+1", "-"]],
)
EMPTY = block("empty", "What nobody sent", [Column("Name"), Column("Number", numeric=True)], [])
FOR_BOARDS = block(
    "boards",
    "Figures for boards",
    [Column("Name"), Column("Number", numeric=True)],
    [["Referrals", "4711"]],
    not_public="It holds figures that were released to boards.",
    missing=["Quarter 1: not released to 4711 boards"],
)


def section(key: str, number: str, heading: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One section of a tree."""
    level = 2 if number.count(".") == 1 else 1
    usual = {"kind": "narrative", "exempt": None, "level": level, "missing": [], "sources": []}
    return {"key": key, "number": number, "heading": heading, "parts": list(parts), **usual, **more}


def paragraph(number: str, text: str, **more: Any) -> dict[str, Any]:
    """A paragraph of it."""
    return {"kind": "paragraph", "number": number, "text": text, **more}


def everything(*, rows: int = 16, register_rows: int = 405) -> Content:
    """A tree with every kind of part, an exempt section and two appendices, one of them too long to print."""
    link = [
        {"text": "See "},
        {"text": "the duty guidance", "href": "https://www.gov.uk/prevent-duty"},
        {"text": "."},
    ]
    exempt = {
        "paragraph": 3,
        "words": "Information relating to the financial or business affairs of a person",
        "reason": REASON,
    }
    too_long = block("visits", "Visits", REGISTER, register(register_rows), exceptions=[3, 404])
    return {
        "format": 2,
        "reference": "R7",
        "council": "Leafshire Council",
        "title": "Prevent: quarterly update",
        "committee": "Health and Wellbeing Board",
        "period": "1 October to 31 December 2018",
        "status": "Draft",
        "as_at": AS_AT.isoformat(),
        "header": [["Date", "24 January 2019"], ["Wards", "All"]],
        "sections": [
            section("summary", "", "Summary", paragraph("", WORDS)),
            section(
                "recommendations",
                "1",
                "Recommendations",
                {
                    "kind": "recommendations",
                    "items": [
                        {"kind": "note", "label": "Note", "text": "the progress in table 3"},
                        {"kind": "", "label": "", "text": "See the duty guidance.", "runs": link},
                    ],
                },
            ),
            section(
                "why",
                "2",
                "Why this report is needed",
                paragraph("2.1", "See the duty guidance.", runs=link),
                {"kind": "list", "items": ["Trusts", "Schools & colleges <all>"]},
                {"kind": "heading", "text": "What members said"},
                paragraph("2.2", WORDS),
                {
                    "kind": "table",
                    "number": "Table 1",
                    "caption": "Grants",
                    "head": ["Project", "Amount"],
                    "rows": [["Web guardians", "£12,000"], ["Dialogue", "£7,500"]],
                },
            ),
            section(
                "training",
                "3",
                "Training",
                {
                    "kind": "block", "number": "Table 2", "figure": "Figure 1", "trend_figure": "Figure 2",
                    "block": TRAINING,
                },
                {"kind": "block", "number": "Table 3", "block": FOR_BOARDS},
                sources=["Action plan, as at 15 January 2019"],
                missing=[*TRAINING["missing"], *FOR_BOARDS["missing"]],
            ),
            section("implications", "4", "Implications"),
            section("legal", "4.1", "Legal", paragraph("4.1.1", WORDS)),
            section("equalities", "4.2", "Equalities", {"kind": "gap", "text": "Not written yet."}),
            section(
                "terms",
                "5",
                "Terms of the provider",
                paragraph("5.1", "The provider asks for 9,731 pounds."),
                {"kind": "block", "number": "Table 4", "block": COUNTS},
                exempt=exempt,
                sources=["The contract, as at 15 January 2019"],
                missing=["The 9,731st page"],
            ),
            section(
                "audit",
                "6",
                "Audit trail",
                {
                    "kind": "audit_trail",
                    "rows": [["Lead officer", "Director"]],
                    "consultation": [["Director of Legal", "3 January 2019", "10 January 2019"]],
                    "signatures": [["Lead officer", "B. Person", "20 January 2019"], ["Member", "", ""]],
                },
            ),
            section(
                "plan",
                "Appendix A",
                "Action plan",
                {"kind": "block", "number": "Table 5", "block": block("p", "Plan", REGISTER, register(rows))},
                kind="appendix",
            ),
            section(
                "visits",
                "Appendix B",
                "Visits",
                {"kind": "block", "number": "Table 6", "block": too_long},
                {"kind": "block", "number": "Table 7", "block": COUNTS},
                {"kind": "block", "number": "Table 8", "block": EMPTY},
                kind="appendix",
            ),
        ],
        "sources": ["Action plan, as at 15 January 2019", "The contract, as at 15 January 2019"],
        "missing": ["The 9,731st page"],
    }  # fmt: skip


@dataclass(frozen=True)
class Files:
    """One edition of a report."""

    context: dict[str, Any]
    html: str
    pdf: bytes
    word: bytes
    workbook: bytes


def files_of(content: Content) -> dict[str, Files]:
    """The files of every edition."""
    version = ReportVersion(number=2, made_at=MADE_AT)
    made = {}
    for edition, own in editions_of(content).items():
        context = document_context(version, own, edition)
        marking = context["marking"]
        html = render_to_string("compliance/reports/document.html", context)
        pdf = render_pdf(
            html=html,
            title=context["title"],
            marking=marking,
            created=MADE_AT,
            attachments=attachments_of(own, created=MADE_AT, marking=marking),
        )
        workbook = workbook_of(own, created=MADE_AT, marking=marking)
        made[str(edition)] = Files(context, html, pdf, word_of(context, version), workbook)
    return made
