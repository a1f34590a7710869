"""Record how a council's area is designated, and correct it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from partnerships.enums import DatePrecision, DesignationKind
from partnerships.models import Designation
from partnerships.policies.designations import check_designation, check_removable
from partnerships.policies.editing import require_editor
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import Difference, StaleVersion
from prevent_portal.web.dates import british_date


def record_designation(
    *,
    council: Council,
    by: User | None,
    kind: str,
    starts_on: date,
    source: str,
    precision: str = DatePrecision.DAY,
    today: date | None = None,
) -> Designation:
    """Record that the area is designated so from a day on, until the next designation begins.

    Raises:
        PartnershipRefused: without a source, or for a day or a kind that does not fit the history.
    """
    require_editor(by, council)
    with transaction.atomic():
        others = _history(council)
        check_designation(
            kind=kind, starts_on=starts_on, source=source, today=today or timezone.localdate(), others=others
        )
        made = Designation.objects.create(
            council=council,
            kind=kind,
            starts_on=starts_on,
            precision=precision,
            source=source.strip(),
            recorded_by=by,
        )
        record(
            action="partnerships.designation_recorded",
            subject=made,
            details={"kind": kind, "starts_on": starts_on},
        )
    return made


def change_designation(
    *,
    designation: Designation,
    by: User | None,
    version: int,
    kind: str,
    starts_on: date,
    source: str,
    precision: str,
    today: date | None = None,
) -> Designation:
    """Correct a designation.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts (API-4).
        PartnershipRefused: as :func:`record_designation`.
    """
    require_editor(by, designation.council)
    wanted = {"kind": kind, "starts_on": starts_on, "precision": precision, "source": source.strip()}
    with transaction.atomic():
        history = _history(designation.council)
        locked = _locked(designation)
        if version != locked.version:
            raise StaleVersion(version=locked.version, differences=_differences(locked, wanted))
        check_designation(
            kind=kind,
            starts_on=starts_on,
            source=source,
            today=today or timezone.localdate(),
            others=[other for other in history if other.pk != locked.pk],
        )
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        if changed:
            for name, value in wanted.items():
                setattr(locked, name, value)
            locked.version += 1
            locked.save(update_fields=[*wanted, "version"])
            record(
                action="partnerships.designation_changed", subject=locked, details={"fields": sorted(changed)}
            )
    return locked


def remove_designation(*, designation: Designation, by: User | None, version: int) -> None:
    """Remove a designation that was recorded by mistake; the one before it then holds longer.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PartnershipRefused: between two rows that say the same.
    """
    require_editor(by, designation.council)
    with transaction.atomic():
        history = _history(designation.council)
        locked = _locked(designation)
        if version != locked.version:
            raise StaleVersion(version=locked.version, differences=[])
        check_removable([other for other in history if other.pk != locked.pk])
        record(
            action="partnerships.designation_removed",
            subject=locked,
            details={"kind": locked.kind, "starts_on": locked.starts_on},
        )
        locked.delete()


def _history(council: Council) -> list[Designation]:
    """The history, while nobody else changes it."""
    Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    return list(Designation.objects.filter(council=council))


def _locked(designation: Designation) -> Designation:
    return Designation.objects.select_for_update(no_key=True).get(
        council=designation.council_id, pk=designation.pk
    )


def _differences(stored: Designation, wanted: dict[str, Any]) -> list[Difference]:
    labels = {"kind": "Designation", "starts_on": "From", "precision": "How exactly", "source": "Source"}
    return [
        Difference(name, labels[name], _words(name, getattr(stored, name)), _words(name, value))
        for name, value in wanted.items()
        if getattr(stored, name) != value
    ]


def _words(name: str, value: Any) -> str:
    if name == "kind":
        return DesignationKind(value).label
    if name == "precision":
        return DatePrecision(value).label
    return british_date(value) if isinstance(value, date) else str(value)
