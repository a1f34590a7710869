"""Sharing a plan with another council: read only, from a day to a day, and nothing else of the owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.models import Action, PlanShare
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.sharing import ending_shares
from compliance.services.progress import log_progress
from compliance.services.risk_summaries import propose_summary
from compliance.services.sharing import end_share, renew_share, share_plan, share_risks
from prevent_portal.accounts.access import own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.outbox.due_items import items_of
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, move_date
from tests.compliance.risks import DECLARED, risk_world
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)


@dataclass
class Two:
    """A district that shares a plan, and the county that reads it."""

    district: Council
    county: Council
    owner: User
    reader: User
    plan: Any
    action: Action
    share: PlanShare


def grant(plan: Any, by: User, receiver: Council, **days: Any) -> PlanShare:
    today = timezone.localdate()
    given = {"starts_on": today, "ends_on": today + YEAR, "reason": "A reason.", **days}
    with council_scope(user_id=by.pk, council=plan.council):
        return share_plan(plan=plan, by=by, receiver=receiver, **given)


@pytest.fixture
def two() -> Two:
    district, county = CouncilFactory.create(name="Charnford"), CouncilFactory.create(name="Barshire")
    owner = member(district, Role.COORDINATOR, name="Odette Owner")
    reader = member(county, Role.BOARD_MEMBER, name="Rhona Reader")
    plan = make_plan(district, owner, "Plan of Charnford")
    action = make_action(plan, owner, title="Write to the venues", owner=owner)
    with council_scope(user_id=owner.pk, council=district):
        log_progress(
            action=action,
            by=owner,
            note="Forty letters sent.",
            rating="green",
            status="in_progress",
            version=1,
            token=uuid4(),
        )
    move_date(action, action.due_on + timedelta(days=30), asked_by=owner, reason="The printer failed.")
    make_action(make_plan(district, owner, "Secret plan"), owner, title="Secret action")
    share = grant(plan, owner, county)
    return Two(district, county, owner, reader, plan, action, share)


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return str(answer.content.decode())


def pages(two: Two) -> tuple[str, str, str]:
    base = f"/c/{two.county.slug}/shared/"
    return base, f"{base}plans/{two.share.pk}/", f"{base}plans/{two.share.pk}/actions/{two.action.pk}/"


def test_the_other_council_reads_the_plan_without_names_and_without_a_way_further_in(
    client: Client, two: Two
) -> None:
    sign_in(client, two.reader)
    listed, plan, action = (text(client, address) for address in pages(two))
    assert "Plan of Charnford" in listed
    assert "Charnford" in listed
    assert "Write to the venues" in plan
    assert "1 action: 0 complete, 1 open" in plan
    assert "Forty letters sent." in action
    assert "The printer failed." in action
    assert "moved once" in action
    for page in (listed, plan, action):
        assert "Odette Owner" not in page, "no name of a person leaves"
        assert "Secret" not in page, "no other plan"
        assert "A reason." not in page, "why it is shared is the owner's own"
        assert f"/c/{two.district.slug}/" not in page, "no address of the owner's pages"
        assert str(two.plan.pk) not in page, "the plan's own key stays at home"


def test_reading_ends_with_the_last_day_and_begins_with_the_first(client: Client, two: Two) -> None:
    sign_in(client, two.reader)
    today = timezone.localdate()
    base, *things = pages(two)
    for starts, ends, status in ((0, 0, 200), (-9, -1, 404), (1, 9, 404), (-9, 0, 200), (0, 9, 200)):
        with service_scope(council=two.district):
            PlanShare.objects.filter(council=two.district, pk=two.share.pk).update(
                starts_on=today + timedelta(days=starts), ends_on=today + timedelta(days=ends)
            )
        for address in things:
            assert client.get(address).status_code == status, (starts, ends)
        assert ("Plan of Charnford" in text(client, base)) == (status == 200)


def test_ending_it_early_ends_it_with_the_next_click(client: Client, two: Two) -> None:
    sign_in(client, two.reader)
    base, *things = pages(two)
    with council_scope(user_id=two.owner.pk, council=two.district):
        end_share(share=two.share, by=two.owner, version=1)
        with pytest.raises(PolicyError, match="over"):
            end_share(share=two.share, by=two.owner, version=2)
        with pytest.raises(PolicyError, match="over"):
            renew_share(share=two.share, by=two.owner, version=2, ends_on=timezone.localdate())
    assert "Nothing is shared with us today" in text(client, base)
    assert [client.get(address).status_code for address in things] == [404, 404]


def test_only_a_member_of_the_receiving_council_reads_it(client: Client, two: Two) -> None:
    third = CouncilFactory.create()
    base, plan, action = pages(two)
    stranger = member(third, Role.COORDINATOR)
    sign_in(client, stranger)
    for address in (base, plan, action):
        assert client.get(address).status_code == 404
    elsewhere = [address.replace(two.county.slug, third.slug) for address in (plan, action)]
    assert [client.get(address).status_code for address in elsewhere] == [404, 404]
    assert "Plan of Charnford" not in text(client, base.replace(two.county.slug, third.slug))
    sign_in(client, member(two.county, Role.PARTNER_SUBMITTER))
    assert [client.get(address).status_code for address in (base, plan, action)] == [404, 404, 404]
    sign_in(client, two.owner)
    own = plan.replace(two.county.slug, two.district.slug)
    assert client.get(own).status_code == 404, "its owner reads the plan itself, not the share"


def test_an_action_of_another_plan_is_not_read_by_this_share(client: Client, two: Two) -> None:
    with service_scope(council=two.district):
        secret = Action.objects.select_related("plan").get(council=two.district, title="Secret action")
    other = grant(secret.plan, two.owner, two.county)
    sign_in(client, two.reader)
    base = f"/c/{two.county.slug}/shared/plans/"
    assert client.get(f"{base}{two.share.pk}/actions/{secret.pk}/").status_code == 404
    assert client.get(f"{base}{other.pk}/actions/{secret.pk}/").status_code == 200


def test_the_first_reading_of_a_day_is_in_both_trails(client: Client, two: Two) -> None:
    sign_in(client, two.reader)
    _, plan, action = pages(two)
    for address in (plan, action, plan):
        assert client.get(address).status_code == 200
    with council_scope(user_id=two.owner.pk, council=two.district):
        opened = Event.objects.filter(council_id=two.district.pk, action="compliance.plan_share_opened")
        assert [(event.details, event.subject_id) for event in opened] == [
            ({"council": two.county.pk}, str(two.share.pk))
        ]
        assert opened.get().actor_id != two.reader.pk, "which council, not who"
        assert PlanShare.objects.get(council=two.district).last_read_on == timezone.localdate()
    with council_scope(user_id=two.reader.pk, council=two.county):
        read = Event.objects.get(council_id=two.county.pk, action="compliance.shared_plan_read")
        assert (read.actor_id, read.details) == (two.reader.pk, {"council": two.district.pk})
    auditor = member(two.district, Role.AUDITOR)
    sign_in(client, auditor)
    audit = text(client, f"/c/{two.district.slug}/audit/")
    assert "showed a shared action plan to Barshire" in audit
    assert "Rhona Reader" not in audit


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_on": -1}, "first day must be today or later"),
        ({"ends_on": -1}, "on or after the first day"),
        ({"starts_on": 5, "ends_on": 4}, "on or after the first day"),
        ({"ends_on": 1200}, "three years at most"),
        ({"reason": " "}, "Enter why"),
        ({"receiver": "own"}, "another council"),
        ({"receiver": "gone"}, "another council"),
        ({"receiver": "not joined"}, "another council"),
    ],
)
def test_a_share_needs_another_council_days_and_a_reason(
    two: Two, changes: dict[str, Any], words: str
) -> None:
    today = timezone.localdate()
    others = {
        "own": two.district,
        "gone": CouncilFactory.create(ends_on=today - timedelta(days=1)),
        "not joined": CouncilFactory.create(joined_on=None),
    }
    given: dict[str, Any] = {"receiver": CouncilFactory.create(), "ends_on": today + YEAR}
    for name, value in changes.items():
        if name == "receiver":
            given[name] = others[value]
        else:
            given[name] = today + timedelta(days=value) if isinstance(value, int) else value
    with pytest.raises(PolicyError, match=words):
        grant(two.plan, two.owner, **given)


def test_a_plan_is_shared_with_a_council_once_at_a_time(two: Two) -> None:
    with pytest.raises(PolicyError, match="It is shared with Barshire already"):
        grant(two.plan, two.owner, two.county)
    with council_scope(user_id=two.owner.pk, council=two.district):
        end_share(share=two.share, by=two.owner, version=1)
    assert grant(two.plan, two.owner, two.county).pk != two.share.pk


def test_the_database_refuses_a_share_with_oneself_or_with_days_in_the_wrong_order(two: Two) -> None:
    today = timezone.localdate()
    rest = {"council": two.district, "plan": two.plan, "reason": "x"}
    with service_scope(council=two.district):
        with pytest.raises(IntegrityError, match="plan_share_is_with_another"), transaction.atomic():
            PlanShare.objects.create(receiver=two.district, starts_on=today, ends_on=today, **rest)
        with pytest.raises(IntegrityError, match="plan_share_ends_after_it_starts"), transaction.atomic():
            PlanShare.objects.create(
                receiver=two.county, starts_on=today, ends_on=today - timedelta(days=1), **rest
            )


def test_a_stale_renewal_shows_both_days(two: Two) -> None:
    today = timezone.localdate()
    with council_scope(user_id=two.owner.pk, council=two.district):
        renew_share(share=two.share, by=two.owner, version=1, ends_on=today + timedelta(days=9))
        with pytest.raises(StaleVersion) as caught:
            renew_share(share=two.share, by=two.owner, version=1, ends_on=today + timedelta(days=99))
        assert [one.label for one in caught.value.differences] == ["Last day of reading"]
        for ends_on, words in ((today + timedelta(days=9), "has already"), (date(2020, 1, 1), "on or after")):
            with pytest.raises(PolicyError, match=words):
                renew_share(share=two.share, by=two.owner, version=2, ends_on=ends_on)


def test_a_share_that_ends_within_a_month_waits_for_whoever_may_renew_it(two: Two) -> None:
    today = timezone.localdate()
    reading = member(two.district, Role.BOARD_MEMBER)
    foreign = member(two.county, Role.COORDINATOR)

    def waiting(person: User, on: date) -> list[tuple[str, date | None]]:
        with own_councils_scope(user_id=person.pk):
            items = items_of([ending_shares], own_access(person), on)
            return [(item.title, item.due_on) for item in items]

    ends = two.share.ends_on
    assert waiting(two.owner, ends - timedelta(days=31)) == []
    assert waiting(two.owner, ends - timedelta(days=30)) == [
        ("Plan of Charnford, shared with Barshire", ends)
    ]
    assert waiting(two.owner, ends + timedelta(days=1)) == []
    for person in (reading, foreign):
        assert waiting(person, ends - timedelta(days=3)) == []
    assert today < ends


def test_a_coordinator_shares_renews_and_ends_by_the_pages(client: Client, two: Two) -> None:
    third = CouncilFactory.create(name="Thirdham")
    sign_in(client, two.owner)
    home = f"/c/{two.district.slug}/plans/{two.plan.pk}/shares/"
    today = timezone.localdate()
    given = {
        "receiver": str(third.pk),
        "starts_on": today.isoformat(),
        "ends_on": (today + YEAR).isoformat(),
        "reason": "Neighbours.",
    }
    own = {**given, "receiver": str(two.district.pk)}
    assert client.post(f"{home}add/", own).status_code == 200, "one's own council is no choice"
    assert client.post(f"{home}add/", given).url == home
    assert "shared with Thirdham already" in client.post(f"{home}add/", given).content.decode()
    page = text(client, home)
    assert "Thirdham" in page
    assert "Not read yet" in page
    with service_scope(council=two.district):
        share = PlanShare.objects.get(council=two.district, receiver=third)
    base = f"/c/{two.district.slug}/plan-shares/{share.pk}/"
    sooner = {"ends_on": (today + timedelta(days=9)).isoformat(), "version": "1"}
    assert client.post(f"{base}last-day/", sooner).status_code == 302
    stale = client.post(f"{base}last-day/", sooner)
    assert stale.status_code == 409
    assert client.post(f"{base}end/", {"version": "1"}).status_code == 409
    assert client.post(f"{base}end/", {"version": "2"}).status_code == 302
    assert "Ended early on" in text(client, home)
    sign_in(client, member(two.district, Role.BOARD_MEMBER))
    for address in (home, f"{home}add/", f"{base}last-day/", f"{base}end/"):
        assert client.get(address).status_code == 404


def test_a_share_of_another_council_cannot_be_opened_or_changed_by_its_key(client: Client, two: Two) -> None:
    receiver = member(two.county, Role.COORDINATOR)
    sign_in(client, receiver)
    for slug in (two.county.slug, two.district.slug):
        for step in ("last-day", "end"):
            address = f"/c/{slug}/plan-shares/{two.share.pk}/{step}/"
            assert client.get(address).status_code == 404
            assert client.post(address, {"version": "1"}).status_code == 404
    api = f"/api/v1/c/{two.county.slug}/plan-shares/{two.share.pk}/"
    assert client.get(api).status_code == 404


def test_lists_cost_the_same_for_one_share_and_for_fifty(client: Client, two: Two) -> None:
    reader = member(two.county, Role.COORDINATOR)
    shares = f"/c/{two.district.slug}/plans/{two.plan.pk}/shares/"
    plan = f"/c/{two.county.slug}/shared/plans/{two.share.pk}/"

    def count(person: User, address: str) -> int:
        sign_in(client, person)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    received = f"/c/{two.county.slug}/shared/"
    few = count(reader, received), count(two.owner, shares), count(reader, plan)
    for number in range(50):
        grant(make_plan(two.district, two.owner, f"Plan {number}"), two.owner, two.county)
        grant(two.plan, two.owner, CouncilFactory.create())
        make_action(two.plan, two.owner, title=f"Action {number}")
    assert (count(reader, received), count(two.owner, shares), count(reader, plan)) == few


def test_the_publishable_risks_are_read_by_a_share_and_nothing_else_of_the_register(client: Client) -> None:
    world = risk_world("hartwell")
    other = risk_world("elsewhere")
    county = CouncilFactory.create(name="Barshire")
    today = timezone.localdate()
    world.publish("Lone travellers", "Words for everybody.")
    other.publish("Elsewhere", "Words of another council.")
    given: dict[str, Any] = {
        "receiver": county,
        "starts_on": today,
        "ends_on": today + YEAR,
        "reason": "A reason.",
    }
    with world.as_person(world.keeper):
        share = share_risks(council=world.council, by=world.keeper, **given)
        with pytest.raises(PolicyError, match="already"):
            share_risks(council=world.council, by=world.keeper, **given)
        propose_summary(
            risk=world.add(), by=world.keeper, heading="Draft", text="Not approved.", declaration=DECLARED
        )
    sign_in(client, member(county, Role.BOARD_MEMBER))
    address = f"/c/{county.slug}/shared/risks/{share.pk}/"
    page = text(client, address)
    assert "Lone travellers" in page
    assert "Words for everybody." in page
    for hidden in (world.canary, "Not approved.", "Words of another council.", "A reason."):
        assert hidden not in page
    read = client.get(f"/api/v1/c/{county.slug}/shared/risks/{share.pk}/").json()
    assert [one["heading"] for one in read["summaries"]] == ["Lone travellers"]
    assert [one["kind"] for one in client.get(f"/api/v1/c/{county.slug}/shared/").json()["results"]] == [
        "risks"
    ]
    with world.as_person(world.keeper):
        end_share(share=share, by=world.keeper, version=1)
    assert client.get(address).status_code == 404


def test_the_api_shares_and_reads_as_the_pages_do(client: Client, two: Two) -> None:
    third = CouncilFactory.create()
    today = timezone.localdate()
    sign_in(client, two.owner)
    base = f"/api/v1/c/{two.district.slug}/"
    given = {
        "receiver": third.slug,
        "starts_on": today.isoformat(),
        "ends_on": (today + YEAR).isoformat(),
        "reason": "Neighbours.",
    }
    made = client.post(
        f"{base}plans/{two.plan.pk}/shares/",
        given,
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    )
    assert made.status_code == 201
    again = client.post(
        f"{base}plans/{two.plan.pk}/shares/",
        given,
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    )
    assert again.json() == made.json()
    one = f"{base}plan-shares/{made.json()['id']}/"
    for receiver in (two.district.slug, "nowhere"):
        refused = client.post(
            f"{base}plans/{two.plan.pk}/shares/",
            {**given, "receiver": receiver},
            content_type="application/json",
        )
        assert (refused.status_code, refused.json()) == (
            400,
            {"receiver": ["Choose another council that uses the portal."]},
        )
    sooner = {"version": 1, "ends_on": (today + timedelta(days=9)).isoformat()}
    assert client.patch(one, sooner, content_type="application/json").json()["version"] == 2
    assert client.patch(one, sooner, content_type="application/json").status_code == 409
    assert client.post(f"{one}end/", {"version": 2}, content_type="application/json").status_code == 200
    assert client.get(one).json()["state"].startswith("Ended early")

    sign_in(client, two.reader)
    read = f"/api/v1/c/{two.county.slug}/shared/"
    assert [row["title"] for row in client.get(read).json()["results"]] == ["Plan of Charnford"]
    plan = client.get(f"{read}plans/{two.share.pk}/").json()
    assert (plan["title"], plan["owner"]) == ("Plan of Charnford", "Charnford")
    actions = client.get(f"{read}plans/{two.share.pk}/actions/").json()["results"]
    assert [(row["title"], row["times_moved"]) for row in actions] == [("Write to the venues", 1)]
    assert "owner" not in actions[0]
    log = client.get(f"{read}plans/{two.share.pk}/actions/{two.action.pk}/progress/").json()
    assert [row["note"] for row in log] == ["Forty letters sent."]
    assert set(log[0]) == {"at", "note", "rating", "status"}
    sign_in(client, member(third, Role.COORDINATOR))
    assert client.get(f"/api/v1/c/{third.slug}/shared/plans/{two.share.pk}/").status_code == 404
