"""What every page of Channel has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from django.contrib import messages
from django.db import DatabaseError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from channel import step_up
from channel.models import ChannelCase, ChannelMeeting
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused
from channel.services.refusals import record_refusal
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.accounts.views.restricted import MARKING, kept_nowhere, unavailable
from prevent_portal.accounts.views.step_up import StepUpRequired
from prevent_portal.web.components import Crumb
from prevent_portal.web.views import CouncilView, require_council_access

LOG_WORDS = "Access log"
"""What the way to the access log is called."""


class ChannelView(StepUpRequired, CouncilView):
    """Base of every page here: no token opens it, the second factor is fresh, a refusal is logged.

    ``page`` names the page in the log of refusals; ``identifier`` is the part of the address that says which.
    """

    abstract = True
    page: ClassVar[str] = ""
    identifier: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return kept_nowhere(self._answered(request, *args, **kwargs))
        except DatabaseError:
            # The event of the trail could not be written, or the database refused: nothing is shown (AL-1).
            return unavailable()

    def _answered(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            asker: CouncilAccess | None = getattr(request, "access", None)
            if asker is not None:
                record_refusal(
                    council=asker.council,
                    page=self.page,
                    identifier=str(kwargs.get(self.identifier, "")),
                    by=asker.user,
                )
            raise

    def is_fresh(self, request: HttpRequest) -> bool:
        """Whether the second factor was proved recently enough for this page, outside a meeting or in one."""
        self.access = require_council_access(request, type(self))
        self.council = self.access.council
        if getattr(request, "api_token", None) is not None:
            raise Http404
        request.marking = MARKING  # type: ignore[attr-defined] # the base template prints it
        if not (self.held_by_meeting(**self.kwargs) or step_up.is_fresh(request)):
            return False
        step_up.note_activity(request)
        return True

    def held_by_meeting(self, **kwargs: Any) -> bool:
        """Whether the proof made at signing a meeting's statement still opens this page."""
        return False

    def page_of(self, template: str, context: dict[str, Any]) -> HttpResponse:
        return render(self.request, f"channel/{template}.html", context)

    def crumbs(self, *more: Crumb) -> list[Crumb]:
        """The way here: from the room, or for a data protection officer from the access log."""
        slug = self.council.slug
        if self.access.may(ChannelPermission.VIEW_CHANNEL):
            return [Crumb("Channel", reverse("channel-meetings", args=[slug])), *more]
        if self.access.may(AccountsPermission.READ_RESTRICTED_AUDIT) and more[0].text != LOG_WORDS:
            return [Crumb(LOG_WORDS, reverse("channel-access-log", args=[slug])), *more]
        return list(more) if len(more) > 1 else []

    def case_crumbs(self, case: ChannelCase, *more: Crumb) -> list[Crumb]:
        """The way to a case, by the list of cases where the person may open that, and on from it."""
        slug = self.council.slug
        listed = [Crumb("Cases", reverse("channel-cases", args=[slug]))]
        href = reverse("channel-case", args=[slug, case.reference]) if more else ""
        return self.crumbs(
            *(listed if self.access.may(ChannelPermission.VIEW_CHANNEL) else []),
            Crumb(case.reference, href),
            *more,
        )

    def meeting_href(self, meeting: ChannelMeeting) -> str:
        return reverse("channel-meeting", args=[self.council.slug, meeting.pk])


Subject = TypeVar("Subject")
Asked = TypeVar("Asked", bound=BaseForm)


class ChannelFormView(ChannelView, ABC, Generic[Subject, Asked]):
    """A page with one form about one thing: asks, saves and leads on; a refusal stands above the form."""

    abstract = True
    title: ClassVar[str] = ""
    lead: ClassVar[str] = ""
    button: ClassVar[str] = "Save"
    warning: ClassVar[bool] = False
    """Whether it cannot be undone: its button is red then."""

    @abstractmethod
    def subject(self, **keys: UUID) -> Subject:
        """The thing that is written, read with the right to write it, else Http404."""

    @abstractmethod
    def form(self, subject: Subject, /, data: QueryDict | None = None) -> Asked:
        """The form, filled with what is stored or with what was sent."""

    @abstractmethod
    def save(self, subject: Subject, form: Asked, /) -> str:
        """Do it, and return the sentence that says so.

        Raises:
            ChannelRefused: with the sentence that says why not.
        """

    @abstractmethod
    def target(self, subject: Subject, /) -> str:
        """Where the page leads when it is done, and when it is cancelled."""

    def caption(self, subject: Subject, /) -> str:
        """What the page is about, above its heading."""
        return ""

    def trail(self, subject: Subject, /) -> list[Crumb]:
        """The breadcrumbs between the room and this page."""
        return []

    def get(self, request: HttpRequest, **keys: UUID) -> HttpResponse:
        subject = self.subject(**keys)
        return self.printed(subject, self.form(subject))

    def post(self, request: HttpRequest, **keys: UUID) -> HttpResponse:
        subject = self.subject(**keys)
        form = self.form(subject, request.POST)
        if not form.is_valid():
            return self.printed(subject, form)
        try:
            done = self.save(subject, form)
        except ChannelRefused as refused:
            form.add_error(None, str(refused))
            return self.printed(subject, form)
        messages.success(request, done)
        return HttpResponseRedirect(self.target(subject))

    def printed(self, subject: Subject, form: Asked, /) -> HttpResponse:
        return self.page_of(
            "form",
            {
                "crumbs": self.crumbs(*self.trail(subject), Crumb(self.title)),
                "title": self.title,
                "caption": self.caption(subject),
                "lead": self.lead,
                "form": form,
                "button": self.button,
                "warning": self.warning,
                "cancel": self.target(subject),
            },
        )
