"""A staff register of 100,000 rows, checked and stored: ours, COPY and django-import-export in one run."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import tablib  # type: ignore[import-untyped] # no types of its own
import xlsxwriter
from django.db import connections
from import_export import fields as resource_fields  # type: ignore[import-untyped] # no types of its own
from import_export import resources

from partnerships.enums import OrganisationKind
from partnerships.models import Organisation
from partnerships.services.organisations import link_organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.bench.results import put_section
from tests.factories import CouncilFactory
from tests.partnerships.factories import submitter
from training.enums import RegisterState
from training.models import RegisterRow, StaffRegister
from training.services.registers import receive_register

REGISTER_HEADING = "## A staff register of 100,000 rows"
ROWS = 100_000
IMPORTED = 2_000
"""django-import-export is given fewer rows, because all of them would take minutes; more make it slower."""

PERIOD_END = date(2018, 6, 30)
HEADER = ("Staff reference", "Site", "Role group", "Course", "Completed on", "Required")


@dataclass(frozen=True)
class Run:
    """One way of loading the rows."""

    name: str
    rows: int
    seconds: float
    worker_megabytes: int = 0
    child_megabytes: int = 0
    processor_seconds: tuple[float, float] | None = None
    """Of the worker and of the reading process. Others on the machine change these least."""

    @property
    def a_second(self) -> int:
        return round(self.rows / self.seconds)


def rows(number: int = ROWS) -> Iterator[tuple[str, ...]]:
    """Half as many people with two courses each."""
    roles = ("Nursing", "Medical", "Admin and clerical", "Allied health", "Estates")
    for person in range(number // 2):
        about = (f"{10_000_000 + person * 7}-{person % 3}", f"Site {person % 40:02}", roles[person % 5])
        for course, every in (("WRAP", 9), ("Basic awareness", 13)):
            day = date(2015, 1, 1) + timedelta(days=person % 1_270)
            completed = "" if person % every == 0 else f"{day:%d/%m/%Y}"
            yield (*about, course, completed, "No" if person % 29 == 0 else "Yes")


def as_csv() -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    writer.writerows(rows())
    return out.getvalue().encode()


def as_xlsx() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet("Register")
    for number, row in enumerate((HEADER, *rows())):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def measure_registers(report: Callable[[str], None]) -> list[Run]:
    """Load the same rows each way, in this database; ours in a process of its own, as a worker does."""
    council = CouncilFactory.create(slug=f"register-{time.time_ns()}", name="Register")
    trust = Organisation.objects.create(name="Register trust", kind=OrganisationKind.NHS_TRUST)
    with service_scope(council=council):
        link_organisation(council=council, organisation=trust, by=None)
    person = submitter(council, trust, email=f"{council.slug}@bench.example")
    measured = []
    for name, content in (("register.csv", as_csv()), ("register.xlsx", as_xlsx())):
        report(f"Ours, {name}")
        measured.append(_ours(council, trust, person, name, content))
    report("Bare COPY")
    measured.append(_bare_copy(council))
    report(f"django-import-export, {IMPORTED:,} rows")
    measured.append(_import_export(council))
    return measured


def _ours(council: Council, trust: Organisation, person: User, name: str, content: bytes) -> Run:
    """The whole job as the worker does it: open the parts, read, check, count, store."""
    with service_scope(council=council):
        register, job = receive_register(
            council=council, by=person, organisation=trust, of_services=False, council_staff_only=False,
            period_end=PERIOD_END, leaves_out_other_courses=False, file_name=name,
            chunks=lambda: [content],
        )  # fmt: skip
    command = [sys.executable, "-m", "tests.bench.register_job", str(council.pk), str(job.pk)]
    took = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    with service_scope(council=council):
        register = StaffRegister.objects.get(council=council, pk=register.pk)
        stored = RegisterRow.objects.filter(council=council, register=register).count()
    if register.state != RegisterState.CHECKED or stored != ROWS:
        raise SystemExit(f"{name}: {register.state}, {stored} rows, {register.problems[:3]}")
    kind = name.rpartition(".")[2].upper()
    worker, child = took["used"]
    return Run(f"ours, {kind}", ROWS, took["seconds"], took["worker"], took["child"], (worker, child))


def _bare_copy(council: Council) -> Run:
    """The same texts into a table with a key and a unique index, nothing read or checked."""
    connection = connections["owner"]
    connection.ensure_connection()
    texts = list(rows())
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_copy")
        cursor.execute(
            "CREATE TABLE bench_copy (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, reference text, "
            "site text, role text, course text, completed text, required text, UNIQUE (reference, course))"
        )
        began = time.perf_counter()
        columns = "(reference, site, role, course, completed, required)"
        with cursor.copy(f"COPY bench_copy {columns} FROM STDIN") as copy:
            for row in texts:
                copy.write_row(row)
        seconds = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_copy")
    return Run("bare COPY, nothing read or checked", ROWS, seconds)


class BenchResource(resources.ModelResource):  # type: ignore[misc] # its base has no types
    """The same table by django-import-export, by reference and course, in its default mode."""

    person = resource_fields.Field(attribute="person", column_name="person")

    class Meta:
        model = RegisterRow
        fields = ("register", "course", "person", "service", "role_group", "required", "completed_on")
        import_id_fields = ("register", "course", "person")
        use_transactions = True
        using_db = "owner"

    def before_save_instance(self, instance: RegisterRow, row: object, **kwargs: object) -> None:
        instance.council_id = instance.register.council_id


def _import_export(council: Council) -> Run:
    with service_scope(council=council):
        register = StaffRegister.objects.filter(council=council).latest("created_at")
        courses = {each["course"]: each["course_id"] for each in register.figures}
        RegisterRow.objects.filter(council=council, register=register).delete()
    data = tablib.Dataset(headers=list(BenchResource.Meta.fields))
    for reference, site, role, course, completed, required in rows(IMPORTED):
        day = "-".join(reversed(completed.split("/"))) if completed else ""
        values = (register.pk, courses[course], reference.encode(), site, role, required == "Yes", day)
        data.append(values)
    with service_scope(council=council):
        began = time.perf_counter()
        result = BenchResource().import_data(data, raise_errors=True)
        seconds = time.perf_counter() - began
    if result.totals["new"] != IMPORTED:
        raise SystemExit(f"django-import-export: {result.totals}")
    return Run("django-import-export, default mode", IMPORTED, seconds)


def registers_table(report: Callable[[str], None]) -> str:
    """The measurements side by side."""
    heads = (
        "way", "rows", "seconds", "rows a second", "worker, most MB", "reading process, most MB",
        "worker, processor s", "reading process, processor s",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", f"| --- {'| ---: ' * (len(heads) - 1)}|"]
    before = os.getloadavg()[0]
    for run in measure_registers(report):
        used = [f"{each:.2f}" for each in run.processor_seconds or ()] or ["–", "–"]
        memory = [str(each or "–") for each in (run.worker_megabytes, run.child_megabytes)]
        cells = [run.name, f"{run.rows:,}", f"{run.seconds:.2f}", f"{run.a_second:,}", *memory, *used]
        lines.append(f"| {' | '.join(cells)} |")
    after = os.getloadavg()[0]
    load = (
        f"Load average of the minute on {os.cpu_count()} processors: {before:.1f} when it began, {after:.1f} "
        "when it ended. Seconds grow with what else runs; processor seconds hardly do."
    )
    lines += ["", load]
    return "\n".join(lines)


def write_registers(table: str, day: str) -> None:
    """Put the table under its heading in docs/performance.md."""
    words = Path(__file__).with_name("registers.md").read_text()
    put_section(words.format(heading=REGISTER_HEADING, day=day, table=table))
