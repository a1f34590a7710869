"""The inbox: what a person was told, across their councils, until they have read it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from prevent_portal.outbox.access import notice_for
from prevent_portal.outbox.enums import ReminderStage
from prevent_portal.outbox.models import Notice
from prevent_portal.outbox.queries import notices_of
from prevent_portal.outbox.services.reminders import NOTICE_KEPT, mark_all_read, mark_read
from prevent_portal.web.components import Colour, Tag, paginate
from prevent_portal.web.numbers import counted
from prevent_portal.web.views import PersonView

_COLOURS: dict[ReminderStage, Colour] = {
    ReminderStage.OVERDUE: "red",
    ReminderStage.WEEKLY: "red",
    ReminderStage.ESCALATED: "orange",
    ReminderStage.DUE: "yellow",
}


class InboxPage(PersonView):
    """Everything the person was told while notices are kept, newest first."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        page, links = paginate(request, notices_of(self.person))
        context = {
            "notices": [_line(notice) for notice in page.object_list],
            "links": links,
            "kept_days": NOTICE_KEPT.days,
        }
        return render(request, "outbox/inbox.html", context)


def _line(notice: Notice) -> dict[str, Any]:
    stage = ReminderStage(notice.stage)
    return {
        "reference": notice.reference,
        "task": notice.task,
        "council": notice.council.name,
        "due_on": notice.due_on,
        "told_at": notice.told_at,
        "stage": Tag(stage.label, _COLOURS.get(stage, "blue")),
        "unread": notice.read_at is None,
        "open": reverse("notice-open", args=[notice.pk]),
    }


class NoticeOpenView(PersonView):
    """Go to where the task of a notice is done; the notice is read then."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
        notice = notice_for(self.person, notice_id)
        mark_read(notice=notice)
        return redirect(notice.href)


class InboxReadView(PersonView):
    """Mark everything read, in one click."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        count = mark_all_read(person=self.person)
        messages.success(request, f"{counted(count, 'notice', 'notices')} marked as read.")
        return redirect("inbox")
