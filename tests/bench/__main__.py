"""Build the national data set, measure the main pages, print the table and write docs/performance.md.

    script/bench [--rounds 100] [--scale 1.0] [--keep] [--lists] [--register] [--reports]

Runs inside ``python -m prevent_portal.embedded``, which gives it servers of its own.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault(
    "SECRET_KEY", "a key for the benchmark that signs nothing anybody keeps, fifty characters"
)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
os.environ["ALLOWED_HOSTS"] = "localhost,127.0.0.1"

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after setup
from django.db import connections  # noqa: E402 - after the settings are set up
from django.test import Client  # noqa: E402 - after the settings are set up
from django.utils import timezone  # noqa: E402 - after the settings are set up

from prevent_portal.accounts.models import User  # noqa: E402 - after the settings are set up
from prevent_portal.tenancy.models import Council  # noqa: E402 - after the settings are set up
from prevent_portal.tenancy.scope import service_scope  # noqa: E402 - after the settings are set up
from prevent_portal.web.overview_parts import told_now  # noqa: E402 - after the settings are set up
from tests.accounts.sessions import sign_in  # noqa: E402 - after the settings are set up
from tests.bench.build import Size, build  # noqa: E402 - after the settings are set up
from tests.bench.lists import lists_table, write_lists  # noqa: E402 - after the settings are set up
from tests.bench.measure import Counted, Measured, count, measure  # noqa: E402 - after the settings are set up
from tests.bench.pages import pages_of  # noqa: E402 - after the settings are set up
from tests.bench.results import put_beginning  # noqa: E402 - after the settings are set up

PEOPLE = {"one": "1 council", "three": "3 councils", "twelve": "12 councils"}


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="how often each page is asked")
    parser.add_argument("--scale", type=float, default=1.0, help="1.0 is the nation")
    parser.add_argument("--lists", action="store_true", help="only the lists of 1, 50 and 50,000 actions")
    parser.add_argument("--register", action="store_true", help="only a staff register of 100,000 rows")
    parser.add_argument("--reports", action="store_true", help="only the reports of fifty councils")
    options = parser.parse_args()
    day = timezone.localdate()
    today = f"{day.day} {day:%B %Y}"
    if options.register:
        from tests.bench.registers import registers_table, write_registers

        call_command("migrate", verbosity=0)
        registers = registers_table(say)
        sys.stdout.write(f"{registers}\n")
        write_registers(registers, today)
        return
    if options.reports:
        from tests.bench.reports import reports_table, write_reports

        call_command("migrate", verbosity=0)
        reports = reports_table(say)
        sys.stdout.write(f"{reports}\n")
        write_reports(reports, today)
        return
    if options.lists:
        call_command("migrate", verbosity=0)
        lists = lists_table(say)
        sys.stdout.write(f"{lists}\n")
        write_lists(lists, today)
        return
    full = Size()
    size = Size(
        councils=max(12, int(full.councils * options.scale)),
        actions=max(240, int(full.actions * options.scale)),
        progress=max(2_400, int(full.progress * options.scale)),
        organisations=max(60, int(full.organisations * options.scale)),
        returns=max(1_200, int(full.returns * options.scale)),
    )
    call_command("migrate", verbosity=0)
    # Pages name their style sheets by what they hold, which is known once they are collected.
    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.perf_counter()
    if Council.objects.using("owner").filter(slug__startswith="bench-").count() == size.councils:
        say("The data set is there already.")
    else:
        say("Building the data set")
        build(size, say)
        say(f"  in all: {time.perf_counter() - began:.0f} s")
    built = time.perf_counter() - began
    council = Council.objects.using("owner").get(slug="bench-001")
    measured: list[Measured] = []
    cookies: dict[str, str] = {}
    for person in PEOPLE:
        client = Client(headers={"host": "localhost"})
        sign_in(client, User.objects.get(email=f"{person}@bench.example"), second_factor=True)
        cookies[person] = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        for page, address in pages_of(council).items():
            row = Measured(page, person, address)
            row.counted = count(client, address)
            measured.append(row)
    connections.close_all()
    say("Measuring")
    floor = measure(measured, cookies, options.rounds, say)
    floor.counted = count(Client(headers={"host": "localhost"}), floor.address)
    table = f"{_table(floor, measured)}\n\n{_picture(council, options.rounds)}"
    sys.stdout.write(f"{table}\n")
    lists = lists_table(say)
    sys.stdout.write(f"{lists}\n")
    _write(size, built, options.rounds, table)
    from tests.bench.registers import registers_table, write_registers

    registers = registers_table(say)
    sys.stdout.write(f"{registers}\n")
    write_registers(registers, today)
    write_lists(lists, today)


def _picture(council: Council, rounds: int) -> str:
    """What the overview costs whoever comes first after something was recorded."""
    taken, counted = [], Counted()
    with service_scope(council=council):
        for _ in range(rounds):
            counted = Counted()
            with connections["default"].execute_wrapper(counted):
                began = time.perf_counter()
                told_now(council, timezone.localdate())
                taken.append(1_000 * (time.perf_counter() - began))
    return (
        "The overview is a picture that is kept. Making it anew, which the first reader after a change waits "
        f"for,\ntakes {counted.statements} statements and {statistics.median(taken):.1f} ms (median of "
        f"{rounds}, in one process)."
    )


def _table(floor: Measured, measured: list[Measured]) -> str:
    heads = [
        "page",
        "in",
        "median ms",
        "95th percentile ms",
        "statements",
        "parameters",
        "times the bare view",
    ]
    lines = [" | ".join(heads), "|".join(["---", "---"] + ["---:"] * 5)]
    for row in (floor, *measured):
        figures = [f"{row.median:.1f}", f"{row.p95:.1f}", str(row.counted.statements)]
        figures += [str(row.counted.parameters), f"{row.median / floor.median:.1f}"]
        lines.append(" | ".join([row.page, PEOPLE.get(row.person, "no council"), *figures]))
    return "\n".join(f"| {line} |" for line in lines)


def _write(size: Size, built: float, rounds: int, table: str) -> None:
    shape: dict[str, Any] = vars(size)
    day = timezone.localdate()
    values = {
        "day": f"{day.day} {day:%B %Y}",
        "shape": ", ".join(f"{number:,} {name}" for name, number in shape.items()),
        "built": f"{built:.0f}",
        "rounds": rounds,
        "table": table,
    }
    put_beginning(Path(__file__).with_name("performance.md").read_text().format(**values))


if __name__ == "__main__":
    main()
