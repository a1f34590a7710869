"""The risk register's rules: who may, what is kept, what is refused, and the wall in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from compliance.models import (
    Risk,
    RiskAction,
    RiskAssessment,
    RiskReader,
    RiskSource,
    RiskSummary,
)
from compliance.permissions import RISK_AUDIENCE_ROLES
from compliance.policies import PolicyError, StaleVersion
from compliance.policies.risks import Declaration, DoubtfulWords
from compliance.queries.risks import (
    owned_reviews,
    publishable_block,
    publishable_of,
    readable_risks,
    risks_of_action,
    sources_of,
)
from compliance.services.risk_audiences import appoint_keeper, end_reader
from compliance.services.risk_summaries import approve_summary, propose_summary, withdraw_summary
from compliance.services.risks import (
    change_risk,
    close_risk,
    create_risk,
    link_action,
    reopen_risk,
    review_risk,
)
from prevent_portal.accounts.access import council_access, own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, User
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.compliance.risks import DECLARED, RiskWorld, facts, risk_world
from tests.factories import UserFactory, give_role, member

pytestmark = pytest.mark.django_db

TABLES: list[Any] = [Risk, RiskAction, RiskAssessment, RiskReader, RiskSource, RiskSummary]
NOTHING = dict.fromkeys((model.__name__ for model in TABLES), 0)


@pytest.fixture
def barnet() -> RiskWorld:
    return risk_world("barnet")


@pytest.fixture
def southwark() -> RiskWorld:
    return risk_world("southwark")


def rows() -> dict[str, int]:
    """How many rows of each table the current scope shows, by ORM without any filter."""
    return {model.__name__: model.objects.count() for model in TABLES}


def revoke(world: RiskWorld, *people: User) -> None:
    """End the people's roles in the council at once. Needs its service scope."""
    Membership.objects.filter(council=world.council, user__in=people).update(revoked_at=timezone.now())


# The wall -----------------------------------------------------------------------------------------


def test_every_table_of_the_register_has_restrictive_policies_for_all_four_commands() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(p.polcmd::text ORDER BY p.polcmd) FROM pg_policy p "
            "JOIN pg_class c ON c.oid = p.polrelid AND c.relrowsecurity "
            "WHERE NOT p.polpermissive AND c.relname LIKE 'compliance\\_risk%' GROUP BY c.relname"
        )
        walls = dict(cursor.fetchall())
    assert walls == {model._meta.db_table: ["a", "d", "r", "w"] for model in TABLES}


@pytest.mark.parametrize("role", sorted(Role), ids=str)
def test_by_role_alone_nobody_sees_a_row(barnet: RiskWorld, role: Role) -> None:
    person = member(barnet.council, role)
    with barnet.as_person(person):
        assert rows() == NOTHING
        assert list(readable_risks(council_access(person, barnet.council))) == []


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR, Role.COORDINATOR], ids=str)
def test_superuser_and_operator_see_no_row(barnet: RiskWorld, role: Role | None) -> None:
    person = UserFactory.create(is_superuser=True, is_staff=True)
    if role:
        give_role(person, barnet.council, role)
    with barnet.as_person(person):
        assert rows() == NOTHING


def test_no_scope_but_a_persons_own_in_the_council_shows_a_row(barnet: RiskWorld) -> None:
    principal = User.objects.get(is_service=True)
    give_role(principal, barnet.council, *RISK_AUDIENCE_ROLES)
    for scope in (
        transaction.atomic(),
        own_councils_scope(user_id=barnet.keeper.pk),
        service_scope(council=barnet.council),
        council_scope(user_id=principal.pk, council=barnet.council),
    ):
        with scope:
            assert rows() == NOTHING
    with barnet.as_person(barnet.keeper):  # the control: the rows are there
        assert rows() == NOTHING | {
            "Risk": 1, "RiskAction": 1, "RiskAssessment": 1, "RiskReader": 3, "RiskSource": 1,
        }  # fmt: skip


