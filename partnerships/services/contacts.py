"""Keep whom to call at an organisation, and forget them when they leave."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from partnerships.models import Contact, CouncilOrganisation, Organisation
from partnerships.policies.editing import require_editor
from partnerships.policies.organisations import require_link
from partnerships.policies.refusals import PartnershipRefused
from partnerships.services.versions import require_version, save_next
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council

_LABELS = {
    "name": "Name",
    "job_title": "Job title",
    "email": "Email address",
    "telephone": "Telephone number",
    "about": "What to call them about",
}


def add_contact(
    *,
    council: Council,
    organisation: Organisation,
    name: str,
    by: User | None,
    job_title: str = "",
    email: str = "",
    telephone: str = "",
    about: str = "",
) -> Contact:
    """Add a contact at an organisation that the council has linked.

    Raises:
        PartnershipRefused: without a link, a name, or a way to reach them.
    """
    require_editor(by, council)
    with transaction.atomic():
        link = require_link(
            CouncilOrganisation.objects.filter(council=council, organisation=organisation).first()
        )
        texts = _checked(name=name, job_title=job_title, email=email, telephone=telephone, about=about)
        contact = Contact.objects.create(council=council, link=link, changed_by=by, **texts)
        record(
            action="partnerships.contact_added",
            subject=contact,
            details={"organisation": organisation.pk},
        )
    return contact


def change_contact(
    *,
    contact: Contact,
    name: str,
    job_title: str,
    email: str,
    telephone: str,
    about: str,
    version: int,
    by: User,
) -> Contact:
    """Change a contact.

    Raises:
        PartnershipRefused: without a name or a way to reach them.
        StaleVersion: if somebody saved since ``version``; it holds both texts.
    """
    require_editor(by, contact.council)
    texts = _checked(name=name, job_title=job_title, email=email, telephone=telephone, about=about)
    with transaction.atomic():
        locked = Contact.objects.select_for_update(of=("self",)).get(
            council=contact.council_id, pk=contact.pk
        )
        require_version(locked, version, texts, _LABELS)
        changed = save_next(locked, texts, and_then={"changed_by": by, "changed_at": timezone.now()})
        if changed:
            record(action="partnerships.contact_changed", subject=locked, details={"fields": changed})
    return locked


def remove_contact(*, contact: Contact, by: User) -> None:
    """Forget a contact: nothing of the person is kept. Twice is once."""
    require_editor(by, contact.council)
    with transaction.atomic():
        locked = (
            Contact.objects.select_for_update(of=("self",))
            .filter(council=contact.council_id, pk=contact.pk)
            .first()
        )
        if locked is not None:
            record(action="partnerships.contact_removed", subject=locked, details={"link": locked.link_id})
            locked.delete()


def _checked(**texts: str) -> dict[str, str]:
    """The texts without spaces around them; refused where they name nobody who can be reached."""
    found = {key: value.strip() for key, value in texts.items()}
    if not found["name"]:
        raise PartnershipRefused("Enter the contact’s name.")
    if not found["email"] and not found["telephone"]:
        raise PartnershipRefused("Enter an email address or a telephone number.")
    return found
