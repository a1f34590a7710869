"""Hang the demo's documents on what they show: items of the duty checklist whose words they answer."""

from __future__ import annotations

from compliance.models import ItemAnswer
from compliance.queries.answers import ITEM_EVIDENCE
from prevent_portal.documents.models import Document
from prevent_portal.documents.services.uses import attach_document
from prevent_portal.tenancy.models import Council

SHOWS = {
    "venue": "Venue hire: terms and questions to speakers",
    "filter": "Filtering on library computers: test sheet",
    "refer": "Referral pathway for front-line staff",
    "partnership": "Multi-agency partnership: terms of reference",
}
"""Titles of demo documents, by a word of the prompts that they answer."""
MOST = 2
"""How many items each document hangs on at most."""


def load_evidence(council: Council) -> None:
    """Hang documents on the items of each round. What hangs there already is left alone."""
    documents = {
        document.title: document
        for document in Document.objects.filter(council=council, title__in=SHOWS.values())
    }
    answers = list(
        ItemAnswer.objects.filter(council=council)
        .select_related("item", "local_item", "assessment")
        .order_by("-assessment__period_end", "item__order", "pk")
    )
    for word, title in SHOWS.items():
        document = documents.get(title)
        if document is None:
            continue
        shown = [answer for answer in answers if word in answer.asked.prompt.lower()]
        for answer in shown[:MOST]:
            attach_document(
                document=document, by=document.owner, kind=ITEM_EVIDENCE, object_id=answer.pk, confirmed=True
            )
