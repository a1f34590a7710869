"""One search over everything of a council that a person may read: each room announces its kinds of things.

A kind's provider goes through the very access function that the kind's list uses, in one statement. What a
person may not read is not searched, so nothing about it can be told: no count, no hint, and no hits read the
same whatever there is (rule 1 of the product, TI-6). Channel and the restricted register of risks announce
nothing here, and nobody is found by name (RC-6).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import Case, CharField, FloatField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Floor

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.permissions import PermissionName

MOST_CHARACTERS = 200
"""The longest text that is searched for."""

MOST_HITS = 10
"""So many of each kind are shown. One more is read, to know whether the list behind has more."""

TOO_LONG = f"Search for {MOST_CHARACTERS} characters or fewer."
COMMON_WORDS = "Add a word that says more: words such as “the” and “of” are in everything."

_STEPS = 10
"""Ranks are told apart by tenths: of two things that fit about as well, the kind's own order goes first."""

_REFERENCE_RANK = 10.0 * _STEPS
"""A thing whose reference was typed comes before everything that only holds the words."""

_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
_OPERATORS = re.compile(r'"|(?:^|\s)-|\bor\b', re.IGNORECASE)
_LAST_WORD = re.compile(r"(?P<before>.*?)(?P<last>[^\W_]{2,})\Z", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """What somebody searches for, tidied: characters that nobody types on purpose are gone."""

    text: str

    @classmethod
    def asked(cls, typed: str) -> Question:
        return cls(" ".join(_NOT_TEXT.sub(" ", typed).split()))

    @property
    def is_too_long(self) -> bool:
        return len(self.text) > MOST_CHARACTERS

    @property
    def query(self) -> Any:
        """The words as PostgreSQL's web search reads them, and the last one also as the start of a word.

        Somebody who uses an operator means whole words: quotes, a minus, or "or".
        """
        whole = SearchQuery(self.text, config="english", search_type="websearch")
        found = _LAST_WORD.match(self.text)
        if found is None or _OPERATORS.search(self.text):
            return whole
        start = SearchQuery(f"'{found['last']}':*", config="english", search_type="raw")
        before = found["before"].strip()
        if before:
            start = SearchQuery(before, config="english", search_type="websearch") & start
        return whole | start

    @property
    def refusal(self) -> str:
        """What is wrong with the text, or nothing: one statement.

        It depends on the text alone, never on what there is to find.
        """
        if self.is_too_long:
            return TOO_LONG
        return COMMON_WORDS if self.text and not self._has_words() else ""

    def _has_words(self) -> bool:
        """Whether any word is left to search for besides such as "the" and "of"."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT numnode(websearch_to_tsquery('english', %s))", [self.text])
            return bool(cursor.fetchone()[0])

    def number(self, letter: str) -> int | None:
        """The number of a reference such as "A4", typed in any case."""
        found = re.fullmatch(rf"{letter}[- ]?(?P<number>[0-9]{{1,9}})", self.text, re.IGNORECASE)
        return int(found["number"]) if found else None

    def key_end(self, letter: str) -> str:
        """The end of a key that a reference such as "B-3F9A0C" names, or nothing."""
        found = re.fullmatch(rf"{letter}-(?P<end>[0-9a-f]{{6}})", self.text, re.IGNORECASE)
        return found["end"].lower() if found else ""


@dataclass(frozen=True)
class Hit:
    """One thing that was found.

    Args:
        title: what its page is called.
        href: its page, which the person may open.
        rank: how well it fits, comparable across kinds.
        reference: short, such as "A4"; empty for things without one.
        words: one line below: where it stands and how.
    """

    title: str
    href: str
    rank: float
    reference: str = ""
    words: str = ""


Provider = Callable[[CouncilAccess, Question], list[Hit]]
More = Callable[[CouncilAccess, Question], str]


@dataclass(frozen=True)
class Kind:
    """One kind of thing that can be found.

    Args:
        name: in the API.
        words: in the plural, as the heading above its hits.
        order: among kinds whose best hits fit equally well.
        permissions: who holds any of these is searched for; the provider narrows further.
        provider: the best hits, best first, at most :data:`MOST_HITS` and one: one statement.
        more: the address of the kind's own list, narrowed by the text where the list can be.
    """

    name: str
    words: str
    order: int
    permissions: tuple[PermissionName, ...]
    provider: Provider
    more: More | None = None

    def is_open_to(self, access: CouncilAccess) -> bool:
        return any(access.may(permission) for permission in self.permissions)


@dataclass(frozen=True)
class Found:
    """The hits of one kind. ``more_href`` is empty unless there are more than are shown, in a list."""

    kind: Kind
    hits: list[Hit]
    has_more: bool = False
    more_href: str = ""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Announce a kind of thing. Raises ValueError for a name that is taken."""
    if kind.name in _kinds:
        raise ValueError(f"{kind.name} is registered twice.")
    _kinds[kind.name] = kind


def kinds_open_to(access: CouncilAccess) -> list[Kind]:
    """The kinds that the person may find anything of, in their order: no statement."""
    return sorted((kind for kind in _kinds.values() if kind.is_open_to(access)), key=lambda kind: kind.order)


def search(access: CouncilAccess, question: Question) -> list[Found]:
    """Everything that fits and that the person may read, by kind, the kind with the best hit first.

    One statement for each kind that is open to the person, whatever there is to find.
    """
    found = []
    for kind in kinds_open_to(access):
        hits = kind.provider(access, question)
        if hits:
            has_more = len(hits) > MOST_HITS
            more = kind.more(access, question) if has_more and kind.more is not None else ""
            found.append(Found(kind, hits[:MOST_HITS], has_more, more))
    return sorted(found, key=lambda one: (-one.hits[0].rank, one.kind.order))


Text = str | Combinable


def matching(
    rows: QuerySet[Any],
    question: Question,
    *,
    title: Text,
    texts: Sequence[Text] = (),
    named: Q | None = None,
) -> QuerySet[Any]:
    """Of these rows, those that hold the words, each with ``search_rank``.

    The title counts most, and its words are also kept as they are written, so that the start of a word finds
    it before it is typed to its end.

    Args:
        rows: what the person may read; the council's filter and row-level security narrow it first.
        title: the field or expression that holds the title.
        texts: further fields or expressions.
        named: the condition of the row whose reference was typed.
    """
    vector = SearchVector(title, weight="A", config="english") + SearchVector(
        title, weight="A", config="simple"
    )
    if texts:
        vector += SearchVector(*texts, weight="B", config="english")
    query = question.query
    fits = Q(search_vector=query)
    rank: Combinable = Floor(SearchRank(vector, query, normalization=Value(1)) * _STEPS)
    if named is not None:
        fits |= named
        rank = Case(When(named, then=Value(_REFERENCE_RANK)), default=rank, output_field=FloatField())
    found: QuerySet[Any] = rows.alias(search_vector=vector).filter(fits).annotate(search_rank=rank)
    return found


def best(rows: QuerySet[Any], *order: str) -> QuerySet[Any]:
    """The best of what :func:`matching` found: as many as a kind shows, and one."""
    return rows.order_by("-search_rank", *order, "pk")[: MOST_HITS + 1]


def by_key(rows: QuerySet[Any], question: Question, letter: str) -> tuple[QuerySet[Any], Q | None]:
    """Rows whose reference is the end of their key, and the condition of the one that was named so."""
    end = question.key_end(letter)
    if not end:
        return rows, None
    return rows.alias(key_text=Cast("pk", CharField())), Q(key_text__endswith=end)
