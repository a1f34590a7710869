"""The only way to a job: object and right in one call."""

from __future__ import annotations

import uuid

from django.http import Http404

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.outbox.handlers import UnknownKind, handler_for
from prevent_portal.outbox.models import Job


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
