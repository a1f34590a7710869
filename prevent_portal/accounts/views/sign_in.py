"""Signing in and out, and passwords: allauth's views where they hold, in our words."""

from __future__ import annotations

from typing import Any, cast

from allauth.account import app_settings
from allauth.account import views as account_views
from allauth.account.internal import flows
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.mfa.base import views as mfa_views
from allauth.utils import get_form_class
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView, View

WHY = {
    "idle": "You were signed out because nothing happened for 30 minutes.",
    "age": "You were signed out because you had been signed in for 12 hours.",
    "code": "Your role needs your password and your authenticator app. A code by email is not enough.",
}
"""Why the sign-in page is shown again; the address carries the key, never the words."""


class LoginView(account_views.LoginView):  # type: ignore[misc] # the library has no types
    """Email address and password."""

    http_method_names = ["get", "post", "head"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["why"] = WHY.get(self.request.GET.get("why", ""), "")
        context["next"] = get_next_redirect_url(self.request) or ""
        return context


class RequestLoginCodeView(account_views.RequestLoginCodeView):  # type: ignore[misc] # the library has no types
    """Ask for a code by e-mail."""

    http_method_names = ["get", "post", "head"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["next"] = get_next_redirect_url(self.request) or ""
        return context


class ConfirmLoginCodeView(account_views.ConfirmLoginCodeView):  # type: ignore[misc] # the library has no types
    """Enter the code from the e-mail."""

    http_method_names = ["get", "post", "head"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["email"] = self._process.state.get("email", "")
        context["next"] = get_next_redirect_url(self.request) or ""
        return context


class AuthenticateView(mfa_views.AuthenticateView):  # type: ignore[misc] # the library has no types
    """The second step of signing in: the code of the authenticator app, or a recovery code."""

    http_method_names = ["get", "post", "head"]

    def _build_forms(self) -> Any:
        if self.request.method == "POST" and "code" not in self.request.POST:
            self.request.POST = self.request.POST.copy()
            self.request.POST["code"] = ""
        return super()._build_forms()


@method_decorator(login_not_required, name="dispatch")
class LogoutView(View):
    """Sign out by POST; the browser is told to forget what it kept."""

    http_method_names = ["get", "post", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponseRedirect(reverse("account_signed_out"))
        return render(request, "account/logout.html")

    def post(self, request: HttpRequest) -> HttpResponse:
        flows.logout.logout(request, show_message=False)
        response = HttpResponseRedirect(reverse("account_signed_out"))
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response


@method_decorator(login_not_required, name="dispatch")
class SignedOutView(TemplateView):
    """You have signed out."""

    http_method_names = ["get", "head"]
    template_name = "account/signed_out.html"


@method_decorator(login_not_required, name="dispatch")
class InactiveView(TemplateView):
    """The password is right and the account is closed or suspended."""

    http_method_names = ["get", "head"]
    template_name = "account/account_inactive.html"


@method_decorator(login_not_required, name="dispatch")
class PasswordResetView(account_views.PasswordResetView):  # type: ignore[misc] # the library has no types
    """Ask for a link to set a new password."""

    http_method_names = ["get", "post", "head"]


@method_decorator(login_not_required, name="dispatch")
class PasswordResetSentView(TemplateView):
    """The same words whether or not there is an account."""

    http_method_names = ["get", "head"]
    template_name = "account/password_reset_done.html"


@method_decorator([login_not_required, never_cache, sensitive_post_parameters("password1")], name="dispatch")
class PasswordResetFromLinkView(View):
    """The page behind the e-mailed link.

    Opening it changes nothing, not even a session: scanners open links. Only the form's POST uses the link
    up. The Referrer-Policy keeps the link's secret out of every request that the page makes (AU-5).
    """

    http_method_names = ["get", "post", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Only a POST counts: a scanner that opens the link again and again must not shut the person out.
        if request.method == "POST":
            limited = ratelimit.consume_or_429(request, action="reset_password_from_key")
            if limited is not None:
                return cast(HttpResponse, limited)
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    def get(self, request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
        user = self._user(uidb36, key)
        form = self._form_class()(user=user, temp_key=key) if user else None
        return self._page(request, form)

    def post(self, request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
        user = self._user(uidb36, key)
        if user is None:
            return self._page(request, None)
        form = self._form_class()(request.POST, user=user, temp_key=key)
        if not form.is_valid():
            return self._page(request, form)
        if request.user.is_authenticated:
            flows.logout.logout(request, show_message=False)
        form.save()
        flows.password_reset.finalize_password_reset(request, user)
        return HttpResponseRedirect(reverse("account_reset_password_from_key_done"))

    def _page(self, request: HttpRequest, form: Any) -> HttpResponse:
        return render(request, "account/password_reset_from_key.html", {"form": form})

    def _user(self, uidb36: str, key: str) -> Any:
        token = account_views.UserTokenForm(data={"uidb36": uidb36, "key": key})
        user = token.reset_user if token.is_valid() else None
        return user if user is not None and user.is_active and not user.is_service else None

    def _form_class(self) -> Any:
        return get_form_class(app_settings.FORMS, "reset_password_from_key", None)


@method_decorator(login_not_required, name="dispatch")
class PasswordResetDoneView(TemplateView):
    """The new password is set."""

    http_method_names = ["get", "head"]
    template_name = "account/password_reset_from_key_done.html"


class PasswordChangeView(account_views.PasswordChangeView):  # type: ignore[misc] # the library has no types
    """A new password; other sessions and all tokens end, this session stays under a new id."""

    http_method_names = ["get", "post", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return HttpResponseRedirect(reverse("account_reset_password"))
        return cast(HttpResponse, super().dispatch(request, *args, **kwargs))

    def get_default_success_url(self) -> str:
        return f"{reverse('account')}?done=password"
