"""Keys of staff registers, derived from a secret of the installation, different for each council and use."""

from __future__ import annotations

import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


class PartUnreadable(Exception):
    """A part was not sealed under today's key, or is not the part that it is said to be."""


def hashed_reference(council_id: int, organisation_id: UUID, reference: str) -> bytes:
    """What is kept of a staff reference: the same for the same person of an organisation in a council, and
    without the key neither to be had back nor to be compared with another council's."""
    key = _key(settings.REGISTER_KEY or settings.SECRET_KEY, f"reference:{council_id}")
    return hmac.digest(key, f"{organisation_id}:{reference}".encode(), "sha256")


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
