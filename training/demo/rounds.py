"""The demo's rounds: the last quarter of 2018, in which one trust has not returned yet."""

from __future__ import annotations

from datetime import date

from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.quarters import Quarter
from training.models import TrainingRound
from training.queries.rounds import expected_in, proposed_due
from training.services.rounds import open_round


def load_rounds(*, council: Council) -> None:
    """Open the round after the demo's returns. Running it again changes nothing."""
    quarter = Quarter.of(date(2018, 12, 31))
    with service_scope(council=council):
        if TrainingRound.objects.filter(council=council, period_to=quarter.end).exists():
            return
        if expected_in(council, quarter.start, quarter.end):
            open_round(council=council, by=None, quarter=quarter, due_on=proposed_due(quarter))
