"""Keys of pages of the trail, as they stand in an address: encrypted, so that they cannot be subtracted.

Events of every council, the restricted ones among them, share one sequence of numbers. Two numbers in two
addresses would tell how many events lie between them that the reader does not see: how often cases are read.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def written(key: int) -> str:
    """The key of an event for an address."""
    return _cipher().encrypt(str(key).encode()).decode()


def read(text: str) -> int | None:
    """The key that an address holds, None for anything that this portal did not write."""
    try:
        return int(_cipher().decrypt(text.encode()))
    except InvalidToken:
        return None


def _cipher() -> Fernet:
    secret = hashlib.sha256(b"audit page keys:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(secret))
