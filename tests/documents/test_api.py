"""Evidence over the API: the pages' rights and rules, one effect for each key."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import pytest
from django.test import Client

from partnerships.models import Board
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.documents.models import Document, DocumentUse, DocumentVersion
from prevent_portal.outbox.models import KeptReply
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.documents.things import KIND, Things, attach, board, files_on_disk, pdf, rows, things, upload
from tests.factories import CouncilFactory, member

__all__ = ["things"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("things")]
BASE = "/api/v1/c/barnet/documents/"
JSON: dict[str, Any] = {"content_type": "application/json"}


@pytest.fixture
def barnet() -> Council:
    return CouncilFactory.create(slug="barnet")


@pytest.fixture
def southwark() -> Council:
    return CouncilFactory.create(slug="southwark")


@pytest.fixture
def coordinator(barnet: Council, client: Client) -> User:
    person = member(barnet, Role.COORDINATOR)
    sign_in(client, person)
    return person


@pytest.fixture
def thing(barnet: Council) -> Board:
    return board(barnet)


def test_evidence_is_kept_read_changed_hung_and_taken_off(
    client: Client, barnet: Council, coordinator: User, thing: Board
) -> None:
    made = client.post(BASE, {"file": upload(), "title": "Minutes", "kind": KIND, "object_id": thing.pk})
    assert made.status_code == 201
    body = made.json()
    assert body["newest"]["sha256"] == hashlib.sha256(pdf()).hexdigest()
    assert [use["thing"] for use in body["uses"]] == ["Safer Communities Board"]
    one = f"{BASE}{body['id']}/"
    version = client.post(f"{one}versions/", {"file": upload(pdf("2"))})
    assert (version.status_code, version.json()["number"]) == (201, 2)
    changed = client.patch(one, {"version": 1, "marking": "official", "covers_from": "2018-04-01"}, **JSON)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = client.patch(one, {"version": 1, "title": "Mine"}, **JSON)
    assert (stale.status_code, stale.json()["version"]) == (409, 2)
    detail = client.get(one).json()
    assert [each["number"] for each in detail["versions"]] == [2, 1]
    assert (detail["title"], detail["covers_from"]) == ("Minutes", "2018-04-01")
    answer = client.get(detail["newest"]["href"])
    assert b"".join(answer.streaming_content) == pdf("2")
    assert client.delete(f"{one}uses/{body['uses'][0]['id']}/").status_code == 204
    assert client.get(one).json()["uses"] == []
    other = board(barnet, "Other board")
    hung = client.post(f"{one}uses/", {"kind": KIND, "object_id": str(other.pk)}, **JSON)
    assert [use["thing"] for use in hung.json()["uses"]] == ["Other board"]
    listed = client.get(f"{BASE}?marking=official").json()
    assert [each["id"] for each in listed["results"]] == [body["id"]]
    assert client.get(f"{BASE}?marking=nonsense").status_code == 400


def test_a_link_is_kept_and_gets_a_newer_address(client: Client, barnet: Council, coordinator: User) -> None:
    refused = client.post(f"{BASE}links/", {"url": "http://example.org", "title": "Guidance"}, **JSON)
    assert (refused.status_code, "https://" in refused.json()["detail"]) == (400, True)
    made = client.post(f"{BASE}links/", {"url": "https://example.org/", "title": "Guidance"}, **JSON).json()
    assert (made["is_link"], made["newest"]["url"]) == (True, "https://example.org/")
    newer = client.post(f"{BASE}{made['id']}/versions/", {"url": "https://example.org/2"}, **JSON)
    assert newer.json()["number"] == 2


def test_a_key_makes_one_document_and_another_body_is_refused(
    client: Client, barnet: Council, coordinator: User
) -> None:
    headers = {"Idempotency-Key": "one"}
    first = client.post(BASE, {"file": upload(), "title": "A"}, headers=headers)
    again = client.post(BASE, {"file": upload(), "title": "A"}, headers=headers)
    other_words = client.post(BASE, {"file": upload(), "title": "B"}, headers=headers)
    other_file = client.post(BASE, {"file": upload(pdf("2")), "title": "A"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (other_words.status_code, other_file.status_code) == (422, 422)
    with service_scope(council=barnet):
        assert (Document.objects.count(), KeptReply.objects.count()) == (1, 1)


def test_a_refused_file_frees_its_key_and_leaves_nothing(
    client: Client, barnet: Council, coordinator: User
) -> None:
    before = rows(barnet), files_on_disk(barnet)
    headers = {"Idempotency-Key": "one"}
    for name, content in (("a.exe", b"MZ"), ("a.pdf", b"%PDF-1.7"), ("a.pdf", b"")):
        answer = client.post(BASE, {"file": upload(content, name)}, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("The selected file")
    assert client.post(BASE, {"title": "No file"}).status_code == 400
    assert client.post(BASE, {"file": upload(), "kind": KIND}).status_code == 400
    assert (rows(barnet), files_on_disk(barnet)) == before


def test_the_api_keeps_the_walls_of_the_pages(
    client: Client, barnet: Council, southwark: Council, coordinator: User, thing: Board, things: Things
) -> None:
    document = attach(barnet, coordinator, thing)
    things.readers.add(Role.BOARD_MEMBER)
    with service_scope(council=barnet):
        use, version = DocumentUse.objects.get(), DocumentVersion.objects.get()
    elsewhere = board(southwark)
    reader = sign_in(Client(), member(barnet, Role.BOARD_MEMBER))
    stranger = sign_in(Client(), member(southwark, Role.COORDINATOR))
    one = f"{BASE}{document.pk}/"
    assert reader.get(one).status_code == 200
    before = rows(barnet)
    for person in (reader, stranger):
        assert person.post(BASE, {"file": upload()}).status_code == 404
        assert person.post(f"{BASE}links/", {"url": "https://a.org", "title": "x"}, **JSON).status_code == 404
        assert person.patch(one, {"version": 1, "title": "x"}, **JSON).status_code == 404
        assert person.post(f"{one}versions/", {"file": upload()}).status_code == 404
        given = {"kind": KIND, "object_id": str(thing.pk)}
        assert person.post(f"{one}uses/", given, **JSON).status_code == 404
        assert person.delete(f"{one}uses/{use.pk}/").status_code == 404
    for address in (BASE, one, f"{BASE}versions/{version.pk}/file/"):
        assert stranger.get(address).status_code == 404
        here = stranger.get(address.replace("barnet", "southwark")).status_code
        assert here == (200 if address == BASE else 404)
    for kind, object_id in ((KIND, elsewhere.pk), ("nobody.registered", thing.pk), (KIND, uuid.uuid4())):
        given = {"kind": kind, "object_id": str(object_id)}
        assert client.post(f"{one}uses/", given, **JSON).status_code == 404
        assert client.post(BASE, {"file": upload(), **given}).status_code == 404
    outsider = member(southwark, Role.COORDINATOR)
    assert client.patch(one, {"version": 1, "owner_id": outsider.pk}, **JSON).status_code == 400
    assert rows(barnet) == before


def test_a_sensitive_file_needs_a_word_over_the_api_too(
    client: Client, barnet: Council, coordinator: User, thing: Board, things: Things
) -> None:
    things.wide.add(thing.pk)
    given = {"marking": "official_sensitive", "kind": KIND, "object_id": thing.pk}
    refused = client.post(BASE, {"file": upload(), **given})
    assert (refused.status_code, "Confirm" in refused.json()["detail"]) == (400, True)
    assert client.post(BASE, {"file": upload(), **given, "confirmed": "true"}).status_code == 201


def test_the_list_takes_the_same_queries_at_1_and_50_documents(
    client: Client, barnet: Council, coordinator: User, thing: Board, django_assert_num_queries: Any
) -> None:
    client.get(BASE)  # what a process reads once is read
    for count in (1, 49):
        with service_scope(council=barnet):
            made = Document.objects.bulk_create(
                Document(council=barnet, title="A", owner=coordinator) for _ in range(count)
            )
            DocumentUse.objects.bulk_create(
                DocumentUse(council=barnet, document=one, kind=KIND, object_id=thing.pk) for one in made
            )
        with django_assert_num_queries(15):
            assert client.get(f"{BASE}?page_size=100").status_code == 200
