"""Settings, People: who holds which role from when to when. Changing a grant asks for a step-up (AU-2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts import access, queries
from prevent_portal.accounts.enums import SECOND_FACTOR_ROLES, Role
from prevent_portal.accounts.forms import EndRoleForm, InvitationForm, PeopleFilterForm, RoleForm
from prevent_portal.accounts.models import Membership, User, display_name
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.accounts.services import invitations, memberships, people
from prevent_portal.accounts.views.step_up import StepUpRequired
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import number
from prevent_portal.web.views import CouncilView


class PeopleView(CouncilView):
    """The council's people, with search and filters, and its open invitations."""

    permission = AccountsPermission.MANAGE_PEOPLE

    def get(self, request: HttpRequest) -> HttpResponse:
        form = PeopleFilterForm(request.GET)
        asked = form.cleaned_data if form.is_valid() else {}
        found = queries.people_of(
            self.council, q=asked.get("q", ""), role=asked.get("role", ""), state=asked.get("state", "")
        )
        page, links = paginate(request, found)
        shown = list(page.object_list)
        roles = queries.roles_in(self.council, [person.pk for person in shown])
        factors = queries.with_second_factor(person.pk for person in shown)
        return render(
            request,
            "accounts/people.html",
            {
                "filter": form,
                "is_filtered": any(asked.values()),
                "count": page.paginator.count,
                "table": Table(
                    caption="People",
                    hide_caption=True,
                    stacks=True,
                    columns=[
                        Column("Name", header=True),
                        Column("Roles"),
                        Column("Second factor"),
                        Column("Last here"),
                    ],
                    rows=[
                        (
                            Link(
                                display_name(person),
                                reverse("person", args=[self.council.slug, person.pk]),
                                hint=person.email if person.name else "",
                            ),
                            [_role_words(role) for role in roles.get(person.pk, []) if _counts(role)]
                            or "No role now",
                            _factor_tag(person, roles.get(person.pk, []), factors),
                            Tag("Suspended", "red")
                            if person.dormant_since
                            else person.last_active_on or "Not yet",
                        )
                        for person in shown
                    ],
                ),
                "links": links,
                "invitations": self._invitations(),
            },
        )

    def _invitations(self) -> Table | None:
        rows = queries.open_invitations(self.council)
        if not rows:
            return None
        return Table(
            caption="Invitations not yet accepted",
            stacks=True,
            columns=[
                Column("Email address", header=True),
                Column("Role"),
                Column("Sent"),
                Column("Works until"),
                Column("Action"),
            ],
            rows=[
                (
                    row.email,
                    row.get_role_display(),
                    f"{british_date(row.created_at)} by {_sender_words(row.invited_by)}",
                    Tag("Has run out", "grey") if row.has_run_out else british_date(row.expires_at),
                    Link("Withdraw", reverse("invitation-withdraw", args=[self.council.slug, row.pk])),
                )
                for row in rows
            ],
        )


class InviteView(StepUpRequired, CouncilView):
    """Invite somebody by e-mail."""

    permission = AccountsPermission.MANAGE_PEOPLE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, InvitationForm(initial={"role": request.GET.get("role", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = InvitationForm(request.POST)
        if form.is_valid():
            try:
                invitation, _secret = invitations.invite(
                    council=self.council,
                    email=form.cleaned_data["email"],
                    name=form.cleaned_data["name"],
                    role=Role(form.cleaned_data["role"]),
                    role_ends_on=form.cleaned_data["role_ends_on"],
                    by=self.person,
                )
            except AccountsRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request,
                    f"Invitation sent to {invitation.email}. "
                    f"It works until {british_date(invitation.expires_at)}.",
                )
                return HttpResponseRedirect(reverse("people", args=[self.council.slug]))
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: InvitationForm) -> HttpResponse:
        return render(
            request,
            "accounts/people_form.html",
            {
                "form": form,
                "title": "Invite somebody",
                "button": "Send the invitation",
                "lead": "They get an email with a link. It works for 7 days, once, for this address only.",
                "cancel": reverse("people", args=[self.council.slug]),
                "crumbs": _crumbs(self.council.slug, "Invite somebody"),
            },
        )


class InvitationWithdrawView(StepUpRequired, CouncilView):
    """Take an invitation back."""

    permission = AccountsPermission.MANAGE_PEOPLE

    def get(self, request: HttpRequest, invitation_id: UUID) -> HttpResponse:
        invitation = access.invitation_for(self.access, invitation_id)
        return render(
            request,
            "accounts/confirm.html",
            {
                "title": "Withdraw this invitation?",
                "words": f"The link sent to {invitation.email} for the role of "
                f"{Role(invitation.role).in_sentence} stops working at once.",
                "button": "Withdraw the invitation",
                "warning": True,
                "cancel": reverse("people", args=[self.council.slug]),
                "crumbs": _crumbs(self.council.slug, "Withdraw an invitation"),
            },
        )

    def post(self, request: HttpRequest, invitation_id: UUID) -> HttpResponse:
        invitation = access.invitation_for(self.access, invitation_id)
        try:
            invitations.withdraw(invitation=invitation, by=self.person)
        except AccountsRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"The invitation to {invitation.email} is withdrawn.")
        return HttpResponseRedirect(reverse("people", args=[self.council.slug]))


