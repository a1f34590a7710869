"""Files: what is kept, what is refused, and who gets one."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from prevent_portal.accounts.access import CouncilAccess, council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.documents import rules, storage
from prevent_portal.documents.access import version_for
from prevent_portal.documents.models import Document, DocumentUse, DocumentVersion
from prevent_portal.documents.policies import FileRefused, safe_name
from prevent_portal.documents.queries import files_of
from prevent_portal.documents.services.documents import attach_file, sweep_files
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
THING = uuid.UUID(int=1)
KIND = "tests.thing"


@pytest.fixture(autouse=True)
def rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Things of the test are readable by coordinators only."""

    def only_coordinators(access: CouncilAccess) -> QuerySet[Any]:
        councils = Council.objects.filter(pk=access.council.pk)
        return councils if Role.COORDINATOR in access.roles else councils.none()

    monkeypatch.setitem(rules._kinds, KIND, rules.Kind(KIND, "Thing", only_coordinators, lambda a, i: {}))


@pytest.fixture
def barnet() -> Council:
    return CouncilFactory.create(slug="barnet")


@pytest.fixture
def southwark() -> Council:
    return CouncilFactory.create(slug="southwark")


@pytest.fixture
def coordinator(barnet: Council) -> User:
    return member(barnet, Role.COORDINATOR)


def attach(council: Council, by: User, content: bytes = PDF, name: str = "Minutes of March.pdf") -> Document:
    with council_scope(user_id=by.pk, council=council):
        return attach_file(
            council=council,
            by=by,
            upload=SimpleUploadedFile(name, content),
            title="Minutes",
            kind=KIND,
            object_id=THING,
        )


def files_on_disk(council: Council) -> set[str]:
    return {
        path.name
        for area in (storage.QUARANTINE, storage.KEPT)
        for path in (settings.MEDIA_ROOT / area / str(council.pk)).glob("*")
    }


def office(*parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(part, "x" * 40)
    return stream.getvalue()


def test_a_kept_file_is_listed_with_its_name_type_and_size(barnet: Council, coordinator: User) -> None:
    document = attach(barnet, coordinator)
    with council_scope(user_id=coordinator.pk, council=barnet):
        (link,) = files_of(barnet, KIND, [THING])[THING]
        version = DocumentVersion.objects.get(document=document)
    assert (link.title, link.type_words, link.size) == ("Minutes", "PDF", len(PDF))
    assert link.href == f"/c/barnet/files/{version.pk}/"
    assert version.sha256 == hashlib.sha256(PDF).hexdigest()


def test_the_write_leaves_one_audit_event_without_the_file_name(barnet: Council, coordinator: User) -> None:
    attach(barnet, coordinator)
    auditor = member(barnet, Role.AUDITOR)
    with council_scope(user_id=auditor.pk, council=barnet):
        (event,) = Event.objects.filter(action="documents.file_attached")
    assert event.actor_id == coordinator.pk
    assert set(event.details) == {"kind", "object", "sha256", "size"}


def test_a_file_leaves_only_through_the_rule_of_what_it_hangs_on(
    barnet: Council, southwark: Council, coordinator: User
) -> None:
    document = attach(barnet, coordinator)
    board = member(barnet, Role.BOARD_MEMBER)
    stranger = member(southwark, Role.COORDINATOR)
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get(document=document)
    with council_scope(user_id=coordinator.pk, council=barnet):
        assert version_for(council_access(coordinator, barnet), version.pk) == version
    for person, council in ((board, barnet), (stranger, southwark)):
        with council_scope(user_id=person.pk, council=council), pytest.raises(Http404):
            version_for(council_access(person, council), version.pk)


def test_a_file_that_hangs_on_nothing_leaves_for_nobody(barnet: Council, coordinator: User) -> None:
    document = attach(barnet, coordinator)
    with council_scope(user_id=coordinator.pk, council=barnet):
        DocumentUse.objects.filter(document=document).delete()
        version = DocumentVersion.objects.get(document=document)
        with pytest.raises(Http404):
            version_for(council_access(coordinator, barnet), version.pk)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.pdf", b"", "The selected file is empty."),
        ("page.html", b"<html></html>", "must be one of these types"),
        ("program.exe", b"MZ", "must be one of these types"),
        ("lie.pdf", b"<html><script>1</script></html>", "is not a readable PDF"),
        ("lie.png", PDF, "is not a readable PNG picture"),
        ("lie.docx", b"PK\x03\x04 not a zip", "is not a readable Word document"),
        ("book.docx", office("[Content_Types].xml", "xl/workbook.xml"), "is not a readable Word document"),
        ("macro.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin"), "is not a readable Excel workbook"),
        ("binary.csv", b"a,b\x00c", "is not a readable CSV table"),
    ],
)
def test_a_refused_file_is_named_with_its_reason_and_leaves_nothing(
    barnet: Council, coordinator: User, name: str, content: bytes, words: str
) -> None:
    before = files_on_disk(barnet)
    with pytest.raises(FileRefused, match=words):
        attach(barnet, coordinator, content, name)
    with service_scope(council=barnet):
        assert Document.objects.count() == 0
        assert DocumentVersion.objects.count() == 0
    assert files_on_disk(barnet) == before


