"""The only caller of the PDF renderer.

`render_pdf` draws a document in a process of its own that has little memory, little time, no network and
no files but its own style sheets, and gives back one file that is both PDF/UA-1 (accessible) and PDF/A-3a
(to keep). The same document on the same version of the renderer gives the same bytes.
"""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from django.contrib.staticfiles import finders

WORKER = Path(__file__).with_name("pdf_worker.py")
STYLE = "report.css"
SECONDS = 120
KEPT = frozenset({"PATH", "LD_LIBRARY_PATH", "FONTCONFIG_PATH"})


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
        "seconds": seconds,
        "assets": {STYLE: _style()},
    }
    with tempfile.TemporaryDirectory(prefix="pdf-") as home:
        process = subprocess.Popen(
            [sys.executable, "-P", "-s", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=home,
            env=_environment(home),
            start_new_session=True,
        )
        try:
            content, messages = process.communicate(json.dumps(job).encode() + b"\n", timeout=seconds + 10)
        except subprocess.TimeoutExpired:
            raise RenderError(
                "The document took too long to draw and was stopped.", f"more than {seconds + 10} s"
            ) from None
        finally:
            _end(process)
    detail = messages.decode(errors="replace").strip()[-500:]
    if process.returncode == 0 and content.startswith(b"%PDF-"):
        return content
    if process.returncode == 3:
        raise RenderError("The document names an address that may not be fetched.", detail)
    if process.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise RenderError("The document took too long to draw and was stopped.", detail)
    if "MemoryError" in detail or process.returncode in {-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGTRAP}:
        raise RenderError("The document is too large to draw.", detail)
    raise RenderError("The document could not be drawn.", detail or f"exit {process.returncode}")


def _style() -> str:
    found = finders.find(STYLE)
    if not isinstance(found, str):
        raise RenderError("The style sheet of documents is missing.", STYLE)
    return Path(found).read_text(encoding="utf-8")


def _environment(home: str) -> dict[str, str]:
    """Return what the process may know: no address of a database, no key, and a fixed seed for its hashes."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path(tempfile.gettempdir()) / f"fontconfig-{os.getuid()}")
    return {**kept, "HOME": home, "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "XDG_CACHE_HOME": cache}


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