@pytest.mark.parametrize("role", sorted(RISK_AUDIENCE_ROLES), ids=str)
def test_on_the_audience_of_one_risk_a_person_sees_that_one(barnet: RiskWorld, role: Role) -> None:
    barnet.add()
    person = member(barnet.council, role)
    barnet.seat(person, barnet.risk)
    with barnet.as_person(person):
        assert [risk.pk for risk in Risk.objects.all()] == [barnet.risk.pk]
        assert [risk.pk for risk in readable_risks(council_access(person, barnet.council))] == [
            barnet.risk.pk
        ]
        assert {row.risk_id for model in TABLES[1:] for row in model.objects.all()} == {barnet.risk.pk}


def test_on_the_audience_of_the_register_a_person_sees_every_risk_of_the_council(
    barnet: RiskWorld, southwark: RiskWorld
) -> None:
    other = barnet.add()
    person = member(barnet.council, Role.CABINET_MEMBER)
    give_role(person, southwark.council, Role.CABINET_MEMBER)
    barnet.seat(person)
    with barnet.as_person(person):
        assert {risk.pk for risk in Risk.objects.all()} == {barnet.risk.pk, other.pk}
    with southwark.as_person(person):
        assert rows() == NOTHING


def test_an_ended_a_lapsed_and_a_coming_place_open_nothing(barnet: RiskWorld) -> None:
    today, day = timezone.localdate(), timedelta(days=1)
    ended, lapsed, coming, revoked, downgraded = (member(barnet.council, Role.BOARD_MEMBER) for _ in range(5))
    for person in (ended, revoked, downgraded):
        barnet.seat(person, barnet.risk, ends_on=today)
        with barnet.as_person(person):
            assert Risk.objects.count() == 1, "the control, and the last day counts"
    with barnet.as_person(barnet.keeper):
        end_reader(place=RiskReader.objects.get(person=ended), by=barnet.keeper)
        for person, starts_on, ends_on in (
            (lapsed, today - 9 * day, today - day),
            (coming, today + day, None),
        ):
            RiskReader.objects.create(
                council=barnet.council, risk=barnet.risk, person=person, granted_by=barnet.keeper,
                starts_on=starts_on, ends_on=ends_on,
            )  # fmt: skip
    with service_scope(council=barnet.council):
        revoke(barnet, revoked, downgraded)
    give_role(downgraded, barnet.council, Role.ADMINISTRATOR)
    for person in (ended, lapsed, coming, revoked, downgraded):
        with barnet.as_person(person):
            assert rows() == NOTHING
            assert list(readable_risks(council_access(person, barnet.council))) == []


def attempts(world: RiskWorld, person: User) -> dict[str, Callable[[], object]]:
    """Every way in which a person could let themselves or others in, or write, by plain ORM in scope."""
    base: dict[str, Any] = {"council": world.council}
    other = member(world.council, Role.BOARD_MEMBER)
    levels = {"likelihood": 1, "impact": 1, "direction": "steady"}
    return {
        "own place": lambda: RiskReader.objects.create(
            **base, risk=world.risk, person=person, granted_by=person
        ),
        "own place in the keeper's name": lambda: RiskReader.objects.create(
            **base, risk=world.risk, person=person, granted_by=world.keeper
        ),
        "own place on the register": lambda: RiskReader.objects.create(
            **base, risk=None, person=person, granted_by=world.keeper
        ),
        "another's place": lambda: RiskReader.objects.create(
            **base, risk=world.risk, person=other, granted_by=person
        ),
        "risk": lambda: Risk.objects.create(
            **base,
            **levels,
            theme="x",
            description="x",
            assessed_on=timezone.localdate(),
            owner=person,
            review_on=timezone.localdate(),
            no_intelligence_declared_by=person,
            no_intelligence_declared_at=timezone.now(),
            created_by=person,
            updated_by=person,
        ),
        "assessment": lambda: RiskAssessment.objects.create(
            **base, **levels, risk=world.risk, assessed_on=timezone.localdate(), note="x", by=person,
            token=uuid4(),
        ),
        "source": lambda: RiskSource.objects.create(
            **base, risk=world.risk, kind="partners", dated_on=timezone.localdate()
        ),
        "link": lambda: RiskAction.objects.create(
            **base, risk=world.risk, action=world.action, linked_by=person
        ),
        "approved summary": lambda: RiskSummary.objects.create(
            **base, risk=world.risk, heading="x", text="x", state="approved", proposed_by=world.keeper,
            approved_by=person, approved_at=timezone.now(),
        ),
    }  # fmt: skip


