"""The progress of a job, for the people who wait for it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.outbox.access import job_for
from prevent_portal.outbox.enums import JobState
from prevent_portal.outbox.handlers import NotPermitted, handler_for
from prevent_portal.outbox.models import Job
from prevent_portal.outbox.services import jobs
from prevent_portal.web.components import Crumb
from prevent_portal.web.views import CouncilView

WAITING = "Waiting for its turn"


class JobView(CouncilView):
    """A page that follows one job; without JavaScript it is loaded again by a link."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
        job = job_for(self.access, job_id)
        handler = handler_for(job.kind)
        here = reverse("job", args=[self.council.slug, job.pk])
        context: dict[str, Any] = {
            "job": job,
            "title": handler.title,
            "done": job.state == JobState.DONE,
            "failed": job.may_be_tried_again,
            "failed_words": job.get_state_display(),
            "step": job.step or WAITING,
            "state_url": reverse("job-state", args=[self.council.slug, job.pk]),
            "result_url": handler.result_url(job),
            "here": here,
            "crumbs": [
                Crumb(self.council.name, reverse("overview", args=[self.council.slug])),
                Crumb("Progress"),
            ],
        }
        return render(request, "outbox/job.html", context)

    def post(self, request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
        """Try a failed job again, in this person's name."""
        job = job_for(self.access, job_id)
        try:
            jobs.retry(job=job, by=self.person)
        except NotPermitted as refusal:
            raise Http404 from refusal
        messages.success(request, "The portal is trying again.")
        return redirect("job", self.council.slug, job.pk)


class JobStateView(CouncilView):
    """The same in JSON, for the page's script."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
        return JsonResponse(state_of(job_for(self.access, job_id)))


def state_of(job: Job) -> dict[str, Any]:
    """What static/progress.mjs reads."""
    done = job.state == JobState.DONE
    return {
        "percent": job.percent,
        "step": job.failure if job.may_be_tried_again else job.step or WAITING,
        "done": done,
        "failed": job.may_be_tried_again,
        "result_url": handler_for(job.kind).result_url(job) if done else "",
    }
