"""Coverage: what came, what is below target and by how many people, what is missing by name."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from partnerships import demo as partnerships_demo
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import due_items
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from prevent_portal.web.overview_parts import admitted, told_now
from prevent_portal.web.report_blocks import Block, blocks_of, from_json
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.factories import JUNE, SEPTEMBER, accepted, returned, shared, wrap
from tests.training.files import NAMES, TRUST_RETURNS, label
from training.demo.returns import load_returns
from training.enums import PeriodKind, Reported, ReturnState
from training.models import Course, ExpectedReturn, ReturnReview, Target, TrainingReturn
from training.queries.coverage import coverage
from training.queries.returns import missing_returns, returns_seen_by
from training.services.reviews import review_return

pytestmark = pytest.mark.django_db
DECEMBER = date(2018, 12, 31)
SLUGS = ("barnet", "southwark", "wolverhampton", "buckinghamshire", "leicestershire")


class Demo:
    """The demo's five councils with the training of Barnet."""

    def __init__(self) -> None:
        self.councils: dict[str, Council] = {
            slug: CouncilFactory(slug=slug, name=slug.capitalize()) for slug in SLUGS
        }
        self.barnet = self.councils["barnet"]
        self.people: dict[str, User] = {
            email: member(self.barnet, Role.PARTNER_SUBMITTER, email=email)
            for email in ("submitter@royalfree.example", "submitter@clch.example")
        }
        self.load()
        self.coordinator = member(self.barnet, Role.COORDINATOR)

    def load(self) -> None:
        partnerships_demo.load(councils=self.councils, people=self.people)
        load_returns(councils=self.councils)


@pytest.fixture
def loaded() -> Demo:
    return Demo()


def text_of(response: Any) -> str:
    """The words of a page, without its marks."""
    assert response.status_code == 200
    words = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())


def test_the_demo_prints_every_published_percentage_save_the_one_below_target(
    loaded: Demo, client: Client
) -> None:
    def stored() -> list[int]:
        with service_scope(council=loaded.barnet):
            return [model.objects.count() for model in (TrainingReturn, ReturnReview, ExpectedReturn)]

    before = stored()
    loaded.load()
    assert stored() == before, "loading the demo again changes nothing"
    sign_in(client, loaded.coordinator)
    response = client.get(reverse("training", args=["barnet"]))
    rows = [
        tuple(str(getattr(cell, "text", cell)) for cell in row)
        for section in response.context["sections"]
        for row in section["table"].rows
    ]
    printed = {(row[0].split(" (")[0], row[1], row[2]): row[4] for row in rows}
    for each in TRUST_RETURNS:
        if (each.code, each.end) == ("RAL", DECEMBER):
            continue
        name = NAMES[each.code].replace("Barnet Enfield", "Barnet, Enfield")
        expected = "84.7%" if each.compliant == 10119 else f"{each.printed}%"
        assert printed[name, label(each), f"{each.compliant:,}"] == expected
    words = text_of(response)
    assert "34 people short of 85%" in words
    assert "Royal Free London NHS Foundation Trust: WRAP, December 2018" in words
    assert "Royal Free London NHS Foundation Trust: Basic awareness, December 2018" in words
    assert "234 people not yet trained" in words
    assert "39 people not yet trained" in words
    assert "49%" in words
    assert "87%" in words


def test_coverage_shows_nothing_of_another_council(loaded: Demo, client: Client) -> None:
    sign_in(client, member(loaded.councils["southwark"], Role.COORDINATOR))
    assert "No returns yet" in text_of(client.get(reverse("training", args=["southwark"])))
    assert client.get(reverse("training", args=["barnet"])).status_code == 404


