"""Set up, change and remove the second factor; see and renew recovery codes."""

from __future__ import annotations

import base64
from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import clear_totp_secret
from django.contrib.auth import REDIRECT_FIELD_NAME, update_session_auth_hash
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode

from prevent_portal.accounts import second_factor
from prevent_portal.accounts.forms import EnrolForm
from prevent_portal.accounts.models import User
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.accounts.services import second_factors
from prevent_portal.accounts.views.step_up import StepUpRequired
from prevent_portal.web.views import PersonView


class EnrolView(StepUpRequired, PersonView):
    """Set up an authenticator app, or another in place of the one before.

    The secret waits in the session until the first code proves that the app has it. Who has an app already
    confirms with it first.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = cast(User, request.user)
        if person.is_authenticated and not second_factor.proved(request) and second_factors.has_totp(person):
            return HttpResponseRedirect(reverse("step_up"))  # a password alone never replaces an app
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, EnrolForm(user=self.person))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = EnrolForm(request.POST, user=self.person)
        if not form.is_valid():
            return self._page(request, form)
        replaced = second_factors.has_totp(self.person)
        app = second_factors.enrol_totp(user=self.person, secret=form.secret, by=self.person)
        clear_totp_secret(request)
        update_session_auth_hash(request, self.person)
        record_authentication(request, self.person, "mfa", id=app.pk, type=app.type, reauthenticated=True)
        _tell(self.person, "replaced" if replaced else "set up")
        target = get_next_redirect_url(request)
        query = f"?{urlencode({REDIRECT_FIELD_NAME: target})}" if target else ""
        return HttpResponseRedirect(f"{reverse('mfa_recovery_codes')}{query}")

    def _page(self, request: HttpRequest, form: Any) -> HttpResponse:
        adapter = get_adapter()
        address = adapter.build_totp_url(self.person, form.secret)
        picture = base64.b64encode(adapter.build_totp_svg(address).encode()).decode()
        return render(
            request,
            "mfa/enrol.html",
            {
                "form": form,
                "picture": f"data:image/svg+xml;base64,{picture}",
                "secret": " ".join(form.secret[i : i + 4] for i in range(0, len(form.secret), 4)),
                "demanded": second_factor.is_demanded(second_factor.roles_of(self.person)),
                "replaces": second_factors.has_totp(self.person),
                "next": get_next_redirect_url(request) or "",
            },
        )


class RemoveView(StepUpRequired, PersonView):
    """Take the second factor off, where no role demands it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        roles = second_factor.roles_of(self.person)
        if not second_factors.has_totp(self.person) or second_factor.is_demanded(roles):
            raise Http404
        return render(request, "mfa/remove.html")

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            second_factors.remove_totp(
                user=self.person, by=self.person, roles=second_factor.roles_of(self.person)
            )
        except AccountsRefused as refusal:
            raise Http404 from refusal
        update_session_auth_hash(request, self.person)
        _tell(self.person, "removed")
        return HttpResponseRedirect(f"{reverse('account')}?done=factor-removed")


class RecoveryCodesView(StepUpRequired, PersonView):
    """The codes for the day the telephone is lost; POST makes new ones."""

    def get(self, request: HttpRequest) -> HttpResponse:
        codes = second_factors.unused_recovery_codes(self.person)
        if not codes and not second_factors.has_totp(self.person):
            raise Http404
        target = get_next_redirect_url(request) or reverse("my-work")
        return render(
            request,
            "mfa/recovery_codes.html",
            {"codes": [f"{code[:4]} {code[4:]}" for code in codes], "next": target},
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            second_factors.renew_recovery_codes(user=self.person)
        except AccountsRefused as refusal:
            raise Http404 from refusal
        return HttpResponseRedirect(reverse("mfa_recovery_codes"))


class RecoveryCodesFileView(StepUpRequired, PersonView):
    """The recovery codes as a text file."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        codes = second_factors.unused_recovery_codes(self.person)
        if not codes:
            raise Http404
        text = render_to_string("mfa/recovery_codes.txt", {"codes": codes, "email": self.person.email})
        return HttpResponse(
            text,
            content_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="prevent-portal-recovery-codes.txt"'},
        )


def _tell(person: User, what: str) -> None:
    send_mail(
        subject=f"Your Prevent Portal authenticator app was {what}",
        message=render_to_string("accounts/email/second_factor.txt", {"what": what}),
        from_email=None,
        recipient_list=[person.email],
    )
