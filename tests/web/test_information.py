"""The pages of plain words and the error pages: whole, true of the portal, and without a secret."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.retention_rules import rules
from prevent_portal.web import errors
from prevent_portal.web.glossary import TERMS, by_letter
from prevent_portal.web.information import PERIODS_OF_NOBODY, PERIODS_TOLD, cookies
from tests.factories import PASSWORD, CouncilFactory, member

SECRET = "K7Q4-MZ2R"
PRESCRIBED = [
    "How accessible this website is",
    "Feedback and contact information",
    "Reporting accessibility problems with this website",
    "Enforcement procedure",
    "Technical information about this website’s accessibility",
    "Compliance status",
    "Non-accessible content",
    "Non-compliance with the accessibility regulations",
    "Disproportionate burden",
    "Content that’s not within the scope of the accessibility regulations",
    "What we’re doing to improve accessibility",
    "Preparation of this accessibility statement",
]


def words_of(client: Client, page: str) -> str:
    response = client.get(page)
    assert response.status_code == 200
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def test_the_pages_need_no_account_and_lead_to_each_other(client: Client) -> None:
    pages = [reverse(name) for name in ("help", "glossary", "accessibility", "privacy", "cookies")]
    for page in pages:
        content = client.get(page).content.decode()
        assert [to for to in pages if f'href="{to}"' not in content] == []
        for anchor in re.findall(r'href="#([^"]+)"', content):
            assert f'id="{anchor}"' in content, (page, anchor)
        identifiers = re.findall(r' id="([^"]+)"', content)
        assert len(identifiers) == len(set(identifiers)), page


def test_the_glossary_says_each_word_once_in_order_with_a_meaning(client: Client) -> None:
    assert len({term.anchor for term in TERMS}) == len(TERMS)
    ordered = [term for _, terms in by_letter() for term in terms]
    assert [term.words.casefold() for term in ordered] == sorted(term.words.casefold() for term in TERMS)
    assert all(term.meaning.endswith(".") and not term.source.endswith(".") for term in TERMS)
    words = words_of(client, "/glossary/")
    assert "Prevent duty A specified authority must, in the exercise of its functions" in words
    assert "Source: Counter-Terrorism and Security Act 2015, section 26" in words


def test_the_accessibility_statement_has_the_prescribed_form(client: Client, settings: Any) -> None:
    content = client.get("/accessibility/").content.decode()
    headings = re.findall(r"<h[23][^>]*>(.*?)</h[23]>", content)
    assert [each for each in headings if each in PRESCRIBED] == PRESCRIBED
    assert "(No. 2) Accessibility Regulations 2018" in content
    assert "23 November 2026" in content
    assert "has not given an email address" in content
    settings.OPERATOR, settings.ACCESSIBILITY_CONTACT = "Barnet Council", "access@barnet.example"
    filled = words_of(client, "/accessibility/")
    assert "This website is run by Barnet Council ." in filled or "run by Barnet Council." in filled
    assert "access@barnet.example" in filled
    assert "has not given" not in filled


def test_the_privacy_page_tells_every_period_that_is_about_people(client: Client, settings: Any) -> None:
    told = {period for _, period in PERIODS_TOLD}
    assert told | PERIODS_OF_NOBODY == set(rules().periods)
    settings.PRIVACY_CONTACT = "dpo@barnet.example"
    words = words_of(client, "/privacy/")
    for said in (rules().periods[period] for period in told):
        assert said in words
    for needed in ("controller", "lawful basis", "Article 6(1)(e)", "complain", "dpo@barnet.example"):
        assert needed in words


@pytest.mark.django_db
def test_the_cookies_page_names_each_cookie_that_is_really_set(client: Client) -> None:
    council = CouncilFactory.create()
    person = member(council, Role.BOARD_MEMBER)
    sign_in = reverse("account_login")
    client.get(sign_in)
    client.post(sign_in, {"login": person.email, "password": PASSWORD})
    assert client.get(f"/c/{council.slug}/plans/").status_code == 200
    named = {cookie.name for cookie in cookies()}
    assert set(client.cookies) == named == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    page = client.get("/cookies/").content.decode()
    assert all(f">{name}</th>" in page for name in named)
    script = (settings.BASE_DIR / "static/session.mjs").read_text()
    assert re.findall(r'SHARED = "([^"]+)"', script) == re.findall(r"<code>(.*?)</code>", page)


def test_error_pages_say_what_to_do_and_tell_no_secret_without_a_database() -> None:
    request = RequestFactory().get(f"/c/barnet/channel/cases/{SECRET}/", {"q": SECRET})
    fault = ValueError(SECRET)
    answers = {
        400: errors.bad_request(request, fault),
        403: errors.permission_denied(request, fault),
        404: errors.not_found(request, fault),
        413: errors.bad_request(request, RequestDataTooBig(SECRET)),
        429: HttpResponse(render_to_string("429.html"), status=429),
        500: errors.server_error(request),
        503: HttpResponse(render_to_string("errors/503.html"), status=503),
    }
    for status, answer in answers.items():
        page = answer.content.decode()
        assert answer.status_code == status
        assert page.count("<h1") == 1
        assert re.search(r"<h1[^>]*>(.*?)</h1>", page).group(1) in page.split("</title>")[0]  # type: ignore[union-attr] # each has a heading
        assert '<a class="govuk-link" href="/help/">' in page
        assert "barnet" not in page
        assert SECRET not in page
    assert errors.csrf_failure(request, SECRET).status_code == 403
    over_the_api = RequestFactory().get("/api/v1/c/barnet/plans/")
    assert errors.bad_request(over_the_api, RequestDataTooBig()).content == (
        b'{"detail": "What was sent is larger than the portal accepts."}'
    )


def test_a_body_that_is_too_large_is_answered_by_its_page(settings: Any) -> None:
    client = Client(raise_request_exception=False)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    large = client.post(reverse("account_login"), "x" * 11, content_type="application/x-www-form-urlencoded")
    assert large.status_code == 413
    assert "The file is too large" in large.content.decode()
