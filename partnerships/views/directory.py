"""The page on which a council finds organisations of the national directory and links them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from partnerships.access.organisations import offered_organisations
from partnerships.areas import areas
from partnerships.enums import CodeScheme, OrganisationKind
from partnerships.forms.organisations import DirectoryForm, LinkManyForm
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.organisations import directory, directory_lines, newest_imports
from partnerships.services.organisations import link_many
from partnerships.views.organisations import ROOM, trail
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.dates import british_date
from prevent_portal.web.return_places import PARAMETER
from prevent_portal.web.views import CouncilView

MOST_OFFERED = 100
"""So many organisations of the directory are offered at once; more are asked for by a narrower search."""


class OrganisationLinkPage(CouncilView):
    """Find organisations of the directory, tick them and link them."""

    permission = PartnershipsPermission.EDIT_PARTNERSHIP

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        form, _, _ = self._found(request, request.POST)
        if form is None:
            return self._page(request)
        if not form.is_valid():
            return self._page(request, form)
        asked = offered_organisations(self.access, [UUID(key) for key in form.cleaned_data["organisations"]])
        try:
            count = link_many(
                council=self.council,
                organisations=asked,
                starts_on=form.cleaned_data["starts_on"],
                by=self.person,
            )
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(request, form)
        messages.success(request, f"Linked {count} {'organisation' if count == 1 else 'organisations'}.")
        return redirect("partnership", self.council.slug)

    def _found(
        self, request: HttpRequest, data: Any = None
    ) -> tuple[LinkManyForm | None, int, dict[str, str]]:
        """The form that offers what was searched for, how many there are, and what was asked."""
        get = request.GET
        kind = get.get("kind", "")
        asked = {
            "q": " ".join(get.get("q", "").split())[:100],
            "kind": kind if kind in OrganisationKind.values else "",
            "area": get.get("area", "").strip()[:12],
        }
        if not any(asked.values()):
            return None, 0, asked
        rows = directory(self.council, text=asked["q"], kind=asked["kind"], area_code=asked["area"])
        lines = directory_lines(rows[: MOST_OFFERED + 1])
        shown = lines[:MOST_OFFERED]
        hints = {
            str(line.id): " · ".join(
                part
                for part in (
                    line.kind.label,
                    line.codes,
                    f"Ended on {british_date(line.ends_on)}" if line.ends_on else "",
                )
                if part
            )
            for line in shown
        }
        offered = [(str(line.id), line.name) for line in shown]
        initial = {"starts_on": timezone.localdate()}
        form = LinkManyForm(data, offered=offered, hints=hints, initial=initial) if shown else None
        return form, len(lines), asked

    def _page(self, request: HttpRequest, form: LinkManyForm | None = None) -> HttpResponse:
        found, count, asked = self._found(request)
        newest = newest_imports()
        context = {
            "areas": areas(self.access, ROOM),
            "crumbs": trail(self.council.slug, None, "Link organisations"),
            "filter": DirectoryForm(initial={**asked, PARAMETER: request.GET.get(PARAMETER, "")}),
            "form": form or found,
            "asked": any(asked.values()),
            "too_many": count > MOST_OFFERED,
            "most": MOST_OFFERED,
            "read": [
                f"{CodeScheme(scheme).label} was last read on {british_date(timezone.localdate(each.ran_at))}"
                for scheme, each in newest.items()
            ],
            "cancel": reverse("partnership", args=[self.council.slug]),
            "add_href": reverse("organisation-add", args=[self.council.slug]),
        }
        return render(request, "partnerships/organisation_link.html", context)
