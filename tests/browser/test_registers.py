"""A staff register from the export to the receipt: a trust, a worker, and what the pages say on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from redis import Redis

from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_good_at_every_width, follow, look_again, sign_in
from tests.factories import CouncilFactory
from tests.outbox.processes import Celery
from tests.partnerships.factories import OrganisationFactory, submitter
from tests.training.register_files import register_csv, staff
from training.models import RegisterPart, RegisterRow, StaffRegister, TrainingReturn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Starts the portal's own worker when a test is ready for it, nothing of the tests' in it."""
    with Redis.from_url(settings.REDIS_URL) as broker:
        broker.flushdb()
    running: list[Celery] = []
    yield lambda: running.append(Celery.worker(tmp_path, app="prevent_portal"))
    for each in running:
        each.kill()


@pytest.fixture
def barnet() -> Council:
    return CouncilFactory(slug="barnet", name="Barnet")


@pytest.fixture
def sender(barnet: Council, monkeypatch: pytest.MonkeyPatch) -> User:
    """The Royal Free's, in Barnet; another trust and another council stand beside them."""
    # The figures that these tests expect are of 2018, which the form offers no longer.
    monkeypatch.setattr("training.forms.registers.QUARTERS", 80)
    submitter(CouncilFactory(slug="harrow", name="Harrow"), OrganisationFactory(name="Central London"))
    return submitter(barnet, OrganisationFactory(name="Royal Free"))


def send(page: Page, name: str, content: bytes) -> None:
    """Fill in the form and send it; the page that follows shows how far the check is."""
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_label("Whose staff does it list?").select_option(label="Royal Free")
    page.get_by_label("Which quarter is it for?").select_option("2018-06-30")
    follow(page.get_by_role("button", name="Check the register"))


def await_check(page: Page, heading: str, *, scripts: bool) -> None:
    """From the progress page to the register's: scripts lead there, without them a link does."""
    reached = page.get_by_role("heading", name=heading, level=1)
    if not scripts:
        done = page.get_by_role("link", name="Go to the result")
        for _ in range(60):
            if done.is_visible():
                break
            follow(page.get_by_role("link", name="Check progress"))
            page.wait_for_timeout(250)
        follow(done)
    expect(reached).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("scripts", [True, False], ids=["js", "nojs"])
def test_a_trust_sends_a_register_mends_it_confirms_it_and_keeps_the_receipt(
    new_page: Callable[..., Page],
    server: str,
    barnet: Council,
    sender: User,
    start_worker: Callable[[], None],
    scripts: bool,
) -> None:
    page = new_page(scripts=scripts)
    sign_in(page, sender, address=server, second_factor=False)
    page.goto(f"{server}/c/barnet/returns/registers/")
    expect(page.get_by_text("No staff register yet")).to_be_visible()
    look_again(page, "registers-none")
    follow(page.get_by_role("button", name="Send a staff register"))
    look_again(page, "register-send")
    follow(page.get_by_role("button", name="Check the register"))
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert_good_at_every_width(page, "register-send-refused")

    wrong = staff(20)
    wrong[3][0], wrong[4][3], wrong[5][4] = "AB123456C", "Fire safety", "someday 2018"
    send(page, "june.csv", register_csv(wrong))
    expect(page.get_by_role("heading", name="Checking your staff register")).to_be_visible()
    assert_good_at_every_width(page, "register-progress")
    other = new_page(scripts=scripts)
    sign_in(other, sender, address=server, second_factor=False)
    other.goto(f"{server}/c/barnet/returns/registers/")
    follow(other.get_by_role("link", name="june.csv"))
    expect(other.get_by_role("heading", name="Your register is being checked")).to_be_visible()
    look_again(other, "register-waiting")
    other.close()

    start_worker()
    await_check(page, "Your register has problems", scripts=scripts)
    problems = page.get_by_role("table", name="What must be put right")
    expect(problems.get_by_role("row")).to_have_count(4)
    expect(problems).to_contain_text("someday 2018")
    expect(problems).not_to_contain_text("AB123456C")
    assert_good_at_every_width(page, "register-problems")

    follow(page.get_by_role("button", name="Send a corrected register"))
    send(page, "june, corrected.csv", register_csv(staff(20)))
    await_check(page, "Check what was understood", scripts=scripts)
    for closed in page.locator("details").all():
        closed.locator("summary").click()
    look_again(page, "register-check")
    with service_scope(council=barnet):
        assert TrainingReturn.objects.count() == 0

    follow(page.get_by_role("button", name="Confirm and send"))
    expect(page.get_by_role("heading", name="2 returns received")).to_be_visible()
    for closed in page.locator("details").all():
        closed.locator("summary").click()
    assert_good_at_every_width(page, "register-receipt")
    with service_scope(council=barnet):
        figures = {each.course.slug: (each.compliant, each.eligible) for each in TrainingReturn.objects.all()}
        assert figures == {"wrap": (16, 20), "basic-awareness": (17, 19)}
        assert (RegisterRow.objects.count(), RegisterPart.objects.count()) == (40, 0)
        assert StaffRegister.objects.filter(council=barnet).count() == 2
    follow(page.get_by_role("link", name="Staff registers").last)
    expect(page.get_by_role("table", name="Staff registers").get_by_role("row")).to_have_count(3)
    look_again(page, "registers")
