"""Reading a case in an emergency: what it takes, what it opens, who is told, and who reviews it (RC-4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.postgres.functions import TransactionNow
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from channel.models import BreakGlass, ChannelCase
from channel.policies import ChannelRefused
from channel.queries import readable_cases
from channel.services import alerts, break_glass, cases
from channel.services.break_glass import _review_day
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.keys.envelopes import Envelope
from prevent_portal.outbox.models import Email
from prevent_portal.tenancy.scope import council_scope
from tests.accounts.sessions import sign_in
from tests.canaries.words import planted
from tests.channel.factories import PanelWorld, panel_world, panellist
from tests.factories import give_role, member

pytestmark = pytest.mark.django_db

REASON = f"A neighbour has told the night team of a knife, and they need to know whom to call: {planted()}."


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def asker(barnet: PanelWorld) -> User:
    """A member of the panel without a grant on the case, so that nothing but the emergency opens it."""
    return barnet.seat(granted=False)


def opened(world: PanelWorld, by: User, **answers: Any) -> BreakGlass:
    with world.as_person(by):
        return break_glass.break_glass(
            council=world.council,
            by=by,
            **{"reference": world.case.reference, "ground": "public_interest", "reason": REASON, **answers},
        )


def reads(world: PanelWorld, person: User) -> list[Any]:
    """What list, detail, permission and database say of the cases that a person reads, agreed or refused."""
    with world.as_person(person):
        access = council_access(person, world.council)
        listed = sorted(str(pk) for pk in readable_cases(access).values_list("pk", flat=True))
        shown = sorted(str(pk) for pk in ChannelCase.objects.values_list("pk", flat=True))
        assert listed == shown
        held = User.objects.get(pk=person.pk).has_perm("channel.read_case", world.case)
        assert held is (str(world.case.pk) in listed)
        return listed


def actions(world: PanelWorld) -> list[str]:
    with world.as_chair():
        return list(
            Event.objects.filter(council_id=world.council.pk, action__contains="glass")
            .order_by("id")
            .values_list("action", flat=True)
        )


def test_an_emergency_opens_one_case_for_reading_and_nothing_else(barnet: PanelWorld, asker: User) -> None:
    barnet.new_case("CNRYOTHER")
    assert reads(barnet, asker) == []
    opened(barnet, asker)
    assert reads(barnet, asker) == [str(barnet.case.pk)]
    with barnet.as_person(asker):
        read = cases.read_case(case=ChannelCase.objects.get(), by=asker)
        assert read.summary.startswith(f"An invented summary {barnet.canary} for a test: ")
        assert ChannelCase.objects.filter(pk=barnet.case.pk).update(police_area="Elsewhere") == 0
    assert actions(barnet) == ["channel.glass_broken"]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"ground": ""}, "Choose a ground"),
        ({"ground": "curiosity"}, "Choose a ground"),
        ({"reason": "  "}, "Say why you have to read this case now."),
        ({"reason": "x" * 1_001}, "1,000 characters or fewer"),
        ({"reason": "Call her on jo.bloggs@example.org now."}, "seems to hold"),
        ({"reference": "ABCD-2345"}, "There is no case with this reference"),
    ],
    ids=["no ground", "unknown ground", "no reason", "long reason", "identifying reason", "no case"],
)
def test_each_missing_part_refuses_and_opens_nothing(
    barnet: PanelWorld, asker: User, answers: dict[str, str], words: str
) -> None:
    with pytest.raises(ChannelRefused, match=words):
        opened(barnet, asker, **answers)
    assert reads(barnet, asker) == []
    assert actions(barnet) == []
    assert Email.objects.count() == 0


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COORDINATOR, Role.AUDITOR, Role.BOARD_MEMBER])
def test_nobody_without_a_role_of_channel_breaks_the_glass(barnet: PanelWorld, role: Role) -> None:
    person = member(barnet.council, role)
    with pytest.raises(ChannelRefused, match="Only people with a role of Channel"):
        opened(barnet, person)
    with barnet.as_person(person), pytest.raises(DatabaseError, match="row-level security"):
        _row(barnet, person, opened_at=True)


def _row(world: PanelWorld, person: User, **fields: Any) -> None:
    """A row as plain ORM would write it, past every policy of the application."""
    BreakGlass.objects.create(
        **{
            "council": world.council,
            "case_id": world.case.pk,
            "person": person,
            "ground": "consent",
            "reason": Envelope(b"\x01" + bytes(60)),
            "needs_approval": False,
            "review_due_on": timezone.localdate(),
            **fields,
            "opened_at": TransactionNow() if "opened_at" in fields else None,
        }
    )


def test_the_other_councils_case_is_no_case_here(barnet: PanelWorld, asker: User) -> None:
    southwark = panel_world("southwark")
    with pytest.raises(ChannelRefused, match="There is no case with this reference"):
        opened(barnet, asker, reference=southwark.case.reference)


def test_chair_and_data_protection_officer_are_told_in_the_same_transaction(
    barnet: PanelWorld, asker: User
) -> None:
    officer = member(barnet.council, Role.AUDITOR)
    member(barnet.council, Role.CHANNEL_CHAIR)  # chairs no panel
    panel_world("southwark")
    glass = opened(barnet, asker)
    mails = list(Email.objects.order_by("recipient"))
    assert [mail.recipient for mail in mails] == sorted([barnet.chair.email, officer.email])
    for mail in mails:
        assert barnet.case.reference not in mail.subject + mail.text
        assert asker.name not in mail.subject + mail.text
        assert glass.reference in mail.subject


def test_an_alert_that_cannot_be_written_opens_nothing(
    barnet: PanelWorld, asker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: Any) -> None:
        raise DatabaseError("The outbox is away.")

    monkeypatch.setattr(alerts, "queue_email", fails)
    with barnet.as_person(asker), pytest.raises(DatabaseError), transaction.atomic():
        break_glass.break_glass(
            council=barnet.council,
            reference=barnet.case.reference,
            ground="consent",
            reason=REASON,
            by=asker,
        )
    assert reads(barnet, asker) == []


def test_who_would_tell_nobody_but_themselves_is_refused(barnet: PanelWorld) -> None:
    with pytest.raises(ChannelRefused, match="nobody else whom the portal could tell"):
        opened(barnet, barnet.chair)


def test_an_operators_request_opens_when_a_second_person_approves_it(barnet: PanelWorld) -> None:
    operator = panellist(barnet.council, Role.CHANNEL_ADMINISTRATOR, is_staff=True)
    glass = opened(barnet, operator)
    assert (glass.needs_approval, glass.opened_at) == (True, None)
    assert reads(barnet, operator) == []
    with barnet.as_chair():
        with pytest.raises(ChannelRefused, match="nothing to review"):
            break_glass.review_break_glass(glass=glass, verdict="justified", note="Fine.", by=barnet.chair)
        approved = break_glass.approve_break_glass(glass=BreakGlass.objects.get(), by=barnet.chair)
        with pytest.raises(ChannelRefused, match="does not wait for a second person"):
            break_glass.approve_break_glass(glass=approved, by=barnet.chair)
    assert reads(barnet, operator) == [str(barnet.case.pk)]
    assert actions(barnet) == ["channel.glass_asked", "channel.glass_approved"]


def test_a_council_administrator_with_a_role_of_channel_counts_as_an_operator(
    barnet: PanelWorld, asker: User
) -> None:
    give_role(asker, barnet.council, Role.ADMINISTRATOR)
    assert opened(barnet, asker).opened_at is None
    assert reads(barnet, asker) == []


def test_the_database_lets_no_operator_open_alone_and_nobody_approve_their_own(barnet: PanelWorld) -> None:
    operator = panellist(barnet.council, Role.CHANNEL_CHAIR, is_staff=True)
    with barnet.as_person(operator), pytest.raises(DatabaseError, match="row-level security"):
        _row(barnet, operator, opened_at=True)
    glass = opened(barnet, operator)
    with barnet.as_person(operator):
        with pytest.raises(ChannelRefused, match="You asked for this yourself"):
            break_glass.approve_break_glass(glass=glass, by=operator)
        with pytest.raises(DatabaseError), transaction.atomic():
            BreakGlass.objects.filter(pk=glass.pk).update(
                approved_by=operator, approved_at=timezone.now(), opened_at=timezone.now()
            )
    assert reads(barnet, operator) == []


def test_a_chair_of_another_panel_neither_sees_nor_approves_it(barnet: PanelWorld) -> None:
    operator = panellist(barnet.council, Role.PANEL_MEMBER, is_staff=True)
    opened(barnet, operator)
    other = panellist(barnet.council, Role.CHANNEL_CHAIR)
    with barnet.as_person(other):
        assert BreakGlass.objects.count() == 0
    with barnet.as_chair():
        assert BreakGlass.objects.count() == 1


def test_ending_it_closes_the_case_at_once_and_only_for_who_opened_it(
    barnet: PanelWorld, asker: User
) -> None:
    glass = opened(barnet, asker)
    with barnet.as_chair():
        with pytest.raises(ChannelRefused, match="Only who opened it can end it"):
            break_glass.end_break_glass(glass=glass, by=barnet.chair)
        with pytest.raises(DatabaseError, match="Who opened it ends it"), transaction.atomic():
            BreakGlass.objects.filter(pk=glass.pk).update(ended_at=timezone.now())
    with barnet.as_person(asker):
        break_glass.end_break_glass(glass=glass, by=asker)
    assert reads(barnet, asker) == []


def test_somebody_else_reviews_it_once(barnet: PanelWorld, asker: User) -> None:
    glass = opened(barnet, asker)
    with barnet.as_person(asker):
        with pytest.raises(ChannelRefused):
            break_glass.review_break_glass(glass=glass, verdict="justified", note="Fine.", by=asker)
        with pytest.raises(DatabaseError), transaction.atomic():
            BreakGlass.objects.filter(pk=glass.pk).update(
                reviewed_by=asker, reviewed_at=timezone.now(), verdict="justified"
            )
    with barnet.as_chair():
        shown = break_glass.read_reason(glass=BreakGlass.objects.get(), by=barnet.chair)
        assert shown == {"reason": REASON, "review_note": ""}
        reviewed = break_glass.review_break_glass(
            glass=glass, verdict="not_justified", note="They could have called the chair.", by=barnet.chair
        )
        assert break_glass.read_reason(glass=reviewed, by=barnet.chair) == {
            "reason": REASON,
            "review_note": "They could have called the chair.",
        }
        with pytest.raises(ChannelRefused, match="reviewed already"):
            break_glass.review_break_glass(glass=glass, verdict="justified", note="Fine.", by=barnet.chair)
    assert reads(barnet, asker) == []  # a review closes one that is still open


def test_a_data_protection_officer_reviews_it_and_sees_no_case(barnet: PanelWorld, asker: User) -> None:
    officer = member(barnet.council, Role.AUDITOR)
    glass = opened(barnet, asker)
    with barnet.as_person(officer):
        assert ChannelCase.objects.count() == 0
        break_glass.review_break_glass(glass=glass, verdict="justified", note="Rightly.", by=officer)
    with barnet.as_chair():
        assert BreakGlass.objects.get().reviewed_by == officer


def test_who_approved_it_does_not_review_it(barnet: PanelWorld) -> None:
    operator = panellist(barnet.council, Role.PANEL_MEMBER, is_staff=True)
    glass = opened(barnet, operator)
    with barnet.as_chair():
        approved = break_glass.approve_break_glass(glass=glass, by=barnet.chair)
        with pytest.raises(ChannelRefused, match="You had a part in this"):
            break_glass.review_break_glass(glass=approved, verdict="justified", note="Fine.", by=barnet.chair)
        with pytest.raises(DatabaseError), transaction.atomic():
            BreakGlass.objects.filter(pk=glass.pk).update(
                reviewed_by=barnet.chair, reviewed_at=timezone.now(), verdict="justified"
            )


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2019, 3, 27), date(2019, 3, 29)),  # Wednesday to Friday
        (date(2019, 3, 29), date(2019, 4, 2)),  # Friday to Tuesday
        (date(2019, 4, 18), date(2019, 4, 24)),  # over Easter
        (date(2019, 12, 24), date(2019, 12, 30)),  # over Christmas
    ],
)
def test_a_review_is_due_on_the_second_working_day(day: date, due: date) -> None:
    assert _review_day(day) == due


def owner(statement: str, *values: Any) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, list(values))


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_it_lapses_after_thirty_minutes_and_an_overdue_review_blocks_the_next_use() -> None:
    """The clock is the database's own, so the owner moves the row instead."""
    barnet = panel_world("barnet")
    asker = barnet.seat(granted=False)
    glass = opened(barnet, asker)
    move = "UPDATE channel_breakglass SET opened_at = now() - make_interval(mins => %s)"
    owner(move, 29)
    assert reads(barnet, asker) == [str(barnet.case.pk)]
    client = sign_in(Client(), asker)
    address = reverse("channel-case", args=["barnet", barnet.case.reference])
    assert client.get(address).status_code == 200
    owner(move, 30)
    assert reads(barnet, asker) == []
    assert client.get(address).status_code == 404  # it expired while they were reading

    today = timezone.localdate()
    due = "UPDATE channel_breakglass SET review_due_on = %s"
    owner(due, today)
    opened(barnet, asker)
    owner("DELETE FROM channel_breakglass WHERE id <> %s", glass.pk)
    owner(due, today - timedelta(days=1))
    other = barnet.seat(granted=False)
    with pytest.raises(ChannelRefused, match="overdue"):
        opened(barnet, other)
    with barnet.as_person(other), pytest.raises(DatabaseError, match="row-level security"):
        _row(barnet, other, opened_at=True)
    with barnet.as_chair():
        break_glass.review_break_glass(glass=glass, verdict="justified", note="Rightly.", by=barnet.chair)
    opened(barnet, other)
    assert reads(barnet, other) == [str(barnet.case.pk)]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_request_older_than_a_day_is_approved_no_more() -> None:
    barnet = panel_world("barnet")
    operator = panellist(barnet.council, Role.PANEL_MEMBER, is_staff=True)
    glass = opened(barnet, operator)
    owner("UPDATE channel_breakglass SET asked_at = now() - interval '25 hours'")
    with barnet.as_chair(), pytest.raises(ChannelRefused, match="older than 24 hours"):
        break_glass.approve_break_glass(glass=glass, by=barnet.chair)


