"""The database alone keeps Channel from everybody without a right, whatever the application forgets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from channel.enums import READ_CASE, BreakGlassGround, Capacity, StatementKind
from channel.models import (
    Acknowledgement,
    CaseGroupPermission,
    CaseUserPermission,
    ChannelCase,
    ChannelMeeting,
    MeetingCase,
    Panel,
    Seat,
    Signature,
    StatementVersion,
)
from channel.permissions import PANEL_ROLES
from channel.services import break_glass, grants, panels, statements
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Membership, RoleGroup, User
from prevent_portal.keys.envelopes import Envelope
from prevent_portal.keys.services.sealing import seal
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.channel.factories import PanelWorld, facts, panel_world, promise
from tests.factories import UserFactory, give_role, member

pytestmark = pytest.mark.django_db

TABLES = sorted(apps.get_app_config("channel").get_models(), key=lambda model: model.__name__)
SECRET_TABLES = [ChannelCase, MeetingCase, CaseUserPermission, CaseGroupPermission]


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def southwark() -> PanelWorld:
    return panel_world("southwark")


def rows(models: list[Any] = TABLES) -> dict[str, int]:
    """How many rows of each table the current scope shows, by ORM without any filter."""
    return {model.__name__: model.objects.count() for model in models}


NOTHING = dict.fromkeys((model.__name__ for model in TABLES), 0)


def test_every_channel_table_has_restrictive_policies_for_all_four_commands() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(p.polcmd::text ORDER BY p.polcmd) FROM pg_policy p "
            "JOIN pg_class c ON c.oid = p.polrelid AND c.relrowsecurity "
            "WHERE NOT p.polpermissive AND c.relname LIKE 'channel\\_%' GROUP BY c.relname"
        )
        walls = dict(cursor.fetchall())
    assert walls == {model._meta.db_table: ["a", "d", "r", "w"] for model in TABLES}


def test_channel_functions_are_for_the_app_alone_and_search_no_foreign_schema() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosecdef, proconfig, array_to_string(proacl, ' ') FROM pg_proc "
            "WHERE proname LIKE 'channel\\_%' AND prorettype <> 'trigger'::regtype"
        )
        functions = cursor.fetchall()
    assert len(functions) == 45
    for name, definer, configuration, grants_text in functions:
        assert definer, name
        assert configuration == ["search_path=pg_catalog, pg_temp"], name
        assert not any(entry.startswith("=") for entry in grants_text.split(" ")), name


@pytest.mark.parametrize(
    "role", sorted(set(Role) - PANEL_ROLES), ids=str
)  # administrator, coordinator, auditor, councillor ...
def test_a_role_outside_channel_sees_no_row_of_any_channel_table(barnet: PanelWorld, role: Role) -> None:
    person = member(barnet.council, role)
    with barnet.as_person(person):
        assert rows() == NOTHING


@pytest.mark.parametrize("fields", [{"is_superuser": True, "is_staff": True}, {"is_staff": True}], ids=str)
@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR], ids=str)
def test_superuser_and_operator_see_no_row_even_as_administrators(
    barnet: PanelWorld, fields: dict[str, bool], role: Role | None
) -> None:
    person = UserFactory.create(**fields)
    if role:
        give_role(person, barnet.council, role)
    with barnet.as_person(person):
        assert rows() == NOTHING


def test_a_superuser_with_a_channel_role_and_no_seat_sees_the_statement_only(barnet: PanelWorld) -> None:
    person = member(barnet.council, Role.CHANNEL_CHAIR, is_superuser=True, is_staff=True)
    with barnet.as_person(person):
        assert rows() == NOTHING | {"StatementVersion": 2}


def _unscoped(world: PanelWorld) -> AbstractContextManager[Any]:
    return transaction.atomic()


def _own(world: PanelWorld) -> AbstractContextManager[Any]:
    return own_councils_scope(user_id=world.chair.pk)


def _service(world: PanelWorld) -> AbstractContextManager[Any]:
    return service_scope(council=world.council)


def _service_as_the_chair(world: PanelWorld) -> AbstractContextManager[Any]:
    """Somebody gives the service principal every role there is."""
    principal = User.objects.get(is_service=True)
    give_role(principal, world.council, *PANEL_ROLES)
    return council_scope(user_id=principal.pk, council=world.council)


@pytest.mark.parametrize("scope", [_unscoped, _own, _service, _service_as_the_chair])
def test_no_scope_but_a_persons_own_in_the_council_shows_a_row(
    barnet: PanelWorld, scope: Callable[[PanelWorld], AbstractContextManager[Any]]
) -> None:
    with scope(barnet):
        assert rows() == NOTHING
    with barnet.as_chair():  # the control: the rows are there
        assert ChannelCase.objects.count() == 1


def test_a_chair_sees_nothing_of_another_councils_panel(barnet: PanelWorld, southwark: PanelWorld) -> None:
    with barnet.as_chair():
        assert [case.council_id for case in ChannelCase.objects.all()] == [barnet.council.pk]
        assert {row.council_id for model in TABLES for row in model.objects.all()} == {barnet.council.pk}
    with southwark.as_person(barnet.chair):
        assert rows() == NOTHING


def test_a_person_who_chairs_in_two_councils_sees_one_at_a_time(
    barnet: PanelWorld, southwark: PanelWorld
) -> None:
    give_role(barnet.chair, southwark.council, Role.CHANNEL_CHAIR)
    promise(barnet.chair, southwark.council)
    with southwark.as_chair():
        panels.seat_person(
            panel=southwark.panel, person=barnet.chair, capacity=Capacity.CHAIR, by=southwark.chair
        )
    with southwark.as_person(barnet.chair):
        assert ChannelCase.objects.count() == 0  # the acknowledgement was signed in Barnet only
        statements.acknowledge(panel=southwark.panel, statement_id=southwark.annual.pk, by=barnet.chair)
        assert [case.pk for case in ChannelCase.objects.all()] == [southwark.case.pk]
    with barnet.as_chair():
        assert [case.pk for case in ChannelCase.objects.all()] == [barnet.case.pk]


def test_a_chair_of_another_panel_of_the_same_council_sees_no_case_of_this_one(barnet: PanelWorld) -> None:
    other = member(barnet.council, Role.CHANNEL_CHAIR)
    with barnet.as_person(other):
        panel = panels.found_panel(council=barnet.council, name="Another", by=other)
        statements.acknowledge(panel=panel, statement_id=barnet.annual.pk, by=other)
        assert rows(SECRET_TABLES) == dict.fromkeys((m.__name__ for m in SECRET_TABLES), 0)
        assert [found.pk for found in Panel.objects.all()] == [panel.pk]
        assert ChannelMeeting.objects.count() == 0


def test_a_member_without_a_signature_sees_the_meeting_and_nothing_of_its_cases(barnet: PanelWorld) -> None:
    person = barnet.seat()
    with barnet.as_person(person):
        assert rows() == NOTHING | {
            "Panel": 1, "Seat": 1, "ChannelMeeting": 1, "StatementVersion": 2, "CaseUserPermission": 1,
        }  # fmt: skip


def test_a_signed_member_sees_their_case_and_none_of_the_others_on_the_list(barnet: PanelWorld) -> None:
    person = barnet.seat()
    barnet.seat()  # a second member, whose seat, grant and signature are not this one's to see
    other = barnet.new_case("CNRYOTHER")
    with barnet.as_chair():
        MeetingCase.objects.create(
            council=barnet.council, meeting=barnet.meeting, case=other, listed_by=barnet.chair
        )
    barnet.sign(person)
    with barnet.as_person(person):
        assert [case.pk for case in ChannelCase.objects.all()] == [barnet.case.pk]
        assert [row.case_id for row in MeetingCase.objects.all()] == [barnet.case.pk]
        assert [grant.user_id for grant in CaseUserPermission.objects.all()] == [person.pk]
        assert [seat.person_id for seat in Seat.objects.all()] == [person.pk]
        assert [signature.person_id for signature in Signature.objects.all()] == [person.pk]


def test_an_acknowledgement_older_than_a_year_or_of_older_words_closes_the_cases_to_the_chair(
    barnet: PanelWorld,
) -> None:
    with barnet.as_chair():
        statements.publish_statement(
            panel=barnet.panel, kind=StatementKind.ANNUAL, text="New words", by=barnet.chair
        )
        assert ChannelCase.objects.count() == 0
        current = StatementVersion.objects.get(kind=StatementKind.ANNUAL, number=2)
        Acknowledgement.objects.create(
            council=barnet.council,
            panel=barnet.panel,
            person=barnet.chair,
            statement=current,
            text_hash=current.text_hash,
            signed_at=timezone.now() - timedelta(days=366),
        )
        assert ChannelCase.objects.count() == 0
        statements.acknowledge(panel=barnet.panel, statement_id=current.pk, by=barnet.chair)
        assert ChannelCase.objects.count() == 1


# Writing ------------------------------------------------------------------------------------------


def columns(world: PanelWorld) -> dict[str, Any]:
    """What a new row of a case holds, with a ciphertext that the table takes: the wall alone refuses it."""
    sealed = {"summary": Envelope(b"\x01" + bytes(60)), "national_reference": None}
    return {**vars(facts(world.council, "x")), **sealed}


@pytest.fixture
def attempts(barnet: PanelWorld) -> Callable[[User], dict[str, Callable[[], object]]]:
    """Every way in which a person could let themselves in, or others, by plain ORM in scope."""
    permission = Permission.objects.get(codename=READ_CASE)
    other = member(barnet.council, Role.PANEL_MEMBER)

    def of(person: User) -> dict[str, Callable[[], object]]:
        base = {"council": barnet.council}
        return {
            "case": lambda: ChannelCase.objects.create(
                **base,
                panel=barnet.panel,
                no_intelligence_declared_by=person,
                no_intelligence_declared_at=timezone.now(),
                created_by=person,
                **columns(barnet),
            ),
            "own grant": lambda: CaseUserPermission.objects.create(
                **base, user=person, permission=permission, content_object=barnet.case,
                granted_by=barnet.chair,
            ),
            "own grant in another's name": lambda: CaseUserPermission.objects.create(
                **base, user=other, permission=permission, content_object=barnet.case, granted_by=person
            ),
            "seat": lambda: Seat.objects.create(
                **base, panel=barnet.panel, person=person, capacity=Capacity.CHAIR, created_by=person
            ),
            "listing": lambda: MeetingCase.objects.create(
                **base, meeting=barnet.meeting, case=barnet.case, listed_by=person
            ),
            "meeting": lambda: ChannelMeeting.objects.create(
                **base, panel=barnet.panel, starts_at=timezone.now(), created_by=person
            ),
            "statement": lambda: StatementVersion.objects.create(
                **base, kind=StatementKind.MEETING, number=9, text="x", text_hash="x", created_by=person
            ),
            "acknowledgement": lambda: Acknowledgement.objects.create(
                **base, panel=barnet.panel, person=person, statement=barnet.annual,
                text_hash=barnet.annual.text_hash,
            ),
            "signature for another": lambda: Signature.objects.create(
                **base, meeting=barnet.meeting, person=other, statement=barnet.statement,
                text_hash=barnet.statement.text_hash,
            ),
        }  # fmt: skip

    return of


@pytest.mark.parametrize("who", ["administrator", "coordinator", "superuser", "signed member", "service"])
def test_nobody_but_chair_and_secretary_can_write_into_channel(
    barnet: PanelWorld, attempts: Callable[[User], dict[str, Callable[[], object]]], who: str
) -> None:
    if who == "signed member":
        person = barnet.seat(granted=False)
        barnet.sign(person)
    elif who == "service":
        person = User.objects.get(is_service=True)
    else:
        role = Role.COORDINATOR if who == "coordinator" else Role.ADMINISTRATOR
        person = member(barnet.council, role, is_superuser=who == "superuser")
    scope = service_scope(council=barnet.council) if who == "service" else barnet.as_person(person)
    with scope:
        for name, attempt in attempts(person).items():
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                attempt()
            assert name
        assert ChannelMeeting.objects.update(closed_at=None) == 0
        assert Seat.objects.update(capacity=Capacity.CHAIR) == 0
        assert ChannelCase.objects.update(police_area="x") == 0
        assert CaseUserPermission.objects.all().delete()[0] == 0


def test_a_member_signs_for_themselves_only_while_the_meeting_is_open_and_with_the_words_in_force(
    barnet: PanelWorld,
) -> None:
    person = barnet.seat()
    planned = barnet.new_meeting(opened=False)

    def sign(**changed: Any) -> None:
        fields = {
            "council": barnet.council, "meeting": barnet.meeting, "person": person,
            "statement": barnet.statement, "text_hash": barnet.statement.text_hash,
        }  # fmt: skip
        with transaction.atomic():
            Signature.objects.create(**{**fields, **changed})

    with barnet.as_person(person):
        for wrong in (
            {"meeting": planned},
            {"statement": barnet.annual},
            {"text_hash": "0" * 64},
            {"person": barnet.chair},
        ):
            with pytest.raises(DatabaseError, match="row-level security"):
                sign(**wrong)
        sign()
        assert Signature.objects.count() == 1


def test_signatures_acknowledgements_and_statements_can_never_be_changed_or_removed(
    barnet: PanelWorld,
) -> None:
    barnet.sign(barnet.chair)
    with barnet.as_chair():
        assert Signature.objects.count() == Acknowledgement.objects.count() == 1
        for model in (Signature, Acknowledgement, StatementVersion):
            assert model.objects.update(text_hash="x") == 0
            assert model.objects.all()._raw_delete("default") == 0
        for model in (ChannelCase, ChannelMeeting, Seat, Panel):
            assert model.objects.all()._raw_delete("default") == 0


def test_a_chair_without_this_years_acknowledgement_writes_no_case(barnet: PanelWorld) -> None:
    deputy = barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    with barnet.as_person(deputy), pytest.raises(DatabaseError, match="row-level security"):
        ChannelCase.objects.create(
            council=barnet.council,
            panel=barnet.panel,
            no_intelligence_declared_by=deputy,
            no_intelligence_declared_at=timezone.now(),
            created_by=deputy,
            **columns(barnet),
        )


def test_a_chairs_seat_without_the_chairs_role_leads_nothing(barnet: PanelWorld) -> None:
    """The council's administrator takes the role away: the seat alone is worth nothing."""
    deputy = barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR)
    with barnet.as_person(deputy):
        statements.acknowledge(panel=barnet.panel, statement_id=barnet.annual.pk, by=deputy)
        assert ChannelCase.objects.count() == 1
    with service_scope(council=barnet.council):
        group = RoleGroup.objects.get(council=barnet.council, role=Role.PANEL_MEMBER)
        Membership.objects.filter(user=deputy).update(role_group=group)
    with barnet.as_person(deputy):
        assert ChannelCase.objects.count() == 0


