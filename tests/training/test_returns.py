"""Figures typed by hand: a draft of the organisation's alone, then a return; questions, answers, sharing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.factories import JUNE, returned, wrap
from training.enums import PeriodKind, Reported, ReturnState
from training.models import ReturnDraft, ReturnGrant, TrainingReturn
from training.periods import Period
from training.queries.returns import returns_seen_by
from training.services.returns import Typed, delete_draft, save_draft, send_draft
from training.services.reviews import answer_query, review_return

pytestmark = pytest.mark.django_db
PERIOD = Period(JUNE[1], JUNE[0], PeriodKind.SNAPSHOT)


class World:
    """A trust that two councils link, its submitter, and a coordinator."""

    def __init__(self) -> None:
        self.council = CouncilFactory.create(slug="barnet", name="London Borough of Barnet")
        self.other = CouncilFactory.create(slug="southwark", name="Southwark")
        self.trust = OrganisationFactory.create(name="Alpha Trust")
        self.person = submitter(self.council, self.trust)
        self.coordinator = member(self.council, Role.COORDINATOR)
        linked(self.other, self.trust)

    def scope(self) -> Any:
        return council_scope(user_id=self.person.pk, council=self.council)

    def save(self, typed: Typed, version: int = 0, *, for_council: bool = True) -> ReturnDraft:
        with self.scope():
            return save_draft(
                council=self.council,
                organisation=self.trust,
                course=wrap(),
                council_staff_only=for_council,
                period=PERIOD,
                typed=typed,
                version=version,
                by=self.person,
            )

    def send(self, draft: ReturnDraft) -> TrainingReturn:
        with self.scope():
            return send_draft(draft=draft, version=draft.version, organisations=[self.trust], by=self.person)

    def address(self, whose: str = "council", **period: str) -> str:
        start, end = period.get("start", "2018-04-01"), period.get("end", "2018-06-30")
        return reverse("type-return", args=["barnet", self.trust.pk, wrap().pk, whose, start, end])


@pytest.fixture
def world() -> World:
    return World()


FIGURES = Typed(Reported.FIGURES, 100, 80)


def test_a_draft_is_the_organisation_s_alone_even_for_the_database(world: World) -> None:
    draft = world.save(FIGURES)
    with world.scope():
        assert ReturnDraft.objects.get().pk == draft.pk
    colleague = member(world.council, Role.PARTNER_SUBMITTER)
    for stranger in (world.coordinator, colleague):
        with council_scope(user_id=stranger.pk, council=world.council):
            assert ReturnDraft.objects.count() == 0
            assert returns_seen_by(world.council) == []


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (FIGURES, (Reported.FIGURES, 100, 80)),
        (Typed(Reported.NIL, 5, 5), (Reported.NIL, 0, 0)),
        (Typed(Reported.UNKNOWN, None, 7), (Reported.UNKNOWN, None, None)),
    ],
)
def test_figures_nil_and_unknown_are_sent_as_three_different_things(
    world: World, typed: Typed, stored: tuple[Any, ...]
) -> None:
    sent = world.send(world.save(typed))
    assert (sent.reported, sent.eligible, sent.compliant) == stored
    assert (sent.version, sent.scope, sent.council) == (1, "Barnet-based staff", world.council)
    with world.scope():
        assert ReturnDraft.objects.count() == 0


@pytest.mark.parametrize(
    "typed", [Typed(Reported.FIGURES), Typed(Reported.FIGURES, 0, 0), Typed(Reported.FIGURES, 5, 6)]
)
def test_unfinished_figures_are_kept_as_a_draft_and_never_sent(world: World, typed: Typed) -> None:
    draft = world.save(typed)
    with pytest.raises(PolicyError):
        world.send(draft)
    with world.scope():
        assert (ReturnDraft.objects.count(), TrainingReturn.objects.count()) == (1, 0)


def test_a_colleague_s_save_in_between_is_shown_and_not_lost(world: World) -> None:
    draft = world.save(FIGURES)
    world.save(Typed(Reported.FIGURES, 100, 90), draft.version)
    with pytest.raises(StaleVersion) as stale:
        world.save(Typed(Reported.FIGURES, 100, 70), draft.version)
    assert [(each.theirs, each.yours) for each in stale.value.differences] == [("90", "70")]
    with pytest.raises(StaleVersion):
        world.send(draft)


def test_the_trail_says_who_saved_and_deleted_a_draft_and_none_of_its_figures(world: World) -> None:
    draft = world.save(FIGURES)
    draft = world.save(Typed(Reported.FIGURES, 100, 90), draft.version)
    world.save(Typed(Reported.FIGURES, 100, 90), draft.version)
    with world.scope():
        delete_draft(draft=draft, by=world.person)
        delete_draft(draft=draft, by=world.person)
        events = Event.objects.filter(action__startswith="training.draft").order_by("pk")
        assert [(each.council_id, each.action, each.details["version"]) for each in events] == [
            (world.council.pk, "training.draft_saved", 1),
            (world.council.pk, "training.draft_saved", 2),
            (world.council.pk, "training.draft_deleted", 2),
        ]
        told = {name for each in events for name in each.details}
        assert told == {"organisation", "course", "version"}


def test_a_correction_is_a_new_version_that_the_acceptance_does_not_carry_over_to(world: World) -> None:
    first = world.send(world.save(FIGURES))
    with service_scope(council=world.council):
        review_return(
            training_return=first, council=world.council, state=ReturnState.ACCEPTED, comment="", by=None
        )
    with pytest.raises(PolicyError, match="already"):
        world.send(world.save(FIGURES))
    with world.scope():
        ReturnDraft.objects.all().delete()
    second = world.send(world.save(Typed(Reported.FIGURES, 100, 81)))
    with service_scope(council=world.council):
        old = TrainingReturn.objects.get(pk=first.pk)
        assert (old.compliant, old.is_current, old.superseded_by_id) == (80, False, second.pk)
        assert [(line.version, line.state) for line in returns_seen_by(world.council)] == [
            (2, ReturnState.SUBMITTED)
        ]
        with pytest.raises(PolicyError, match="Review that one"):
            review_return(
                training_return=first, council=world.council, state=ReturnState.ACCEPTED, comment="", by=None
            )
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            TrainingReturn.objects.filter(pk=second.pk).update(compliant=99)


def test_a_trust_wide_return_is_shared_with_the_council_it_is_sent_through_and_no_other(
    world: World,
) -> None:
    world.send(world.save(FIGURES, for_council=False))
    with world.scope():
        assert [grant.council for grant in ReturnGrant.objects.all()] == [world.council]
    with service_scope(council=world.other):
        assert returns_seen_by(world.other) == []


def test_a_question_is_answered_once_it_is_asked_and_until_it_is_corrected(world: World) -> None:
    sent = world.send(world.save(FIGURES))
    with world.scope(), pytest.raises(PolicyError, match="not asking"):
        answer_query(training_return=sent, council=world.council, text="Hello", by=world.person)
    with service_scope(council=world.council):
        review_return(
            training_return=sent, council=world.council, state=ReturnState.QUERIED, comment="80?", by=None
        )
    with world.scope():
        answer = answer_query(training_return=sent, council=world.council, text=" Yes ", by=world.person)
        assert answer.text == "Yes"
        with pytest.raises(PolicyError):
            answer_query(training_return=sent, council=world.council, text=" ", by=world.person)
    world.send(world.save(Typed(Reported.FIGURES, 100, 81)))
    with world.scope():
        old = TrainingReturn.objects.get(pk=sent.pk)
        with pytest.raises(PolicyError, match="newer version"):
            answer_query(training_return=old, council=world.council, text="Late", by=world.person)


def test_an_answer_looks_at_the_return_as_it_is_and_the_same_words_twice_are_one_answer(
    world: World,
) -> None:
    read_before = returned(world.council, world.trust, 80, 100, for_council=True)
    with world.scope():
        review_return(
            training_return=read_before, council=world.council, state=ReturnState.QUERIED, comment="80?",
            by=world.coordinator,
        )  # fmt: skip
        first, again = (
            answer_query(training_return=read_before, council=world.council, text="Yes", by=world.person)
            for _ in range(2)
        )
        assert first == again
        # Somebody corrected it since the page was read: the object in hand still says that it is current.
        TrainingReturn.objects.update(is_current=False)
        assert read_before.is_current
        with pytest.raises(PolicyError, match="newer version"):
            answer_query(training_return=read_before, council=world.council, text="No", by=world.person)


def test_a_review_an_answer_and_a_correction_of_one_organisation_s_returns_take_turns(world: World) -> None:
    sent = returned(world.council, world.trust, 80, 100, for_council=True)

    def locks_first(act: Callable[[], object]) -> bool:
        with CaptureQueriesContext(connection) as caught:
            act()
        written = [each["sql"] for each in caught if each["sql"].startswith(("SELECT", "INSERT"))]
        return "partnerships_organisation" in written[0] and written[0].endswith("FOR NO KEY UPDATE")

    def review() -> None:
        review_return(
            training_return=sent, council=world.council, state=ReturnState.QUERIED, comment="80?",
            by=world.coordinator,
        )  # fmt: skip

    def answer() -> None:
        answer_query(training_return=sent, council=world.council, text="Yes", by=world.person)

    with world.scope():
        assert [locks_first(act) for act in (review, answer)] == [True, True]


def test_the_pages_save_send_answer_and_say_who_sees_it(world: World, client: Client) -> None:
    sign_in(client, world.person)
    saved = {"reported": "figures", "eligible": "1,000", "compliant": "900", "version": "0", "then": "save"}
    assert client.post(world.address(), saved).url == "/c/barnet/returns/"
    own = client.get("/c/barnet/returns/")
    assert b"Drafts" in own.content
    check = client.post(world.address(), {**saved, "version": "1", "then": "send"})
    assert b"1,000" in client.get(check.url).content
    sent = client.post(check.url, {"then": "send", "version": "1"})
    assert b"Correct the figures" in client.get(sent.url).content
    wrong = client.post(world.address(), {**saved, "compliant": "1001"})
    assert b"There cannot be more compliant staff" in wrong.content
    councillor = Client()
    sign_in(councillor, world.coordinator)
    assert councillor.get(world.address()).status_code == 404


@pytest.mark.parametrize(
    "period",
    [
        {"end": "2090-06-30"},
        {"start": "nonsense"},
        {"start": "2018-07-01"},
        {"start": "2018-04-31"},
    ],
)
def test_a_period_that_is_none_or_not_over_is_not_typed(
    world: World, client: Client, period: dict[str, str]
) -> None:
    sign_in(client, world.person)
    assert client.get(world.address(**period)).status_code == 404


def test_returns_are_shared_only_with_councils_that_the_organisation_serves(
    world: World, client: Client
) -> None:
    stranger = CouncilFactory.create(name="Stranger")
    sign_in(client, world.person)
    address = reverse("share-returns", args=["barnet"])
    page = client.get(address)
    assert b"Southwark" in page.content
    assert b"Stranger" not in page.content
    for council, works in ((stranger, False), (world.other, True)):
        answer = client.post(address, {"share": f"{world.trust.pk}:{council.pk}"})
        assert answer.status_code == (302 if works else 200)
    with world.scope():
        assert [grant.council for grant in ReturnGrant.objects.all()] == [world.other]


def test_after_the_deadline_the_trust_still_reads_and_sends(world: World, client: Client) -> None:
    returned(world.council, world.trust, 70, 100, for_council=True)
    sign_in(client, world.person)
    assert b"70%" in client.get("/c/barnet/returns/").content
    assert client.get("/c/barnet/returns/returns.csv").status_code == 200
    assert client.get(world.address()).status_code == 200