@pytest.mark.parametrize("who", ["administrator", "coordinator", "superuser", "reader", "service"])
def test_nobody_but_a_keeper_can_write_into_the_register(barnet: RiskWorld, who: str) -> None:
    if who == "service":
        person = User.objects.get(is_service=True)
    elif who == "reader":
        person = barnet.reader
    else:
        role = Role.COORDINATOR if who == "coordinator" else Role.ADMINISTRATOR
        person = member(barnet.council, role, is_superuser=who == "superuser")
    tried = attempts(barnet, person)
    with service_scope(council=barnet.council) if who == "service" else barnet.as_person(person):
        for name, attempt in tried.items():
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                attempt()
            assert name
        assert Risk.objects.update(theme="x") == 0
        assert RiskReader.objects.update(ended_at=None) == 0
        assert RiskAssessment.objects.update(note="x") == 0
        assert RiskSource.objects.all()._raw_delete("default") == 0


def test_a_coordinator_cannot_seat_themselves_on_a_risk_and_may_on_one_of_their_own(
    barnet: RiskWorld,
) -> None:
    coordinator = member(barnet.council, Role.COORDINATOR)
    with barnet.as_person(coordinator):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            RiskReader.objects.create(
                council=barnet.council, risk=barnet.risk, person=coordinator, granted_by=coordinator
            )
        own = create_risk(council=barnet.council, by=coordinator, **facts(coordinator))
        assert [risk.pk for risk in Risk.objects.all()] == [own.pk]


def test_what_was_granted_said_and_proposed_is_kept_by_the_database(barnet: RiskWorld) -> None:
    with barnet.as_person(barnet.keeper):
        propose_summary(risk=barnet.risk, by=barnet.keeper, heading="H", text="T", declaration=DECLARED)
        assert RiskAssessment.objects.update(note="x") == 0
        assert RiskAssessment.objects.all()._raw_delete("default") == 0
        for change in (
            lambda: RiskReader.objects.update(ends_on=timezone.localdate() + timedelta(days=9)),
            lambda: RiskReader.objects.filter(risk=barnet.risk).update(person=barnet.auditor),
            lambda: RiskSummary.objects.update(text="Others"),
            lambda: Risk.objects.update(reference="R-ZZZZZ"),
        ):
            with pytest.raises(DatabaseError, match="is kept as it was first written"), transaction.atomic():
                change()


def test_the_score_is_the_databases_own_and_cannot_be_out_of_step(barnet: RiskWorld) -> None:
    with barnet.as_person(barnet.keeper):
        assert (barnet.risk.score, Risk.objects.get().score) == (12, 12)
        with pytest.raises(DatabaseError), connection.cursor() as cursor, transaction.atomic():
            cursor.execute("UPDATE compliance_risk SET score = 1")
        with pytest.raises(DatabaseError, match="risk_is_scored_1_to_5"), transaction.atomic():
            Risk.objects.update(likelihood=6)
        Risk.objects.update(impact=5)
        assert Risk.objects.get().score == 15


# Who keeps the register ---------------------------------------------------------------------------


