"""The API in a browser: its page lists the rooms, and a token reads its own council and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.services import api_tokens
from prevent_portal.tenancy.scope import council_scope
from tests.browser.pages import sign_in
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_api_page_lists_the_rooms_and_a_token_reads_its_own_council(
    page: Page, server: str, allow: Callable[[str], None]
) -> None:
    # The page's library sets two styles of its own; our policy refuses them and the page does without.
    allow("Content Security Policy")
    barnet, southwark = CouncilFactory.create(slug="barnet"), CouncilFactory.create(slug="southwark")
    officer = member(barnet, Role.SAFETY_OFFICER)
    member(southwark, Role.SAFETY_OFFICER)
    sign_in(page, officer, address=server, second_factor=False)

    page.goto(f"{server}/api/v1/")
    expect(page.get_by_role("heading", name="Prevent Portal API")).to_be_visible()
    for room in ("plans", "checklist", "scrutiny", "training", "reports"):
        expect(page.locator(f"#operations-tag-{room}")).to_be_visible(timeout=15_000)
    page.locator("#operations-tag-plans").click()
    expect(page.get_by_text("/api/v1/c/{council}/plans/", exact=True).first).to_be_visible(timeout=15_000)

    with council_scope(user_id=officer.pk, council=barnet):
        _, secret = api_tokens.create(
            council=barnet, name="Test", expires_on=timezone.localdate() + timedelta(days=30), by=officer
        )
    page.context.clear_cookies()
    headers = {"Authorization": f"Bearer {secret}"}
    assert page.request.get(f"{server}/api/v1/c/barnet/plans/", headers=headers).status == 200
    assert page.request.get(f"{server}/api/v1/c/southwark/plans/", headers=headers).status == 401
    assert page.request.get(f"{server}/api/v1/c/barnet/plans/").status == 401
