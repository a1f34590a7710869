"""Confirm that it is still you, before what matters (AU-2)."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.utils import get_next_redirect_url
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.generic import View

from prevent_portal.accounts import second_factor
from prevent_portal.accounts.forms import STEP_UP_PREFIX, step_up_form
from prevent_portal.web.views import PersonView, _PermissionDeclared, require_council_access


class StepUpRequired(View):
    """Base, named first, of a page that asks for a fresh proof: ``class X(StepUpRequired, CouncilView)``.

    A stale GET is sent to the step-up page and comes back. A stale POST is answered with the same question,
    carrying what was typed in hidden fields, and goes on where it was when the answer is right: nothing is
    lost and nothing is kept in the session. Files cannot be carried; do not use this with an upload.
    """

    step_up: ClassVar[frozenset[str]] = frozenset({"GET", "HEAD", "POST"})
    """Methods that need the fresh proof. The access matrix reads it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in self.step_up or self.is_fresh(request):
            return super().dispatch(request, *args, **kwargs)
        if not request.user.is_authenticated or getattr(request, "api_token", None) is not None:
            raise Http404
        if isinstance(self, _PermissionDeclared):
            require_council_access(request, type(self))  # what one may not do, one is not asked to confirm
        if request.method != "POST":
            query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('step_up')}?{query}")
        answered = any(name.startswith(f"{STEP_UP_PREFIX}-") for name in request.POST)
        form = step_up_form(request.user, request.POST if answered else None)
        if answered and form.is_valid():
            form.prove(request)
            return super().dispatch(request, *args, **kwargs)
        return ask(request, form, carried=_typed(request))

    def is_fresh(self, request: HttpRequest) -> bool:
        """Whether the proof is fresh enough for this page. A stricter room says it in its own way."""
        return second_factor.fresh(request)


class StepUpView(PersonView):
    """The question on a page of its own, then back to where the person was going."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._ask(request, step_up_form(self.person))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = step_up_form(self.person, request.POST)
        if not form.is_valid():
            return self._ask(request, form)
        form.prove(request)
        return HttpResponseRedirect(get_next_redirect_url(request) or reverse("home"))

    def _ask(self, request: HttpRequest, form: Any) -> HttpResponse:
        target = get_next_redirect_url(request)
        return ask(request, form, carried=[(REDIRECT_FIELD_NAME, target)] if target else [])


def ask(request: HttpRequest, form: Any, *, carried: list[tuple[str, str]]) -> HttpResponse:
    """Render the question with the fields that it carries along."""
    return render(
        request,
        "accounts/step_up.html",
        {"form": form, "carried": carried, "with_code": "code" in form.fields},
    )


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and not name.startswith(f"{STEP_UP_PREFIX}-")
    ]
