"""Forms of the codes of an organisation that the council added for itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from partnerships.access.organisations import code_to_end, own_organisation_to_edit
from partnerships.enums import CodeScheme
from partnerships.forms.organisations import CodeEndForm, CodeForm
from partnerships.models import CouncilOrganisation, OrganisationCode
from partnerships.permissions import PartnershipsPermission
from partnerships.services.organisations import add_code, end_code
from partnerships.views.organisations import ROOM, OrganisationForms, trail
from partnerships.views.pages import RoomFormPage
from prevent_portal.web.components import Crumb


class CodeAddPage(OrganisationForms):
    """Give an own organisation a code."""

    words = "Add a code"

    def subject(self, **keys: UUID) -> CouncilOrganisation:
        return own_organisation_to_edit(self.access, keys["own_organisation_id"])

    def form(self, subject: CouncilOrganisation, /, data: Any = None, files: Any = None) -> CodeForm:
        return CodeForm(data, initial={"scheme": CodeScheme.LOCAL})

    def save(self, subject: CouncilOrganisation, form: Any, /) -> str:
        given = form.cleaned_data
        code = add_code(
            council=self.council,
            organisation=subject.organisation,
            scheme=CodeScheme(given["scheme"]),
            code=given["code"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            by=self.person,
        )
        return f"Added the code {code}."


class CodeEndPage(RoomFormPage[OrganisationCode, CodeEndForm]):
    """Say when a code of an own organisation was last valid."""

    permission = PartnershipsPermission.EDIT_PARTNERSHIP
    room = ROOM
    button = "End the code"

    def subject(self, **keys: Any) -> OrganisationCode:
        return code_to_end(self.access, keys["own_organisation_id"], keys["code_id"])

    def target(self, subject: OrganisationCode, /) -> str:
        return reverse("organisation", args=[self.council.slug, subject.organisation_id])

    def title(self, subject: OrganisationCode, /) -> str:
        return f"End the code {subject}"

    def crumbs(self, subject: OrganisationCode, /) -> list[Crumb]:
        return trail(self.council.slug, subject.organisation, f"End the code {subject}")

    def form(self, subject: OrganisationCode, /, data: Any = None, files: Any = None) -> CodeEndForm:
        return CodeEndForm(data, initial={"ends_on": timezone.localdate()})

    def save(self, subject: OrganisationCode, form: CodeEndForm, /) -> str:
        end_code(
            council=self.council,
            organisation=subject.organisation,
            code=subject,
            ends_on=form.cleaned_data["ends_on"],
            by=self.person,
        )
        return f"Ended the code {subject}."
