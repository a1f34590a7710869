"""The scope is open for the whole answer and closed behind it; faults leave nothing (TI-3, TI-6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.outbox.models import Job
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import NOTHING, current_scope, service_scope
from prevent_portal.web.middleware import CouncilScopeMiddleware
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, UserFactory, give_role, member
from tests.isolation.test_scope import add_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[Council, Council]:
    return CouncilFactory.create(slug="alder"), CouncilFactory.create(slug="birch")


@pytest.fixture
def person(two: tuple[Council, Council]) -> User:
    return member(two[0], Role.SAFETY_OFFICER)


def ask(person: User, path: str, view: object) -> HttpResponse:
    request = RequestFactory().get(path)
    request.user = person
    request.session = {}
    return CouncilScopeMiddleware(view)(request)


def test_a_councils_page_runs_in_its_scope_and_leaves_none_behind(
    two: tuple[Council, Council], person: User
) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        scope = current_scope()
        assert (scope.kind, scope.user_id, scope.council_id) == ("council", person.pk, two[0].pk)
        assert request.council == two[0]
        assert request.access.roles == {Role.SAFETY_OFFICER}
        return HttpResponse("fine")

    assert ask(person, "/c/alder/", view).content == b"fine"
    assert current_scope() == NOTHING


@pytest.mark.parametrize("path", ["/my-work/", "/account/"])
def test_other_pages_run_across_ones_own_councils(
    two: tuple[Council, Council], person: User, path: str
) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        assert (current_scope().kind, request.council, request.access) == ("own", None, None)
        assert {m.council_id for m in Membership.objects.all()} == {two[0].pk}
        return HttpResponse()

    ask(person, path, view)


def never(request: HttpRequest) -> HttpResponse:
    raise AssertionError("the view is not reached")


@pytest.mark.parametrize(
    "path", ["/c/birch/", "/c/nowhere/", "/api/v1/c/birch/reports/", "/c/alder/nothing/"]
)
def test_no_membership_no_council_and_no_page_are_one_answer(
    two: tuple[Council, Council], person: User, path: str
) -> None:
    assert ask(person, path, never).status_code == 404


def test_the_three_answers_are_the_same_bytes(
    two: tuple[Council, Council], person: User, client: Client
) -> None:
    sign_in(client, person)
    bodies = {client.get(path).content for path in ("/c/birch/", "/c/nowhere/", "/c/alder/nothing/")}
    assert len(bodies) == 1


def test_a_register_entry_that_is_no_tenant_is_not_there(person: User) -> None:
    Council.objects.create(slug="elm", name="Elm", tier="district")
    assert ask(person, "/c/elm/", never).status_code == 404


def test_an_answer_of_500_leaves_nothing_behind(two: tuple[Council, Council], person: User) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        add_job(two[0])
        return HttpResponse(status=500)

    ask(person, "/c/alder/", view)
    with service_scope(council=two[0]):
        assert Job.objects.count() == 0


def test_an_answer_below_500_keeps_what_was_written(two: tuple[Council, Council], person: User) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        add_job(two[0])
        return HttpResponse(status=422)

    ask(person, "/c/alder/", view)
    with service_scope(council=two[0]):
        assert Job.objects.count() == 1


def test_rows_read_while_streaming_are_not_there_any_more(two: tuple[Council, Council], person: User) -> None:
    """A view that streams must build its rows first: the scope ends with the answer."""
    with service_scope(council=two[0]):
        add_job(two[0])

    def view(request: HttpRequest) -> StreamingHttpResponse:
        def lines() -> Iterator[str]:
            yield str(Job.objects.count())

        return StreamingHttpResponse(lines())

    response = ask(person, "/c/alder/", view)
    assert b"".join(response.streaming_content) == b"0"


def test_a_role_that_ends_is_gone_at_the_next_request(
    two: tuple[Council, Council], person: User, client: Client
) -> None:
    sign_in(client, person)
    assert client.get("/c/alder/").status_code == 200
    with service_scope(council=two[0]):
        Membership.objects.filter(user=person).update(revoked_at="2026-01-01T00:00:00Z")
    assert client.get("/c/alder/").status_code == 404


def test_a_superuser_without_a_membership_finds_nothing(two: tuple[Council, Council], client: Client) -> None:
    sign_in(client, UserFactory.create(is_superuser=True, is_staff=True))
    assert client.get("/c/alder/").status_code == 404


def test_the_menu_and_the_list_of_councils_show_what_is_ones_own(
    two: tuple[Council, Council], person: User, client: Client
) -> None:
    give_role(person, two[1], Role.COUNCILLOR)
    third = CouncilFactory.create(slug="cedar", name="Council of Cedar")
    page = sign_in(client, person).get("/c/alder/")
    assert {entry["name"] for entry in page.context["memberships"]} == {two[0].name, two[1].name}
    assert third.name not in page.content.decode()
    texts = [entry["text"] for entry in page.context["navigation"]]
    assert "Audit" not in texts
    assert [entry["current"] for entry in page.context["memberships"]].count(True) == 1


def test_pages_of_a_signed_in_person_are_kept_by_no_cache(
    two: tuple[Council, Council], person: User, client: Client
) -> None:
    answer = sign_in(client, person).get("/c/alder/")
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"
    assert "no-store" not in Client().get("/help/").headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    ("role", "own", "whole"),
    [
        (Role.COORDINATOR, set(), {"Duty checklist", "Training"}),
        (Role.PARTNER_LEAD, {"Your items", "Your returns"}, set()),
    ],
)
def test_the_menu_names_ones_own_part_only_to_those_who_do_not_read_the_whole(
    two: tuple[Council, Council], client: Client, role: Role, own: set[str], whole: set[str]
) -> None:
    page = sign_in(client, member(two[0], role)).get(f"/c/{two[0].slug}/checklist/yours/")
    texts = {entry["text"] for entry in page.context["navigation"]}
    assert texts & {"Your items", "Your returns"} == own
    assert texts & {"Duty checklist", "Training"} == whole
