"""The key-encryption keys, which come from the environment and are in no database (SC-3).

``KEY_ENCRYPTION_KEYS`` is a list ``name:key,name:key``, each key 32 random bytes in Base64. The first one
wraps what is new; the others only open, until ``manage.py rotate_keys`` has wrapped everything anew.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from prevent_portal.keys.ciphers import KEY_BYTES
from prevent_portal.keys.refusals import NoKey

NAME_LIMIT = 40


@dataclass(frozen=True)
class KeyRing:
    """The key-encryption keys by name. The keys themselves are in no ``repr``."""

    current: str
    keys: dict[str, bytes] = field(repr=False)

    def key(self, name: str) -> bytes:
        """Return one key.

        Raises:
            NoKey: for a key that was taken off the ring.
        """
        try:
            return self.keys[name]
        except KeyError:
            raise NoKey(f"KEY_ENCRYPTION_KEYS has no key of the name {name!r}.") from None


def key_ring() -> KeyRing:
    """The ring of the settings.

    Raises:
        ImproperlyConfigured: naming what is wrong with it, without a key.
    """
    return _parsed(tuple(settings.KEY_ENCRYPTION_KEYS))


@lru_cache(maxsize=4)
def _parsed(entries: tuple[str, ...]) -> KeyRing:
    keys: dict[str, bytes] = {}
    for number, entry in enumerate(entries, start=1):
        name, colon, text = entry.strip().partition(":")
        if not colon or not name or len(name) > NAME_LIMIT or not name.replace("-", "").isalnum():
            raise ImproperlyConfigured(
                f"Key {number} of KEY_ENCRYPTION_KEYS is not name:key; "
                "a name has letters, digits and hyphens."
            )
        if name in keys:
            raise ImproperlyConfigured(f"KEY_ENCRYPTION_KEYS names {name!r} twice.")
        try:
            key = base64.b64decode(text, validate=True)
        except binascii.Error:
            key = b""
        if len(key) != KEY_BYTES:
            raise ImproperlyConfigured(
                f"The key {name!r} of KEY_ENCRYPTION_KEYS is not {KEY_BYTES} bytes in Base64. "
                "Make one with: openssl rand -base64 32"
            )
        keys[name] = key
    if not keys:
        raise ImproperlyConfigured("KEY_ENCRYPTION_KEYS holds no key.")
    return KeyRing(current=next(iter(keys)), keys=keys)
