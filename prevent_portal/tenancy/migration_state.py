"""The state that migrations hand on to one another, with models drawn no more often than a step needs.

After each step Django draws the changed model anew and with it whatever is related to it. Everything here
belongs to a council, so that is every model, and two thirds of a first ``migrate`` went into it. A new model
points to classes that are there already, and an index or a constraint is no part of a class that other
classes point to: after these steps nothing else has to be drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db.migrations.state import ProjectState

OPTIONS = ("add_index", "remove_index", "rename_index", "add_constraint", "remove_constraint")
"""Steps that change a model's indexes and constraints alone."""

Draw = Callable[[ProjectState, tuple[str, str]], None]


@contextmanager
def drawn_seldom() -> Iterator[None]:
    """Run migrations forwards: a new model is drawn alone, and none for an index or a constraint.

    Backwards the states of all steps stand side by side and share their classes, so Django's way stays there.
    """
    changed = {name: _drawing(getattr(ProjectState, name), _give_options) for name in OPTIONS}
    changed["add_model"] = _drawing(ProjectState.add_model, _draw_alone)
    before = {name: getattr(ProjectState, name) for name in changed}
    for name, method in changed.items():
        setattr(ProjectState, name, method)
    try:
        yield
    finally:
        for name, method in before.items():
            setattr(ProjectState, name, method)


def _draw_alone(state: ProjectState, key: tuple[str, str]) -> None:
    state.apps.render_multiple([state.models[key]])


def _give_options(state: ProjectState, key: tuple[str, str]) -> None:
    """Altering a field reads them from the class, to tell them from what the field itself brought."""
    described = state.apps.get_model(*key)._meta
    for name in ("indexes", "constraints"):
        setattr(described, name, list(state.models[key].options[name]))


def _drawing(method: Callable[..., None], draw: Draw) -> Callable[..., None]:
    @wraps(method)
    def change(state: ProjectState, *args: Any, **options: Any) -> None:
        def reload_model(app_label: str, model_name: str, delay: bool = False) -> None:
            if "apps" in vars(state):  # asking for it would draw them all
                draw(state, (app_label, model_name))

        vars(state)["reload_model"] = reload_model
        try:
            method(state, *args, **options)
        finally:
            del vars(state)["reload_model"]

    return change
