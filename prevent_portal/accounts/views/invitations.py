"""The pages behind an invitation's link. Opening them changes nothing (AU-5)."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from allauth.core import ratelimit
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from prevent_portal.accounts import queries
from prevent_portal.accounts.forms import AcceptInvitationForm
from prevent_portal.accounts.models import Invitation, display_name
from prevent_portal.accounts.policies import AccountsRefused, require_usable
from prevent_portal.accounts.services import invitations
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.queries import joined_council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.views import PersonView

UNKNOWN = "This link does not lead to an invitation. Copy it whole from the email."


@method_decorator([login_not_required, never_cache, sensitive_post_parameters("password")], name="dispatch")
class InvitationView(View):
    """Set name and password, or be told to sign in with the account that the address has."""

    http_method_names = ["get", "post", "head"]

    def dispatch(self, request: HttpRequest, council_slug: str, secret: str) -> HttpResponseBase:
        # Only a POST counts: a scanner that opens the link again and again must not shut the person out.
        if request.method == "POST":
            limited = ratelimit.consume_or_429(request, action="accept_invitation", key=secret)
            if limited is not None:
                return cast(HttpResponse, limited)
        council = joined_council(council_slug)
        response: HttpResponseBase
        if council is None:
            response = self._refuse(request, UNKNOWN)
        else:
            response = super().dispatch(request, council, secret)
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    def get(self, request: HttpRequest, council: Council, secret: str) -> HttpResponse:
        found = queries.find_invitation(council=council, digest=invitations.digest_of(secret))
        if found is None:
            return self._refuse(request, UNKNOWN)
        if (reason := _refusal(found.invitation)) is not None:
            return self._refuse(request, reason)
        if found.has_account:
            return self._to_sign_in(request, found.invitation)
        form = AcceptInvitationForm(email=found.invitation.email, initial={"name": found.invitation.name})
        return self._page(request, found.invitation, form)

    def post(self, request: HttpRequest, council: Council, secret: str) -> HttpResponse:
        found = queries.find_invitation(council=council, digest=invitations.digest_of(secret))
        if found is None:
            return self._refuse(request, UNKNOWN)
        form = AcceptInvitationForm(request.POST, email=found.invitation.email)
        if _refusal(found.invitation) is None and not found.has_account and not form.is_valid():
            return self._page(request, found.invitation, form)
        try:
            user = invitations.accept_with_new_account(
                council=council,
                secret=secret,
                name=form.data.get("name", ""),
                password=form.data.get("password", ""),
            )
        except AccountsRefused as refusal:
            return self._refuse(request, str(refusal))
        if request.user.is_authenticated:
            logout(request, show_message=False)
        return cast(
            HttpResponse,
            perform_password_login(request, {"email": user.email}, Login(user=user, email=user.email)),
        )

    def _page(self, request: HttpRequest, invitation: Invitation, form: AcceptInvitationForm) -> HttpResponse:
        return render(request, "accounts/invitation.html", {"form": form, **_words(invitation)})

    def _to_sign_in(self, request: HttpRequest, invitation: Invitation) -> HttpResponse:
        join = reverse("invitation-join", args=[invitation.council.slug, invitation.pk])
        address = f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: join})}"
        if request.user.is_authenticated:
            address = join
        return render(request, "accounts/invitation_sign_in.html", {"address": address, **_words(invitation)})

    def _refuse(self, request: HttpRequest, reason: str) -> HttpResponse:
        return render(request, "accounts/invitation_refused.html", {"reason": reason}, status=410)


class InvitationJoinView(PersonView):
    """Accept with the account one has. The invitation must have been sent to that account's address."""

    http_method_names = ["get", "post", "head"]

    def get(self, request: HttpRequest, council_slug: str, invitation_id: UUID) -> HttpResponse:
        _council, invitation = self._invitation(council_slug, invitation_id)
        if (reason := _refusal(invitation)) is not None:
            return render(request, "accounts/invitation_refused.html", {"reason": reason}, status=410)
        return render(request, "accounts/invitation_join.html", _words(invitation))

    def post(self, request: HttpRequest, council_slug: str, invitation_id: UUID) -> HttpResponse:
        council, invitation = self._invitation(council_slug, invitation_id)
        try:
            invitations.accept_with_own_account(council=council, invitation=invitation, by=self.person)
        except AccountsRefused as refusal:
            return render(request, "accounts/invitation_refused.html", {"reason": str(refusal)}, status=410)
        return HttpResponseRedirect(reverse("overview", args=[council.slug]))

    def _invitation(self, council_slug: str, invitation_id: UUID) -> tuple[Council, Invitation]:
        council = joined_council(council_slug)
        if council is None:
            raise Http404
        invitation = queries.invitation_to(user=self.person, council=council, invitation_id=invitation_id)
        if invitation is None:
            raise Http404
        return council, invitation


def _refusal(invitation: Invitation) -> str | None:
    with service_scope(council=invitation.council):
        try:
            require_usable(invitation)
        except AccountsRefused as refusal:
            return str(refusal)
    return None


def _words(invitation: Invitation) -> dict[str, object]:
    return {
        "council_name": invitation.council.name,
        "role": invitation.get_role_display(),
        "email": invitation.email,
        "invited_by": display_name(invitation.invited_by),
        "role_ends_on": invitation.role_ends_on,
    }
