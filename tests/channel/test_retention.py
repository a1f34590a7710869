"""How long cases are kept, what holds them, and how two people destroy one for good (RC-7, RC-8)."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from psycopg import sql

from channel.case_choices import CareConsidered, Outcome, ReviewKind
from channel.enums import Capacity, DestructionState
from channel.models import (
    BreakGlass,
    CaseReview,
    CaseUserPermission,
    ChannelCase,
    ConsentStep,
    Destruction,
    LegalHold,
    MeetingCase,
    RetentionDecision,
)
from channel.policies import ChannelRefused
from channel.queries.retention import years_later
from channel.services import break_glass, retention, statements
from channel.tasks import raise_reviews_everywhere
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit import anchors, chain, verification
from prevent_portal.audit.models import Event
from prevent_portal.keys.models import DataKey
from prevent_portal.keys.refusals import CannotOpen, KeyErased, KeyStoreAway
from prevent_portal.keys.services.sealing import open_sealed
from prevent_portal.outbox.models import Email
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, panel_world
from tests.factories import member
from tests.servers import with_database

pytestmark = pytest.mark.django_db


def left(world: PanelWorld, day: date, case: ChannelCase | None = None) -> None:
    """Let the person of a case have left on a day, as plain ORM may write it for who prepares the case."""
    chosen = case or world.case
    with world.as_chair():
        for months, kind in ((6, ReviewKind.SIX_MONTHS), (12, ReviewKind.TWELVE_MONTHS)):
            CaseReview.objects.create(
                council=world.council,
                case=chosen,
                kind=kind,
                due_on=day + timedelta(days=30 * months),
                created_by=world.chair,
            )
        changed = ChannelCase.objects.filter(pk=chosen.pk).update(
            referred_on=None,
            exited_on=day,
            outcome=Outcome.CLOSED,
            care_considered=CareConsidered.NOT_NEEDED,
        )
        assert changed == 1


def by_hand(statement: str, *values: Any) -> None:
    """What somebody with a console could ask of the database in the scope they are in."""
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement, list(values))


DESTROY = "SELECT channel_destroy_case(%s)"


def period_over() -> date:
    """The latest day on which somebody can have left whose case is due today."""
    return years_later(timezone.localdate(), -6) - timedelta(days=1)


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def deputy(barnet: PanelWorld) -> User:
    person = barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    with barnet.as_person(person):
        statements.acknowledge(panel=barnet.panel, statement_id=barnet.annual.pk, by=person)
    return person


def due(world: PanelWorld, case: ChannelCase | None = None) -> Destruction:
    left(world, period_over(), case)
    retention.raise_reviews(council=world.council)
    with world.as_chair():
        return Destruction.objects.select_related("panel", "council").get(record=(case or world.case).pk)


def proposed(world: PanelWorld) -> Destruction:
    review = due(world)
    with world.as_chair():
        return retention.propose_destruction(destruction=review, by=world.chair)


def states(world: PanelWorld) -> list[str]:
    with world.as_chair():
        return sorted(Destruction.objects.values_list("state", flat=True))


# Periods ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "raised"), [(0, 1), (1, 0), (-400, 1)])
def test_a_case_is_due_on_the_day_after_six_years_and_on_no_earlier_one(
    barnet: PanelWorld, days: int, raised: int
) -> None:
    left(barnet, period_over() + timedelta(days=days))
    assert retention.raise_reviews(council=barnet.council) == raised
    assert states(barnet) == ["due"] * raised


@pytest.mark.parametrize(
    ("day", "years", "last"),
    [
        (date(2012, 2, 29), 6, date(2018, 2, 28)),
        (date(2012, 2, 29), 4, date(2016, 2, 29)),
        (date(2013, 3, 31), 6, date(2019, 3, 31)),
    ],
)
def test_a_leap_day_makes_no_period_shorter(day: date, years: int, last: date) -> None:
    assert years_later(day, years) == last


def test_a_case_that_nobody_has_left_is_never_due(barnet: PanelWorld) -> None:
    assert retention.raise_reviews(council=barnet.council) == 0


def test_a_councils_own_period_counts_for_its_own_cases_alone(barnet: PanelWorld) -> None:
    southwark = panel_world("southwark")
    with southwark.as_chair():
        retention.decide_period(
            council=southwark.council, years=7, reason="The council's schedule says so.", by=southwark.chair
        )
    for world in (barnet, southwark):
        left(world, period_over())
    assert retention.raise_reviews(council=barnet.council) == 1
    assert retention.raise_reviews(council=southwark.council) == 0
    older = southwark.new_case("CNRYOLDER")
    left(southwark, years_later(timezone.localdate(), -7) - timedelta(days=1), older)
    assert retention.raise_reviews(council=southwark.council) == 1
    assert (states(barnet), states(southwark)) == (["due"], ["due"])


@pytest.mark.parametrize(
    ("years", "reason"), [(0, "Because."), (26, "Because."), (7, " ")], ids=["none", "too long", "no reason"]
)
def test_a_period_is_one_to_25_years_for_a_reason(barnet: PanelWorld, years: int, reason: str) -> None:
    with barnet.as_chair(), pytest.raises(ChannelRefused):
        retention.decide_period(council=barnet.council, years=years, reason=reason, by=barnet.chair)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.CHANNEL_ADMINISTRATOR])
def test_a_channel_chair_alone_decides_the_period(barnet: PanelWorld, role: Role) -> None:
    person = member(barnet.council, role)
    with barnet.as_person(person):
        with pytest.raises(ChannelRefused):
            retention.decide_period(council=barnet.council, years=1, reason="Sooner.", by=person)
        with pytest.raises(DatabaseError, match="row-level security"):
            RetentionDecision.objects.create(
                council=barnet.council, years=1, reason="Sooner.", decided_by=person
            )


# The nightly job ----------------------------------------------------------------------------------


def test_the_nightly_job_raises_each_review_once_and_tells_the_chairs(
    barnet: PanelWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    southwark = panel_world("southwark")
    other = barnet.new_case("CNRYOTHER")
    for world, case in ((barnet, barnet.case), (barnet, other), (southwark, southwark.case)):
        left(world, period_over(), case)
    assert [retention.raise_reviews(council=barnet.council) for _ in range(3)] == [2, 0, 0]
    assert states(barnet) == ["due", "due"]
    assert states(southwark) == []
    mail = Email.objects.get()
    assert mail.recipient == barnet.chair.email
    assert barnet.case.reference not in mail.subject + mail.text

    sent: list[int] = []
    monkeypatch.setattr(
        "channel.tasks.raise_reviews_of_one.apply_async", lambda kwargs: sent.append(kwargs["council_id"])
    )
    raise_reviews_everywhere()
    assert sorted(sent) == sorted([barnet.council.pk, southwark.council.pk])


def test_nobody_but_the_nightly_job_raises_reviews(barnet: PanelWorld) -> None:
    with barnet.as_chair(), pytest.raises(DatabaseError, match="Only the nightly job"):
        by_hand("SELECT * FROM channel_raise_destructions()")


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_case_that_is_kept_on_is_due_again_after_its_day() -> None:
    barnet = panel_world("barnet")
    review = due(barnet)
    today = timezone.localdate()
    with barnet.as_chair():
        with pytest.raises(ChannelRefused, match="a day in the future"):
            retention.keep_case(destruction=review, until=today, by=barnet.chair)
        retention.keep_case(destruction=review, until=today + timedelta(days=30), by=barnet.chair)
    for days, raised in ((30, 0), (0, 0), (-1, 1)):
        with connections["owner"].cursor() as cursor:  # nobody else moves such a day
            cursor.execute("UPDATE channel_destruction SET keep_until = %s", [today + timedelta(days=days)])
        assert retention.raise_reviews(council=barnet.council) == raised
    assert states(barnet) == ["due", "kept"]


# Holds --------------------------------------------------------------------------------------------


def test_a_hold_wins_over_the_period_and_over_a_destruction_that_was_proposed(
    barnet: PanelWorld, deputy: User
) -> None:
    review = proposed(barnet)
    with barnet.as_chair():
        retention.place_hold(case=barnet.case, reason="An inquiry has asked for it.", by=barnet.chair)
    with barnet.as_person(deputy):
        with pytest.raises(ChannelRefused, match="legal hold"):
            retention.destroy_case(destruction=review, by=deputy)
        with pytest.raises(DatabaseError, match="It is held"):
            by_hand(DESTROY, review.pk)


def test_a_held_case_is_not_raised_until_the_hold_is_lifted(barnet: PanelWorld) -> None:
    left(barnet, period_over())
    with barnet.as_chair():
        retention.place_hold(case=barnet.case, reason="An inquiry has asked for it.", by=barnet.chair)
    assert retention.raise_reviews(council=barnet.council) == 0
    with barnet.as_chair():
        retention.lift_hold(case=barnet.case, by=barnet.chair)
    assert retention.raise_reviews(council=barnet.council) == 1


def test_a_case_is_held_once_and_a_hold_never_changes(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        hold = retention.place_hold(case=barnet.case, reason="A claim.", by=barnet.chair)
        with pytest.raises(ChannelRefused, match="already"):
            retention.place_hold(case=barnet.case, reason="Another claim.", by=barnet.chair)
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            LegalHold.objects.filter(pk=hold.pk).update(placed_at=timezone.now())
        assert open_sealed(hold) == {"reason": "A claim."}
        retention.lift_hold(case=barnet.case, by=barnet.chair)
        with pytest.raises(ChannelRefused, match="no hold"):
            retention.lift_hold(case=barnet.case, by=barnet.chair)


# Destruction --------------------------------------------------------------------------------------


def test_two_people_destroy_a_case_with_all_that_points_to_it_and_its_key(
    barnet: PanelWorld, deputy: User
) -> None:
    southwark = panel_world("southwark")
    kept = barnet.new_case("CNRYKEPT")
    barnet.seat()  # a grant on the case
    with barnet.as_chair():
        summary = ChannelCase.objects.get(pk=barnet.case.pk)
    review = proposed(barnet)
    with barnet.as_person(deputy):
        certificate = retention.destroy_case(destruction=review, by=deputy)
    assert (certificate.state, certificate.decided_by_id) == (DestructionState.DESTROYED, deputy.pk)
    assert certificate.certificate == {
        "channel_casereview": 2,
        "channel_caseuserpermission": 1,
        "channel_channelcase": 1,
        "channel_meetingcase": 1,
    }
    with barnet.as_chair():
        assert [case.pk for case in ChannelCase.objects.all()] == [kept.pk]
        for model in (CaseUserPermission, MeetingCase, ConsentStep, CaseReview, LegalHold, BreakGlass):
            assert model._default_manager.count() == 0
        with pytest.raises(CannotOpen):
            open_sealed(summary)  # the row of an old backup: its key is gone
        assert open_sealed(kept)["summary"].startswith("An invented summary CNRYKEPT")
        event = Event.objects.get(action="channel.case_destroyed")
        assert event.details == {"reference": barnet.case.reference, "rows": certificate.certificate}
        assert barnet.canary not in str(list(Destruction.objects.values()))
    assert DataKey.objects.get(subject=barnet.case.pk).wrapped is None
    with southwark.as_chair():
        assert ChannelCase.objects.count() == 1


@contextmanager
def backup(name: str) -> Iterator[Callable[[], Any]]:
    """A copy of the portal's whole database as it stands, and a way to be connected to it for a while."""
    portal = connections["default"]
    live = portal.settings_dict["NAME"]
    connections.close_all()
    owner = with_database(os.environ["DATABASE_OWNER_URL"], "postgres")

    @contextmanager
    def restored() -> Iterator[None]:
        portal.close()
        portal.settings_dict["NAME"] = name
        try:
            yield
        finally:
            portal.close()
            portal.settings_dict["NAME"] = live

    with psycopg.connect(owner, autocommit=True) as server:
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        server.execute(copied.format(sql.Identifier(name), sql.Identifier(live)))
        try:
            yield restored
        finally:
            server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_no_backup_brings_a_destroyed_case_back_and_the_trail_still_verifies(
    settings: Any, tmp_path: Path
) -> None:
    """RC-7 and RC-8: the portal's database is restored whole; the key store is not restored with it."""
    settings.AUDIT_ANCHOR_FILE = tmp_path / "heads.jsonl"
    barnet = panel_world("barnet")
    officer = member(barnet.council, Role.AUDITOR)
    kept = barnet.new_case("CNRYKEPT")
    review = proposed(barnet)
    with backup(f"{connections['default'].settings_dict['NAME']}_backup") as restored:
        with restored(), barnet.as_chair():  # before the destruction the backup opens
            assert open_sealed(ChannelCase.objects.get(pk=barnet.case.pk))["summary"]
        with barnet.as_person(officer):
            retention.destroy_case(destruction=review, by=officer)
        verification.anchor_heads()
        call_command("verify_audit", stdout=io.StringIO())
        with restored():
            with barnet.as_chair():
                with pytest.raises(KeyErased):
                    open_sealed(ChannelCase.objects.get(pk=barnet.case.pk))
                # The control: the row beside it, whose key lives, opens in the same backup.
                found = open_sealed(ChannelCase.objects.get(pk=kept.pk))["summary"]
                assert found.startswith("An invented summary CNRYKEPT")
            # Shorter than the heads that were written outside: whoever restores is told.
            assert {fault.kind for fault in chain.verify(anchors.read_anchors().anchors).faults} == {"cut"}
    with connections["owner"].cursor() as cursor:  # the control: what a superuser could do to the event
        cursor.execute("SET ROLE portal_audit")
        cursor.execute("ALTER TABLE audit.event DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE audit.event SET actor_id = %s WHERE action = 'channel.case_destroyed'", [barnet.chair.pk]
        )
        assert cursor.rowcount == 1
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=io.StringIO(), stderr=io.StringIO())


