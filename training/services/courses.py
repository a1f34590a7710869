"""A council's own courses and targets. The national ones are everybody's and change with the portal alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from partnerships.enums import OrganisationKind
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from training.enums import Delivery, Tier
from training.models import Course, Target
from training.policies.courses import check_course_names
from training.queries.courses import names_in_use

_COURSE_LABELS = {
    "name": "Name",
    "also_known_as": "Also known as",
    "tier": "What it is for",
    "delivery": "How it is given",
    "refresh_months": "Months until a refresher",
    "is_historic": "Historic",
}
_TARGET_LABELS = {
    "per_cent": "Target",
    "starts_on": "First day",
    "ends_on": "Last day",
    "source": "Source",
}


def add_course(
    *,
    council: Council,
    by: User | None,
    name: str,
    also_known_as: Sequence[str] = (),
    tier: Tier = Tier.LOCAL,
    delivery: Delivery,
    refresh_months: int | None = None,
    is_historic: bool = False,
) -> Course:
    """Add a course of the council's own.

    Raises:
        PolicyError: for a name that means another course to the council already.
    """
    others = _names(also_known_as)
    with transaction.atomic():
        # Two people who add a course at the same moment take turns.
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        check_course_names(name=name.strip(), others=others, in_use=names_in_use(council))
        course = Course.objects.create(
            council=council,
            slug=_slug(council, name),
            name=name.strip(),
            also_known_as=others,
            tier=tier,
            delivery=delivery,
            refresh_months=refresh_months,
            is_historic=is_historic,
        )
        record(action="training.course_added", subject=course, details={"name": course.name})
    return course


def change_course(
    *,
    course: Course,
    by: User,
    version: int,
    name: str,
    also_known_as: Sequence[str],
    tier: Tier,
    delivery: Delivery,
    refresh_months: int | None,
    is_historic: bool,
) -> Course:
    """Change a course of the council's own.

    Args:
        version: of the course as the person saw it.

    Raises:
        StaleVersion: if somebody saved since.
        PolicyError: for a national course, or a name that means another course.
    """
    wanted = {
        "name": name.strip(),
        "also_known_as": _names(also_known_as),
        "tier": tier,
        "delivery": delivery,
        "refresh_months": refresh_months,
        "is_historic": is_historic,
    }
    with transaction.atomic():
        council = _owner(course.council)
        locked = Course.objects.select_for_update(no_key=True).get(council=council, pk=course.pk)
        require_version(locked, version, wanted, _COURSE_LABELS)
        check_course_names(
            name=name.strip(),
            others=_names(also_known_as),
            in_use=names_in_use(council, without=locked.pk),
        )
        changed = save_next(locked, wanted)
        if changed:
            record(action="training.course_changed", subject=locked, details={"fields": sorted(changed)})
    return locked


def add_target(
    *,
    council: Council,
    by: User | None,
    course: Course,
    organisation_kind: OrganisationKind,
    starts_on: date,
    per_cent: Decimal,
    source: str,
    ends_on: date | None = None,
) -> Target:
    """Set a target for the council's own reading; it goes before the national one from its first day.

    Raises:
        PolicyError: for a share outside 1 to 100, no source, or a day that has one already.
    """
    _check_target(per_cent, source, starts_on, ends_on)
    try:
        with transaction.atomic():
            target = Target.objects.create(
                council=council,
                course=course,
                organisation_kind=organisation_kind,
                starts_on=starts_on,
                ends_on=ends_on,
                per_cent=per_cent,
                source=source.strip(),
            )
            record(
                action="training.target_set",
                subject=target,
                details={"course": course.name, "kind": organisation_kind, "per_cent": str(per_cent)},
            )
    except IntegrityError as error:
        raise PolicyError(
            "The council has a target for this course and kind of organisation from this day already."
        ) from error
    return target


def change_target(
    *,
    target: Target,
    by: User,
    version: int,
    starts_on: date,
    per_cent: Decimal,
    source: str,
    ends_on: date | None,
) -> Target:
    """Change or end a target of the council's own. What it was stays in the audit trail.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a national target, or what :func:`add_target` refuses.
    """
    _check_target(per_cent, source, starts_on, ends_on)
    wanted = {"starts_on": starts_on, "ends_on": ends_on, "per_cent": per_cent, "source": source.strip()}
    try:
        with transaction.atomic():
            council = _owner(target.council)
            locked = Target.objects.select_for_update(no_key=True).get(council=council, pk=target.pk)
            require_version(locked, version, wanted, _TARGET_LABELS)
            before = {"per_cent": str(locked.per_cent), "starts_on": locked.starts_on}
            changed = save_next(locked, wanted)
            if changed:
                record(
                    action="training.target_changed",
                    subject=locked,
                    details={"fields": sorted(changed), "before": before},
                )
    except IntegrityError as error:
        raise PolicyError(
            "The council has a target for this course and kind of organisation from this day already."
        ) from error
    return locked


def _owner(council: Council | None) -> Council:
    if council is None:
        raise PolicyError("This is on the national list, which a council cannot change.")
    return council


def _check_target(per_cent: Decimal, source: str, starts_on: date, ends_on: date | None) -> None:
    if not 1 <= per_cent <= 100:
        raise PolicyError("A target is between 1% and 100%.")
    if not source.strip():
        raise PolicyError("Enter who set the target.")
    if ends_on is not None and ends_on < starts_on:
        raise PolicyError("The last day must be after the first day.")


def _names(given: Sequence[str]) -> list[str]:
    return [name for name in (" ".join(each.split())[:120] for each in given) if name]


def _slug(council: Council, name: str) -> str:
    stem = f"local-{slugify(name)[:30] or 'course'}"
    taken = set(Course.objects.filter(council=council, slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if slug not in taken)
