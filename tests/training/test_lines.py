"""Automatic lines: fell below, still below, missing and moved; computed, exact, and the council's own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.report_blocks import blocks_of
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory, linked
from tests.training.factories import JUNE, SEPTEMBER, accepted, returned, returned_by_many, wrap
from training.models import ExpectedReturn, TrainingReturn
from training.queries.coverage import coverage
from training.queries.lines import LineKind, automatic_lines, change_points

pytestmark = pytest.mark.django_db
MARCH = (date(2018, 1, 1), date(2018, 3, 31))
TODAY = date(2019, 1, 1)


def lines_of(council: Council, *, points: Decimal = Decimal(5)) -> list[tuple[LineKind, str]]:
    with service_scope(council=council):
        shown = coverage(council, end=SEPTEMBER[1], quarters_only=True)
        return [(line.kind, line.words) for line in automatic_lines(shown, points=points, today=TODAY)]


def quarters_of(council: Council, organisation: Organisation, *shares: tuple[int, int]) -> None:
    """Returns for the quarters up to September 2018."""
    periods = (MARCH, JUNE, SEPTEMBER)[-len(shares) :]
    for period, (compliant, eligible) in zip(periods, shares, strict=True):
        returned(council, organisation, compliant, eligible, for_council=True, period=period)


@pytest.mark.parametrize(
    ("shares", "found"),
    [
        (
            [(8500, 10000), (8499, 10000)],
            [(LineKind.FELL_BELOW, ("fell below the target of 85% in WRAP: "
                        "84.99% in September 2018, 1 person short."))],
        ),
        ([(8499, 10000), (8500, 10000)], []),
        (
            [(90, 100), (84, 100), (83, 100)],
            [(LineKind.STILL_BELOW, ("has been below the target of 85% in WRAP "
                        "for 2 quarters: 83% in September 2018, 2 people short."))],
        ),
        (
            [(84, 100)],
            [(LineKind.BELOW, ("is below the target of 85% in WRAP: "
                        "84% in September 2018, 1 person short."))],
        ),
        ([(90, 100), (95, 100)], []),
        (
            [(900, 1000), (951, 1000)],
            [(LineKind.UP, ("rose by 5.1 percentage points in WRAP: "
                        "90% in June 2018, 95% in September 2018."))],
        ),
        (
            [(100000, 100000), (94999, 100000)],
            [(LineKind.DOWN, ("fell by 5.001 percentage points in WRAP: "
                        "100% in June 2018, 95% in September 2018."))],
        ),
    ],
)  # fmt: skip
def test_a_line_is_told_on_the_exact_ratio(
    shares: list[tuple[int, int]], found: list[tuple[LineKind, str]]
) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="Trust")
    quarters_of(council, trust, *shares)
    quarters_of(other, trust, (95, 100), (10, 100))
    assert lines_of(council) == [(kind, f"Trust (Local staff) {words}") for kind, words in found]


def test_a_quarter_not_returned_is_missing_and_no_fall_to_zero() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="Trust")
    returned(council, trust, 95, 100, for_council=True)
    returned(other, trust, 5, 100, for_council=True, period=SEPTEMBER)
    linked(council, trust)
    with service_scope(council=council):
        ExpectedReturn.objects.create(
            council=council, organisation=trust, course=wrap(), council_staff_only=True, starts_on=JUNE[0]
        )
    assert lines_of(council) == [
        (
            LineKind.MISSING,
            "Trust (Local staff): WRAP, September 2018 not returned, was due on 28 October 2018.",
        )
    ]


def test_a_council_sets_by_how_much_and_nobody_else_s_setting_counts(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="Trust")
    quarters_of(council, trust, (90, 100), (98, 100))
    sign_in(client, member(council, Role.COORDINATOR))
    address = reverse("training-lines", args=[council.slug])
    page = reverse("training", args=[council.slug])
    assert b"rose by 8 percentage points" in client.get(page).content
    assert client.post(address, {"points": "0", "version": "0"}).status_code == 200
    assert client.post(address, {"points": "8", "version": "0"}).status_code == 302
    assert b"rose by 8" not in client.get(page).content
    stale = client.post(address, {"points": "3", "version": "0"})
    assert (stale.status_code, b"Somebody else saved first" in stale.content) == (409, True)
    with service_scope(council=council):
        assert change_points(council) == 8
    with service_scope(council=other):
        assert change_points(other) == 5
    officer = sign_in(Client(), member(council, Role.SAFETY_OFFICER))
    assert officer.get(address).status_code == 404
    assert officer.get(page).status_code == 200


def test_the_report_the_file_and_the_api_say_what_the_page_says(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    quarters_of(council, OrganisationFactory(name="Trust"), (90, 100), (84, 100))
    quarters_of(other, OrganisationFactory(name="Elsewhere"), (90, 100), (10, 100))
    sign_in(client, member(council, Role.COORDINATOR))
    words = "Trust (Local staff) fell below the target of 85% in WRAP: 84% in September 2018, 1 person short."
    fell = "Trust (Local staff) fell by 6 percentage points in WRAP: 90% in June 2018, 84% in September 2018."
    page = client.get(reverse("training", args=[council.slug]))
    told = [line["words"] for group in page.context["lines"] for line in group["lines"]]
    assert told == [words, fell]
    text = client.get(reverse("training-lines-csv", args=[council.slug])).content.decode("utf-8-sig")
    assert words in text
    assert "Elsewhere" not in text
    answer = client.get(reverse("api-training-coverage", args=[council.slug])).json()
    assert [(line["kind"], line["words"]) for line in answer["what_changed"]] == [
        ("fell_below", words),
        ("down", fell),
    ]
    asked = (council, SEPTEMBER[0], SEPTEMBER[1], timezone.localdate())
    with service_scope(council=council):
        waiting = blocks_of("training_changes", *asked)[0]
        returns = list(TrainingReturn.objects.filter(council=council))
    assert [row[2] for row in waiting.rows] == [
        "June 2018 waits to be accepted.", "September 2018 waits to be accepted.",
    ]  # fmt: skip
    for each in returns:
        accepted(each, council)
    with service_scope(council=council):
        block = blocks_of("training_changes", *asked)[0]
    assert ([row[2] for row in block.rows], block.missing) == ([words, fell], [])


def test_coverage_of_fifty_organisations_asks_as_much_as_that_of_one(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    sign_in(client, member(council, Role.COORDINATOR))
    address = reverse("training", args=[council.slug])
    client.get(address)
    asked = []
    for number in (1, 49):
        trusts = OrganisationFactory.create_batch(number)
        returned_by_many(council, trusts, 90, period=JUNE)
        returned_by_many(council, trusts, 84, period=SEPTEMBER)
        returned_by_many(other, trusts, 1)
        with CaptureQueriesContext(connection) as statements:
            client.get(address)
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_coverage_is_narrowed_by_organisation_kind_and_course_and_so_are_its_files(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="Trust")
    service = OrganisationFactory(name="Service", kind="council_service")
    for each in (trust, service):
        quarters_of(council, each, (90, 100), (84, 100))
        quarters_of(other, each, (1, 100))
    sign_in(client, member(council, Role.COORDINATOR))

    def named(**chosen: str) -> set[str]:
        rows = client.get(reverse("training-csv", args=[council.slug]), chosen).content.decode("utf-8-sig")
        page = client.get(reverse("training", args=[council.slug]), chosen)
        shown = {
            row[0].split(" (")[0] for section in page.context["sections"] for row in section["table"].rows
        }
        assert shown == {line.split(",")[0] for line in rows.splitlines()[1:]}
        return shown

    assert named() == {"Trust", "Service"}
    assert named(kind="council_service") == {"Service"}
    assert named(organisation=str(trust.pk)) == {"Trust"}
    assert named(course="WRAP", kind="nhs_trust") == {"Trust"}
    assert named(course="No such course", organisation="x", kind="y") == {"Trust", "Service"}