def test_a_later_case_of_the_same_person_stays_and_forgets_the_earlier_one(
    barnet: PanelWorld, deputy: User
) -> None:
    later = barnet.new_case("CNRYLATER")
    with barnet.as_chair():
        ChannelCase.objects.filter(pk=later.pk).update(earlier_case=barnet.case)
    review = proposed(barnet)
    with barnet.as_person(deputy):
        retention.destroy_case(destruction=review, by=deputy)
    with barnet.as_chair():
        assert list(ChannelCase.objects.values_list("pk", "earlier_case")) == [(later.pk, None)]


def test_who_proposes_does_not_destroy(barnet: PanelWorld, deputy: User) -> None:
    review = proposed(barnet)
    with barnet.as_chair():
        with pytest.raises(ChannelRefused, match="You proposed this yourself"):
            retention.destroy_case(destruction=review, by=barnet.chair)
        with pytest.raises(DatabaseError, match="A second person"):
            by_hand(DESTROY, review.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            Destruction.objects.filter(pk=review.pk).update(
                state="destroyed", decided_by=deputy, decided_at=timezone.now(), certificate={}
            )
        assert ChannelCase.objects.count() == 1


def test_nobody_destroys_what_nobody_proposed(barnet: PanelWorld, deputy: User) -> None:
    review = due(barnet)
    with barnet.as_person(deputy):
        with pytest.raises(ChannelRefused, match="has to propose"):
            retention.destroy_case(destruction=review, by=deputy)
        with pytest.raises(DatabaseError, match="Nothing is proposed"):
            by_hand(DESTROY, review.pk)


def test_a_data_protection_officer_destroys_it_without_seeing_it(barnet: PanelWorld) -> None:
    officer = member(barnet.council, Role.AUDITOR)
    review = proposed(barnet)
    with barnet.as_person(officer):
        assert ChannelCase.objects.count() == 0
        retention.destroy_case(destruction=review, by=officer)
    assert states(barnet) == ["destroyed"]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR, Role.PANEL_MEMBER])