# Pages --------------------------------------------------------------------------------------------


def form(world: PanelWorld, **answers: str) -> dict[str, str]:
    return {"reference": world.case.reference, "ground": "legal_duty", "reason": REASON, **answers}


def test_the_page_opens_the_case_and_asks_for_a_fresh_second_factor_first(
    barnet: PanelWorld, asker: User
) -> None:
    address = reverse("channel-break-glass", args=["barnet"])
    client = sign_in(Client(), asker)
    page = client.get(address)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.get(address).status_code == 302
        asked = client.post(address, form(barnet))
        assert asked.status_code == 200  # the question for the code, with what was typed
    assert reads(barnet, asker) == []
    answer = sign_in(Client(), asker).post(address, form(barnet))
    assert answer.headers["Location"] == reverse("channel-case", args=["barnet", barnet.case.reference])
    assert reads(barnet, asker) == [str(barnet.case.pk)]


def test_a_reference_of_no_case_is_logged_and_alarms_nobody(barnet: PanelWorld, asker: User) -> None:
    address = reverse("channel-break-glass", args=["barnet"])
    page = sign_in(Client(), asker).post(address, form(barnet, reference="abcd-2345"))
    assert "There is no case with this reference" in page.content.decode()
    with barnet.as_chair():
        event = Event.objects.filter(action="channel.refused").get()
        assert event.details == {"page": "break-glass", "reference": "ABCD-2345", "council": "barnet"}


