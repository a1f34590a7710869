"""The report of any council: every cell equals a calculation made here from the council's own data.

The councils are invented from seeds. Two are in each run; any other seed may be tried, and some hundreds are.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, time
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, Decimal, localcontext
from functools import partial
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from compliance.models import EditionItem, Report, ReportSchedule, ReportTemplate, TemplateSection
from compliance.queries.reports import content_of
from compliance.services.renditions import request_rendition, work
from compliance.services.report_opening import open_report
from compliance.services.reports import freeze
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web import numbers
from prevent_portal.web.quarters import Quarter
from tests.compliance import calculated_reports as calculated
from tests.compliance.calculated_reports import Calculated
from tests.compliance.invented_councils import InventedCouncil, invent, store
from tests.factories import CouncilFactory, member
from tests.figures import RecordFigure
from tests.tagged_text import TaggedPdf

pytestmark = pytest.mark.django_db

BLOCKS = (
    "action_plan_progress",
    "action_plan_register",
    "duty_checklist",
    "duty_checklist_changes",
    "scrutiny_recommendations",
    "training_returns",
    "training_services",
    "training_trend",
    "training_below_target",
    "training_sessions",
)
MANY = 200
HALVES = 4
"""A seed whose council returned shares that end in exactly a half."""


@dataclass
class Reported:
    """An invented council with the schedule of a report that holds every block in one section."""

    made: InventedCouncil
    council: Council
    author: User
    schedule: ReportSchedule

    def content(self) -> dict[str, Any]:
        """What the report on its quarter says as at its day."""
        with service_scope(council=self.council), self._on_its_day():
            return content_of(self.council, self._report())

    def document(self) -> TaggedPdf:
        """The same as the portal's renderer draws it."""
        with service_scope(council=self.council), self._on_its_day():
            frozen = freeze(report=self._report(), by=self.author)
            _, job, _ = request_rendition(report=frozen, by=self.author)
        drawn, *_ = work(job, lambda percent, step: None)
        return TaggedPdf(drawn.content)

    def _report(self) -> Report:
        quarter = Quarter(self.made.year, self.made.quarter)
        return open_report(schedule=self.schedule, quarter=quarter)[0]

    def _on_its_day(self) -> time_machine.travel:
        at = datetime.combine(self.made.as_at, time(15), tzinfo=timezone.get_current_timezone())
        return time_machine.travel(at, tick=False)


def set_up(seed: int) -> Reported:
    made = invent(seed)
    council = CouncilFactory.create(name=f"Council of seed {seed}")
    author = member(council, Role.COORDINATOR)
    store(made, council, author, member(council, Role.COORDINATOR))
    with service_scope(council=council):
        template = ReportTemplate.objects.create(council=council, name="Everything")
        TemplateSection.objects.create(
            council=council,
            template=template,
            position=1,
            key="figures",
            heading="Figures",
            kind="blocks",
            blocks=list(BLOCKS),
        )
        schedule = ReportSchedule.objects.create(
            council=council,
            template=template,
            title="Report",
            committee="Committee",
            starts_on=made.period[0],
        )
    return Reported(made, council, author, schedule)


def printed(content: dict[str, Any]) -> list[Calculated]:
    """The tables of the report in its order."""
    blocks = [
        part["block"]
        for section in content["sections"]
        for part in section["parts"]
        if part["kind"] == "block"
    ]
    return [
        Calculated(
            block["title"],
            [column["heading"] for column in block["columns"]],
            block["rows"],
            block["notes"],
            block["missing"],
        )
        for block in blocks
    ]


def due(made: InventedCouncil) -> list[Calculated]:
    """The tables that the report must have, in order."""
    items = [
        calculated.Item(item.ref, item.workstream, item.title)
        for item in EditionItem.objects.filter(
            edition__code="guidance-2015", part="local_authority"
        ).order_by("order")
    ]
    return [
        *calculated.plan_tables(made),
        *calculated.register_tables(made),
        *calculated.checklist_tables(made, items),
        *calculated.changes_tables(made, items),
        *calculated.scrutiny_tables(made),
        *calculated.returns_tables(made),
        *calculated.services_tables(made),
        *calculated.trend_tables(made),
        *calculated.below_tables(made),
        *calculated.sessions_tables(made),
    ]


def differences(found: list[Calculated], wanted: list[Calculated]) -> list[str]:
    """Every cell, sentence and gap in which two lists of tables differ."""
    said = []
    if [each.title for each in found] != [each.title for each in wanted]:
        said.append(f"tables {[each.title for each in found]} for {[each.title for each in wanted]}")
    for one, other in zip(found, wanted, strict=False):
        parts = [(getattr(one, part), getattr(other, part)) for part in ("head", "notes", "missing")]
        rows: Any = itertools.zip_longest(one.rows, other.rows, fillvalue=[])
        said += [f"{other.title}: {mine} for {theirs}" for mine, theirs in (*parts, *rows) if mine != theirs]
    return said


def check(one: Reported) -> list[Calculated]:
    """Fail with every difference there is; return the tables that were compared."""
    wanted = due(one.made)
    if said := differences(printed(one.content()), wanted):
        pytest.fail("\n".join([f"The council of seed {one.made.seed} differs:", *said]))
    return wanted


def without_breaks(rows: list[list[str]]) -> list[list[str]]:
    """Cells without any space: where a line of print ends inside a word, none was left out."""
    return [["".join(cell.split()) for cell in row] for row in rows]


def cells_of(tables: list[Calculated]) -> int:
    return sum(len(row) for table in tables for row in table.rows)


def test_every_cell_of_two_councils_reports_is_as_calculated_from_their_own_data() -> None:
    """Both lie in one database, so that nothing of the one may be counted for the other."""
    both = [set_up(seed) for seed in (7, 14)]
    for one in both:
        assert cells_of(check(one)) > 100


def test_a_wrong_rule_of_rounding_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    one = set_up(HALVES)
    check(one)
    for rounding in (ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_DOWN):
        monkeypatch.setattr(numbers, "rounded_half_up", partial(rounded, rounding))
        with pytest.raises(pytest.fail.Exception, match="differs"):
            check(one)


def rounded(rounding: str, value: numbers.Number, decimals: int = 0) -> Decimal:
    exact = numbers.exact(value)
    with localcontext(prec=40):
        quotient = Decimal(exact.numerator) / exact.denominator
        return quotient.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)


@pytest.mark.figures("councils generated at random", only=True)
@pytest.mark.parametrize("first", range(0, MANY, 20))
def test_every_cell_of_any_councils_report_is_as_calculated(first: int, record_figure: RecordFigure) -> None:
    cells = tables = 0
    for seed in range(first, first + 20):
        one = set_up(seed)
        wanted = check(one)
        if seed == first:
            drawn = {table.caption.split(": ", 1)[-1]: table for table in one.document().tables}
            for table in wanted:
                assert without_breaks(drawn[table.title].rows) == without_breaks(table.rows), (
                    f"seed {seed}, {table.title}"
                )
        cells, tables = cells + cells_of(wanted), tables + len(wanted)
    record_figure(
        "councils generated at random",
        {"councils": 20, "tables": tables, "cells": cells, "cells that differ": 0},
        control="with halves rounded down, or to the nearest even number, cells differ",
    )
