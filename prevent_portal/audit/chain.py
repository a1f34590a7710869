"""Whether the trail is what was written: every chain walked, and compared with the anchors (AL-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections

from prevent_portal.audit.anchors import Anchor

PLATFORM = 0
"""The chain of events that belong to no council."""

_WORDS = {
    "missing": "the event {seq:,} is missing from the chain",
    "deleted": "the event {seq:,} was deleted",
    "changed": "the event {seq:,} was changed or moved",
    "inserted": "an event was inserted beside the chain",
    "cut": "the chain ends before the event {seq:,}, which was anchored",
    "rewritten": "the chain was rewritten at or before the event {seq:,}, which was anchored",
}


@dataclass(frozen=True)
class Fault:
    """Where a chain first breaks. ``kind`` is one of the words above."""

    chain: int
    kind: str
    seq: int

    def __str__(self) -> str:
        whose = "the platform" if self.chain == PLATFORM else f"council {self.chain}"
        return f"Audit trail of {whose}: {_WORDS[self.kind].format(seq=self.seq)}."


@dataclass(frozen=True)
class Verdict:
    """What a verification found."""

    chains: int
    events: int
    anchors: int
    faults: list[Fault]


def heads(*, using: str = DEFAULT_DB_ALIAS) -> list[Anchor]:
    """The newest link of every chain, as it is to be written outside the database."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT council_id, seq, encode(hash, 'hex') FROM audit.heads()")
        return [Anchor(*row) for row in cursor.fetchall()]


def verify(anchors: Sequence[Anchor], *, using: str = DEFAULT_DB_ALIAS) -> Verdict:
    """Walk every chain and hold it against what was anchored.

    An edit, a deletion, an insertion or a swap breaks the chain itself. A chain whose end was cut, or that
    was hashed anew from somewhere, is whole in itself: the anchors tell.
    """
    faults: list[Fault] = []
    events = 0
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT c.*, v.* FROM audit.chains() AS c (id), LATERAL audit.verify(c.id) AS v")
        walked = cursor.fetchall()
        for chain, links, fault, seq in walked:
            events += links
            if fault:
                faults.append(Fault(chain, fault, seq))
        cursor.execute(
            "SELECT DISTINCT ON (council_id) council_id, seq, is_missing "
            "FROM audit.differing(%s::bigint[], %s::bigint[], %s::bytea[]) ORDER BY council_id, seq",
            [
                [anchor.chain for anchor in anchors],
                [anchor.seq for anchor in anchors],
                [bytes.fromhex(anchor.hash) for anchor in anchors],
            ],
        )
        faults += [
            Fault(chain, "cut" if gone else "rewritten", seq) for chain, seq, gone in cursor.fetchall()
        ]
    return Verdict(chains=len(walked), events=events, anchors=len(anchors), faults=faults)
