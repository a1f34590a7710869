"""What the pages of training that hold one form share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from prevent_portal.tenancy.refusals import StaleVersion
from prevent_portal.web.components import Crumb
from prevent_portal.web.views import CouncilView
from training.areas import own_returns_words
from training.permissions import TrainingPermission


def training_crumb(view: CouncilView) -> Crumb:
    """The first breadcrumb: training, or the council for a partner, who may not read its coverage."""
    slug = view.council.slug
    if view.access.may(TrainingPermission.VIEW_COVERAGE):
        return Crumb("Training", reverse("training", args=[slug]))
    return Crumb(view.council.name, reverse("overview", args=[slug]))


def own_returns_crumbs(view: CouncilView) -> list[Crumb]:
    """The way to the person's own returns, by the name that the page has for them."""
    own = Crumb(own_returns_words(view.access), reverse("own-returns", args=[view.council.slug]))
    return [training_crumb(view), own] if view.access.may(TrainingPermission.VIEW_COVERAGE) else [own]


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
