"""What a demo report is: a published report's committee, day and header, with words of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from prevent_portal.web.quarters import Quarter


class Stage(StrEnum):
    """How far the demo brings a report."""

    DRAFT = "draft"
    FROZEN = "frozen"
    HANDED_IN = "handed_in"
    FINAL = "final"


@dataclass(frozen=True)
class Advice:
    """Advice that was sought on a section, and on which days.

    Args:
        person: e-mail address of the officer, as in ``DemoReport``.
        words: what the officer writes into the section; empty where the author's words stand.
        included_on: the day the author took it in; None while it is waited for.
    """

    section: str
    title: str
    person: str
    sought_on: date
    included_on: date | None = None
    words: str = ""


@dataclass(frozen=True)
class DemoReport:
    """One council's report.

    Args:
        shape: key of the shipped template.
        reported_on: the day on which its figures were taken and it was signed.
        words: by section key; they come after what the section starts with.
        nothing: keys of sections whose answer is "None identified".
        headings, blocks: of the council's own copy of the template, by section key, where they differ from
            the shipped ones.
        without: keys of sections that the council's copy leaves out.
        signatories: e-mail addresses in the council's order, after the author.
        finaliser: e-mail address of whoever makes it final.
    """

    council: str
    shape: str
    title: str
    committee: str
    quarter: Quarter
    meeting_on: date
    reported_on: date
    header: Mapping[str, str]
    words: Mapping[str, str]
    nothing: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ("channel-exempt",)
    advice: tuple[Advice, ...] = ()
    signatories: tuple[str, ...] = ()
    finaliser: str = ""
    stage: Stage = Stage.DRAFT
