"""AES-256-GCM of `cryptography`, bound to a place. Nothing below this is home-made (RC-5).

What is sealed is one byte for the format, a nonce of 96 random bits and the ciphertext with its tag. A key
seals at most some thousands of texts, so that random nonces never meet (the bound of the standard is 2^32).
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from prevent_portal.keys.refusals import Altered

FORMAT = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
SHORTEST = len(FORMAT) + NONCE_BYTES + TAG_BYTES


def new_key() -> bytes:
    """Return a random key."""
    return AESGCM.generate_key(bit_length=8 * KEY_BYTES)


def encrypt(key: bytes, content: bytes, place: Sequence[str]) -> bytes:
    """Encrypt under a new nonce, for one place only.

    Args:
        place: what the ciphertext belongs to, from the outside in; it opens nowhere else.
    """
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, content, _bound(place))


def decrypt(key: bytes, sealed: bytes, place: Sequence[str]) -> bytes:
    """Return the content, if it was encrypted under this key, for this place, and not changed since.

    Raises:
        Altered: otherwise. Nothing of the content is returned then.
    """
    if len(sealed) < SHORTEST or sealed[: len(FORMAT)] != FORMAT:
        raise Altered("The ciphertext has no format that is known here.")
    body = sealed[len(FORMAT) :]
    try:
        return AESGCM(key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], _bound(place))
    except InvalidTag:
        raise Altered("The ciphertext does not belong here, or another key made it.") from None


def _bound(place: Sequence[str]) -> bytes:
    """The associated data. Each part carries its length, so that no two places spell alike."""
    parts = [part.encode() for part in place]
    return FORMAT + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