def test_a_read_through_an_emergency_says_so_in_the_log(barnet: PanelWorld, asker: User) -> None:
    glass = opened(barnet, asker)
    client = sign_in(Client(), asker)
    client.get(reverse("channel-case", args=["barnet", barnet.case.reference]))
    with barnet.as_chair():
        event = Event.objects.filter(action="channel.case_read").get()
        assert event.details == {"reference": barnet.case.reference, "use": glass.reference}


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ADMINISTRATOR, 404),
        (Role.COORDINATOR, 404),
        (Role.AUDITOR, 404),
        (Role.PANEL_MEMBER, 200),
        (Role.DISTRICT_ATTENDER, 200),
    ],
)
def test_the_page_is_there_for_people_of_channel_alone(barnet: PanelWorld, role: Role, status: int) -> None:
    client = sign_in(Client(), member(barnet.council, role))
    assert client.get(reverse("channel-break-glass", args=["barnet"])).status_code == status


def test_every_use_is_on_the_report_of_chair_and_officer_and_reviewed_there(
    barnet: PanelWorld, asker: User
) -> None:
    glass = opened(barnet, asker)
    southwark = panel_world("southwark")
    foreign = opened(southwark, southwark.seat(granted=False))
    officer = member(barnet.council, Role.AUDITOR)
    for person in (barnet.chair, officer):
        client = sign_in(Client(), person)
        page = client.get(reverse("channel-break-glass-uses", args=["barnet"])).content.decode()
        assert glass.reference in page
        assert foreign.reference not in page
        hidden = reverse("channel-break-glass-use", args=["barnet", foreign.pk])
        assert client.get(hidden).status_code == 404
    address = reverse("channel-break-glass-use", args=["barnet", glass.pk])
    assert REASON in client.get(address).content.decode()
    assert client.post(address, {"verdict": "justified", "note": "Rightly."}).status_code == 302
    assert "Reviewed: justified" in client.get(address).content.decode()
    assert sign_in(Client(), asker).get(address).status_code == 404


