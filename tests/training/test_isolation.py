"""Who sees a return: the wall in the database, with and without the filters above it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, own_councils_scope, service_scope
from tests.factories import CouncilFactory, give_role, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.factories import JUNE, SEPTEMBER, returned, shared, wrap
from training.enums import PeriodKind
from training.models import ReturnGrant, ReturnUpload, TrainingReturn
from training.queries.returns import returns_seen_by
from training.services.grants import end_sharing

pytestmark = pytest.mark.django_db


def seen(person: User, council: Council) -> set[UUID]:
    """Every return that the database admits, no filter asked."""
    with council_scope(user_id=person.pk, council=council):
        return set(TrainingReturn.objects.values_list("pk", flat=True))


def listed(person: User, council: Council) -> set[UUID]:
    with council_scope(user_id=person.pk, council=council):
        return {line.id for line in returns_seen_by(council)}


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/London"))


def test_a_council_never_sees_another_council_s_own_returns() -> None:
    a, b = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    of_a = returned(a, trust, 80, 100, for_council=True)
    of_b = returned(b, trust, 70, 100, for_council=True)
    in_a, in_b = member(a, Role.COORDINATOR), member(b, Role.COORDINATOR)
    assert seen(in_a, a) == listed(in_a, a) == {of_a.pk}
    assert seen(in_b, b) == listed(in_b, b) == {of_b.pk}


def test_a_person_of_both_councils_working_in_one_sees_nothing_of_the_other() -> None:
    a, b = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    of_a = returned(a, trust, 80, 100, for_council=True)
    of_b = returned(b, trust, 70, 100, for_council=True)
    person = member(a, Role.COORDINATOR)
    give_role(person, b, Role.COORDINATOR)
    assert seen(person, a) == {of_a.pk}
    with own_councils_scope(user_id=person.pk):
        assert set(TrainingReturn.objects.values_list("pk", flat=True)) == {of_a.pk, of_b.pk}


def test_a_trust_wide_return_is_seen_by_the_councils_it_is_shared_with_alone() -> None:
    a, b = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    linked(b, trust)
    shared(trust, a)
    wide = returned(a, trust, 80, 100)
    in_a, in_b = member(a, Role.COORDINATOR), member(b, Role.COORDINATOR)
    assert seen(in_a, a) == listed(in_a, a) == {wide.pk}
    assert seen(in_b, b) == listed(in_b, b) == set()


def test_an_ended_grant_ends_for_the_future_and_keeps_what_was_received() -> None:
    a, b = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    grant = shared(trust, a)
    shared(trust, b)
    before = returned(a, trust, 80, 100, submitted_at=at(date(2018, 7, 10)))
    with service_scope(council=a):
        grant.ends_on = date(2018, 7, 31)
        grant.save(update_fields=["ends_on"])
    after = returned(a, trust, 85, 100, period=SEPTEMBER, submitted_at=at(date(2018, 10, 9)))
    in_a, in_b = member(a, Role.COORDINATOR), member(b, Role.COORDINATOR)
    assert seen(in_a, a) == listed(in_a, a) == {before.pk}
    assert seen(in_b, b) == listed(in_b, b) == {before.pk, after.pk}


def test_ending_a_share_takes_effect_after_today_and_twice_is_once() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    grant = shared(trust, council)
    shared(trust, other)
    person = submitter(council, trust)
    with council_scope(user_id=person.pk, council=council):
        ended = end_sharing(grant=grant, by=person)
        assert end_sharing(grant=grant, by=person).ends_on == ended.ends_on == timezone.localdate()
    tomorrow = timezone.now() + timedelta(days=1)
    returned(council, trust, 1, 2, submitted_at=tomorrow)
    assert seen(member(council, Role.COORDINATOR), council) == set()


def test_a_submitter_sees_their_own_organisation_s_returns_and_of_another_trust_nothing() -> None:
    a, b = CouncilFactory(), CouncilFactory()
    own, other = OrganisationFactory(), OrganisationFactory()
    shared(own, a)
    shared(other, a)
    person, stranger = submitter(a, own), submitter(a, other)
    wide, local = returned(a, own, 80, 100), returned(a, own, 40, 50, for_council=True)
    elsewhere = returned(b, own, 10, 20, for_council=True)
    theirs = returned(a, other, 70, 100)
    assert seen(person, a) == {wide.pk, local.pk}
    assert seen(stranger, a) == {theirs.pk}
    assert elsewhere.pk not in seen(person, a)


def test_a_submitter_whose_role_or_grant_ended_sees_nothing() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    returned(council, trust, 80, 100)
    returned(other, trust, 60, 100, for_council=True)
    yesterday = timezone.localdate() - timedelta(days=1)
    person = submitter(council, trust)
    assert len(seen(person, council)) == 1
    with service_scope(council=council):
        person.memberships.update(starts_on=yesterday - timedelta(days=9), ends_on=yesterday)
    assert seen(person, council) == set()


@pytest.mark.parametrize("role", [Role.PARTNER_LEAD, Role.COUNCILLOR, Role.PANEL_MEMBER, Role.CONSULTEE])
def test_roles_without_coverage_see_no_return(role: Role) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    shared(trust, council)
    returned(council, trust, 80, 100)
    returned(council, trust, 40, 50, for_council=True)
    returned(other, trust, 4, 5, for_council=True)
    assert seen(member(council, role), council) == set()


def test_outside_a_scope_there_are_no_returns_and_none_can_be_written() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    returned(council, trust, 80, 100)
    returned(other, trust, 80, 100, for_council=True)
    assert TrainingReturn.objects.count() == 0
    with pytest.raises(Error), transaction.atomic():
        TrainingReturn.objects.create(
            organisation=trust, course=wrap(), scope="Whole", period_kind=PeriodKind.SNAPSHOT,
            period_from=SEPTEMBER[0], period_to=SEPTEMBER[1], eligible=2, compliant=1,
        )  # fmt: skip


def test_a_submitter_cannot_write_for_another_trust_or_another_council() -> None:
    a, b = CouncilFactory(), CouncilFactory()
    own, other = OrganisationFactory(), OrganisationFactory()
    person = submitter(a, own)
    linked(a, other)
    linked(b, own)

    def write(**fields: object) -> None:
        with council_scope(user_id=person.pk, council=a), transaction.atomic():
            TrainingReturn.objects.create(
                course=wrap(), scope="Whole", period_kind=PeriodKind.SNAPSHOT, period_from=JUNE[0],
                period_to=JUNE[1], eligible=2, compliant=1, **fields,
            )  # fmt: skip

    write(organisation=own)
    write(organisation=own, council=a)
    for fields in (
        {"organisation": other},
        {"organisation": other, "council": a},
        {"organisation": own, "council": b},
    ):
        with pytest.raises(Error):
            write(**fields)


def test_a_coordinator_cannot_write_a_trust_s_wide_return_nor_share_it_on_their_own() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    linked(council, trust)
    returned(other, trust, 80, 100)
    person = member(council, Role.COORDINATOR)
    with council_scope(user_id=person.pk, council=council):
        for model, fields in (
            (ReturnGrant, {"organisation": trust, "council": council}),
            (
                TrainingReturn,
                {
                    "organisation": trust, "course": wrap(), "scope": "Whole", "eligible": 2, "compliant": 1,
                    "period_kind": PeriodKind.SNAPSHOT, "period_from": JUNE[0], "period_to": JUNE[1],
                },
            ),
        ):  # fmt: skip
            with pytest.raises(Error), transaction.atomic():
                model.objects.create(**fields)
        assert TrainingReturn.objects.count() == 0


def test_nobody_deletes_a_return() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    made = returned(council, trust, 80, 100)
    returned(other, trust, 60, 100, for_council=True)
    person = submitter(council, trust)
    with council_scope(user_id=person.pk, council=council), connection.cursor() as cursor:
        cursor.execute("DELETE FROM training_trainingreturn")
        assert cursor.rowcount == 0
    assert seen(person, council) == {made.pk}


def test_a_checked_file_is_seen_by_the_person_who_sent_it_alone() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory()
    person, colleague = submitter(council, trust), submitter(council, trust)
    fields = {
        "file_name": "a.csv", "file_size": 1, "sha256": "0" * 64, "columns": [], "notices": [], "rows": [],
        "expires_at": timezone.now() + timedelta(hours=1),
    }  # fmt: skip
    with council_scope(user_id=person.pk, council=council):
        ReturnUpload.objects.create(council=council, person=person, **fields)
        assert ReturnUpload.objects.count() == 1
    with council_scope(user_id=colleague.pk, council=council):
        assert ReturnUpload.objects.count() == 0
        with pytest.raises(Error), transaction.atomic():
            ReturnUpload.objects.create(council=council, person=person, **fields)
    with service_scope(council=other):
        assert ReturnUpload.objects.count() == 0


def test_the_walls_ask_once_for_a_query_and_not_once_for_a_row() -> None:
    """A function beside a column is called for each row of a join: minutes where the plan is unlucky."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
            "AND (proname LIKE 'training%' OR proname LIKE 'partnerships%') "
            "AND prorettype <> 'trigger'::regtype"
        )
        functions = dict(cursor.fetchall())
        cursor.execute(
            "SELECT policyname, coalesce(qual, with_check) FROM pg_policies "
            "WHERE tablename IN ('training_trainingreturn', 'training_returngrant')"
        )
        policies = dict(cursor.fetchall())
    assert set(functions) == {
        "partnerships_invited_boards",
        "partnerships_joint_boards",
        "partnerships_joint_meetings",
        "partnerships_joint_packs",
        "training_councils_with",
        "training_granted_returns",
        "training_own_organisations",
        "training_served_councils",
    }
    assert [name for name, source in functions.items() if "ANY (public." in source] == []
    assert len(policies) == 6
    for name, condition in policies.items():
        calls = re.findall(r"\b(?:training|accounts)_\w+\(", condition)
        assert len(calls) == condition.count("SELECT unnest(") > 0, name
