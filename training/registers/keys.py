"""Keys of staff registers, derived from a secret of the installation, different for each council and use."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12
_BLOCK = 64


class PartUnreadable(Exception):
    """A part was not sealed under today's key, or is not the part that it is said to be."""


def reference_hasher(council_id: int, organisation_id: UUID) -> Callable[[str], bytes]:
    """What turns a staff reference of an organisation into what is kept of it: its HMAC-SHA256.

    It is the same for the same person of an organisation in a council, and without the key neither to be had
    back nor to be compared with another council's. A register has a hundred thousand references: what is the
    same for all of them, the key and the organisation, is hashed once (RFC 2104, whose key is shorter than a
    block here).
    """
    key = _key(settings.REGISTER_KEY or settings.SECRET_KEY, f"reference:{council_id}").ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + f"{organisation_id}:".encode())
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))

    def hashed(reference: str) -> bytes:
        within, without = inner.copy(), outer.copy()
        within.update(reference.encode())
        without.update(within.digest())
        return without.digest()

    return hashed


def sealed(council_id: int, register_id: UUID, number: int, content: bytes) -> bytes:
    """A part of a file, encrypted and bound to its place."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(council_id).encrypt(nonce, content, _place(register_id, number))


def opened(council_id: int, register_id: UUID, number: int, content: bytes) -> bytes:
    """The part again. Raises PartUnreadable."""
    try:
        return _cipher(council_id).decrypt(content[:_NONCE], content[_NONCE:], _place(register_id, number))
    except (InvalidTag, ValueError) as error:
        raise PartUnreadable from error


def _cipher(council_id: int) -> AESGCM:
    return AESGCM(_key(settings.REGISTER_KEY or settings.SECRET_KEY, f"file:{council_id}"))


def _place(register_id: UUID, number: int) -> bytes:
    return f"{register_id}:{number}".encode()


@lru_cache(maxsize=64)
def _key(secret: str, use: str) -> bytes:
    return HKDF(
        algorithm=SHA256(), length=32, salt=b"prevent portal staff register", info=use.encode()
    ).derive(secret.encode())
