"""Designations and the national threat level: one from a day on, with its source, until the next begins."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partnerships.access.designations import designation_for
from partnerships.enums import DatePrecision, DesignationKind, ThreatLevelName
from partnerships.models import Designation, ThreatLevel
from partnerships.policies.refusals import PartnershipRefused
from partnerships.queries.designations import (
    designation_lines,
    designation_on,
    designations_of,
    threat_level_on,
)
from partnerships.services.designations import change_designation, record_designation, remove_designation
from partnerships.services.threat_levels import shipped_levels
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import StaleVersion
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db
YEAR, MONTH = DatePrecision.YEAR, DatePrecision.MONTH
LETTER = "Letter of the Home Office"


def recorded(council: Council, kind: DesignationKind, starts_on: date, **fields: Any) -> Designation:
    with service_scope(council=council):
        return record_designation(
            council=council, by=None, kind=kind, starts_on=starts_on, **{"source": LETTER, **fields}
        )


def southwark() -> Council:
    """The history of the seed: supported, not, supported again, then priority."""
    council = CouncilFactory.create(slug="southwark")
    recorded(council, DesignationKind.SUPPORTED, date(2009, 1, 1), precision=YEAR)
    recorded(council, DesignationKind.NONE, date(2011, 4, 1), precision=YEAR)
    recorded(council, DesignationKind.SUPPORTED, date(2015, 2, 1), precision=MONTH)
    recorded(council, DesignationKind.PRIORITY, date(2015, 9, 15))
    return council


def test_a_designation_holds_until_the_next_begins_and_before_the_first_nothing_is_known() -> None:
    council, other = southwark(), CouncilFactory.create()
    with service_scope(council=council):
        kinds = [
            (found.kind, found.since_words) if (found := designation_on(council, day)) else None
            for day in (
                date(2008, 12, 31),
                date(2009, 1, 1),
                date(2011, 3, 31),
                date(2011, 4, 1),
                date(2015, 9, 14),
                date(2015, 9, 15),
                date(2026, 1, 1),
            )
        ]
        assert kinds == [
            None,
            ("supported", "2009"),
            ("supported", "2009"),
            ("none", "2011"),
            ("supported", "February 2015"),
            ("priority", "15 September 2015"),
            ("priority", "15 September 2015"),
        ]
        assert [(line.until, line.until_words) for line in designation_lines(designations_of(council))] == [
            (None, ""),
            (date(2015, 9, 14), "14 September 2015"),
            (date(2015, 1, 31), "February 2015"),
            (date(2011, 3, 31), "2011"),
        ]
    with service_scope(council=other):
        assert designation_on(other, date(2016, 1, 1)) is None


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"source": " "}, "Say where this is known from, such as a letter of the Home Office."),
        ({"starts_on": date(2002, 12, 31)}, "The day must be on or after 1 January 2003."),
        (
            {"starts_on": timezone.localdate() + timedelta(days=1)},
            "A designation is recorded once it is in force, so the day cannot be in the future.",
        ),
        (
            {"starts_on": date(2015, 9, 15)},
            "A designation from 15 September 2015 is recorded already. Change that one.",
        ),
        (
            {"starts_on": date(2015, 9, 16)},
            "The area is recorded as “priority area” since 15 September 2015 already.",
        ),
        (
            {"starts_on": date(2015, 9, 14)},
            (
                "The area is recorded as “priority area” from 15 September 2015. "
                "Change the day of that one instead."
            ),
        ),
    ],
)
def test_what_does_not_fit_the_history_is_refused_in_words(fields: dict[str, Any], says: str) -> None:
    council = southwark()
    wanted = {"starts_on": date(2016, 1, 1), **fields}
    with pytest.raises(PartnershipRefused) as refused:
        recorded(council, DesignationKind.PRIORITY, **wanted)
    assert str(refused.value) == says


def test_two_designations_from_one_day_are_refused_by_the_database() -> None:
    council = southwark()
    with (
        service_scope(council=council),
        pytest.raises(IntegrityError, match="designation_one_from_a_day"),
        transaction.atomic(),
    ):
        Designation.objects.create(council=council, kind="none", starts_on=date(2015, 9, 15), source="x")


def test_a_designation_is_corrected_and_removed_and_a_stale_save_shows_both_texts() -> None:
    council = southwark()
    with service_scope(council=council):
        last, before, none, _ = Designation.objects.filter(council=council)
        fields: dict[str, Any] = {
            "designation": last, "by": None, "kind": "priority", "precision": "day", "source": "Report",
        }  # fmt: skip
        assert change_designation(**fields, version=1, starts_on=date(2015, 10, 1)).version == 2
        with pytest.raises(StaleVersion) as stale:
            change_designation(**fields, version=1, starts_on=date(2015, 11, 1))
        assert [(each.label, each.theirs, each.yours) for each in stale.value.differences] == [
            ("From", "1 October 2015", "1 November 2015")
        ]
        with pytest.raises(PartnershipRefused, match="twice in a row as “supported area”"):
            remove_designation(designation=none, by=None, version=1)
        with pytest.raises(StaleVersion):
            remove_designation(designation=last, by=None, version=1)
        remove_designation(designation=before, by=None, version=1)
        found = designation_on(council, date(2015, 5, 1))
        assert found is not None
        assert found.kind == DesignationKind.NONE


def test_one_council_never_reaches_the_designation_of_another() -> None:
    theirs, ours = southwark(), CouncilFactory.create()
    with service_scope(council=theirs):
        row = Designation.objects.filter(council=theirs).first()
    assert row is not None
    person = member(ours, Role.COORDINATOR)
    with council_scope(user_id=person.pk, council=ours):
        with pytest.raises(Http404):
            designation_for(council_access(person, ours), row.pk)
        assert not Designation.objects.exists()


# The national threat level ---------------------------------------------------------------------------


def test_every_council_reads_the_national_level_of_the_days_of_the_seeds() -> None:
    council = CouncilFactory.create()
    with service_scope(council=council):
        assert [
            found.level if (found := threat_level_on(day)) else None
            for day in (
                date(2014, 8, 28),
                date(2015, 9, 8),
                date(2017, 5, 23),
                date(2017, 5, 27),
                date(2019, 2, 28),
                date(2019, 11, 4),
                date(2022, 2, 9),
                date(2026, 4, 30),
            )
        ] == [None, "severe", "critical", "severe", "severe", "substantial", "substantial", "severe"]
        assert ThreatLevel.objects.count() == len(list(shipped_levels())) == 11


def test_no_page_or_job_can_write_the_national_level() -> None:
    council = CouncilFactory.create()
    with service_scope(council=council):
        assert ThreatLevel.objects.update(level=ThreatLevelName.LOW) == 0
        assert ThreatLevel.objects.all().delete()[0] == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            ThreatLevel.objects.create(level="low", starts_on=date(2000, 1, 1), source="x")


def test_the_shipped_levels_alternate_in_order_and_each_names_its_source() -> None:
    levels = list(shipped_levels())
    assert [level.starts_on for level in levels] == sorted({level.starts_on for level in levels})
    assert all(first.level != second.level for first, second in pairwise(levels))
    assert all(level.source and level.source_url.startswith("https://") for level in levels)


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_operator_is_refused_in_words_a_level_that_is_in_force_already() -> None:
    words = {"source": "Joint Terrorism Analysis Centre", "database": "owner"}
    with pytest.raises(CommandError, match=r"The level is substantial from 9 February 2022 already\."):
        call_command("threat_level", "substantial", "--from", "2023-01-01", **words)
    with pytest.raises(CommandError, match="cannot be in the future"):
        call_command("threat_level", "low", "--from", "2999-01-01", **words)


# Page and API ----------------------------------------------------------------------------------------


def test_the_page_shows_the_history_beside_the_national_level(client: Client) -> None:
    council = southwark()
    sign_in(client, member(council, Role.BOARD_MEMBER))
    address = reverse("designations", args=["southwark"])
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address).content.decode()
    for words in ("Priority area", "15 September 2015", "February 2015", "2011", "Severe", LETTER):
        assert words in page
    assert "Record a designation" not in page
    with service_scope(council=council):
        Designation.objects.bulk_create(
            Designation(
                council=council, kind=("none", "priority")[n % 2], starts_on=date(2016, 1, 1) + timedelta(n),
                source="x",
            )
            for n in range(46)
        )  # fmt: skip
    with CaptureQueriesContext(connection) as more:
        client.get(address)
    assert len(more) <= len(queries)
    assert client.get(reverse("designation-add", args=["southwark"])).status_code == 404
    file = client.get(reverse("designations-csv", args=["southwark"])).getvalue().decode("utf-8-sig")
    assert file.splitlines()[-1] == (
        f"1 January 2009,31 March 2011,Supported area,Only the year is known,{LETTER}"
    )


def test_the_api_lists_and_records_designations(client: Client) -> None:
    council = southwark()
    sign_in(client, member(council, Role.COORDINATOR))
    address = reverse("api-designations", args=["southwark"])
    body = {"kind": "none", "starts_on": "2018-04-01", "source": LETTER}
    assert client.post(address, body, content_type="application/json").status_code == 201
    refused = client.post(address, body, content_type="application/json")
    assert (refused.status_code, refused.json()["detail"]) == (
        400,
        "A designation from 1 April 2018 is recorded already. Change that one.",
    )
    assert [each["kind"] for each in client.get(address).json()["results"]] == [
        "none", "priority", "supported", "none", "supported",
    ]  # fmt: skip
    levels = client.get(reverse("api-threat-levels", args=["southwark"])).json()
    assert (levels["count"], levels["results"][0]["level"]) == (11, "severe")
