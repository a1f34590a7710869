"""The only way to a job, a notice and the sent log: object and right in one call."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.http import Http404

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.outbox.handlers import UnknownKind, handler_for
from prevent_portal.outbox.models import Job, Notice, Reminder
from prevent_portal.outbox.queries import notices_of, sent_log


def job_for(access: CouncilAccess, job_id: uuid.UUID) -> Job:
    """Return a job that the person asked for, or that the room's own rule lets them follow.

    Raises:
        django.http.Http404: for every other job, as for one that is not there.
    """
    job = Job.objects.filter(council=access.council, pk=job_id).first()
    if job is None:
        raise Http404
    if job.requested_by_id == access.user.pk:
        return job
    try:
        readable = handler_for(job.kind).readable(access, job)
    except UnknownKind:
        readable = False
    if not readable:
        raise Http404
    return job


def notice_for(person: User, notice_id: uuid.UUID) -> Notice:
    """A notice of the person's own, about a council of theirs, else Http404."""
    notice = notices_of(person).filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    return notice


def sent_log_for(access: CouncilAccess) -> QuerySet[Reminder]:
    """Who was told of which reference when, for somebody who reads the council's audit, else Http404."""
    access.require(AccountsPermission.READ_AUDIT)
    return sent_log(access.council)
