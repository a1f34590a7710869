"""Migrations draw a new model alone, and none for an index or a constraint, and know as much as before."""

from __future__ import annotations

import pytest
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from prevent_portal.tenancy.migration_state import drawn_seldom


def drawn() -> ProjectState:
    """A council and a plan that belongs to it, drawn."""
    state = ProjectState()
    state.add_model(ModelState("rooms", "Council", [("id", models.BigAutoField(primary_key=True))]))
    state.add_model(belonging("Plan"))
    assert len(state.apps.get_models()) == 2
    return state


def belonging(name: str) -> ModelState:
    council = models.ForeignKey("rooms.Council", models.PROTECT)
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("council", council),
        ("day", models.DateField()),
    ]
    return ModelState("rooms", name, fields)


def take_steps(state: ProjectState) -> None:
    state.add_model(belonging("Action"))
    state.add_constraint("rooms", "plan", models.UniqueConstraint(fields=["day"], name="one_a_day"))
    state.add_constraint("rooms", "plan", models.UniqueConstraint(fields=["council"], name="one_plan"))
    state.remove_constraint("rooms", "plan", "one_plan")
    state.add_index("rooms", "plan", models.Index(fields=["day"], name="by_day"))


def known(state: ProjectState) -> dict[str, object]:
    council, plan, action = (state.apps.get_model("rooms", name) for name in ("council", "plan", "action"))
    return {
        "reverse": sorted(relation.name for relation in council._meta.related_objects),
        "foreign": [each._meta.get_field("council").remote_field.model is council for each in (plan, action)],
        "constraints": [each.name for each in plan._meta.constraints],
        "indexes": [each.name for each in plan._meta.indexes],
    }


def test_nothing_else_is_drawn_and_nothing_else_is_known() -> None:
    seldom, often = drawn(), drawn()
    councils = [state.apps.get_model("rooms", "council") for state in (seldom, often)]
    with drawn_seldom():
        take_steps(seldom)
    take_steps(often)
    assert known(seldom) == known(often)
    assert known(seldom) == {
        "reverse": ["action", "plan"],
        "foreign": [True, True],
        "constraints": ["one_a_day"],
        "indexes": ["by_day"],
    }
    assert seldom.apps.get_model("rooms", "council") is councils[0]
    assert often.apps.get_model("rooms", "council") is not councils[1]  # the control: Django's own way


def test_djangos_way_is_back_whatever_happens() -> None:
    before = ProjectState.add_model
    with pytest.raises(ZeroDivisionError), drawn_seldom():
        assert ProjectState.add_model is not before
        raise ZeroDivisionError
    assert ProjectState.add_model is before
