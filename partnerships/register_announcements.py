"""What the registers tell the kernel at start-up: evidence, audit sentences, and what waits for people."""

from __future__ import annotations

from partnerships.access.registers import evidence_kind
from partnerships.queries.register_due import register_due
from partnerships.registers import REGISTERS
from prevent_portal.audit import presenters
from prevent_portal.audit.models import Event
from prevent_portal.audit.presenters import Presenter
from prevent_portal.documents import rules
from prevent_portal.outbox import due_items

_TITLES = {register.slug: register for register in REGISTERS}
_DONE = {
    "partnerships.register_entry_added": "added {one} to the register “{title}”",
    "partnerships.register_entry_changed": "changed {one} in the register “{title}”",
    "partnerships.register_entry_renewed": "renewed {one} in the register “{title}”",
    "partnerships.register_entry_withdrawn": "withdrew {one} from use in the register “{title}”",
    "partnerships.register_entry_brought_back": "brought {one} back into use in the register “{title}”",
}


def _sentence(words: str) -> Presenter:
    def present(event: Event) -> str:
        register = _TITLES.get(event.details.get("register", ""))
        one, title = (register.an_entry, register.title) if register else ("an entry", "registers")
        return words.format(one=one, title=title)

    return present


def announce() -> None:
    """Fill the kernel's registries; called once, when the app is ready."""
    for action, words in _DONE.items():
        presenters.register(action, _sentence(words))
    for register in REGISTERS:
        rules.register(evidence_kind(register))
    due_items.register(
        "partnerships.registers",
        register_due,
        kinds={"register_entry": "Entries of registers", "acknowledgement": "Promises to keep confidential"},
    )
