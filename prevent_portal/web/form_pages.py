"""A page with one form about one thing, for every room."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict

from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.views import CouncilView

Data = QueryDict | None
Files = MultiValueDict[str, Any] | None
Subject = TypeVar("Subject")
Asked = TypeVar("Asked", bound=BaseForm)


class FormPage(CouncilView, ABC, Generic[Subject, Asked]):
    """Asks, saves and leads on; a refusal stands above the form, a stale version shows both texts (409).

    Subclasses say whose page it is, its form, what saving does, where it leads, and how it is printed.
    """

    abstract = True

    @abstractmethod
    def subject(self, **keys: UUID) -> Subject:
        """The thing that is written, read with the right to write it, else Http404."""

    @abstractmethod
    def form(self, subject: Subject, /, data: Data = None, files: Files = None) -> Asked:
        """The form, filled with what is stored or with what was sent."""

    @abstractmethod
    def save(self, subject: Subject, form: Asked, /) -> str:
        """Do it, and return the sentence that says so.

        Raises:
            PolicyError: and a StaleVersion, if the thing was changed since the form was opened.
        """

    @abstractmethod
    def target(self, subject: Subject, /) -> str:
        """Where the page leads when it is done, and when it is cancelled."""

    @abstractmethod
    def printed(
        self, subject: Subject, form: Asked, stale: StaleVersion | None = None, /, *, status: int = 200
    ) -> HttpResponse:
        """The page, with both texts if somebody else saved in between."""

    def refuse(self, form: Asked, problem: PolicyError, /) -> None:
        """Put what a service refused into the form."""
        form.add_error(None, str(problem))

    def get(self, request: HttpRequest, **keys: UUID) -> HttpResponse:
        subject = self.subject(**keys)
        return self.printed(subject, self.form(subject))

    def post(self, request: HttpRequest, **keys: UUID) -> HttpResponse:
        subject = self.subject(**keys)
        form = self.form(subject, request.POST, request.FILES)
        if not form.is_valid():
            return self.printed(subject, form)
        try:
            done = self.save(subject, form)
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            current = self.subject(**keys)
            return self.printed(current, self.form(current, data, request.FILES), stale, status=409)
        except PolicyError as problem:
            self.refuse(form, problem)
            return self.printed(subject, form)
        messages.success(request, done)
        return redirect(self.target(subject))
