"""Demo data of compliance. Facts and figures come from published council reports; the words are our own."""

from __future__ import annotations

from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope


def load(*, councils: dict[str, Council], people: dict[str, User]) -> None:
    """Give the demo councils their plans, checklist and review. What is there already is left alone."""
    from compliance.demo.answers import load_answers  # noqa: PLC0415 - needs the app registry
    from compliance.demo.checklist import load_checklist  # noqa: PLC0415 - needs the app registry
    from compliance.demo.evidence import load_evidence  # noqa: PLC0415 - needs the app registry
    from compliance.demo.past_plans import load_past_plans  # noqa: PLC0415 - needs the app registry
    from compliance.demo.plans import load_plans  # noqa: PLC0415 - needs the app registry
    from compliance.demo.positions import load_positions  # noqa: PLC0415 - needs the app registry
    from compliance.demo.reports import load_reports  # noqa: PLC0415 - needs the app registry
    from compliance.demo.risks import load_risks  # noqa: PLC0415 - needs the app registry
    from compliance.demo.rounds import load_rounds  # noqa: PLC0415 - needs the app registry
    from compliance.demo.scrutiny import load_scrutiny  # noqa: PLC0415 - needs the app registry
    from compliance.demo.sharing import load_shares  # noqa: PLC0415 - needs the app registry
    from partnerships.demo.meetings import load_meetings  # noqa: PLC0415 - needs the app registry

    for council in councils.values():
        with service_scope(council=council):
            load_plans(council, people)
            load_past_plans(council, people)
            load_checklist(council, people)
            load_answers(council, people)
            load_rounds(council, people)
            load_evidence(council)
            load_scrutiny(council, people)
            load_reports(council, people)
            load_risks(council, people)
            load_shares(council, people)
            load_meetings(council, people)  # an action arises, so the council's plan comes first
            load_positions(council)
