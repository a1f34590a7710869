"""Hang documents on things, and take them off again. The document itself stays."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction

from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.documents import rules
from prevent_portal.documents.models import Document, DocumentUse
from prevent_portal.documents.policies import check_wide_audience
from prevent_portal.tenancy.models import Council


def attach_document(
    *, document: Document, by: User, kind: str, object_id: uuid.UUID, confirmed: bool = False
) -> DocumentUse:
    """Hang a document of the library on a thing. Where it hangs already, nothing happens.

    The caller has checked that the person reads the document and may add evidence to the thing.

    Args:
        confirmed: the person was told that many people will read this sensitive document, and meant it.

    Raises:
        prevent_portal.documents.policies.NeedsConfirmation: if they were not.
        prevent_portal.documents.rules.UnknownUse: for a kind that no room registered.
    """
    rules.kind_for(kind)
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(council=document.council_id, pk=document.pk)
        present = DocumentUse.objects.filter(
            council=locked.council_id, document=locked, kind=kind, object_id=object_id
        ).first()
        if present is not None:
            return present
        wide = check_wide_audience(
            council=locked.council, marking=locked.marking, uses=[(kind, object_id)], confirmed=confirmed
        )
        use = DocumentUse.objects.create(
            council=locked.council, document=locked, kind=kind, object_id=object_id, added_by=by
        )
        record(
            action="documents.document_attached",
            subject=locked,
            details={"kind": kind, "object": object_id, **({"widely_seen_confirmed": True} if wide else {})},
        )
    return use


def detach(*, use: DocumentUse, by: User) -> None:
    """Take a document off a thing. Whoever could read it only through this thing no longer can."""
    with transaction.atomic():
        document = Document.objects.select_for_update().get(council=use.council_id, pk=use.document_id)
        removed, _ = DocumentUse.objects.filter(council=use.council_id, pk=use.pk).delete()
        if removed:
            record(
                action="documents.document_detached",
                subject=document,
                details={"kind": use.kind, "object": use.object_id},
            )


def carry_forward(
    *, council: Council, by: User, kind: str, pairs: Mapping[uuid.UUID, uuid.UUID], to_kind: str = ""
) -> int:
    """Hang what hangs on old things on new ones as well, such as last cycle's answers on this one's.

    Returns how many documents were newly hung. The things are equally widely seen, so nothing is asked again.

    Args:
        pairs: new things by old ones.
        to_kind: where the new things are of another kind.
    """
    rules.kind_for(to_kind or kind)
    with transaction.atomic():
        uses = DocumentUse.objects.filter(council=council, kind=kind, object_id__in=list(pairs))
        target = to_kind or kind
        present = set(
            DocumentUse.objects.filter(
                council=council, kind=target, object_id__in=list(pairs.values())
            ).values_list("document_id", "object_id")
        )
        wanted = {(use.document_id, pairs[use.object_id]) for use in uses} - present
        made = DocumentUse.objects.bulk_create(
            DocumentUse(council=council, document_id=document_id, kind=target, object_id=thing, added_by=by)
            for document_id, thing in sorted(wanted)
        )
        for use in made:
            record(
                action="documents.document_attached",
                subject=Document(pk=use.document_id),
                details={"kind": target, "object": use.object_id, "carried_forward": True},
            )
    return len(made)