def test_an_administrator_names_a_keeper_only_while_nobody_keeps_the_register(barnet: RiskWorld) -> None:
    successor = member(barnet.council, Role.COORDINATOR)
    with barnet.as_person(barnet.administrator):
        with pytest.raises(PolicyError, match="Somebody keeps the register already"):
            appoint_keeper(council=barnet.council, person=successor, by=barnet.administrator)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            RiskReader.objects.create(
                council=barnet.council, risk=None, person=successor, granted_by=barnet.administrator
            )
    with service_scope(council=barnet.council):
        Membership.objects.filter(council=barnet.council, user=barnet.keeper).update(
            revoked_at=timezone.now()
        )
    officer = member(barnet.council, Role.SAFETY_OFFICER)
    with barnet.as_person(barnet.administrator):
        for wrong in (barnet.administrator, officer):
            with pytest.raises(PolicyError, match="Choose a Prevent coordinator"):
                appoint_keeper(council=barnet.council, person=wrong, by=barnet.administrator)
            with pytest.raises(DatabaseError), transaction.atomic():
                RiskReader.objects.create(
                    council=barnet.council, risk=None, person=wrong, granted_by=barnet.administrator
                )
        appoint_keeper(council=barnet.council, person=successor, by=barnet.administrator)
        assert rows() == NOTHING, "naming a keeper opens nothing to the administrator"
    with barnet.as_person(successor):
        assert [risk.pk for risk in Risk.objects.all()] == [barnet.risk.pk]
    assert ("keeper_appointed", barnet.administrator.pk) in barnet.events()


def test_an_administrator_who_is_a_coordinator_too_cannot_name_themselves(barnet: RiskWorld) -> None:
    with service_scope(council=barnet.council):
        Membership.objects.filter(council=barnet.council, user=barnet.keeper).update(
            revoked_at=timezone.now()
        )
    both = member(barnet.council, Role.ADMINISTRATOR, Role.COORDINATOR)
    with barnet.as_person(both):
        with pytest.raises(PolicyError, match="who is not you"):
            appoint_keeper(council=barnet.council, person=both, by=both)
        with pytest.raises(DatabaseError), transaction.atomic():
            RiskReader.objects.create(council=barnet.council, risk=None, person=both, granted_by=both)


@pytest.mark.parametrize("role", sorted(set(Role) - RISK_AUDIENCE_ROLES), ids=str)
def test_an_audience_is_for_roles_that_may_be_on_one(barnet: RiskWorld, role: Role) -> None:
    with pytest.raises(PolicyError, match="has no role in the council with which"):
        barnet.seat(member(barnet.council, role), barnet.risk)


def test_places_are_given_by_others_once_and_never_in_the_past(
    barnet: RiskWorld, southwark: RiskWorld
) -> None:
    with pytest.raises(PolicyError, match="Nobody puts themselves"):
        barnet.seat(barnet.keeper, barnet.risk)
    with pytest.raises(PolicyError, match="already"):
        barnet.seat(barnet.reader, barnet.risk)
    with pytest.raises(PolicyError, match="today or later"):
        barnet.seat(
            member(barnet.council, Role.BOARD_MEMBER), ends_on=timezone.localdate() - timedelta(days=1)
        )
    with pytest.raises(PolicyError, match="has no role"):
        barnet.seat(southwark.reader, barnet.risk)
    with barnet.as_person(barnet.keeper):
        place = RiskReader.objects.get(risk__isnull=True)
        with pytest.raises(PolicyError, match="last person"):
            end_reader(place=place, by=barnet.keeper)


