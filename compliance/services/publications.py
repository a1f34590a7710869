"""Publish a final report for everybody, and withdraw what is published."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from compliance.models import Publication, Report
from compliance.policies import PolicyError
from compliance.policies.publications import check_can_be_published
from compliance.queries.publications import (
    address_for,
    at_address,
    next_ordinal,
    publication_of,
    publishable_file,
    published_correction_of,
)
from compliance.queries.report_editions import public_content
from compliance.queries.report_obstacles import withheld_tables
from compliance.queries.reports import final_version
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council


def publish(*, report: Report, by: User) -> Publication:
    """Publish the public edition of a final report at an address that never changes.

    A correction goes to the address of what it corrects, and what was there stays below it.

    Raises:
        PolicyError: if the report is not final, it or a correction of it was published before, its PDF is not
            made yet, or it holds figures that the council does not publish today (rule 8 of the product).
    """
    with transaction.atomic():
        # One lock per council, so that two publications never take the same address.
        council = Council.objects.select_for_update(no_key=True).get(pk=report.council_id)
        locked = Report.objects.select_for_update(no_key=True, of=("self",)).get(
            council=council, pk=report.pk
        )
        check_can_be_published(locked, publication_of(locked), published_correction_of(locked))
        version = final_version(locked)
        rendition = publishable_file(locked, version)
        if version is None or rendition is None:
            raise PolicyError("The report’s PDF is not made yet. Publish the report when it is there.")
        content = public_content(version.content)
        if refused := withheld_tables(council, content):
            raise PolicyError(f"{refused[0]} Correct the report without it, and publish the correction.")
        address = address_for(locked)
        publication = Publication.objects.create(
            council=council,
            report=locked,
            rendition=rendition,
            committee_slug=address.committee_slug,
            period_slug=address.period_slug,
            ordinal=next_ordinal(council, address),
            title=locked.title,
            committee=locked.committee,
            period_start=locked.period_start,
            period_end=locked.period_end,
            correction=locked.correction,
            content=content,
            published_by=by,
        )
        record(
            action="compliance.report_published",
            subject=locked,
            details={"publication": publication.pk, "version": version.number, "sha256": rendition.sha256},
        )
    return publication


def withdraw(*, publication: Publication, by: User, reason: str) -> Publication:
    """Take a publication back, and what it corrected with it: an error put right is not shown again.

    Raises:
        PolicyError: if it is withdrawn already.
    """
    with transaction.atomic():
        at_the_address = at_address(
            publication.council, publication.committee_slug, publication.period_slug
        ).filter(ordinal__lte=publication.ordinal, withdrawn_at__isnull=True)
        standing = {one.pk: one for one in at_the_address.select_for_update(no_key=True, of=("self",))}
        if publication.pk not in standing:
            raise PolicyError("This report is withdrawn already.")
        now = timezone.now()
        for one in standing.values():
            one.withdrawn_at, one.withdrawn_by, one.withdrawn_reason = now, by, reason.strip()
            one.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
            record(action="compliance.report_withdrawn", subject=one, details={"report": one.report_id})
    return standing[publication.pk]
