"""Two hundred and more hostile files, made by seeds: no server error, a sentence for each, no trace."""

from __future__ import annotations

import io
import random
import struct
import uuid
import zipfile
import zlib
from collections.abc import Iterator

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from tests.accounts.sessions import sign_in
from tests.documents.things import (
    GOOD,
    docx,
    docx_parts,
    files_on_disk,
    odt,
    odt_parts,
    pdf,
    picture,
    rows,
    xlsx,
    zipped,
)
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db
SEED = 20181231
File = tuple[str, bytes]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def _cut(random_: random.Random) -> Iterator[File]:
    """Good files of every type that needs an end, without theirs."""
    names = [name for name in GOOD if not name.endswith((".txt", ".csv"))]
    for number in range(48):
        name = names[number % len(names)]
        content = GOOD[name]()
        yield name, content[: random_.randrange(len(content) // 4, len(content) - 12)]


def _lies(random_: random.Random) -> Iterator[File]:
    """Every type under the names of the others."""
    programs = [b"MZ" + random_.randbytes(90), b"\x7fELF" + b"\0" * 60]
    wrong = [b"GIF89a" + random_.randbytes(60), SVG, HTML, OLE, *programs]
    contents = [*(make() for make in GOOD.values()), *wrong]
    kinds = {".pdf": b"%PDF", ".docx": b"", ".xlsx": b"", ".odt": b"", ".ods": b"", ".png": b"\x89PNG"}
    for extension, own in kinds.items():
        for number, content in enumerate(contents):
            if list(GOOD)[number : number + 1] and list(GOOD)[number].endswith(extension):
                continue
            if own and content.startswith(own):
                continue
            yield f"lie{number}{extension}", content
    for extension in (".txt", ".csv"):
        for number, content in enumerate([pdf(), docx(), picture(), picture("JPEG"), *wrong]):
            yield f"text{number}{extension}", content


def _names(random_: random.Random) -> Iterator[File]:
    """Types that are not kept at all, whatever they hold."""
    for extension in (
        "svg", "html", "htm", "xml", "js", "exe", "docm", "xlsm", "pptx", "pptm", "doc", "xls", "zip", "7z",
        "eml", "msg", "rtf", "gif", "webp", "tiff", "mp4", "iso", "lnk", "bat", "ps1", "pdf.exe", "",
    ):  # fmt: skip
        yield f"file.{extension}", random_.choice([pdf(), docx(), SVG, HTML])


def _bombs(random_: random.Random) -> Iterator[File]:
    """Small files that unpack to very much, or claim to be smaller than they are."""
    yield "zeros.docx", zipped({**docx_parts(), "word/media/zeros.bin": b"\0" * 60_000_000})
    yield "many.docx", zipped({**docx_parts(), **{f"word/media/{n}.txt": b"x" for n in range(2_100)}})
    yield (
        "laughs.docx",
        zipped(
            {
                **docx_parts(),
                "word/document.xml": '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><w>&b;</w>',
            }
        ),
    )
    yield "deep.docx", zipped({**docx_parts(), "word/document.xml": "<document>" + "<a>" * 5_000})
    yield "claims.docx", _smaller_than_it_is(zipped({**docx_parts(), "word/long.txt": b"ab" * 500_000}))
    yield "pixels.png", _empty_picture(60_000, 60_000)
    yield "wide.png", _empty_picture(2_000_000_000, 1)
    for number in range(4):
        parts = {**docx_parts(), f"word/{number}.xml": "<a>" + "<b/>" * (number + 3) * 900_000 + "</a>"}
        yield f"repeats{number}.docx", zipped(parts)


def _smaller_than_it_is(content: bytes) -> bytes:
    """A zip whose directory and headers say that its largest entry unpacks to ten bytes."""
    return content.replace(struct.pack("<L", 1_000_000), struct.pack("<L", 10))


def _empty_picture(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _two_in_one(random_: random.Random) -> Iterator[File]:
    """Files that are two things at once."""
    yield "zip.pdf", pdf() + docx()
    yield "html.pdf", pdf() + HTML
    yield "html-first.pdf", HTML + pdf()
    yield "zip.png", picture() + xlsx()
    yield "html.png", picture() + HTML
    yield "html.jpg", picture("JPEG") + HTML
    yield "zip.jpg", picture("JPEG") + docx()
    yield "program.jpeg", picture("JPEG") + b"MZ" + random_.randbytes(80)
    yield "program.docx", b"MZ" + random_.randbytes(80) + docx()
    yield "gif.docx", b"GIF89a" + docx()
    yield "tail.docx", docx() + HTML
    yield "tail.xlsx", xlsx() + b"\0" * 30
    yield "comment.docx", docx()[:-2] + struct.pack("<H", len(HTML)) + HTML
    yield "zip.csv", b"a,b\n1,2\n" + docx()
    yield "pdf.jpg", picture("JPEG")[:2] + b"\xff\xfe\x00\x0a%PDF-1.7" + picture("JPEG")[2:]
    yield "nul.txt", b"text\0text"
    yield "escape.txt", b"text \x1b[2J"
    yield "php.txt", b"  <?php system('id'); ?>"
    yield "script.csv", b'<script>alert(1)</script>,"x"'
    yield "shell.txt", b"#!/bin/sh\nrm -rf /\n"


def _programs(random_: random.Random) -> Iterator[File]:
    """Office files and PDFs that would run or fetch something, or hide behind a password."""
    parts = docx_parts()
    types = str(parts["[Content_Types].xml"])
    macro = types.replace("wordprocessingml.document.main+xml", "macroEnabled.main+xml")
    relation = (
        '<Relationships><Relationship Id="r" TargetMode="External" '
        'Type="http://x/relationships/{}" Target="https://example.org/x"/></Relationships>'
    )
    yield "vba.docx", zipped({**parts, "word/vbaProject.bin": b"x" * 40})
    yield "declared.docx", zipped({**parts, "[Content_Types].xml": macro})
    yield "activex.docx", zipped({**parts, "word/activeX/activeX1.xml": "<a/>"})
    yield "macrosheet.xlsx", _with(xlsx(), "xl/macrosheets/sheet1.xml", "<a/>")
    yield "object.docx", zipped({**parts, "word/embeddings/oleObject1.bin": b"x"})
    yield "embedded.docx", zipped({**parts, "word/embeddings/run.exe": b"MZ"})
    for kind in ("attachedTemplate", "oleObject", "frame", "subDocument"):
        yield f"{kind}.docx", zipped({**parts, "word/_rels/settings.xml.rels": relation.format(kind)})
    yield "basic.odt", zipped({**odt_parts(), "Basic/Standard/Module1.xml": "<m/>"}, stored=["mimetype"])
    yield "scripts.ods", zipped({**odt_parts("spreadsheet"), "Scripts/python/x.py": "x"}, stored=["mimetype"])
    yield "old.docx", OLE
    yield "protected.xlsx", OLE
    yield "flagged.docx", _flagged(docx())
    yield "flagged.odt", _flagged(odt())
    manifest = str(odt_parts()["META-INF/manifest.xml"]).replace(
        '<m:file-entry m:full-path="/"/>',
        '<m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry>',
    )
    yield "locked.odt", zipped({**odt_parts(), "META-INF/manifest.xml": manifest}, stored=["mimetype"])
    for owner, user in (("secret", "secret"), ("secret", "")):
        yield f"locked{len(user)}.pdf", _pdf_with(None, encryption=pikepdf.Encryption(owner=owner, user=user))
    for name, dictionary in {
        "script": {"/S": "/JavaScript", "/JS": "app.alert(1)"},
        "launch": {"/S": "/Launch", "/F": "cmd.exe"},
        "submit": {"/S": "/SubmitForm", "/F": "https://example.org/"},
    }.items():
        yield f"{name}.pdf", _pdf_with(dictionary)


def _with(content: bytes, name: str, part: str) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, part)
    return stream.getvalue()


def _flagged(content: bytes) -> bytes:
    """The same zip with the mark of encryption on each entry."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(signature, at + 4)
    return bytes(changed)


def _pdf_with(action: dict[str, str] | None, **options: object) -> bytes:
    with pikepdf.open(io.BytesIO(pdf())) as made:
        if action is not None:
            values = {
                key: pikepdf.Name(value) if value.startswith("/") else pikepdf.String(value)
                for key, value in action.items()
            }
            made.Root.OpenAction = pikepdf.Dictionary(values)
        stream = io.BytesIO()
        made.save(stream, **options)
    return stream.getvalue()


def _broken_inside(random_: random.Random) -> Iterator[File]:
    """Right at both ends, wrong inside."""
    parts = docx_parts()
    for name in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
        yield f"without-{len(name)}.docx", zipped({key: value for key, value in parts.items() if key != name})
        yield f"ragged-{len(name)}.docx", zipped({**parts, name: str(parts[name])[:-5]})
    yield "upwards.docx", zipped({**parts, "../../evil.xml": "<a/>"})
    yield "root.docx", zipped({**parts, "/etc/evil.xml": "<a/>"})
    yield "backwards.docx", zipped({**parts, "word\\evil.xml": "<a/>"})
    yield "twice.docx", zipped({**parts, "WORD/document.xml": "<a/>"})
    yield "root-name.docx", zipped({**parts, "word/document.xml": "<html/>"})
    yield "mimetype.odt", zipped({**odt_parts(), "mimetype": "text/html"}, stored=["mimetype"])
    yield "packed.odt", zipped(odt_parts())
    for number in range(24):
        content = bytearray(docx() if number % 2 else xlsx())
        at = random_.randrange(60, len(content) // 2)
        content[at : at + 30] = random_.randbytes(30)
        yield f"noise.{'docx' if number % 2 else 'xlsx'}", bytes(content)
    for number in range(20):
        extension = random_.choice(["pdf", "docx", "xlsx", "odt", "ods", "png", "jpg"])
        head = {"pdf": b"%PDF-1.7\n", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff\xe0"}
        yield (
            f"noise{number}.{extension}",
            head.get(extension, b"PK\x03\x04") + random_.randbytes(random_.randint(10, 4_000)),
        )
    yield "open.csv", b'a,b\n"never closed,2\n'


FAMILIES = {
    "cut": _cut,
    "lies": _lies,
    "names": _names,
    "bombs": _bombs,
    "two in one": _two_in_one,
    "programs": _programs,
    "broken inside": _broken_inside,
}
SIZES = {
    "cut": 48, "lies": 110, "names": 27, "bombs": 11, "two in one": 20, "programs": 22, "broken inside": 58,
}  # fmt: skip


@pytest.fixture
def barnet() -> Council:
    return CouncilFactory.create(slug="barnet")


@pytest.mark.parametrize("family", FAMILIES)
def test_no_hostile_file_gives_a_server_error_or_leaves_a_trace(
    client: Client, barnet: Council, family: str
) -> None:
    sign_in(client, member(barnet, Role.COORDINATOR))
    # The comparison can fail: a good file leaves a trace.
    before = rows(barnet), files_on_disk(barnet)
    assert _send(client, "minutes.pdf", pdf()) == ""
    after_good = rows(barnet), files_on_disk(barnet)
    assert after_good[0] != before[0]
    assert len(after_good[1]) == 1
    kept = []
    files = list(FAMILIES[family](random.Random(f"{SEED}-{family}")))
    for name, content in files:
        words = _send(client, name, content)
        if not words:
            kept.append(name)
        assert not words or words.startswith("The selected file"), (name, words)
    assert kept == []
    assert (rows(barnet), files_on_disk(barnet)) == after_good
    assert len(files) == SIZES[family]


def test_the_corpus_is_large_enough() -> None:
    assert sum(SIZES.values()) >= 200


def _send(client: Client, name: str, content: bytes) -> str:
    """Upload through the page; return the sentence of refusal, empty if the file was kept."""
    answer = client.post(
        "/c/barnet/evidence/add-file/",
        {"file": SimpleUploadedFile(name or "file", content), "token": str(uuid.uuid4())},
    )
    assert answer.status_code in {200, 302}, (name, answer.status_code)
    if answer.status_code == 302:
        return ""
    (words,) = answer.context["form"].errors["file"]
    return str(words)
