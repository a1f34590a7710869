"""The only way to a document: through a thing that it hangs on, or as its owner while it hangs on nothing."""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User, display_name
from prevent_portal.documents import rules
from prevent_portal.documents.enums import VersionState
from prevent_portal.documents.models import Document, DocumentUse, DocumentVersion
from prevent_portal.documents.permissions import PARTNER_ROLES, DocumentsPermission


def readable_uses(access: CouncilAccess) -> QuerySet[DocumentUse]:
    """The uses on things that the person may read; each kind's rule is a part of this one statement."""
    admitted = Q(pk__in=[])
    for kind in rules.kinds():
        things = kind.things(access)
        if things is not None:
            admitted |= Q(kind=kind.name, object_id__in=things.order_by().values("pk"))
    return DocumentUse.objects.filter(admitted, council=access.council)


def visible_documents(access: CouncilAccess) -> QuerySet[Document]:
    """What the person may read: what hangs on a readable thing, and what hangs on nothing if it is theirs.

    Coordinators see everything that hangs on nothing, so that it is not lost when its owner leaves.
    """
    documents = Document.objects.filter(council=access.council)
    hangs = Exists(DocumentUse.objects.filter(council=access.council, document=OuterRef("pk")))
    loose: Q = Q(~hangs)
    if not access.may(DocumentsPermission.MANAGE_EVIDENCE):
        loose &= Q(owner=access.user)
    return documents.filter(Exists(readable_uses(access).filter(document=OuterRef("pk"))) | loose)


def document_for(access: CouncilAccess, document_id: uuid.UUID) -> Document:
    """A document that the person may read, else Http404."""
    return get_object_or_404(visible_documents(access).select_related("owner"), pk=document_id)


def reads_names(access: CouncilAccess) -> bool:
    """Whether a person learns who owns and adds evidence; people of partners read no name but their own."""
    return bool(access.roles - PARTNER_ROLES)


def name_for(access: CouncilAccess, person: User) -> str:
    """How a person is called for a reader of evidence."""
    if reads_names(access) or person.pk == access.user.pk:
        return display_name(person)
    return "The council"


def may_change(access: CouncilAccess, document: Document) -> bool:
    """Its owner may change a document's details and add versions, and so may whoever manages evidence."""
    return document.owner_id == access.user.pk or access.may(DocumentsPermission.MANAGE_EVIDENCE)


def document_to_change(access: CouncilAccess, document_id: uuid.UUID) -> Document:
    """A document whose details the person may change and to which they may add versions, else Http404."""
    document = document_for(access, document_id)
    if not may_change(access, document):
        raise Http404
    return document


def version_for(access: CouncilAccess, version_id: uuid.UUID) -> DocumentVersion:
    """Return a checked version of a document that the person may read at this moment.

    Raises:
        django.http.Http404: if there is none such, or no rule admits the person.
    """
    return get_object_or_404(
        DocumentVersion.objects.select_related("document"),
        council=access.council,
        pk=version_id,
        state=VersionState.ACCEPTED,
        document__in=visible_documents(access),
    )


def thing_to_evidence(access: CouncilAccess, kind_name: str, object_id: uuid.UUID) -> rules.Thing:
    """How a thing is called to which the person may add evidence, else Http404."""
    try:
        kind = rules.kind_for(kind_name)
    except rules.UnknownUse:
        raise Http404 from None
    if not kind.may_add(access, object_id):
        raise Http404
    return kind.labels(access, [object_id]).get(object_id, rules.Thing(kind.words))


def use_to_remove(access: CouncilAccess, document_id: uuid.UUID, use_id: uuid.UUID) -> DocumentUse:
    """A use of a readable document that the person may end: they may add evidence to the thing."""
    use = get_object_or_404(
        readable_uses(access).select_related("document"), document_id=document_id, pk=use_id
    )
    if not rules.kind_for(use.kind).may_add(access, use.object_id):
        raise Http404
    return use
