"""What a file must be before anybody may open it (UP-1), and what may be done to evidence."""

from __future__ import annotations

import hashlib
import ipaddress
import unicodedata
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from prevent_portal.documents import rules
from prevent_portal.documents.enums import Marking
from prevent_portal.documents.file_types import FILE_TYPES
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError


class FileRefused(PolicyError, ValueError):
    """A file that cannot be kept. The message is a sentence for the person who chose it."""


class NeedsConfirmation(PolicyError):
    """A sensitive document would be seen by many; the person has to say that this is meant."""


REFUSALS: dict[str, str] = {
    "another_type": "The selected file is named “{extension}”, but its content is not a readable {words}.",
    "damaged": "The selected file is not a readable {words}: it is damaged or incomplete. "
    "Open it, save it again and choose the new file.",
    "two_types": "The selected file is not a readable {words} only: something else is joined to it. "
    "Open it, save it again and choose the new file.",
    "protected": "The selected file is protected with a password or encrypted, so it cannot be checked. "
    "Save it without protection and choose it again.",
    "programs": "The selected file holds macros, scripts or embedded programs. "
    "Files with macros cannot be kept: save it without them, or as a PDF.",
    "too_big": "The selected file unpacks to more than the portal can check. Split it, or save it as a PDF.",
    "too_long": "The selected file took too long to check. Save it again in a simpler form, or as a PDF.",
    "malware": "The selected file was found to be harmful and was not kept. "
    "Tell your IT service about it before you open it again.",
}
"""Why a file is not kept, by the codes of ``file_reader.py`` and of the malware scanner."""


def refusal(code: str, extension: str) -> FileRefused:
    """The refusal in words."""
    return FileRefused(REFUSALS[code].format(extension=extension, words=FILE_TYPES[extension].words))


def allowed_words() -> str:
    """Such as "csv, docx, pdf"."""
    return ", ".join(sorted(kind.removeprefix(".") for kind in FILE_TYPES))


def type_named(name: str) -> str:
    """The extension of a file that may be kept by its name.

    Raises:
        FileRefused: if the extension is not allowed.
    """
    extension = Path(name).suffix.lower()
    if extension in FILE_TYPES:
        return extension
    if extension in {".docm", ".xlsm", ".dotm", ".xltm", ".xlsb", ".pptm"}:
        raise FileRefused(
            "The selected file is made to hold macros. Files with macros cannot be kept: save it without "
            "them, or as a PDF."
        )
    raise FileRefused(f"The selected file must be one of these types: {allowed_words()}.")


def safe_name(name: str) -> str:
    """The uploader's name without folders, control or direction characters, at most 150 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip(
        ". "
    )
    stem, dot, extension = kept.rpartition(".")
    if not dot:
        return kept[:150] or "file"
    extension = extension[:20]
    return f"{stem[: 150 - len(extension) - 1].strip() or 'file'}.{extension.lower()}"


def check_size(size: int) -> None:
    """Raise :class:`FileRefused` for an empty or too large file."""
    if size == 0:
        raise FileRefused("The selected file is empty.")
    if size > settings.UPLOAD_LIMIT_BYTES:
        most = settings.UPLOAD_LIMIT_BYTES // 1_000_000
        raise FileRefused(f"The selected file must be smaller than {most} MB.")


def check_address(url: str) -> str:
    """Return the address of a link, without spaces around it.

    Raises:
        PolicyError: unless it is an https address of a named host, without a password in it.
    """
    url = url.strip()
    problem = PolicyError(
        "Enter a full web address that starts with https://, like https://www.example.org/."
    )
    if any(unicodedata.category(sign)[0] in {"C", "Z"} or sign in '\\<>"' for sign in url) or len(url) > 2000:
        raise problem
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise problem from None
    if parts.scheme != "https" or parts.username is not None or parts.password is not None:
        raise problem
    if "." not in host.strip("."):
        raise problem
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "https" + url[5:]
    raise problem


def digest_of_address(url: str) -> str:
    """What stands for the bytes of a link."""
    return hashlib.sha256(url.encode()).hexdigest()


def check_details(*, title: str, covers_from: date | None, covers_to: date | None) -> None:
    """Raise PolicyError unless there is a title and the period runs forwards."""
    if not title.strip():
        raise PolicyError("Enter a title.")
    if covers_from and covers_to and covers_to < covers_from:
        raise PolicyError("The period covered must end on or after the day it starts.")


def check_wide_audience(
    *, council: Council, marking: str, uses: list[tuple[str, object]], confirmed: bool
) -> bool:
    """Whether a sensitive document would hang on a widely seen thing, which the person confirmed.

    Args:
        uses: names of kinds and ids of things.

    Raises:
        NeedsConfirmation: if it would, and nobody confirmed.
    """
    if marking != Marking.OFFICIAL_SENSITIVE:
        return False
    if not any(_widely_seen(council, kind, object_id) for kind, object_id in uses):
        return False
    if not confirmed:
        raise NeedsConfirmation(
            "This document is marked OFFICIAL-SENSITIVE and would hang on something that many people can "
            "read. Confirm that all of them may see it, or leave it out."
        )
    return True


def _widely_seen(council: Council, kind: str, object_id: object) -> bool:
    try:
        return rules.kind_for(kind).is_widely_seen(council, object_id)  # type: ignore[arg-type] # a kind takes its own sort of key
    except rules.UnknownUse:
        return False
