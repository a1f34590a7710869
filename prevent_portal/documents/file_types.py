"""The kinds of file that the portal keeps, by the end of their names (UP-1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileType:
    """A kind of file that is kept."""

    words: str
    content_type: str


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FILE_TYPES: dict[str, FileType] = {
    ".pdf": FileType("PDF", "application/pdf"),
    ".docx": FileType("Word document", _WORD),
    ".xlsx": FileType("Excel workbook", _SHEET),
    ".odt": FileType("OpenDocument text", "application/vnd.oasis.opendocument.text"),
    ".ods": FileType("OpenDocument spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
    ".png": FileType("PNG picture", "image/png"),
    ".jpg": FileType("JPEG picture", "image/jpeg"),
    ".jpeg": FileType("JPEG picture", "image/jpeg"),
    ".csv": FileType("CSV table", "text/csv"),
    ".txt": FileType("Plain text", "text/plain"),
}
