"""Say who acts for an organisation, and end it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse

from partnerships.access.organisations import acting_person_to_end, link_for
from partnerships.forms.organisations import ActingPersonForm, ConfirmForm
from partnerships.models import ActingPerson, CouncilOrganisation
from partnerships.permissions import PartnershipsPermission
from partnerships.queries.organisations import members_by_key, partner_people
from partnerships.services.acting_people import allow_submitter, withdraw_submitter
from partnerships.views.organisations import ROOM, trail
from partnerships.views.pages import RoomFormPage
from prevent_portal.accounts.models import display_name
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.web.components import Crumb


class ActingPersonAddPage(RoomFormPage[CouncilOrganisation, ActingPersonForm]):
    """Let somebody act for an organisation."""

    permission = PartnershipsPermission.EDIT_PARTNERSHIP
    room = ROOM
    template = "partnerships/acting_person.html"
    button = "Let them act for it"

    def subject(self, **keys: UUID) -> CouncilOrganisation:
        return link_for(self.access, keys["organisation_id"], self.permission)

    def target(self, subject: CouncilOrganisation, /) -> str:
        return reverse("organisation", args=[self.council.slug, subject.organisation_id])

    def title(self, subject: CouncilOrganisation, /) -> str:
        return f"Who acts for {subject.organisation.name}"

    def crumbs(self, subject: CouncilOrganisation, /) -> list[Crumb]:
        return trail(self.council.slug, subject.organisation, "Who acts for it")

    def more(self, subject: CouncilOrganisation, /) -> dict[str, Any]:
        manages = self.access.may(AccountsPermission.MANAGE_PEOPLE)
        return {"people_href": reverse("people", args=[self.council.slug]) if manages else ""}

    def form(self, subject: CouncilOrganisation, /, data: Any = None, files: Any = None) -> ActingPersonForm:
        return ActingPersonForm(data, people=partner_people(self.council))

    def save(self, subject: CouncilOrganisation, form: ActingPersonForm, /) -> str:
        key = int(form.cleaned_data["person"])
        person = members_by_key(self.council, [key])[key]
        allow_submitter(council=self.council, organisation=subject.organisation, user=person, by=self.person)
        return f"{display_name(person)} now acts for {subject.organisation.name}."


class ActingPersonEndPage(RoomFormPage[ActingPerson, ConfirmForm]):
    """End somebody's right to act for an organisation in this council."""

    permission = PartnershipsPermission.EDIT_PARTNERSHIP
    room = ROOM
    button = "End their right"
    warning = True

    def subject(self, **keys: UUID) -> ActingPerson:
        return acting_person_to_end(self.access, keys["acting_id"])

    def target(self, subject: ActingPerson, /) -> str:
        return reverse("organisation", args=[self.council.slug, subject.link.organisation_id])

    def title(self, subject: ActingPerson, /) -> str:
        return f"End the right of {display_name(subject.user)}"

    def lead(self, subject: ActingPerson, /) -> str:
        return (
            f"They no longer act for {subject.link.organisation.name} in {self.council.name}, from now on. "
            "Their account and what other councils allow stay as they are."
        )

    def crumbs(self, subject: ActingPerson, /) -> list[Crumb]:
        return trail(self.council.slug, subject.link.organisation, "End a right")

    def form(self, subject: ActingPerson, /, data: Any = None, files: Any = None) -> ConfirmForm:
        return ConfirmForm(data)

    def save(self, subject: ActingPerson, form: ConfirmForm, /) -> str:
        withdraw_submitter(
            council=self.council,
            organisation=subject.link.organisation,
            user=subject.user,
            by=self.person,
        )
        return f"{display_name(subject.user)} no longer acts for {subject.link.organisation.name}."
