"""What a file must be before anybody may open it (UP-1): its name, its content and its size agree."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

MOST_ENTRIES = 1_000
MOST_UNPACKED = 200_000_000
MOST_RATIO = 200


class FileRefused(ValueError):
    """A file that cannot be kept. The message is a sentence for the person who chose it."""


@dataclass(frozen=True)
class FileType:
    """A kind of file that is kept."""

    words: str
    content_type: str
    looks_right: Callable[[Path], bool]


def _starts_with(*signatures: bytes) -> Callable[[Path], bool]:
    def check(path: Path) -> bool:
        with path.open("rb") as file:
            head = file.read(16)
        return any(head.startswith(signature) for signature in signatures)

    return check


def _is_pdf(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(8)
        file.seek(max(0, size - 2048))
        tail = file.read()
    return head.startswith(b"%PDF-") and b"%%EOF" in tail


def _is_office(part: str) -> Callable[[Path], bool]:
    def check(path: Path) -> bool:
        try:
            with zipfile.ZipFile(path) as archive:
                entries = archive.infolist()
                names = {entry.filename for entry in entries}
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return False
        if len(entries) > MOST_ENTRIES or any(entry.flag_bits & 1 for entry in entries):
            return False
        unpacked = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries) or 1
        if unpacked > MOST_UNPACKED or unpacked / packed > MOST_RATIO:
            return False
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            return False
        return any(name.startswith(part) for name in names)

    return check


def _is_text(path: Path) -> bool:
    content = path.read_bytes()
    if b"\x00" in content:
        return False
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

FILE_TYPES: dict[str, FileType] = {
    ".pdf": FileType("PDF", "application/pdf", _is_pdf),
    ".docx": FileType("Word document", _WORD, _is_office("word/")),
    ".xlsx": FileType("Excel workbook", _SHEET, _is_office("xl/")),
    ".pptx": FileType("PowerPoint slides", _SLIDES, _is_office("ppt/")),
    ".odt": FileType(
        "OpenDocument text", "application/vnd.oasis.opendocument.text", _is_office("content.xml")
    ),
    ".ods": FileType(
        "OpenDocument spreadsheet",
        "application/vnd.oasis.opendocument.spreadsheet",
        _is_office("content.xml"),
    ),
    ".png": FileType("PNG picture", "image/png", _starts_with(b"\x89PNG\r\n\x1a\n")),
    ".jpg": FileType("JPEG picture", "image/jpeg", _starts_with(b"\xff\xd8\xff")),
    ".jpeg": FileType("JPEG picture", "image/jpeg", _starts_with(b"\xff\xd8\xff")),
    ".csv": FileType("CSV table", "text/csv", _is_text),
    ".txt": FileType("Plain text", "text/plain", _is_text),
}


def safe_name(name: str) -> str:
    """The uploader's name without folders, control or direction characters, at most 150 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip(
        ". "
    )
    stem, dot, extension = kept.rpartition(".")
    if not dot:
        return kept[:150] or "file"
    return f"{stem[: 150 - len(extension) - 1].strip() or 'file'}.{extension.lower()}"


def check_size(size: int) -> None:
    """Raise :class:`FileRefused` for an empty or too large file."""
    if size == 0:
        raise FileRefused("The selected file is empty.")
    if size > settings.UPLOAD_LIMIT_BYTES:
        most = settings.UPLOAD_LIMIT_BYTES // 1_000_000
        raise FileRefused(f"The selected file must be smaller than {most} MB.")


def type_of(name: str, path: Path) -> FileType:
    """Return the type that both the name and the content show.

    Raises:
        FileRefused: if the extension is not allowed or the content is something else.
    """
    extension = Path(name).suffix.lower()
    file_type = FILE_TYPES.get(extension)
    if file_type is None:
        allowed = ", ".join(sorted(kind.removeprefix(".") for kind in FILE_TYPES))
        raise FileRefused(f"The selected file must be one of these types: {allowed}.")
    if not file_type.looks_right(path):
        raise FileRefused(
            f"The selected file is named “{extension}”, but its content is not a readable {file_type.words}. "
            "Files with macros or a password cannot be kept."
        )
    return file_type