def test_coverage_takes_the_same_queries_for_few_and_for_many_returns(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    sign_in(client, member(council, Role.COORDINATOR))
    address = reverse("training", args=[council.slug])
    client.get(address)
    for number in (1, 12):
        for _ in range(number):
            local, wide = OrganisationFactory(), OrganisationFactory()
            returned(council, local, 80, 100, for_council=True)
            shared(wide, council)
            returned(council, wide, 90, 100)
            returned(other, wide, 90, 100, for_council=True)
        with assertNumQueries(19):
            client.get(address)


def test_nil_unknown_and_not_returned_are_three_things() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    nil, unknown, absent = (OrganisationFactory(name=name) for name in ("A Nil", "B Unknown", "C Absent"))
    returned(council, nil, 0, 0, for_council=True, reported=Reported.NIL)
    returned(council, unknown, None, 90, for_council=True, reported=Reported.UNKNOWN)
    returned(other, absent, 1, 2, for_council=True)
    linked(council, absent)
    with service_scope(council=council):
        ExpectedReturn.objects.create(
            council=council, organisation=absent, course=wrap(), council_staff_only=True, starts_on=JUNE[0]
        )
        groups = coverage(council, end=JUNE[1], window=1).groups
    found = [
        (g.organisation, g.cells[0].line.printed if g.cells[0].line else None, len(g.missing)) for g in groups
    ]
    assert found == [("A Nil", "Nil", 0), ("B Unknown", "Unknown", 0), ("C Absent", None, 1)]


def test_nil_and_unknown_neither_meet_nor_miss_a_target(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    met, below, nil, unknown = (OrganisationFactory() for _ in range(4))
    returned(council, met, 90, 100, for_council=True)
    returned(council, below, 80, 100, for_council=True)
    returned(council, nil, 0, 0, for_council=True, reported=Reported.NIL)
    returned(council, unknown, None, 90, for_council=True, reported=Reported.UNKNOWN)
    returned(other, met, 95, 100, for_council=True)
    coordinator = member(council, Role.COORDINATOR)
    sign_in(client, coordinator)
    figures = {
        tile.label: str(tile.figure)
        for tile in client.get(reverse("training", args=[council.slug])).context["tiles"]
    }
    assert figures["Target met"] == "1 of 2"
    assert figures["Below target"] == "1"
    assert [tile["figure"] for tile in _tiles(coordinator, council) if tile["order"] == 60] == ["1 of 2"]


def _tiles(person: User, council: Council) -> list[dict[str, Any]]:
    """What the overview tells a person in figures."""
    with council_scope(user_id=person.pk, council=council):
        told = told_now(council, timezone.localdate())
        parts = admitted(council_access(person, council), told)
    return [tile for part in parts for tile in part.get("tiles", ())]


def test_the_target_of_the_day_counts_for_the_kind_of_organisation() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    for owner, per_cent in ((council, Decimal("90.5")), (other, Decimal(50))):
        with service_scope(council=owner):
            Target.objects.create(
                council=owner,
                course=wrap(),
                organisation_kind="nhs_trust",
                starts_on=date(2018, 7, 1),
                per_cent=per_cent,
                source="T",
            )
    returned(council, trust, 88, 100, for_council=True)
    returned(council, trust, 88, 100, for_council=True, period=SEPTEMBER)
    returned(council, trust, 1, 100, for_council=True, period=(date(2017, 10, 1), date(2017, 12, 31)))
    returned(other, trust, 1, 100, for_council=True)
    with service_scope(council=council):
        lines = sorted(returns_seen_by(council), key=lambda line: line.period)
    assert [(line.target, line.against) for line in lines] == [
        (None, "99 people not yet trained"),
        (Decimal(85), "Target met"),
        (Decimal("90.5"), "3 people short of 90.5%"),
    ]


def test_figures_as_at_a_date_are_those_of_the_version_that_was_there() -> None:
    from tests.training.test_isolation import at

    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    fields = {"for_council": True, "submitted_at": at(date(2018, 7, 5))}
    returned(council, trust, 80, 100, is_current=False, **fields)
    returned(council, trust, 82, 100, version=2, **{**fields, "submitted_at": at(date(2018, 9, 5))})
    returned(other, trust, 1, 100, **fields)

    def compliant(as_at: date | None) -> list[int | None]:
        with service_scope(council=council):
            return [line.compliant for line in returns_seen_by(council, as_at=as_at)]

    assert compliant(date(2018, 7, 4)) == []
    assert compliant(date(2018, 7, 5)) == [80]
    assert compliant(date(2018, 9, 4)) == [80]
    assert compliant(date(2018, 9, 5)) == compliant(None) == [82]


def test_what_is_expected_and_has_not_come_is_missing_until_it_comes() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="Trust")
    shared(trust, council)
    with service_scope(council=council):
        ExpectedReturn.objects.create(
            council=council, organisation=trust, course=wrap(), starts_on=JUNE[0], ends_on=DECEMBER
        )
        missing = missing_returns(council, date(2018, 10, 1))
        assert [(m.organisation, m.period.label, m.due_on) for m in missing] == [
            ("Trust", "June 2018", date(2018, 7, 28)),
            ("Trust", "September 2018", date(2018, 10, 28)),
        ]
    returned(council, trust, 80, 100)
    returned(other, trust, 80, 100, for_council=True, period=SEPTEMBER)
    with service_scope(council=council):
        assert [m.period.label for m in missing_returns(council, date(2018, 10, 1))] == ["September 2018"]


def test_a_report_holds_the_published_tables_with_bars_notes_and_gaps(loaded: Demo) -> None:
    with service_scope(council=loaded.barnet):
        blocks = blocks_of("training_returns", loaded.barnet, date(2018, 10, 1), DECEMBER, date(2019, 2, 28))
        services = blocks_of(
            "training_services", loaded.barnet, date(2018, 10, 1), DECEMBER, date(2019, 2, 28)
        )
    by_title = {block.title: block for block in blocks}
    assert list(by_title) == [
        f"Basic awareness: {NAMES['RAL']} (whole organisation)",
        "WRAP: Barnet, Enfield and Haringey Mental Health NHS Trust (Barnet-based staff)",
        f"WRAP: {NAMES['RYX']} (whole organisation)",
        f"WRAP: {NAMES['RAL']} (whole organisation)",
    ]
    basic = by_title[f"Basic awareness: {NAMES['RAL']} (whole organisation)"]
    assert basic.rows[0] == ["March 2018", "10,119", "1,825", "11,944", "84.7%", "34 people short of 85%"]
    assert basic.rows[3] == ["December 2018", "Not returned", "", "", "Not returned", ""]
    assert basic.missing == [f"{NAMES['RAL']}: Basic awareness, December 2018 not returned"]
    assert basic.target == 85.0
    assert [bar.printed for bar in basic.bars] == ["84.7%", "85%", "85%"]
    assert basic.notes == []
    barnet_enfield = by_title[
        "WRAP: Barnet, Enfield and Haringey Mental Health NHS Trust (Barnet-based staff)"
    ]
    assert [row[4] for row in barnet_enfield.rows] == ["88%", "84%", "83%"]
    assert barnet_enfield.notes == [
        (
            "Barnet, Enfield and Haringey Mental Health NHS Trust has been below the target of 85% in WRAP "
            "for 2 quarters: 83% in December 2018, 10 people short."
        )
    ]
    assert [row[4] for row in by_title[f"WRAP: {NAMES['RYX']} (whole organisation)"].rows] == [
        "92%",
        "92%",
        "93%",
    ]
    assert [row[:1] + row[3:] for row in services[0].rows] == [
        ["Barnet Adults and Communities", "290", "251", "87%", "39 people not yet trained", "28"],
        ["Barnet Children and Family Services", "462", "228", "49%", "234 people not yet trained", "27"],
    ]
    assert [from_json(block.as_json()) for block in blocks + services] == blocks + services


def test_a_report_of_another_council_holds_nothing_of_these(loaded: Demo) -> None:
    southwark = loaded.councils["southwark"]
    with service_scope(council=southwark):
        found: list[Block] = []
        for name in ("training_returns", "training_services"):
            found += blocks_of(name, southwark, date(2018, 10, 1), DECEMBER, date(2019, 2, 28))
    assert [block.rows for block in found] == [[["No organisation", "", "No return", ""]]]


def test_a_report_on_a_quarter_without_returns_says_who_has_not_returned_and_since_when(
    loaded: Demo,
) -> None:
    begins, ends, as_at = date(2026, 4, 1), date(2026, 6, 30), date(2026, 7, 31)
    with service_scope(council=loaded.barnet):
        [returns] = blocks_of("training_returns", loaded.barnet, begins, ends, as_at)
        [services] = blocks_of("training_services", loaded.barnet, begins, ends, as_at)
        # As at a day before anything came, whoever was expected has never returned.
        [before] = blocks_of(
            "training_returns", loaded.barnet, date(2020, 1, 1), date(2020, 3, 31), date(2018, 1, 1)
        )
    assert [[row[0], row[1], row[-1]] for row in returns.rows] == [
        ["Barnet, Enfield and Haringey Mental Health NHS Trust", "WRAP", "December 2018"],
        [NAMES["RYX"], "WRAP", "Q3 2018/19"],
        [NAMES["RAL"], "Basic awareness", "September 2018"],
        [NAMES["RAL"], "WRAP", "September 2018"],
    ]
    assert returns.missing[0] == (
        "No training return was expected for the year up to June 2026, and none came"
    )
    assert returns.missing[-1] == f"{NAMES['RAL']}: WRAP, no return since September 2018"
    assert services.rows == [
        ["Barnet Adults and Communities", "No return"],
        ["Barnet Children and Family Services", "No return"],
    ]
    assert {row[-1] for row in before.rows} == {"Never returned"}


def test_a_trust_that_fell_below_its_target_is_named() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="Trust")
    accepted(returned(council, trust, 90, 100, for_council=True), council)
    accepted(returned(council, trust, 84, 100, for_council=True, period=SEPTEMBER), council)
    accepted(returned(other, trust, 1, 100, for_council=True), other)
    with service_scope(council=council):
        block = blocks_of("training_returns", council, SEPTEMBER[0], SEPTEMBER[1], date.today())[0]  # noqa: DTZ011 - as the machine has it
    assert block.notes == [
        "Trust fell below the target of 85% in WRAP: 84% in September 2018, 1 person short."
    ]


