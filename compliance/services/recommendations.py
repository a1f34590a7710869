"""Write recommendations: words, response, leads, milestone, linked actions, and the log of progress."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from compliance.enums import ExecutiveResponse, RecommendationEntry, RecommendationState
from compliance.models import (
    Action,
    Recommendation,
    RecommendationAction,
    RecommendationLead,
    RecommendationProgress,
    ScrutinyReview,
)
from compliance.policies import Difference, PolicyError, StaleVersion, check_same_sending
from compliance.policies.recommendations import check_response, check_wording, unsettled_state
from compliance.policies.reviews import check_not_closed
from compliance.queries.plans import possible_leads
from compliance.queries.recommendations import RECOMMENDATION_FILES, lead_words
from compliance.services.scrutiny import lock_review, words
from partnerships.models import Organisation
from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.services import record
from prevent_portal.documents.services.documents import attach_file
from prevent_portal.tenancy.models import Council


def leads_as_printed(council: Council, names: Iterable[str]) -> list[Organisation | str]:
    """Sort printed names into organisations that the council has linked, and titles of roles; each once."""
    linked = {one.name.casefold(): one for one in possible_leads(council, timezone.localdate())}
    given = dict.fromkeys(name.strip() for name in names if name.strip())
    return [linked.get(name.casefold(), name) for name in given]


def add_recommendation(
    *,
    review: ScrutinyReview,
    by: User,
    number: int,
    theme: str,
    wording: str,
    leads: Sequence[str],
    owner: User | None = None,
    milestone_on: date | None = None,
) -> Recommendation:
    """Add a recommendation by hand. On a review that was presented, its wording is frozen at once.

    Raises:
        PolicyError: for a number that is taken, no wording, or a closed review.
    """
    with transaction.atomic():
        locked = lock_review(review)
        check_not_closed(locked)
        if not wording.strip():
            raise PolicyError("Enter the words of the recommendation.")
        if Recommendation.objects.filter(council=locked.council_id, review=locked, number=number).exists():
            raise PolicyError(f"Recommendation {number} is in this review already.")
        row = Recommendation.objects.create(
            council=locked.council,
            review=locked,
            number=number,
            theme=theme,
            wording=wording.strip(),
            frozen_at=None if locked.is_draft else timezone.now(),
            owner=owner,
            milestone_on=milestone_on,
        )
        set_leads(row, leads_as_printed(locked.council, leads))
        record(action="compliance.recommendation_added", subject=row, details={"review": locked.pk})
    return row


def change_recommendation(
    *,
    recommendation: Recommendation,
    by: User,
    version: int,
    theme: str,
    wording: str,
    leads: Sequence[str] | None,
    owner: User | None,
    milestone_on: date | None,
) -> Recommendation:
    """Change who leads, who reports, when it is due; the wording too until it is frozen.

    Args:
        leads: as printed; None leaves them as they are.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: for a frozen wording, or a closed review.
    """
    wanted: dict[str, Any] = {
        "theme": theme,
        "wording": wording.strip(),
        "owner": owner,
        "milestone_on": milestone_on,
    }
    with transaction.atomic():
        locked = lock_recommendation(recommendation)
        check_not_closed(locked.review)
        check_wording(locked, wanted["wording"])
        present = lead_words(locked)
        named = leads_as_printed(locked.council, leads or ())
        wanted_leads = present if leads is None else ", ".join(str(lead) for lead in named)
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        if version != locked.version:
            differences = [
                Difference(name, _LABELS[name], words(getattr(locked, name)), words(wanted[name]))
                for name in changed
            ]
            if present != wanted_leads:
                differences.append(Difference("leads", "Lead", present or "Nobody", wanted_leads or "Nobody"))
            raise StaleVersion(version=locked.version, differences=differences)
        if not wanted["wording"] and locked.wording:
            raise PolicyError("Enter the words of the recommendation.")
        for name in changed:
            setattr(locked, name, wanted[name])
        fields = list(changed)
        if present != wanted_leads:
            RecommendationLead.objects.filter(council=locked.council_id, recommendation=locked).delete()
            set_leads(locked, named)
            fields.append("leads")
        if fields:
            touch(locked, changed)
            record(action="compliance.recommendation_changed", subject=locked, details={"fields": fields})
    return locked


def record_response(
    *,
    recommendation: Recommendation,
    by: User,
    version: int,
    response: str,
    reason: str,
    responded_by: str,
    responded_on: date,
) -> Recommendation:
    """Record what the executive said: accept, accept in part or reject, the last two with a reason.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: without a reason where one is needed, once completion was proposed, for a day to come.
    """
    wanted: dict[str, Any] = {
        "response": response,
        "reason": reason.strip(),
        "responded_by": responded_by,
        "responded_on": responded_on,
    }
    with transaction.atomic():
        locked = lock_recommendation(recommendation)
        check_not_closed(locked.review)
        check_response(locked, response, reason)
        if responded_on > timezone.localdate():
            raise PolicyError("The executive cannot have answered on a day that has not come yet.")
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference(name, _LABELS[name], _response_words(locked, name), _given_words(wanted, name))
                    for name in changed
                ],
            )
        if changed:
            for name in changed:
                setattr(locked, name, wanted[name])
            locked.state = unsettled_state(locked)
            touch(locked, [*changed, "state"])
            record(action="compliance.recommendation_answered", subject=locked, details={"fields": changed})
    return locked


def link_actions(*, recommendation: Recommendation, by: User, actions: Collection[Action]) -> None:
    """Say which actions of the council's plans carry the recommendation out; the others are unlinked.

    Raises:
        PolicyError: for a closed review.
    """
    wanted = {action.pk for action in actions}
    with transaction.atomic():
        locked = lock_recommendation(recommendation)
        check_not_closed(locked.review)
        links = RecommendationAction.objects.filter(council=locked.council_id, recommendation=locked)
        present = set(links.values_list("action_id", flat=True))
        links.exclude(action__in=wanted).delete()
        RecommendationAction.objects.bulk_create(
            RecommendationAction(council=locked.council, recommendation=locked, action_id=action_id)
            for action_id in sorted(wanted - present)
        )
        if wanted != present:
            record(
                action="compliance.recommendation_actions_linked",
                subject=locked,
                details={"added": sorted(wanted - present), "removed": sorted(present - wanted)},
            )


def log_recommendation_progress(
    *,
    recommendation: Recommendation,
    by: User,
    note: str,
    version: int,
    token: UUID,
    as_at: date | None = None,
    link: str = "",
    upload: UploadedFile[Any] | None = None,
) -> RecommendationProgress:
    """Add a line to a recommendation's log. The same form sent twice happens once.

    Args:
        as_at: the day that the note describes, such as a report's date; today unless told.
        link, upload: evidence, kept with the line or not at all.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: without a note, for a day that has not come, or a closed review.
        prevent_portal.documents.policies.FileRefused: with a sentence about the file.
    """
    with transaction.atomic():
        locked = lock_recommendation(recommendation)
        sent = entry_sent(locked, token, by)
        if sent is not None:
            return sent
        check_not_closed(locked.review)
        if version != locked.version:
            raise StaleVersion(version=locked.version, differences=note_differences(locked, note))
        entry = add_entry(
            locked,
            by=by,
            kind=RecommendationEntry.NOTE,
            note=note,
            token=token,
            as_at=as_at,
            link=link,
            upload=upload,
        )
        touch(locked, [])
        record(
            action="compliance.recommendation_progress_logged", subject=locked, details={"entry": entry.pk}
        )
    return entry


# What the services of recommendations share ------------------------------------------------------------


def lock_recommendation(recommendation: Recommendation) -> Recommendation:
    """Read the recommendation anew and hold it, and its review, until the transaction ends."""
    review = lock_review(recommendation.review)
    locked = (
        Recommendation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("owner", "proposed_by")
        .get(council=recommendation.council_id, pk=recommendation.pk)
    )
    locked.review = review
    locked.council = review.council
    return locked


def touch(recommendation: Recommendation, fields: list[str]) -> None:
    """Save the named fields of a locked recommendation as its next version."""
    recommendation.version += 1
    recommendation.save(update_fields=[*fields, "version"])


def set_leads(recommendation: Recommendation, leads: Iterable[Organisation | str]) -> None:
    """Write the leads of a recommendation that has none."""
    RecommendationLead.objects.bulk_create(leads_of(recommendation, leads))


def leads_of(recommendation: Recommendation, leads: Iterable[Organisation | str]) -> list[RecommendationLead]:
    """The rows of a recommendation's leads, in their order, not yet written."""
    return [
        RecommendationLead(
            council=recommendation.council,
            recommendation=recommendation,
            position=position,
            organisation=lead if isinstance(lead, Organisation) else None,
            title="" if isinstance(lead, Organisation) else lead,
        )
        for position, lead in enumerate(leads, start=1)
    ]


