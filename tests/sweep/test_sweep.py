"""Every route, method and persona, on one's own things, another council's and none (TI-6, OP-1)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from prevent_portal.web import matrix
from tests.figures import RecordFigure
from tests.sweep.personas import PERSONAS, Persona
from tests.sweep.walk import WATCHFUL, summary, walk
from tests.sweep.world import World


def test_the_personas_who_ask_for_everything_each_day_are_there() -> None:
    assert {persona.name for persona in PERSONAS} >= WATCHFUL


@pytest.mark.django_db
@pytest.mark.figures("sweep")
@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name.replace(" ", "-"))
def test_everybody_reaches_what_the_matrix_says_and_reads_nothing_else(
    world: World, persona: Persona, record_figure: RecordFigure, pytestconfig: pytest.Config
) -> None:
    routes = matrix.live_routes()
    thorough = pytestconfig.getoption("figures") is not None
    found = walk(world, persona, routes, matrix.read(), thorough=thorough)
    if folder := os.environ.get("SWEEP_LEARN"):
        Path(folder, f"{persona.name}.json").write_text(
            json.dumps({"learned": found.learned, "faults": found.faults, "leaks": found.leaks})
        )
    assert list(summary(found.leaks)) == []
    assert list(summary(found.faults)) == []
    record_figure(
        "sweep",
        {"cells": found.cells, "personas": 1, "leaks": len(found.leaks), "server errors": 0},
        control="with a check or the policies taken away the same walk reports leaks: see its controls",
    )
