"""What the pages of training that hold one form share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from prevent_portal.tenancy.refusals import StaleVersion
from prevent_portal.web.components import Crumb
from prevent_portal.web.views import CouncilView


class FormPage(CouncilView):
    """A page with a heading and one form; 409 with both texts where somebody else saved first."""

    abstract = True

    def show(
        self,
        form: Any,
        *,
        title: str,
        button: str,
        crumbs: list[Crumb],
        cancel: str,
        lead: str = "",
        stale: StaleVersion | None = None,
        template: str = "web/form_page.html",
        **more: Any,
    ) -> HttpResponse:
        """The page with the form."""
        context = {
            "title": title,
            "lead": lead,
            "form": form,
            "button": button,
            "crumbs": crumbs,
            "cancel": cancel,
            "stale": stale,
            **more,
        }
        return render(self.request, template, context, status=409 if stale else 200)

    def again(self, stale: StaleVersion) -> Any:
        """What was sent, with the version that is stored now."""
        data = self.request.POST.copy()
        data["version"] = str(stale.version)
        return data
