"""The only caller of the PDF renderer.

`render_pdf` draws a document in a process of its own that has little memory, little time, no network and
no files but its own style sheets, and gives back one file that is both PDF/UA-1 (accessible) and PDF/A-3a
(to keep). The same document on the same version of the renderer gives the same bytes. The renderer is loaded
once and draws each document in a child (docs/decisions/0028).
"""

import base64
import datetime as dt
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.contrib.staticfiles import finders

from prevent_portal.limited_process import Ending, Limits, Outcome, WarmProcess

WORKER = Path(__file__).with_name("pdf_worker.py")
STYLE = "report.css"
SECONDS = 120
MEMORY = 1024 * 1024 * 1024
LARGEST_FILE = 64 * 1024 * 1024
"""Of the document, and of what the drawing leaves in its folder meanwhile."""
OPEN_FILES = 128
DOCUMENTS = 100
"""After so many the renderer is loaded anew."""
_REFUSED_ADDRESS = 3
"""What the process ends with if the document asked for something that may not be fetched."""


class RenderError(Exception):
    """The document could not be drawn. The message is for people; `detail` is for the log."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


@dataclass(frozen=True)
class Attachment:
    """A file that travels inside a document.

    Args:
        name: of the file, with its ending.
        description: what it holds, in words.
        content: its bytes.
        relationship: to the document; "Data" is what a table of it was made from.
    """

    name: str
    description: str
    content: bytes
    relationship: str = "Data"


def _environment() -> dict[str, str]:
    """Return what a drawing must know: where the fonts are, and a fixed seed for its hashes."""
    fonts = {name: os.environ[name] for name in ("FONTCONFIG_PATH",) if name in os.environ}
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path(tempfile.gettempdir()) / f"fontconfig-{os.getuid()}")
    return {**fonts, "PYTHONHASHSEED": "0", "XDG_CACHE_HOME": cache}


_renderer = WarmProcess(
    WORKER,
    limits=Limits(
        memory=MEMORY,
        processor_seconds=SECONDS,
        seconds=SECONDS,
        answer=LARGEST_FILE,
        file=LARGEST_FILE,
        open_files=OPEN_FILES,
    ),
    environment=_environment(),
    requests=DOCUMENTS,
)


def render_pdf(
    *,
    html: str,
    title: str,
    marking: str,
    created: dt.datetime,
    language: str = "en-GB",
    seconds: int = SECONDS,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return the document as an accessible PDF that archives accept.

    Args:
        html: a whole document made from templates/web/document.html. Text from people must have been
            escaped by the template; addresses other than the packaged style sheet are refused.
        title: shown by readers in place of the file's name.
        marking: protective marking, printed at the top and bottom of every page; may be empty.
        created: the moment that the file names as its own; aware.
        language: of the text.
        seconds: how long the drawing may take, in processor time and nearly so by the clock.
        attachments: files that travel inside the document, in order.

    Raises:
        RenderError: the document is too large or too slow, asks for a forbidden address, or is malformed
            (EX-1). Nothing that the renderer raises gets past this function (L6).
        ValueError: `created` has no time zone.
    """
    if created.tzinfo is None:
        raise ValueError("created needs a time zone")
    if "<body" not in html:
        raise RenderError("The document could not be drawn.", "no body")
    job: dict[str, object] = {
        "html": html,
        "title": title,
        "marking": marking,
        "created": created.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "language": language,
        "assets": {STYLE: _style()},
    }
    if attachments:
        job["attachments"] = [
            {
                "name": one.name,
                "description": one.description,
                "relationship": one.relationship,
                "content": base64.b64encode(one.content).decode(),
            }
            for one in attachments
        ]
    return _drawn(_renderer.ask(json.dumps(job).encode(), seconds=seconds))


def _drawn(outcome: Outcome) -> bytes:
    """The document that a process drew. Raises RenderError if it drew none."""
    detail = outcome.messages[-500:] or f"{outcome.ending.name}, exit {outcome.code}"
    match outcome.ending:
        case Ending.ANSWERED if outcome.answer.startswith(b"%PDF-"):
            return outcome.answer
        case Ending.FAILED if outcome.code == _REFUSED_ADDRESS:
            raise RenderError("The document names an address that may not be fetched.", detail)
        case Ending.OVERDUE | Ending.OVERWORKED | Ending.KILLED:
            raise RenderError("The document took too long to draw and was stopped.", detail)
        case Ending.OUT_OF_MEMORY | Ending.SAID_TOO_MUCH:
            raise RenderError("The document is too large to draw.", detail)
        case _:
            raise RenderError("The document could not be drawn.", detail)


def _style() -> str:
    found = finders.find(STYLE)
    if not isinstance(found, str):
        raise RenderError("The style sheet of documents is missing.", STYLE)
    return Path(found).read_text(encoding="utf-8")
