"""Figures typed in by hand: kept as a draft of the organisation's, then sent as a return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.models import Organisation
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from training.enums import Reported
from training.figures import place_of
from training.models import Course, ReturnDraft, ReturnGrant, TrainingReturn
from training.periods import Period
from training.policies.returns import check_figures
from training.services.grants import share_returns

_LABELS = {
    "reported": "What you report",
    "eligible": "Eligible",
    "compliant": "Compliant",
    "sessions": "Sessions delivered",
}


@dataclass(frozen=True)
class Typed:
    """What somebody typed about one return; unfinished until it is sent."""

    reported: Reported
    eligible: int | None = None
    compliant: int | None = None
    sessions: int | None = None

    def as_stored(self) -> dict[str, object]:
        """The fields as the tables hold them: nil is nobody of nobody, unknown has no compliant."""
        eligible, compliant = self.eligible, self.compliant
        if self.reported == Reported.NIL:
            eligible, compliant = 0, 0
        elif self.reported == Reported.UNKNOWN:
            compliant = None
        return {
            "reported": self.reported,
            "eligible": eligible,
            "compliant": compliant,
            "sessions": self.sessions,
        }


def save_draft(
    *,
    council: Council,
    organisation: Organisation,
    course: Course,
    council_staff_only: bool,
    period: Period,
    typed: Typed,
    version: int,
    by: User,
) -> ReturnDraft:
    """Keep what was typed so far. Only people of the organisation see it.

    Args:
        version: of the draft as the person saw it, 0 where there was none.

    Raises:
        StaleVersion: if a colleague saved in between.
        PolicyError: for a local course as a trust-wide return.
    """
    _check_scope(organisation, course, council_staff_only)
    wanted = typed.as_stored()
    with transaction.atomic():
        _take_turns(organisation)
        found = ReturnDraft.objects.filter(
            council=council,
            organisation=organisation,
            course=course,
            council_staff_only=council_staff_only,
            period_from=period.start,
            period_to=period.end,
        ).first()
        if found is None:
            made = ReturnDraft.objects.create(
                council=council,
                organisation=organisation,
                course=course,
                council_staff_only=council_staff_only,
                period_kind=period.kind,
                period_from=period.start,
                period_to=period.end,
                saved_by=by,
                **wanted,
            )
            _record(made, "training.draft_saved")
            return made
        require_version(found, version, wanted, _LABELS)
        if save_next(found, wanted):
            found.saved_by, found.saved_at = by, timezone.now()
            found.save(update_fields=["saved_by", "saved_at"])
            _record(found, "training.draft_saved")
    return found


def delete_draft(*, draft: ReturnDraft, by: User) -> None:
    """Throw a draft away. What was sent before stays."""
    with transaction.atomic():
        if ReturnDraft.objects.filter(council=draft.council_id, pk=draft.pk).delete()[0]:
            _record(draft, "training.draft_deleted")


def send_draft(
    *, draft: ReturnDraft, version: int, organisations: Sequence[Organisation], by: User
) -> TrainingReturn:
    """Send a draft: it becomes a return, or the next version of the one that was sent before.

    A trust-wide return is shared with the council from today if it was not before. After the deadline it is
    taken as well, and stays marked as late.

    Args:
        version: of the draft as the person saw it.
        organisations: those that the person may send for at this moment.

    Raises:
        StaleVersion: if a colleague saved in between.
        PolicyError: for figures that do not agree, or that say what was sent already.
    """
    with transaction.atomic():
        locked = (
            ReturnDraft.objects.select_for_update(of=("self",))
            .select_related("council", "organisation", "course")
            .filter(council=draft.council_id, pk=draft.pk)
            .first()
        )
        if locked is None:
            raise PolicyError("This draft was sent or deleted meanwhile.")
        if locked.organisation_id not in {each.pk for each in organisations}:
            raise PolicyError("You can no longer send returns for this organisation.")
        require_version(locked, version, {}, _LABELS)
        reported = Reported(locked.reported)
        check_figures(reported=reported, eligible=locked.eligible, compliant=locked.compliant)
        _take_turns(locked.organisation)
        council = locked.council if locked.council_staff_only else None
        old = TrainingReturn.objects.filter(
            council=council,
            organisation=locked.organisation_id,
            course=locked.course_id,
            period_from=locked.period_from,
            period_to=locked.period_to,
            is_current=True,
        ).first()
        figures = {
            "reported": locked.reported,
            "eligible": locked.eligible,
            "compliant": locked.compliant,
            "sessions": locked.sessions,
        }
        if old is not None:
            if all(getattr(old, name) == value for name, value in figures.items()):
                raise PolicyError("These figures were sent already. Change them, or delete the draft.")
            old.is_current = False
            old.save(update_fields=["is_current"])
        new = TrainingReturn.objects.create(
            council=council,
            organisation=locked.organisation,
            course=locked.course,
            scope=old.scope if old else _scope(locked),
            period_kind=old.period_kind if old else locked.period_kind,
            period_from=locked.period_from,
            period_to=locked.period_to,
            version=old.version + 1 if old else 1,
            submitted_by=by,
            **figures,
        )
        if old is not None:
            old.superseded_by = new
            old.save(update_fields=["superseded_by"])
        if council is None and not is_shared(locked.organisation_id, locked.council):
            share_returns(organisation=locked.organisation, council=locked.council, by=by)
        ReturnDraft.objects.filter(council=locked.council_id, pk=locked.pk).delete()
        record(
            action="training.returns_submitted",
            subject=new,
            details={"typed": True, "version": new.version, "organisations": [str(locked.organisation_id)]},
        )
    return new


def is_shared(organisation_id: UUID, council: Council) -> bool:
    """Whether the organisation's trust-wide returns are shared with the council from now on."""
    return ReturnGrant.objects.filter(
        organisation=organisation_id, council=council, ends_on__isnull=True
    ).exists()


def _record(draft: ReturnDraft, action: str) -> None:
    """Say in the trail whose draft it was, and none of its figures: the council has not been told them."""
    record(
        action=action,
        subject=draft,
        details={
            "organisation": draft.organisation_id,
            "course": draft.course.name,
            "version": draft.version,
        },
    )


def _check_scope(organisation: Organisation, course: Course, council_staff_only: bool) -> None:
    if council_staff_only:
        return
    if course.is_local:
        raise PolicyError("A return about a council’s own course is about staff based in its area.")
    if organisation.kind == OrganisationKind.COUNCIL_SERVICE:
        raise PolicyError("A service of the council reports to its own council alone.")


def _scope(draft: ReturnDraft) -> str:
    if draft.organisation.kind == OrganisationKind.COUNCIL_SERVICE:
        return "Whole service"
    if draft.council_staff_only:
        return f"{place_of(draft.council.name)}-based staff"[:80]
    return "Whole organisation"


def _take_turns(organisation: Organisation) -> None:
    """Two people who save or send for one organisation at the same moment take turns."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
