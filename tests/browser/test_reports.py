"""The quarter's report from its draft to the file: a coordinator, a worker, and what the file holds."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect
from redis import Redis

from compliance.models import Report, ReportRendition
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_good_at_every_width, follow, look_again, sign_in
from tests.compliance.test_report_documents import elements, words_of
from tests.outbox.processes import Celery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Celery]:
    """The portal's own worker, nothing of the tests' in it."""
    with Redis.from_url(settings.REDIS_URL) as broker:
        broker.flushdb()
    running = Celery.worker(tmp_path, app="prevent_portal")
    yield running
    running.kill()


@pytest.fixture
def coordinator() -> User:
    """Barnet's of the demo, with the training figures that the borough published for 2018."""
    call_command("load_demo", verbosity=0)
    return User.objects.get(email="coordinator@barnet.example")


def barnets_report() -> Report:
    council = Council.objects.get(slug="barnet")
    with service_scope(council=council):
        return Report.objects.get(council=council, period_start="2018-10-01")


FIRST_PDF = re.compile(r"^PDF \(\d+ KB\) of version 1$")
"""How the first version's PDF is called to whoever hears the page."""

TABLES = {
    "Basic awareness, Royal Free": ("10,119 1,825 11,944 84.7% 34 people short", "10,201 1,787 11,988 85%"),
    "WRAP, Barnet, Enfield and Haringey": ("422 58 480 88%", "402 77 479 84%", "400 82 482 83%"),
    "WRAP, Central London": ("495 41 536 92%", "498 41 539 92%", "496 36 532 93%"),
    "WRAP, Royal Free": ("880 282 1,162 76%", "928 233 1,161 80%", "927 211 1,138 81%"),
    "Services": ("290 251 87%", "462 228 49%"),
}
"""Barnet's figures as printed (Table 1 to 5 of its report of 28 February 2019), save March 2018's 85."""


def test_a_coordinator_opens_the_draft_freezes_it_makes_the_pdf_and_downloads_it(
    coordinator: User, worker: Celery, server: str, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    sign_in(page, coordinator, address=server)
    page.goto(f"{server}/c/barnet/reports/")
    look_again(page, "reports")
    follow(page.get_by_role("link", name="R1 Prevent: quarterly update"))
    look_again(page, "report-draft")
    expect(page.get_by_text("Live: they change as returns and progress arrive")).to_be_visible()
    gap = "Royal Free London NHS Foundation Trust: Basic awareness, December 2018 not returned"
    expect(page.get_by_text(gap)).to_be_visible()

    follow(page.get_by_role("link", name="Read the report as it stands"))
    look_again(page, "report-preview")
    page.go_back()

    follow(page.get_by_role("link", name="1.6 The Channel panel"))
    look_again(page, "report-section")
    page.get_by_label("Words").fill("The panel met three times.\n\nIts members are the same.")
    follow(page.get_by_role("button", name="Save the section"))
    expect(page.get_by_text("“The Channel panel” saved.")).to_be_visible()

    follow(page.get_by_role("button", name="Freeze the figures"))
    look_again(page, "report-freeze")
    follow(page.get_by_role("button", name="Freeze the figures"))
    expect(page.get_by_text("The figures are frozen.")).to_be_visible()
    page.get_by_role("button", name="Make the files").click()
    page.get_by_role("link", name=FIRST_PDF).wait_for(timeout=60_000)
    assert_good_at_every_width(page, "report-made")
    with page.expect_download() as downloading:
        page.get_by_role("link", name=FIRST_PDF).click()
    path = downloading.value.path()
    content = path.read_bytes()
    assert downloading.value.suggested_filename.endswith("version 1.pdf")

    report = barnets_report()
    with service_scope(council=report.council):
        stored = ReportRendition.objects.get(version__report=report, edition="public", format="pdf")
    assert content == bytes(stored.content), "what people get is the record"
    text = words_of(content)
    for table, lines in TABLES.items():
        for line in lines:
            assert line in text, f"{table}: {line}"
    assert f"{gap}." in text
    assert "1.6.2 Its members are the same." in text
    with pikepdf.open(io.BytesIO(content)) as pdf:
        alternatives = [str(figure.Alt) for figure in elements(pdf, "Figure")]
        assert len(alternatives) == 7
        assert "March 2018: 84.7%" in alternatives[0]
        assert len(elements(pdf, "Table")) >= 6
