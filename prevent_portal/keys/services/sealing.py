"""Seal texts, and open them: the only way in and out of a sealed field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import DatabaseError, InterfaceError, transaction

from prevent_portal.keys import ciphers
from prevent_portal.keys.envelopes import Envelope, SealedTextField
from prevent_portal.keys.key_ring import key_ring
from prevent_portal.keys.models import CouncilKey, DataKey, SealedRow
from prevent_portal.keys.queries import data_keys, unwrapped, unwrapped_council_key
from prevent_portal.keys.refusals import CannotOpen, KeyStoreAway
from prevent_portal.keys.router import STORE


def seal(row: SealedRow, **texts: str | None) -> list[str]:
    """Seal texts into fields of a row, which the caller then saves.

    The row's other sealed texts are sealed anew with them, under the row's next version; so lock the row
    first (or it is new), and save every field that is named in the answer. The first sealing of a record
    makes its key, which stays in the key store if the caller's transaction fails: a key without a record
    tells nothing.

    Args:
        texts: the new texts by field; None empties the field.

    Returns:
        The names of the fields to save, for ``update_fields``.

    Raises:
        ValueError: for a text that is longer than its field allows, or a field that is not sealed.
        CannotOpen: if the record's key was destroyed, or the key store does not answer.
    """
    fields = {field.name: field for field in row.sealed_fields()}
    if unknown := set(texts) - set(fields):
        raise ValueError(f"{', '.join(sorted(unknown))} of {row._meta.label} are not sealed fields.")
    for name, text in texts.items():
        limit = fields[name].longest
        if text is not None and limit is not None and len(text) > limit:
            raise ValueError(f"{name} has more than {limit} characters.")
    key = _made_or_found(row)
    kept = {
        field.name: _opened(row, field, key)
        for field in fields.values()
        if field.name not in texts and getattr(row, field.attname) is not None
    }
    row.sealed_version += 1
    for name, text in {**kept, **texts}.items():
        field = fields[name]
        content = None if text is None else ciphers.encrypt(key, text.encode(), row.place_of(field))
        setattr(row, field.attname, None if content is None else Envelope(content))
    return [*fields, "sealed_version"]


def open_sealed(row: SealedRow) -> dict[str, str]:
    """Open the sealed texts of a row, by field; an empty field is an empty text.

    Whoever calls this shows the texts to somebody, so the same transaction records that (AL-1).

    Raises:
        CannotOpen: whose ``sentence`` is all that a person is told.
    """
    return open_rows([row])[0]


def open_rows(rows: Sequence[SealedRow]) -> list[dict[str, str]]:
    """Open the sealed texts of many rows in as many questions as they have councils; all or none.

    Raises:
        CannotOpen: if one of them does not open.
    """
    subjects: dict[int, set[UUID]] = defaultdict(set)
    for row in rows:
        subjects[_council_of(row)].add(row.sealing_subject)
    try:
        keys = {council_id: data_keys(council_id, wanted) for council_id, wanted in subjects.items()}
        return [_all_opened(row, keys[_council_of(row)][row.sealing_subject]) for row in rows]
    except CannotOpen as refused:
        refused.noun = rows[0].sealed_noun
        raise


def _all_opened(row: SealedRow, key: bytes) -> dict[str, str]:
    return {field.name: _opened(row, field, key) for field in row.sealed_fields()}


def _opened(row: SealedRow, field: SealedTextField, key: bytes) -> str:
    envelope = getattr(row, field.attname)
    if envelope is None:
        return ""
    if not isinstance(envelope, Envelope):
        raise TypeError(f"{field.name} of {row._meta.label} holds something that is not sealed.")
    return ciphers.decrypt(key, envelope.sealed, row.place_of(field)).decode()


def _council_of(row: SealedRow) -> int:
    council_id: int = getattr(row, "council_id")  # noqa: B009 - every council-owned model has it
    return council_id


def _made_or_found(row: SealedRow) -> bytes:
    """The key of the row's record, made at the first sealing."""
    council_id, subject = _council_of(row), row.sealing_subject
    try:
        known = DataKey.objects.select_related("council").filter(council_id=council_id, subject=subject)
        if (found := known.first()) is not None:
            return unwrapped(found, found.council)
        with transaction.atomic(using=STORE):
            council_key = _council_key(council_id)
            new = DataKey(subject=subject, council=council_key, council_version=council_key.version)
            new.wrapped = ciphers.encrypt(unwrapped_council_key(council_key), ciphers.new_key(), new.place)
            # Where another process was faster, its key stands and ours is thrown away unused.
            DataKey.objects.bulk_create([new], ignore_conflicts=True)
        return data_keys(council_id, [subject])[subject]
    except (DatabaseError, InterfaceError) as error:
        raise KeyStoreAway("The key store does not answer.", noun=row.sealed_noun) from error
    except CannotOpen as refused:
        refused.noun = row.sealed_noun
        raise


def _council_key(council_id: int) -> CouncilKey:
    """The council's key, made at its first use, and held still until the data key that it wraps is stored."""
    locked = CouncilKey.objects.select_for_update().filter(council_id=council_id)
    if (found := locked.first()) is not None:
        return found
    ring = key_ring()
    new = CouncilKey(council_id=council_id, wrapped_by=ring.current)
    new.wrapped = ciphers.encrypt(ring.key(ring.current), ciphers.new_key(), new.place)
    CouncilKey.objects.bulk_create([new], ignore_conflicts=True)
    return locked.get()
