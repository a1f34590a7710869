"""Tell the people who watch over Channel, each by an e-mail of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from prevent_portal.outbox.services.emails import queue_email


def alert_each(*, addresses: Iterable[str], subject: str, text: str, effect_key: str) -> None:
    """Put one e-mail for each address into the outbox, in the caller's transaction.

    It holds a reference and an address alone (rule 14 of the product); the caller sees to that.

    Args:
        effect_key: what the alert is about. The same alert reaches an address once.
    """
    for address in addresses:
        # An address may be longer than a key has room for.
        whom = hashlib.sha256(address.encode()).hexdigest()[:16]
        queue_email(recipient=address, subject=subject, text=text, effect_key=f"{effect_key}:{whom}")
