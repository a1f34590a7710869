"""Forms of contacts at an organisation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse

from partnerships.access.organisations import contact_to_edit, link_for
from partnerships.forms.organisations import ConfirmForm, ContactChangeForm, ContactForm
from partnerships.models import Contact, CouncilOrganisation
from partnerships.permissions import PartnershipsPermission
from partnerships.services.contacts import add_contact, change_contact, remove_contact
from partnerships.views.organisations import ROOM, trail
from partnerships.views.pages import RoomFormPage
from prevent_portal.web.components import Crumb

_FIELDS = ("name", "job_title", "email", "telephone", "about")


class ContactAddPage(RoomFormPage[CouncilOrganisation, ContactForm]):
    """Add a contact at an organisation."""

    permission = PartnershipsPermission.EDIT_PARTNERSHIP
    room = ROOM
    button = "Add the contact"

    def subject(self, **keys: UUID) -> CouncilOrganisation:
        return link_for(self.access, keys["organisation_id"], self.permission)

    def target(self, subject: CouncilOrganisation, /) -> str:
        return reverse("organisation", args=[self.council.slug, subject.organisation_id])

    def title(self, subject: CouncilOrganisation, /) -> str:
        return "Add a contact"

    def lead(self, subject: CouncilOrganisation, /) -> str:
        return f"Somebody whom you call or write to at {subject.organisation.name}. They need no account."

    def crumbs(self, subject: CouncilOrganisation, /) -> list[Crumb]:
        return trail(self.council.slug, subject.organisation, "Add a contact")

    def form(self, subject: CouncilOrganisation, /, data: Any = None, files: Any = None) -> ContactForm:
        return ContactForm(data)

    def save(self, subject: CouncilOrganisation, form: ContactForm, /) -> str:
        given = {name: form.cleaned_data[name] for name in _FIELDS}
        contact = add_contact(
            council=self.council, organisation=subject.organisation, by=self.person, **given
        )
        return f"Added {contact.name}."


class ContactChangePage(RoomFormPage[Contact, ContactChangeForm]):
    """Change a contact."""

    permission = PartnershipsPermission.EDIT_PARTNERSHIP
    room = ROOM
    template = "partnerships/contact.html"

    def subject(self, **keys: UUID) -> Contact:
        return contact_to_edit(self.access, keys["contact_id"])

    def target(self, subject: Contact, /) -> str:
        return reverse("organisation", args=[self.council.slug, subject.link.organisation_id])

    def title(self, subject: Contact, /) -> str:
        return f"Change {subject.name}"

    def crumbs(self, subject: Contact, /) -> list[Crumb]:
        return trail(self.council.slug, subject.link.organisation, f"Change {subject.name}")

    def more(self, subject: Contact, /) -> dict[str, Any]:
        return {"remove_href": reverse("contact-remove", args=[self.council.slug, subject.pk])}

    def form(self, subject: Contact, /, data: Any = None, files: Any = None) -> ContactChangeForm:
        initial = {name: getattr(subject, name) for name in (*_FIELDS, "version")}
        return ContactChangeForm(data, initial=initial)

    def save(self, subject: Contact, form: ContactChangeForm, /) -> str:
        given = {name: form.cleaned_data[name] for name in (*_FIELDS, "version")}
        return f"Saved {change_contact(contact=subject, by=self.person, **given).name}."


class ContactRemovePage(RoomFormPage[Contact, ConfirmForm]):
    """Forget a contact."""

    permission = PartnershipsPermission.EDIT_PARTNERSHIP
    room = ROOM
    button = "Remove the contact"
    warning = True

    def subject(self, **keys: UUID) -> Contact:
        return contact_to_edit(self.access, keys["contact_id"])

    def target(self, subject: Contact, /) -> str:
        return reverse("organisation", args=[self.council.slug, subject.link.organisation_id])

    def title(self, subject: Contact, /) -> str:
        return f"Remove {subject.name}"

    def lead(self, subject: Contact, /) -> str:
        return "Nothing of this contact is kept. The audit trail says that one was removed, not who it was."

    def crumbs(self, subject: Contact, /) -> list[Crumb]:
        return trail(self.council.slug, subject.link.organisation, f"Remove {subject.name}")

    def form(self, subject: Contact, /, data: Any = None, files: Any = None) -> ConfirmForm:
        return ConfirmForm(data)

    def save(self, subject: Contact, form: ConfirmForm, /) -> str:
        name = subject.name
        remove_contact(contact=subject, by=self.person)
        return f"Removed {name}."
