"""Demo data of training. Facts and figures come from published council reports; the words are our own."""

from __future__ import annotations

from collections.abc import Mapping

from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


def load(*, councils: Mapping[str, Council], people: Mapping[str, User]) -> None:
    """Give the demo councils their training figures. What is there already is left alone."""
    from training.demo.improvement_plans import (  # noqa: PLC0415 - needs the app registry
        load_improvement_plans,
    )
    from training.demo.registers import load_registers  # noqa: PLC0415 - needs the app registry
    from training.demo.returns import load_returns  # noqa: PLC0415 - needs the app registry
    from training.demo.rounds import load_rounds  # noqa: PLC0415 - needs the app registry
    from training.demo.schools import load_schools  # noqa: PLC0415 - needs the app registry
    from training.demo.sessions import load_sessions  # noqa: PLC0415 - needs the app registry

    load_returns(councils=councils)
    load_rounds(council=councils["barnet"])
    load_improvement_plans(councils=councils, people=people)
    load_schools(councils=councils)
    load_sessions(councils=councils, people=people)
    load_registers(councils=councils, people=people)