def test_an_operator_is_approved_on_the_page(barnet: PanelWorld) -> None:
    operator = panellist(barnet.council, Role.PANEL_MEMBER, is_staff=True)
    glass = opened(barnet, operator)
    address = reverse("channel-break-glass-use", args=["barnet", glass.pk])
    client = sign_in(Client(), barnet.chair)
    assert "Approve it" in client.get(address).content.decode()
    assert client.post(address, {"approve": "1"}).status_code == 302
    assert reads(barnet, operator) == [str(barnet.case.pk)]
    page = client.get(address).content.decode()
    assert "Approve it" not in page
    assert "somebody else reviews it" in page


def test_a_person_ends_their_own_reading_on_the_page_and_nobody_elses(
    barnet: PanelWorld, asker: User
) -> None:
    glass = opened(barnet, asker)
    address = reverse("channel-break-glass", args=["barnet"])
    other = barnet.seat(granted=False)
    assert sign_in(Client(), other).post(address, {"end": str(glass.pk)}).status_code == 404
    assert reads(barnet, asker) == [str(barnet.case.pk)]
    assert sign_in(Client(), asker).post(address, {"end": str(glass.pk)}).status_code == 302
    assert reads(barnet, asker) == []


def test_a_chair_of_another_panel_reads_it_in_an_emergency_like_any_member(barnet: PanelWorld) -> None:
    """The chair of another panel of the council, told of a case, is a person of Channel like any other."""
    other = panellist(barnet.council, Role.CHANNEL_CHAIR)
    with council_scope(user_id=other.pk, council=barnet.council):
        break_glass.break_glass(
            council=barnet.council,
            reference=barnet.case.reference,
            ground="consent",
            reason=REASON,
            by=other,
        )
    assert reads(barnet, other) == [str(barnet.case.pk)]
