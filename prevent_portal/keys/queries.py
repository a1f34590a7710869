"""Reads of the key store. A key is unwrapped for one use and kept nowhere."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import DatabaseError, InterfaceError

from prevent_portal.keys import ciphers
from prevent_portal.keys.key_ring import key_ring
from prevent_portal.keys.models import CouncilKey, DataKey
from prevent_portal.keys.refusals import KeyErased, KeyStoreAway, NoKey


def data_keys(council_id: int, subjects: Collection[UUID]) -> dict[UUID, bytes]:
    """Return the keys of some records of a council, by record, in one question to the key store.

    Raises:
        KeyErased: if one was destroyed.
        NoKey: if there is none, or no key-encryption key here unwraps it.
        Altered: if a wrapped key was changed or moved.
        KeyStoreAway: if the key store does not answer.
    """
    wanted = set(subjects)
    try:
        found = list(
            DataKey.objects.select_related("council").filter(council_id=council_id, subject__in=wanted)
        )
    except (DatabaseError, InterfaceError) as error:
        raise KeyStoreAway("The key store does not answer.") from error
    if wanted - {key.subject for key in found}:
        raise NoKey("The key store has no key of the record.")
    return {key.subject: unwrapped(key, key.council) for key in found}


def unwrapped(key: DataKey, council_key: CouncilKey) -> bytes:
    """Unwrap one data key; raises as :func:`data_keys`."""
    if key.wrapped is None:
        raise KeyErased("The key of the record was destroyed.")
    return ciphers.decrypt(unwrapped_council_key(council_key), bytes(key.wrapped), key.place)


def unwrapped_council_key(key: CouncilKey) -> bytes:
    """Unwrap a council's key.

    Raises:
        NoKey: if the key-encryption key that wraps it is not on the ring.
        Altered: if another key of that name is, or the wrapped key was changed.
    """
    return ciphers.decrypt(key_ring().key(key.wrapped_by), bytes(key.wrapped), key.place)
