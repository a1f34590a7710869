"""A council's own courses and targets beside the national ones, and the wall between councils."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from partnerships.enums import OrganisationKind
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.spreadsheets import read_sheets
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory
from tests.training.factories import returned, wrap
from training.enums import Delivery, Tier
from training.figures import Expected, KnownCourse, KnownOrganisation, check_file, recognises_heading
from training.models import Course, Target
from training.queries.courses import courses_of
from training.queries.returns import target_table
from training.services.courses import add_course, add_target, change_course, change_target

pytestmark = pytest.mark.django_db
NHS = OrganisationKind.NHS_TRUST
NATIONAL = {
    "wrap", "basic-awareness", "channel-awareness", "home-office-awareness", "home-office-referrals",
    "home-office-refresher",
}  # fmt: skip


class World:
    def __init__(self) -> None:
        self.council = CouncilFactory.create(slug="barnet")
        self.other = CouncilFactory.create(slug="southwark")
        self.coordinator = member(self.council, Role.COORDINATOR)

    def add(self, name: str = "Prevent at home", **fields: Any) -> Course:
        with service_scope(council=self.council):
            return add_course(council=self.council, by=None, name=name, delivery=Delivery.EITHER, **fields)

    def target(self, per_cent: int, starts_on: date, ends_on: date | None = None) -> Target:
        with service_scope(council=self.council):
            return add_target(
                council=self.council,
                by=None,
                course=wrap(),
                organisation_kind=NHS,
                starts_on=starts_on,
                ends_on=ends_on,
                per_cent=Decimal(per_cent),
                source="Prevent board",
            )


@pytest.fixture
def world() -> World:
    return World()


def test_the_national_list_ships_with_the_portal() -> None:
    assert set(Course.objects.values_list("slug", flat=True)) == NATIONAL


def test_a_council_reads_the_national_courses_and_its_own_and_nobody_else_s(world: World) -> None:
    course = world.add(also_known_as=["Home visits "])
    assert (course.slug, course.also_known_as, course.tier) == (
        "local-prevent-at-home",
        ["Home visits"],
        Tier.LOCAL,
    )
    with service_scope(council=world.council):
        assert set(courses_of(world.council).values_list("slug", flat=True)) == NATIONAL | {course.slug}
    with service_scope(council=world.other):
        assert set(Course.objects.values_list("slug", flat=True)) == NATIONAL
        with pytest.raises(IntegrityError, match="not used outside it"), transaction.atomic():
            Target.objects.create(
                council=world.other,
                course_id=course.pk,
                organisation_kind=NHS,
                starts_on=date(2019, 1, 1),
                per_cent=50,
                source="x",
            )


@pytest.mark.parametrize("name", ["WRAP", "wrap 3", "Home visits", "!"])
def test_a_name_that_means_another_course_is_refused(world: World, name: str) -> None:
    world.add(also_known_as=["Home visits"])
    with pytest.raises(PolicyError):
        world.add(name)
    with service_scope(council=world.council):
        assert Course.objects.filter(council=world.council).count() == 1


def test_no_council_writes_the_national_list(world: World) -> None:
    with service_scope(council=world.council):
        assert Course.objects.filter(slug="wrap").update(name="Mine") == 0
        assert Target.objects.filter(council__isnull=True).update(per_cent=1) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Course.objects.create(slug="mine", name="Mine", tier=Tier.LOCAL, delivery=Delivery.EITHER)
        with pytest.raises(PolicyError, match="national list"):
            change_course(
                course=wrap(),
                by=world.coordinator,
                version=1,
                name="Mine",
                also_known_as=[],
                tier=Tier.LOCAL,
                delivery=Delivery.EITHER,
                refresh_months=None,
                is_historic=False,
            )


def test_a_return_about_a_council_s_own_course_never_leaves_it(world: World) -> None:
    course = world.add()
    trust = OrganisationFactory.create()
    assert returned(world.council, trust, 1, 2, for_council=True, course=course).council == world.council
    with pytest.raises(IntegrityError, match="not used outside it"), transaction.atomic():
        returned(world.council, trust, 1, 2, course=course)


def test_a_council_s_own_target_goes_before_the_national_one_from_its_first_day_to_its_last(
    world: World,
) -> None:
    world.target(90, date(2018, 7, 1), date(2018, 12, 31))
    days = [date(2018, 6, 30), date(2018, 7, 1), date(2018, 12, 31), date(2019, 1, 1)]
    for council, expected in ((world.council, [85, 90, 90, 85]), (world.other, [85, 85, 85, 85])):
        with service_scope(council=council):
            table = target_table(council)
            assert [table.on(wrap().pk, NHS, day) for day in days] == expected


def test_a_target_is_changed_by_version_and_set_once_a_day(world: World) -> None:
    target = world.target(90, date(2018, 7, 1))
    with pytest.raises(PolicyError, match="already"):
        world.target(80, date(2018, 7, 1))
    wanted: dict[str, Any] = {
        "starts_on": date(2018, 7, 1),
        "ends_on": date(2018, 9, 30),
        "per_cent": Decimal(88),
        "source": "Board",
    }
    with service_scope(council=world.council):
        change_target(target=target, by=world.coordinator, version=1, **wanted)
        with pytest.raises(StaleVersion) as stale:
            change_target(
                target=target, by=world.coordinator, version=1, **{**wanted, "per_cent": Decimal(70)}
            )
        national = Target.objects.filter(council__isnull=True).first()
        assert national is not None
        with pytest.raises(PolicyError, match="national list"):
            change_target(target=national, by=world.coordinator, version=1, **wanted)
    assert [(each.field, each.yours) for each in stale.value.differences] == [("per_cent", "70")]


def test_a_coordinator_adds_and_changes_a_course_over_the_pages(world: World, client: Client) -> None:
    sign_in(client, world.coordinator)
    sent = {"name": "Prevent at home", "also_known_as": "Visits\n", "tier": "local", "delivery": "either"}
    answer = client.post(reverse("training-course-add", args=["barnet"]), sent)
    assert answer.status_code == 302
    assert b"Visits" in client.get(reverse("training-courses", args=["barnet"])).content
    change = answer.url + "change/"
    assert client.post(change, {**sent, "name": "Renamed", "version": "1"}).status_code == 302
    stale = client.post(change, {**sent, "name": "Again", "version": "1"})
    assert stale.status_code == 409
    assert b"Renamed" in stale.content
    national = reverse("training-course-change", args=["barnet", wrap().pk])
    assert client.get(national).status_code == 404
    target = world.target(90, date(2018, 7, 1))
    changed = client.get(reverse("training-target-change", args=["barnet", target.pk])).content.decode()
    assert 'value="90"' in changed
    for page in ("training-what-counts", "training-courses-csv", "training-target-add"):
        assert client.get(reverse(page, args=["barnet"])).status_code == 200


def test_only_who_runs_rounds_changes_courses_and_targets(world: World, client: Client) -> None:
    target = world.target(90, date(2018, 7, 1))
    sign_in(client, member(world.council, Role.AUDITOR))
    assert client.get(reverse("training-courses", args=["barnet"])).status_code == 200
    for name, args in (
        ("training-course-add", []),
        ("training-target-add", []),
        ("training-target-change", [target.pk]),
    ):
        assert client.get(reverse(name, args=["barnet", *args])).status_code == 404


def test_a_file_about_a_council_s_own_course_is_read_as_about_its_own_staff() -> None:
    course, trust = uuid4(), uuid4()
    content = b"Course,Period,Compliant,Eligible,Whose staff\nOurs,June 2018,1,2,Whole organisation\n"
    expected = Expected(
        organisations=[KnownOrganisation(trust, "Alpha Trust")],
        courses=[KnownCourse(course, "Ours", (), True)],
        council_name="London Borough of Barnet",
        today=date(2018, 8, 1),
    )
    checked = check_file(read_sheets("ours.csv", content, recognises_heading), expected)
    assert [(row.for_council, row.scope) for row in checked.rows] == [(True, "Barnet-based staff")]