class PersonDetailView(CouncilView):
    """One person: their roles in this council, now and before."""

    permission = AccountsPermission.MANAGE_PEOPLE

    def get(self, request: HttpRequest, user_id: int) -> HttpResponse:
        person = access.person_for(self.access, user_id)
        roles = queries.roles_in(self.council, [person.pk]).get(person.pk, [])
        enrolled = person.pk in queries.with_second_factor([person.pk])
        tokens = queries.live_token_count(person, self.council)
        slug = self.council.slug
        return render(
            request,
            "accounts/person.html",
            {
                "person": person,
                "title": display_name(person),
                "is_self": person.pk == self.person.pk,
                "about": [
                    SummaryRow("Email address", person.email),
                    SummaryRow("Account", _account_words(person)),
                    SummaryRow(
                        "Second factor", _factor_tag(person, roles, {person.pk} if enrolled else set())
                    ),
                    SummaryRow("Last here", person.last_active_on or "Not yet"),
                    SummaryRow("API tokens that work here", number(tokens)),
                ],
                "roles": Table(
                    caption=f"Roles in {self.council.name}",
                    stacks=True,
                    columns=[
                        Column("Role", header=True),
                        Column("First day"),
                        Column("Last day"),
                        Column("State"),
                        Column("Action"),
                    ],
                    rows=[
                        (
                            role.role.label,
                            role.starts_on,
                            role.ends_on
                            or (timezone.localdate(role.revoked_at) if role.revoked_at else "No end set"),
                            _state_tag(role),
                            Link("End this role", reverse("role-end", args=[slug, role.pk]))
                            if _counts(role)
                            else "",
                        )
                        for role in reversed(roles)
                    ],
                ),
                "give": reverse("role-give", args=[slug, person.pk]),
                "sign_out": reverse("person-sign-out", args=[slug, person.pk]),
                "let_in": reverse("person-let-in", args=[slug, person.pk]) if person.dormant_since else "",
                "crumbs": _crumbs(slug, display_name(person)),
            },
        )


class RoleGiveView(StepUpRequired, CouncilView):
    """Give somebody a further role."""

    permission = AccountsPermission.MANAGE_PEOPLE

    def get(self, request: HttpRequest, user_id: int) -> HttpResponse:
        return self._page(request, access.person_for(self.access, user_id), RoleForm())

    def post(self, request: HttpRequest, user_id: int) -> HttpResponse:
        person = access.person_for(self.access, user_id)
        form = RoleForm(request.POST)
        if form.is_valid():
            role = Role(form.cleaned_data["role"])
            try:
                memberships.give_role(
                    user=person,
                    council=self.council,
                    role=role,
                    by=self.person,
                    starts_on=form.cleaned_data["starts_on"],
                    ends_on=form.cleaned_data["ends_on"],
                )
            except AccountsRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"{display_name(person)} has the role of {role.in_sentence}.")
                return HttpResponseRedirect(reverse("person", args=[self.council.slug, person.pk]))
        return self._page(request, person, form)

    def _page(self, request: HttpRequest, person: User, form: RoleForm) -> HttpResponse:
        here = reverse("person", args=[self.council.slug, person.pk])
        return render(
            request,
            "accounts/people_form.html",
            {
                "form": form,
                "title": f"Give {display_name(person)} a role",
                "button": "Give the role",
                "lead": "",
                "cancel": here,
                "crumbs": [
                    *_crumbs(self.council.slug),
                    Crumb(display_name(person), here),
                    Crumb("Give a role"),
                ],
            },
        )


class RoleEndView(StepUpRequired, CouncilView):
    """End a role, now or after a day."""

    permission = AccountsPermission.MANAGE_PEOPLE

    def get(self, request: HttpRequest, membership_id: UUID) -> HttpResponse:
        return self._page(request, access.membership_for(self.access, membership_id), EndRoleForm())

    def post(self, request: HttpRequest, membership_id: UUID) -> HttpResponse:
        membership = access.membership_for(self.access, membership_id)
        form = EndRoleForm(request.POST)
        if form.is_valid():
            try:
                memberships.end(membership=membership, by=self.person, on=form.day)
            except AccountsRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                words = f"ends after {british_date(form.day)}" if form.day else "has ended"
                messages.success(
                    request,
                    f"{display_name(membership.user)}: the role of {membership.role.in_sentence} {words}.",
                )
                if membership.user_id == self.person.pk:
                    return HttpResponseRedirect(reverse("home"))
                return HttpResponseRedirect(reverse("person", args=[self.council.slug, membership.user_id]))
        return self._page(request, membership, form)

    def _page(self, request: HttpRequest, membership: Membership, form: EndRoleForm) -> HttpResponse:
        name = display_name(membership.user)
        here = reverse("person", args=[self.council.slug, membership.user_id])
        return render(
            request,
            "accounts/people_form.html",
            {
                "form": form,
                "title": f"End {name}’s role",
                "lead": f"{membership.role.label}, since {british_date(membership.starts_on)}. "
                "What they have written stays, under their name.",
                "button": "End the role",
                "warning": True,
                "cancel": here,
                "crumbs": [*_crumbs(self.council.slug), Crumb(name, here), Crumb("End a role")],
            },
        )


