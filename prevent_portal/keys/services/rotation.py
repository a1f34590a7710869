"""Renew the keys that wrap keys. No text is touched, and whoever reads meanwhile is not disturbed (SC-3)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from prevent_portal.audit.services import record
from prevent_portal.keys import ciphers
from prevent_portal.keys.key_ring import key_ring
from prevent_portal.keys.models import CouncilKey, DataKey
from prevent_portal.keys.queries import unwrapped_council_key
from prevent_portal.keys.router import STORE
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope


@dataclass(frozen=True)
class Renewed:
    """What one council's renewal did."""

    council: Council
    data_keys: int


def renew_keys() -> list[Renewed]:
    """Give every council a new key under the current key-encryption key, and wrap its data keys with it.

    Each council is one transaction of the key store: a reader sees the old keys or the new ones, both whole.
    Afterwards a key-encryption key that is not the current one opens nothing and can leave the environment.

    Raises:
        CannotOpen: if a key does not unwrap. Councils before it are done; nothing of this one is changed.
    """
    councils = Council.objects.in_bulk(CouncilKey.objects.order_by("pk").values_list("pk", flat=True)[:])
    return [renew_council_key(council=council) for council in councils.values()]


def renew_council_key(*, council: Council) -> Renewed:
    """Renew one council's key; as :func:`renew_keys`."""
    ring = key_ring()
    with service_scope(council=council), transaction.atomic(using=STORE):
        key = CouncilKey.objects.select_for_update().get(council_id=council.pk)
        data_keys = list(key.data_keys.select_for_update().filter(erased_at__isnull=True))
        old = unwrapped_council_key(key)
        plain = [ciphers.decrypt(old, bytes(each.wrapped or b""), each.place) for each in data_keys]
        new = ciphers.new_key()
        key.version += 1
        key.wrapped_by = ring.current
        key.wrapped = ciphers.encrypt(ring.key(ring.current), new, key.place)
        key.renewed_at = timezone.now()
        key.save(update_fields=["version", "wrapped_by", "wrapped", "renewed_at"])
        for each, content in zip(data_keys, plain, strict=True):
            each.council_version = key.version
            each.wrapped = ciphers.encrypt(new, content, each.place)
        DataKey.objects.bulk_update(data_keys, ["council_version", "wrapped"], batch_size=500)
        record(action="keys.renewed", subject=council)
    return Renewed(council=council, data_keys=len(data_keys))
