"""Reads of what a council has published, and of the archive of its final reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.text import slugify

from compliance.enums import ReportEdition, ReportFormat, ReportState
from compliance.models import Publication, Report, ReportRendition, ReportVersion
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.quarters import Quarter, QuarterSpan

Dated = TypeVar("Dated", Publication, Report)
"""What has a title, a committee and a period to be searched by."""


@dataclass(frozen=True)
class Address:
    """Where publications of one report and of its corrections stand, for good."""

    committee_slug: str
    period_slug: str


def publication_of(report: Report) -> Publication | None:
    """The publication of a report, withdrawn or standing."""
    return (
        Publication.objects.filter(council=report.council_id, report=report)
        .select_related("council", "published_by", "withdrawn_by")
        .defer("content")
        .first()
    )


def published_correction_of(report: Report) -> Publication | None:
    """What was published, withdrawn or not, of a report that puts this one right, however many steps on."""
    later = Report.objects.filter(council=report.council_id, corrects=report).defer("snapshot").first()
    while later is not None:
        found = (
            Publication.objects.filter(council=report.council_id, report=later)
            .select_related("report")
            .defer("content", "report__snapshot")
            .first()
        )
        if found is not None:
            return found
        later = Report.objects.filter(council=report.council_id, corrects=later).defer("snapshot").first()
    return None


def publishable_file(report: Report, version: ReportVersion | None) -> ReportRendition | None:
    """The PDF of the public edition of a final report's last version, once it is made. Without its bytes."""
    return (
        ReportRendition.objects.filter(
            council=report.council_id,
            version=version,
            edition=ReportEdition.PUBLIC,
            format=ReportFormat.PDF,
        )
        .defer("content")
        .first()
        if version is not None
        else None
    )


def address_for(report: Report) -> Address:
    """The address of a report: that of the report it corrects, else a new one of its committee and period.

    A second report to the same committee on the same period gets a number behind the period.
    """
    corrected = report.corrects
    while corrected is not None:
        found = Publication.objects.filter(council=report.council_id, report=corrected).first()
        if found is not None:
            return Address(found.committee_slug, found.period_slug)
        corrected = corrected.corrects
    committee = slugify(report.committee)[:80].strip("-") or "committee"
    period = slug_of(report.period_start, report.period_end)
    taken = set(
        Publication.objects.filter(council=report.council_id, committee_slug=committee).values_list(
            "period_slug", flat=True
        )
    )
    slug, number = period, 1
    while slug in taken:
        number += 1
        slug = f"{period}-{number}"
    return Address(committee, slug)


def slug_of(period_start: date, period_end: date) -> str:
    """2018-19-q3 for a quarter, and the two days for any other period."""
    quarter = Quarter.of(period_start)
    if (quarter.start, quarter.end) == (period_start, period_end):
        return f"{quarter.year}-{(quarter.year + 1) % 100:02d}-q{quarter.number}"
    return f"{period_start.isoformat()}-to-{period_end.isoformat()}"


def next_ordinal(council: Council, address: Address) -> int:
    highest = (
        at_address(council, address.committee_slug, address.period_slug)
        .order_by("-ordinal")
        .values_list("ordinal", flat=True)
        .first()
    )
    return (highest or 0) + 1


def at_address(council: Council, committee_slug: str, period_slug: str) -> QuerySet[Publication]:
    """Everything that was ever published at an address, newest first, without contents."""
    return (
        Publication.objects.filter(council=council, committee_slug=committee_slug, period_slug=period_slug)
        .defer("content")
        .order_by("-ordinal")
    )


def standing_at(council: Council, committee_slug: str, period_slug: str) -> list[Publication]:
    """What stands at an address, newest first, with its file but without contents and bytes."""
    return list(
        at_address(council, committee_slug, period_slug)
        .filter(withdrawn_at__isnull=True)
        .select_related("rendition")
        .defer("content", "rendition__content")
    )


def standing_publications(
    council: Council, *, committee_slug: str = "", words: str = "", period: str = ""
) -> QuerySet[Publication]:
    """What a council publishes today, newest period first: of each address the last that stands.

    Args:
        committee_slug: of one committee; every committee unless told.
        words: each of them in the title or in the committee's name.
        period: of one period, as :func:`slug_of` writes it.
    """
    newest = (
        Publication.objects.filter(council=council, withdrawn_at__isnull=True)
        .order_by("committee_slug", "period_slug", "-ordinal")
        .distinct("committee_slug", "period_slug")
        .values("pk")
    )
    found = Publication.objects.filter(council=council, pk__in=newest).defer("content")
    if committee_slug:
        found = found.filter(committee_slug=committee_slug)
    return _narrowed(found, words, period).order_by("-period_end", "committee", "title", "pk")


def archived_reports(
    reports: QuerySet[Report], *, committee: str = "", words: str = "", period: str = ""
) -> QuerySet[Report]:
    """Final reports, newest period first, narrowed as :func:`standing_publications` is."""
    found = reports.filter(state=ReportState.FINAL).defer("snapshot", "publication__content")
    if committee:
        found = found.filter(committee=committee)
    return (
        _narrowed(found, words, period)
        .select_related("publication")
        .order_by("-period_end", "committee", "-number")
    )


def _narrowed(found: QuerySet[Dated], words: str, period: str) -> QuerySet[Dated]:
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(committee__icontains=word))
    days = days_of(period)
    if days is not None:
        found = found.filter(period_start=days[0], period_end=days[1])
    return found


def days_of(period: str) -> tuple[date, date] | None:
    """The first and last day that a period's slug means, None for no period."""
    try:
        if "-to-" in period:
            start, end = period.split("-to-")
            return date.fromisoformat(start), date.fromisoformat(end)
        year, _, quarter = period.partition("-q")
        found = Quarter(int(year[:4]), int(quarter))
        return found.start, found.end
    except (ValueError, KeyError):
        return None


def periods_of(days: Iterable[tuple[date, date]]) -> list[tuple[str, str]]:
    """Choices of periods: slug and words, newest first, each once."""
    found = sorted(set(days), key=lambda one: (one[1], one[0]), reverse=True)
    return [(slug_of(start, end), period_words(start, end)) for start, end in found]


def period_words(start: date, end: date) -> str:
    quarters = QuarterSpan.of(start, end)
    if (quarters.start, quarters.end) == (start, end):
        return str(quarters)
    return f"{british_date(start)} to {british_date(end)}"
