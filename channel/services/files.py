"""Make a panel's agenda, meeting record or figures as a file: by a job, for whoever asked, for a day.

A worker has no Channel person of its own, so the job works as the person who asked: what they may no longer
read when it runs, it cannot read either (OP-3).
"""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from channel.enums import FILE_LASTS, FileForm, FileKind
from channel.models import ChannelMeeting, Panel, PanelFile
from channel.policies import ChannelRefused
from channel.policies.files import require_contents, require_export
from channel.queries.files import drop_lapsed_files
from channel.services.file_contents import Contents, agenda_contents, figures_contents, record_contents
from channel.services.performance import read_performance, year_of
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.keys.refusals import CannotOpen
from prevent_portal.keys.services.erasure import erase_key
from prevent_portal.keys.services.sealing import open_sealed, seal
from prevent_portal.outbox.handlers import CannotBeDone, Handler, NotPermitted, Progress
from prevent_portal.outbox.models import Job
from prevent_portal.outbox.services.jobs import enqueue
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from prevent_portal.web.downloads import PDF_TYPE, XLSX_TYPE, Sheet, xlsx_bytes
from prevent_portal.web.pdf import RenderError, render_pdf

logger = logging.getLogger(__name__)

RENDER = "channel.panel_file"
MARKING = "OFFICIAL-SENSITIVE"
TYPES = {FileForm.PDF: PDF_TYPE, FileForm.XLSX: XLSX_TYPE}


def request_meeting_file(
    *, meeting: ChannelMeeting, kind: FileKind, form: FileForm, by: User
) -> tuple[PanelFile, Job]:
    """Ask for a meeting's agenda or record as a file.

    Raises:
        ChannelRefused: if ``by`` may not take this form out, or there is nothing to make it of.
    """
    require_export(meeting.panel, kind, form, by)
    require_contents(meeting, kind)
    return _requested(PanelFile(panel=meeting.panel, meeting=meeting, kind=kind, form=form), by)


def request_figures_file(*, panel: Panel, year: int, form: FileForm, by: User) -> tuple[PanelFile, Job]:
    """Ask for a panel's exact figures of a year from 1 April as a file; for its chair alone.

    Raises:
        ChannelRefused: if ``by`` may not take them out, or the year has not begun.
    """
    require_export(panel, FileKind.FIGURES, form, by)
    if not 2015 <= year <= year_of(timezone.localdate()):
        raise ChannelRefused("Choose a year that has begun.")
    return _requested(PanelFile(panel=panel, year=year, kind=FileKind.FIGURES, form=form), by)


def _requested(file: PanelFile, by: User) -> tuple[PanelFile, Job]:
    council = file.panel.council
    with transaction.atomic():
        _drop_lapsed(by, council.pk)
        file.council = council
        file.requested_by = by
        file.save(force_insert=True)
        job, _ = enqueue(
            council=council, kind=RENDER, subject=file, effect_key=f"panel-file:{file.pk}", by=by
        )
        record(action="channel.file_requested", subject=file, details=_details(file), restricted=True)
    return file, job


def read_file(*, file: PanelFile, by: User) -> bytes:
    """Hand a file over to whoever asked for it, and record that; both happen or neither does.

    Raises:
        ChannelRefused: if the right to take it out has ended, it is not made yet, its day is over, or it
            does not open.
        django.db.Error: if the event cannot be written. The caller hands nothing over then.
    """
    require_export(file.panel, FileKind(file.kind), FileForm(file.form), by)
    if file.requested_by_id != by.pk or has_lapsed(file):
        raise ChannelRefused("This file is no longer kept. Ask for it again.")
    if file.made_at is None:
        raise ChannelRefused("This file is not ready yet.")
    with transaction.atomic():
        record(action="channel.file_read", subject=file, details=_details(file), restricted=True)
        try:
            return base64.b64decode(open_sealed(file)["content"])
        except CannotOpen as error:
            raise ChannelRefused(error.sentence) from error


def destroy_lapsed_files(*, council: Council) -> int:
    """Take away a council's files whose day is over, made or not, and destroy their keys. Safe to repeat.

    The nightly job's work, in a scope that sees no file: the database takes the rows away and says which. The
    keys go last, because the key store commits at once (RC-8).

    Returns:
        How many files are gone.

    Raises:
        KeyStoreAway: if the key store does not answer; the rows then stay for the next night.
    """
    with service_scope(council=council):
        gone = drop_lapsed_files()
        for file_id in gone:
            erase_key(row=PanelFile(pk=file_id, council=council))
    return len(gone)


def has_lapsed(file: PanelFile) -> bool:
    """Whether the day is over for which a file is kept."""
    return timezone.now() - file.requested_at >= FILE_LASTS


