"""From a learning system's export to returns: take it in, check it in the background, confirm it, forget it.

The file reaches the worker in sealed parts that its check takes away. What is found to be in order waits as
rows of people until a person confirms it; then the returns are made from it, all or none (UP-2).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.outbox.handlers import CannotBeDone, Handler, NotPermitted, Progress
from prevent_portal.outbox.models import Job
from prevent_portal.outbox.services.emails import queue_email
from prevent_portal.outbox.services.jobs import enqueue, retry
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.spreadsheets import FileUnreadable
from training.access.registers import organisations_of
from training.enums import RegisterState
from training.figures import Problem
from training.models import RegisterFigure, RegisterPart, RegisterRow, StaffRegister
from training.policies.registers import require_register_confirmable
from training.queries.registers import CHECK, earlier_registers, expected_of, return_rows, staff_change
from training.registers.groups import without_small_groups
from training.registers.keys import PartUnreadable, opened, sealed
from training.registers.process import Rows, read_register, require_readable
from training.registers.rows import HEADINGS, CheckedRegister, RegisterCheck, ServiceFigure
from training.services.refused_files import count_upload
from training.services.refused_registers import keep_marked_rows
from training.services.uploads import RowOutcome, outcomes_of, shares_of, store_returns

logger = logging.getLogger(__name__)

WAITS = timedelta(hours=24)
"""How long a register waits for its check and to be confirmed. Then all of it goes."""

PART_BYTES = 1_000_000
MOST_WAITING = 10
"""How many registers of one person may wait for their check: each holds its file in the database."""
_ROWS_AT_80_PERCENT = 120_000


def receive_register(
    *,
    council: Council,
    by: User,
    organisation: Organisation | None,
    of_services: bool,
    council_staff_only: bool,
    period_end: date,
    leaves_out_other_courses: bool,
    file_name: str,
    chunks: Callable[[], Iterable[bytes]],
) -> tuple[StaffRegister, Job]:
    """Take a register in and accept the job that checks it. The same file again is the same register; if its
    check ended without an answer, it begins again.

    Args:
        organisation: whose staff it holds; None for all services of the council, which its rows then name.
        of_services: whether the organisation is a service of the council's own.
        period_end: last day of a quarter that is over.
        chunks: gives the bytes of the file from their beginning, each time it is called.

    Raises:
        FileUnreadable: for what can be told from the name, the size and the first bytes.
        PolicyError: when the person sends more files than anybody needs to, or has too many waiting.
    """
    count_upload(by=by)
    digest, size, start = hashlib.sha256(), 0, b""
    for chunk in chunks():
        start = start or chunk[:64]
        size += len(chunk)
        digest.update(chunk)
    require_readable(file_name, start, size)
    now = timezone.now()
    said = {
        "person": by,
        "organisation": organisation,
        "council_staff_only": council_staff_only and not of_services,
        "period_end": period_end,
        "leaves_out_other_courses": leaves_out_other_courses,
        "sha256": digest.hexdigest(),
    }
    with transaction.atomic():
        _forget(StaffRegister.objects.filter(council=council, person=by), now)
        register = StaffRegister.objects.filter(
            council=council, state__in=(RegisterState.WAITING, RegisterState.CHECKED), **said
        ).first()
        if register is None:
            waiting = StaffRegister.objects.filter(council=council, person=by, state=RegisterState.WAITING)
            if waiting.count() >= MOST_WAITING:
                raise PolicyError(
                    f"{MOST_WAITING} of your registers still wait to be checked. Send this one when they are."
                )
            register = StaffRegister.objects.create(
                council=council,
                is_of_services=of_services,
                file_name=file_name[-200:],
                file_size=size,
                created_at=now,
                expires_at=now + WAITS,
                **said,
            )
            _store_parts(register, chunks())
        job, is_new = enqueue(
            council=council, kind=CHECK, subject=register, effect_key=f"register:{register.pk}", by=by
        )
        if not is_new and register.state == RegisterState.WAITING and job.may_be_tried_again:
            # Its check ended without an answer, perhaps over its file: it begins again, with the file of now.
            RegisterPart.objects.filter(council=council, register=register).delete()
            _store_parts(register, chunks())
            job = retry(job=job, by=by)
    return register, job


def preview_register(*, register: StaffRegister) -> list[RowOutcome]:
    """What confirming would do with each return: new, a correction, or already received."""
    return outcomes_of(council=register.council, rows=return_rows(register, stored_figures(register)))


def new_register_shares(*, register: StaffRegister) -> list[str]:
    """Organisations whose trust-wide returns the council would see from now on, by confirming."""
    return shares_of(council=register.council, rows=return_rows(register, stored_figures(register)))


def confirm_register(
    *, register: StaffRegister, organisations: Sequence[Organisation], by: User
) -> StaffRegister:
    """Make a checked register's figures returns, all or none, and give the receipt. Sent twice, it happens
    once.

    The rows of people of earlier registers of the same organisation, staff and courses go; where a later
    quarter's register is confirmed already, this one's go instead.

    Args:
        organisations: those that the person may send for at this moment.

    Raises:
        PolicyError: if it is not checked, has problems or waited too long, or holds an organisation that the
            person may no longer send for.
    """
    with transaction.atomic():
        found = (
            StaffRegister.objects.select_for_update(of=("self",))
            .select_related("council", "organisation")
            .filter(council=register.council_id, pk=register.pk)
            .first()
        )
        if found is not None and found.state == RegisterState.CONFIRMED:
            return found
        now = timezone.now()
        locked = require_register_confirmable(found, now)
        figures = stored_figures(locked)
        rows = return_rows(locked, figures)
        allowed = {each.pk for each in organisations}
        if any(row.organisation_id not in allowed for row in rows):
            raise PolicyError("You can no longer send returns for an organisation in this register.")
        change = staff_change(locked)
        receipt = store_returns(
            council=locked.council,
            rows=rows,
            source_name=locked.file_name,
            source_sha256=locked.sha256,
            by=by,
            now=now,
        )
        RegisterFigure.objects.bulk_create(
            RegisterFigure(
                council=locked.council,
                register=locked,
                organisation_id=each.organisation_id,
                course_id=each.course_id,
                service=each.service,
                role_group=each.role_group,
                eligible=each.eligible,
                compliant=each.compliant,
            )
            for each in without_small_groups(figures)
        )
        _minimise(locked, {each.course_id for each in figures})
        locked.state = RegisterState.CONFIRMED
        locked.confirmed_at = now
        locked.first_rows = []
        if change is not None:
            receipt["staff"] = {
                "before": change.before.isoformat(), "joined": change.joined, "left": change.left,
            }  # fmt: skip
        locked.receipt = receipt
        locked.save(update_fields=["state", "confirmed_at", "first_rows", "receipt"])
        record(
            action="training.register_confirmed",
            subject=locked,
            details={
                "sha256": locked.sha256,
                "rows": locked.rows_read,
                "people": locked.people,
                **{name: receipt[name] for name in ("new", "corrected", "unchanged")},
                "organisations": sorted({str(row.organisation_id) for row in rows}),
            },
        )
    return locked


def expire_registers(*, council: Council) -> int:
    """Take away every register of a council that was not confirmed in time. Returns how many."""
    with transaction.atomic():
        return _forget(StaffRegister.objects.filter(council=council), timezone.now())


def stored_figures(register: StaffRegister) -> list[ServiceFigure]:
    """The figures of a checked register."""
    return [
        ServiceFigure(
            **{
                **row,
                "organisation_id": UUID(row["organisation_id"]),
                "course_id": UUID(row["course_id"]),
            }
        )
        for row in register.figures
    ]


def _forget(registers: Any, now: datetime) -> int:
    expired = registers.filter(confirmed_at__isnull=True, expires_at__lte=now)
    count: int = expired.count()
    if count:
        expired.delete()
    return count


def _store_parts(register: StaffRegister, chunks: Iterable[bytes]) -> None:
    for number, part in enumerate(_parts(chunks)):
        RegisterPart.objects.create(
            council=register.council,
            register=register,
            number=number,
            content=sealed(register.council_id, register.pk, number, part),
        )


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray()
    for chunk in chunks:
        part += chunk
        while len(part) >= PART_BYTES:
            yield bytes(part[:PART_BYTES])
            del part[:PART_BYTES]
    if part:
        yield bytes(part)


def _minimise(register: StaffRegister, course_ids: set[UUID]) -> None:
    """Keep the rows of people of the latest quarter alone, course by course."""
    others = list(earlier_registers(register).values_list("pk", "period_end"))
    older = [pk for pk, period_end in others if period_end <= register.period_end]
    rows = RegisterRow.objects.filter(council=register.council_id, course__in=course_ids)
    rows.filter(register__in=older).delete()
    later = [pk for pk, period_end in others if period_end > register.period_end]
    held = set(
        RegisterRow.objects.filter(
            council=register.council_id, register__in=later, course__in=course_ids
        ).values_list("course_id", flat=True).distinct()
    )  # fmt: skip
    if held:
        RegisterRow.objects.filter(council=register.council_id, register=register, course__in=held).delete()


# The job ---------------------------------------------------------------------------------------------


def permitted(job: Job) -> None:
    """Raise NotPermitted unless whoever asked may still send for this register's organisation (OP-3)."""
    register = _register(job)
    if job.requested_by is not None:
        try:
            organisations_of(council_access(job.requested_by, job.council), register)
        except Http404:
            pass
        else:
            return
    raise NotPermitted("Whoever sent this register may no longer send returns for its organisation.")


