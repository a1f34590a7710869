"""Reads one file to its end in a process of its own: what is made to hurt a parser takes only this with it.

    python -I file_reader.py .docx < file

It is started under limits and asks three times what the file is: its extension (given), its first and last
bytes, and a full parse. It prints one JSON object: ``{"checked": true}`` or
``{"refused": code}``. Nothing of the portal is loaded here.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

ENTRIES = 2_000
UNPACKED_BYTES = 200_000_000
RATIO = 200
RATIO_APPLIES_FROM = 1_000_000
XML_BYTES = 80_000_000
XML_DEPTH = 300
PIXELS = 60_000_000
PDF_PAGES = 5_000
PDF_OBJECTS = 500_000
CSV_ROWS = 1_000_000
CSV_COLUMNS = 2_000
CSV_CELL = 1_000_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What a text may not begin with, because another program would not take it for text.
NOT_TEXT = re.compile(
    rb"(?:%PDF-|PK\x03\x04|MZ|\x7fELF|GIF8|\x89PNG|\xff\xd8\xff|\{\\rtf|#!|Rar!|7z\xbc\xaf|\x1f\x8b|From:|MIME-)",
)
MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|svg|script|\?xml|\?php|iframe|object|embed|meta|img|math|a\s)",
    re.IGNORECASE,
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

DOCUMENT_TYPES = {
    ".docx": ("word/document.xml", "document", "wordprocessingml.document.main+xml"),
    ".xlsx": ("xl/workbook.xml", "workbook", "spreadsheetml.sheet.main+xml"),
}
OPEN_TYPES = {
    ".odt": b"application/vnd.oasis.opendocument.text",
    ".ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
# What the zip library raises on damaged files.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    OSError,
    NotImplementedError,
    EOFError,
    RuntimeError,
    IndexError,
    struct.error,
)
PICTURES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
# Relations that make a program fetch or run something when the file is opened.
FETCHING = ("attachedtemplate", "oleobject", "/frame", "subdocument", "externallink", "control")


class Refused(Exception):
    """Why a file is not kept: one of the codes that policies.py words."""


def check(extension: str, content: bytes) -> None:
    """Read the file as what its extension says. Raises Refused."""
    checks: dict[str, Callable[[], None]] = {
        ".pdf": lambda: check_pdf(content),
        ".csv": lambda: check_csv(content),
        ".txt": lambda: check_text(content),
        **{name: lambda: check_picture(extension, content) for name in PICTURES},
        **{name: lambda: check_office(extension, content) for name in DOCUMENT_TYPES},
        **{name: lambda: check_open_document(extension, content) for name in OPEN_TYPES},
    }
    checks[extension]()


# PDF ----------------------------------------------------------------------------------------------


def check_pdf(content: bytes) -> None:
    """A PDF from its first byte to its last, whose every object can be read, without password or programs."""
    if not content.startswith(b"%PDF-"):
        raise Refused("another_type")
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Refused("damaged")
    if content[end + 5 :].strip(b"\r\n\t \x00\x1a") or zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("two_types")
    import pikepdf  # noqa: PLC0415 - after the limits and the first look

    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise Refused("protected")
            if not 1 <= len(pdf.pages) <= PDF_PAGES:
                raise Refused("damaged" if len(pdf.pages) < 1 else "too_big")
            if len(pdf.objects) > PDF_OBJECTS:
                raise Refused("too_big")
            for each in pdf.objects:
                check_pdf_object(pikepdf, each)
    except pikepdf.PasswordError:
        raise Refused("protected") from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        raise Refused("damaged") from None


def check_pdf_object(pikepdf: Any, each: Any, depth: int = 0) -> None:
    """Refuse programs in a PDF: scripts, launched programs, embedded films and forms that send data away."""
    if depth > 40:
        raise Refused("damaged")
    if isinstance(each, pikepdf.Array):
        for part in each:
            if isinstance(part, pikepdf.Array | pikepdf.Dictionary) and not part.is_indirect:
                check_pdf_object(pikepdf, part, depth + 1)
        return
    if not isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
        return
    action = each.get("/S")
    if action in ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition") or "/JS" in each:
        raise Refused("programs")
    if each.get("/Subtype") in ("/RichMedia", "/3D") or "/XFA" in each:
        raise Refused("programs")
    for part in each.values():
        if isinstance(part, pikepdf.Array | pikepdf.Dictionary) and not part.is_indirect:
            check_pdf_object(pikepdf, part, depth + 1)


# Office files -------------------------------------------------------------------------------------


def open_archive(content: bytes) -> zipfile.ZipFile:
    """The zip file of an office file, whose directory keeps to the limits."""
    if content.startswith(OLE):
        raise Refused("protected")
    if not content.startswith(b"PK\x03\x04"):
        raise Refused("another_type")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except UNREADABLE:
        raise Refused("damaged") from None
    entries = archive.infolist()
    if archive.comment or content[-22:-18] != b"PK\x05\x06":
        raise Refused("two_types")
    if not entries or min(entry.header_offset for entry in entries) != 0:
        raise Refused("two_types")
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("protected")
    if len({name.lower() for name in names}) != len(names):
        raise Refused("damaged")
    for name in names:
        if name.startswith("/") or "\\" in name or "\x00" in name or ".." in name.split("/"):
            raise Refused("damaged")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > ENTRIES or unpacked > UNPACKED_BYTES or packed > len(content):
        raise Refused("too_big")
    if unpacked > RATIO_APPLIES_FROM and unpacked > (packed or 1) * RATIO:
        raise Refused("too_big")
    return archive


def read_parts(archive: zipfile.ZipFile) -> dict[str, tuple[str, list[tuple[str, dict[str, str]]]]]:
    """Unpack every part and parse those of XML; return the root and the noted elements of each of these.

    What a part says of its size is not believed: it is counted while it is unpacked.
    """
    parsed = {}
    left = UNPACKED_BYTES
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml", ".rdf"))
        reader = XmlReader() if is_xml else None
        size = 0
        try:
            with archive.open(entry) as part:
                while chunk := part.read(1 << 16):
                    size += len(chunk)
                    if size > entry.file_size or size > left:
                        raise Refused("too_big")
                    if reader is not None:
                        reader.feed(chunk, size)
        except (*UNREADABLE, expat.ExpatError):
            raise Refused("damaged") from None
        left -= size
        if reader is not None:
            parsed[entry.filename] = reader.finish()
    return parsed


class XmlReader:
    """Reads a part of XML: well formed, without entities, not too deep. Notes what the checks look at."""

    NOTED = frozenset({"Override", "Default", "Relationship", "encryption-data", "file-entry"})

    def __init__(self) -> None:
        self.root = ""
        self.noted: list[tuple[str, dict[str, str]]] = []
        self.depth = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse

    def feed(self, chunk: bytes, size: int) -> None:
        if size > XML_BYTES:
            raise Refused("too_big")
        self.parser.Parse(chunk, False)

    def finish(self) -> tuple[str, list[tuple[str, dict[str, str]]]]:
        try:
            self.parser.Parse(b"", True)
        except expat.ExpatError:
            raise Refused("damaged") from None
        return self.root, self.noted

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.root = self.root or local
        self.depth += 1
        if self.depth > XML_DEPTH:
            raise Refused("damaged")
        if local in self.NOTED:
            self.noted.append((local, {key.rpartition(":")[2]: value for key, value in attributes.items()}))

    def _end(self, name: str) -> None:
        self.depth -= 1

    def _refuse(self, *arguments: Any) -> None:
        raise Refused("damaged")


def check_office(extension: str, content: bytes) -> None:
    """A Word document or Excel workbook: its parts unpack, its XML parses, and it runs nothing."""
    main, root, kind = DOCUMENT_TYPES[extension]
    with open_archive(content) as archive:
        names = {name.lower() for name in archive.namelist()}
        if "mimetype" in names or main not in names:
            raise Refused("another_type")
        if any(_runs(name) for name in names):
            raise Refused("programs")
        parsed = read_parts(archive)
    types = parsed.get("[Content_Types].xml")
    if types is None or "_rels/.rels" not in parsed:
        raise Refused("damaged")
    said = {attributes.get("PartName", ""): attributes.get("ContentType", "") for _, attributes in types[1]}
    if any("macroenabled" in value.lower() or "vbaproject" in value.lower() for value in said.values()):
        raise Refused("programs")
    if kind not in said.get(f"/{main}", ""):
        raise Refused("another_type")
    if parsed[main][0] != root:
        raise Refused("damaged")
    for name, (_, noted) in parsed.items():
        if name.endswith(".rels") and any(_fetches(attributes) for _, attributes in noted):
            raise Refused("programs")


def _runs(name: str) -> bool:
    return (
        name.endswith((".exe", ".dll", ".js", ".vbs", ".hta", ".scr"))
        or "vbaproject" in name
        or "/activex/" in name
        or "/macrosheets/" in name
        or ("oleobject" in name and name.endswith(".bin"))
    )


def _fetches(attributes: dict[str, str]) -> bool:
    kind = attributes.get("Type", "").lower()
    return attributes.get("TargetMode") == "External" and kind.endswith(FETCHING)


def check_open_document(extension: str, content: bytes) -> None:
    """An OpenDocument text or spreadsheet, judged like the Office files."""
    with open_archive(content) as archive:
        first = archive.infolist()[0]
        if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED:
            raise Refused("another_type")
        if _small(archive, "mimetype") != OPEN_TYPES[extension]:
            raise Refused("another_type")
        names = set(archive.namelist())
        if not {"content.xml", "META-INF/manifest.xml"} <= names:
            raise Refused("damaged")
        if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
            raise Refused("programs")
        manifest = XmlReader()
        try:
            manifest.feed(_small(archive, "META-INF/manifest.xml"), 1)
        except expat.ExpatError:
            raise Refused("damaged") from None
        # Asked before the rest is read: an encrypted part is no XML.
        if any(name == "encryption-data" for name, _ in manifest.finish()[1]):
            raise Refused("protected")
        parsed = read_parts(archive)
    if parsed["content.xml"][0] != "document-content":
        raise Refused("damaged")


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(4_000_000)
    except UNREADABLE:
        raise Refused("damaged") from None


# Pictures -----------------------------------------------------------------------------------------


def check_picture(extension: str, content: bytes) -> None:
    """A picture that can be drawn to its last line, with nothing behind it."""
    signature, ending = {
        "PNG": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
        "JPEG": (b"\xff\xd8\xff", b"\xff\xd9"),
    }[PICTURES[extension]]
    if not content.startswith(signature):
        raise Refused("another_type")
    if ending not in content:
        raise Refused("damaged")
    if b"%PDF-" in content[:1024] or zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("two_types")
    if not content.rstrip(b"\x00").endswith(ending):
        raise Refused("two_types")
    from PIL import Image  # noqa: PLC0415 - after the limits and the first look

    Image.MAX_IMAGE_PIXELS = PIXELS // 2  # Pillow's own: twice this is an error
    try:
        with Image.open(io.BytesIO(content), formats=[PICTURES[extension]]) as picture:
            if picture.width * picture.height > PIXELS:
                raise Refused("too_big")
            picture.load()
    except Image.DecompressionBombError:
        raise Refused("too_big") from None
    except (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, OverflowError, EOFError):
        raise Refused("damaged") from None


# Text ---------------------------------------------------------------------------------------------


def decode(content: bytes) -> str:
    """The text of a file in one of the encodings that people's programs write."""
    if NOT_TEXT.match(content.lstrip(b"\xef\xbb\xbf")) or zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("another_type")
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if CONTROL.search(text):
            raise Refused("another_type")
        if MARKUP.match(text.lstrip()[:200]):
            raise Refused("another_type")
        return text
    raise Refused("another_type")


def check_text(content: bytes) -> None:
    """Plain text: letters and nothing that another program would run."""
    decode(content)


def check_csv(content: bytes) -> None:
    """A table of comma separated values that can be read to its last row."""
    text = decode(content)
    heading = text[:4096]
    delimiter = max(",;\t|", key=heading.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for number, row in enumerate(reader, start=1):
            if number > CSV_ROWS or len(row) > CSV_COLUMNS:
                raise Refused("too_big")
    except csv.Error:
        raise Refused("damaged") from None


def main() -> int:
    """Read standard input, print the answer."""
    # A setting of the whole process: here, where this programme is alone, and nowhere else.
    csv.field_size_limit(CSV_CELL)
    content = sys.stdin.buffer.read()
    # What a parser prints when it dies says nothing to people and could hold text of the file.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    answer: dict[str, Any] = {"checked": True}
    try:
        check(sys.argv[1], content)
    except Refused as refused:
        answer = {"refused": str(refused)}
    except (MemoryError, RecursionError):
        answer = {"refused": "too_big"}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
