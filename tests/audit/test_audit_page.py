"""The audit page: sentences, filters, pages by key, restricted events, the record of reading (AL-1, AL-3)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.accounts.services import memberships
from prevent_portal.audit import presenters
from prevent_portal.audit.models import Event
from prevent_portal.audit.queries import PAGE, EventFilter, events_of
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from prevent_portal.web.dates import british_time
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, UserFactory, give_role, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def council() -> Council:
    return CouncilFactory.create(name="Barchester")


@pytest.fixture
def foreign() -> Council:
    return CouncilFactory.create(name="Elsewhere")


@pytest.fixture
def administrator(client: Client, council: Council) -> User:
    person = member(council, Role.ADMINISTRATOR, name="Ada Administrator")
    sign_in(client, person)
    return person


def note(
    council: Council, by: User, action: str = "accounts.signed_in", times: int = 1, **kwargs: object
) -> None:
    with council_scope(user_id=by.pk, council=council):
        for _ in range(times):
            record(action=action, subject=council, **kwargs)


def sentences(client: Client, council: Council, **query: object) -> list[str]:
    response = client.get(reverse("audit", args=[council.slug]), query)
    assert response.status_code == 200
    return [f"{s.who} {s.text}" for day in response.context["days"] for _, s in day["lines"]]


def test_events_read_as_sentences_with_the_names_of_both_people(
    client: Client, council: Council, administrator: User
) -> None:
    person = UserFactory.create(name="Olive Officer")
    with council_scope(user_id=administrator.pk, council=council):
        memberships.grant(user=person, council=council, role=Role.SAFETY_OFFICER, by=administrator)
        membership = Membership.objects.get(user=person)
        memberships.end(membership=membership, by=administrator)
    assert sentences(client, council)[:3] == [
        "Ada Administrator ended every session and token of Olive Officer",
        "Ada Administrator ended Olive Officer’s role of community safety officer at once",
        "Ada Administrator gave Olive Officer the role of community safety officer",
    ]


def test_times_read_as_they_do_everywhere_else(client: Client, council: Council, administrator: User) -> None:
    note(council, administrator)
    answer = client.get(reverse("audit", args=[council.slug]))
    time, sentence = answer.context["days"][0]["lines"][0]
    assert time == british_time(sentence.at)
    assert f">{time}</time>" in answer.content.decode()


def test_an_action_without_a_sentence_still_shows(
    client: Client, council: Council, administrator: User
) -> None:
    note(council, administrator, "elsewhere.happened")
    assert sentences(client, council)[0] == "Ada Administrator did “elsewhere.happened” on tenancy.council"


def test_work_by_night_is_the_portal_s(client: Client, council: Council, administrator: User) -> None:
    with service_scope(council=council):
        record(action="accounts.suspended", subject=administrator, details={"user": administrator.pk})
    assert sentences(client, council)[0] == (
        "The portal suspended the account of Ada Administrator, which was not used"
    )


@pytest.mark.parametrize(
    "room", ["accounts", "documents", "outbox", "partnerships", "training", "channel", "compliance"]
)
def test_every_action_of_a_room_has_a_sentence(room: str) -> None:
    source = "".join(path.read_text() for path in Path(apps.get_app_config(room).path).rglob("*.py"))
    used = set(re.findall(rf'action="({room}\.[a-z_]+)"', source))
    assert used
    assert used <= presenters.registered_actions()


def test_events_of_another_council_do_not_show(
    client: Client, council: Council, foreign: Council, administrator: User
) -> None:
    give_role(administrator, foreign, Role.ADMINISTRATOR)
    note(foreign, administrator, "elsewhere.happened")
    assert not any("elsewhere" in sentence for sentence in sentences(client, council))
    assert any("elsewhere" in sentence for sentence in sentences(client, foreign))


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.AUDITOR)])
def test_only_administrators_and_auditors_read_the_trail(
    client: Client, council: Council, role: Role
) -> None:
    sign_in(client, member(council, role))
    assert client.get(reverse("audit", args=[council.slug])).status_code == 404


def test_restricted_events_show_only_to_who_may_read_the_access_log(
    client: Client, council: Council, administrator: User
) -> None:
    chair = member(council, Role.CHANNEL_CHAIR, name="Chair")
    auditor = member(council, Role.AUDITOR, name="Auditor")
    note(council, chair, "channel.looked", restricted=True)
    assert not any("channel.looked" in sentence for sentence in sentences(client, council))
    reader = sign_in(Client(), auditor)
    assert "Chair did “channel.looked” on tenancy.council" in sentences(reader, council)
    session = reader.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= 16 * 60
    session.save()
    assert not any("channel.looked" in sentence for sentence in sentences(reader, council))
    give_role(chair, council, Role.ADMINISTRATOR)  # reads in the access log what is of their own panels
    assert not any("channel.looked" in sentence for sentence in sentences(sign_in(Client(), chair), council))


def test_the_filter_holds_even_where_the_database_would_show_more(council: Council) -> None:
    chair = member(council, Role.CHANNEL_CHAIR)
    note(council, chair, "channel.looked", restricted=True)
    with council_scope(user_id=chair.pk, council=council):
        shown = [
            [event.action for event in events_of(council, wanted=EventFilter(), with_restricted=flag).events]
            for flag in (False, True)
        ]
    assert "channel.looked" not in shown[0]
    assert "channel.looked" in shown[1]


def test_reading_the_trail_is_itself_recorded_once_per_page(
    client: Client, council: Council, administrator: User
) -> None:
    sentences(client, council)
    sentences(client, council, action="accounts.signed_in")
    with service_scope(council=council):
        reads = list(Event.objects.filter(council_id=council.pk, action="audit.read").order_by("id"))
    assert [event.actor_id for event in reads] == [administrator.pk] * 2
    assert reads[1].details == {
        "action": ["accounts.signed_in"],
        "person": None,
        "restricted": False,
        "since": None,
        "until": None,
    }
    assert sentences(client, council)[0] == "Ada Administrator read the audit trail"


def test_the_person_filter_shows_exactly_that_person_s_doings(
    client: Client, council: Council, administrator: User
) -> None:
    colleague = member(council, Role.AUDITOR, name="Colin Colleague")
    note(council, colleague, times=2)
    note(council, administrator, times=3)
    assert sentences(client, council, person=colleague.pk) == ["Colin Colleague signed in"] * 2


def test_the_action_filter_shows_exactly_that_action(
    client: Client, council: Council, administrator: User
) -> None:
    note(council, administrator, times=3)
    assert sentences(client, council, action="accounts.signed_in") == ["Ada Administrator signed in"] * 3


def test_the_day_filters_include_both_days(client: Client, council: Council, administrator: User) -> None:
    note(council, administrator, times=2)
    today = timezone.localdate()
    day = timedelta(days=1)

    def found(**query: object) -> int:
        return sentences(client, council, action="accounts.signed_in", **query).count(
            "Ada Administrator signed in"
        )

    assert found(since=today.isoformat(), until=today.isoformat()) == 2
    assert found(since=(today + day).isoformat()) == 0
    assert found(until=(today - day).isoformat()) == 0
    assert found(since=(today - day).isoformat(), until=(today + day).isoformat()) == 2


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"since": "31/2/2019"}, "From must be a real date"),
        ({"since": "2019-03-31", "until": "2019-03-01"}, "The last day must not be before the first"),
        ({"person": "999999999"}, "Select one of the answers"),
        ({"person": "x"}, "Select one of the answers"),
        ({"action": "no.such"}, "Select one of the answers"),
    ],
)
def test_a_bad_filter_says_what_is_wrong(
    client: Client, council: Council, administrator: User, query: dict[str, str], words: str
) -> None:
    response = client.get(reverse("audit", args=[council.slug]), query)
    assert response.status_code == 200
    assert words in response.content.decode()


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 40, "٣", "1e9", "0"])
def test_a_bad_key_is_no_fault(client: Client, council: Council, administrator: User, key: str) -> None:
    for name in ("before", "after"):
        assert client.get(reverse("audit", args=[council.slug]), {name: key}).status_code == 200


def test_pages_by_key_show_every_event_once_in_both_directions(
    client: Client, council: Council, administrator: User
) -> None:
    for number in range(2 * PAGE + 5):
        note(council, administrator, f"test.number_{number}")
    with council_scope(user_id=administrator.pk, council=council):
        every = list(Event.objects.filter(council_id=council.pk).order_by("-id").values_list("id", flat=True))

        def page(**keys: int | None) -> object:
            return events_of(council, wanted=EventFilter(), with_restricted=False, **keys)

        first = page()
        second = page(before=first.older_than)
        third = page(before=second.older_than)
        seen = [event.pk for shown in (first, second, third) for event in shown.events]
        assert seen == every
        assert (first.newer_than, third.older_than) == (None, None)
        back = page(after=third.newer_than)
        assert back.events == second.events
        assert page(after=back.newer_than).events == first.events
        assert page(after=back.newer_than).newer_than is None


def test_the_links_between_pages_keep_the_filters(
    client: Client, council: Council, administrator: User
) -> None:
    note(council, administrator, times=PAGE + 1)
    address = reverse("audit", args=[council.slug])
    first = client.get(address, {"action": "accounts.signed_in"})
    assert first.context["newer"] == ""
    assert first.context["older"].startswith("?action=accounts.signed_in&before=")
    second = client.get(address + first.context["older"])
    assert second.context["older"] == ""
    assert second.context["newer"].startswith("?action=accounts.signed_in&after=")
    assert sum(len(day["lines"]) for day in second.context["days"]) == 1
    # No address tells how many events that the reader does not see lie between two.
    last = first.context["older"].partition("before=")[2]
    with council_scope(user_id=administrator.pk, council=council):
        every = [str(key) for key in Event.objects.filter(council_id=council.pk).values_list("pk", flat=True)]
    assert not set(every) & {last, unquote(last)}
    assert client.get(address, {"before": every[0]}).context["newer"] == ""


def test_the_page_asks_as_many_questions_for_fifty_events_as_for_five(
    client: Client, council: Council, administrator: User
) -> None:
    address = reverse("audit", args=[council.slug])
    note(council, administrator, times=5)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(20):
        note(council, member(council, Role.SAFETY_OFFICER), times=3)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)
    assert len(few) <= 24
