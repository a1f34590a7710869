"""Three councils with one object of every model, each text a unique canary that names where it came from.

The world is built as the owner of the tables, straight into them: services are tested elsewhere, here every
model must have a row, restricted ones included, however hard they are to come by.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import NOT_PROVIDED
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, RoleGroup, User
from prevent_portal.accounts.services.role_groups import sync_council
from prevent_portal.keys.envelopes import SealedTextField
from prevent_portal.keys.models import SealedRow
from prevent_portal.keys.services.sealing import seal
from prevent_portal.tenancy.enums import Tier
from prevent_portal.tenancy.models import Council
from tests.canaries.words import planted

OWNER = "owner"
APPS = (
    "tenancy",
    "accounts",
    "documents",
    "outbox",
    "partnerships",
    "training",
    "channel",
    "compliance",
)
FIRST_PERSON = 700_000_000
"""People are numbered from here, so that a number of theirs in an answer is not taken for anything else."""
CANARY = re.compile(r"CNRY[0-9A-F]{6}", re.IGNORECASE)

Builder = Callable[["World", "Place"], dict[str, Any] | None]
builders: dict[str, Builder] = {}


def builds(*labels: str) -> Callable[[Builder], Builder]:
    """Say which values a model's row needs beyond what its fields tell; None: no row is possible."""

    def register(builder: Builder) -> Builder:
        for label in labels:
            builders[label] = builder
        return builder

    return register


@dataclass(frozen=True)
class Planted:
    """Where a canary stands."""

    place: str
    model: str
    field: str


@dataclass
class Place:
    """One council of the world, its people by role and its rows by model."""

    council: Council
    people: dict[str, User] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.council.slug


class NoBuilder(Exception):
    """A model of which the world cannot make a row by itself."""


