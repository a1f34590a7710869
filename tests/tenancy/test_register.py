"""The register of councils: the published names and codes, and what the database makes of them."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prevent_portal.accounts.models import RoleGroup
from prevent_portal.accounts.services.councils import join
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.enums import Nation, Tier
from prevent_portal.tenancy.models import Council, CouncilCode
from prevent_portal.tenancy.register import Entry, Register, published_register
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.tenancy.services.councils import Loaded, load_register


@pytest.fixture
def loaded(db: None) -> Loaded:
    return load_register()


def districts_of(slug: str) -> list[str]:
    return list(Council.objects.filter(parent__slug=slug).values_list("name", flat=True))


def test_every_current_council_of_england_and_wales_is_there(loaded: Loaded) -> None:
    current = Council.objects.current(date(2026, 1, 1))
    assert Counter(current.values_list("tier", flat=True)) == {
        Tier.COUNTY: 21,
        Tier.DISTRICT: 164,
        Tier.UNITARY: 63,
        Tier.METROPOLITAN: 36,
        Tier.LONDON_BOROUGH: 33,
        Tier.WELSH: 22,
    }
    assert set(current.filter(tier=Tier.WELSH).values_list("nation", flat=True)) == {Nation.WALES}
    assert loaded == Loaded(councils=Council.objects.count(), codes=CouncilCode.objects.count(), known=0)


def test_no_code_and_no_slug_is_given_twice() -> None:
    register = published_register()
    names = [entry.name for entry in register]
    assert len(names) == len(set(names))


def test_leicestershire_has_its_seven_districts(loaded: Loaded) -> None:
    assert districts_of("leicestershire") == [
        "Blaby",
        "Charnwood",
        "Harborough",
        "Hinckley and Bosworth",
        "Melton",
        "North West Leicestershire",
        "Oadby and Wigston",
    ]
    assert CouncilCode.objects.get(council__slug="leicestershire").code == "E10000018"


def test_buckinghamshire_county_has_its_four_districts_and_its_successor(loaded: Loaded) -> None:
    county = Council.objects.get(slug="buckinghamshire")
    unitary = Council.objects.get(slug="buckinghamshire-council")
    assert (county.name, county.tier, county.ends_on) == (
        "Buckinghamshire County Council",
        Tier.COUNTY,
        date(2020, 3, 31),
    )
    assert (unitary.name, unitary.tier, unitary.ends_on) == ("Buckinghamshire Council", Tier.UNITARY, None)
    assert county.replaced_by == unitary
    assert districts_of("buckinghamshire") == ["Aylesbury Vale", "Chiltern", "South Bucks", "Wycombe"]
    assert {district.ends_on for district in county.districts.all()} == {date(2020, 3, 31)}
    assert list(county.codes.values_list("code", "ends_on")) == [("E10000002", date(2020, 3, 31))]
    assert list(unitary.codes.values_list("code", "starts_on")) == [("E06000060", date(2020, 4, 1))]


@pytest.mark.parametrize(
    ("slug", "code", "tier"),
    [
        ("barnet", "E09000003", Tier.LONDON_BOROUGH),
        ("southwark", "E09000028", Tier.LONDON_BOROUGH),
        ("wolverhampton", "E08000031", Tier.METROPOLITAN),
        ("cardiff", "W06000015", Tier.WELSH),
        ("bristol", "E06000023", Tier.UNITARY),
        ("somerset-council", "E06000066", Tier.UNITARY),
    ],
)
def test_councils_are_known_by_slug_and_code(loaded: Loaded, slug: str, code: str, tier: Tier) -> None:
    council = Council.objects.get(codes__code=code)
    assert (council.slug, council.tier) == (slug, tier)


def test_a_county_that_went_to_two_councils_names_no_single_successor(loaded: Loaded) -> None:
    cumbria = Council.objects.get(slug="cumbria")
    assert (cumbria.ends_on, cumbria.replaced_by) == (date(2023, 3, 31), None)
    assert set(cumbria.districts.values_list("replaced_by__name", flat=True)) == {
        "Cumberland",
        "Westmorland and Furness",
    }


def test_a_council_whose_boundary_moved_keeps_one_row_with_two_dated_codes(loaded: Loaded) -> None:
    sheffield = Council.objects.get(slug="sheffield")
    assert sheffield.ends_on is None
    assert list(sheffield.codes.order_by("code").values_list("code", "starts_on", "ends_on")) == [
        ("E08000019", None, date(2023, 3, 31)),
        ("E08000039", date(2023, 4, 1), None),
    ]


def test_loading_again_adds_nothing_and_takes_two_reads(loaded: Loaded) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        again = load_register()
    assert (again.councils, again.codes) == (0, 0)
    assert [query["sql"].split()[0] for query in queries] == ["SAVEPOINT", "SELECT", "SELECT", "RELEASE"]


def test_loading_again_undoes_no_edit(loaded: Loaded) -> None:
    blaby = Council.objects.get(slug="blaby")
    Council.objects.filter(pk=blaby.pk).update(
        name="Blaby District Council", slug="blaby-district", parent=None, ends_on=date(2028, 3, 31)
    )
    load_register()
    blaby.refresh_from_db()
    assert (blaby.name, blaby.slug, blaby.parent, blaby.ends_on) == (
        "Blaby District Council",
        "blaby-district",
        None,
        date(2028, 3, 31),
    )
    assert not Council.objects.filter(slug="blaby").exists()


def test_a_council_that_was_entered_by_hand_is_recognised_and_gets_its_code(db: None) -> None:
    barnet = Council.objects.create(slug="barnet", name="London Borough of Barnet", tier=Tier.LONDON_BOROUGH)
    load_register()
    assert CouncilCode.objects.get(code="E09000003").council == barnet
    assert Council.objects.get(slug="barnet").name == "London Borough of Barnet"


def test_an_unknown_kind_of_code_is_another_authority() -> None:
    assert Entry(code="X99000001", name="Somewhere").tier is Tier.OTHER


def test_a_later_register_adds_what_is_new_and_points_at_what_is_there(loaded: Loaded) -> None:
    later = Register({"E07999999": Entry(code="E07999999", name="New Vale", parent="E10000018")}, ())
    assert load_register(register=later).councils == 1
    assert Council.objects.get(slug="new-vale").parent is None, "its county was not in that register"
    entries = {
        "E10000018": published_register().entries["E10000018"],
        "E07999998": Entry(code="E07999998", name="Newer Vale", parent="E10000018"),
    }
    load_register(register=Register(entries, ()))
    assert Council.objects.get(slug="newer-vale").parent == Council.objects.get(slug="leicestershire")


def test_the_command_says_what_it_added(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    call_command("load_councils")
    total = Council.objects.count()
    call_command("load_councils")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{total} councils and ")
    assert second.startswith("0 councils and 0 codes added, ")


def test_a_council_joins_once_with_its_role_groups_and_an_event(loaded: Loaded) -> None:
    from prevent_portal.accounts.enums import Role

    barnet = Council.objects.get(slug="barnet")
    assert not Council.objects.joined().filter(slug="barnet").exists()
    join(council=barnet, by=None, on=date(2026, 4, 1))
    join(council=barnet, by=None, on=date(2026, 5, 1))
    barnet.refresh_from_db()
    assert barnet.joined_on == date(2026, 4, 1)
    assert RoleGroup.objects.filter(council=barnet).count() == len(Role)
    with service_scope(council=barnet):
        assert Event.objects.filter(action="accounts.council_joined").count() == 1
