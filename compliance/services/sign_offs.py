"""Sign a report off: name who signs, hand it in, sign in order, send it back with words."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import Report, ReportSection, ReportVersion, SectionComment, SignOff
from compliance.policies import PolicyError
from compliance.policies.sign_offs import check_can_be_handed_in, check_can_be_signed
from compliance.queries.report_content import Content
from compliance.queries.report_obstacles import obstacles_of
from compliance.queries.reports import content_of, sections_of
from compliance.queries.sign_offs import (
    AUTHOR,
    AUTHOR_TITLE,
    Place,
    possible_signatories,
    standing_of,
)
from compliance.services.renditions import request_rendition
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.outbox.services.emails import queue_email

UNSIGNED = {"version": None, "sha256": "", "signed_at": None, "signed_by": None}
SIGNATURE_FIELDS = tuple(UNSIGNED)


def open_places(*, report: Report) -> list[SignOff]:
    """Open the places of a new report: its author, then everybody in the council's order.

    A template that names nobody who signs leaves the report without places: a second person still makes it
    final.
    """
    titles = [title.strip() for title in report.signatories if title.strip()]
    if not titles:
        return []
    return SignOff.objects.bulk_create(
        SignOff(
            council_id=report.council_id,
            report=report,
            position=position,
            title=title,
            person=report.author if position == AUTHOR else None,
        )
        for position, title in enumerate([AUTHOR_TITLE, *titles])
    )


def name_signatory(*, report: Report, position: int, person: User, by: User) -> SignOff:
    """Say who holds a place. A signature that somebody else left in it and that counts no more goes.

    Naming somebody for the first place makes them the report's author.

    Raises:
        PolicyError: if the report is final, there is no such place, it is signed and the signature counts,
            the person may not sign here, or they hold another place: nobody signs twice.
    """
    with transaction.atomic():
        locked = _locked(report)
        if locked.state == ReportState.FINAL:
            raise PolicyError("This report is final, so it stays as it is.")
        content = content_of(locked.council, locked)
        standing = standing_of(locked, content)
        place = next((one for one in standing.places if one.sign_off.position == position), None)
        if place is None:
            raise PolicyError("This report has no such place for a signature.")
        if place.sign_off.person_id == person.pk:
            return place.sign_off
        if place.state == "signed":
            raise PolicyError("This place is signed. Send the report back first to name somebody else.")
        if not possible_signatories(locked, position).filter(pk=person.pk).exists():
            raise PolicyError(
                "Choose somebody else: this person may not sign here, or holds another place of this report."
            )
        sign_off = place.sign_off
        sign_off.person = person
        _clear(sign_off)
        sign_off.save(update_fields=["person", *SIGNATURE_FIELDS])
        if position == AUTHOR:
            locked.author = person
            locked.save(update_fields=["author"])
        record(
            action="compliance.report_signatory_named",
            subject=locked,
            details={"position": position, "person": person.pk},
        )
        _tell_next(locked, content)
    return sign_off


def hand_in(*, report: Report, by: User) -> ReportVersion:
    """Hand the report in as its author: what it says now becomes the version that everybody signs.

    Its files are asked for, so that those who sign can read them.

    Raises:
        PolicyError: unless the figures are frozen, every place is named, nothing stands in the way of a
            final report, and the person is its author.
    """
    with transaction.atomic():
        locked = _locked(report)
        sections = sections_of(locked)
        content = content_of(locked.council, locked, sections)
        standing = standing_of(locked, content)
        check_can_be_handed_in(locked, standing, obstacles_of(content, sections), by)
        mine = standing.places[0].sign_off
        version, _job, _created = request_rendition(report=locked, by=by)
        _sign(mine, version, by)
        record(
            action="compliance.report_handed_in",
            subject=locked,
            details={"version": version.number, "sha256": version.sha256},
        )
        _tell_next(locked, content)
    return version


def sign(*, report: Report, by: User, sha256: str) -> SignOff:
    """Sign what was handed in.

    Args:
        sha256: of the version that the person was shown.

    Raises:
        PolicyError: if it is not the person's turn, or the report says something else than they were shown.
    """
    with transaction.atomic():
        locked = _locked(report)
        content = content_of(locked.council, locked)
        standing = standing_of(locked, content)
        place = check_can_be_signed(locked, standing, by)
        version = standing.version
        if version is None or version.sha256 != sha256:
            raise PolicyError(
                "The report has changed since you opened this page. Read the new version before you sign."
            )
        _sign(place.sign_off, version, by)
        record(
            action="compliance.report_signed",
            subject=locked,
            details={
                "position": place.sign_off.position,
                "version": version.number,
                "sha256": version.sha256,
            },
        )
        _tell_next(locked, content)
    return place.sign_off


def send_back(*, report: Report, by: User, section: ReportSection, words: str) -> SectionComment:
    """Send the report back to its author instead of signing it. Every signature goes; all sign anew.

    The words stand as a comment beside the section that they are about until the author settles it.

    Raises:
        PolicyError: unless it is the person's turn to sign.
    """
    with transaction.atomic():
        locked = _locked(report)
        standing = standing_of(locked, content_of(locked.council, locked))
        place = check_can_be_signed(locked, standing, by)
        if section.report_id != locked.pk:
            raise PolicyError("Choose a section of this report.")
        for one in standing.places:
            _clear(one.sign_off)
            one.sign_off.save(update_fields=SIGNATURE_FIELDS)
        comment = SectionComment.objects.create(
            council_id=locked.council_id, section=section, text=words, by=by
        )
        record(
            action="compliance.report_sent_back",
            subject=locked,
            details={"position": place.sign_off.position, "section": section.key},
        )
        if locked.author is not None:
            _email(
                locked,
                locked.author,
                subject="was sent back",
                text="was sent back to you with a comment. Read it, and hand the report in again",
                route="report",
                effect_key=f"report-sent-back:{comment.pk}",
            )
    return comment


def _locked(report: Report) -> Report:
    return (
        Report.objects.select_for_update(no_key=True, of=("self",))
        .select_related("council", "author")
        .get(council=report.council_id, pk=report.pk)
    )


def _clear(sign_off: SignOff) -> None:
    for field, value in UNSIGNED.items():
        setattr(sign_off, field, value)


def _sign(sign_off: SignOff, version: ReportVersion, by: User) -> None:
    sign_off.version = version
    sign_off.sha256 = version.sha256
    sign_off.signed_at = timezone.now()
    sign_off.signed_by = by
    sign_off.save(update_fields=SIGNATURE_FIELDS)


def _tell_next(report: Report, content: Content) -> None:
    """Write to whoever signs next, or to the author once everybody has signed. One message for one turn."""
    standing = standing_of(report, content)
    if standing.version is None:
        return
    handed_in_at = standing.places[0].sign_off.signed_at
    turn = handed_in_at.isoformat() if handed_in_at else ""
    place = standing.next
    if place is None:
        if report.author is not None:
            _email(
                report,
                report.author,
                subject="is signed by everybody",
                text="is signed by everybody in your council’s order. It can now be made final",
                route="report",
                effect_key=f"report-signed:{report.pk}:{turn}",
            )
    elif place.sign_off.person is not None and place.sign_off.position != AUTHOR:
        _ask(report, place, place.sign_off.person, turn)


def _ask(report: Report, place: Place, person: User, turn: str) -> None:
    _email(
        report,
        person,
        subject="waits for your signature",
        text="waits for your signature. Read what you sign, then sign it or send it back",
        route="report-sign",
        effect_key=f"report-to-sign:{place.sign_off.pk}:{person.pk}:{turn}",
    )


def _email(report: Report, to: User, *, subject: str, text: str, route: str, effect_key: str) -> None:
    """A reference and a link, nothing of the report (rule 14 of the product)."""
    link = settings.PUBLIC_URL + reverse(route, args=[report.council.slug, report.pk])
    queue_email(
        recipient=to.email,
        subject=f"Prevent Portal: report {report.reference} {subject}",
        text=f"Report {report.reference} {text}: {link}\n",
        effect_key=effect_key,
    )
