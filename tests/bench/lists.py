"""Lists of 1, 50 and 50,000 actions: what each page asks of the database, and how long it takes."""

from __future__ import annotations

import random
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.db import connections
from django.test import Client
from django.urls import reverse

from compliance.models import Action, ActionLead, ActionPlan, Objective, ProgressEntry
from partnerships.models import CouncilOrganisation, Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, RoleGroup, User
from prevent_portal.accounts.services.role_groups import sync_council
from prevent_portal.tenancy.models import Council, new_id
from tests.accounts.sessions import sign_in
from tests.bench import build
from tests.bench.measure import count
from tests.bench.results import put_section

SIZES = (1, 50, 50_000)
HEADING = "## Lists of 1, 50 and 50,000 actions"


def lists_of(council: Council) -> dict[str, str]:
    """The pages that list a council's actions, by name."""
    plan = ActionPlan.objects.using("owner").get(council=council)
    slug = council.slug
    every = reverse("actions", args=[slug])
    table = reverse("plan", args=[slug, plan.pk])
    return {
        "Plan, by objective": table,
        "Plan, overdue, by rating": f"{table}?overdue=on&sort=rating",
        "All actions": every,
        "All actions, last page": f"{every}?page=2000",
        "All actions, slipped, without a lead": f"{every}?lead=none&slipped=on",
        "All actions, by words": f"{every}?text=Action",
        "Board": reverse("plan-board", args=[slug, plan.pk]),
        "Board for printing": reverse("plan-board-print", args=[slug, plan.pk]),
        "Review meeting": reverse("bulk-progress", args=[slug]),
        "Action plans": reverse("plans", args=[slug]),
        "API: all actions": reverse("api-actions", args=[slug]),
    }


def build_lists(report: Callable[[str], None]) -> dict[int, Council]:
    """Three councils of one coordinator, each with a plan of so many actions; made once."""
    made = {
        size: council
        for size in SIZES
        for council in Council.objects.using("owner").filter(slug=f"lists-{size}")
    }
    if len(made) == len(SIZES):
        return made
    report("Building lists of 1, 50 and 50,000 actions")
    build.copy_rows(
        User, [{"id": 3_000_000, "email": "lists@bench.example", "name": "Of lists", "password": "!"}]
    )
    return {size: _council(size, 200_000 + place) for place, size in enumerate(SIZES)}


def _council(size: int, key: int) -> Council:
    build.copy_rows(
        Council,
        [
            {"id": key, "slug": f"lists-{size}", "name": f"Council of {size}", "tier": "london_borough",
             "nation": "england", "joined_on": date(2024, 4, 1)}
        ],
    )  # fmt: skip
    council = Council.objects.using("owner").get(pk=key)
    sync_council(council=council, using="owner")
    group = RoleGroup.objects.using("owner").get(role=Role.COORDINATOR, council=council)
    build.copy_rows(
        Membership,
        [{"council_id": key, "user_id": 3_000_000, "role_group_id": group.pk, "starts_on": date(2024, 4, 1)}],
    )
    plan, objectives, lead = new_id(), [new_id() for _ in range(5)], new_id()
    own = {"council_id": key}
    dates = {"starts_on": date(2026, 4, 1), "ends_on": date(2028, 3, 31)}
    build.copy_rows(ActionPlan, [{**own, "id": plan, "title": "Plan", "kind": "multi_agency", **dates}])
    build.copy_rows(
        Objective,
        (
            {**own, "id": objective, "plan_id": plan, "number": number, "title": f"Objective {number}"}
            for number, objective in enumerate(objectives, 1)
        ),
    )
    build.copy_rows(Organisation, [{"id": lead, "name": f"Lead of {size}", "kind": "nhs_trust"}])
    build.copy_rows(CouncilOrganisation, [{**own, "organisation_id": lead}])
    chance = random.Random(size)
    keys: list[tuple[uuid.UUID, int]] = []
    owners = {key: [3_000_000]}
    build.copy_rows(
        Action,
        build._actions(size, [council], {key: plan}, {key: objectives}, owners, keys, chance),
    )
    build.copy_rows(
        ActionLead, ({**own, "action_id": action, "organisation_id": lead} for action, _ in keys[::2])
    )
    build.copy_rows(
        ProgressEntry,
        build._progress(build.Size(progress=size * 3), keys, {key: [3_000_000] * 5}, chance),
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return council


def lists_table(report: Callable[[str], None], rounds: int = 5) -> str:
    """Ask every list of every size, and print statements and times. Unequal counts end the programme."""
    councils = build_lists(report)
    client = Client(headers={"host": "localhost"})
    sign_in(client, User.objects.get(email="lists@bench.example"), second_factor=True)
    lines = [
        "| list | statements at 1 | at 50 | at 50,000 | median ms at 1 | at 50 | at 50,000 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for page in lists_of(councils[SIZES[0]]):
        counts, medians = [], []
        for size in SIZES:
            address = lists_of(councils[size])[page]
            counts.append(count(client, address).statements)
            medians.append(_median(client, address, rounds))
        report(f"  {page}: {counts}, {medians[-1]:.0f} ms at 50,000")
        if len(set(counts)) != 1:
            raise SystemExit(f"{page} asks {counts} statements for {SIZES} actions.")
        figures = [*map(str, counts), *(f"{each:.0f}" for each in medians)]
        lines.append(f"| {' | '.join([page, *figures])} |")
    return "\n".join(lines)


def _median(client: Client, address: str, rounds: int) -> float:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        client.get(address)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def write_lists(table: str, day: str, rounds: int = 5) -> None:
    """Put the table under its heading in docs/performance.md."""
    words = Path(__file__).with_name("lists.md").read_text()
    put_section(words.format(heading=HEADING, day=day, rounds=rounds, table=table))
