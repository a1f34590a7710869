"""Who may read the risk register, or one risk: a page for whoever keeps it, and one to name a keeper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import kept_register_for, risk_for, risk_place_for
from compliance.forms.risks import EndReaderForm, KeeperForm, ReaderForm
from compliance.models import Risk, RiskReader
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError
from compliance.queries.risks import (
    is_unkept,
    past_readers_of,
    possible_keepers,
    possible_readers,
    readers_of,
)
from compliance.services.risk_audiences import add_reader, appoint_keeper, end_reader
from compliance.views.risks import RiskView
from prevent_portal.accounts.models import display_name
from prevent_portal.web.components import Crumb
from prevent_portal.web.dates import british_date


class _AudienceView(RiskView):
    """People on an audience. A change of it takes a fresh proof of the second factor (AU-2)."""

    abstract = True
    step_up = frozenset({"POST"})

    def answer(self, risk: Risk | None) -> HttpResponse:
        """Show the audience, or change it as the form says."""
        request = self.request
        if request.method != "POST":
            return self._page(risk, self._form(risk))
        if "end" in request.POST:
            ending = EndReaderForm(request.POST)
            if not ending.is_valid():
                raise Http404
            place = risk_place_for(self.access, ending.cleaned_data["end"], risk)
            try:
                end_reader(place=place, by=self.person)
            except PolicyError as problem:
                messages.error(request, str(problem))
                return HttpResponseRedirect(request.path)
            messages.success(request, f"{display_name(place.person)} is not on the audience any more.")
            return self._after(risk, place)
        form = self._form(risk, request.POST)
        if not form.is_valid():
            return self._page(risk, form)
        person = form.cleaned_data["person"]
        try:
            add_reader(
                council=self.council,
                risk=risk,
                person=person,
                ends_on=form.cleaned_data["ends_on"],
                by=self.person,
            )
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(risk, form)
        messages.success(request, f"{display_name(person)} is on the audience.")
        return HttpResponseRedirect(request.path)

    def _after(self, risk: Risk | None, place: RiskReader) -> HttpResponse:
        if place.person_id == self.person.pk:
            return redirect("risks", self.council.slug)
        return HttpResponseRedirect(self.request.path)

    def _form(self, risk: Risk | None, data: Any = None) -> ReaderForm:
        people = possible_readers(self.council, risk, timezone.localdate())
        return ReaderForm(data, people=[person for person in people if person.pk != self.person.pk])

    def _page(self, risk: Risk | None, form: ReaderForm) -> HttpResponse:
        crumbs = (
            self.crumbs(risk, "Audience")
            if risk
            else [
                *self.crumbs(),
                Crumb("Register", reverse("risk-register", args=[self.council.slug])),
                Crumb("Audience"),
            ]
        )
        context = {
            "crumbs": crumbs,
            "risk": risk,
            "places": [_place(place) for place in readers_of(self.council, risk)],
            "register": [_place(place) for place in readers_of(self.council, None)] if risk else [],
            "past": [_past(place) for place in past_readers_of(self.council, risk)],
            "form": form,
        }
        return render(self.request, "compliance/risk_audience.html", context)


class RegisterAudiencePage(_AudienceView):
    """Who may read every risk of the council."""

    permission = CompliancePermission.EDIT_RISKS
    page = "register-audience"

    def get(self, request: HttpRequest) -> HttpResponse:
        kept_register_for(self.access)
        return self.answer(None)

    def post(self, request: HttpRequest) -> HttpResponse:
        kept_register_for(self.access)
        return self.answer(None)


class RiskAudiencePage(_AudienceView):
    """Who may read one risk, beside the audience of the register."""

    permission = CompliancePermission.EDIT_RISKS
    page = "audience"

    def get(self, request: HttpRequest, risk_id: UUID) -> HttpResponse:
        return self.answer(risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS))

    def post(self, request: HttpRequest, risk_id: UUID) -> HttpResponse:
        return self.answer(risk_for(self.access, risk_id, CompliancePermission.EDIT_RISKS))


class KeeperPage(RiskView):
    """An administrator, who reads no risk, names the coordinator who keeps a register that nobody keeps."""

    permission = CompliancePermission.APPOINT_RISK_KEEPER
    page = "keeper"
    step_up = frozenset({"POST"})

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form)
        try:
            appoint_keeper(council=self.council, person=form.cleaned_data["person"], by=self.person)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(form)
        messages.success(request, "They keep the risk register now, and say who else may read it.")
        return redirect("risks", self.council.slug)

    def _form(self, data: Any = None) -> KeeperForm:
        return KeeperForm(data, people=possible_keepers(self.council, self.person))

    def _page(self, form: KeeperForm) -> HttpResponse:
        unkept = is_unkept(self.council)
        context = {
            "crumbs": [*self.crumbs(), Crumb("Who keeps the register")],
            "form": form if unkept else None,
            "unkept": unkept,
        }
        return render(self.request, "compliance/risk_keeper.html", context)


def _place(place: RiskReader) -> dict[str, Any]:
    return {
        "id": place.pk,
        "name": display_name(place.person),
        "since": british_date(place.starts_on),
        "until": british_date(place.ends_on) if place.ends_on else "No end",
        "by": display_name(place.granted_by),
    }


def _past(place: RiskReader) -> dict[str, Any]:
    ended = british_date(place.ended_at) if place.ended_at else british_date(place.ends_on)
    return {**_place(place), "until": ended}
