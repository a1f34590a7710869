"""The targets that a new council may start from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from partnerships.enums import OrganisationKind
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from training.models import Course, Target
from training.services.courses import add_target

COURSE = "home-office-awareness"
KINDS = (OrganisationKind.COUNCIL_SERVICE, OrganisationKind.SCHOOL)
PER_CENT = Decimal(85)
SOURCE = "The council, from its first day on the portal"


def set_starting_targets(*, council: Council, by: User | None, starts_on: date) -> list[Target]:
    """Set the share of 85% for the awareness course, as the NHS has it, for services and schools.

    A kind of organisation that the council has set a target for already keeps it.

    Returns:
        The targets that were set now.
    """
    course = Course.objects.get(council__isnull=True, slug=COURSE)
    present = set(
        Target.objects.filter(council=council, course=course).values_list("organisation_kind", flat=True)
    )
    return [
        add_target(
            council=council,
            by=by,
            course=course,
            organisation_kind=kind,
            starts_on=starts_on,
            per_cent=PER_CENT,
            source=SOURCE,
        )
        for kind in KINDS
        if kind.value not in present
    ]
