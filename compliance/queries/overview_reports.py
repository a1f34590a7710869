"""What committee reports and the risk assessment say on the overview."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import Report
from compliance.queries.publications import standing_publications
from compliance.queries.risks import publishable_of
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date, day_after
from prevent_portal.web.numbers import number
from prevent_portal.web.overview_parts import Data
from prevent_portal.web.overview_shapes import Shape, dated, linked, section, table, tagged, tile, to

MOST = 6
"""Reports that the overview lists, the latest first."""
PUBLISHED = "Published reports"


def drafts_part(council: Council, as_at: date) -> Data:
    """Reports that are being written and their state, for those who may read drafts. Two queries."""
    unfinished = Report.objects.filter(council=council, opened_at__lt=day_after(as_at)).filter(
        Q(final_at__isnull=True) | Q(final_at__gte=day_after(as_at))
    )
    found = unfinished.filter(period_end__lt=as_at).aggregate(
        waiting=Count("pk"), late=Count("pk", filter=Q(due_on__lt=as_at))
    )
    waiting, late = found["waiting"], found["late"]
    rows = list(
        unfinished.order_by("due_on", "number").values_list("pk", "title", "committee", "state", "due_on")[
            :MOST
        ]
    )
    return {
        "tiles": [
            tile(
                80,
                number(waiting),
                "Report to finish" if waiting == 1 else "Reports to finish",
                to("reports"),
                tone="attention" if late else "good",
                note=f"{number(late)} past the due date" if late else "None past the due date",
            )
        ],
        "sections": [
            section(
                80,
                "Reports being written",
                table=_drafts_table(rows, as_at),
                to=to("reports"),
                link="See the reports",
                in_print=False,
            )
        ]
        if rows
        else [],
    }


def _drafts_table(rows: Sequence[tuple[object, str, str, str, date | None]], as_at: date) -> Shape:
    return table(
        "Reports being written",
        ["Report", "State", "Due"],
        [
            [
                linked(title, to("report", key), hint=committee),
                tagged(
                    # Of a past day nobody can tell whether the figures were frozen by then.
                    ReportState(state).label if as_at >= timezone.localdate() else "Being written",
                    "yellow" if state == ReportState.DRAFT else "blue",
                ),
                [dated(due_on), tagged("Late", "red")] if due_on and due_on < as_at else dated(due_on),
            ]
            for key, title, committee, state, due_on in rows
        ],
    )


def final_part(council: Council, as_at: date) -> Data:
    """The reports that were made final last, for whoever reads final reports. One query."""
    rows = list(
        Report.objects.filter(council=council, final_at__lt=day_after(as_at))
        .order_by("-final_at", "-number")
        .values_list("pk", "title", "committee", "final_at")[:MOST]
    )
    if not rows:
        return {}
    return {
        "sections": [
            section(
                81,
                "Final reports",
                table=table(
                    "Final reports",
                    ["Report", "Committee", "Final since"],
                    [
                        [linked(title, to("report", key)), committee, dated(timezone.localdate(moment))]
                        for key, title, committee, moment in rows
                    ],
                ),
                to=to("report-archive"),
                link="Search the archive of final reports",
                in_print=False,
            )
        ]
    }


def published_part(access: CouncilAccess, today: date) -> Data:
    """What the council has published, for somebody who reads nothing more of its reports. One query."""
    rows = list(
        standing_publications(access.council).values_list(
            "title", "committee", "committee_slug", "period_slug", "published_at"
        )[:MOST]
    )
    return {
        "sections": [
            section(
                10,
                PUBLISHED,
                words=[] if rows else ["No report has been published yet."],
                table=table(
                    PUBLISHED,
                    ["Report", "Committee", "Published"],
                    [
                        [
                            linked(title, to("published-report", committee_slug, period_slug)),
                            committee,
                            dated(timezone.localdate(moment)),
                        ]
                        for title, committee, committee_slug, period_slug, moment in rows
                    ],
                )
                if rows
                else None,
                to=to("published"),
                link="See every published report",
            )
        ]
    }


def risks_part(council: Council, as_at: date) -> Data:
    """How many local risks have a summary that may be published; the register itself shows no figure."""
    approved = [risk.approved_on for risk in publishable_of(council) if risk.approved_on <= as_at]
    if not approved:
        return {}
    return {
        "tiles": [
            tile(
                40,
                number(len(approved)),
                "Local risk summarised" if len(approved) == 1 else "Local risks summarised",
                to("risks"),
                note=f"Approved for publication, the last on {british_date(max(approved))}",
            )
        ]
    }