def test_nobody_else_destroys_it(barnet: PanelWorld, role: Role) -> None:
    review = proposed(barnet)
    person = member(barnet.council, role)
    with barnet.as_person(person), pytest.raises((ChannelRefused, Destruction.DoesNotExist)):
        retention.destroy_case(destruction=review, by=person)
    with barnet.as_person(person), pytest.raises(DatabaseError):
        by_hand(DESTROY, review.pk)
    assert states(barnet) == ["proposed"]


def test_an_officer_of_another_council_destroys_nothing_here(barnet: PanelWorld) -> None:
    southwark = panel_world("southwark")
    officer = member(southwark.council, Role.AUDITOR)
    review = proposed(barnet)
    with southwark.as_person(officer), pytest.raises(DatabaseError):
        by_hand(DESTROY, review.pk)
    assert states(barnet) == ["proposed"]


def test_a_period_that_was_made_longer_meanwhile_keeps_the_case(barnet: PanelWorld, deputy: User) -> None:
    review = proposed(barnet)
    with barnet.as_chair():
        retention.decide_period(council=barnet.council, years=7, reason="A new schedule.", by=barnet.chair)
    with barnet.as_person(deputy):
        with pytest.raises(ChannelRefused, match="keep cases longer"):
            retention.destroy_case(destruction=review, by=deputy)
        with pytest.raises(DatabaseError, match="period is not over"):
            by_hand(DESTROY, review.pk)


