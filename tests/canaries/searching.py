"""Look for canaries in bytes, also in what is packed inside them."""

from __future__ import annotations

import base64
import binascii
import contextlib
import email
import email.policy
import gzip
import io
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from redis import Redis

from tests.canaries.words import forms_in

DEEPEST = 4
_TOKEN = re.compile(rb"e[AFJN][A-Za-z0-9+/_-]{14,}")
"""Base 64 of something that zlib packed, as signed values and sessions are."""
_BYTES = re.compile(rb"\\\\?x((?:[0-9a-f]{2}){24,})")
"""A column of bytes in a dump."""


def found_in(content: bytes, deepest: int = DEEPEST) -> set[str]:
    """In which forms a canary stands in some bytes, or in anything packed or wrapped inside them."""
    found = forms_in(content) | forms_in(content.translate(None, b"\r\n"))
    if deepest:
        for part in _parts(content):
            found |= found_in(part, deepest - 1)
    return found


def found_in_files(folder: Path) -> dict[str, set[str]]:
    """The files below a folder that hold a canary, or are called by one."""
    found = {}
    for path in sorted(folder.rglob("*")):
        forms = forms_in(str(path.relative_to(folder)).encode())
        if path.is_file():
            forms |= found_in(path.read_bytes())
        if forms:
            found[str(path.relative_to(folder))] = forms
    return found


def found_in_broker(url: str) -> dict[str, set[str]]:
    """The keys of a database of Redis or Valkey that hold a canary, or are called by one."""
    found = {}
    with Redis.from_url(url) as client:
        for key in client.scan_iter(count=1_000):
            forms = forms_in(key)
            for value in _values(client, key):
                forms |= found_in(value)
            if forms:
                found[f"key {key.decode(errors='replace')}"] = forms
    return found


def _values(client: Any, key: bytes) -> list[bytes]:
    match client.type(key):
        case b"string":
            return [client.get(key) or b""]
        case b"list":
            return list(client.lrange(key, 0, -1))
        case b"set":
            return list(client.smembers(key))
        case b"hash":
            return [part for pair in client.hgetall(key).items() for part in pair]
        case b"zset":
            return list(client.zrange(key, 0, -1))
        case kind:
            raise AssertionError(f"Nobody knows how to search a {kind} of the broker.")


def found_in_mail(message: bytes) -> set[str]:
    """In which forms a canary stands in an e-mail as it was sent, or in a part of it as it is read."""
    found = found_in(message)
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    for part in parsed.walk():
        found |= forms_in(str(list(part.items())).encode())
        if isinstance(content := part.get_payload(decode=True), bytes):
            found |= found_in(content)
    return found


_TORN = (zipfile.BadZipFile, EOFError, OSError, zlib.error, binascii.Error, pikepdf.PdfError)


def _parts(content: bytes) -> Iterator[bytes]:
    """What is packed in some bytes, as far as it can be unpacked: tests store torn files too."""
    with contextlib.suppress(*_TORN):
        if content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                yield "\n".join(packed.namelist()).encode()
                for name in packed.namelist():
                    yield packed.read(name)
        elif content.startswith(b"\x1f\x8b"):
            yield gzip.decompress(content)
        elif content.startswith(b"%PDF-"):
            yield from _parts_of_pdf(content)
    for token in _TOKEN.finditer(content):
        text = token.group().replace(b"-", b"+").replace(b"_", b"/")
        with contextlib.suppress(*_TORN):
            yield zlib.decompressobj().decompress(base64.b64decode(text[: len(text) // 4 * 4]))
    for column in _BYTES.finditer(content):
        yield bytes.fromhex(column.group(1).decode())


def _parts_of_pdf(content: bytes) -> Iterator[bytes]:
    """Its words as a reader has them (letters are numbers of a font inside), its streams and its texts."""
    if shutil.which("pdftotext"):
        command = ["pdftotext", "-raw", "-", "-"]
        yield subprocess.run(command, input=content, capture_output=True, check=False).stdout
    with pikepdf.open(io.BytesIO(content)) as document:
        for part in document.objects:
            if isinstance(part, pikepdf.Stream):
                with contextlib.suppress(pikepdf.PdfError):
                    yield part.read_bytes()
            elif isinstance(part, pikepdf.Dictionary):
                for value in part.values():
                    if isinstance(value, pikepdf.String):
                        yield str(value).encode()