def work(job: Job, progress: Progress) -> CheckedRegister:
    """Read and judge the file, outside any transaction."""
    progress(5, "Reading the file")
    with service_scope(council=job.council):
        register = _register(job)
        numbers = list(
            RegisterPart.objects.filter(council=job.council_id, register=register)
            .order_by("number")
            .values_list("number", flat=True)
        )
        asked = job.requested_by
        organisations = organisations_of(council_access(asked, job.council), register) if asked else []
        check = RegisterCheck(expected_of(register, organisations))
    if not numbers:
        raise CannotBeDone("The file of this register is no longer here. Send it again.")
    ending = register.file_name.rpartition(".")[2].lower()
    try:
        for line in read_register(_opened(register, numbers), ending, HEADINGS):
            check.take(line)
            if isinstance(line, Rows):
                progress(min(80, 10 + line.first * 70 // _ROWS_AT_80_PERCENT), "Checking the rows")
    except FileUnreadable as refusal:
        reason = str(refusal)
        return CheckedRegister(problems=[Problem("", None, "", "", reason, "")], problem_count=1)
    except PartUnreadable as error:
        raise CannotBeDone("The file of this register can no longer be read. Send it again.") from error
    progress(85, "Counting")
    checked = check.end()
    progress(90, "Keeping what was understood")
    return checked


def store(job: Job, checked: CheckedRegister) -> None:
    """Keep what was understood, and take the file away, as the job ends."""
    register = StaffRegister.objects.select_for_update().get(council=job.council_id, pk=job.subject_id)
    RegisterPart.objects.filter(council=job.council_id, register=register).delete()
    register.state = RegisterState.REFUSED if checked.problem_count else RegisterState.CHECKED
    register.problems = [asdict(problem) for problem in checked.problems]
    register.problem_count = checked.problem_count
    register.notices = checked.notices
    register.columns = [asdict(column) for column in checked.columns]
    register.rows_read = checked.rows_read
    register.people = checked.people
    register.checked_at = timezone.now()
    if checked.problem_count:
        keep_marked_rows(register=register, marked=checked.marked)
    else:
        register.first_rows = checked.first_rows
        register.figures = [
            {**asdict(each), "organisation_id": str(each.organisation_id), "course_id": str(each.course_id)}
            for each in checked.figures
        ]
        store_rows(register=register, copied=checked.copied)
    register.save(
        update_fields=[
            "state", "problems", "problem_count", "notices", "columns", "rows_read", "people", "checked_at",
            "first_rows", "figures",
        ]
    )  # fmt: skip
    if job.requested_by is not None:
        queue_email(
            recipient=job.requested_by.email,
            subject="Prevent Portal: your staff register is checked",
            text=f"The staff register that you sent is checked.\n\nSign in to read what was understood and "
            f"to confirm it: {settings.PUBLIC_URL}{result_url(job)}\n",
            effect_key=f"register-checked:{register.pk}",
        )


def store_rows(*, register: StaffRegister, copied: Iterable[str]) -> None:
    """Write the rows of people at the speed of COPY, in the caller's transaction and scope.

    PostgreSQL refuses COPY into a table with row-level security, so they pass through a table of this
    transaction alone; from there every row passes the policies like any other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE training_register_staging (person bytea, course_id uuid, service text,"
            " role_group text, required boolean, completed_on date) ON COMMIT DROP"
        )
        with cursor.copy("COPY pg_temp.training_register_staging FROM STDIN") as copy:
            for lines in copied:
                copy.write(lines)
        # In the order of the keys, so that each index grows at its end alone; sorted in memory, not on disk.
        cursor.execute("SET LOCAL work_mem = '32MB'")
        cursor.execute(
            "INSERT INTO training_registerrow (id, council_id, register_id, course_id, person, service,"
            " role_group, required, completed_on) SELECT uuidv7(), %s, %s, course_id, person, service,"
            " role_group, required, completed_on FROM pg_temp.training_register_staging"
            " ORDER BY course_id, person",
            [register.council_id, register.pk],
        )
        cursor.execute("DROP TABLE pg_temp.training_register_staging")


def result_url(job: Job) -> str:
    return reverse("register", args=[job.council.slug, job.subject_id])


def _opened(register: StaffRegister, numbers: Iterable[int]) -> Iterator[bytes]:
    for number in numbers:
        with service_scope(council=register.council):
            part = RegisterPart.objects.get(council=register.council_id, register=register, number=number)
        yield opened(register.council_id, register.pk, number, bytes(part.content))


def _register(job: Job) -> StaffRegister:
    register = (
        StaffRegister.objects.filter(council=job.council_id, pk=job.subject_id)
        .select_related("council", "organisation")
        .first()
    )
    if register is None:
        raise NotPermitted("This register waited too long and is gone. Send it again.")
    return register


HANDLER = Handler(
    title="Checking your staff register",
    permitted=permitted,
    work=work,
    store=store,
    result_url=result_url,
)
