"""From a file to recommendations: read it, keep what was understood, and on the person's word take it in.

Nothing is a recommendation until it is confirmed; then all rows are or none (UP-2). A file with a problem
leaves no trace, and a file that was taken in is not taken in again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from compliance.enums import ExecutiveResponse, RecommendationEntry, RecommendationState
from compliance.models import (
    Recommendation,
    RecommendationImport,
    RecommendationLead,
    RecommendationProgress,
    ScrutinyReview,
)
from compliance.policies import PolicyError
from compliance.policies.reviews import check_not_closed
from compliance.services.recommendations import leads_as_printed, leads_of
from compliance.services.scrutiny import lock_review
from compliance.texts.recommendation_table import (
    ReadTable,
    RecommendationRow,
    RowProblem,
    check_row,
    parse_decision,
    parse_leads,
    read_table,
)
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import new_id

WAITS = timedelta(hours=24)
"""How long a file that was read waits to be confirmed."""


def check_import(
    *, review: ScrutinyReview, by: User, file_name: str, content: bytes
) -> tuple[ReadTable, RecommendationImport | None]:
    """Read a file and say what was understood; keep it, to be confirmed, if nothing is wrong with it.

    Returns:
        What was understood, and the import: one that waits, or the one that took the same file in before.
        None if there is a problem: then nothing is kept.

    Raises:
        compliance.texts.recommendation_table.TableUnreadable: when the file as a whole cannot be read.
        PolicyError: for a closed review.
    """
    digest = hashlib.sha256(content).hexdigest()
    table = read_table(content, wording_may_wait=review.is_draft)
    with transaction.atomic():
        locked = lock_review(review)
        check_not_closed(locked)
        imports = RecommendationImport.objects.filter(council=locked.council_id, review=locked)
        taken = imports.filter(sha256=digest, confirmed_at__isnull=False).first()
        if taken is not None:
            return table, taken
        table.problems.extend(
            RowProblem(table.places[number], "Number", str(number), "This number is in the review already.")
            for number in _taken_numbers(locked, table.rows)
        )
        if table.problems:
            table.problems.sort(key=lambda problem: problem.row)
            return table, None
        now = timezone.now()
        # What the person left lying goes when they come again; another file in a second tab stays.
        left = Q(sha256=digest) | Q(expires_at__lte=now)
        imports.filter(left, person=by, confirmed_at__isnull=True).delete()
        kept = RecommendationImport.objects.create(
            council=locked.council,
            review=locked,
            person=by,
            file_name=file_name[-200:],
            sha256=digest,
            rows=[row.as_json() for row in table.rows],
            notices=table.notices,
            created_at=now,
            expires_at=now + WAITS,
        )
    return table, kept


def confirm_import(*, waiting: RecommendationImport, by: User) -> RecommendationImport:
    """Make a checked file's rows recommendations, all or none. Sent twice, it happens once.

    Raises:
        PolicyError: if the file waited too long, the same file or a number came in meanwhile, or the review
            was closed.
    """
    with transaction.atomic():
        review = lock_review(waiting.review)
        locked = RecommendationImport.objects.select_for_update(no_key=True).get(
            council=waiting.council_id, pk=waiting.pk
        )
        if locked.confirmed_at is not None:
            return locked
        if locked.expires_at <= timezone.now():
            raise PolicyError("This file has waited for more than a day. Choose it again.")
        if RecommendationImport.objects.filter(
            council=locked.council_id, review=review, sha256=locked.sha256, confirmed_at__isnull=False
        ).exists():
            raise PolicyError("The same file has been taken in meanwhile.")
        rows = [RecommendationRow.from_json(row) for row in locked.rows]
        import_recommendations(review=review, by=by, rows=rows)
        locked.confirmed_at = timezone.now()
        locked.save(update_fields=["confirmed_at"])
    return locked


def import_recommendations(
    *, review: ScrutinyReview, by: User, rows: Iterable[RecommendationRow]
) -> list[Recommendation]:
    """Take recommendations in as printed: all of them or none. Their wording is frozen from now.

    A row without wording is taken while the review is a draft, and not frozen. A row that the table calls
    completed is proposed as complete: only the committee confirms.

    Raises:
        PolicyError: naming every row that cannot be taken, with its reason.
    """
    wanted = list(rows)
    with transaction.atomic():
        locked = lock_review(review)
        check_not_closed(locked)
        _check_rows(locked, wanted)
        now = timezone.now()
        stored = Recommendation.objects.bulk_create(
            _recommendation(locked, row, frozen_at=now if row.wording else None) for row in wanted
        )
        leads: list[RecommendationLead] = []
        notes: list[RecommendationProgress] = []
        proposed: list[Recommendation] = []
        for row, recommendation in zip(wanted, stored, strict=True):
            named = leads_as_printed(locked.council, parse_leads(row.lead))
            leads += leads_of(recommendation, named)
            if row.progress or row.completed:
                notes.append(_note(recommendation, row, by))
            if row.completed:
                proposed.append(recommendation)
        RecommendationLead.objects.bulk_create(leads)
        RecommendationProgress.objects.bulk_create(notes)
        for recommendation in proposed:
            recommendation.state = RecommendationState.PROPOSED
            recommendation.proposed_by = by
        Recommendation.objects.bulk_update(proposed, ["state", "proposed_by"])
        record(
            action="compliance.recommendations_imported",
            subject=locked,
            details={"rows": len(stored), "recommendations": [row.pk for row in stored]},
        )
    return stored


def _check_rows(review: ScrutinyReview, rows: list[RecommendationRow]) -> None:
    problems = []
    seen: set[int] = set(_taken_numbers(review, rows))
    for row in rows:
        reasons = [reason for _, _, reason in check_row(row)]
        if row.number in seen:
            reasons.append("This number is there twice.")
        if not row.wording and not review.is_draft:
            reasons.append("The words of the recommendation are missing.")
        seen.add(row.number)
        problems += [f"Recommendation {row.number}: {reason}" for reason in reasons]
    if problems:
        raise PolicyError(" ".join(problems))


def _taken_numbers(review: ScrutinyReview, rows: Iterable[RecommendationRow]) -> list[int]:
    return sorted(
        Recommendation.objects.filter(
            council=review.council_id, review=review, number__in={row.number for row in rows}
        ).values_list("number", flat=True)
    )


def _recommendation(
    review: ScrutinyReview, row: RecommendationRow, *, frozen_at: datetime | None
) -> Recommendation:
    response = parse_decision(row.decision)
    rejected = response == ExecutiveResponse.REJECT
    return Recommendation(
        council=review.council,
        review=review,
        number=row.number,
        theme=row.theme,
        wording=row.wording,
        frozen_at=frozen_at,
        response=response,
        reason=row.reason,
        milestone_on=row.milestone_on,
        state=RecommendationState.NO_ACTION if rejected else RecommendationState.OPEN,
    )


def _note(recommendation: Recommendation, row: RecommendationRow, by: User) -> RecommendationProgress:
    return RecommendationProgress(
        council=recommendation.council,
        recommendation=recommendation,
        kind=RecommendationEntry.PROPOSED if row.completed else RecommendationEntry.NOTE,
        note=row.progress or "Marked as completed in the table that was imported.",
        why_no_evidence="The table that was imported says so." if row.completed else "",
        by=by,
        token=new_id(),
    )
