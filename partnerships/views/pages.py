"""What the pages of the partnership that hold one form share."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, TypeVar

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render

from partnerships.areas import areas
from prevent_portal.tenancy.refusals import StaleVersion
from prevent_portal.web.components import Crumb
from prevent_portal.web.form_pages import FormPage

Subject = TypeVar("Subject")
Asked = TypeVar("Asked", bound=BaseForm)


class RoomFormPage(FormPage[Subject, Asked]):
    """One form in a room of the partnership: ``room`` is the ``url_name`` of ``areas.py`` it lies in."""

    abstract = True
    room = ""
    template = "web/form_page.html"
    button = "Save"
    cancel_words = ""
    """What the link away says, where "Cancel" would be ambiguous beside the button."""
    warning = False
    """A red button, for what ends or removes something."""

    @abstractmethod
    def title(self, subject: Subject, /) -> str:
        """The heading."""

    @abstractmethod
    def crumbs(self, subject: Subject, /) -> list[Crumb]:
        """The way here."""

    def lead(self, subject: Subject, /) -> str:
        """A sentence under the heading, or nothing."""
        return ""

    def more(self, subject: Subject, /) -> dict[str, Any]:
        """What the template needs besides."""
        return {}

    def printed(
        self, subject: Subject, form: Asked, stale: StaleVersion | None = None, /, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "title": self.title(subject),
            "lead": self.lead(subject),
            "form": form,
            "button": self.button,
            "cancel_words": self.cancel_words,
            "warning": self.warning,
            "crumbs": self.crumbs(subject),
            "cancel": self.target(subject),
            "stale": stale,
            "areas": areas(self.access, self.room, self.kwargs.get("register", "")),
            **self.more(subject),
        }
        return render(self.request, self.template, context, status=status)
