"""A page or an API address names its permission, or it does not import (OP-1)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.models import User
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.tenancy.models import Council
from prevent_portal.web.api import CouncilAPIView
from prevent_portal.web.views import CouncilView, PersonView, require_council_access


@pytest.mark.parametrize("base", [CouncilView, CouncilAPIView])
def test_a_class_without_a_permission_does_not_import(base: type) -> None:
    with pytest.raises(ImproperlyConfigured, match="Bare names no permission"):
        type("Bare", (base,), {"get": lambda self, request: None})


@pytest.mark.parametrize("base", [CouncilView, CouncilAPIView])
def test_a_method_without_a_permission_does_not_import(base: type) -> None:
    with pytest.raises(ImproperlyConfigured, match="names no permission for post"):
        type(
            "Half",
            (base,),
            {
                "permission": {"get": AccountsPermission.VIEW_COUNCIL},
                "get": lambda self, request: None,
                "post": lambda self, request: None,
            },
        )


def test_a_base_class_of_pages_may_leave_the_permission_to_its_pages() -> None:
    base = type("Base", (CouncilView,), {"abstract": True})
    with pytest.raises(ImproperlyConfigured):
        type("Page", (base,), {})
    page = type("Page", (base,), {"permission": AccountsPermission.VIEW_COUNCIL})
    assert page.abstract is False


class Page(CouncilView):
    permission = {"get": AccountsPermission.VIEW_COUNCIL, "POST": AccountsPermission.MANAGE_PEOPLE}

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{self.council} {self.person}")

    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("written")


class WriteOnly(CouncilView):
    permission = {"post": AccountsPermission.MANAGE_PEOPLE}

    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("written")


@pytest.mark.parametrize(
    ("method", "permission"),
    [
        ("GET", AccountsPermission.VIEW_COUNCIL),
        ("HEAD", AccountsPermission.VIEW_COUNCIL),
        ("DELETE", AccountsPermission.VIEW_COUNCIL),
        ("post", AccountsPermission.MANAGE_PEOPLE),
    ],
)
def test_each_method_has_its_own_permission(method: str, permission: AccountsPermission) -> None:
    assert Page.permission_for(method) is permission


def test_a_view_that_only_writes_is_guarded_by_that_permission_throughout() -> None:
    assert WriteOnly.permission_for("GET") is AccountsPermission.MANAGE_PEOPLE


def request_with(*permissions: AccountsPermission, method: str = "GET") -> HttpRequest:
    request = HttpRequest()
    request.method = method
    request.access = CouncilAccess(
        User(email="person@example.org"),
        Council(name="Barnet"),
        permissions=frozenset(name.value for name in permissions),
    )
    return request


def test_the_page_knows_its_council_and_person() -> None:
    response = Page.as_view()(request_with(AccountsPermission.VIEW_COUNCIL), council="barnet")
    assert response.content == b"Barnet person@example.org"


def test_without_the_permission_the_page_does_not_exist() -> None:
    with pytest.raises(Http404):
        Page.as_view()(request_with(), council="barnet")
    with pytest.raises(Http404):
        Page.as_view()(request_with(AccountsPermission.VIEW_COUNCIL, method="POST"), council="barnet")


def test_outside_a_council_the_page_does_not_exist() -> None:
    with pytest.raises(Http404):
        require_council_access(HttpRequest(), Page)


def test_no_page_answers_options() -> None:
    request = request_with(AccountsPermission.VIEW_COUNCIL, method="OPTIONS")
    assert Page.as_view()(request, council="barnet").status_code == 405
    request.user = User(email="person@example.org")
    assert PersonView.as_view()(request).status_code == 405


def test_a_page_of_a_person_needs_one() -> None:
    from django.contrib.auth.models import AnonymousUser

    request = HttpRequest()
    request.user = AnonymousUser()
    with pytest.raises(Http404):
        PersonView.as_view()(request)
