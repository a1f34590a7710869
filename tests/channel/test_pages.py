"""Pages of Channel: who gets what, what is logged, and what no other page ever shows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from channel import queries
from channel.enums import Capacity
from channel.models import ChannelCase, MeetingCase, Signature
from channel.permissions import PANEL_ROLES
from channel.services import grants, meetings, panels
from channel.views import MeetingsView
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, panel_world
from tests.factories import CouncilFactory, UserFactory, give_role, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def southwark() -> PanelWorld:
    return panel_world("southwark")


def addresses(world: PanelWorld) -> dict[str, str]:
    """Every address of the room that names something of this panel."""
    slug, meeting, case = world.council.slug, world.meeting.pk, world.case.reference
    return {
        "meeting": reverse("channel-meeting", args=[slug, meeting]),
        "open": reverse("channel-meeting-open", args=[slug, meeting]),
        "close": reverse("channel-meeting-close", args=[slug, meeting]),
        "new case": reverse("channel-case-new", args=[slug, meeting]),
        "acknowledge": reverse("channel-acknowledge", args=[slug, world.panel.pk]),
        "case": reverse("channel-case", args=[slug, case]),
        "grants": reverse("channel-case-grants", args=[slug, case]),
    }


def random_of(world: PanelWorld, address: str) -> str:
    """The same address with an identifier that never existed."""
    return (
        address.replace(str(world.meeting.pk), str(uuid4()))
        .replace(str(world.panel.pk), str(uuid4()))
        .replace(world.case.reference, "ABCD-2345")
    )


def methods(name: str) -> tuple[str, ...]:
    return ("post",) if name in ("open", "close") else ("get", "head", "post")


def events(world: PanelWorld) -> list[tuple[str, int | None, dict[str, Any]]]:
    """The access log as its chair reads it."""
    with world.as_chair():
        return [
            (event.action, event.actor_id, event.details)
            for event in Event.objects.filter(council_id=world.council.pk, restricted=True).order_by("id")
        ]


OUTSIDERS = [
    *sorted(set(Role) - PANEL_ROLES),
    "operator",
    "superuser",
    "superuser administrator",
    "chair of another council",
    "nobody's member",
    "former member",
    "anonymous",
]


def outsider(world: PanelWorld, kind: str, other: PanelWorld) -> User | None:
    match kind:
        case "operator":
            return UserFactory.create(is_staff=True)
        case "superuser":
            return UserFactory.create(is_staff=True, is_superuser=True)
        case "superuser administrator":
            return member(world.council, Role.ADMINISTRATOR, is_staff=True, is_superuser=True)
        case "chair of another council":
            return other.chair
        case "nobody's member":
            return UserFactory.create()
        case "former member":
            person = world.seat()
            world.sign(person)
            with service_scope(council=world.council):
                Membership.objects.filter(user=person).update(
                    revoked_at=timezone.now() - timedelta(minutes=1)
                )
            return person
        case "anonymous":
            return None
    return member(world.council, Role(kind))


@pytest.mark.parametrize("kind", OUTSIDERS, ids=str)
def test_everybody_else_gets_the_answer_of_an_address_that_never_existed(
    barnet: PanelWorld, southwark: PanelWorld, kind: str
) -> None:
    person = outsider(barnet, kind, southwark)
    client = Client()
    if person is not None:
        sign_in(client, person)
    expected = 302 if person is None else 404
    asked = {**addresses(barnet), "meetings": reverse("channel-meetings", args=["barnet"])}
    for name, address in asked.items():
        for method in methods(name) if name != "meetings" else ("get",):
            answer = getattr(client, method)(address)
            unknown = getattr(client, method)(random_of(barnet, address))
            assert answer.status_code == unknown.status_code == expected, (name, method)
            assert answer.content == unknown.content
            assert sorted(answer.headers) == sorted(unknown.headers)
            assert barnet.canary not in answer.content.decode()
            # Who may read released figures, or the access log, has an entry of the menu for that page.
            shown = re.sub(r"Channel (figures|access log)", "", answer.content.decode())
            assert "Channel" not in shown
    with barnet.as_chair():
        assert ChannelCase.objects.count() == 1
        assert barnet.meeting.__class__.objects.get(pk=barnet.meeting.pk).closed_at is None


@pytest.mark.parametrize("state", ["unsigned", "not granted", "removed", "no seat"])
def test_people_of_the_panel_without_the_right_get_the_same_404_for_the_case(
    barnet: PanelWorld, client: Client, state: str
) -> None:
    person = (
        member(barnet.council, Role.CASE_MANAGER)
        if state == "no seat"
        else barnet.seat(granted=state != "not granted")
    )
    if state in ("not granted", "removed"):
        barnet.sign(person)
    if state == "removed":
        with barnet.as_chair():
            panels.end_seat(seat=queries.seats_of(barnet.panel).get(person=person), by=barnet.chair)
    sign_in(client, person)
    for name in ("case", "grants", "new case", "acknowledge"):
        address = addresses(barnet)[name]
        for method in ("get", "post"):
            if name == "case" and method == "post":
                continue
            answer = getattr(client, method)(address)
            unknown = getattr(client, method)(random_of(barnet, address))
            assert answer.status_code == unknown.status_code == 404, (name, method)
            assert answer.content == unknown.content
    listed = client.get(addresses(barnet)["meeting"])
    assert listed.status_code == (404 if state in ("removed", "no seat") else 200)
    assert barnet.case.reference not in listed.content.decode()


def test_the_menu_shows_channel_to_its_roles_only(barnet: PanelWorld) -> None:
    for role in Role:
        client = sign_in(Client(), member(barnet.council, role))
        room = reverse("channel-meetings", args=["barnet"])
        page = client.get(room if role in PANEL_ROLES else reverse("overview", args=["barnet"]))
        entry = re.search(rf'govuk-service-navigation__link" href="{room}"', page.content.decode())
        assert bool(entry) is (role in PANEL_ROLES), role


def test_a_member_signs_and_reads_and_each_step_is_one_event(barnet: PanelWorld, client: Client) -> None:
    person = barnet.seat()
    hidden = barnet.new_case("CNRYHIDDEN")
    with barnet.as_chair():
        MeetingCase.objects.create(
            council=barnet.council, meeting=barnet.meeting, case=hidden, listed_by=barnet.chair
        )
    sign_in(client, person)
    before = len(events(barnet))

    overview = client.get(reverse("channel-meetings", args=["barnet"])).content.decode()
    assert f"Panel {barnet.canary}" in overview
    assert barnet.case.reference not in overview

    address = addresses(barnet)["meeting"]
    unsigned = client.get(address).content.decode()
    assert "Words of the meeting" in unsigned
    assert barnet.case.reference not in unsigned
    assert len(events(barnet)) == before

    refused = client.post(address, {"statement": str(barnet.statement.pk)})
    assert refused.status_code == 200
    assert "Confirm that you have read the statement" in refused.content.decode()

    signed = client.post(address, {"statement": str(barnet.statement.pk), "accept": "on"}, follow=True)
    shown = signed.content.decode()
    assert barnet.case.reference in shown
    assert hidden.reference not in shown
    assert "An invented summary" not in shown

    case = client.get(addresses(barnet)["case"])
    text = case.content.decode()
    assert f"An invented summary {barnet.canary}" in text
    assert "OFFICIAL-SENSITIVE" in text
    assert f"<title>Case {barnet.case.reference} – Barnet – Prevent Portal</title>" in text
    assert "CNRYHIDDEN" not in text
    assert case.headers["Cache-Control"] == "no-store, private, max-age=0"
    assert case.headers["Referrer-Policy"] == "no-referrer"

    with barnet.as_person(person):
        signature = Signature.objects.get()
    assert signature.text_hash == barnet.statement.text_hash
    assert [(action, details) for action, _, details in events(barnet)[before:]] == [
        (
            "channel.statement_signed",
            {
                "meeting": str(barnet.meeting.pk),
                "statement": str(barnet.statement.pk),
                "number": 1,
                "hash": barnet.statement.text_hash,
            },
        ),
        ("channel.case_list_read", {"cases": [barnet.case.reference]}),
        ("channel.case_read", {"reference": barnet.case.reference}),
    ]
    assert {actor for _, actor, _ in events(barnet)[before:]} == {person.pk}


def test_signing_twice_is_one_signature_and_one_event(barnet: PanelWorld, client: Client) -> None:
    person = barnet.seat()
    sign_in(client, person)
    before = len(events(barnet))
    for _ in range(2):
        client.post(addresses(barnet)["meeting"], {"statement": str(barnet.statement.pk), "accept": "on"})
    assert [action for action, _, _ in events(barnet)[before:]] == ["channel.statement_signed"]


@pytest.mark.parametrize("statement", ["", "nonsense", "annual", "random"])
def test_a_wrong_statement_in_the_form_signs_nothing(
    barnet: PanelWorld, client: Client, statement: str
) -> None:
    person = barnet.seat()
    sign_in(client, person)
    sent = {"annual": str(barnet.annual.pk), "random": str(uuid4())}.get(statement, statement)
    answer = client.post(addresses(barnet)["meeting"], {"statement": sent, "accept": "on"}, follow=True)
    assert answer.status_code == 200
    with barnet.as_person(person):
        assert Signature.objects.count() == 0


def test_refusals_are_logged_once_each_and_never_with_what_somebody_typed(barnet: PanelWorld) -> None:
    person = member(barnet.council, Role.COORDINATOR)
    client = sign_in(Client(), person)
    before = len(events(barnet))
    client.get(addresses(barnet)["case"])
    client.get(reverse("channel-case", args=["barnet", "a-childs-name"]))
    client.post(addresses(barnet)["close"])
    logged = events(barnet)[before:]
    assert [(action, actor, details["page"], details["reference"]) for action, actor, details in logged] == [
        ("channel.refused", person.pk, "case", barnet.case.reference),
        ("channel.refused", person.pk, "case", ""),
        ("channel.refused", person.pk, "meeting-close", str(barnet.meeting.pk)),
    ]


def test_the_administrators_audit_page_shows_nothing_of_channel(barnet: PanelWorld) -> None:
    person = barnet.seat()
    barnet.sign(person)
    administrator = member(barnet.council, Role.ADMINISTRATOR)
    with barnet.as_person(administrator):
        assert not Event.objects.filter(action__startswith="channel.").exists()
    for role in (Role.CHANNEL_CHAIR, Role.AUDITOR):
        with barnet.as_person(member(barnet.council, role)):
            assert Event.objects.filter(action="channel.statement_signed").count() == 1


def test_a_members_page_asks_as_many_questions_with_one_case_as_with_forty(
    barnet: PanelWorld, client: Client
) -> None:
    person = barnet.seat()
    barnet.sign(person)
    sign_in(client, person)
    pages = [addresses(barnet)["meeting"], addresses(barnet)["case"]]
    counts = []
    for _ in range(2):
        for page in pages:
            client.get(page)
        with CaptureQueriesContext(connection) as asked:
            for page in pages:
                assert client.get(page).status_code == 200
        counts.append(len(asked))
        for number in range(20):
            case = barnet.new_case(f"CNRY{number}")
            with barnet.as_chair():
                meetings.list_case(meeting=barnet.meeting, case=case, by=barnet.chair)
                grants.grant_case(case=case, person=person, by=barnet.chair)
    assert counts[0] == counts[1]
    assert counts[0] <= 50


# Guards, each shown to matter ---------------------------------------------------------------------


def test_with_the_views_rule_taken_away_the_database_still_opens_nothing(
    barnet: PanelWorld, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = barnet.seat()
    sign_in(client, person)
    everything = Mock(side_effect=lambda access: ChannelCase.objects.all())
    monkeypatch.setattr(queries, "readable_cases", everything)
    assert client.get(addresses(barnet)["case"]).status_code == 404
    assert everything.call_count >= 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_with_the_databases_walls_taken_away_the_views_still_refuse() -> None:
    barnet = panel_world("barnet")
    person, stranger = barnet.seat(), member(barnet.council, Role.COORDINATOR)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname FROM pg_policies WHERE tablename LIKE 'channel\\_%' "
            "AND permissive = 'RESTRICTIVE'"
        )
        for table, policy in cursor.fetchall():
            cursor.execute(f'DROP POLICY {policy} ON "{table}"')
    with barnet.as_person(stranger):  # the control: the walls are gone
        assert ChannelCase.objects.count() == 1
    for asker in (person, stranger):
        client = sign_in(Client(), asker)
        for name in ("case", "grants", "new case", "acknowledge"):
            assert client.get(addresses(barnet)[name]).status_code == 404, name
        assert barnet.case.reference not in client.get(addresses(barnet)["meeting"]).content.decode()
    barnet.sign(person)
    assert sign_in(Client(), person).get(addresses(barnet)["case"]).status_code == 200


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_when_the_event_cannot_be_written_the_answer_is_503_and_shows_nothing() -> None:
    barnet = panel_world("barnet")
    person = barnet.seat()
    barnet.sign(person)
    client = sign_in(Client(), person)
    outsider_client = sign_in(Client(), member(barnet.council, Role.COORDINATOR))
    assert client.get(addresses(barnet)["case"]).status_code == 200
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET ROLE portal_audit")
        cursor.execute(
            "REVOKE EXECUTE ON FUNCTION audit.record(text, text, text, jsonb, boolean) FROM portal_app"
        )
        cursor.execute("RESET ROLE")
    for address in (addresses(barnet)["case"], addresses(barnet)["meeting"]):
        answer = client.get(address)
        assert answer.status_code == 503
        assert barnet.canary not in answer.content.decode()
        assert barnet.case.reference not in answer.content.decode()
        assert answer.headers["Cache-Control"].startswith("no-store")
    refused = outsider_client.get(addresses(barnet)["case"])
    assert refused.status_code == 503
    assert "CNRY" not in refused.content.decode()


# The chair ----------------------------------------------------------------------------------------


def case_form(world: PanelWorld, **changed: Any) -> dict[str, Any]:
    return {
        "token": str(uuid4()),
        "summary": "A new invented summary.",
        "source_sector": "education",
        "residence": world.council.pk,
        "police_area": "Metropolitan",
        "lawful_basis": "public_task",
        "no_intelligence": "on",
        **changed,
    }


def test_a_look_at_who_may_read_a_case_and_at_what_could_be_listed_is_one_event_each(
    barnet: PanelWorld, client: Client
) -> None:
    sign_in(client, barnet.chair)
    unlisted = barnet.new_case("CNRYNEXT").reference
    for name, key, shown, event in (
        ("channel-case-grants", barnet.case.reference, barnet.case.reference, "channel.case_grants_read"),
        ("channel-agenda-add", barnet.meeting.pk, unlisted, "channel.case_list_read"),
    ):
        assert shown in client.get(reverse(name, args=["barnet", key])).content.decode()
        with barnet.as_chair():
            last = Event.objects.filter(restricted=True, actor_id=barnet.chair.pk).order_by("-pk")[0]
        assert last.action == event
        assert shown in str(last.details)


def test_what_a_page_said_of_a_case_does_not_wait_in_the_browser_for_the_next_person(
    barnet: PanelWorld, client: Client
) -> None:
    sign_in(client, barnet.chair)
    where = reverse("channel-agenda-change", args=["barnet", barnet.meeting.pk, barnet.case.reference])
    assert client.post(where, {"off": "on"}).status_code == 302
    assert set(client.cookies) == {"session"}
    del client.cookies["session"]  # it ended by itself: nothing told the browser to forget
    sign_in(client, member(barnet.council, Role.SAFETY_OFFICER))
    assert barnet.case.reference not in client.get(reverse("my-work")).content.decode()


def test_the_chair_writes_a_case_names_a_reader_and_closes_the_meeting(
    barnet: PanelWorld, client: Client
) -> None:
    person = barnet.seat(granted=False)
    barnet.sign(person)
    sign_in(client, barnet.chair)
    form = case_form(barnet)
    for _ in range(2):
        answer = client.post(addresses(barnet)["new case"], form)
        assert answer.status_code == 302
    with barnet.as_chair():
        case = ChannelCase.objects.get(pk=form["token"])
        assert case.no_intelligence_declared_by_id == barnet.chair.pk
        assert ChannelCase.objects.count() == 2
    granted = client.post(answer.headers["Location"], {"person": person.pk}, follow=True)
    assert person.name in granted.content.decode()

    member_client = sign_in(Client(), person)
    address = reverse("channel-case", args=["barnet", case.reference])
    assert member_client.get(address).status_code == 200
    ended = client.post(answer.headers["Location"], {"end": person.pk}, follow=True)
    assert "The grant has ended." in ended.content.decode()
    assert member_client.get(address).status_code == 404
    client.post(answer.headers["Location"], {"person": person.pk})
    assert member_client.get(address).status_code == 200
    client.post(addresses(barnet)["close"])
    assert member_client.get(address).status_code == 404
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"summary": ""}, "Enter"),
        ({"summary": "x" * 1_501}, "characters or fewer"),
        ({"summary": "Write to a.person@example.org"}, "an e-mail address"),
        ({"no_intelligence": ""}, "Declare that the summary holds no intelligence"),
        ({"source_sector": "nonsense"}, "Select"),
        ({"residence": "0"}, "Select"),
        ({"token": "x"}, "incomplete"),
        ({"referred_on_day": "31", "referred_on_month": "2", "referred_on_year": "2026"}, "real date"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_wrong_form_says_why_and_stores_nothing(
    barnet: PanelWorld, client: Client, changed: dict[str, str], words: str
) -> None:
    sign_in(client, barnet.chair)
    answer = client.post(addresses(barnet)["new case"], case_form(barnet, **changed))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    with barnet.as_chair():
        assert ChannelCase.objects.count() == 1


@pytest.mark.parametrize("person", ["", "0", "x", "99999999999999999999999", "the other council's chair"])
def test_a_grant_goes_to_people_of_the_panel_only(
    barnet: PanelWorld, southwark: PanelWorld, client: Client, person: str
) -> None:
    sign_in(client, barnet.chair)
    sent = southwark.chair.pk if person.startswith("the other") else person
    for form in ({"person": sent}, {"end": sent}):
        answer = client.post(addresses(barnet)["grants"], form, follow=True)
        assert answer.status_code == 200
    with barnet.as_chair():
        assert list(queries.grants_on(barnet.case)) == []


def test_a_grant_whose_last_day_has_passed_says_so_and_has_no_button(
    barnet: PanelWorld, southwark: PanelWorld, client: Client
) -> None:
    today = timezone.localdate()
    past = today - timedelta(days=1)
    gone = barnet.seat(starts_on=past, ends_on=past)
    here = barnet.seat(ends_on=today)
    foreign = southwark.seat(starts_on=past, ends_on=past)
    sign_in(client, barnet.chair)
    page = client.get(addresses(barnet)["grants"])
    held = {grant["id"]: grant["has_ended"] for grant in page.context["held"]}
    assert held == {gone.pk: True, here.pk: False}
    text = page.content.decode()
    assert text.count(">Ended</strong>") == 1
    assert f'name="end" value="{here.pk}"' in text
    assert f'name="end" value="{gone.pk}"' not in text
    assert foreign.name not in text
    assert client.get(addresses(southwark)["grants"]).status_code == 404


def test_a_new_chair_acknowledges_before_preparing(barnet: PanelWorld, client: Client) -> None:
    deputy = barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    sign_in(client, deputy)
    assert client.get(addresses(barnet)["case"]).status_code == 404
    page = client.get(reverse("channel-meetings", args=["barnet"])).content.decode()
    assert "this year’s acknowledgement" in page
    answer = client.post(
        addresses(barnet)["acknowledge"], {"statement": str(barnet.annual.pk), "accept": "on"}
    )
    assert answer.status_code == 302
    assert client.get(addresses(barnet)["case"]).status_code == 200


def test_a_token_never_opens_channel(barnet: PanelWorld, rf: Any) -> None:
    """Tokens are refused outside the API; were one let through, the room still refuses it itself."""
    request = rf.get("/")
    request.user, request.session, request.api_token = barnet.chair, {}, object()
    with barnet.as_chair():
        request.access = council_access(barnet.chair, barnet.council)
        with pytest.raises(Http404):
            MeetingsView.as_view()(request)


def test_a_council_without_a_panel_gives_a_channel_role_an_empty_list(client: Client) -> None:
    person = member(CouncilFactory.create(slug="empty"), Role.PANEL_MEMBER)
    sign_in(client, person)
    page = client.get(reverse("channel-meetings", args=["empty"]))
    assert page.status_code == 200
    assert "No meetings yet" in page.content.decode()


def test_a_chair_in_two_councils_never_meets_the_others_case(
    barnet: PanelWorld, southwark: PanelWorld, client: Client
) -> None:
    give_role(barnet.chair, southwark.council, Role.CHANNEL_CHAIR)
    sign_in(client, barnet.chair)
    swapped = reverse("channel-case", args=["barnet", southwark.case.reference])
    assert client.get(swapped).status_code == 404
    assert client.get(addresses(southwark)["case"]).status_code == 404
    page = client.get(reverse("channel-meetings", args=["barnet"])).content.decode()
    assert southwark.canary not in page