def add_entry(
    recommendation: Recommendation,
    *,
    by: User,
    kind: RecommendationEntry,
    note: str,
    token: UUID,
    as_at: date | None = None,
    link: str = "",
    upload: UploadedFile[Any] | None = None,
    why_no_evidence: str = "",
    body: str = "",
) -> RecommendationProgress:
    """Write one line of a log with its evidence. Says nothing to the audit trail: the caller does."""
    today = timezone.localdate()
    if not note.strip():
        raise PolicyError("Enter what has happened.")
    if as_at is not None and as_at > today:
        raise PolicyError("The day that this describes has not come yet.")
    entry = RecommendationProgress.objects.create(
        council=recommendation.council,
        recommendation=recommendation,
        kind=kind,
        as_at=as_at or today,
        note=note.strip(),
        link=link,
        why_no_evidence=why_no_evidence.strip(),
        body=body.strip(),
        by=by,
        token=token,
    )
    if upload is not None:
        attach_file(
            council=recommendation.council,
            by=by,
            upload=upload,
            title="",
            kind=RECOMMENDATION_FILES,
            object_id=entry.pk,
        )
    return entry


def entry_sent(recommendation: Recommendation, token: UUID, by: User) -> RecommendationProgress | None:
    """The line that the same form wrote before, None if it is new."""
    sent = RecommendationProgress.objects.filter(council=recommendation.council_id, token=token).first()
    if sent is not None:
        check_same_sending(
            same_thing=sent.recommendation_id == recommendation.pk, same_person=sent.by_id == by.pk
        )
    return sent


def note_differences(recommendation: Recommendation, note: str) -> list[Difference]:
    """The latest note of the log beside the one that was not saved."""
    last = (
        RecommendationProgress.objects.filter(
            council=recommendation.council_id, recommendation=recommendation
        )
        .select_related("by")
        .first()
    )
    state = RecommendationState(recommendation.state).label
    if last is None:
        return [Difference("state", "State", state, "")]
    who = display_name(last.by) if last.by else "the portal"
    return [
        Difference("note", f"Latest note, by {who}", last.note, note),
        Difference("state", "State", state, ""),
    ]


def _response_words(recommendation: Recommendation, name: str) -> str:
    if name == "response":
        return recommendation.get_response_display()
    return words(getattr(recommendation, name))


def _given_words(wanted: dict[str, Any], name: str) -> str:
    return ExecutiveResponse(wanted[name]).label if name == "response" else words(wanted[name])


_LABELS = {
    "theme": "Theme",
    "wording": "Wording",
    "owner": "Officer who reports",
    "milestone_on": "Milestone",
    "response": "Executive response",
    "reason": "Reason",
    "responded_by": "Who responded",
    "responded_on": "Response given on",
}
