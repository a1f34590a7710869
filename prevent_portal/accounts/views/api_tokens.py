"""One's own API tokens in a council: make one after a step-up, see its secret once, end it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from prevent_portal.accounts import access, queries
from prevent_portal.accounts.forms import ApiTokenForm
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.accounts.services import api_tokens
from prevent_portal.accounts.views.step_up import StepUpRequired
from prevent_portal.web.components import Column, Crumb, Link, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.views import CouncilView


class ApiTokensView(CouncilView):
    """The person's tokens in this council."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest) -> HttpResponse:
        tokens = queries.own_tokens(self.person, self.council)
        table = Table(
            caption="Your tokens",
            hide_caption=True,
            stacks=True,
            columns=[
                Column("What for", header=True),
                Column("Begins with"),
                Column("Made"),
                Column("Last used"),
                Column("Works until"),
                Column("Action"),
            ],
            rows=[
                (
                    token.name,
                    f"{token.prefix}…",
                    british_date(token.created_at),
                    token.last_used_at or "Never",
                    british_date(token.expires_on) if token.is_live else Tag("Ended", "grey"),
                    Link("End", reverse("api-token-end", args=[self.council.slug, token.pk]))
                    if token.is_live
                    else "",
                )
                for token in tokens
            ],
        )
        return render(
            request,
            "accounts/api_tokens.html",
            {
                "table": table if tokens else None,
                "new": reverse("api-token-new", args=[self.council.slug]),
                "crumbs": [Crumb("Your account", reverse("account")), Crumb("API tokens")],
            },
        )


class ApiTokenNewView(StepUpRequired, CouncilView):
    """Make a token."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ApiTokenForm())

    @sensitive_variables("secret")
    def post(self, request: HttpRequest) -> HttpResponse:
        form = ApiTokenForm(request.POST)
        if form.is_valid():
            try:
                token, secret = api_tokens.create(
                    council=self.council,
                    name=form.cleaned_data["name"],
                    expires_on=form.cleaned_data["expires_on"],
                    by=self.person,
                )
            except AccountsRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                # Shown in the answer to the POST itself: the secret is kept neither by us nor in an address.
                return render(
                    request,
                    "accounts/api_token_made.html",
                    {
                        "secret": secret,
                        "token_name": token.name,
                        "expires_on": token.expires_on,
                        "tokens": reverse("api-tokens", args=[self.council.slug]),
                        "crumbs": self._crumbs("Token made"),
                    },
                )
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: ApiTokenForm) -> HttpResponse:
        return render(
            request,
            "accounts/people_form.html",
            {
                "form": form,
                "title": "Make an API token",
                "lead": f"The token acts in your name, with your rights, in {self.council.name} only. It "
                "never opens Channel.",
                "button": "Make the token",
                "cancel": reverse("api-tokens", args=[self.council.slug]),
                "crumbs": self._crumbs("Make a token"),
            },
        )

    def _crumbs(self, last: str) -> list[Crumb]:
        return [
            Crumb("Your account", reverse("account")),
            Crumb("API tokens", reverse("api-tokens", args=[self.council.slug])),
            Crumb(last),
        ]


class ApiTokenEndView(CouncilView):
    """End a token. No step-up: what only takes power away should be easy."""

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest, token_id: UUID) -> HttpResponse:
        token = access.token_for(self.access, token_id)
        tokens = reverse("api-tokens", args=[self.council.slug])
        return render(
            request,
            "accounts/confirm.html",
            {
                "title": f"End the token “{token.name}”?",
                "words": f"Programs that use the token {token.prefix}… are refused from now on. "
                "A token that has ended cannot be brought back.",
                "button": "End the token",
                "warning": True,
                "cancel": tokens,
                "crumbs": [
                    Crumb("Your account", reverse("account")),
                    Crumb("API tokens", tokens),
                    Crumb("End a token"),
                ],
            },
        )

    def post(self, request: HttpRequest, token_id: UUID) -> HttpResponse:
        token = access.token_for(self.access, token_id)
        api_tokens.revoke(token=token, by=self.person)
        messages.success(request, f"The token “{token.name}” has ended.")
        return HttpResponseRedirect(reverse("api-tokens", args=[self.council.slug]))
