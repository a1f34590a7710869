"""Write who reviews a plan, what a review said, and which version lay before it (rule 11 of the product)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from compliance.models import ActionPlan, PlanReview, PlanReviewer, PlanVersion
from compliance.policies import Difference, PolicyError, StaleVersion, check_same_sending
from compliance.queries.plan_reviews import checksum, plan_content
from compliance.services.plans import lock_plan
from partnerships.enums import Cadence
from partnerships.models import Board
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.web.dates import british_date


def add_reviewer(
    *, plan: ActionPlan, by: User, board: Board, cadence: str, starts_on: date | None = None
) -> PlanReviewer:
    """Have a board review the plan, so often.

    Raises:
        PolicyError: for a board that reviews it already, or one of another council.
    """
    if board.council_id != plan.council_id:
        raise PolicyError("Choose one of the council’s own boards.")
    with transaction.atomic():
        lock_plan(plan)
        if PlanReviewer.objects.filter(
            council=plan.council_id, plan=plan, board=board, ends_on__isnull=True
        ).exists():
            raise PolicyError("This body reviews the plan already.")
        reviewer = PlanReviewer.objects.create(
            council=plan.council, plan=plan, board=board, cadence=Cadence(cadence), starts_on=starts_on
        )
        record(action="compliance.plan_reviewer_added", subject=plan, details={"board": board.pk})
    return reviewer


def change_reviewer(
    *, reviewer: PlanReviewer, by: User, version: int, cadence: str, ends_on: date | None = None
) -> PlanReviewer:
    """Change how often a body reviews the plan, or say on which day it stopped.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both answers.
        PolicyError: for a pair that has ended, or a last day before its first or after today.
    """
    with transaction.atomic():
        locked = (
            PlanReviewer.objects.select_for_update(of=("self",), no_key=True)
            .select_related("plan", "board")
            .get(council=reviewer.council_id, pk=reviewer.pk)
        )
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference("cadence", "How often", Cadence(locked.cadence).label, Cadence(cadence).label)
                ],
            )
        if locked.ends_on is not None:
            raise PolicyError("This body no longer reviews the plan. Add it again to start anew.")
        if ends_on is not None and ends_on > timezone.localdate():
            raise PolicyError("The last day must be today or earlier.")
        if ends_on is not None and ends_on < (locked.starts_on or locked.plan.starts_on):
            raise PolicyError("The last day must be on or after the first.")
        ended = ends_on is not None
        locked.cadence = Cadence(cadence)
        locked.ends_on = ends_on
        locked.version += 1
        locked.save(update_fields=["cadence", "ends_on", "version"])
        record(
            action="compliance.plan_reviewer_ended" if ended else "compliance.plan_reviewer_changed",
            subject=locked.plan,
            details={"board": locked.board_id},
        )
    return locked


def freeze_plan(*, plan: ActionPlan, by: User, reason: str) -> PlanVersion:
    """Keep the plan as it stands, so that a decision can bind to it.

    A plan that has not changed since its last version keeps that version: one text, one number.
    """
    with transaction.atomic():
        return _freeze(lock_plan(plan), by=by, reason=reason)


def _freeze(plan: ActionPlan, *, by: User, reason: str) -> PlanVersion:
    content = plan_content(plan)
    digest = checksum(content)
    last = (
        PlanVersion.objects.filter(council=plan.council_id, plan=plan)
        .defer("content")
        .order_by("-number")
        .first()
    )
    if last is not None and last.sha256 == digest:
        return last
    version = PlanVersion.objects.create(
        council=plan.council,
        plan=plan,
        number=last.number + 1 if last else 1,
        content=content,
        sha256=digest,
        reason=reason.strip()[:200],
        created_by=by,
    )
    record(
        action="compliance.plan_frozen",
        subject=plan,
        details={"version": version.pk, "number": version.number},
    )
    return version


def record_review(
    *,
    plan: ActionPlan,
    by: User,
    board: Board,
    reviewed_on: date,
    noted: str,
    agreed_by: str,
    token: UUID,
    version: PlanVersion | None = None,
    corrects: PlanReview | None = None,
) -> PlanReview:
    """Record that a body reviewed the plan, and bind the review to a frozen version of it.

    Args:
        version: the version that lay before the body; without one the plan is frozen as it stands.
        corrects: the review that this one puts right; both stay on record, this one counts.
        token: of the form; the same token again returns the review that is there.

    Raises:
        PolicyError: for a body that never reviewed this plan, a day to come or before the plan began, or
            without what was noted and who agreed.
    """
    with transaction.atomic():
        locked = lock_plan(plan)
        sent = PlanReview.objects.filter(council=plan.council_id, token=token).first()
        if sent is not None:
            check_same_sending(same_thing=sent.plan_id == plan.pk, same_person=sent.by_id == by.pk)
            return sent
        if not PlanReviewer.objects.filter(council=plan.council_id, plan=plan, board=board).exists():
            raise PolicyError("Choose a body that reviews this plan.")
        if reviewed_on > timezone.localdate():
            raise PolicyError("The day of the review must be today or earlier.")
        if reviewed_on < locked.starts_on:
            raise PolicyError(
                f"The day of the review must be on or after the plan’s first day, "
                f"{british_date(locked.starts_on)}."
            )
        if not noted.strip() or not agreed_by.strip():
            raise PolicyError("Enter what the body noted, and who agreed it.")
        if corrects is not None:
            if corrects.plan_id != plan.pk or corrects.council_id != plan.council_id:
                raise PolicyError("Choose a review of this plan to correct.")
            if PlanReview.objects.filter(council=plan.council_id, corrects=corrects).exists():
                raise PolicyError("This review was corrected already. Correct the newer one.")
            version = corrects.version
        if version is not None and version.plan_id != plan.pk:
            raise PolicyError("Choose a version of this plan.")
        if version is None:
            version = _freeze(locked, by=by, reason=f"Review by {board.name} on {british_date(reviewed_on)}")
        review = PlanReview.objects.create(
            council=plan.council,
            plan=plan,
            board=board,
            version=version,
            reviewed_on=reviewed_on,
            noted=noted.strip(),
            agreed_by=agreed_by.strip(),
            corrects=corrects,
            by=by,
            token=token,
        )
        record(
            action="compliance.plan_review_corrected" if corrects else "compliance.plan_reviewed",
            subject=plan,
            details={"review": review.pk, "version": version.pk},
        )
    return review
