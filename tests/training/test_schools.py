"""Schools and settings: two measures never mixed, unknown never zero, a lead's refresher after two years."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked
from training.enums import SchoolMeasure, SchoolState
from training.models import SchoolTraining
from training.queries.schools import count_of, schools_of
from training.services.schools import record_school_training

pytestmark = pytest.mark.django_db
WHOLE, LEAD = SchoolMeasure.WHOLE_SCHOOL, SchoolMeasure.LEAD
TRAINED, NOT_TRAINED, UNKNOWN = SchoolState.TRAINED, SchoolState.NOT_TRAINED, SchoolState.UNKNOWN


def school(council: Council, name: str) -> Organisation:
    made: Organisation = OrganisationFactory(name=name, kind="school")
    return linked(council, made)


def known(
    council: Council, of: Organisation, measure: SchoolMeasure, state: SchoolState, on: date | None = None
) -> int:
    with service_scope(council=council):
        return record_school_training(council=council, schools=[of], known={measure: (state, on)}, by=None)


def counts(council: Council, today: date, as_at: date | None = None) -> list[tuple[str, str]]:
    with service_scope(council=council):
        lines = schools_of(council, today, as_at=as_at)
    return [(count.words, count.rest) for count in (count_of(measure, lines) for measure in (WHOLE, LEAD))]


def test_two_measures_are_counted_apart_and_unknown_is_neither() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    today = timezone.localdate()
    a, b, c = (school(council, name) for name in "ABC")
    linked(council, OrganisationFactory(name="A trust is no school"))
    known(council, a, WHOLE, TRAINED, today)
    known(council, b, WHOLE, NOT_TRAINED)
    known(council, a, LEAD, NOT_TRAINED)
    linked(other, c)
    known(other, c, WHOLE, TRAINED, today)
    known(other, c, LEAD, TRAINED, today)
    assert counts(council, today) == [
        ("1 of 3 (33%)", "1 not trained, 1 not known"),
        ("0 of 3 (0%)", "1 not trained, 2 not known"),
    ]
    assert counts(other, today) == [("1 of 1 (100%)", "All of them")] * 2
    known(council, a, WHOLE, UNKNOWN)
    assert counts(council, today)[0] == ("0 of 3 (0%)", "1 not trained, 2 not known")


def test_a_lead_counts_for_two_years_to_the_day_and_a_whole_school_stays_trained() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    a = school(council, "A")
    linked(other, a)
    known(council, a, LEAD, TRAINED, date(2024, 2, 29))
    known(council, a, WHOLE, TRAINED, date(2020, 1, 1))
    assert counts(council, date(2026, 2, 28))[1] == ("1 of 1 (100%)", "All of them")
    assert counts(council, date(2026, 3, 1)) == [
        ("1 of 1 (100%)", "All of them"),
        ("0 of 1 (0%)", "1 with a refresher overdue"),
    ]
    assert counts(other, date(2026, 2, 28))[1] == ("0 of 1 (0%)", "1 not known")


def test_what_was_known_on_a_day_can_be_read_later() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    today = timezone.localdate()
    a = school(council, "A")
    known(council, a, WHOLE, TRAINED, today)
    known(other, linked(other, a), WHOLE, TRAINED, today)
    assert counts(council, today, as_at=today - timedelta(days=1))[0][0] == "0 of 1 (0%)"
    assert counts(council, today, as_at=today)[0][0] == "1 of 1 (100%)"


@pytest.mark.parametrize(
    ("state", "on"), [(TRAINED, None), (TRAINED, date(2999, 1, 1)), (NOT_TRAINED, date(2020, 1, 1))]
)
def test_a_state_that_does_not_fit_its_date_is_refused(state: SchoolState, on: date | None) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    a = school(council, "A")
    known(other, linked(other, a), WHOLE, NOT_TRAINED)
    with pytest.raises(PolicyError):
        known(council, a, WHOLE, state, on)
    with service_scope(council=council):
        assert not SchoolTraining.objects.exists()


def test_what_is_known_already_is_written_once() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    a = school(council, "A")
    today = timezone.localdate()
    assert [known(council, a, WHOLE, TRAINED, today) for _ in range(2)] == [1, 0]
    assert known(other, linked(other, a), WHOLE, TRAINED, today) == 1
    assert known(council, a, LEAD, UNKNOWN) == 0


def test_an_education_officer_records_one_school_and_many_and_downloads_the_list(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    today = timezone.localdate()
    a, b, foreign = school(council, "=A"), school(council, "B"), school(other, "Foreign")
    sign_in(client, member(council, Role.EDUCATION_OFFICER))
    one = reverse("school", args=[council.slug, a.pk])
    sent = {
        "whole_school": "trained",
        "lead": "not_trained",
        "phase": "primary",
        "area": "North",
        "version": "0",
    }
    assert "Enter the date of the training" in client.post(one, sent).content.decode()
    assert client.post(one, {**sent, "whole_school_on": today.isoformat()}).status_code == 302
    assert (
        client.post(one, {**sent, "area": "South", "whole_school_on": today.isoformat()}).status_code == 409
    )
    many = reverse("schools-record", args=[council.slug])
    both = {"measure": "lead", "trained_on": today.isoformat(), "schools": [str(a.pk), str(b.pk)]}
    assert b"Select one of the answers" in client.post(many, {**both, "schools": [str(foreign.pk)]}).content
    assert b"Recorded for 2 schools" in client.post(many, both, follow=True).content
    assert b"2 had it already" in client.post(many, both, follow=True).content
    page = reverse("schools", args=[council.slug])
    tiles = client.get(page).context["tiles"]
    assert [(tile.figure, tile.words) for tile in tiles] == [
        ("1 of 2 (50%)", "1 not known"),
        ("2 of 2 (100%)", "All of them"),
    ]
    narrowed = client.get(page, {"phase": "primary", "area": "North"}).context["table"].rows
    assert [row[0].text for row in narrowed] == ["=A"]
    text = client.get(reverse("schools-csv", args=[council.slug])).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[:4] for row in rows[1:]] == [
        ["'=A", "Primary", "North", "Trained"],
        ["B", "", "", "Not known"],
    ]


def test_schools_are_another_council_s_and_recording_is_another_role_s(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    a, foreign = school(council, "A"), school(other, "Foreign")
    sign_in(client, member(council, Role.COORDINATOR))
    assert client.get(reverse("school", args=[council.slug, foreign.pk])).status_code == 404
    assert client.get(reverse("schools", args=[other.slug])).status_code == 404
    reader = sign_in(Client(), member(council, Role.BOARD_MEMBER))
    assert reader.get(reverse("school", args=[council.slug, a.pk])).status_code == 200
    assert reader.post(reverse("school", args=[council.slug, a.pk]), {}).status_code == 404
    assert reader.get(reverse("schools-record", args=[council.slug])).status_code == 404
    api = reverse("api-schools", args=[council.slug])
    body = {"organisation_ids": [str(a.pk)], "measure": "lead", "state": "not_trained"}
    assert reader.post(api, body, "application/json").status_code == 404
    stray = {**body, "organisation_ids": [str(foreign.pk)]}
    assert client.post(api, stray, "application/json").status_code == 404
    assert client.post(api, body, "application/json").json() == {"recorded": 1}
    assert [each["name"] for each in client.get(api).json()["results"]] == ["A"]
    counted = client.get(reverse("api-school-coverage", args=[council.slug])).json()
    assert [(each["measure"], each["not_trained"], each["unknown"]) for each in counted] == [
        ("whole_school", 0, 1),
        ("lead", 1, 0),
    ]


def test_the_list_of_schools_takes_the_same_statements_for_one_and_for_fifty(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    sign_in(client, member(council, Role.COORDINATOR))
    address = reverse("schools", args=[council.slug])
    client.get(address)
    asked = []
    for number in (1, 49):
        for index in range(number):
            a = school(council, f"School {number} {index}")
            known(council, a, WHOLE, NOT_TRAINED)
        linked(other, a)
        with CaptureQueriesContext(connection) as statements:
            client.get(address)
        asked.append(len(statements))
    assert asked[0] == asked[1]