def test_an_emergency_reading_that_nobody_reviewed_keeps_the_case(barnet: PanelWorld, deputy: User) -> None:
    asker = barnet.seat(granted=False)
    with barnet.as_person(asker):
        break_glass.break_glass(
            council=barnet.council,
            reference=barnet.case.reference,
            ground="legal_duty",
            reason="A court has asked for it today.",
            by=asker,
        )
    review = due(barnet)
    with barnet.as_chair(), pytest.raises(ChannelRefused, match="has to be reviewed first"):
        retention.propose_destruction(destruction=review, by=barnet.chair)


def test_a_key_store_that_is_away_leaves_the_case_whole(
    barnet: PanelWorld, deputy: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: Any) -> bool:
        raise KeyStoreAway("The key store does not answer.")

    review = proposed(barnet)
    monkeypatch.setattr(retention, "erase_key", away)
    with pytest.raises(KeyStoreAway), barnet.as_person(deputy):
        retention.destroy_case(destruction=review, by=deputy)
    assert states(barnet) == ["proposed"]
    with barnet.as_chair():
        assert ChannelCase.objects.count() == 1


# Pages --------------------------------------------------------------------------------------------


def test_the_pages_lead_from_the_review_to_the_certificate(barnet: PanelWorld, deputy: User) -> None:
    review = due(barnet)
    listing = reverse("channel-retention", args=["barnet"])
    address = reverse("channel-retention-review", args=["barnet", review.pk])
    chair, second = sign_in(Client(), barnet.chair), sign_in(Client(), deputy)
    page = chair.get(listing)
    assert barnet.case.reference in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert chair.post(address, {"propose": "1"}).status_code == 302
    assert "Destroy it for good" not in chair.get(address).content.decode()
    assert "Destroy it for good" in second.get(address).content.decode()
    assert second.post(address, {"destroy": "1"}).status_code == 302
    certificate = second.get(address).content.decode()
    assert "What was destroyed" in certificate
    assert barnet.canary not in certificate.replace(f"Panel {barnet.canary}", "")