def file_name(file: PanelFile) -> str:
    """Marking, kind and day: nothing of a case, and no panel's name (RC-9)."""
    day = (
        timezone.localdate(file.meeting.starts_at).isoformat()
        if file.meeting is not None
        else f"{file.year}-{(file.year or 0) + 1}"
    )
    return f"{MARKING} Channel {FileKind(file.kind).label.lower()} {day}.{file.form}"


@dataclass(frozen=True, repr=False)
class Made:
    """The bytes of a file on their way to be sealed. It shows nothing in a log."""

    content: bytes


def permitted(job: Job) -> None:
    """Raise NotPermitted unless whoever asked may still take this file out (OP-3)."""
    if job.requested_by is None:
        raise NotPermitted("Nobody asked for this file.")
    with council_scope(user_id=job.requested_by.pk, council=job.council):
        file = _file(job)
        if file is None or file.requested_by_id != job.requested_by.pk:
            raise NotPermitted("Whoever asked for this file may no longer have it.")
        try:
            require_export(file.panel, FileKind(file.kind), FileForm(file.form), job.requested_by)
        except ChannelRefused as refused:
            raise NotPermitted("Whoever asked for this file may no longer have it.") from refused


def work(job: Job, progress: Progress) -> Made:
    """Read as the person who asked, then draw outside any transaction."""
    progress(10, "Reading")
    if job.requested_by is None:
        raise CannotBeDone("Nobody asked for this file.")
    with council_scope(user_id=job.requested_by.pk, council=job.council):
        file = _file(job)
        if file is None:
            raise CannotBeDone("This file is no longer wanted.")
        contents = _contents(file, job.requested_by)
        form = FileForm(file.form)
    progress(40, "Drawing the pages" if form == FileForm.PDF else "Writing the sheets")
    moment = file.requested_at
    if form == FileForm.XLSX:
        sheets = [
            Sheet(table.title, table.header, table.rows, widths=[34, *[18] * (len(table.header) - 1)])
            for table in contents.tables
        ]
        return Made(xlsx_bytes(sheets=[contents.cover, *sheets], created=moment, marking=MARKING))
    try:
        return Made(
            render_pdf(
                html=render_to_string("channel/file.html", _context(file, contents)),
                title=contents.title,
                marking=MARKING,
                created=moment,
            )
        )
    except RenderError as error:
        logger.exception("File %s could not be drawn", file.pk)
        raise CannotBeDone(str(error)) from error


def store(job: Job, made: Made) -> None:
    """Seal the bytes under the file's own key, in the scope of the person who asked, as the job ends."""
    if job.requested_by is None:
        return
    with council_scope(user_id=job.requested_by.pk, council=job.council):
        file = PanelFile.objects.select_for_update().filter(council=job.council_id, pk=job.subject_id).first()
        if file is None:
            raise CannotBeDone("This file is no longer wanted.")
        fields = seal(file, content=base64.b64encode(made.content).decode())
        file.made_at = timezone.now()
        file.save(update_fields=[*fields, "made_at"])
        record(action="channel.file_made", subject=file, details=_details(file), restricted=True)


def result_url(job: Job) -> str:
    return reverse("channel-file", args=[job.council.slug, job.subject_id])


def _contents(file: PanelFile, by: User) -> Contents:
    if file.kind == FileKind.FIGURES:
        return figures_contents(file.panel, read_performance(panel=file.panel, year=file.year or 0, by=by))
    if file.meeting is None:
        raise CannotBeDone("This file is no longer wanted.")
    make = agenda_contents if file.kind == FileKind.AGENDA else record_contents
    return make(file.meeting, by)


def _context(file: PanelFile, contents: Contents) -> dict[str, Any]:
    return {
        "title": contents.title,
        "council_name": file.council.name,
        "subtitle": file.panel.name,
        "facts": contents.facts,
        "contents": [],
        "tables": contents.tables,
        "words": contents.words,
        "marking": MARKING,
        "created": file.requested_at,
        "for_print": True,
    }


def _drop_lapsed(by: User, council_id: int) -> None:
    """Destroy the person's files whose day is over: the key first, so that no backup opens them (RC-8)."""
    lapsed = PanelFile.objects.filter(
        council=council_id, requested_by=by, requested_at__lte=timezone.now() - FILE_LASTS
    )
    for file in lapsed.defer("content"):
        erase_key(row=file)
        file.delete()


def _file(job: Job) -> PanelFile | None:
    return (
        PanelFile.objects.select_related("panel__council", "meeting__panel", "meeting__council", "council")
        .filter(council=job.council_id, pk=job.subject_id)
        .first()
    )


def _details(file: PanelFile) -> dict[str, object]:
    return {"kind": file.kind, "form": file.form, "meeting": file.meeting_id, "year": file.year}


HANDLER = Handler(
    title="A file for the panel",
    permitted=permitted,
    work=work,
    store=store,
    result_url=result_url,
)
