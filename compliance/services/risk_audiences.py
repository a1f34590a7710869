"""Say who is on the audience of the risk register or of one risk, from when, until when, and by whom."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from compliance.models import Risk, RiskReader, RiskReaderQuerySet
from compliance.policies import PolicyError
from compliance.queries.risks import is_unkept, may_be_reader, possible_keepers
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def add_reader(
    *, council: Council, risk: Risk | None, person: User, ends_on: date | None, by: User
) -> RiskReader:
    """Put a person on the audience of one risk, or with None of the whole register.

    Raises:
        PolicyError: for oneself; for somebody without a role that lets them be on an audience; for somebody
            who is on it already; for a last day that has passed.
        django.db.Error: if ``by`` does not keep that audience; the database refuses.
    """
    today = timezone.localdate()
    if person.pk == by.pk:
        raise PolicyError("Nobody puts themselves on an audience. Ask somebody else who keeps it.")
    if not may_be_reader(council, person):
        raise PolicyError("This person has no role in the council with which one may read local risks.")
    if ends_on is not None and ends_on < today:
        raise PolicyError("The last day must be today or later.")
    with transaction.atomic():
        # One person at a time: two grants of the same place would meet in a unique key.
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        places = RiskReader.objects.filter(council=council, risk=risk, person=person, ended_at__isnull=True)
        if places.live(today).exists():
            raise PolicyError("This person is on the audience already. End their place to change its dates.")
        # A place that lapsed by its date makes room for the new one.
        places.update(ended_at=timezone.now(), ended_by=by)
        place = RiskReader.objects.create(
            council=council, risk=risk, person=person, ends_on=ends_on, granted_by=by
        )
        _record("compliance.risk_reader_added", place, risk)
    return place


def end_reader(*, place: RiskReader, by: User) -> None:
    """End a person's place on an audience at once. They get 404 with their next request.

    Raises:
        PolicyError: for the last person who keeps the audience of the register, or of a risk that nobody
            else can read.
    """
    with transaction.atomic():
        locked = RiskReader.objects.select_for_update(of=("self",), no_key=True).get(
            council=place.council_id, pk=place.pk
        )
        if locked.ended_at is not None:
            return
        if locked.person_id == by.pk and not _others(locked).exists():
            raise PolicyError("You are the last person on this audience. Add somebody else first.")
        risk = (
            Risk.objects.filter(council=place.council_id, pk=locked.risk_id).first()
            if locked.risk_id
            else None
        )
        locked.ended_at = timezone.now()
        locked.ended_by = by
        locked.save(update_fields=["ended_at", "ended_by"])
        _record("compliance.risk_reader_ended", locked, risk)


def appoint_keeper(*, council: Council, person: User, by: User) -> RiskReader:
    """Put a coordinator on the audience of a register that nobody keeps: by an administrator, who reads none.

    It takes the administrator's right and the coordinator's role, so nobody lets themselves in (OP-6).

    Raises:
        PolicyError: if somebody keeps the register, for oneself, and for somebody who is no coordinator.
    """
    if not is_unkept(council):
        raise PolicyError("Somebody keeps the register already. They say who else is on its audience.")
    if person.pk == by.pk or person not in possible_keepers(council, by):
        raise PolicyError("Choose a Prevent coordinator of the council who is not you.")
    with transaction.atomic():
        place = RiskReader.objects.create(council=council, risk=None, person=person, granted_by=by)
        _record("compliance.risk_keeper_appointed", place, None)
    return place


def _others(place: RiskReader) -> RiskReaderQuerySet:
    same = Q(risk__isnull=True) if place.risk_id is None else Q(risk__isnull=True) | Q(risk=place.risk_id)
    return RiskReader.objects.live().filter(same, council=place.council_id).exclude(person=place.person_id)


def _record(action: str, place: RiskReader, risk: Risk | None) -> None:
    record(
        action=action,
        subject=place,
        details={
            "reference": risk.reference if risk else "",
            "user": place.person_id,
            "ends_on": place.ends_on,
        },
        restricted=True,
    )
