"""Retention as code: every model has a rule, and every column of Channel has one (RC-7).

``data_retention.yaml`` beside this module says how long the rows of each model are kept, and what becomes of
each column where a model holds more than one kind. A system check compares it with the models, so a table or
column without a rule does not start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from django.apps import AppConfig, apps
from django.core import checks
from django.db.models import Model

FILE = Path(__file__).with_name("data_retention.yaml")

BY_COLUMN = frozenset({"channel"})
"""Apps whose every column needs a rule of its own."""

FATES = frozenset({"erased", "unreadable", "kept"})
"""What becomes of a column at the end: gone with its row; unreadable from the moment its key is destroyed,
in every backup, and gone with its row; or kept, because it says nothing about a person of concern."""


@dataclass(frozen=True)
class Rule:
    """How long the rows of a model are kept, and what becomes of their columns.

    Args:
        period: the name of a period of the file.
        columns: what becomes of each column, by its name, where the file says it.
    """

    model: str
    period: str
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Rules:
    """The whole file: periods in words, the jobs that end them, and the rule of each model by its label."""

    periods: Mapping[str, str]
    jobs: Mapping[str, frozenset[str]]
    models: Mapping[str, Rule]


class BadRules(ValueError):
    """The file contradicts itself; the message says where."""


@cache
def rules() -> Rules:
    """Read the file once."""
    return read(FILE.read_text())


def read(text: str) -> Rules:
    """Read rules.

    Raises:
        BadRules: for a model or column that stands twice, or a fate that is none.
    """
    content: dict[str, Any] = yaml.safe_load(text)
    periods: dict[str, str] = {}
    jobs: dict[str, frozenset[str]] = {}
    for period, said in content["periods"].items():
        periods[period] = said if isinstance(said, str) else said["says"]
        jobs[period] = frozenset() if isinstance(said, str) else frozenset(said["jobs"])
    models: dict[str, Rule] = {}
    for period, labels in content["models"].items():
        for label, columns in labels.items():
            if label in models:
                raise BadRules(f"{label} has two rules.")
            fates: dict[str, str] = {}
            for fate, names in (columns or {}).items():
                if fate not in FATES:
                    raise BadRules(f"{label}: {fate} is no fate of a column.")
                for name in names:
                    if name in fates:
                        raise BadRules(f"{label}.{name} has two rules.")
                    fates[name] = fate
            models[label] = Rule(label, period, fates)
    return Rules(periods, jobs, models)


def scheduled() -> frozenset[str]:
    """The names of all jobs that beat starts."""
    from prevent_portal.celery import app  # noqa: PLC0415 - a process that starts no task needs it here alone

    return frozenset(entry["task"] for entry in app.conf.beat_schedule.values())


def faults(
    found: Rules, models: Iterable[type[Model]], beat: frozenset[str] | None = None
) -> list[checks.CheckMessage]:
    """Compare rules with models; each fault says what to add or take away.

    Args:
        beat: the jobs that there are; those of the running portal unless told otherwise.
    """
    known = {model._meta.label: model for model in models}
    messages: list[checks.CheckMessage] = [
        *(
            checks.Error(f"{label} has no rule of retention.", id="retention.E001")
            for label in sorted(set(known) - set(found.models))
        ),
        *(
            checks.Error(f"{label} has a rule of retention and is no model.", id="retention.E002")
            for label in sorted(set(found.models) - set(known))
        ),
    ]
    known_jobs = scheduled() if beat is None else beat
    messages += [
        checks.Error(f"The period {period} names {job}, which beat does not start.", id="retention.E007")
        for period, jobs in found.jobs.items()
        for job in sorted(jobs - known_jobs)
    ]
    for label, rule in found.models.items():
        if rule.period not in found.periods:
            messages.append(checks.Error(f"{label}: {rule.period} is no period.", id="retention.E003"))
        model = known.get(label)
        if model is None or not (rule.columns or model._meta.app_label in BY_COLUMN):
            continue
        columns = {each.name for each in model._meta.concrete_fields}
        messages += [
            checks.Error(f"{label}.{name} has no rule of retention.", id="retention.E004")
            for name in sorted(columns - set(rule.columns))
        ]
        messages += [
            checks.Error(f"{label}.{name} has a rule of retention and is no column.", id="retention.E005")
            for name in sorted(set(rule.columns) - columns)
        ]
    return messages


@checks.register("retention")
def check_rules(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """The system check: it looks at every model, whichever app was asked for."""
    try:
        return faults(rules(), apps.get_models())
    except BadRules as bad:
        return [checks.Error(str(bad), id="retention.E006")]
