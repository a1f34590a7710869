"""Reports for tests: a council with a committee's schedule, and its author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from compliance.models import Report, ReportSchedule, ReportSection
from compliance.services.report_opening import open_report
from compliance.services.report_templates import copy_shipped, schedule_report
from compliance.services.reports import freeze
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.quarters import Quarter
from tests.factories import CouncilFactory, member

Q3 = Quarter(2018, 3)


@dataclass
class Committee:
    """A council, its coordinator who is the author, and the schedule of a committee's report."""

    council: Council
    author: User
    schedule: ReportSchedule

    def open(self, quarter: Quarter = Q3) -> Report:
        with service_scope(council=self.council):
            return open_report(schedule=self.schedule, quarter=quarter)[0]

    def frozen(self, quarter: Quarter = Q3) -> Report:
        report = self.open(quarter)
        with service_scope(council=self.council):
            return freeze(report=report, by=self.author)

    def sections(self, report: Report) -> dict[str, ReportSection]:
        with service_scope(council=self.council):
            return {
                section.key: section
                for section in ReportSection.objects.filter(report=report).select_related("report")
            }

    def fresh(self, report: Report) -> Report:
        with service_scope(council=self.council):
            return Report.objects.select_related("council").get(pk=report.pk)


def committee(*, shape: str = "health-and-wellbeing", starts_on: date = date(2018, 4, 1)) -> Committee:
    """A council of its own whose coordinator writes a quarterly report."""
    council = CouncilFactory.create()
    author = member(council, Role.COORDINATOR)
    with service_scope(council=council):
        template = copy_shipped(council=council, key=shape, by=None)
        schedule = schedule_report(
            council=council,
            by=None,
            template=template,
            title="Prevent: quarterly update",
            committee="Health and Wellbeing Board",
            author=author,
            header={"wards": "All"},
            starts_on=starts_on,
        )
    schedule.council = council
    return Committee(council, author, schedule)