def test_the_overview_says_how_many_reach_their_target_and_how_many_are_missing(loaded: Demo) -> None:
    tiles = _tiles(loaded.coordinator, loaded.barnet)
    ours = {tile["label"]: (tile["figure"], tile["note"]) for tile in tiles if tile["order"] in {60, 61}}
    assert ours == {
        "Training returns that reach their target, December 2018": (
            "1 of 2",
            "Barnet, Enfield and Haringey Mental Health, WRAP: 10 people short of 85%",
        ),
        "Training returns missing": ("2", "Royal Free London: Basic awareness, December 2018, and 1 more"),
    }
    person = loaded.people["submitter@royalfree.example"]
    assert _tiles(person, loaded.barnet) == []


def test_a_submitter_has_their_own_returns_to_send_and_a_coordinator_has_them_to_chase(loaded: Demo) -> None:
    def waiting(person: User) -> list[tuple[str, str, date | None]]:
        with own_councils_scope(user_id=person.pk):
            items = due_items(person, date(2019, 2, 1))
        return [
            (item.task, item.title, item.due_on)
            for item in items
            if "returns" in item.href or "training" in item.href
        ]

    due = date(2019, 1, 28)
    assert waiting(loaded.people["submitter@royalfree.example"]) == [
        ("Send the training return", "Basic awareness, December 2018, Royal Free London", due),
        ("Send the training return", "WRAP, December 2018, Royal Free London", due),
    ]
    assert waiting(loaded.people["submitter@clch.example"]) == []
    assert waiting(loaded.coordinator) == [("Chase the missing returns", "2 missing for December 2018", due)]


