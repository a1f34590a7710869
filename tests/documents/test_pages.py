"""The pages of evidence: the library, a document, and what is added to a thing."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from partnerships.models import Board
from prevent_portal.accounts.access import council_access, own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.documents import rules
from prevent_portal.documents.library import reviews_due
from prevent_portal.documents.models import Document, DocumentUse, DocumentVersion
from prevent_portal.documents.services.documents import add_file, add_link
from prevent_portal.documents.services.uses import attach_document
from prevent_portal.outbox.due_items import items_of
from prevent_portal.tenancy.models import Council, new_id
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.documents.things import KIND, Things, attach, board, pdf, things, upload
from tests.factories import CouncilFactory, give_role, member

__all__ = ["things"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("things")]
LIBRARY = "/c/barnet/evidence/"


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


def many(council: Council, owner: User, thing: Board, count: int) -> None:
    """Documents with one version each, straight into the tables."""
    with service_scope(council=council):
        documents = Document.objects.bulk_create(
            Document(council=council, title=f"Document {number}", owner=owner) for number in range(count)
        )
        DocumentVersion.objects.bulk_create(
            DocumentVersion(
                council=council, document=one, state="accepted", file_name="a.pdf",
                content_type="application/pdf", size=9, sha256="0" * 64, uploaded_by=owner,
            )
            for one in documents
        )  # fmt: skip
        DocumentUse.objects.bulk_create(
            DocumentUse(council=council, document=one, kind=KIND, object_id=thing.pk) for one in documents
        )


def titles(answer: Any) -> list[str]:
    table = answer.context["table"]
    return [row[0][0].text for row in table.rows] if table else []


def form(**fields: Any) -> dict[str, Any]:
    return {"token": str(uuid.uuid4()), **fields}


def test_the_library_takes_the_same_queries_at_1_and_1000_documents(
    client: Client, barnet: Council, coordinator: User, thing: Board, django_assert_num_queries: Any
) -> None:
    many(barnet, coordinator, thing, 1)
    client.get(LIBRARY)  # what a process reads once is read
    with django_assert_num_queries(16):
        assert len(titles(client.get(LIBRARY))) == 1
    many(barnet, coordinator, thing, 999)
    with django_assert_num_queries(16):
        answer = client.get(LIBRARY)
    assert len(titles(answer)) == 25
    assert answer.context["found"] == 1_000


def test_the_library_shows_what_one_may_read_and_nothing_of_others(
    client: Client, barnet: Council, southwark: Council, coordinator: User, thing: Board, things: Things
) -> None:
    secret = board(barnet, "Secret group")
    attach(barnet, coordinator, thing, title="Open minutes")
    attach(barnet, coordinator, secret, title="Secret minutes")
    other = member(southwark, Role.COORDINATOR)
    attach(southwark, other, board(southwark), title="Minutes of Southwark")
    assert sorted(titles(client.get(LIBRARY))) == ["Open minutes", "Secret minutes"]
    things.hidden.add(secret.pk)
    answer = client.get(LIBRARY)
    assert titles(answer) == ["Open minutes"]
    assert b"Secret" not in answer.content
    assert client.get("/c/southwark/evidence/").status_code == 404
    officer = sign_in(Client(), member(barnet, Role.SAFETY_OFFICER))
    assert titles(officer.get(LIBRARY)) == []
    assert sign_in(Client(), member(barnet, Role.CASE_MANAGER)).get(LIBRARY).status_code == 404


def test_the_filters_of_the_address_choose(
    client: Client, barnet: Council, coordinator: User, thing: Board
) -> None:
    today = timezone.localdate()
    officer = member(barnet, Role.SAFETY_OFFICER, name="Officer O")
    attach(barnet, coordinator, thing, title="Old policy", review_on=today - timedelta(days=1))
    attach(
        barnet, coordinator, thing, title="Policy", review_on=today + timedelta(days=9), marking="official"
    )
    with council_scope(user_id=officer.pk, council=barnet):
        add_file(council=barnet, by=officer, upload=upload(), title="Loose figures")
    for query, expected in {
        "text=policy": ["Old policy", "Policy"],
        "marking=official": ["Policy"],
        "marking=none": ["Loose figures", "Old policy"],
        f"owner={officer.pk}": ["Loose figures"],
        "review=overdue": ["Old policy"],
        "review=soon": ["Policy"],
        "review=none": ["Loose figures"],
        f"kind={KIND}": ["Old policy", "Policy"],
        "kind=nothing": ["Loose figures"],
        "kind=nothing&marking=official": [],
        "owner=999999999": ["Loose figures", "Old policy", "Policy"],
        "review=nonsense": ["Loose figures", "Old policy", "Policy"],
    }.items():
        answer = client.get(f"{LIBRARY}?{query}")
        assert answer.status_code == 200
        assert sorted(titles(answer)) == expected, query


def test_a_document_says_when_how_large_who_and_where(
    client: Client, barnet: Council, coordinator: User, thing: Board, django_assert_num_queries: Any
) -> None:
    document = attach(
        barnet, coordinator, thing, title="Minutes", covers_from=date(2018, 4, 1), covers_to=date(2019, 3, 31)
    )
    with django_assert_num_queries(15):
        page = client.get(f"{LIBRARY}{document.pk}/").content.decode()
    with service_scope(council=barnet):
        version = DocumentVersion.objects.get(document=document)
    for words in (
        "1 April 2018 to 31 March 2019",
        version.sha256,
        "Safer Communities Board",
        "Version 1",
        "No malware scanner is set up",
        coordinator.name,
        document.reference,
        "only when their retention ends",
    ):
        assert words in page, words


def test_a_new_file_is_hung_on_the_thing_with_what_is_said_of_it(
    client: Client, barnet: Council, coordinator: User, thing: Board
) -> None:
    base = f"{LIBRARY}attach/{KIND}/{thing.pk}/"
    assert b"Choose from the library" in client.get(base).content
    sent = form(
        file=upload(), title="", marking="official", covers_from_day="1", covers_from_month="4",
        covers_from_year="2018", review_on_day="5", review_on_month="1", review_on_year="2027",
    )  # fmt: skip
    for _ in range(2):  # a double click
        sent["file"] = upload()
        answer = client.post(f"{base}file/", sent)
        assert (answer.status_code, answer["Location"]) == (302, f"/c/barnet/boards/{thing.pk}/")
    with service_scope(council=barnet):
        document = Document.objects.get()
        use = DocumentUse.objects.get()
    assert (document.title, document.marking) == ("Minutes of March.pdf", "official")
    assert (document.covers_from, document.review_on) == (date(2018, 4, 1), date(2027, 1, 5))
    assert (use.object_id, use.added_by_id) == (thing.pk, coordinator.pk)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Select a file"),
        ({"file": "run.exe"}, "must be one of these types"),
        (
            {"file": "minutes.pdf", "covers_from": "2019-01-02", "covers_to": "2019-01-01"},
            "on or after the day",
        ),
        ({"file": "minutes.pdf", "marking": "secret"}, "Select one of the answers"),
    ],
)
def test_a_form_with_mistakes_says_what_to_do_and_keeps_nothing(
    client: Client, barnet: Council, coordinator: User, thing: Board, fields: dict[str, Any], words: str
) -> None:
    given = dict(fields)
    if "file" in given:
        given["file"] = upload(name=given["file"])
    answer = client.post(f"{LIBRARY}attach/{KIND}/{thing.pk}/file/", form(**given))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    with service_scope(council=barnet):
        assert Document.objects.count() == 0


def test_a_link_is_added_to_a_thing(client: Client, barnet: Council, coordinator: User, thing: Board) -> None:
    address = f"{LIBRARY}attach/{KIND}/{thing.pk}/link/"
    refused = client.post(address, form(url="http://example.org", title="Guidance"))
    assert b"starts with https://" in refused.content
    assert client.post(address, form(url="https://example.org/a", title="Guidance")).status_code == 302
    with service_scope(council=barnet):
        assert DocumentVersion.objects.get().url == "https://example.org/a"


def test_only_what_one_may_read_can_be_chosen(
    client: Client, barnet: Council, coordinator: User, thing: Board, things: Things
) -> None:
    closed = board(barnet, "Closed group")
    readable = attach(barnet, coordinator, board(barnet, "Other board"), title="Readable")
    hidden = attach(barnet, coordinator, closed, title="Hidden")
    things.hidden.add(closed.pk)
    address = f"{LIBRARY}attach/{KIND}/{thing.pk}/library/"
    page = client.get(address).content.decode()
    assert "Readable" in page
    assert "Hidden" not in page
    refused = client.post(address, {"document": str(hidden.pk)})
    assert "not among those that you can add here" in refused.content.decode()
    assert client.post(address, {"document": str(uuid.uuid4())}).status_code == 200
    assert client.post(address, {"document": str(readable.pk)}).status_code == 302
    with service_scope(council=barnet):
        assert DocumentUse.objects.filter(object_id=thing.pk).get().document_id == readable.pk
    client.get(LIBRARY)  # shows the message of success
    assert "Readable" not in client.get(address).content.decode()


def test_a_sensitive_document_stops_at_a_warning_and_goes_on_when_confirmed(
    client: Client, barnet: Council, coordinator: User, thing: Board, things: Things
) -> None:
    things.wide.add(thing.pk)
    base = f"{LIBRARY}attach/{KIND}/{thing.pk}/"
    answer = client.post(f"{base}file/", form(file=upload(), marking="official_sensitive"))
    with service_scope(council=barnet):
        document = Document.objects.get()
        assert DocumentUse.objects.count() == 0
    assert answer["Location"] == f"{base}confirm/{document.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "is marked OFFICIAL-SENSITIVE, and many people can read" in page
    assert b"Select the box to confirm" in client.post(answer["Location"], {}).content
    assert client.post(answer["Location"], {"confirmed": "on"}).status_code == 302
    with service_scope(council=barnet):
        assert DocumentUse.objects.get().document_id == document.pk


def test_whoever_may_not_add_to_a_thing_finds_no_page(
    client: Client, barnet: Council, southwark: Council, coordinator: User, thing: Board, things: Things
) -> None:
    things.readers.add(Role.BOARD_MEMBER)
    document = attach(barnet, coordinator, thing)
    with service_scope(council=barnet):
        use = DocumentUse.objects.get()
    pages = [
        f"attach/{KIND}/{thing.pk}/", f"attach/{KIND}/{thing.pk}/file/", f"attach/{KIND}/{thing.pk}/link/",
        f"attach/{KIND}/{thing.pk}/library/", f"attach/{KIND}/{thing.pk}/confirm/{document.pk}/",
        f"{document.pk}/uses/{use.pk}/remove/",
    ]  # fmt: skip
    reader = sign_in(Client(), member(barnet, Role.BOARD_MEMBER))
    assert reader.get(f"{LIBRARY}{document.pk}/").status_code == 200
    for page in pages:
        assert client.get(f"{LIBRARY}{page}").status_code == 200, page
        assert reader.get(f"{LIBRARY}{page}").status_code == 404, page
    for page in (
        f"attach/nobody.registered/{thing.pk}/",
        f"attach/{KIND}/{uuid.uuid4()}/",
        f"attach/{KIND}/{board(southwark).pk}/",
    ):
        assert client.get(f"{LIBRARY}{page}").status_code == 404, page
    reader.post(f"{LIBRARY}{document.pk}/change/", {"title": "x", "version": 1})
    reader.post(f"{LIBRARY}{document.pk}/new-version/", form(file=upload(pdf("2"))))
    reader.post(f"{LIBRARY}{document.pk}/uses/{use.pk}/remove/")
    with service_scope(council=barnet):
        assert Document.objects.get().title == "Minutes"
        assert (DocumentVersion.objects.count(), DocumentUse.objects.count()) == (1, 1)


def test_a_document_is_taken_off_a_thing_and_stays(
    client: Client, barnet: Council, coordinator: User, thing: Board
) -> None:
    document = attach(barnet, coordinator, thing)
    with service_scope(council=barnet):
        use = DocumentUse.objects.get()
    address = f"{LIBRARY}{document.pk}/uses/{use.pk}/remove/"
    assert b"The document itself stays in the library" in client.get(address).content
    assert client.post(address).status_code == 302
    assert client.get(address).status_code == 404
    with service_scope(council=barnet):
        assert DocumentUse.objects.count() == 0
        assert DocumentVersion.objects.count() == 1


def test_two_people_change_details_and_neither_loses_a_word(
    client: Client, barnet: Council, coordinator: User, thing: Board
) -> None:
    document = attach(barnet, coordinator, thing)
    address = f"{LIBRARY}{document.pk}/change/"
    sent = {"title": "First", "marking": "", "owner": coordinator.pk, "version": 1}
    assert client.post(address, sent).status_code == 302
    answer = client.post(address, {**sent, "title": "Second"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else saved first" in page
    assert "First" in page
    assert "Second" in page
    assert client.post(address, {**sent, "title": "Second", "version": 2}).status_code == 302


def test_a_raised_marking_asks_before_it_is_saved(
    client: Client, barnet: Council, coordinator: User, thing: Board, things: Things
) -> None:
    things.wide.add(thing.pk)
    document = attach(barnet, coordinator, thing)
    address = f"{LIBRARY}{document.pk}/change/"
    sent = {"title": "Minutes", "marking": "official_sensitive", "owner": coordinator.pk, "version": 1}
    answer = client.post(address, sent)
    assert b"Confirm that all of them may see it" in answer.content
    assert b'type="checkbox"' in answer.content
    assert client.post(address, {**sent, "confirmed": "on"}).status_code == 302
    with service_scope(council=barnet):
        assert Document.objects.get().marking == "official_sensitive"


def test_a_new_version_is_added_on_its_page(
    client: Client, barnet: Council, coordinator: User, thing: Board
) -> None:
    document = attach(barnet, coordinator, thing)
    address = f"{LIBRARY}{document.pk}/new-version/"
    assert b"must be one of these types" in client.post(address, form(file=upload(name="x.exe"))).content
    assert b"not a readable PDF" in client.post(address, form(file=upload(b"%PDF-1.7 x"))).content
    assert client.post(address, form(file=upload(pdf("2")))).status_code == 302
    page = client.get(f"{LIBRARY}{document.pk}/").content.decode()
    assert "Version 2" in page
    assert "Version 1" in page


def test_a_review_stands_in_the_owners_work_from_a_month_before_until_it_is_moved(
    barnet: Council, southwark: Council, coordinator: User, thing: Board, things: Things
) -> None:
    today = timezone.localdate()
    give_role(coordinator, southwark, Role.COORDINATOR)
    colleague = member(barnet, Role.COORDINATOR)
    attach(barnet, coordinator, thing, title="Passed", review_on=today - timedelta(days=400))
    attach(barnet, coordinator, thing, title="Soon", review_on=today + timedelta(days=30))
    attach(barnet, coordinator, thing, title="Later", review_on=today + timedelta(days=31))
    attach(barnet, colleague, thing, title="Of a colleague", review_on=today)
    attach(southwark, coordinator, board(southwark), title="Elsewhere", review_on=today)

    def waiting() -> list[tuple[str, str]]:
        with own_councils_scope(user_id=coordinator.pk):
            mine = own_access(coordinator)
            with assertNumQueries(2):  # in how many councils something is due does not count
                due = items_of([reviews_due], mine, today)
            return sorted((one.title, one.council.slug) for one in due)

    assert waiting() == [("Elsewhere", "southwark"), ("Passed", "barnet"), ("Soon", "barnet")]
    things.hidden.add(thing.pk)  # what one may no longer read is no work of theirs
    assert waiting() == [("Elsewhere", "southwark")]
    with own_councils_scope(user_id=coordinator.pk):
        (item,) = items_of([reviews_due], own_access(coordinator), today)
    assert item.title not in item.reference


def test_a_review_of_what_is_for_named_readers_is_told_to_its_owner_alone(
    barnet: Council, coordinator: User, thing: Board, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach(barnet, coordinator, thing, title="Named", review_on=timezone.localdate())

    def restricted() -> list[bool]:
        with own_councils_scope(user_id=coordinator.pk):
            due = items_of([reviews_due], own_access(coordinator), timezone.localdate())
        return [one.restricted for one in due]

    assert restricted() == [False]
    monkeypatch.setitem(rules._kinds, KIND, things.kind(logs_reads=True))
    assert restricted() == [True]


def test_the_menu_leads_to_the_library_only_whoever_may_open_it(
    client: Client, barnet: Council, coordinator: User
) -> None:
    assert f'href="{LIBRARY}"' in client.get(LIBRARY).content.decode()
    with council_scope(user_id=coordinator.pk, council=barnet):
        access = council_access(coordinator, barnet)
        link = add_link(council=barnet, by=coordinator, url="https://example.org/", title="A link")
    assert access.is_member
    assert b"Open the link" in client.get(f"{LIBRARY}{link.pk}/").content
    assert new_id() != link.pk


def test_the_same_document_is_hung_once(barnet: Council, coordinator: User, thing: Board) -> None:
    document = attach(barnet, coordinator, thing)
    with council_scope(user_id=coordinator.pk, council=barnet):
        for _ in range(2):
            attach_document(document=document, by=coordinator, kind=KIND, object_id=thing.pk)
        assert DocumentUse.objects.count() == 1
