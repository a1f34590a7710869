"""Demo reports: five published ones with words of our own, and each council's drafts of today.

Where they stand shows what a report can be: Barnet's and Buckinghamshire's are drafts, Wolverhampton's waits
for advice, Leicestershire's for a signature, and Southwark's is final.
"""

from __future__ import annotations

from django.utils import timezone

from compliance.demo.reports.barnet import BARNET
from compliance.demo.reports.buckinghamshire import BUCKINGHAMSHIRE
from compliance.demo.reports.leicestershire import LEICESTERSHIRE
from compliance.demo.reports.making import bring, open_demo_report, scheduled
from compliance.demo.reports.shape import DemoReport
from compliance.demo.reports.southwark import SOUTHWARK
from compliance.demo.reports.wolverhampton import WOLVERHAMPTON
from compliance.models import ReportSchedule
from compliance.services.report_opening import open_due
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council

REPORTS: dict[str, DemoReport] = {
    report.council: report for report in (BARNET, BUCKINGHAMSHIRE, LEICESTERSHIRE, SOUTHWARK, WOLVERHAMPTON)
}


def load_reports(council: Council, people: dict[str, User]) -> None:
    """Schedule the council's report, make the published one and open the drafts of today. In its scope."""
    demo = REPORTS.get(council.slug)
    if demo is None or ReportSchedule.objects.filter(council=council).exists():
        return
    schedule = scheduled(demo, council, people)
    report = open_demo_report(demo, schedule)
    bring(report, demo, people)
    open_due(council=council, today=timezone.localdate())
