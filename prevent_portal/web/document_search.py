"""Documents in the search: by title, and only those that hang on things that anybody's role may open."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.documents import rules
from prevent_portal.documents.access import visible_documents
from prevent_portal.documents.models import DocumentUse
from prevent_portal.documents.permissions import DocumentsPermission
from prevent_portal.web.search import Hit, Kind, Question, best, by_key, matching


def found_documents(access: CouncilAccess, question: Question) -> list[Hit]:
    """Documents that the person may read, by reference and title.

    What hangs on something whose reads are logged, such as a paper for named readers, is left out also for
    those who may open it: a look at such a title would leave no trace (L3 of the product).
    """
    named_uses = DocumentUse.objects.filter(
        council=access.council, document=OuterRef("pk"), kind__in=rules.logged_kinds()
    )
    readable = visible_documents(access).filter(~Exists(named_uses))
    rows, named = by_key(readable, question, "E")
    return [
        Hit(
            title=document.title,
            href=reverse("evidence-document", args=[access.council.slug, document.pk]),
            rank=document.search_rank,
            reference=document.reference if named is not None else "",
            words="Link" if document.is_link else "Document",
        )
        for document in best(matching(rows, question, title="title", named=named), "-created_at")
    ]


def more_documents(access: CouncilAccess, question: Question) -> str:
    """The library of evidence, narrowed by the same text."""
    return f"{reverse('evidence', args=[access.council.slug])}?{urlencode({'text': question.text})}"


DOCUMENTS = Kind(
    "documents", "Documents", 75, (DocumentsPermission.VIEW_EVIDENCE,), found_documents, more_documents
)