def test_a_workbook_that_unpacks_to_far_more_than_it_weighs_is_refused(
    barnet: Council, coordinator: User
) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 20_000_000)
    with pytest.raises(FileRefused, match="is not a readable Excel workbook"):
        attach(barnet, coordinator, stream.getvalue(), "bomb.xlsx")


def test_a_file_over_the_limit_is_refused(
    barnet: Council, coordinator: User, settings: pytest.FixtureRequest
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1_000_000  # type: ignore[attr-defined]
    with pytest.raises(FileRefused, match="must be smaller than 1 MB"):
        attach(barnet, coordinator, PDF + b" " * 1_000_000)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\papers\\Plan.PDF", "Plan.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("\r\nSet-Cookie: x.csv", "Set-Cookie: x.csv"),
        ("...", "file"),
    ],
)
def test_names_lose_folders_control_and_direction_characters(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_request_leaves_a_file_that_the_sweeper_removes() -> None:
    barnet, southwark = CouncilFactory.create(), CouncilFactory.create()
    person, other = member(barnet, Role.COORDINATOR), member(southwark, Role.COORDINATOR)
    attach(southwark, other)
    with pytest.raises(RuntimeError), council_scope(user_id=person.pk, council=barnet):
        with transaction.atomic():
            attach(barnet, person)
        raise RuntimeError
    with service_scope(council=barnet):
        assert DocumentVersion.objects.count() == 0
        assert len(files_on_disk(barnet)) == 1
        assert sweep_files(council=barnet) == 0
        assert sweep_files(council=barnet, older_than_seconds=-1) == 1
    assert files_on_disk(barnet) == set()
    assert len(files_on_disk(southwark)) == 1


@pytest.mark.django_db(transaction=True)
def test_an_accepted_file_moves_out_of_quarantine_after_the_commit() -> None:
    barnet = CouncilFactory.create()
    person = member(barnet, Role.COORDINATOR)
    document = attach(barnet, person)
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get(document=document)
    quarantined = storage.path_of(storage.QUARANTINE, barnet.pk, version.pk)
    assert not quarantined.exists()
    found = storage.find(barnet.pk, version.pk)
    assert isinstance(found, Path)
    assert found.read_bytes() == PDF


def test_a_file_left_in_quarantine_by_a_crash_is_found_all_the_same(
    barnet: Council, coordinator: User
) -> None:
    document = attach(barnet, coordinator)  # no commit in this test, so nothing was promoted
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get(document=document)
    found = storage.find(barnet.pk, version.pk)
    assert found == storage.path_of(storage.KEPT, barnet.pk, version.pk)
