"""Ask for a meeting's board pack and make it: one PDF with its own contents, page numbers and marking."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version as version_of_package
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from partnerships.access.meetings import may_make_pack, may_see_edition, meetings_seen
from partnerships.enums import AgendaKind, MinutesState, PackEdition, PaperAudience
from partnerships.models import BoardPack, BoardPackFile, Meeting, Paper
from partnerships.pack_pages import NoPages, Sheet, page_count
from partnerships.pack_process import TooMuchToDraw, lay_pages_apart
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.meetings import (
    PAPERS,
    actions_of,
    agenda_of,
    meeting_before,
    when_words,
)
from prevent_portal.accounts.access import CouncilAccess, council_access
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.documents import storage
from prevent_portal.documents.enums import Marking
from prevent_portal.documents.queries import files_of
from prevent_portal.outbox.handlers import CannotBeDone, Handler, NotPermitted, Progress
from prevent_portal.outbox.models import Job
from prevent_portal.outbox.services.emails import queue_email
from prevent_portal.outbox.services.jobs import enqueue
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date
from prevent_portal.web.narrative import parts_of
from prevent_portal.web.pdf import RenderError, render_pdf

logger = logging.getLogger(__name__)

RENDER = "partnerships.board_pack"
MOST_PAGES = 400
MOST_BYTES = 200 * 1024 * 1024
"""Of the papers of a pack together: they are in the memory of the worker at once."""
_AUDIENCES = {
    PackEdition.EVERYONE: (PaperAudience.EVERYONE,),
    PackEdition.BOARD: (PaperAudience.EVERYONE, PaperAudience.BOARD),
}
_MARKINGS = (Marking.NONE, Marking.OFFICIAL, Marking.OFFICIAL_SENSITIVE)
"""From the lowest to the highest: a pack carries the highest of its papers."""

Content = dict[str, Any]


@dataclass(frozen=True)
class Drawn:
    """What the renderer gave back."""

    pdf: bytes
    pages: int
    renderer: str


def request_pack(*, meeting: Meeting, by: User, edition: str) -> tuple[BoardPack, Job, bool]:
    """Accept the making of a pack, in the caller's transaction.

    What the agenda and its papers are now is fixed as the pack's content, and that is what gets drawn. Asked
    again without a change, the pack and its job are the ones that are there.

    Returns:
        The pack, its job, and whether they are new.

    Raises:
        PartnershipRefused: for a person who does not read the edition, or an agenda without an item.
    """
    if not may_make_pack(council_access(by, meeting.council), meeting, edition):
        raise PartnershipRefused("You can make packs only of papers that you may read.")
    with transaction.atomic():
        locked = (
            Meeting.objects.select_for_update(of=("self",), no_key=True)
            .select_related("board", "council")
            .get(council=meeting.council_id, pk=meeting.pk)
        )
        content = pack_content(locked, edition)
        if not content["agenda"]:
            raise PartnershipRefused("Put an item on the agenda first.")
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        pack = (
            BoardPack.objects.filter(council=locked.council_id, meeting=locked, edition=edition)
            .order_by("-number")
            .first()
        )
        if pack is None or pack.sha256 != digest:
            pack = BoardPack.objects.create(
                council=locked.council,
                meeting=locked,
                edition=edition,
                number=pack.number + 1 if pack else 1,
                content=content,
                sha256=digest,
                made_by=by,
            )
        job, created = enqueue(
            council=locked.council,
            kind=RENDER,
            subject=pack,
            effect_key=f"board-pack:{locked.pk}:{edition}:{pack.number}",
            by=by,
        )
        if created:
            record(
                action="partnerships.pack_requested",
                subject=locked,
                details={"edition": edition, "number": pack.number, "sha256": digest},
            )
    return pack, job, created


def pack_content(meeting: Meeting, edition: str) -> Content:
    """Everything that a pack prints, as data that survives JSON; papers by version and checksum."""
    papers = list(Paper.objects.filter(council=meeting.council_id, meeting=meeting))
    held = [paper for paper in papers if paper.audience in _AUDIENCES[PackEdition(edition)]]
    files = files_of(meeting.council, PAPERS, [paper.pk for paper in held])
    by_item: dict[UUID, list[Content]] = {}
    markings = {Marking.NONE}
    for paper in held:
        entries = []
        for file in files.get(paper.pk, []):
            markings.add(Marking(file.marking))
            entries.append(
                {
                    "version": str(file.version_id),
                    "sha256": file.sha256,
                    "title": file.title,
                    "type": file.type_words,
                    "marking": file.marking_words,
                    "is_link": file.is_link,
                }
            )
        by_item.setdefault(paper.item_id, []).append(
            {"number": paper.number, "title": paper.title, "files": entries}
        )
    before = meeting_before(meeting)
    return {
        "board": meeting.board.name,
        "council": meeting.council.name,
        "held_on": meeting.held_on.isoformat(),
        "when": when_words(meeting),
        "place": meeting.place,
        "edition": PackEdition(edition).label,
        "marking": Marking(max(markings, key=_MARKINGS.index)).label if markings - {Marking.NONE} else "",
        "agenda": [
            {
                "number": item.position,
                "title": item.title,
                "lead": item.lead,
                "carried": item.kind == AgendaKind.CARRIED,
                "papers": by_item.get(item.pk, []),
            }
            for item in agenda_of(meeting)
        ],
        "left_out": len(papers) - len(held),
        "before": _before(before) if before is not None else None,
    }


def _before(meeting: Meeting) -> Content:
    return {
        "when": british_date(meeting.held_on),
        "state": MinutesState(meeting.minutes_state).label,
        "minutes": meeting.minutes,
        "actions": [
            [action.reference, action.title, action.owner_name or "Nobody yet", british_date(action.due_on)]
            for action in actions_of(meeting)
        ],
    }


def permitted(job: Job) -> None:
    """Raise NotPermitted unless whoever asked may still make this pack (OP-3)."""
    pack = _pack(job)
    if job.requested_by is None or not may_make_pack(
        council_access(job.requested_by, job.council), pack.meeting, pack.edition
    ):
        raise NotPermitted("Whoever asked for this pack may no longer read its papers.")


def work(job: Job, progress: Progress) -> Drawn:
    """Draw the pack, outside any transaction."""
    progress(10, "Reading the papers")
    with service_scope(council=job.council):
        pack = _pack(job)
    context, files, sheets = _context(pack)
    progress(30, "Drawing the pages")
    try:
        drawn = render_pdf(
            html=render_to_string("partnerships/board_pack.html", context),
            title=context["title"],
            marking=context["marking"],
            created=pack.made_at,
        )
        progress(70, "Laying in the papers")
        pdf, pages = lay_pages_apart(drawn, files, sheets)
    except (RenderError, NoPages) as error:
        logger.exception("Pack %s could not be drawn", pack.pk)
        raise CannotBeDone(
            str(error)
            if isinstance(error, RenderError | TooMuchToDraw)
            else "A paper could not be read as a PDF."
        ) from error
    progress(90, "Keeping the pack")
    return Drawn(pdf, pages, f"WeasyPrint {version_of_package('weasyprint')}")


def _context(pack: BoardPack) -> tuple[Content, list[bytes], list[Sheet]]:
    """What the template needs, the files whose pages are laid in, and the sheets they come to lie on."""
    content = pack.content
    files: list[bytes] = []
    sheets: list[Sheet] = []
    printed: list[Content] = []
    for item in content["agenda"]:
        for paper in item["papers"]:
            for order, file in enumerate(paper["files"] or [None]):
                name = f"Paper {paper['number']}: {paper['title']}"
                anchor = f"paper-{paper['number']}" if order == 0 else ""
                stored = _bytes_of(pack, file)
                pages = _pages_of(stored)
                if stored is None or not pages:
                    printed.append({"name": name, "id": anchor, "note": _note(file), "first": order == 0})
                    sheets.append(Sheet(None))
                    continue
                files.append(stored)
                if sum(len(one) for one in files) > MOST_BYTES:
                    raise CannotBeDone(
                        "The papers are too large together. Take some of them out of the pack."
                    )
                for page in range(pages):
                    sheets.append(Sheet(len(files) - 1, page))
                    printed.append(
                        {
                            "name": name,
                            "id": anchor if page == 0 else "",
                            "first": page == 0 and order == 0,
                            "place": f"page {page + 1} of {pages}" if pages > 1 else "one page",
                            "file": file["title"],
                            "marking": file["marking"],
                        }
                    )
                if len(sheets) > MOST_PAGES:
                    raise CannotBeDone(
                        f"The papers have more than {MOST_PAGES} pages. Take some of them out of the pack."
                    )
    before = content["before"]
    contents = [{"id": "agenda", "title": "Agenda", "level": 1}]
    if before:
        contents.append({"id": "before", "title": f"Meeting of {before['when']}", "level": 1})
    contents += [{"id": one["id"], "title": one["name"], "level": 1} for one in printed if one["id"]]
    day = date.fromisoformat(content["held_on"])
    return (
        {
            "title": f"{content['board']}, {british_date(day)}",
            "content": content,
            "council_name": content["council"],
            "contents": contents,
            "before_parts": parts_of(before["minutes"]) if before else [],
            "sheets": printed,
            "marking": content["marking"],
            "number": pack.number,
            "created": pack.made_at,
            "for_print": True,
        },
        files,
        sheets,
    )


def _note(file: Content | None) -> str:
    if file is None:
        return "This paper was not there when the pack was made."
    why = "is not checked yet, or could not be read" if file["type"] == "PDF" else "is not a PDF"
    return f"Not in the pack: {file['title']} ({file['type']}) {why}. Open it on the page of the meeting."


def _bytes_of(pack: BoardPack, file: Content | None) -> bytes | None:
    """The stored bytes of a paper's PDF, None for another kind of file or one that is no longer there."""
    if file is None or file["is_link"] or file["type"] != "PDF":
        return None
    path = storage.find(pack.council_id, UUID(file["version"]))
    if path is None:
        return None
    content = path.read_bytes()
    return content if hashlib.sha256(content).hexdigest() == file["sha256"] else None


