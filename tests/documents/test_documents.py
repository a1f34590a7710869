"""Files and links: what is kept, what is refused, and who gets one."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.test import Client

from partnerships.models import Board
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.documents import rules, storage
from prevent_portal.documents.access import document_for, document_to_change, version_for, visible_documents
from prevent_portal.documents.library import uses_of
from prevent_portal.documents.models import Document, DocumentUse, DocumentVersion
from prevent_portal.documents.policies import FileRefused, NeedsConfirmation, check_address, safe_name
from prevent_portal.documents.queries import count_of, evidence_of, files_of, newest_versions
from prevent_portal.documents.services.documents import (
    add_file,
    add_link,
    attach_file,
    change_document,
    sweep_files,
)
from prevent_portal.documents.services.uses import attach_document, carry_forward, detach
from prevent_portal.documents.services.versions import add_version
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import AlreadySent, PolicyError, StaleVersion
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.documents.things import (
    GOOD,
    KIND,
    Things,
    attach,
    board,
    files_on_disk,
    pdf,
    rows,
    things,
    upload,
)
from tests.factories import CouncilFactory, member

__all__ = ["things"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("things")]


@pytest.fixture
def barnet() -> Council:
    return CouncilFactory.create(slug="barnet")


@pytest.fixture
def southwark() -> Council:
    return CouncilFactory.create(slug="southwark")


@pytest.fixture
def coordinator(barnet: Council) -> User:
    return member(barnet, Role.COORDINATOR)


@pytest.fixture
def thing(barnet: Council) -> Board:
    return board(barnet)


def actions(council: Council) -> list[str]:
    """The audit events about evidence, oldest first."""
    auditor = member(council, Role.AUDITOR)
    with council_scope(user_id=auditor.pk, council=council):
        found = Event.objects.filter(action__startswith="documents.").order_by("id")
        return [event.action.removeprefix("documents.") for event in found]


def last_details(council: Council, action: str) -> dict[str, object]:
    auditor = member(council, Role.AUDITOR)
    with council_scope(user_id=auditor.pk, council=council):
        event = Event.objects.filter(action=f"documents.{action}").order_by("id").last()
    assert event is not None
    return dict(event.details)


def fetched(client: Client, address: str) -> tuple[Any, bytes]:
    """An answer and all its bytes; reading them to the end closes the file."""
    answer: Any = client.get(address)
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def status(client: Client, address: str) -> int:
    return int(fetched(client, address)[0].status_code)


# Kept -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOOD)
def test_every_allowed_type_is_kept(barnet: Council, coordinator: User, thing: Board, name: str) -> None:
    content = GOOD[name]()
    document = attach(barnet, coordinator, thing, content, name)
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get(document=document)
        assert (version.file_name, version.size, version.state) == (name, len(content), "accepted")
        assert version.sha256 == hashlib.sha256(content).hexdigest()


def test_a_kept_file_is_listed_with_its_name_type_and_size(
    barnet: Council, coordinator: User, thing: Board
) -> None:
    document = attach(barnet, coordinator, thing)
    with council_scope(user_id=coordinator.pk, council=barnet):
        (link,) = files_of(barnet, KIND, [thing.pk])[thing.pk]
        version = DocumentVersion.objects.get(document=document)
        block = evidence_of(council_access(coordinator, barnet), KIND, [thing.pk])[thing.pk]
    assert (link.title, link.type_words, link.size) == ("Minutes", "PDF", len(pdf()))
    assert link.href == f"/c/barnet/files/{version.pk}/"
    assert block.items == [link]
    assert block.add_href == f"/c/barnet/evidence/attach/{KIND}/{thing.pk}/"


def test_evidence_of_many_things_takes_a_fixed_number_of_queries(
    barnet: Council, coordinator: User, django_assert_num_queries: object
) -> None:
    boards = [board(barnet, f"Board {number}") for number in range(12)]
    first = attach(barnet, coordinator, boards[0])
    with council_scope(user_id=coordinator.pk, council=barnet):
        for one in boards[1:]:
            attach_document(document=first, by=coordinator, kind=KIND, object_id=one.pk)
        access = council_access(coordinator, barnet)
        for few in ([boards[0].pk], [one.pk for one in boards]):
            with django_assert_num_queries(2):
                blocks = evidence_of(access, KIND, few, may_add=True)
            assert [len(block.items) for block in blocks.values()] == [1] * len(few)
        counts = count_of(barnet, KIND, [boards[0].pk, uuid.uuid4()])
    assert counts == {boards[0].pk: 1}


def test_the_write_leaves_audit_events_without_the_file_name(
    barnet: Council, coordinator: User, thing: Board
) -> None:
    attach(barnet, coordinator, thing)
    assert actions(barnet) == ["file_added", "document_attached"]
    assert set(last_details(barnet, "file_added")) == {"document", "sha256", "size"}
    assert last_details(barnet, "document_attached") == {"kind": KIND, "object": str(thing.pk)}


# Who gets one ---------------------------------------------------------------------------------------


def test_a_file_leaves_only_through_the_rule_of_what_it_hangs_on(
    barnet: Council, southwark: Council, coordinator: User, thing: Board
) -> None:
    document = attach(barnet, coordinator, thing)
    reader, stranger = member(barnet, Role.BOARD_MEMBER), member(southwark, Role.COORDINATOR)
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get(document=document)
    with council_scope(user_id=coordinator.pk, council=barnet):
        assert version_for(council_access(coordinator, barnet), version.pk) == version
    for person, council in ((reader, barnet), (stranger, southwark)):
        with council_scope(user_id=person.pk, council=council):
            access = council_access(person, council)
            assert list(visible_documents(access)) == []
            with pytest.raises(Http404):
                version_for(access, version.pk)
            with pytest.raises(Http404):
                document_for(access, document.pk)


def test_whose_only_right_came_through_one_use_loses_it_with_the_use(
    barnet: Council, coordinator: User, thing: Board, things: Things, client: Client
) -> None:
    other = board(barnet, "Closed group")
    document = attach(barnet, coordinator, thing)
    reader = member(barnet, Role.BOARD_MEMBER)
    things.readers.add(Role.BOARD_MEMBER)
    with council_scope(user_id=coordinator.pk, council=barnet):
        attach_document(document=document, by=coordinator, kind=KIND, object_id=other.pk)
        use = DocumentUse.objects.get(document=document, object_id=thing.pk)
        version = newest_versions(barnet, [document.pk])[document.pk]
        access = council_access(coordinator, barnet)
        sign_in(client, reader)
    address = f"/c/barnet/files/{version.pk}/"
    assert status(client, address) == 200
    things.hidden.add(other.pk)
    assert status(client, address) == 200
    with council_scope(user_id=coordinator.pk, council=barnet):
        detach(use=use, by=coordinator)
    assert status(client, address) == 404
    assert status(client, f"/c/barnet/evidence/{document.pk}/") == 404
    assert actions(barnet)[-1] == "document_detached"
    with council_scope(user_id=coordinator.pk, council=barnet):
        things.hidden.clear()
        assert document_for(access, document.pk) == document  # the document itself stays


def test_what_hangs_on_nothing_is_seen_by_its_owner_and_coordinators(
    barnet: Council, southwark: Council, coordinator: User
) -> None:
    owner, colleague = member(barnet, Role.SAFETY_OFFICER), member(barnet, Role.SAFETY_OFFICER)
    with council_scope(user_id=owner.pk, council=barnet):
        document = add_file(council=barnet, by=owner, upload=upload())
    assert document.title == "Minutes of March.pdf"
    seen = {}
    for name, person in (("owner", owner), ("colleague", colleague), ("coordinator", coordinator)):
        with council_scope(user_id=person.pk, council=barnet):
            seen[name] = list(visible_documents(council_access(person, barnet)))
    assert seen == {"owner": [document], "colleague": [], "coordinator": [document]}
    outsider = member(southwark, Role.COORDINATOR)
    with council_scope(user_id=outsider.pk, council=southwark):
        assert list(visible_documents(council_access(outsider, southwark))) == []


def test_an_owner_who_may_not_read_what_it_hangs_on_does_not_read_it(
    barnet: Council, coordinator: User, thing: Board
) -> None:
    owner = member(barnet, Role.SAFETY_OFFICER)
    with council_scope(user_id=owner.pk, council=barnet):
        document = add_file(council=barnet, by=owner, upload=upload())
        attach_document(document=document, by=coordinator, kind=KIND, object_id=thing.pk)
        with pytest.raises(Http404):
            document_for(council_access(owner, barnet), document.pk)


def test_where_it_is_used_names_only_what_the_reader_may_read(
    barnet: Council, coordinator: User, thing: Board, things: Things
) -> None:
    secret = board(barnet, "Secret group")
    document = attach(barnet, coordinator, thing)
    with council_scope(user_id=coordinator.pk, council=barnet):
        attach_document(document=document, by=coordinator, kind=KIND, object_id=secret.pk)
        access = council_access(coordinator, barnet)
        both = uses_of(access, [document.pk])[document.pk]
        things.hidden.add(secret.pk)
        one = uses_of(access, [document.pk])[document.pk]
    assert sorted(line.thing.text for line in both) == ["Safer Communities Board", "Secret group"]
    assert [line.thing.text for line in one] == ["Safer Communities Board"]


def test_reads_through_a_logged_kind_are_in_the_audit_trail(
    barnet: Council,
    coordinator: User,
    thing: Board,
    things: Things,
    monkeypatch: pytest.MonkeyPatch,
    client: Client,
) -> None:
    document = attach(barnet, coordinator, thing)
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get(document=document)
    sign_in(client, coordinator)
    assert status(client, f"/c/barnet/files/{version.pk}/") == 200
    assert "file_read" not in actions(barnet)
    monkeypatch.setitem(rules._kinds, KIND, things.kind(logs_reads=True))
    assert status(client, f"/c/barnet/files/{version.pk}/") == 200
    assert last_details(barnet, "file_read")["things"] == [f"{KIND} {thing.pk}"]


def test_a_file_comes_as_an_attachment_that_can_run_nothing(
    barnet: Council, coordinator: User, thing: Board, client: Client
) -> None:
    document = attach(barnet, coordinator, thing, name='Prüf"ung; März.pdf')
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get(document=document)
    sign_in(client, coordinator)
    answer, content = fetched(client, f"/c/barnet/files/{version.pk}/")
    assert content == pdf()
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''Pr%C3%BCf%20ung" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Type"] == "application/pdf"


# Refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.pdf", b"", "The selected file is empty."),
        ("page.html", b"<html></html>", "must be one of these types"),
        ("program.exe", b"MZ", "must be one of these types"),
        ("slides.pptx", b"PK", "must be one of these types"),
        ("macros.docm", b"PK", "made to hold macros"),
        ("no-extension", b"x", "must be one of these types"),
    ],
)
def test_a_refused_file_is_named_with_its_reason_and_leaves_nothing(
    barnet: Council, coordinator: User, thing: Board, name: str, content: bytes, words: str
) -> None:
    attach(barnet, coordinator, thing)
    before = rows(barnet), files_on_disk(barnet), actions(barnet)
    with pytest.raises(FileRefused, match=words):
        attach(barnet, coordinator, thing, content, name)
    assert (rows(barnet), files_on_disk(barnet), actions(barnet)) == before


def test_a_file_over_the_limit_is_refused(
    barnet: Council, coordinator: User, thing: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "UPLOAD_LIMIT_BYTES", 1_000_000)
    with pytest.raises(FileRefused, match="must be smaller than 1 MB"):
        attach(barnet, coordinator, thing, pdf() + b" " * 1_000_000)


def test_an_unknown_kind_is_refused_before_anything_is_kept(barnet: Council, coordinator: User) -> None:
    with council_scope(user_id=coordinator.pk, council=barnet), pytest.raises(rules.UnknownUse):
        attach_file(
            council=barnet, by=coordinator, upload=upload(), title="", kind="nobody", object_id=uuid.uuid4()
        )
    assert files_on_disk(barnet) == {}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\papers\\Plan.PDF", "Plan.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("\r\nSet-Cookie: x.csv", "Set-Cookie: x.csv"),
        ("a." + "b" * 400, "a." + "b" * 20),
        ("...", "file"),
    ],
)
def test_names_lose_folders_control_and_direction_characters(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://user:word@example.org/",
        "javascript:alert(1)",
        "https://exa mple.org/",
        'https://example.org/"onload',
        "https://example.org:port/",
        "https://[::1]/",
        "data:text/html,x",
    ],
)
def test_a_link_is_an_https_address_of_a_named_host(url: str) -> None:
    with pytest.raises(PolicyError, match="starts with https"):
        check_address(url)


def test_a_link_keeps_its_address_as_a_version(barnet: Council, coordinator: User, client: Client) -> None:
    with council_scope(user_id=coordinator.pk, council=barnet):
        link = add_link(
            council=barnet, by=coordinator, url=" https://www.example.org/duty ", title="Guidance"
        )
        newer = add_version(document=link, by=coordinator, url="https://www.example.org/duty-2")
        with pytest.raises(PolicyError, match="This is a link"):
            add_version(document=link, by=coordinator, upload=upload())
        versions = list(DocumentVersion.objects.filter(document=link).order_by("number"))
    assert [one.url for one in versions] == ["https://www.example.org/duty", "https://www.example.org/duty-2"]
    assert newer.sha256 == hashlib.sha256(b"https://www.example.org/duty-2").hexdigest()
    sign_in(client, coordinator)
    answer = client.get(f"/c/barnet/files/{newer.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "https://www.example.org/duty-2")
    assert answer["Referrer-Policy"] == "no-referrer"


# Versions, details and uses -------------------------------------------------------------------------


def test_the_newest_version_is_served_and_older_ones_stay_readable(
    barnet: Council, coordinator: User, thing: Board, client: Client
) -> None:
    document = attach(barnet, coordinator, thing)
    with council_scope(user_id=coordinator.pk, council=barnet):
        newer = add_version(document=document, by=coordinator, upload=upload(pdf("second")))
        (link,) = files_of(barnet, KIND, [thing.pk])[thing.pk]
        older = DocumentVersion.objects.get(document=document, number=1)
    assert (newer.number, link.version_id, link.sha256) == (2, newer.pk, newer.sha256)
    assert newer.sha256 != older.sha256
    sign_in(client, coordinator)
    for version, content in ((older, pdf()), (newer, pdf("second"))):
        assert fetched(client, f"/c/barnet/files/{version.pk}/")[1] == content


def test_a_form_sent_twice_makes_one_document_and_one_version(barnet: Council, coordinator: User) -> None:
    token, other = uuid.uuid4(), member(barnet, Role.COORDINATOR)
    with council_scope(user_id=coordinator.pk, council=barnet):
        first = add_file(council=barnet, by=coordinator, upload=upload(), token=token)
        assert add_file(council=barnet, by=coordinator, upload=upload(), token=token) == first
        again = uuid.uuid4()
        version = add_version(document=first, by=coordinator, upload=upload(pdf("2")), token=again)
        assert add_version(document=first, by=coordinator, upload=upload(pdf("2")), token=again) == version
        with pytest.raises(AlreadySent):
            add_file(council=barnet, by=other, upload=upload(), token=token)
        assert (Document.objects.count(), DocumentVersion.objects.count()) == (1, 2)


def test_details_change_with_a_version_and_a_stale_one_shows_both(barnet: Council, coordinator: User) -> None:
    with council_scope(user_id=coordinator.pk, council=barnet):
        document = add_file(council=barnet, by=coordinator, upload=upload(), title="Minutes")
        values = {
            "marking": "official",
            "covers_from": date(2018, 4, 1),
            "covers_to": date(2019, 3, 31),
            "review_on": date(2027, 1, 5),
            "owner": coordinator,
        }
        changed = change_document(
            document=document, by=coordinator, version=1, title="Minutes, final", **values
        )
        assert (changed.version, changed.title) == (2, "Minutes, final")
        with pytest.raises(StaleVersion) as stale:
            change_document(
                document=document, by=coordinator, version=1, title="Mine", **{**values, "review_on": None}
            )
        assert [(one.label, one.theirs, one.yours) for one in stale.value.differences] == [
            ("Title", "Minutes, final", "Mine"),
            ("Review date", "5 January 2027", "None"),
        ]
        backwards = {**values, "covers_to": date(2018, 1, 1)}
        with pytest.raises(PolicyError, match="must end on or after"):
            change_document(document=document, by=coordinator, version=2, title="Mine", **backwards)
        assert Document.objects.get().title == "Minutes, final"
    assert last_details(barnet, "details_changed")["fields"] == [
        "title", "marking", "covers_from", "covers_to", "review_on",
    ]  # fmt: skip


def test_only_owner_and_coordinators_change_a_document(
    barnet: Council, coordinator: User, thing: Board, things: Things
) -> None:
    things.readers.add(Role.SAFETY_OFFICER)
    owner, reader = member(barnet, Role.SAFETY_OFFICER), member(barnet, Role.SAFETY_OFFICER)
    document = attach(barnet, owner, thing)
    for person, may in ((owner, True), (coordinator, True), (reader, False)):
        with council_scope(user_id=person.pk, council=barnet):
            access = council_access(person, barnet)
            assert document_for(access, document.pk) == document
            if may:
                assert document_to_change(access, document.pk) == document
            else:
                with pytest.raises(Http404):
                    document_to_change(access, document.pk)


def test_a_sensitive_file_on_a_widely_seen_thing_needs_a_word_which_is_audited(
    barnet: Council, coordinator: User, thing: Board, things: Things
) -> None:
    things.wide.add(thing.pk)
    narrow = board(barnet, "Small group")
    with pytest.raises(NeedsConfirmation):
        attach(barnet, coordinator, thing, marking="official_sensitive")
    assert files_on_disk(barnet) == {}
    attach(barnet, coordinator, thing, marking="official")
    document = attach(barnet, coordinator, narrow, marking="official_sensitive")
    with council_scope(user_id=coordinator.pk, council=barnet):
        with pytest.raises(NeedsConfirmation):
            attach_document(document=document, by=coordinator, kind=KIND, object_id=thing.pk)
        attach_document(document=document, by=coordinator, kind=KIND, object_id=thing.pk, confirmed=True)
    assert last_details(barnet, "document_attached")["widely_seen_confirmed"] is True


def test_raising_the_marking_of_a_widely_seen_document_needs_a_word_too(
    barnet: Council, coordinator: User, thing: Board, things: Things
) -> None:
    things.wide.add(thing.pk)
    document = attach(barnet, coordinator, thing)
    values = {
        "document": document, "by": coordinator, "version": 1, "title": "Minutes", "covers_from": None,
        "covers_to": None, "review_on": None, "owner": coordinator, "marking": "official_sensitive",
    }  # fmt: skip
    with council_scope(user_id=coordinator.pk, council=barnet):
        with pytest.raises(NeedsConfirmation):
            change_document(**values)
        assert change_document(**values, confirmed=True).marking == "official_sensitive"
    assert last_details(barnet, "details_changed")["widely_seen_confirmed"] is True


def test_evidence_is_carried_forward_once(barnet: Council, coordinator: User, thing: Board) -> None:
    attach(barnet, coordinator, thing)
    attach(barnet, coordinator, thing, pdf("2"))
    new = board(barnet, "New board")
    with council_scope(user_id=coordinator.pk, council=barnet):
        pairs = {thing.pk: new.pk}
        assert carry_forward(council=barnet, by=coordinator, kind=KIND, pairs=pairs) == 2
        assert carry_forward(council=barnet, by=coordinator, kind=KIND, pairs=pairs) == 0
        counts = count_of(barnet, KIND, [thing.pk, new.pk])
    assert counts == {thing.pk: 2, new.pk: 2}
    assert actions(barnet).count("document_attached") == 4


# Bytes ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_request_leaves_a_file_that_the_sweeper_removes() -> None:
    barnet, southwark = CouncilFactory.create(), CouncilFactory.create()
    person, other = member(barnet, Role.COORDINATOR), member(southwark, Role.COORDINATOR)
    here, there = board(barnet), board(southwark)
    for council in (barnet, southwark):  # tests without a rollback may have left files under these numbers
        with service_scope(council=council):
            sweep_files(council=council, older_than_seconds=-1)
    attach(southwark, other, there)
    with pytest.raises(RuntimeError), council_scope(user_id=person.pk, council=barnet):
        with transaction.atomic():
            attach(barnet, person, here)
        raise RuntimeError
    with service_scope(council=barnet):
        assert DocumentVersion.objects.count() == 0
        assert len(files_on_disk(barnet)) == 1
        assert sweep_files(council=barnet) == 0
        assert sweep_files(council=barnet, older_than_seconds=-1) == 1
    assert files_on_disk(barnet) == {}
    assert len(files_on_disk(southwark)) == 1


@pytest.mark.django_db(transaction=True)
def test_an_accepted_file_moves_out_of_quarantine_after_the_commit() -> None:
    barnet = CouncilFactory.create()
    person = member(barnet, Role.COORDINATOR)
    document = attach(barnet, person, board(barnet))
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get(document=document)
    quarantined = storage.path_of(storage.QUARANTINE, barnet.pk, version.pk)
    assert not quarantined.exists()
    found = storage.find(barnet.pk, version.pk)
    assert isinstance(found, Path)
    assert found.read_bytes() == pdf()


def test_a_file_left_in_quarantine_by_a_crash_is_found_all_the_same(
    barnet: Council, coordinator: User, thing: Board
) -> None:
    document = attach(barnet, coordinator, thing)  # no commit in this test, so nothing was promoted
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get(document=document)
    found = storage.find(barnet.pk, version.pk)
    assert found == storage.path_of(storage.KEPT, barnet.pk, version.pk)
