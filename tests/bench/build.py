"""Build the national data set by COPY, as the owner of the tables."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connections, models

from compliance.models import Action, ActionPlan, Objective, ProgressEntry
from partnerships.models import CouncilOrganisation, Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, RoleGroup, User
from prevent_portal.accounts.services.role_groups import sync_council
from prevent_portal.tenancy.models import Council, new_id
from training.models import Course, ReturnGrant, TrainingReturn

TODAY = date(2026, 11, 2)


@dataclass(frozen=True)
class Size:
    """How much is built."""

    councils: int = 400
    actions: int = 200_000
    progress: int = 2_000_000
    organisations: int = 5_000
    returns: int = 1_000_000


def _columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def copy_rows(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> int:
    """COPY rows given by attribute name; what a row leaves out takes the field's default.

    Returns:
        How many rows were written.
    """
    fields = _columns(model)
    defaults: dict[str, Callable[[], Any]] = {field.attname: field.get_default for field in fields}
    names = ", ".join(f'"{field.column}"' for field in fields)
    written = 0
    connection = connections["owner"]
    connection.ensure_connection()
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy,
    ):
        constant = {
            name: make() for name, make in defaults.items() if not isinstance(make(), uuid.UUID | datetime)
        }
        for row in rows:
            copy.write_row(
                [
                    row[name] if name in row else constant[name] if name in constant else make()
                    for name, make in defaults.items()
                ]
            )
            written += 1
    return written


@contextmanager
def _timed(what: str, report: Callable[[str], None]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    report(f"  {what}: {time.perf_counter() - began:.1f} s")


def build(size: Size, report: Callable[[str], None]) -> None:
    """Fill an empty, migrated database. The same size gives the same shape; keys are new."""
    chance = random.Random(2019)
    with _timed("councils, roles and people", report):
        councils, owners = _councils(size)
    with _timed(f"{size.organisations:,} organisations", report):
        organisations = _organisations(size, councils)
    plans: dict[int, uuid.UUID] = {c.pk: new_id() for c in councils}
    objectives: dict[int, list[uuid.UUID]] = {c.pk: [new_id() for _ in range(5)] for c in councils}
    copy_rows(
        ActionPlan,
        (
            {"id": plans[c.pk], "council_id": c.pk, "title": "Prevent action plan", "kind": "multi_agency",
             "starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
            for c in councils
        ),
    )  # fmt: skip
    copy_rows(
        Objective,
        (
            {"id": key, "council_id": c.pk, "plan_id": plans[c.pk], "number": n, "title": f"Objective {n}"}
            for c in councils
            for n, key in enumerate(objectives[c.pk], 1)
        ),
    )
    actions: list[tuple[uuid.UUID, int]] = []
    with _timed(f"{size.actions:,} actions", report):
        copy_rows(Action, _actions(size.actions, councils, plans, objectives, owners, actions, chance))
    with _timed(f"{size.progress:,} progress entries", report):
        copy_rows(ProgressEntry, _progress(size, actions, owners, chance))
    with _timed(f"{size.returns:,} return figures", report):
        _returns(organisations, size.returns, chance)
    with _timed("statistics", report), connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _councils(size: Size) -> tuple[list[Council], dict[int, list[int]]]:
    copy_rows(
        Council,
        (
            {"id": 100_000 + n, "slug": f"bench-{n:03}", "name": f"Council {n:03}", "tier": "london_borough",
             "nation": "england", "joined_on": date(2024, 4, 1)}
            for n in range(1, size.councils + 1)
        ),
    )  # fmt: skip
    councils = list(Council.objects.using("owner").filter(slug__startswith="bench-").order_by("pk"))
    for council in councils:
        sync_council(council=council, using="owner")
    groups = {
        row.council_id: row.pk
        for row in RoleGroup.objects.using("owner").filter(role=Role.COORDINATOR, council__in=councils)
    }
    password = make_password(None)
    people = [("one", 1), ("three", 3), ("twelve", 12)]
    rows: list[dict[str, Any]] = []
    memberships: list[dict[str, Any]] = []
    key = 1_000_000
    for name, number in people:
        rows.append({"id": key, "email": f"{name}@bench.example", "name": f"In {name}", "password": password})
        memberships += [
            {"council_id": c.pk, "user_id": key, "role_group_id": groups[c.pk], "starts_on": date(2024, 4, 1)}
            for c in councils[:number]
        ]
        key += 1
    owners: dict[int, list[int]] = {}
    for council in councils:
        owners[council.pk] = list(range(key, key + 5))
        for n in owners[council.pk]:
            rows.append(
                {"id": n, "email": f"p{n}@bench.example", "name": f"Officer {n}", "password": password}
            )
            memberships.append(
                {"council_id": council.pk, "user_id": n, "role_group_id": groups[council.pk],
                 "starts_on": date(2024, 4, 1)}
            )  # fmt: skip
        key += 5
    copy_rows(User, rows)
    copy_rows(Membership, memberships)
    return councils, owners


def _organisations(size: Size, councils: list[Council]) -> list[tuple[uuid.UUID, int]]:
    served = [(new_id(), councils[n % len(councils)].pk) for n in range(size.organisations)]
    copy_rows(
        Organisation,
        (
            {"id": key, "name": f"Organisation {n:05}", "kind": "nhs_trust" if n % 5 == 0 else "school"}
            for n, (key, _) in enumerate(served)
        ),
    )
    copy_rows(
        CouncilOrganisation, ({"council_id": council, "organisation_id": key} for key, council in served)
    )
    return served


def _actions(
    number: int,
    councils: list[Council],
    plans: dict[int, uuid.UUID],
    objectives: dict[int, list[uuid.UUID]],
    owners: dict[int, list[int]],
    made: list[tuple[uuid.UUID, int]],
    chance: random.Random,
) -> Iterator[dict[str, Any]]:
    for n in range(number):
        council = councils[n % len(councils)].pk
        key = new_id()
        made.append((key, council))
        due = TODAY + timedelta(days=chance.randrange(-400, 200))
        done = chance.random() < 0.55
        yield {
            "id": key,
            "council_id": council,
            "plan_id": plans[council],
            "objective_id": objectives[council][n % 5],
            "number": n // len(councils) + 1,
            "title": f"Action {n}",
            "owner_id": chance.choice(owners[council]),
            "status": "complete" if done else chance.choice(["not_started", "in_progress"]),
            "completed_on": due if done else None,
            "rating": chance.choice(["green", "amber", "red"]),
            "first_due_on": due,
            "due_on": due,
        }


def _progress(
    size: Size, actions: list[tuple[uuid.UUID, int]], owners: dict[int, list[int]], chance: random.Random
) -> Iterator[dict[str, Any]]:
    began = datetime(2025, 4, 1, 9, tzinfo=UTC)
    for n in range(size.progress):
        key, council = actions[n % len(actions)]
        yield {
            "council_id": council,
            "action_id": key,
            "note": "Went ahead as planned; the next step is agreed.",
            "rating": chance.choice(("green", "amber", "red")),
            "status": "in_progress",
            "status_before": "in_progress",
            "at": began + timedelta(minutes=n % 800_000),
            "by_id": owners[council][n % 5],
            "token": new_id(),
        }


def _returns(organisations: list[tuple[uuid.UUID, int]], returns: int, chance: random.Random) -> int:
    """Quarterly figures back from today; every fifth organisation reports for all its staff, by a grant."""
    courses = list(Course.objects.using("owner").order_by("name").values_list("pk", flat=True))
    submitted = datetime(2026, 10, 5, 9, tzinfo=UTC)
    each = max(1, returns // len(organisations))

    def rows() -> Iterator[dict[str, Any]]:
        for number, (organisation, council) in enumerate(organisations):
            for n in range(each):
                quarter = n // len(courses)
                year, month = 2026 - quarter // 4, (7, 4, 1, 10)[quarter % 4]
                start = date(year - 1 if month == 10 else year, month, 1)
                eligible = chance.randrange(20, 12_000)
                yield {
                    "council_id": None if number % 5 == 0 else council,
                    "organisation_id": organisation,
                    "course_id": courses[n % len(courses)],
                    "scope": "All staff",
                    "period_kind": "quarter",
                    "period_from": start,
                    "period_to": (start + timedelta(days=92)).replace(day=1) - timedelta(days=1),
                    "eligible": eligible,
                    "compliant": int(eligible * chance.uniform(0.7, 0.99)),
                    "submitted_at": submitted,
                }

    copy_rows(
        ReturnGrant,
        (
            {"organisation_id": organisation, "council_id": council, "starts_on": date(2000, 1, 1)}
            for organisation, council in organisations[::5]
        ),
    )
    return copy_rows(TrainingReturn, rows())
