"""The good day of each of the people for whom the portal is made, from the page they open first to the end.

Each day everybody goes their way once; script/prove sends them all with scripts and without, at a desk, on a
telephone and at 400% (which leaves 320 by 256 of a desk's pixels), and measures every page on the way.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from compliance.models import ProgressEntry
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.browser.pages import assert_accessible, assert_fits, follow, resize, sign_in
from tests.outbox.processes import Celery
from tests.proving import proves
from tests.training.files import as_csv

SIZES = {"desk": (1280, 900), "telephone": (375, 812), "400%": (320, 256)}
FILES_MADE = 90
"""Seconds within which the worker has made a report's files, the first of a cold worker included."""


def _scope(fixture_name: str, config: pytest.Config) -> str:
    """Each day all go their way in one council; in the long run each finds it as it was."""
    return "function" if proves() else "module"


@pytest.fixture(scope=_scope)  # type: ignore[arg-type]
def portal(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The demo's councils, served, and a worker that makes their files."""
    with django_db_blocker.unblock():
        call_command("load_demo", verbosity=0)
        worker = Celery.worker(tmp_path_factory.mktemp("worker"), app="prevent_portal")
        server = LiveServer("localhost")
        yield str(server.url)
        server.stop()
        worker.kill()
        connections.close_all()
        # The way in which this suite puts a worker's database back (tests/conftest.py).
        TransactionTestCase._fixture_teardown(None)


@dataclass(frozen=True)
class Way:
    """How somebody comes to the portal."""

    portal: str
    open_page: Callable[..., Page]
    scripts: bool
    size: str

    def come(self, email: str, path: str, *, second_factor: bool = True) -> Page:
        """Open a page as somebody, or as nobody."""
        page = self.open_page(scripts=self.scripts)
        resize(page, *SIZES[self.size])
        if email:
            sign_in(page, User.objects.get(email=email), address=self.portal, second_factor=second_factor)
        page.goto(self.portal + path)
        self.look(page)
        return page

    def look(self, page: Page) -> None:
        """Nothing is hidden at the side; in the long run no rule of accessibility is broken either."""
        page.wait_for_load_state()
        assert_fits(page)
        if proves():
            assert_accessible(page)

    def press(self, page: Page, name: str | re.Pattern[str]) -> None:
        follow(page.get_by_role("button", name=name).first)
        self.look(page)

    def open(self, page: Page, name: str | re.Pattern[str]) -> None:
        follow(page.get_by_role("link", name=name).first)
        self.look(page)

    def choose(self, page: Page, name: str) -> None:
        """Open a page from the menu, which a narrow screen folds away where there are scripts."""
        menu = page.get_by_role("button", name="Menu", exact=True)
        if menu.is_visible():
            menu.click()
        self.open(page, name)

    def get(self, page: Page, name: str | re.Pattern[str]) -> bytes:
        """Download a file."""
        with page.expect_download() as loading:
            page.get_by_role("link", name=name).first.click()
        return loading.value.path().read_bytes()


def an_officer(way: Way) -> None:
    """Four actions are due. Opens one, writes two lines, sets the rating, attaches a file: ninety seconds."""
    began = time.monotonic()
    page = way.come("officer@barnet.example", "/my-work/", second_factor=False)
    expect(page.get_by_text("tasks are due by the end of this quarter")).to_be_visible()
    row = page.locator("tr", has_text="Train front-line housing staff")
    follow(row.get_by_role("link"))
    way.look(page)
    page.get_by_label("What has happened?").fill("The last workshop was held.\n22 people came.")
    page.get_by_label("Green: on track").check()
    page.get_by_label("In progress").check()
    file = {"name": "workshop.csv", "mimeType": "text/csv", "buffer": b"people,day\n22,today\n"}
    page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
    way.press(page, "Save progress")
    expect(page.get_by_text("Progress saved on A4.")).to_be_visible()
    assert time.monotonic() - began < 90
    assert way.get(page, re.compile("workshop.csv")) == b"people,day\n22,today\n"
    council = Council.objects.get(slug="barnet")
    with service_scope(council=council):
        assert (
            ProgressEntry.objects.filter(council=council, note__startswith="The last workshop").count() == 1
        )


def a_coordinator(way: Way) -> None:
    """The draft is there, its gaps named. Writes, asks the lawyers, freezes, takes PDF and Word."""
    page = way.come("coordinator@southwark.example", "/c/southwark/reports/")
    way.open(page, "R2 Prevent partnership delivery plan")
    expect(page.get_by_text("“Legal implications” is not written")).to_be_visible()
    way.open(page, re.compile("^Legal implications"))
    way.open(page, "Ask somebody for advice on this section")
    page.get_by_label("Office").fill("Director of Law and Democracy")
    lawyer = User.objects.get(email="law@southwark.example")
    page.get_by_label("Person").select_option(str(lawyer.pk))
    way.press(page, "Ask for advice")

    theirs = way.come(lawyer.email, "/c/southwark/advice/", second_factor=False)
    way.open(theirs, re.compile("Legal implications"))
    theirs.get_by_label("Words").fill("The duty is met.\n\nNo further powers are needed.")
    way.press(theirs, "Give this advice")
    expect(theirs.get_by_text("Given on")).to_be_visible()

    way.open(page, "Reports")
    way.open(page, "R2 Prevent partnership delivery plan")
    way.open(page, "Read the report as it stands")
    expect(page.get_by_text("No further powers are needed.")).to_be_visible()
    page.go_back()
    way.press(page, "Freeze the figures")
    way.press(page, "Freeze the figures")
    expect(page.get_by_text("The figures are frozen.")).to_be_visible()
    way.press(page, "Make the files")
    pdf = file_made(way, page, re.compile(r"^PDF .* of version 1"))
    assert way.get(page, pdf).startswith(b"%PDF-")
    assert way.get(page, re.compile(r"^Word .* of version 1")).startswith(b"PK")


def file_made(way: Way, page: Page, name: re.Pattern[str]) -> re.Pattern[str]:
    """Wait, as people do, until a report's page has the link; without scripts they ask again."""
    report = page.url if "/jobs/" not in page.url else ""
    until = time.monotonic() + FILES_MADE
    while time.monotonic() < until and page.get_by_role("link", name=name).count() == 0:
        page.wait_for_timeout(500)
        done, check = (
            page.get_by_role("link", name=words) for words in ("Go to the result", "Check progress")
        )
        if done.is_visible():
            follow(done)
        elif check.is_visible():
            follow(check)
        elif report:
            page.goto(report)
    way.look(page)
    return name


def a_board_member(way: Way) -> None:
    """One page, plain words beside every colour, a table behind every chart; works on paper too."""
    page = way.come("board@barnet.example", "/c/barnet/", second_factor=False)
    expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("What changed since"))).to_be_visible()
    expect(page.locator("tr", has_text="Risk assessment").first).to_contain_text("Under way")
    for tag in page.locator("main .govuk-tag").all():
        assert tag.inner_text().strip(), "a colour without a word"
    charts, tables = page.locator(".portal-chart").count(), page.locator(".portal-chart table").count()
    assert charts
    assert charts <= tables
    way.open(page, re.compile("Actions open"))
    expect(page.locator("tbody tr").first).to_contain_text(re.compile("Red|Amber|Green|Not rated"))
    page.go_back()
    way.open(page, "Print it on one page")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


