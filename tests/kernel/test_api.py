"""The API denies by default and words every refusal alike."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from rest_framework import exceptions
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from prevent_portal.accounts.enums import Role
from prevent_portal.web.api import exception_handler
from prevent_portal.web.pagination import Pagination
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, UserFactory, member


def test_an_api_view_that_declares_nothing_is_closed() -> None:
    class Forgotten(APIView):
        def get(self, request: object) -> None:
            raise AssertionError("the view is not reached")

    request = APIRequestFactory().get("/")
    force_authenticate(request, user=UserFactory.build())
    assert Forgotten.as_view()(request).status_code == 404


@pytest.mark.parametrize(
    "refusal", [Http404("x"), exceptions.PermissionDenied("x"), exceptions.NotFound("y")]
)
def test_hidden_missing_and_forbidden_are_one_answer(refusal: Exception) -> None:
    response = exception_handler(refusal, {})
    assert response is not None
    assert (response.status_code, response.data) == (404, {"detail": "There is nothing at this address."})


def test_a_forged_form_is_told_apart() -> None:
    response = exception_handler(exceptions.PermissionDenied("CSRF check failed: no cookie"), {})
    assert response is not None
    assert response.status_code == 403


def test_what_is_no_refusal_is_left_to_the_error_page() -> None:
    assert exception_handler(ZeroDivisionError(), {}) is None
    denied = exception_handler(PermissionDenied(), {})
    assert denied is not None
    assert denied.status_code == 403


@pytest.mark.django_db
def test_a_session_needs_the_forms_token_to_write() -> None:
    council = CouncilFactory.create(slug="alder")
    client = sign_in(Client(enforce_csrf_checks=True), member(council, Role.COORDINATOR))
    answer = client.post("/api/v1/c/alder/training/uploads/", b"", content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("CSRF")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "options", "head", "delete"])
def test_without_signing_in_every_method_asks_for_it(method: str) -> None:
    CouncilFactory.create(slug="alder")
    answer = getattr(Client(), method)("/api/v1/c/alder/reports/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/c/alder/reports/", "/api/v1/", "/api/v1/schema/"])
def test_options_describes_nothing(path: str) -> None:
    council = CouncilFactory.create(slug="alder")
    client = sign_in(Client(), member(council, Role.COORDINATOR))
    assert client.options(path).status_code == 405


def test_nobody_gets_more_than_a_hundred_rows_at_once() -> None:
    pages = Pagination()
    asked = APIView().initialize_request(APIRequestFactory().get("/", {"page_size": "100000"}))
    assert pages.get_page_size(asked) == 100
    asked = APIView().initialize_request(APIRequestFactory().get("/"))
    assert pages.get_page_size(asked) == 25
