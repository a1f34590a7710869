"""The editions of a report, from one content: what everybody may read, and what is kept from the public.

A section is exempt with a paragraph of Schedule 12A to the Local Government Act 1972 (section 100A(4)). Both
editions keep the numbers of the whole, so that a reference means the same in each.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from compliance.enums import ReportEdition
from compliance.queries.report_content import Content
from prevent_portal.web.dates import british_date

Section = dict[str, Any]


def editions_of(content: Content) -> dict[str, Content]:
    """What each file of a version holds: the public edition, and the exempt one if there is any."""
    exempt = exempt_content(content)
    return {
        ReportEdition.PUBLIC: public_content(content),
        **({ReportEdition.EXEMPT: exempt} if exempt is not None else {}),
    }


def public_content(content: Content) -> Content:
    """What everybody may read: of an exempt section only its heading and the paragraph that exempts it.

    Its words, figures, sources, gaps and the reason for withholding it are left out; so are figures that may
    stand in an exempt section only and do not (rule 8 of the product), with a sentence in their place.
    """
    sections = [
        _withheld(section) if section.get("exempt") else _without_withheld_blocks(section)
        for section in content["sections"]
    ]
    if sections == content["sections"]:
        return content
    return {**content, "sections": sections, **_of_sections(sections)}


def exempt_content(content: Content) -> Content | None:
    """The exempt sections alone, None if the report has none."""
    if not _has_exempt(content):
        return None
    sections = [section for section in content["sections"] if section.get("exempt")]
    return {**content, "sections": sections, **_of_sections(sections)}


def _has_exempt(content: Content) -> bool:
    return any(section.get("exempt") for section in content["sections"])


def _withheld(section: Section) -> Section:
    paragraph, words = section["exempt"]["paragraph"], section["exempt"]["words"]
    text = f"Exempt: paragraph {paragraph} of Schedule 12A to the Local Government Act 1972. {words}."
    return {
        **section,
        "exempt": {"paragraph": paragraph, "words": words, "reason": ""},
        "parts": [{"kind": "paragraph", "number": "", "text": text}],
        "sources": [],
        "missing": [],
    }


def _without_withheld_blocks(section: Section) -> Section:
    withheld = [part for part in section["parts"] if _is_withheld(part)]
    if not withheld:
        return section
    kept = [part["block"] for part in section["parts"] if part["kind"] == "block" and not _is_withheld(part)]
    gone = {line for part in withheld for line in part["block"]["missing"]}
    return {
        **section,
        "parts": [_left_out(part) if _is_withheld(part) else part for part in section["parts"]],
        "sources": list(dict.fromkeys(_source(block) for block in kept)),
        "missing": [line for line in section["missing"] if line not in gone],
    }


def _is_withheld(part: dict[str, Any]) -> bool:
    return part["kind"] == "block" and bool(part["block"].get("not_public"))


def _left_out(part: dict[str, Any]) -> dict[str, Any]:
    title, reason = part["block"]["title"], part["block"]["not_public"]
    return {"kind": "gap", "text": f"{part['number']}, “{title}”, is not in the public edition. {reason}"}


def _source(block: dict[str, Any]) -> str:
    return f"{block['source']}, as at {british_date(date.fromisoformat(block['as_at']))}"


def _of_sections(sections: list[Section]) -> dict[str, list[str]]:
    """Sources and gaps of some sections, as the whole report lists them."""
    return {
        name: list(dict.fromkeys(line for section in sections for line in section.get(name, ())))
        for name in ("sources", "missing")
    }