def test_coverage_leaves_as_csv_and_workbook_without_a_formula(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    sign_in(client, member(council, Role.COORDINATOR))
    hostile = OrganisationFactory(name='=HYPERLINK("http://x.example","y")')
    returned(council, hostile, 80, 100, for_council=True)
    returned(other, OrganisationFactory(name="Elsewhere"), 80, 100, for_council=True)
    text = client.get(reverse("training-csv", args=[council.slug])).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][:9] == [
        "'=HYPERLINK(\"http://x.example\",\"y\")", "WRAP", "Local staff", "June 2018", "1 April 2018",
        "30 June 2018", "80", "100", "80%",
    ]  # fmt: skip
    assert len(rows) == 2
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(reverse("training-xlsx", args=[council.slug])).content)
    )
    cells = [cell for row in book["Coverage"].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if str(cell.value).startswith("=")] == ["s"]
    assert [cell.value for cell in cells if cell.column_letter in {"G", "H"}][2:] == [80, 100]


def test_a_return_is_queried_and_accepted_for_one_council_and_the_other_s_word_stands(client: Client) -> None:
    a, b = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    shared(trust, a)
    shared(trust, b)
    wide = returned(a, trust, 80, 100)
    sign_in(client, member(a, Role.COORDINATOR))
    address = reverse("training-return", args=[a.slug, wide.pk])
    assert "Enter your question" in text_of(client.post(address, {"state": "queried", "comment": ""}))
    answer = client.post(address, {"state": "queried", "comment": "Does this count bank staff?"}, follow=True)
    assert "Does this count bank staff?" in text_of(answer)
    with service_scope(council=b):
        assert [line.state for line in returns_seen_by(b)] == [ReturnState.SUBMITTED]
    person = submitter(a, trust)
    partner = sign_in(Client(), person)
    own = text_of(partner.get(reverse("own-returns", args=[a.slug])))
    assert "Does this count bank staff?" in own
    assert partner.post(address, {"state": "accepted"}).status_code == 404
    client.post(address, {"state": "accepted"})
    with service_scope(council=a):
        assert [line.state for line in returns_seen_by(a)] == [ReturnState.ACCEPTED]