WRONG = [
    ["Course", "Period", "Does not meet", "Meets", "Grand total"],
    ["Basic awareness", "December 2018", 1731, 10169, 11900],
    ["WRAP", "December 2018", 194, 1007, 1301],
]
RIGHT = [*WRONG[:2], ["WRAP", "December 2018", 194, 1007, 1201]]


def a_partner(way: Way) -> None:
    """The wrong row is named with its cell and reason, nothing is half saved, the receipt shows the gap."""
    page = way.come("submitter@royalfree.example", "/my-work/", second_factor=False)
    way.open(page, "Send the training return")
    for rows in (WRONG, RIGHT):
        file = {"name": "december.csv", "mimeType": "text/csv", "buffer": as_csv(rows)}
        page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
        way.press(page, "Check the file")
        if rows is WRONG:
            expect(page.get_by_role("alert")).to_contain_text("Nothing was stored.")
            problems = page.get_by_role("table", name="What must be put right")
            expect(problems).to_contain_text("194 and 1,007 make 1,201")
    expect(page.get_by_role("table", name="Figures")).to_contain_text("14 people short of 85%")
    way.press(page, "Confirm and send")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 returns received")
    expect(page.get_by_role("table", name="What was received")).to_contain_text("84%")


def a_panel_member(way: Way) -> None:
    """Signs for today's meeting, sees the cases that are theirs to see, and every look is logged."""
    page = way.come("panel@barnet.example", "/my-work/")
    way.open(page, "Sign the confidentiality statement")
    assert page.locator("main a", has_text=re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}")).count() == 0
    page.get_by_label("I have read this statement and I accept it").check()
    way.press(page, "Sign for this meeting")
    expect(page.get_by_text("You have signed for this meeting.")).to_be_visible()
    case = page.locator("main a", has_text=re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}")).first
    reference = case.inner_text()[:9]
    follow(case)
    way.look(page)
    expect(page.get_by_text("OFFICIAL-SENSITIVE").first).to_be_visible()

    chair = way.come("chair@barnet.example", "/c/barnet/channel/access-log/")
    looks = chair.locator("tr", has_text=re.compile("^Panel Member, Health")).first
    expect(looks).to_contain_text(reference)


