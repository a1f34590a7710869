"""Pages of the risk register: the audience alone, one event a look, nothing shown without the trail."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from compliance.models import Risk, RiskReader, RiskSummary
from compliance.services.risk_audiences import end_reader
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.risks import RiskWorld, risk_world, words_of_form
from tests.factories import UserFactory, give_role, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def barnet() -> RiskWorld:
    return risk_world("barnet")


@pytest.fixture
def southwark() -> RiskWorld:
    return risk_world("southwark")


def body(answer: Any) -> str:
    return str(answer.content.decode())


def addresses(world: RiskWorld) -> dict[str, str]:
    """Every page of the register that names something of this council."""
    risk = world.address
    return {
        "register": world.base,
        "risk": risk,
        **{name: f"{risk}{name}/" for name in ("change", "review", "close", "reopen", "actions")},
        **{name: f"{risk}{name}/" for name in ("audience", "summary")},
        "register audience": f"{world.base}audience/",
    }


OUTSIDERS = [
    *sorted(set(Role)),
    "operator",
    "superuser",
    "superuser administrator",
    "keeper of another council",
    "ended reader",
    "revoked keeper",
]


def outsider(world: RiskWorld, other: RiskWorld, kind: str) -> User:
    match kind:
        case "operator":
            return UserFactory.create(is_staff=True)
        case "superuser":
            return UserFactory.create(is_staff=True, is_superuser=True)
        case "superuser administrator":
            return member(world.council, Role.ADMINISTRATOR, is_staff=True, is_superuser=True)
        case "keeper of another council":
            return other.keeper
        case "ended reader":
            with world.as_person(world.keeper):
                end_reader(place=RiskReader.objects.get(person=world.reader), by=world.keeper)
            return world.reader
        case "revoked keeper":
            with service_scope(council=world.council):
                Membership.objects.filter(user=world.keeper).update(revoked_at=timezone.now())
            return world.keeper
    return member(world.council, Role(kind))


@pytest.mark.parametrize("kind", OUTSIDERS, ids=str)
def test_off_the_audience_every_page_answers_like_an_address_that_never_was(
    barnet: RiskWorld, southwark: RiskWorld, kind: str
) -> None:
    client = sign_in(Client(), outsider(barnet, southwark, kind))
    for name, address in addresses(barnet).items():
        for method in ("get", "post"):
            if name in ("register", "risk") and method == "post":
                continue
            answer = getattr(client, method)(address)
            unknown = getattr(client, method)(address.replace(str(barnet.risk.pk), str(uuid4())))
            assert (answer.status_code, unknown.status_code) == (404, 404), (name, method)
            assert answer.content == unknown.content
            assert sorted(answer.headers.items()) == sorted(unknown.headers.items())
            assert barnet.canary not in body(answer)
    with barnet.as_person(barnet.auditor):
        assert not {what for what, _ in barnet.events()} & {"read", "register_read"}


def test_the_control_the_audience_reads_and_each_look_is_one_event(barnet: RiskWorld) -> None:
    before = len(barnet.events())
    for person, pages in (
        (barnet.keeper, ("risk", "change", "review", "close", "actions", "summary")),
        (barnet.reader, ("risk", "summary")),
    ):
        client = sign_in(Client(), person)
        for name in pages:
            answer = client.get(addresses(barnet)[name])
            assert answer.status_code == 200, name
            assert barnet.risk.reference in body(answer)
            events = barnet.events()
            assert events[before:] == [("read", person.pk)], name
            before = len(events)
        listed = client.get(barnet.base)
        assert f"Theme {barnet.canary}" in body(listed)
        events = barnet.events()
        assert events[before:] == [("register_read", person.pk)]
        before = len(events)
    assert barnet.canary in body(sign_in(Client(), barnet.reader).get(barnet.address))


def test_a_404_writes_no_read_and_one_refusal(barnet: RiskWorld) -> None:
    outside = member(barnet.council, Role.COORDINATOR)
    before = len(barnet.events())
    client = sign_in(Client(), outside)
    for address in (barnet.address, barnet.base, f"{barnet.base}{uuid4()}/"):
        assert client.get(address).status_code == 404
    assert barnet.events()[before:] == [("refused", outside.pk)] * 3


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_if_the_event_cannot_be_written_the_page_says_sorry_and_shows_and_stores_nothing() -> None:
    barnet = risk_world("barnet")
    client = sign_in(Client(), barnet.keeper)
    outside = sign_in(Client(), member(barnet.council, Role.COORDINATOR))
    assert client.get(barnet.address).status_code == 200, "the control"
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET ROLE portal_audit")
        cursor.execute(
            "REVOKE EXECUTE ON FUNCTION audit.record(text, text, text, jsonb, boolean) FROM portal_app"
        )
        cursor.execute("RESET ROLE")
    api = f"/api/v1{barnet.address}"
    for address in (barnet.base, barnet.address, f"{barnet.address}change/", api, f"{api}assessments/"):
        answer = client.get(address)
        assert answer.status_code == 503, address
        assert barnet.canary not in body(answer)
        assert barnet.risk.reference not in body(answer)
        assert answer.headers["Cache-Control"].startswith("no-store")
    sent = words_of_form(barnet.keeper, token=str(uuid4()))
    assert client.post(f"{barnet.base}add/", sent).status_code == 503
    with barnet.as_person(barnet.keeper):
        assert Risk.objects.count() == 1
    assert outside.get(barnet.address).status_code == 503, "a refusal is an event as well"


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_with_the_databases_walls_taken_away_the_views_still_refuse() -> None:
    barnet = risk_world("barnet")
    stranger = member(barnet.council, Role.COORDINATOR)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname FROM pg_policies WHERE tablename LIKE 'compliance\\_risk%' "
            "AND permissive = 'RESTRICTIVE'"
        )
        for table, policy in cursor.fetchall():
            cursor.execute(f'DROP POLICY {policy} ON "{table}"')
    with barnet.as_person(stranger):
        assert Risk.objects.count() == 1, "the control: the walls are gone"
    client = sign_in(Client(), stranger)
    for name, address in addresses(barnet).items():
        assert client.get(address).status_code == 404, name
    assert client.get(f"/api/v1{barnet.address}").status_code == 404
    assert sign_in(Client(), barnet.reader).get(barnet.address).status_code == 200


def test_pages_are_kept_nowhere_and_marked_and_their_titles_hold_no_word_of_a_risk(
    barnet: RiskWorld,
) -> None:
    client = sign_in(Client(), barnet.keeper)
    for name, address in addresses(barnet).items():
        if name == "reopen":
            continue
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "no-store, private, max-age=0", name
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "OFFICIAL-SENSITIVE" in body(answer)
        title = re.search(r"<title>(.*?)</title>", body(answer), re.DOTALL)
        assert title is not None
        assert barnet.canary not in title[1]
        assert "restricted.css" in body(answer)


def test_without_a_second_factor_the_register_leads_to_setting_one_up(barnet: RiskWorld) -> None:
    client = sign_in(Client(), barnet.reader, second_factor=False)
    answer = client.get(barnet.address)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (
        302,
        reverse("mfa_enrol"),
    )
    sign_in(Client(), barnet.reader)
    assert Authenticator.objects.filter(user=barnet.reader).exists()
    answer = client.get(barnet.address)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("step_up"))
    assert barnet.canary not in body(answer)


def test_a_token_opens_no_page_of_the_register(barnet: RiskWorld) -> None:
    client = Client(headers={"Authorization": "Bearer nonsense"})
    assert client.get(barnet.address).status_code == 401


# Working with it ----------------------------------------------------------------------------------


def test_a_coordinator_adds_a_risk_and_is_its_audience(barnet: RiskWorld) -> None:
    coordinator = member(barnet.council, Role.COORDINATOR)
    client = sign_in(Client(), coordinator)
    assert client.get(barnet.base).status_code == 404, "by role alone there is no register"
    page = client.get(f"{barnet.base}add/")
    assert page.status_code == 200
    sent = words_of_form(coordinator, token=str(uuid4()))
    answer = client.post(f"{barnet.base}add/", sent, follow=True)
    assert "is in the register" in body(answer)
    assert "Online harms at home" in body(answer)
    assert "High: 12" in body(answer)
    again = client.post(f"{barnet.base}add/", sent, follow=True)
    assert again.redirect_chain == answer.redirect_chain
    assert body(client.get(barnet.base)).count("Online harms at home") == 1
    assert barnet.canary not in body(client.get(barnet.base))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("theme", "", "Enter the theme"),
        ("likelihood", "6", "Select one of the answers"),
        ("likelihood", "", "Select the likelihood"),
        ("source_referrals", "", "Enter the date of at least one thing"),
        ("source_referrals", "31/2/2020", "must be a real date"),
        ("review_on", "2001-01-01", "Review date must be on or after"),
        ("owner", "999999999", "Select one of the answers"),
        ("no_intelligence", "", "Declare that what you save holds no intelligence"),
        ("description", "A CHIS told us.", "The words seem to hold a covert source"),
        ("description", "x" * 4001, "Description must be 4000 characters or fewer"),
        ("description", "A suspected thing", "I have looked at these words again"),
        ("token", "x", "This page was incomplete"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_stored(
    barnet: RiskWorld, field: str, value: str, words: str
) -> None:
    client = sign_in(Client(), barnet.keeper)
    sent = {**words_of_form(barnet.keeper, token=str(uuid4())), field: value}
    if not value and field == "no_intelligence":
        del sent[field]
    answer = client.post(f"{barnet.base}add/", sent)
    assert answer.status_code == 200
    assert words in body(answer)
    with barnet.as_person(barnet.keeper):
        assert Risk.objects.count() == 1
    if field == "description" and value.startswith("A suspected"):
        assert client.post(f"{barnet.base}add/", {**sent, "words_checked": "on"}).status_code == 302


def test_two_people_changing_a_risk_lose_nothing(barnet: RiskWorld) -> None:
    client = sign_in(Client(), barnet.keeper)
    address = f"{barnet.address}change/"
    sent = {**words_of_form(barnet.keeper), "version": "1"}
    assert client.post(address, {**sent, "theme": "Theirs"}).status_code == 302
    before = len(barnet.events())
    stale = client.post(address, {**sent, "theme": "Mine"})
    assert stale.status_code == 409
    assert "Somebody else saved first" in body(stale)
    assert "Theirs" in body(stale)
    assert "Mine" in body(stale)
    assert barnet.events()[before:] == [("read", barnet.keeper.pk)], "the page showed what they wrote"
    assert 'name="version" value="2"' in body(stale)
    assert client.post(address, {**sent, "theme": "Mine", "version": "2"}).status_code == 302


def test_a_review_draws_the_history_with_its_figures(barnet: RiskWorld) -> None:
    client = sign_in(Client(), barnet.keeper)
    sent = {
        "likelihood": "5",
        "impact": "5",
        "direction": "rising",
        "note": "More referrals.",
        "review_on": timezone.localdate().isoformat(),
        "version": "1",
        "token": str(uuid4()),
        "no_intelligence": "on",
    }
    page = client.post(f"{barnet.address}review/", sent, follow=True)
    assert "Very high: 25" in body(page)
    assert "More referrals." in body(page)
    figures = re.findall(r'<td class="govuk-table__cell[^"]*">\s*(\d+)\s*</td>', body(page))
    assert figures[-2:] == ["12", "25"]


def test_the_register_filters_from_its_address_and_the_matrix_counts(barnet: RiskWorld) -> None:
    barnet.add(theme="Second", likelihood=5, impact=5, direction="falling")
    barnet.add(theme="Third", likelihood=1, impact=1, direction="steady")
    client = sign_in(Client(), barnet.keeper)

    def themes(query: str) -> list[str]:
        answer = client.get(barnet.base + query)
        assert answer.status_code == 200
        return re.findall(r"R-\w{5} (\w+)[^<]*</a>", body(answer))

    assert themes("") == ["Second", "Theme", "Third"]
    assert themes("?likelihood=5&impact=5") == ["Second"]
    assert themes("?direction=steady") == ["Third"]
    assert themes("?sort=score") == ["Third", "Theme", "Second"]
    assert themes("?status=closed") == []
    assert themes("?overdue=on") == []
    assert themes(f"?owner={barnet.keeper.pk}") == ["Second", "Theme", "Third"]
    for nonsense in (
        "?status=x",
        "?likelihood=9",
        "?owner=999999999999",
        "?page=x",
        "?sort=x",
        "?impact=%00",
    ):
        assert client.get(barnet.base + nonsense).status_code == 200
    assert "Very high: 25" in body(client.get(barnet.base))
    assert 'href="?likelihood=5&amp;impact=5"' in body(client.get(barnet.base))
    assert 'name="text"' not in body(client.get(barnet.base)), "an address holds no word of a risk"


def test_the_register_costs_the_same_for_one_risk_and_for_fifty(barnet: RiskWorld) -> None:
    client = sign_in(Client(), barnet.keeper)
    client.get(barnet.base)
    with CaptureQueriesContext(connection) as one:
        client.get(barnet.base)
    for number in range(49):
        barnet.add(theme=f"Risk {number}")
    with CaptureQueriesContext(connection) as fifty:
        assert "50" in body(client.get(barnet.base))
    assert len(one) == len(fifty)


def test_an_action_is_linked_and_unlinked(barnet: RiskWorld, southwark: RiskWorld) -> None:
    client = sign_in(Client(), barnet.keeper)
    address = f"{barnet.address}actions/"
    client.post(f"{address}{barnet.action.pk}/unlink/")
    assert "No action is linked yet" in body(client.get(address))
    assert client.post(f"{address}{barnet.action.pk}/unlink/").status_code == 404
    refused = client.post(address, {"action": str(southwark.action.pk)})
    assert "Select one of the answers" in body(refused)
    page = client.post(address, {"action": str(barnet.action.pk)}, follow=True)
    assert f"A1 is linked to {barnet.risk.reference}" in body(page)


# The audience -------------------------------------------------------------------------------------


def test_a_keeper_adds_and_ends_a_place_and_the_next_request_is_404(barnet: RiskWorld) -> None:
    person = member(barnet.council, Role.SAFETY_OFFICER)
    client, theirs = sign_in(Client(), barnet.keeper), sign_in(Client(), person)
    address = f"{barnet.address}audience/"
    assert theirs.get(barnet.address).status_code == 404
    page = client.post(address, {"person": person.pk, "ends_on": ""}, follow=True)
    assert f"{person.name} is on the audience." in body(page)
    assert theirs.get(barnet.address).status_code == 200
    assert theirs.get(address).status_code == 404, "reading does not give the right to name others"
    with barnet.as_person(barnet.keeper):
        place = RiskReader.objects.get(person=person)
    page = client.post(address, {"end": str(place.pk)}, follow=True)
    assert f"{person.name} is not on the audience any more." in body(page)
    assert theirs.get(barnet.address).status_code == 404
    assert client.post(address, {"end": str(place.pk)}).status_code == 404
    assert [event for event in barnet.events() if event[0].startswith("reader")][-2:] == [
        ("reader_added", barnet.keeper.pk),
        ("reader_ended", barnet.keeper.pk),
    ]


def test_a_change_of_audience_asks_for_a_fresh_second_factor(barnet: RiskWorld) -> None:
    client = sign_in(Client(), barnet.keeper)
    session = client.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= 16 * 60
    session.save()
    person = member(barnet.council, Role.BOARD_MEMBER)
    assert client.get(f"{barnet.address}audience/").status_code == 200
    answer = client.post(f"{barnet.address}audience/", {"person": person.pk})
    assert answer.status_code == 200
    assert "one-time-code" in body(answer)
    with barnet.as_person(barnet.keeper):
        assert not RiskReader.objects.filter(person=person).exists()


def test_a_place_of_another_risk_cannot_be_ended_through_this_one(barnet: RiskWorld) -> None:
    other = barnet.add()
    place = barnet.seat(member(barnet.council, Role.BOARD_MEMBER), other)
    client = sign_in(Client(), barnet.keeper)
    assert client.post(f"{barnet.address}audience/", {"end": str(place.pk)}).status_code == 404


def test_an_administrator_names_a_keeper_and_reads_nothing(barnet: RiskWorld) -> None:
    address = f"/c/{barnet.council.slug}/risks/keeper/"
    client = sign_in(Client(), barnet.administrator)
    assert "A coordinator keeps the register" in body(client.get(address))
    with service_scope(council=barnet.council):
        Membership.objects.filter(user=barnet.keeper).update(revoked_at=timezone.now())
    successor = member(barnet.council, Role.COORDINATOR)
    assert "Nobody keeps the risk register" in body(client.get(f"/c/{barnet.council.slug}/risks/"))
    assert client.post(address, {"person": successor.pk}).status_code == 302
    assert client.get(barnet.address).status_code == 404
    assert barnet.canary in body(sign_in(Client(), successor).get(barnet.address))


# What may be published ----------------------------------------------------------------------------


def test_the_published_page_shows_approved_words_and_never_the_restricted_ones(
    barnet: RiskWorld, southwark: RiskWorld
) -> None:
    officer = member(barnet.council, Role.SAFETY_OFFICER)
    address = f"/c/{barnet.council.slug}/risks/"
    client, keeper = sign_in(Client(), officer), sign_in(Client(), barnet.keeper)
    assert "Nothing to publish yet" in body(client.get(address))
    sent = {"title": "Online harms", "text": "Advice is at hand.", "no_intelligence": "on"}
    page = keeper.post(f"{barnet.address}summary/", sent, follow=True)
    assert "somebody else on the audience approves them" in body(page)
    assert "Online harms" not in body(client.get(address)), "proposed words are restricted still"
    with barnet.as_person(barnet.keeper):
        summary = RiskSummary.objects.get()
    approve = f"{barnet.address}summary/{summary.pk}/approve/"
    page = keeper.post(approve, follow=True)
    assert "You proposed these words, so somebody else approves them." in body(page)
    assert sign_in(Client(), officer).post(approve).status_code == 404
    assert sign_in(Client(), barnet.reader).post(approve).status_code == 302
    shown = body(client.get(address))
    assert "Advice is at hand." in shown
    assert "Approved for publication" in body(keeper.get(barnet.address))
    for word in (barnet.canary, southwark.canary, barnet.risk.reference, str(barnet.risk.pk), "Score"):
        assert word not in shown
    assert "Open the register" not in shown
    overview = body(client.get(f"/c/{barnet.council.slug}/"))
    assert "Local risk summarised" in overview
    assert barnet.canary not in overview
    theirs = sign_in(Client(), southwark.reader)
    assert "Advice is at hand." not in body(theirs.get(f"/c/{southwark.council.slug}/risks/"))
    keeper.post(f"{barnet.address}summary/{summary.pk}/withdraw/")
    assert "Advice is at hand." not in body(client.get(address))


def test_my_work_names_a_review_by_reference_and_date_alone(barnet: RiskWorld) -> None:
    with barnet.as_person(barnet.keeper):
        Risk.objects.update(review_on=timezone.localdate() + timedelta(days=1))
    page = body(sign_in(Client(), barnet.keeper).get("/my-work/"))
    assert barnet.risk.reference in page
    assert "Review the risk" in page
    assert barnet.canary not in page


def test_no_other_page_of_the_council_shows_a_word_of_a_risk(barnet: RiskWorld) -> None:
    both = member(barnet.council, Role.COORDINATOR)
    give_role(both, barnet.council, Role.ADMINISTRATOR)
    client = sign_in(Client(), both)
    slug = barnet.council.slug
    for page in ("", "plans/", f"actions/{barnet.action.pk}/", "reports/", "risks/", "checklist/", "audit/"):
        answer = client.get(f"/c/{slug}/{page}")
        assert answer.status_code == 200, page
        assert barnet.canary not in body(answer)
        assert barnet.risk.reference not in body(answer), page
