"""Why something sealed does not open. Every reason ends the same way: nothing is shown (RC-5)."""

from __future__ import annotations


class CannotOpen(Exception):
    """What is sealed stays sealed. ``sentence`` is for the person, the message (no content) for the log.

    Raised for a missing, erased or wrong key, for ciphertext that was altered or belongs to another row, and
    for a key store that does not answer. There is no other way to the text, so nothing falls back to one.
    """

    def __init__(self, reason: str, *, noun: str = "record") -> None:
        super().__init__(reason)
        self.noun = noun

    @property
    def sentence(self) -> str:
        """The one sentence for every reason: which one it was would tell about the record."""
        return f"This {self.noun} cannot be opened just now."


class Altered(CannotOpen):
    """The ciphertext does not belong to this council, table, row, field and version, or was changed."""


class NoKey(CannotOpen):
    """There is no key of this record in the key store, or none that our key-encryption keys unwrap."""


class KeyErased(CannotOpen):
    """The record's key was destroyed (RC-8). Nothing brings the text back, and no new key is made."""


class KeyStoreAway(CannotOpen):
    """The key store does not answer."""
