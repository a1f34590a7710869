"""Keep scrutiny reviews: what the panel did, whom it was presented to, who considered it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from compliance.enums import HearingKind, ReviewState
from compliance.models import Recommendation, ReviewHearing, ReviewSeat, ScrutinyReview
from compliance.policies import Difference, PolicyError, StaleVersion, check_same_sending
from compliance.policies.reviews import (
    check_municipal_year,
    check_not_closed,
    check_presentable,
    check_review_dates,
    check_review_step,
)
from compliance.queries.scrutiny import possible_seats
from prevent_portal.accounts.models import User, display_name
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date


def record_review(
    *,
    council: Council,
    by: User,
    title: str,
    panel: str,
    municipal_year: str,
    purpose: str = "",
    began_on: date | None = None,
    agreed_on: date | None = None,
    response_due_on: date | None = None,
) -> ScrutinyReview:
    """Record a review as the officers' draft; its recommendations follow, by hand or by import.

    Raises:
        PolicyError: for a title that is taken, years that are none, or dates that contradict each other.
    """
    check_municipal_year(municipal_year)
    check_review_dates(began_on=began_on, agreed_on=agreed_on)
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        _check_title(council, title)
        review = ScrutinyReview.objects.create(
            council=council,
            title=title,
            panel=panel,
            municipal_year=municipal_year,
            purpose=purpose,
            began_on=began_on,
            agreed_on=agreed_on,
            response_due_on=response_due_on,
        )
        record(action="compliance.review_recorded", subject=review)
    return review


def change_review(
    *,
    review: ScrutinyReview,
    by: User,
    version: int,
    title: str,
    panel: str,
    municipal_year: str,
    purpose: str,
    began_on: date | None,
    agreed_on: date | None,
    response_due_on: date | None,
) -> ScrutinyReview:
    """Change what a review's head says.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: as :func:`record_review`, and for a closed review.
    """
    wanted = {
        "title": title,
        "panel": panel,
        "municipal_year": municipal_year,
        "purpose": purpose,
        "began_on": began_on,
        "agreed_on": agreed_on,
        "response_due_on": response_due_on,
    }
    check_municipal_year(municipal_year)
    check_review_dates(began_on=began_on, agreed_on=agreed_on)
    with transaction.atomic():
        locked = lock_review(review)
        check_not_closed(locked)
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference(name, _LABELS[name], words(getattr(locked, name)), words(wanted[name]))
                    for name in changed
                ],
            )
        if "title" in changed:
            _check_title(locked.council, title)
        if changed:
            for name in changed:
                setattr(locked, name, wanted[name])
            touch_review(locked, changed)
            record(action="compliance.review_changed", subject=locked, details={"fields": changed})
    return locked


def present_review(
    *, review: ScrutinyReview, by: User, version: int, presented_to: str, presented_on: date
) -> ScrutinyReview:
    """Record that the review was presented. From now its recommendations keep their wording.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: if it has been presented, nothing is there to present, or the day has not come.
    """
    with transaction.atomic():
        locked = lock_review(review)
        check_review_step(locked, ReviewState.OPEN)
        if locked.state != ReviewState.DRAFT:
            raise PolicyError("This review has been presented already.")
        check_version(locked, version)
        if presented_on > timezone.localdate():
            raise PolicyError("A review cannot have been presented on a day that has not come yet.")
        rows = Recommendation.objects.filter(council=locked.council_id, review=locked)
        check_presentable(
            recommendations=rows.count(),
            without_words=list(rows.filter(wording="").order_by("number").values_list("number", flat=True)),
        )
        now = timezone.now()
        rows.filter(frozen_at__isnull=True).update(frozen_at=now)
        locked.presented_to = presented_to
        locked.presented_on = presented_on
        locked.state = ReviewState.OPEN
        touch_review(locked, ["presented_to", "presented_on", "state"])
        record(action="compliance.review_presented", subject=locked)
    return locked


def publish_review(
    *, review: ScrutinyReview, by: User, version: int, published_on: date | None = None
) -> ScrutinyReview:
    """Let every councillor read the review. Sent twice, it happens once.

    Args:
        published_on: the day it was published elsewhere before; today unless told.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: while it is a draft, or for a day that cannot be.
    """
    today = timezone.localdate()
    with transaction.atomic():
        locked = lock_review(review)
        if locked.published_on is not None:
            return locked
        if locked.is_draft:
            raise PolicyError("Present the review first: a draft cannot be published.")
        check_not_closed(locked)
        check_version(locked, version)
        day = published_on or today
        if day > today or (locked.presented_on and day < locked.presented_on):
            raise PolicyError("A review is published once it is presented, and not on a day to come.")
        locked.published_on = day
        touch_review(locked, ["published_on"])
        record(action="compliance.review_published", subject=locked)
    return locked


def seat_panel(*, review: ScrutinyReview, by: User, people: Collection[User]) -> None:
    """Name the councillors of the panel: they read the review before it is published.

    Raises:
        PolicyError: for somebody who is no councillor of the council, or a closed review.
    """
    wanted = {person.pk for person in people}
    with transaction.atomic():
        locked = lock_review(review)
        check_not_closed(locked)
        seats = ReviewSeat.objects.filter(council=locked.council_id, review=locked)
        seated = set(seats.values_list("person_id", flat=True))
        if wanted - seated - {person.pk for person in possible_seats(locked.council)}:
            raise PolicyError("Only councillors with a role in this council sit on the panel.")
        seats.exclude(person__in=wanted).delete()
        ReviewSeat.objects.bulk_create(
            ReviewSeat(council=locked.council, review=locked, person_id=person_id)
            for person_id in sorted(wanted - seated)
        )
        if wanted != seated:
            record(
                action="compliance.review_panel_seated",
                subject=locked,
                details={"added": sorted(wanted - seated), "removed": sorted(seated - wanted)},
            )


def record_hearing(
    *,
    review: ScrutinyReview,
    by: User,
    body: str,
    heard_on: date,
    outcome: str,
    token: UUID | None = None,
) -> ReviewHearing:
    """Record that a body considered the review, and what it said.

    Raises:
        PolicyError: for a day that has not come, or a closed review.
    """
    with transaction.atomic():
        locked = lock_review(review)
        sent = hearing_sent(locked, token, by)
        if sent is not None:
            return sent
        check_not_closed(locked)
        if heard_on > timezone.localdate():
            raise PolicyError("A body cannot have considered it on a day that has not come yet.")
        hearing = add_hearing(
            locked,
            by=by,
            kind=HearingKind.CONSIDERED,
            body=body,
            heard_on=heard_on,
            outcome=outcome,
            token=token,
        )
        record(action="compliance.review_heard", subject=locked, details={"hearing": hearing.pk})
    return hearing


def change_hearing(
    *, hearing: ReviewHearing, by: User, version: int, body: str, heard_on: date, outcome: str
) -> ReviewHearing:
    """Mend what was written about a body that considered the review. What a body decided is never changed.

    Raises:
        StaleVersion: if somebody saved since ``version``; it holds both texts.
        PolicyError: for a decision, a closed review, or a day that has not come.
    """
    wanted = {"body": body, "heard_on": heard_on, "outcome": outcome}
    labels = {"body": "Body", "heard_on": "Date", "outcome": "What it said"}
    with transaction.atomic():
        check_not_closed(lock_review(hearing.review))
        locked = ReviewHearing.objects.select_for_update(no_key=True).get(
            council=hearing.council_id, pk=hearing.pk
        )
        if locked.kind != HearingKind.CONSIDERED:
            raise PolicyError("A step towards closure is kept as it was recorded.")
        if heard_on > timezone.localdate():
            raise PolicyError("A body cannot have considered it on a day that has not come yet.")
        changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference(name, labels[name], words(getattr(locked, name)), words(wanted[name]))
                    for name in changed
                ],
            )
        if changed:
            for name in changed:
                setattr(locked, name, wanted[name])
            locked.version += 1
            locked.save(update_fields=[*changed, "version"])
            record(
                action="compliance.review_hearing_changed",
                subject=locked,
                details={"review": locked.review_id, "fields": changed},
            )
    return locked


# What the services of reviews share --------------------------------------------------------------------


def lock_review(review: ScrutinyReview) -> ScrutinyReview:
    """Read the review anew and hold it until the transaction ends."""
    return (
        ScrutinyReview.objects.select_for_update(of=("self",), no_key=True)
        .select_related("council")
        .get(council=review.council_id, pk=review.pk)
    )


def touch_review(review: ScrutinyReview, fields: list[str]) -> None:
    """Save the named fields of a locked review as its next version."""
    review.version += 1
    review.save(update_fields=[*fields, "version"])


def check_version(review: ScrutinyReview, version: int) -> None:
    """Raise StaleVersion unless the person saw the review as it is."""
    if version != review.version:
        raise StaleVersion(
            version=review.version,
            differences=[Difference("state", "The review is now", review.get_state_display(), "")],
        )


def add_hearing(
    review: ScrutinyReview,
    *,
    by: User,
    kind: HearingKind,
    body: str,
    heard_on: date,
    outcome: str,
    token: UUID | None = None,
) -> ReviewHearing:
    """Write one line of a review's history. Says nothing to the audit trail: the caller does."""
    if not body.strip() or not outcome.strip():
        raise PolicyError("Name the body and enter what it said.")
    return ReviewHearing.objects.create(
        council=review.council,
        review=review,
        kind=kind,
        body=body.strip(),
        heard_on=heard_on,
        outcome=outcome.strip(),
        recorded_by=by,
        token=token,
    )


def hearing_sent(review: ScrutinyReview, token: UUID | None, by: User) -> ReviewHearing | None:
    """The line that the same form wrote before, None if it is new."""
    if token is None:
        return None
    sent = ReviewHearing.objects.filter(council=review.council_id, token=token).first()
    if sent is not None:
        check_same_sending(same_thing=sent.review_id == review.pk, same_person=sent.recorded_by_id == by.pk)
    return sent


def words(value: object) -> str:
    """A value of a field as the page prints it."""
    if value is None or value == "":
        return "Nothing"
    if isinstance(value, date):
        return british_date(value)
    return display_name(value) if isinstance(value, User) else str(value)


def _check_title(council: Council, title: str) -> None:
    if ScrutinyReview.objects.filter(council=council, title=title).exists():
        raise PolicyError("There is already a review with this title.")


_LABELS = {
    "title": "Title",
    "panel": "Panel",
    "municipal_year": "Municipal year",
    "purpose": "What it looked into",
    "began_on": "Began",
    "agreed_on": "Report agreed",
    "response_due_on": "Response due",
}
