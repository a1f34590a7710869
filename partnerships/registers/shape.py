"""What a register of the partnership is: words, fields and dates. A new register is a page of this data.

The tables are in ``partnerships.models``; a definition names its table, because definitions lie below them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

from django.db.models import TextChoices

from partnerships.enums import RegisterStatus
from partnerships.permissions import PartnershipsPermission
from prevent_portal.accounts.permissions import PermissionName


class Answer(Enum):
    """How a field is asked and shown."""

    TEXT = "text"
    LONG = "long"
    CHOICE = "choice"
    DATE = "date"
    NUMBER = "number"
    PERSON = "person"
    ORGANISATION = "organisation"
    ORGANISATIONS = "organisations"
    VENUE_POLICY = "venue_policy"


@dataclass(frozen=True)
class Field:
    """One field that a register has of its own.

    Args:
        name: of the model's field; of the reverse of its link table for ``Answer.ORGANISATIONS``.
        label: how the form and the page call it.
        answer: how it is asked.
        hint: a sentence below the label.
        required: whether it must be answered.
        longest: characters of a text.
        choices: the answers of a choice.
        listed: whether the list has a column for it.
        filtered: whether the list is narrowed by it; for choices.
        renewed: whether renewing asks for it again; else the new term keeps the answer.
        initial: what a new entry starts with.
        tidy: returns a text in the one way that it is stored, or raises ValueError with a sentence.
    """

    name: str
    label: str
    answer: Answer = Answer.TEXT
    hint: str = ""
    required: bool = False
    longest: int = 120
    choices: type[TextChoices] | None = None
    listed: bool = False
    filtered: bool = False
    renewed: bool = False
    initial: Any = None
    tidy: Callable[[str], str] | None = None


def _nothing_wrong(values: Mapping[str, Any]) -> str:
    return ""


@dataclass(frozen=True)
class Register:
    """One register.

    Args:
        slug: its part of the address and its name in the API.
        model: the table of ``partnerships`` that keeps it.
        kind: the name under which evidence hangs on its entries; kept in the rows, never renamed.
        title: of its page.
        one: an entry in the middle of a sentence, without an article; ``article`` goes before it.
        lead: what the register is for.
        title_label, title_hint: how the entry's name is asked.
        starts, ends, review: labels of the dates; an empty one is not asked.
        starts_required, ends_required: whether an entry without a first or last day makes no sense.
        termed: whether an entry without a first day is not in force yet.
        fixed: values that every row of this register has, where several registers share a table.
        words: statuses that this register words in its own way.
        remind_days: how long before its day an entry is due, unless it says otherwise.
        empty: who does what while there is none.
        view, edit: the rights to read it and, with the first beside it, to change it.
        subject: the field that names whom an entry is about: they see their own without the right to read.
        holds_content: whether it has notes and evidence; not where only that a thing happened is kept.
        check: says in a sentence what is wrong between the answers, or nothing.
    """

    slug: str
    model: str
    kind: str
    title: str
    one: str
    lead: str
    empty: str
    fields: tuple[Field, ...]
    article: str = "a"
    title_label: str = "Name"
    title_hint: str = ""
    starts: str = "In force from"
    ends: str = "In force until"
    review: str = "Review by"
    starts_required: bool = False
    ends_required: bool = False
    termed: bool = True
    remind_days: int = 42
    renew: str = "Renew"
    fixed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    words: Mapping[RegisterStatus, str] = field(default_factory=lambda: MappingProxyType({}))
    view: PermissionName = PartnershipsPermission.VIEW_PARTNERSHIP
    edit: PermissionName = PartnershipsPermission.EDIT_PARTNERSHIP
    subject: str = ""
    holds_content: bool = True
    check: Callable[[Mapping[str, Any]], str] = _nothing_wrong

    @property
    def an_entry(self) -> str:
        """Such as "an agreement"."""
        return f"{self.article} {self.one}"

    @property
    def dates(self) -> dict[str, str]:
        """The dates that are asked, by name, with their labels."""
        labels = {"starts_on": self.starts, "ends_on": self.ends, "review_on": self.review}
        return {name: label for name, label in labels.items() if label}

    @property
    def renewable(self) -> bool:
        """Whether an entry has a term that another can follow."""
        return bool(self.starts and self.ends)

    @property
    def statuses(self) -> list[RegisterStatus]:
        """The statuses that an entry of this register can have, as lists offer them."""
        none = set() if self.starts else {RegisterStatus.UPCOMING}
        none |= set() if self.ends else {RegisterStatus.LAPSED, RegisterStatus.ENDS_SOON}
        none |= set() if self.review else {RegisterStatus.REVIEW_DUE}
        none |= set() if self.termed else {RegisterStatus.DRAFT}
        return [each for each in RegisterStatus if each not in {*none, RegisterStatus.PAST}]

    def status_words(self, status: RegisterStatus) -> str:
        """How this register says a status."""
        return self.words.get(status, status.label)

    def field_named(self, name: str) -> Field | None:
        """A field of its own."""
        return next((each for each in self.fields if each.name == name), None)

    def labels(self) -> dict[str, str]:
        """Every field that people write, with its label, in the order of the form."""
        return {
            "title": self.title_label,
            **{each.name: each.label for each in self.fields},
            **self.dates,
            "remind_days": "Days of notice",
            "owner": "Owner",
            **({"notes": "Notes"} if self.holds_content else {}),
        }