def test_a_secretary_gives_and_ends_no_seat_and_nobody_rewrites_why_they_read_in_an_emergency(
    barnet: PanelWorld,
) -> None:
    secretary = barnet.seat(Role.CHANNEL_ADMINISTRATOR, granted=False, capacity=Capacity.SECRETARY)
    friend = member(barnet.council, Role.PANEL_MEMBER)
    seat = {"council": barnet.council, "panel": barnet.panel, "capacity": Capacity.MEMBER}
    with barnet.as_person(secretary):
        with pytest.raises(DatabaseError), transaction.atomic():
            Seat.objects.create(**seat, person=friend, created_by=secretary)
        assert Seat.objects.filter(person=barnet.chair).update(ended_at=timezone.now()) == 0
    with barnet.as_chair():
        assert Seat.objects.create(**seat, person=friend, created_by=barnet.chair).pk
    with barnet.as_person(friend):
        glass = break_glass.break_glass(
            council=barnet.council,
            reference=barnet.case.reference,
            ground=BreakGlassGround.LEGAL_DUTY,
            reason="Asked for by the court.",
            by=friend,
        )
        fields = seal(glass, reason="Something better.")
        with pytest.raises(DatabaseError, match="The reason stays"), transaction.atomic():
            glass.save(update_fields=fields)


