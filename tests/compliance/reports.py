"""Reports for tests: a council with a committee's schedule, and its author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from compliance.models import Report, ReportSchedule, ReportSection, SignOff
from compliance.services.report_opening import open_report
from compliance.services.report_schedules import schedule_report
from compliance.services.report_sections import write_section
from compliance.services.report_templates import copy_shipped
from compliance.services.reports import finalise, freeze
from compliance.services.sign_offs import hand_in, name_signatory, sign
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

    def write_everything(self, report: Report) -> None:
        """Put words into every required section that has none."""
        for section in self.sections(report).values():
            if section.required and not section.narrative:
                with service_scope(council=self.council):
                    write_section(
                        section=section,
                        by=self.author,
                        narrative="Words.",
                        none_identified=False,
                        version=section.version,
                    )

    def ready_to_sign(self, report: Report) -> list[User]:
        """Write and freeze the report, and name who signs it: those people, in order, after the author."""
        self.write_everything(report)
        with service_scope(council=self.council):
            if self.fresh(report).as_at is None:
                freeze(report=report, by=self.author)
            places = SignOff.objects.filter(report=report, position__gt=0).order_by("position")
            signatories = [member(self.council, Role.CABINET_MEMBER) for _ in places]
            for place, person in zip(places, signatories, strict=True):
                name_signatory(report=report, position=place.position, person=person, by=self.author)
        return signatories

    def sign_everything(self, report: Report) -> list[User]:
        """Take the report through its sign-off, and return who signed after the author."""
        signatories = self.ready_to_sign(report)
        with service_scope(council=self.council):
            version = hand_in(report=report, by=self.author)
            for person in signatories:
                sign(report=report, by=person, sha256=version.sha256)
        return signatories

    def final(self, quarter: Quarter = Q3) -> Report:
        """A report that everybody signed and that a second coordinator made final."""
        report = self.open(quarter)
        self.sign_everything(report)
        with service_scope(council=self.council):
            return finalise(report=report, by=member(self.council, Role.COORDINATOR))

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
