"""Write local risks, and read them: reading is an act that is recorded (AL-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance.enums import Impact, Likelihood, RiskDirection, RiskSourceKind, RiskStatus, SummaryState
from compliance.models import (
    Action,
    Risk,
    RiskAction,
    RiskAssessment,
    RiskReader,
    RiskSource,
    RiskSummary,
)
from compliance.policies import Difference, PolicyError, StaleVersion, check_same_sending
from compliance.policies.risks import Declaration, check_restricted_words, check_sources
from compliance.queries.risks import possible_owners, sources_of
from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council, new_id
from prevent_portal.web.dates import british_date


def create_risk(
    *,
    council: Council,
    by: User,
    theme: str,
    description: str,
    likelihood: int,
    impact: int,
    direction: str,
    owner: User,
    review_on: date,
    sources: Mapping[str, date],
    declaration: Declaration,
    note: str = "First assessment.",
    token: UUID | None = None,
) -> Risk:
    """Write down a local risk with its first assessment. Whoever does so is on its audience.

    Args:
        sources: what informs it, a date for each :class:`RiskSourceKind`.
        token: the form's token, so that a form sent twice makes one risk.

    Raises:
        PolicyError: without the declaration; for words that seem to be intelligence or to name a person; for
            an owner who is not on the audience; for a review date that has passed.
        django.db.Error: if ``by`` may not add risks in this council; the database refuses.
    """
    today = timezone.localdate()
    check_restricted_words(declaration, [theme, description, note], today)
    check_sources(sources, today)
    _check_review_date(review_on, today)
    if token is not None:
        sent_before = Risk.objects.filter(council=council, pk=token, created_by=by).first()
        if sent_before is not None:
            return sent_before
    risk = Risk(
        id=token or new_id(),
        council=council,
        theme=theme,
        description=description,
        likelihood=likelihood,
        impact=impact,
        direction=direction,
        assessed_on=today,
        owner=owner,
        review_on=review_on,
        no_intelligence_declared_by=by,
        no_intelligence_declared_at=timezone.now(),
        created_by=by,
        updated_by=by,
    )
    try:
        with transaction.atomic():
            # The place comes first: the database lets nobody seat themselves on a risk that is there already.
            RiskReader.objects.create(council=council, risk_id=risk.pk, person=by, granted_by=by)
            _check_owner(council, None, owner, by)
            risk.save(force_insert=True)
            _assess(risk, by=by, note=note, token=new_id())
            _set_sources(risk, sources)
            _record("compliance.risk_added", risk)
    except IntegrityError as error:
        raise PolicyError("The risk could not be stored. Open the page again and send it once.") from error
    return risk


def change_risk(
    *,
    risk: Risk,
    by: User,
    version: int,
    theme: str,
    description: str,
    owner: User,
    review_on: date,
    sources: Mapping[str, date],
    declaration: Declaration,
) -> Risk:
    """Change a risk's words, owner, review date or what informs it. Its scores change by a review only.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: as in :func:`create_risk`, and for a closed risk.
    """
    today = timezone.localdate()
    check_restricted_words(declaration, [theme, description], today)
    check_sources(sources, today)
    wanted: dict[str, Any] = {
        "theme": theme,
        "description": description,
        "owner": owner,
        "review_on": review_on,
    }
    with transaction.atomic():
        locked = _lock(risk)
        before = sources_of(locked)
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        kinds = [kind for kind in RiskSourceKind if before.get(kind) != sources.get(kind)]
        _check_version(
            locked,
            version,
            [
                *(
                    Difference(name, _LABELS[name], _words(getattr(locked, name)), _words(wanted[name]))
                    for name in changed
                ),
                *(
                    Difference(
                        kind, RiskSourceKind(kind).label, _words(before.get(kind)), _words(sources.get(kind))
                    )
                    for kind in kinds
                ),
            ],
        )
        _check_open(locked)
        if "owner" in changed:
            _check_owner(locked.council, locked, owner, by)
        if "review_on" in changed:
            _check_review_date(review_on, today)
        for name in changed:
            setattr(locked, name, wanted[name])
        if kinds:
            _set_sources(locked, sources)
        _touch(locked, by=by, fields=changed)
        _record("compliance.risk_changed", locked, fields=[*changed, *kinds])
    return locked


def review_risk(
    *,
    risk: Risk,
    by: User,
    version: int,
    likelihood: int,
    impact: int,
    direction: str,
    note: str,
    review_on: date,
    declaration: Declaration,
    token: UUID,
) -> RiskAssessment:
    """Assess a risk anew. The assessment before stays on record as it was.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: as in :func:`create_risk`, and for a closed risk.
        AlreadySent: if the form's token came before for something else.
    """
    today = timezone.localdate()
    check_restricted_words(declaration, [note], today)
    if not note.strip():
        raise PolicyError("Enter what the assessment rests on.")
    with transaction.atomic():
        locked = _lock(risk)
        again = RiskAssessment.objects.filter(council=locked.council_id, token=token).first()
        if again is not None:
            check_same_sending(same_thing=again.risk_id == locked.pk, same_person=again.by_id == by.pk)
            return again
        wanted = {"likelihood": likelihood, "impact": impact, "direction": direction, "review_on": review_on}
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        _check_version(
            locked,
            version,
            [
                Difference(
                    name, _LABELS[name], _level(name, getattr(locked, name)), _level(name, wanted[name])
                )
                for name in changed
            ],
        )
        _check_open(locked)
        _check_review_date(review_on, today)
        for name in changed:
            setattr(locked, name, wanted[name])
        locked.assessed_on = today
        _touch(locked, by=by, fields=[*changed, "assessed_on"])
        assessment = _assess(locked, by=by, note=note, token=token)
        _record("compliance.risk_reviewed", locked, fields=changed)
    return assessment


def close_risk(*, risk: Risk, by: User, version: int, reason: str, declaration: Declaration) -> Risk:
    """Close a risk with a reason. Its publishable summary is withdrawn: it is no current risk any more.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: as in :func:`create_risk`, for a missing reason, and for a risk that is closed already.
    """
    today = timezone.localdate()
    check_restricted_words(declaration, [reason], today)
    if not reason.strip():
        raise PolicyError("Enter why the risk is closed.")
    with transaction.atomic():
        locked = _lock(risk)
        _check_version(locked, version, [])
        _check_open(locked)
        locked.status = RiskStatus.CLOSED
        locked.closed_on = today
        locked.closed_reason = reason
        _touch(locked, by=by, fields=["status", "closed_on", "closed_reason"])
        _assess(locked, by=by, note=f"Closed: {reason}", token=new_id())
        RiskSummary.objects.filter(council=locked.council_id, risk=locked).exclude(
            state=SummaryState.WITHDRAWN
        ).update(state=SummaryState.WITHDRAWN, withdrawn_by=by, withdrawn_at=timezone.now())
        _record("compliance.risk_closed", locked)
    return locked


def reopen_risk(*, risk: Risk, by: User, version: int, review_on: date) -> Risk:
    """Open a closed risk again. Why it was closed stays in its history.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a risk that is open, or a review date that has passed.
    """
    with transaction.atomic():
        locked = _lock(risk)
        _check_version(locked, version, [])
        if locked.is_open:
            raise PolicyError("This risk is open already.")
        _check_review_date(review_on, timezone.localdate())
        locked.status = RiskStatus.OPEN
        locked.closed_on = None
        locked.closed_reason = ""
        locked.review_on = review_on
        _touch(locked, by=by, fields=["status", "closed_on", "closed_reason", "review_on"])
        _assess(locked, by=by, note="Opened again.", token=new_id())
        _record("compliance.risk_reopened", locked)
    return locked


def link_action(*, risk: Risk, action: Action, by: User) -> None:
    """Say that an action answers to a risk. Said twice, it is said once.

    Raises:
        PolicyError: for an action of another council.
    """
    if action.council_id != risk.council_id:
        raise PolicyError("Choose an action of this council.")
    with transaction.atomic():
        _lock(risk)
        _, created = RiskAction.objects.get_or_create(
            council=risk.council, risk=risk, action=action, defaults={"linked_by": by}
        )
        if created:
            _record("compliance.risk_action_linked", risk, action=action.pk)


def unlink_action(*, risk: Risk, action: Action, by: User) -> None:
    """Take the link between a risk and an action away."""
    with transaction.atomic():
        _lock(risk)
        gone, _ = RiskAction.objects.filter(council=risk.council_id, risk=risk, action=action).delete()
        if gone:
            _record("compliance.risk_action_unlinked", risk, action=action.pk)


# Reading ------------------------------------------------------------------------------------------


def read_risk(*, risk: Risk, by: User) -> Risk:
    """Record that a person reads a risk, and hand it over; both happen or neither does (AL-1).

    Raises:
        django.db.Error: if the event cannot be written. The caller shows nothing then.
    """
    with transaction.atomic():
        _record("compliance.risk_read", risk)
    return risk


def read_register(*, council: Council, risks: Sequence[Risk], by: User) -> None:
    """Record that a person reads a list of risks: one event with the references that it showed.

    Raises:
        django.db.Error: if the event cannot be written. The caller shows nothing then.
    """
    with transaction.atomic():
        record(
            action="compliance.risk_register_read",
            subject=council,
            details={"references": [risk.reference for risk in risks]},
            restricted=True,
        )


def record_refused_risk(*, council: Council, page: str, risk_id: UUID | None, by: User) -> None:
    """Record that a member of the council asked for a page of the register and was refused (AL-1).

    The same event for a hidden risk and for one that never was: the trail does not know which either.
    """
    with transaction.atomic():
        record(
            action="compliance.risk_refused",
            subject=by,
            details={"page": page, "risk": str(risk_id or ""), "council": council.slug},
            restricted=True,
        )


# Parts --------------------------------------------------------------------------------------------


def _record(what: str, risk: Risk, **details: Any) -> None:
    record(action=what, subject=risk, details={"reference": risk.reference, **details}, restricted=True)


def _assess(risk: Risk, *, by: User, note: str, token: UUID) -> RiskAssessment:
    return RiskAssessment.objects.create(
        council=risk.council,
        risk=risk,
        likelihood=risk.likelihood,
        impact=risk.impact,
        direction=risk.direction,
        assessed_on=timezone.localdate(),
        note=note,
        by=by,
        token=token,
    )


def _set_sources(risk: Risk, sources: Mapping[str, date]) -> None:
    rows = RiskSource.objects.filter(council=risk.council_id, risk=risk)
    rows.exclude(kind__in=list(sources)).delete()
    for kind, dated_on in sources.items():
        RiskSource.objects.update_or_create(
            council=risk.council, risk=risk, kind=RiskSourceKind(kind), defaults={"dated_on": dated_on}
        )


def _lock(risk: Risk) -> Risk:
    """Read the risk anew and hold it until the transaction ends."""
    return (
        Risk.objects.select_for_update(of=("self",), no_key=True)
        .select_related("owner", "council")
        .get(council=risk.council_id, pk=risk.pk)
    )


def _touch(risk: Risk, *, by: User, fields: Sequence[str]) -> None:
    """Save the named fields of a locked risk as its next version, with the declaration of who saved."""
    now = timezone.now()
    risk.version += 1
    risk.updated_at = risk.no_intelligence_declared_at = now
    risk.updated_by = risk.no_intelligence_declared_by = by
    risk.save(
        update_fields=[
            *fields,
            "version",
            "updated_at",
            "updated_by",
            "no_intelligence_declared_at",
            "no_intelligence_declared_by",
        ]
    )
    risk.refresh_from_db(fields=["score"])


def _check_version(risk: Risk, version: int, differences: Sequence[Difference]) -> None:
    if version != risk.version:
        raise StaleVersion(version=risk.version, differences=differences)


def _check_open(risk: Risk) -> None:
    if not risk.is_open:
        raise PolicyError("This risk is closed. Open it again before you change it.")


def _check_review_date(review_on: date, today: date) -> None:
    if review_on < today:
        raise PolicyError("The review date must be today or later.")


def _check_owner(council: Council, risk: Risk | None, owner: User, by: User) -> None:
    if owner not in possible_owners(council, risk, by):
        raise PolicyError("The owner must be on the audience. Add them to it first.")


_LABELS = {
    "theme": "Theme",
    "description": "Description",
    "owner": "Owner",
    "review_on": "Review date",
    "likelihood": "Likelihood",
    "impact": "Impact",
    "direction": "Direction",
}


def _words(value: object) -> str:
    if isinstance(value, User):
        return display_name(value)
    if isinstance(value, date):
        return british_date(value)
    return str(value or "Not given")


def _level(name: str, value: Any) -> str:
    if name == "likelihood":
        return f"{value}: {Likelihood(value).label}"
    if name == "impact":
        return f"{value}: {Impact(value).label}"
    return RiskDirection(value).label if name == "direction" else _words(value)