def test_a_panel_that_has_a_seat_cannot_be_taken_over(barnet: PanelWorld) -> None:
    other = member(barnet.council, Role.CHANNEL_CHAIR)
    with barnet.as_person(other), pytest.raises(DatabaseError, match="row-level security"):
        Seat.objects.create(
            council=barnet.council,
            panel=barnet.panel,
            person=other,
            capacity=Capacity.CHAIR,
            created_by=other,
        )


# Guardian -----------------------------------------------------------------------------------------


def test_guardian_keeps_case_grants_in_the_direct_tables_and_offers_no_grant_on_the_whole_table(
    barnet: PanelWorld,
) -> None:
    assert get_user_obj_perms_model(ChannelCase) is CaseUserPermission
    assert get_group_obj_perms_model(ChannelCase) is CaseGroupPermission
    names = Permission.objects.filter(content_type__app_label="channel").values_list("codename", flat=True)
    assert list(names) == [READ_CASE]


def test_a_grant_on_the_whole_table_opens_no_case(barnet: PanelWorld) -> None:
    person = barnet.seat(granted=False)
    person.user_permissions.add(Permission.objects.get(codename=READ_CASE))
    barnet.sign(person)
    with barnet.as_person(person):
        assert ChannelCase.objects.count() == 0


def test_a_group_can_hold_no_grant_on_a_case(barnet: PanelWorld) -> None:
    group = RoleGroup.objects.get(council=barnet.council, role=Role.PANEL_MEMBER).group
    with barnet.as_chair(), pytest.raises(DatabaseError, match="row-level security"):
        CaseGroupPermission.objects.create(
            council=barnet.council,
            group=group,
            permission=Permission.objects.get(codename=READ_CASE),
            content_object=barnet.case,
        )