# Writing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"declaration": Declaration(no_intelligence=False)}, "Declare that"),
        ({"description": "An informant says so."}, "a covert source"),
        ({"theme": "Graded 5x5x5"}, "an intelligence grading"),
        ({"description": "They live near NW9 4EQ."}, "a postcode"),
        ({"sources": {}}, "at least one thing"),
        ({"sources": {"ctlp": timezone.localdate() + timedelta(days=1)}}, "today or earlier"),
        ({"review_on": timezone.localdate() - timedelta(days=1)}, "review date must be today or later"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_risk_is_refused_in_words_and_nothing_of_it_is_stored(
    barnet: RiskWorld, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(PolicyError, match=words):
        barnet.add(**fields)
    with barnet.as_person(barnet.keeper):
        assert (Risk.objects.count(), RiskReader.objects.count()) == (1, 3)


def test_doubtful_words_are_stored_only_after_another_look(barnet: RiskWorld) -> None:
    words = {"description": "Schools ask what a suspected bias in a chatbot means."}
    with pytest.raises(DoubtfulWords, match="“suspected”"):
        barnet.add(**words)
    checked = Declaration(no_intelligence=True, words_checked=True)
    assert barnet.add(**words, declaration=checked).description == words["description"]


def test_an_owner_is_on_the_audience(barnet: RiskWorld) -> None:
    officer = member(barnet.council, Role.SAFETY_OFFICER)
    with pytest.raises(PolicyError, match="The owner must be on the audience"):
        barnet.add(owner=officer)
    with barnet.as_person(barnet.keeper):
        assert RiskReader.objects.count() == 3, "the place on the refused risk is gone with it"
    barnet.seat(officer)
    assert barnet.add(owner=officer).owner == officer


def test_a_form_sent_twice_makes_one_risk(barnet: RiskWorld) -> None:
    token = uuid4()
    assert barnet.add(token=token).pk == barnet.add(token=token).pk == token
    with barnet.as_person(barnet.keeper):
        assert Risk.objects.count() == 2


def test_a_review_keeps_the_assessment_before_and_happens_once(barnet: RiskWorld) -> None:
    token = uuid4()
    given: dict[str, Any] = {
        "risk": barnet.risk, "by": barnet.keeper, "version": 1, "likelihood": 2, "impact": 4,
        "direction": "falling", "note": "Fewer referrals.", "declaration": DECLARED, "token": token,
        "review_on": timezone.localdate() + timedelta(days=30),
    }  # fmt: skip
    with barnet.as_person(barnet.keeper):
        assert review_risk(**given).pk == review_risk(**given).pk
        assert [(a.score, a.direction, a.note) for a in RiskAssessment.objects.order_by("at")] == [
            (12, "rising", f"Note {barnet.canary}"),
            (8, "falling", "Fewer referrals."),
        ]
        risk = Risk.objects.get()
        assert (risk.score, risk.direction, risk.version) == (8, "falling", 2)
        with pytest.raises(StaleVersion) as caught:
            review_risk(**{**given, "token": uuid4(), "likelihood": 5})
        assert [(d.label, d.theirs, d.yours) for d in caught.value.differences] == [
            ("Likelihood", "2: Unlikely", "5: Almost certain")
        ]


def test_a_stale_change_is_refused_with_both_texts(barnet: RiskWorld) -> None:
    today = timezone.localdate()
    given: dict[str, Any] = {
        "risk": barnet.risk, "by": barnet.keeper, "owner": barnet.keeper, "declaration": DECLARED,
        "review_on": barnet.risk.review_on, "version": 1, "description": "Words",
        "sources": {"partners": today},
    }  # fmt: skip
    with barnet.as_person(barnet.keeper):
        changed = change_risk(theme="Theirs", **given)
        assert (changed.theme, changed.version, sources_of(changed)) == ("Theirs", 2, {"partners": today})
        with pytest.raises(StaleVersion) as caught:
            change_risk(theme="Mine", **given)
        assert (caught.value.version, [(d.theirs, d.yours) for d in caught.value.differences]) == (
            2,
            [("Theirs", "Mine")],
        )


def test_an_officer_reviews_the_risk_they_own_and_changes_nothing_else(barnet: RiskWorld) -> None:
    officer = member(barnet.council, Role.SAFETY_OFFICER)
    barnet.seat(officer)
    own = barnet.add(owner=officer)
    with barnet.as_person(officer):
        review_risk(
            risk=own, by=officer, version=1, likelihood=1, impact=1, direction="falling", note="Calmer.",
            declaration=DECLARED, token=uuid4(), review_on=timezone.localdate(),
        )  # fmt: skip
        assert Risk.objects.get(pk=own.pk).score == 1
        assert Risk.objects.filter(pk=barnet.risk.pk).update(theme="x") == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            link_action(risk=own, action=barnet.action, by=officer)


def test_a_closed_risk_has_a_reason_no_summary_and_can_be_opened_again(barnet: RiskWorld) -> None:
    barnet.publish("Online harms", "Young people meet harmful material online.")
    with barnet.as_person(barnet.keeper):
        for reason, words in ((" ", "Enter why"), ("The informant left.", "a covert source")):
            with pytest.raises(PolicyError, match=words):
                close_risk(risk=barnet.risk, by=barnet.keeper, version=1, reason=reason, declaration=DECLARED)
        closed = close_risk(
            risk=barnet.risk, by=barnet.keeper, version=1, reason="It has passed.", declaration=DECLARED
        )
        assert (closed.status, closed.closed_on, publishable_of(barnet.council)) == (
            "closed",
            timezone.localdate(),
            [],
        )
        with pytest.raises(PolicyError, match="This risk is closed"):
            change_risk(
                risk=closed, by=barnet.keeper, version=2, theme="T", description="D", owner=barnet.keeper,
                review_on=timezone.localdate(), sources={"partners": timezone.localdate()},
                declaration=DECLARED,
            )  # fmt: skip
        again = reopen_risk(risk=closed, by=barnet.keeper, version=2, review_on=timezone.localdate())
        assert (again.status, again.closed_reason) == ("open", "")
        assert [entry.note for entry in RiskAssessment.objects.order_by("at")][1:] == [
            "Closed: It has passed.",
            "Opened again.",
        ]


# Summaries ----------------------------------------------------------------------------------------


def test_nobody_approves_their_own_words_and_outsiders_see_them_only_when_approved(
    barnet: RiskWorld, southwark: RiskWorld
) -> None:
    officer = member(barnet.council, Role.SAFETY_OFFICER)
    with barnet.as_person(barnet.keeper):
        summary = propose_summary(
            risk=barnet.risk, by=barnet.keeper, heading="Heading", text="Text", declaration=DECLARED
        )
        with pytest.raises(PolicyError, match="somebody else approves"):
            approve_summary(summary=summary, by=barnet.keeper)
        with pytest.raises(DatabaseError, match="approved_by_another"), transaction.atomic():
            RiskSummary.objects.update(
                state="approved", approved_by=barnet.keeper, approved_at=timezone.now()
            )
    with barnet.as_person(officer):
        assert (publishable_of(barnet.council), RiskSummary.objects.count()) == ([], 0)
    with barnet.as_person(barnet.reader):
        approve_summary(summary=summary, by=barnet.reader)
    for scope in (barnet.as_person(officer), service_scope(council=barnet.council)):
        with scope:
            assert [(one.heading, one.text) for one in publishable_of(barnet.council)] == [
                ("Heading", "Text")
            ]
            assert rows() == NOTHING | {"RiskSummary": 1}
    with southwark.as_person(southwark.keeper):
        assert publishable_of(barnet.council) == []
    with barnet.as_person(officer):
        assert RiskSummary.objects.update(text="x") == 0
    with barnet.as_person(barnet.keeper):
        withdraw_summary(summary=summary, by=barnet.keeper)
    with barnet.as_person(officer):
        assert RiskSummary.objects.count() == 0


def test_new_words_take_the_place_of_the_old_ones_when_they_are_approved(barnet: RiskWorld) -> None:
    barnet.publish("Old", "Old words")
    with barnet.as_person(barnet.keeper):
        for heading in ("Newer", "Newest"):
            propose_summary(
                risk=barnet.risk, by=barnet.keeper, heading=heading, text="New words", declaration=DECLARED
            )
        assert [one.heading for one in publishable_of(barnet.council)] == ["Old"]
        waiting = RiskSummary.objects.get(state="proposed")
    with barnet.as_person(barnet.reader):
        approve_summary(summary=waiting, by=barnet.reader)
        assert [one.heading for one in publishable_of(barnet.council)] == ["Newest"]
        with pytest.raises(PolicyError, match="does not wait"):
            approve_summary(summary=waiting, by=barnet.reader)


def test_a_report_prints_the_publishable_part_and_says_when_there_is_none(barnet: RiskWorld) -> None:
    today = timezone.localdate()
    with service_scope(council=barnet.council):
        (block,) = publishable_block(barnet.council, today, today, today)
        assert (block.rows, block.missing) == (
            [],
            ["No summary of a local risk has been approved for publication"],
        )
    barnet.publish("Online harms", "Young people meet harmful material online.")
    with service_scope(council=barnet.council):
        (block,) = publishable_block(barnet.council, today, today, today)
        assert [row[:2] for row in block.rows] == [
            ["Online harms", "Young people meet harmful material online."]
        ]
        assert barnet.canary not in str(block.as_json())
        (before,) = publishable_block(barnet.council, today, today, today - timedelta(days=1))
        assert before.rows == []


# What other rooms are told ------------------------------------------------------------------------


def test_a_review_falls_due_to_its_owner_by_reference_and_date_alone(
    barnet: RiskWorld, southwark: RiskWorld
) -> None:
    give_role(barnet.keeper, southwark.council, Role.COORDINATOR)
    with own_councils_scope(user_id=barnet.keeper.pk):
        items = list(owned_reviews(own_access(barnet.keeper), timezone.localdate()))
    assert [(item.reference, item.due_on, item.title, item.council.pk) for item in items] == [
        (barnet.risk.reference, barnet.risk.review_on, "Local risk", barnet.council.pk)
    ]
    assert barnet.canary not in str(items)
    with own_councils_scope(user_id=barnet.reader.pk):
        assert list(owned_reviews(own_access(barnet.reader), timezone.localdate())) == []
    with service_scope(council=barnet.council):
        assert list(owned_reviews(own_access(barnet.keeper), timezone.localdate())) == []
        Membership.objects.filter(council=barnet.council, user=barnet.keeper).update(
            revoked_at=timezone.now()
        )
    with own_councils_scope(user_id=barnet.keeper.pk):
        assert list(owned_reviews(own_access(barnet.keeper), timezone.localdate())) == []


def test_an_action_names_its_risks_to_their_audience_and_to_nobody_else(barnet: RiskWorld) -> None:
    outsider = member(barnet.council, Role.COORDINATOR)
    keys = [barnet.action.pk]
    with barnet.as_person(barnet.reader):
        (link,) = risks_of_action(barnet.council, keys)[barnet.action.pk]
        assert (link.reference, link.href) == (barnet.risk.reference, barnet.address)
    for person in (outsider, barnet.administrator):
        with barnet.as_person(person):
            assert risks_of_action(barnet.council, keys) == {}


def test_a_risk_is_linked_to_actions_of_its_own_council(barnet: RiskWorld, southwark: RiskWorld) -> None:
    with barnet.as_person(barnet.keeper):
        with pytest.raises(PolicyError, match="action of this council"):
            link_action(risk=barnet.risk, action=southwark.action, by=barnet.keeper)
        with pytest.raises(DatabaseError), transaction.atomic():
            RiskAction.objects.create(
                council=barnet.council, risk=barnet.risk, action_id=southwark.action.pk,
                linked_by=barnet.keeper,
            )  # fmt: skip
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_no_event_of_the_trail_holds_a_word_of_a_risk(barnet: RiskWorld) -> None:
    from prevent_portal.audit.models import Event

    barnet.publish("Heading", "Text")
    with barnet.as_person(barnet.auditor):
        told = str(list(Event.objects.values("action", "subject_id", "details")))
    assert barnet.risk.reference in told
    for word in (barnet.canary, "Theme", "Description", "Heading"):
        assert word not in told
    with barnet.as_person(barnet.administrator):
        seen = Event.objects.filter(action__startswith="compliance.risk_").values_list("action", flat=True)
        assert set(seen) == {"compliance.risk_summary_approved"}