class PersonSignOutView(StepUpRequired, CouncilView):
    """End all sessions and tokens of a person, for a lost telephone or laptop."""

    permission = AccountsPermission.MANAGE_PEOPLE

    def get(self, request: HttpRequest, user_id: int) -> HttpResponse:
        person = access.person_for(self.access, user_id)
        here = reverse("person", args=[self.council.slug, person.pk])
        return render(
            request,
            "accounts/confirm.html",
            {
                "title": f"Sign {display_name(person)} out everywhere?",
                "words": "Every session of theirs ends at once and their API tokens stop working. "
                "Their roles stay, and they can sign in again.",
                "button": "Sign them out everywhere",
                "warning": True,
                "cancel": here,
                "crumbs": [*_crumbs(self.council.slug), Crumb(display_name(person), here), Crumb("Sign out")],
            },
        )

    def post(self, request: HttpRequest, user_id: int) -> HttpResponse:
        person = access.person_for(self.access, user_id)
        people.end_sessions(user=person, by=self.person)
        messages.success(request, f"{display_name(person)} is signed out everywhere.")
        return HttpResponseRedirect(reverse("person", args=[self.council.slug, person.pk]))


class PersonLetInView(StepUpRequired, CouncilView):
    """Open an account again that was suspended because nobody used it."""

    permission = AccountsPermission.MANAGE_PEOPLE

    def get(self, request: HttpRequest, user_id: int) -> HttpResponse:
        person = access.person_for(self.access, user_id)
        here = reverse("person", args=[self.council.slug, person.pk])
        return render(
            request,
            "accounts/confirm.html",
            {
                "title": f"Let {display_name(person)} back in?",
                "words": "The account was suspended because it was not used. "
                "They can sign in again with their password and second factor.",
                "button": "Let them back in",
                "cancel": here,
                "crumbs": [
                    *_crumbs(self.council.slug),
                    Crumb(display_name(person), here),
                    Crumb("Let back in"),
                ],
            },
        )

    def post(self, request: HttpRequest, user_id: int) -> HttpResponse:
        person = access.person_for(self.access, user_id)
        try:
            people.let_back_in(user=person, council=self.council, by=self.person)
        except AccountsRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{display_name(person)} can sign in again.")
        return HttpResponseRedirect(reverse("person", args=[self.council.slug, person.pk]))


# Words ----------------------------------------------------------------------------------------------


def _crumbs(slug: str, last: str = "") -> list[Crumb]:
    crumbs = [Crumb("People", reverse("people", args=[slug]))]
    return [*crumbs, Crumb(last)] if last else crumbs


def _sender_words(sender: User) -> str:
    return "whoever set the council up" if sender.is_service else display_name(sender)


def _counts(membership: Membership) -> bool:
    """Live now or still to come."""
    return membership.revoked_at is None and (
        membership.ends_on is None or membership.ends_on >= timezone.localdate()
    )


def _role_words(membership: Membership) -> str:
    words: str = membership.role.label
    if membership.starts_on > timezone.localdate():
        words = f"{words}, from {british_date(membership.starts_on)}"
    if membership.ends_on is not None:
        words = f"{words}, until {british_date(membership.ends_on)}"
    return words


def _state_tag(membership: Membership) -> Tag:
    if not _counts(membership):
        return Tag("Ended", "grey")
    if membership.starts_on > timezone.localdate():
        return Tag("Not yet begun", "blue")
    return Tag("In force", "green")


def _factor_tag(person: User, roles: list[Membership], enrolled: set[int]) -> Any:
    if person.pk in enrolled:
        return Tag("Set up", "green")
    if any(role.role in SECOND_FACTOR_ROLES for role in roles if _counts(role)):
        return Tag("Asked for at sign-in", "yellow")
    return "Not needed"


def _account_words(person: User) -> Any:
    if person.dormant_since:
        return Tag(f"Suspended on {british_date(person.dormant_since)}, not used", "red")
    return Tag("Open", "green") if person.is_active else Tag("Closed", "grey")