def test_guardians_shortcut_makes_no_grant_behind_the_services_back(barnet: PanelWorld) -> None:
    person = barnet.seat(granted=False)
    with barnet.as_chair():
        with pytest.raises((DatabaseError, AttributeError)), transaction.atomic():
            assign_perm(f"channel.{READ_CASE}", person, barnet.case)
        assert CaseUserPermission.objects.count() == 0


@pytest.mark.parametrize(
    ("starts", "ends", "live"),
    [(0, None, True), (0, 0, True), (-9, -1, False), (1, None, False), (-1, 1, True)],
)
def test_guardians_checker_agrees_with_the_dates_of_the_grant(
    barnet: PanelWorld, starts: int, ends: int | None, live: bool
) -> None:
    today = timezone.localdate()
    person = barnet.seat(granted=False)
    with barnet.as_chair():
        grants.grant_case(
            case=barnet.case,
            person=person,
            by=barnet.chair,
            starts_on=today + timedelta(days=starts),
            ends_on=None if ends is None else today + timedelta(days=ends),
        )
    barnet.sign(person)
    with barnet.as_person(person):
        assert User.objects.get(pk=person.pk).has_perm(f"channel.{READ_CASE}", barnet.case) is live
        assert ChannelCase.objects.filter(pk=barnet.case.pk).exists() is live


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_grants_are_deleted_with_their_case() -> None:
    barnet = panel_world("barnet")
    barnet.seat()
    assert CaseUserPermission.objects.using("owner").count() == 1
    ChannelCase.objects.using("owner").get().delete()
    assert CaseUserPermission.objects.using("owner").count() == 0
    assert MeetingCase.objects.using("owner").count() == 0
