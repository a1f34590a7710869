"""The only caller of the PDF renderer.

`render_pdf` draws a document in a process of its own that has little memory, little time, no network and
no files but its own style sheets, and gives back one file that is both PDF/UA-1 (accessible) and PDF/A-3a
(to keep). The same document on the same version of the renderer gives the same bytes.
"""

import datetime as dt
import json
import os
import tempfile
from pathlib import Path

from django.contrib.staticfiles import finders

from prevent_portal.limited_process import Ending, Limits, Outcome, run

WORKER = Path(__file__).with_name("pdf_worker.py")
STYLE = "report.css"
SECONDS = 120
SPARE_SECONDS = 10
"""How much longer than in processor time a drawing may take by the clock."""
MEMORY = 1024 * 1024 * 1024
LARGEST_FILE = 64 * 1024 * 1024
"""Of the document, and of what the drawing leaves in its folder meanwhile."""
OPEN_FILES = 128
_REFUSED_ADDRESS = 3
"""What the process ends with if the document asked for something that may not be fetched."""


class RenderError(Exception):
    """The document could not be drawn. The message is for people; `detail` is for the log."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


def render_pdf(
    *,
    html: str,
    title: str,
    marking: str,
    created: dt.datetime,
    language: str = "en-GB",
    seconds: int = SECONDS,
) -> bytes:
    """Return the document as an accessible PDF that archives accept.

    Args:
        html: a whole document made from templates/web/document.html. Text from people must have been
            escaped by the template; addresses other than the packaged style sheet are refused.
        title: shown by readers in place of the file's name.
        marking: protective marking, printed at the top and bottom of every page; may be empty.
        created: the moment that the file names as its own; aware.
        language: of the text.
        seconds: how long the drawing may take, by the clock and in processor time.

    Raises:
        RenderError: the document is too large or too slow, asks for a forbidden address, or is malformed
            (EX-1). Nothing that the renderer raises gets past this function (L6).
        ValueError: `created` has no time zone.
    """
    if created.tzinfo is None:
        raise ValueError("created needs a time zone")
    if "<body" not in html:
        raise RenderError("The document could not be drawn.", "no body")
    job = {
        "html": html,
        "title": title,
        "marking": marking,
        "created": created.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "language": language,
        "assets": {STYLE: _style()},
    }
    with tempfile.TemporaryDirectory(prefix="pdf-") as home:
        outcome = run(
            WORKER,
            limits=Limits(
                memory=MEMORY,
                processor_seconds=seconds,
                seconds=seconds + SPARE_SECONDS,
                answer=LARGEST_FILE,
                file=LARGEST_FILE,
                open_files=OPEN_FILES,
            ),
            feed=[json.dumps(job).encode(), b"\n"],
            folder=Path(home),
            environment=_environment(home),
            keeps_messages=True,
        )
    return _drawn(outcome)


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


def _environment(home: str) -> dict[str, str]:
    """Return what a drawing must know: its own home, where the fonts are, and a fixed seed for its hashes."""
    fonts = {name: os.environ[name] for name in ("FONTCONFIG_PATH",) if name in os.environ}
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path(tempfile.gettempdir()) / f"fontconfig-{os.getuid()}")
    return {**fonts, "HOME": home, "PYTHONHASHSEED": "0", "XDG_CACHE_HOME": cache}
