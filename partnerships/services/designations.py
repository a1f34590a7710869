"""Record how a council's area is designated, and correct it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from partnerships.enums import DatePrecision
from partnerships.models import Designation
from partnerships.policies.designations import check_designation, check_removable
from partnerships.policies.editing import require_editor
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council

_LABELS = {"kind": "Designation", "starts_on": "From", "precision": "How exactly", "source": "Source"}


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
        require_version(locked, version, wanted, _LABELS)
        check_designation(
            kind=kind,
            starts_on=starts_on,
            source=source,
            today=today or timezone.localdate(),
            others=[other for other in history if other.pk != locked.pk],
        )
        changed = save_next(locked, wanted)
        if changed:
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
        require_version(locked, version)
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
