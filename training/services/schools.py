"""Record what is known of a school's training, and its phase and area. Rows are added, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from partnerships.models import Organisation
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record, record_many
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from training.enums import SchoolMeasure, SchoolState
from training.models import SchoolDetail, SchoolTraining

Recorded = tuple[SchoolState, date | None]
_LABELS = {"phase": "Phase", "area": "Area"}


def record_school_training(
    *,
    council: Council,
    schools: Sequence[Organisation],
    known: Mapping[SchoolMeasure, Recorded],
    by: User | None,
) -> int:
    """Record measures of one school or of many at once, all or none; return how many rows were new.

    What is known already is not written again, so that a form sent twice records once.

    Raises:
        PolicyError: for no school, no measure, a trained school without a date, or a date in the future.
    """
    if not schools:
        raise PolicyError("Select at least one school.")
    if not known:
        raise PolicyError("Say what is known of at least one measure.")
    for state, trained_on in known.values():
        _check(state, trained_on)
    with transaction.atomic():
        # Two people who record the same schools at the same moment take turns.
        ids = {school.pk for school in schools}
        list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
        stored = {
            (row.organisation_id, row.measure): (row.state, row.trained_on)
            for row in SchoolTraining.objects.filter(council=council, organisation__in=ids)
            .order_by("organisation_id", "measure", "-recorded_at", "-pk")
            .distinct("organisation_id", "measure")
        }
        now = timezone.now()
        made = SchoolTraining.objects.bulk_create(
            SchoolTraining(
                council=council,
                organisation=school,
                measure=measure,
                state=state,
                trained_on=trained_on,
                recorded_at=now,
                recorded_by=by,
            )
            for school in schools
            for measure, (state, trained_on) in known.items()
            if stored.get((school.pk, measure), (SchoolState.UNKNOWN, None)) != (state, trained_on)
        )
        record_many(
            action="training.school_recorded",
            subjects=[
                (row, {"organisation": row.organisation_id, "measure": row.measure, "state": row.state})
                for row in made
            ],
        )
    return len(made)


def describe_school(
    *, council: Council, school: Organisation, phase: str, area: str, version: int, by: User | None
) -> SchoolDetail:
    """Say which phase and area a school belongs to.

    Args:
        version: of the detail as the person saw it; 0 where nothing was said yet.

    Raises:
        StaleVersion: if somebody saved since; it holds both texts.
    """
    wanted = {"phase": phase, "area": " ".join(area.split())}
    with transaction.atomic():
        SchoolDetail.objects.get_or_create(council=council, organisation=school, defaults={"version": 0})
        detail = SchoolDetail.objects.select_for_update().get(council=council, organisation=school)
        require_version(detail, version, wanted, _LABELS)
        changed = save_next(detail, wanted)
        if changed:
            record(action="training.school_described", subject=detail, details={"fields": changed})
    return detail


def _check(state: SchoolState, trained_on: date | None) -> None:
    if state == SchoolState.TRAINED and trained_on is None:
        raise PolicyError("Enter the date of the training.")
    if state != SchoolState.TRAINED and trained_on is not None:
        raise PolicyError("Only a school that was trained has a date of training.")
    if trained_on is not None and trained_on > timezone.localdate():
        raise PolicyError("The date of the training must be today or in the past.")
