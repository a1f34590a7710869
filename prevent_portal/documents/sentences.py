"""How the audit page words what happened to evidence."""

from __future__ import annotations

from prevent_portal.audit.models import Event
from prevent_portal.audit.presenters import Presenter


def _attached(event: Event) -> str:
    if event.details.get("widely_seen_confirmed"):
        return "hung an OFFICIAL-SENSITIVE document on something widely seen, and confirmed it when asked"
    if event.details.get("carried_forward"):
        return "carried a document of evidence forward"
    return "hung a document of evidence on something"


def _changed(event: Event) -> str:
    if event.details.get("widely_seen_confirmed"):
        return "marked a widely seen document OFFICIAL-SENSITIVE, and confirmed it when asked"
    return "changed the details of a document"


SENTENCES: dict[str, str | Presenter] = {
    "documents.file_added": "uploaded a file of evidence",
    "documents.link_added": "added a link as evidence",
    "documents.version_added": "added a new version of a document",
    "documents.version_passed": "let a file out of quarantine: the scanner found nothing",
    "documents.version_refused": "refused a file in quarantine: the scanner found it harmful",
    "documents.document_attached": _attached,
    "documents.document_detached": "took a document of evidence off something",
    "documents.details_changed": _changed,
    "documents.file_read": "opened a document whose readers are logged",
    "documents.file_attached": "attached a file",
}
