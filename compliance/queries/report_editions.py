"""The editions of a report, from one content: what everybody may read, and what is kept from the public.

A section is exempt with a paragraph of Schedule 12A to the Local Government Act 1972 (section 100A(4)). Both
editions keep the numbers of the whole, so that a reference means the same in each.
"""

from __future__ import annotations

from typing import Any

from compliance.queries.report_content import Content

Section = dict[str, Any]


def public_content(content: Content) -> Content:
    """What everybody may read: of an exempt section only its heading and the paragraph that exempts it.

    Its words, figures, sources, gaps and the reason for withholding it are left out.
    """
    if not _has_exempt(content):
        return content
    sections = [_withheld(section) if section.get("exempt") else section for section in content["sections"]]
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


def _of_sections(sections: list[Section]) -> dict[str, list[str]]:
    """Sources and gaps of some sections, as the whole report lists them."""
    return {
        name: list(dict.fromkeys(line for section in sections for line in section[name]))
        for name in ("sources", "missing")
    }
