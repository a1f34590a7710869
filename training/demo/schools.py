"""The demo's schools: invented ones of Buckinghamshire, some trained, some not, some not known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.models import CouncilOrganisation, Organisation, OrganisationCode
from partnerships.services.organisations import link_organisation
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from training.enums import SchoolMeasure, SchoolPhase, SchoolState
from training.models import SchoolDetail, SchoolTraining
from training.services.schools import describe_school, record_school_training

_SCHOOL, _COLLEGE = OrganisationKind.SCHOOL, OrganisationKind.COLLEGE
_SCHOOLS = (
    ("BUCKS-S1", "Beechwood Invented Primary School", _SCHOOL, SchoolPhase.PRIMARY, "Wycombe", 200, 300),
    ("BUCKS-S2", "Chalk Hill Invented Primary School", _SCHOOL, SchoolPhase.PRIMARY, "Chiltern", 410, 800),
    ("BUCKS-S3", "Ridgeway Invented Academy", _SCHOOL, SchoolPhase.SECONDARY, "Aylesbury Vale", 120, 90),
    ("BUCKS-S4", "Thames Meadow Invented School", _SCHOOL, SchoolPhase.SECONDARY, "South Bucks", 0, 500),
    ("BUCKS-S5", "Orchard View Invented Special School", _SCHOOL, SchoolPhase.SPECIAL, "Wycombe", 95, None),
    ("BUCKS-S6", "Little Oaks Invented Nursery", _SCHOOL, SchoolPhase.EARLY_YEARS, "Chiltern", None, None),
    ("BUCKS-S7", "Vale Invented Sixth Form College", _COLLEGE, SchoolPhase.POST_16, "Aylesbury Vale", 60, 60),
)
"""Code, name, kind, phase, area, and how many days ago each measure was met: 0 for not, None for unknown."""


_SINCE = date(2020, 4, 1)
"""The first day of the council that took the county's place."""
_COUNTED_ON = date(2018, 2, 20)
_SCHOOLS_OF_2018, _UNTRAINED_IN_2018 = 24, 2
"""Invented schools of the county's last years: all but two had the workshop as a whole, over 90%, and the
lead of each was trained."""


def load_schools(*, councils: Mapping[str, Council]) -> None:
    """Load the demo's schools. Running it again changes nothing."""
    bucks = councils["buckinghamshire"]
    today = timezone.localdate()
    with service_scope(council=bucks):
        _load_schools_of_2018(bucks)
        for code, name, kind, phase, area, *days in _SCHOOLS:
            known = OrganisationCode.objects.filter(scheme="Local", code=code).first()
            if known is not None and SchoolDetail.objects.filter(organisation=known.organisation_id).exists():
                continue
            school = known.organisation if known else Organisation.objects.create(name=name, kind=kind)
            if known is None:
                OrganisationCode.objects.create(organisation=school, scheme="Local", code=code)
            link_organisation(council=bucks, organisation=school, by=None, starts_on=_SINCE)
            describe_school(council=bucks, school=school, phase=phase, area=area, version=0, by=None)
            states = {
                measure: (SchoolState.TRAINED, today - timedelta(days=ago))
                if ago
                else (SchoolState.NOT_TRAINED, None)
                for measure, ago in zip(SchoolMeasure, days, strict=True)
                if ago is not None
            }
            if states:
                record_school_training(council=bucks, schools=[school], known=states, by=None)


def _load_schools_of_2018(council: Council) -> None:
    """Schools as the county counted them for its report of 2018, linked until the county came to its end."""
    names = [f"Invented School {number} of 2018" for number in range(1, _SCHOOLS_OF_2018 + 1)]
    if Organisation.objects.filter(name=names[0]).exists():
        return
    schools = Organisation.objects.bulk_create(
        Organisation(name=name, kind=_SCHOOL, kept_by=council) for name in names
    )
    CouncilOrganisation.objects.bulk_create(
        CouncilOrganisation(
            council=council, organisation=school, starts_on=date(2015, 7, 1), ends_on=date(2020, 3, 31)
        )
        for school in schools
    )
    SchoolTraining.objects.bulk_create(
        SchoolTraining(
            council=council,
            organisation=school,
            measure=measure,
            state=SchoolState.TRAINED if trained else SchoolState.NOT_TRAINED,
            trained_on=date(2017, 6, 1) if trained else None,
            recorded_at=timezone.make_aware(datetime.combine(_COUNTED_ON, time(10))),
        )
        for place, school in enumerate(schools)
        for measure, trained in (
            (SchoolMeasure.WHOLE_SCHOOL, place >= _UNTRAINED_IN_2018),
            (SchoolMeasure.LEAD, True),
        )
    )