def test_a_return_of_another_council_is_not_found(client: Client) -> None:
    a, b = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    ours, theirs = returned(a, trust, 1, 2, for_council=True), returned(b, trust, 1, 2, for_council=True)
    sign_in(client, member(a, Role.COORDINATOR))
    assert client.get(reverse("training-return", args=[a.slug, ours.pk])).status_code == 200
    assert client.get(reverse("training-return", args=[a.slug, theirs.pk])).status_code == 404
    partner = sign_in(Client(), submitter(a, OrganisationFactory()))
    assert partner.get(reverse("own-return", args=[a.slug, ours.pk])).status_code == 404
    owner = sign_in(Client(), submitter(a, trust))
    assert owner.get(reverse("own-return", args=[a.slug, ours.pk])).status_code == 200


def test_a_partner_stops_sharing_on_its_own_page_and_nobody_else_does(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    grant = shared(trust, council)
    shared(trust, other)
    address = reverse("end-sharing", args=[council.slug, grant.pk])
    stranger = sign_in(Client(), submitter(council, OrganisationFactory()))
    assert stranger.post(address).status_code == 404
    sign_in(client, submitter(council, trust))
    assert "Stop sharing returns with" in text_of(client.get(address))
    assert "will not see returns that you send after today" in text_of(client.post(address, follow=True))
    with service_scope(council=council):
        grant.refresh_from_db()
    assert grant.ends_on is not None


def test_reviews_of_a_return_need_words_for_a_question() -> None:
    from training.policies.returns import ReturnRefused

    council, other = CouncilFactory(), CouncilFactory()
    made = returned(council, OrganisationFactory(), 1, 2, for_council=True)
    returned(other, OrganisationFactory(), 1, 2, for_council=True)
    with service_scope(council=council):
        for state, comment in ((ReturnState.QUERIED, " "), (ReturnState.DRAFT, "x")):
            with pytest.raises(ReturnRefused):
                review_return(training_return=made, council=council, state=state, comment=comment, by=None)


def test_the_demo_leaves_the_royal_free_s_december_to_be_sent(loaded: Demo) -> None:
    with service_scope(council=loaded.barnet):
        ends = TrainingReturn.objects.filter(organisation__name=NAMES["RAL"]).values_list(
            "period_to", flat=True
        )
        assert max(ends) == date(2018, 9, 30)
        assert TrainingReturn.objects.count() == 14
        assert TrainingReturn.objects.filter(period_kind=PeriodKind.FREE).count() == 2
    assert Course.objects.count() == 6