class World:
    """The councils, their people and rows, and the register of canaries."""

    def __init__(self) -> None:
        self.canaries: dict[str, Planted] = {}
        self.planted: dict[str, Planted] = {}
        self.places: dict[str, Place] = {}
        self.password = "!"
        self.people = 0

    def canary(self, place: str, model: str, field_name: str) -> str:
        token = f"CNRY{len(self.canaries):06X}"
        self.canaries[token] = Planted(place, model, field_name)
        return token

    def plant(self, words: str, place: str, model: str, field_name: str) -> None:
        """Watch for words that do not look like a canary, such as a case's random reference."""
        self.planted[words] = Planted(place, model, field_name)

    def found_in(self, text: str, asked: str = "") -> Iterator[Planted]:
        """Where the canaries of a text come from; what stood in the address that was asked tells nothing."""
        for token in set(CANARY.findall(text)):
            yield self.canaries[token.upper()]
        for words, where in self.planted.items():
            if words in text and words not in asked:
                yield where

    # Councils and people ---------------------------------------------------------------------------

    def add_council(self, slug: str, parent: Council | None = None, *, joined: bool = True) -> Place:
        council = Council.objects.using(OWNER).create(
            slug=slug,
            name=slug.title(),
            tier=Tier.DISTRICT if parent else Tier.COUNTY,
            parent=parent,
            joined_on=date(2019, 1, 1) if joined else None,
        )
        if joined:
            sync_council(council=council, using=OWNER)
        place = Place(council)
        self.places[slug] = place
        return place

    def add_person(self, place: Place | None, name: str, *roles: Role, **dates: Any) -> User:
        where = place.slug if place else "nowhere"
        self.people += 1
        user = User.objects.using(OWNER).create(
            pk=FIRST_PERSON + self.people,
            email=f"{name}@{where}.example",
            name=self.canary(where, "accounts.User", name_field(name)),
            password=self.password,
        )
        for role in roles:
            assert place is not None
            self.add_role(user, place, role, **dates)
        if place:
            place.people[name] = user
        return user

    def add_role(self, user: User, place: Place, role: Role, **dates: Any) -> None:
        group = RoleGroup.objects.using(OWNER).get(council=place.council, role=role)
        Membership.objects.using(OWNER).create(
            council=place.council,
            user=user,
            role_group=group,
            starts_on=dates.pop("starts_on", date(2019, 1, 1)),
            **dates,
        )
        group.group.user_set.through.objects.using(OWNER).get_or_create(user=user, group=group.group)

    # Rows ------------------------------------------------------------------------------------------

    def fill(self, place: Place) -> None:
        """Make one row of every model of the portal for a council."""
        for model in every_model():
            self.row(place, model)

    def row(self, place: Place, model: type[models.Model]) -> Any:
        """The council's row of a model, made when it is first asked for."""
        label = model._meta.label
        if label not in place.rows:
            builder = builders.get(label)
            values = builder(self, place) if builder else {}
            if values is None:
                place.rows.setdefault(label, None)
            else:
                for column in model._meta.local_fields:
                    if column.name not in values and not column.primary_key:
                        value = self._value(place, model, column)
                        if value is not NOT_PROVIDED:
                            values[column.name] = value
                place.rows[label] = self._store(model, values)
        return place.rows[label]

    def add(self, place: Place, label: str, **values: Any) -> Any:
        """Another row of a model, for builders that need several."""
        model = apps.get_model(label)
        for column in model._meta.local_fields:
            if column.name not in values and column.attname not in values and not column.primary_key:
                value = self._value(place, model, column)
                if value is not NOT_PROVIDED:
                    values[column.name] = value
        return self._store(model, values)

    @staticmethod
    def _store(model: type[models.Model], values: dict[str, Any]) -> Any:
        sealed = {
            # A canary of every test besides the sweep's own; a file's bytes have room for neither.
            column.name: " ".join([values.pop(column.name), *([planted()] if column.longest else [])])
            for column in model._meta.local_fields
            if isinstance(column, SealedTextField) and isinstance(values.get(column.name), str)
        }
        row = model(**values)
        if isinstance(row, SealedRow) and sealed:
            seal(row, **sealed)
        try:
            models.Model.save(row, using=OWNER, force_insert=True)
        except Exception as error:
            raise NoBuilder(
                f"The sweep cannot make a {model._meta.label} by itself ({error}). "
                "Say what it needs in tests/sweep/builders.py."
            ) from error
        return row

    def _value(self, place: Place, model: type[models.Model], column: models.Field[Any, Any]) -> Any:
        """A value for a field: a canary for every text, what is needed for the rest."""
        if isinstance(column, models.ForeignKey):
            return self._related(place, model, column)
        if column.has_default() or getattr(column, "generated", False):
            return NOT_PROVIDED
        if column.choices:
            return column.choices[0][0] if not column.blank else ""
        if isinstance(column, models.CharField | models.TextField | SealedTextField):
            return self._text(place, model, column)
        if column.null:
            return None
        plain: dict[type[models.Field[Any, Any]], Any] = {
            models.DateField: timezone.localdate(),
            models.DateTimeField: timezone.now(),
            models.BooleanField: False,
            models.DecimalField: Decimal(1),
            models.UUIDField: uuid.uuid4(),
            models.JSONField: {},
            models.BinaryField: b"x",
        }
        for kind in type(column).__mro__:
            if kind in plain:
                return plain[kind]
        if isinstance(column, models.IntegerField):
            return 1
        raise NoBuilder(f"{model._meta.label}.{column.name}: say its value in tests/sweep/builders.py.")

    def _text(self, place: Place, model: type[models.Model], column: models.Field[Any, Any]) -> str:
        token = self.canary(place.slug, model._meta.label, column.name)
        if isinstance(column, models.EmailField):
            return f"{token.lower()}@example.org"
        if isinstance(column, models.URLField):
            return f"https://{token.lower()}.example/"
        if isinstance(column, models.SlugField):
            return token.lower()
        if "sha256" in column.name or column.name in ("digest", "fingerprint", "text_hash"):
            return hashlib.sha256(token.encode()).hexdigest()
        if column.max_length is not None and column.max_length < len(token):
            raise NoBuilder(f"{model._meta.label}.{column.name}: too short for a canary, say its value.")
        return token

    def _related(self, place: Place, model: type[models.Model], column: models.ForeignKey[Any, Any]) -> Any:
        target = column.related_model
        if target is Council:
            return place.council if not column.null else None
        if target is User:
            return place.people["coordinator"]
        if column.null:
            return None
        return self.row(place, target)


def every_model() -> list[type[models.Model]]:
    """Every managed model of the portal's own apps."""
    return [
        model
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if model._meta.managed and model not in (Council, User, RoleGroup, Membership)
    ]


def name_field(person: str) -> str:
    """How the register of canaries calls the name of a person."""
    return f"name of {person}"


def promise_field(person: str) -> str:
    """How it calls a person's own promise of confidentiality, which they may read."""
    return f"promise of {person}"


def permission(codename: str) -> Permission:
    return Permission.objects.using(OWNER).get(codename=codename)


def days(count: int) -> timedelta:
    return timedelta(days=count)
