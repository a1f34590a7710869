"""The door to a malware scanner that speaks clamd's protocol. It fails closed: only a verdict counts (UP-4).

Without an address in ``CLAMAV_URL`` nothing is scanned, and docs/security.md says so.
"""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

CHUNK = 64 * 1024
LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """The scanner gave no verdict: away, too slow, cut off, or the file is larger than it takes."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner said of a whole file."""

    clean: bool
    signature: str = ""


def is_configured() -> bool:
    """Whether files are scanned at all."""
    return bool(settings.CLAMAV_URL)


def scan(path: Path) -> Verdict:
    """Ask the scanner about a file.

    Raises:
        ScannerAway: for everything but a verdict.
    """
    deadline = time.monotonic() + settings.CLAMAV_SECONDS
    try:
        with _connect(deadline) as connection, path.open("rb") as file:
            try:
                connection.sendall(b"zINSTREAM\0")
                while chunk := file.read(CHUNK):
                    _wait_at_most(connection, deadline)
                    connection.sendall(struct.pack("!I", len(chunk)) + chunk)
                connection.sendall(struct.pack("!I", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # over its limit the scanner answers and hangs up in the middle of the stream
            answer = _answer(connection, deadline)
    except OSError as problem:
        raise ScannerAway(str(problem)) from problem
    words = answer.decode("utf-8", "replace").strip().removeprefix("stream:").strip()
    if words == "OK":
        return Verdict(clean=True)
    if words.endswith(" FOUND"):
        return Verdict(clean=False, signature=words.removesuffix(" FOUND")[:100])
    raise ScannerAway(words[:200] or "no answer")


def _connect(deadline: float) -> socket.socket:
    address = urlsplit(settings.CLAMAV_URL)
    if address.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            _wait_at_most(connection, deadline)
            connection.connect(address.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection(
        (address.hostname or "", address.port or 3310), timeout=max(0.1, deadline - time.monotonic())
    )


def _wait_at_most(connection: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("The scanner took too long.")
    connection.settimeout(left)


def _answer(connection: socket.socket, deadline: float) -> bytes:
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        _wait_at_most(connection, deadline)
        part = connection.recv(1024)
        if not part:
            break
        answer += part
    verdict, ended, _ = answer.partition(b"\0")
    return verdict if ended else b""
