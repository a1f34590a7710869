"""Reads of contacts at organisations."""

from __future__ import annotations

from uuid import UUID

from partnerships.models import Contact
from prevent_portal.tenancy.models import Council


def contacts_at(council: Council, organisation_id: UUID) -> list[Contact]:
    """Whom the council calls at an organisation, by name."""
    return list(Contact.objects.filter(council=council, link__organisation=organisation_id))
