"""The demo's training returns: Barnet's published figures of 2018, accepted.

The Royal Free's return of December 2018 is left out, so that somebody can send it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from partnerships.models import Organisation, OrganisationCode
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from training.demo.figures import PUBLISHED, PublishedReturn
from training.enums import PeriodKind, ReturnState
from training.models import Course, ExpectedReturn, TrainingReturn
from training.services.grants import share_returns
from training.services.reviews import review_return

_LEFT_TO_SEND = ("RAL", date(2018, 12, 31))
_SHARED_FROM = date(2018, 1, 1)
_WHOLE_YEAR = (date(2018, 1, 1), date(2018, 12, 31))
_NINE_MONTHS = (date(2018, 4, 1), date(2018, 12, 31))
_EXPECTED = (
    ("RRP", "wrap", True, _NINE_MONTHS),
    ("RYX", "wrap", False, _NINE_MONTHS),
    ("RAL", "wrap", False, _WHOLE_YEAR),
    ("RAL", "basic-awareness", False, _WHOLE_YEAR),
)


def load_returns(
    *, councils: Mapping[str, Council], left_to_send: tuple[str, date] | None = _LEFT_TO_SEND
) -> None:
    """Load the demo's returns after the demo's organisations. Running it again changes nothing.

    Args:
        left_to_send: code of an organisation and end of a quarter whose returns are left out.
    """
    barnet = councils["barnet"]
    codes = {each.code for each in PUBLISHED}
    organisations = {
        code.code: code.organisation
        for code in OrganisationCode.objects.filter(code__in=codes).select_related("organisation")
    }
    courses = {course.slug: course for course in Course.objects.all()}
    with service_scope(council=barnet):
        for code in sorted({each.code for each in PUBLISHED if not each.for_council}):
            share_returns(organisation=organisations[code], council=barnet, by=None, starts_on=_SHARED_FROM)
        for code, slug, for_council, (starts_on, ends_on) in _EXPECTED:
            ExpectedReturn.objects.get_or_create(
                council=barnet,
                organisation=organisations[code],
                course=courses[slug],
                starts_on=starts_on,
                defaults={"ends_on": ends_on, "council_staff_only": for_council},
            )
        for published in PUBLISHED:
            if (published.code, published.end) != left_to_send:
                _accept(published, barnet, organisations[published.code], courses[published.course])


def _accept(published: PublishedReturn, council: Council, organisation: Organisation, course: Course) -> None:
    place = council.name.removeprefix("London Borough of ").strip()
    made, created = TrainingReturn.objects.get_or_create(
        council=council if published.for_council else None,
        organisation=organisation,
        course=course,
        period_from=published.start,
        period_to=published.end,
        version=1,
        defaults={
            "scope": _scope(published, place),
            "period_kind": published.kind,
            "eligible": published.eligible,
            "compliant": published.compliant,
            "sessions": published.sessions,
            "submitted_at": _morning(published.end + timedelta(days=15)),
        },
    )
    if created:
        review_return(
            training_return=made,
            council=council,
            state=ReturnState.ACCEPTED,
            comment="",
            by=None,
            # In its own days, so that a report as at a day of that time holds it.
            at=made.submitted_at + timedelta(days=5),
        )


def _scope(published: PublishedReturn, place: str) -> str:
    if published.kind == PeriodKind.FREE:
        return "Whole service"
    return f"{place}-based staff" if published.for_council else "Whole organisation"


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=timezone.get_current_timezone())
