"""The demo's schools: invented ones of Buckinghamshire, some trained, some not, some not known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.models import Organisation, OrganisationCode
from partnerships.services.organisations import link_organisation
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from training.enums import SchoolMeasure, SchoolPhase, SchoolState
from training.models import SchoolDetail
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


def load_schools(*, councils: Mapping[str, Council]) -> None:
    """Load the demo's schools. Running it again changes nothing."""
    bucks = councils["buckinghamshire"]
    today = timezone.localdate()
    with service_scope(council=bucks):
        for code, name, kind, phase, area, *days in _SCHOOLS:
            known = OrganisationCode.objects.filter(scheme="Local", code=code).first()
            if known is not None and SchoolDetail.objects.filter(organisation=known.organisation_id).exists():
                continue
            school = known.organisation if known else Organisation.objects.create(name=name, kind=kind)
            if known is None:
                OrganisationCode.objects.create(organisation=school, scheme="Local", code=code)
            link_organisation(council=bucks, organisation=school, by=None)
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
