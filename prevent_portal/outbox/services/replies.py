"""Answer a repeated create of the API with the answer it had (API-1, API-3)."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from prevent_portal.accounts.models import User
from prevent_portal.outbox.models import KeptReply
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError

KEPT_FOR = timedelta(days=2)
"""How long a repeat is answered; a body may hold rows that are kept nowhere else, so not for ever."""


class KeyReused(PolicyError):
    """The same idempotency key with another body."""


def begin_reply(*, council: Council, by: User, route: str, key: str, body: Any) -> KeptReply:
    """Take the key, in the transaction of the create. ``status`` is set on the reply if it is a repeat.

    Two requests at once with one key: the second waits for the first's transaction.

    Args:
        body: what was sent, as JSON can carry it; a file stands there by its checksum.

    Raises:
        KeyReused: if the key came before with another body.
    """
    fingerprint = hashlib.sha256(json.dumps(body, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()
    reply, _ = KeptReply.objects.get_or_create(
        council=council, user=by, route=route, key=key, defaults={"fingerprint": fingerprint}
    )
    if reply.fingerprint != fingerprint:
        raise KeyReused("This Idempotency-Key was used before with another body.")
    return reply


def finish_reply(*, reply: KeptReply, status: int, body: Any) -> None:
    """Keep the answer under its key."""
    reply.status = status
    reply.body = json.loads(json.dumps(body, cls=DjangoJSONEncoder))
    reply.save(update_fields=["status", "body"])


def forget_replies(*, council: Council) -> int:
    """Delete the council's answers that are older than a repeat could be. Returns how many."""
    old = KeptReply.objects.filter(council=council, created_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]
