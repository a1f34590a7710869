"""The search finds what a person's lists show them, and tells nothing of anything else (TI-6, RC-6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from compliance.models import Action, ActionPlan, Report, ReportTemplate
from partnerships.enums import BoardKind
from partnerships.models import AgendaItem, Meeting, Organisation
from partnerships.registers import ACKNOWLEDGEMENTS, AGREEMENTS, VENUES
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.documents.models import Document, DocumentUse
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from prevent_portal.web import search
from prevent_portal.web.search import Question
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, make_review, make_round
from tests.compliance.risks import risk_world
from tests.compliance.rounds import answer_for_test
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import make_board
from tests.partnerships.factories import OrganisationFactory, linked
from tests.partnerships.register_factories import entered, many
from training.enums import Delivery
from training.services.courses import add_course

pytestmark = pytest.mark.django_db

WORD = "kestrel"
KINDS = {
    "actions", "plans", "recommendations", "reviews", "items", "reports", "organisations", "boards",
    "meetings", "register_entries", "documents", "courses", "risks",
}  # fmt: skip
READERS = KINDS - {"risks"}
"""What the council below has of the word: a summary of a risk has a test of its own."""

FOUND: dict[Role, set[str]] = {
    Role.ADMINISTRATOR: READERS,
    Role.COORDINATOR: READERS,
    Role.SAFETY_OFFICER: READERS,
    Role.EDUCATION_OFFICER: READERS,
    Role.CHANNEL_CHAIR: READERS - {"courses"},
    Role.CHANNEL_ADMINISTRATOR: set(),
    Role.PANEL_MEMBER: set(),
    Role.DISTRICT_ATTENDER: set(),
    Role.CASE_MANAGER: set(),
    Role.POLICE_REPRESENTATIVE: set(),
    Role.REPORT_AUTHOR: READERS,
    Role.BOARD_MEMBER: READERS,
    Role.PARTNER_SUBMITTER: set(),
    Role.PARTNER_LEAD: set(),
    Role.COUNCILLOR: {"recommendations", "reviews", "reports"},
    Role.CABINET_MEMBER: READERS,
    Role.CONSULTEE: set(),
    Role.DEMOCRATIC_SERVICES: {"recommendations", "reviews", "reports"},
    Role.AUDITOR: READERS,
}


@dataclass
class World:
    """A council with the word in one thing of every kind."""

    council: Council
    coordinator: User
    plan: ActionPlan
    action: Action

    @property
    def address(self) -> str:
        return f"/c/{self.council.slug}/search/"

    def found(self, person: User, text: str = WORD) -> dict[str, list[search.Hit]]:
        with council_scope(user_id=person.pk, council=self.council):
            access = council_access(person, self.council)
            return {one.kind.name: one.hits for one in search.search(access, Question.asked(text))}

    def titles(self, text: str, kind: str = "actions") -> list[str]:
        """What the coordinator finds of one kind."""
        with council_scope(user_id=self.coordinator.pk, council=self.council):
            access = council_access(self.coordinator, self.council)
            return [hit.title for hit in search._kinds[kind].provider(access, Question.asked(text))]


def make_world(word: str = WORD) -> World:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    plan = make_plan(council, coordinator, title=f"Plan of the {word}")
    action = make_action(plan, coordinator, title=f"Count every {word}", measure="A survey of nests")
    make_review(council, coordinator, title=f"Review of the {word}", rows=1)
    assessment = make_round(council, coordinator)
    organisation = linked(
        council, OrganisationFactory.create(name=f"{word.title()} Trust", code=f"K{council.pk}")
    )
    board = make_board(council, f"{word.title()} board")
    entered(AGREEMENTS, council, coordinator, title=f"Agreement about the {word}")
    entered(ACKNOWLEDGEMENTS, council, coordinator, title=f"Promise about the {word}")
    with service_scope(council=council):
        answer_for_test(assessment, "S-01", coordinator, response=f"The {word} is in place.")
        Meeting.objects.create(council=council, board=board, held_on=date(2026, 3, 12))
        add_course(council=council, by=None, name=f"{word.title()} course", delivery=Delivery.E_LEARNING)
        document = Document.objects.create(
            council=council, title=f"Photograph of a {word}", owner=coordinator
        )
        DocumentUse.objects.create(
            council=council, document=document, kind="partnerships.board", object_id=board.pk
        )
        template = ReportTemplate.objects.create(council=council, name="Template")
        for number, state in ((1, "draft"), (2, "final")):
            a_report(council, template, number, f"The {word} in {state}", coordinator, final=state == "final")
    assert organisation.pk
    return World(council, coordinator, plan, action)


def a_report(
    council: Council, template: ReportTemplate, number: int, title: str, by: User, *, final: bool = False
) -> Report:
    now = timezone.now()
    done: dict[str, Any] = {}
    if final:
        other = member(council, Role.CABINET_MEMBER)
        done = {"state": "final", "frozen_at": now, "frozen_by": by, "final_at": now, "final_by": other,
                "as_at": date(2026, 6, 30), "snapshot": {}}  # fmt: skip
    return Report.objects.create(
        council=council, number=number, template=template, title=title, committee="Cabinet",
        numbering="sections", period_start=date(2026, 4, 1), period_end=date(2026, 6, 30), author=by, **done,
    )  # fmt: skip


def test_every_kind_is_known_and_none_is_of_channel_or_people() -> None:
    assert set(search._kinds) == KINDS
    assert not [kind for kind in search._kinds.values() if kind.provider.__module__.startswith("channel")]


def test_each_role_finds_what_its_lists_show_and_each_address_opens() -> None:
    ours, theirs = make_world(), make_world()
    for role, kinds in FOUND.items():
        person = member(ours.council, role)
        with council_scope(user_id=person.pk, council=ours.council):
            access = council_access(person, ours.council)
            found = {one.kind.name: one.hits for one in search.search(access, Question.asked(WORD))}
        assert set(found) == kinds, role
        hits = [hit for some in found.values() for hit in some]
        for hit in hits:
            assert hit.href.startswith(f"/c/{ours.council.slug}/"), hit
            assert access.may(resolve(hit.href).func.view_class.permission_for("GET")), (role, hit)  # type: ignore[attr-defined] # a class's view
        titles = {hit.title for hit in hits}
        reads_drafts = role not in {Role.BOARD_MEMBER, Role.COUNCILLOR, Role.DEMOCRATIC_SERVICES}
        assert ("The kestrel in draft" in titles) is ("reports" in found and reads_drafts), role
        assert ("The kestrel in final" in titles) is ("reports" in found)
        assert "Promise about the kestrel" not in titles
        if role == Role.BOARD_MEMBER:
            client = sign_in(Client(), person)
            assert {client.get(hit.href).status_code for hit in hits} == {200}
            assert client.get(theirs.address, {"q": WORD}).status_code == 404


def test_the_page_names_what_was_found_and_nothing_of_another_council(client: Client) -> None:
    ours, theirs = make_world(), make_world("kestrel peregrine")
    sign_in(client, ours.coordinator)
    answer = client.get(ours.address, {"q": WORD})
    page = answer.content.decode()
    assert re.search(r"<title>\s*Search –", page)
    assert WORD not in page.split("</title>")[0]
    assert "Count every kestrel" in page
    assert "Not started, due" in page
    assert "peregrine" not in page
    assert theirs.council.slug not in page
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert not Event.objects.filter(details__icontains=WORD, action__contains="search").exists()
    # What is there and hidden, and what is not there at all, read the same.
    hidden = client.get(ours.address, {"q": "peregrine"}).content.decode()
    nothing = client.get(ours.address, {"q": "ptarmigan"}).content.decode()
    assert "Nothing was found" in hidden
    assert _masked(hidden).replace("peregrine", "ptarmigan") == _masked(nothing)
    # The box stands on every page of the council, for whoever may find anything, and on no other page.
    assert f'action="{ours.address}"' in client.get(f"/c/{ours.council.slug}/plans/").content.decode()
    assert 'role="search"' not in client.get("/help/").content.decode()
    submitter = sign_in(Client(), member(ours.council, Role.PARTNER_SUBMITTER), second_factor=False)
    assert submitter.get(ours.address, {"q": WORD}).status_code == 200
    manager = sign_in(Client(), member(ours.council, Role.CASE_MANAGER))
    assert manager.get(ours.address, {"q": WORD}).status_code == 404
    assert manager.get(f"/api/v1{ours.address}", {"q": WORD}).status_code == 404


def _masked(page: str) -> str:
    return re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_people_of_partners_find_their_own_and_nothing_else() -> None:
    world = make_world()
    lead = member(world.council, Role.PARTNER_LEAD)
    make_action(world.plan, world.coordinator, title="Ring the kestrel", owner=lead)
    assert {name: [hit.title for hit in hits] for name, hits in world.found(lead).items()} == {
        "actions": ["Ring the kestrel"]
    }


def test_references_starts_of_words_and_phrases_are_found_and_the_best_comes_first() -> None:
    world = make_world()
    coordinator = world.coordinator
    make_action(world.plan, coordinator, title="Training delivery", measure="Every kestrel is counted")
    four = make_action(world.plan, coordinator, title="Write to schools")

    titles = world.titles
    assert titles(WORD) == ["Count every kestrel", "Training delivery"]
    assert titles(f"a{four.number}") == ["Write to schools"]
    assert titles("trainin") == ["Training delivery"]
    assert titles("delivery train") == ["Training delivery"]
    make_action(world.plan, coordinator, title="Multi-agency exercise")
    assert titles("multi-agen") == ["Multi-agency exercise"]
    assert titles("exercise or delivery") == ["Training delivery", "Multi-agency exercise"]
    assert titles("kestrels") == ["Count every kestrel", "Training delivery"]
    assert titles('"every kestrel"') == ["Count every kestrel", "Training delivery"]
    assert titles('"kestrel every"') == []
    assert titles("kestrel -survey") == ["Training delivery"]
    assert titles("nests") == ["Count every kestrel"]
    assert titles(f"K{world.council.pk}", "organisations") == ["Kestrel Trust"]
    assert titles("12 March 2026", "meetings") == ["Kestrel board, 12 March 2026"]
    assert titles("R2", "reports") == ["The kestrel in final"]
    assert titles("recommendation 1", "recommendations") == ["Wording 1 of Review of the kestrel"]
    with council_scope(user_id=coordinator.pk, council=world.council):
        board = Meeting.objects.select_related("board").get(council=world.council).board
        document = Document.objects.get(council=world.council)
    assert titles(board.reference, "boards") == ["Kestrel board"]
    assert titles(document.reference.lower(), "documents") == ["Photograph of a kestrel"]


def test_an_item_is_found_once_and_what_is_read_by_name_never() -> None:
    world = make_world()
    make_round(world.council, world.coordinator, period_start=date(2017, 4, 1))
    assert world.titles("S-01", "items")[:1] == [
        "Partnerships that already meet agree the local risk and co-ordinate the response to it"
    ]
    items = world.titles("partnerships", "items")
    assert len(items) == len(set(items)) > 1
    with service_scope(council=world.council):
        document = Document.objects.get(council=world.council)
        DocumentUse.objects.create(
            council=world.council, document=document, kind="partnerships.named_paper", object_id=document.pk
        )
    assert world.titles(WORD, "documents") == []


def test_when_a_channel_panel_meets_and_about_what_is_not_found() -> None:
    world = make_world()
    panel = make_board(world.council, "Osprey panel", kind=BoardKind.CHANNEL_PANEL)
    other = make_board(world.council, "Osprey board")
    with service_scope(council=world.council):
        for board in (panel, other):
            meeting = Meeting.objects.create(council=world.council, board=board, held_on=date(2026, 3, 12))
            AgendaItem.objects.create(
                council=world.council, meeting=meeting, position=1, title="Nests", kind="new"
            )
    assert world.titles("osprey", "meetings") == ["Osprey board, 12 March 2026"]
    assert world.titles("nests", "meetings") == ["Osprey board, 12 March 2026"]


def test_of_local_risks_only_what_was_approved_for_publication_is_found() -> None:
    risks = risk_world("barnet")
    world = World(risks.council, risks.keeper, risks.action.plan, risks.action)
    assert world.found(risks.keeper, risks.canary) == {}
    summary = risks.publish("Online harm", "Schools ask for advice about kestrel forums.")
    hits = world.found(member(risks.council, Role.SAFETY_OFFICER))["risks"]
    assert [(hit.title, hit.href) for hit in hits] == [
        ("Online harm", f"/c/barnet/risks/#summary-{summary.pk}")
    ]


def test_as_many_statements_for_fifty_rows_as_for_one_and_ten_of_each_are_shown(client: Client) -> None:
    world = make_world()
    sign_in(client, world.coordinator)
    client.get(world.address, {"q": WORD})

    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(world.address, {"q": WORD}).status_code == 200
        return [query["sql"] for query in captured.captured_queries]

    few = statements()
    assert len([sql for sql in few if "to_tsvector" in sql]) == len(KINDS)
    assert len([sql for sql in few if "numnode" in sql]) == 1
    for number in range(1, 51):
        make = world.action
        with service_scope(council=world.council):
            Action.objects.create(
                council=world.council, plan=world.plan, objective=make.objective, number=100 + number,
                title=f"Another kestrel {number}", first_due_on=date(2026, 1, 1), due_on=date(2026, 1, 1),
            )  # fmt: skip
    many(AGREEMENTS, world.council, world.coordinator, 25)
    many(VENUES, world.council, world.coordinator, 25)
    assert len(statements()) == len(few)
    page = client.get(world.address, {"q": WORD}).content.decode()
    assert page.count("Another kestrel") + page.count("Count every kestrel") == 10
    assert f'href="/c/{world.council.slug}/actions/?text=kestrel">More actions</a>' in page
    entries = client.get(world.address, {"q": "entry"}).content.decode()
    assert f'href="/c/{world.council.slug}/partnership/registers/">More entries of registers</a>' in entries


def test_what_cannot_be_searched_is_said_in_words(client: Client) -> None:
    world = make_world()
    sign_in(client, world.coordinator)
    common = client.get(world.address, {"q": "the of and"}).content.decode()
    assert "Add a word that says more" in common
    long = client.get(world.address, {"q": "k" * 201})
    assert long.status_code == 400
    assert "Search for 200 characters or fewer." in long.content.decode()
    empty = client.get(world.address).content.decode()
    assert "Nothing was found" not in empty
    assert "Duty checklist items" in empty
    script = client.get(world.address, {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in script


def test_the_api_finds_the_same(client: Client) -> None:
    world = make_world()
    sign_in(client, world.coordinator)
    address = f"/api/v1{world.address}"
    answer = client.get(address, {"q": WORD})
    assert answer.headers["Cache-Control"] == "no-store, private"
    results = {one["kind"]: one for one in answer.json()["results"]}
    assert set(results) == READERS
    assert results["actions"]["hits"] == [
        {
            "title": "Count every kestrel",
            "reference": world.action.reference,
            "href": f"/c/{world.council.slug}/actions/{world.action.pk}/",
            "words": world.found(world.coordinator)["actions"][0].words,
        }
    ]
    assert results["actions"]["has_more"] is False
    assert client.get(address).json() == {"results": []}
    assert "Add a word that says more" in client.get(address, {"q": "the"}).json()["detail"]
    assert client.get(address, {"q": "x" * 201}).json() == {"detail": "Search for 200 characters or fewer."}
    assert resolve(address).url_name == "api-search"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@example("\x00kestrel\x00")
@example("'':*&|!<->()\\")
@example('"unclosed kestrel -')
@example("A999999999 ")
@example("٣²Ⅷ ߀")
@example("or or or -")
@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text: str) -> None:
    question = Question.asked(text)
    with transaction.atomic(), connection.cursor() as cursor:
        assert question.refusal in ("", search.COMMON_WORDS)
        for letter in "ABELR":
            question.number(letter), question.key_end(letter)
        sql, parameters = _compiled(question)
        cursor.execute(sql, parameters)
        assert cursor.fetchall() is not None


def _compiled(question: Question) -> tuple[str, Any]:
    rows = search.best(search.matching(Organisation.objects.all(), question, title="name"), "name")
    return rows.query.sql_with_params()