def an_administrator(way: Way) -> None:
    """Invites by e-mail, gives a role and ends it on a date; cannot open a case."""
    page = way.come("administrator@barnet.example", "/c/barnet/")
    way.choose(page, "People")
    way.press(page, "Invite somebody")
    address = "new.officer@barnet.example"
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Role", exact=True).select_option(label="Community safety officer")
    way.press(page, "Send the invitation")
    expect(page.get_by_text(address).first).to_be_visible()
    way.open(page, "Board Member")
    way.open(page, re.compile("End"))
    page.get_by_label("After a day").check()
    box = page.get_by_role("group", name="Last day")
    for label, value in (("Day", "31"), ("Month", "3"), ("Year", "2031")):
        box.get_by_label(label).fill(value)
    page.locator("main form button").last.click()
    expect(page.get_by_text("31 March 2031").first).to_be_visible()
    answer = page.goto(f"{way.portal}/c/barnet/channel/cases/")
    assert answer is not None
    assert answer.status == 404


def the_public(way: Way) -> None:
    """Democratic services publish the final report; anybody reads it and takes the PDF, without a figure
    that identifies somebody."""
    page = way.come("democratic@southwark.example", "/c/southwark/reports/")
    way.open(page, "R1 Prevent partnership delivery plan")
    pdf = file_made(way, page, re.compile(r"^PDF .* of version 2"))
    assert way.get(page, pdf).startswith(b"%PDF-")
    way.press(page, "Publish it")
    way.press(page, "Publish it")

    reader = way.come("", "/published/southwark/")
    way.open(reader, "Prevent partnership delivery plan")
    expect(reader.get_by_role("heading", level=1)).to_contain_text("Prevent partnership delivery plan")
    assert way.get(reader, re.compile("PDF")).startswith(b"%PDF-")
    assert not reader.context.cookies()


JOURNEYS: dict[Callable[[Way], None], tuple[bool, str]] = {
    an_officer: (False, "telephone"),
    a_coordinator: (False, "desk"),
    a_board_member: (True, "telephone"),
    a_partner: (False, "400%"),
    a_panel_member: (False, "telephone"),
    an_administrator: (True, "desk"),
    the_public: (True, "400%"),
}
"""With scripts or without, and at what size, each goes each day."""


@pytest.mark.parametrize(
    ("journey", "scripts", "size"),
    [
        pytest.param(
            journey,
            scripts,
            size,
            id=f"{journey.__name__}-{'js' if scripts else 'nojs'}-{size}",
            marks=() if (scripts, size) == daily else pytest.mark.prove,
        )
        for journey, daily in JOURNEYS.items()
        for scripts in (True, False)
        for size in SIZES
    ],
)
def test_everybody_has_a_good_day(
    journey: Callable[[Way], None],
    scripts: bool,
    size: str,
    portal: str,
    new_page: Callable[..., Page],
    allow: Callable[[str], None],
) -> None:
    allow("status of 404")
    journey(Way(portal, new_page, scripts, size))