def test_a_hold_is_placed_and_lifted_on_its_page(barnet: PanelWorld) -> None:
    address = reverse("channel-case-hold", args=["barnet", barnet.case.reference])
    client = sign_in(Client(), barnet.chair)
    assert client.post(address, {"reason": "An inquiry."}).status_code == 302
    assert "placed a hold on" in client.get(address).content.decode()
    assert client.post(address, {"lift": "1"}).status_code == 302
    with barnet.as_chair():
        assert LegalHold.objects.filter(lifted_at__isnull=True).count() == 0
    person = barnet.seat()
    barnet.sign(person)
    assert sign_in(Client(), person).get(address).status_code == 404


def test_a_case_says_that_it_is_held_to_those_who_may_hold_it(barnet: PanelWorld) -> None:
    address = reverse("channel-case", args=["barnet", barnet.case.reference])
    person = barnet.seat()
    barnet.sign(person)
    tag = "Legal hold</strong>"
    assert tag not in sign_in(Client(), barnet.chair).get(address).content.decode()
    with barnet.as_chair():
        retention.place_hold(case=barnet.case, reason="A claim.", by=barnet.chair)
    assert tag in sign_in(Client(), barnet.chair).get(address).content.decode()
    read = sign_in(Client(), person).get(address)
    assert read.status_code == 200
    assert tag not in read.content.decode()


def test_the_period_is_decided_on_its_page(barnet: PanelWorld) -> None:
    address = reverse("channel-retention-period", args=["barnet"])
    client = sign_in(Client(), barnet.chair)
    assert client.get(address).status_code == 200
    assert client.post(address, {"years": "30", "reason": "Longer."}).status_code == 200
    assert client.post(address, {"years": "7", "reason": "The schedule."}).status_code == 302
    page = client.get(reverse("channel-retention", args=["barnet"])).content.decode()
    assert "kept for 7 years after the person left" in page


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR, Role.PANEL_MEMBER, Role.BOARD_MEMBER])
def test_retention_is_hidden_from_everybody_else(barnet: PanelWorld, role: Role) -> None:
    review = due(barnet)
    client = sign_in(Client(), member(barnet.council, role))
    for address in (
        reverse("channel-retention", args=["barnet"]),
        reverse("channel-retention-period", args=["barnet"]),
        reverse("channel-retention-review", args=["barnet", review.pk]),
    ):
        assert client.get(address).status_code == 404