def _pages_of(content: bytes | None) -> int:
    try:
        return page_count(content) if content is not None else 0
    except NoPages:
        return 0


def store(job: Job, drawn: Drawn) -> None:
    """Keep the one file of the pack, with its audit event and its e-mail, as the job ends."""
    pack = _pack(job)
    kept = BoardPackFile.objects.create(
        council=job.council,
        pack=pack,
        pdf=drawn.pdf,
        size=len(drawn.pdf),
        pages=drawn.pages,
        sha256=hashlib.sha256(drawn.pdf).hexdigest(),
        renderer=drawn.renderer,
    )
    record(
        action="partnerships.pack_made",
        subject=pack.meeting,
        details={"edition": pack.edition, "number": pack.number, "sha256": kept.sha256, "pages": kept.pages},
    )
    if job.requested_by is not None:
        link = settings.PUBLIC_URL + result_url(job)
        when = british_date(pack.meeting.held_on)
        queue_email(
            recipient=job.requested_by.email,
            subject=f"Prevent Portal: the pack for {when} is ready",
            text=f"The board pack for the meeting of {when} is ready.\n\nSign in to read it: {link}\n",
            effect_key=f"pack-ready:{pack.pk}",
        )


def readable(access: CouncilAccess, job: Job) -> bool:
    """Whoever reads the pack's edition may follow its job."""
    pack = (
        BoardPack.objects.select_related("meeting")
        .filter(meeting__in=meetings_seen(access).values("pk"), pk=job.subject_id)
        .first()
    )
    return pack is not None and may_see_edition(access, pack.meeting, pack.edition)


def result_url(job: Job) -> str:
    return reverse("meeting", args=[job.council.slug, _pack(job).meeting_id])


def _pack(job: Job) -> BoardPack:
    return BoardPack.objects.select_related("meeting__board", "meeting__council").get(
        council=job.council_id, pk=job.subject_id
    )


HANDLER = Handler(
    title="The board pack as a PDF",
    permitted=permitted,
    work=work,
    store=store,
    readable=readable,
    result_url=result_url,
)
