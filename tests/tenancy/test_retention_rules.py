"""Every model has a rule of retention, and every column of Channel; what is not covered does not start."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.core.checks import run_checks

from prevent_portal.celery import app as celery_app
from prevent_portal.keys.envelopes import SealedTextField
from prevent_portal.tenancy.retention_rules import BadRules, faults, read, rules, scheduled

CASE = apps.get_model("channel", "ChannelCase")
TEXT = """
periods: {case: "Six years."}
models:
  case:
    channel.ChannelCase:
      erased: [reference]
"""


def test_the_rules_and_the_models_are_the_same() -> None:
    assert faults(rules(), apps.get_models()) == []
    assert run_checks(tags=["retention"]) == []


def test_a_model_without_a_rule_is_a_fault_and_so_is_a_rule_without_a_model() -> None:
    found = read(TEXT)
    panel = apps.get_model("channel", "Panel")
    assert [one.id for one in faults(found, [panel])] == ["retention.E001", "retention.E002"]


def test_every_column_of_channel_without_a_rule_is_a_fault() -> None:
    missing = [one.msg for one in faults(read(TEXT), [CASE]) if one.id == "retention.E004"]
    columns = {field.name for field in CASE._meta.concrete_fields} - {"reference"}
    assert missing == [f"channel.ChannelCase.{name} has no rule of retention." for name in sorted(columns)]


def test_a_rule_for_a_column_that_is_gone_is_a_fault() -> None:
    found = faults(read(TEXT.replace("[reference]", "[reference, surname]")), [CASE])
    assert [one.msg for one in found if one.id == "retention.E005"] == [
        "channel.ChannelCase.surname has a rule of retention and is no column."
    ]


def test_a_period_that_nobody_wrote_down_is_a_fault() -> None:
    found = faults(read(TEXT.replace("  case:\n    channel", "  never:\n    channel")), [CASE])
    assert [one.msg for one in found if one.id == "retention.E003"] == [
        "channel.ChannelCase: never is no period."
    ]


def test_a_job_that_beat_does_not_start_is_a_fault() -> None:
    found = read(TEXT.replace('case: "Six years."', 'case: {says: "A job does it.", jobs: [channel.burn]}'))
    assert [one.msg for one in faults(found, [CASE]) if one.id == "retention.E007"] == [
        "The period case names channel.burn, which beat does not start."
    ]


def test_a_period_that_speaks_of_a_job_names_one_that_exists() -> None:
    """Registered, and started by beat: a rule promises no work that nothing does."""
    celery_app.loader.import_default_modules()
    for period, words in rules().periods.items():
        assert bool(re.search(r"\bjobs?\b", words)) == bool(rules().jobs[period]), period
        assert rules().jobs[period] <= scheduled() & set(celery_app.tasks), period


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ("erased: [reference, reference]", "channel.ChannelCase.reference has two rules."),
        ("burnt: [reference]", "channel.ChannelCase: burnt is no fate of a column."),
    ],
)
def test_rules_that_contradict_themselves_are_refused(columns: str, words: str) -> None:
    with pytest.raises(BadRules, match=f"^{words}$"):
        read(TEXT.replace("erased: [reference]", columns))


def test_what_is_sealed_becomes_unreadable_and_nothing_else_says_so() -> None:
    """The key's destruction is the erasure of sealed columns, in every backup as well (RC-8)."""
    for label, rule in rules().models.items():
        model = apps.get_model(label)
        sealed = {field.name for field in model._meta.concrete_fields if isinstance(field, SealedTextField)}
        said = {name for name, fate in rule.columns.items() if fate == "unreadable"}
        assert said == sealed, label


def test_what_goes_with_a_case_is_what_points_to_it() -> None:
    """The destruction follows foreign keys; the rules must say the same of the same tables."""
    pointing = {CASE}
    while True:
        more = {
            model
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if field.is_relation and field.related_model in pointing
        }
        if more <= pointing:
            break
        pointing |= more
    pointing -= {apps.get_model("channel", "CaseGroupPermission")}  # always empty
    ruled = {label for label, rule in rules().models.items() if rule.period == "case"}
    assert ruled == {model._meta.label for model in pointing}
