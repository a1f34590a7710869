"""The shipped editions: counts, scales, words that nobody has verified, and the way from one to the next."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.http import Http404

from compliance.access import prompt_to_edit
from compliance.editions.crosswalks import FROM_2015_TO_2023, crosswalk
from compliance.models import Edition, EditionItem
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


def items_of(code: str, part: str) -> list[EditionItem]:
    return list(EditionItem.objects.filter(edition__code=code, part=part).order_by("order"))


def test_the_2015_edition_has_nine_workstreams_and_seventeen_items_for_local_authorities() -> None:
    edition = Edition.objects.get(code="guidance-2015")
    items = items_of("guidance-2015", "local_authority")
    assert [item.ref for item in items] == [f"S-{n:02d}" for n in range(1, 18)]
    assert list(Counter(item.workstream_order for item in items).values()) == [3, 3, 1, 2, 1, 2, 3, 1, 1]
    assert [item.ref for item in items if not item.prompt] == ["S-16"]
    assert items[15].title == "Appointment of a Prevent co-ordinator"
    assert (edition.in_force_from, edition.in_force_to) == (date(2015, 7, 1), date(2023, 12, 30))
    assert edition.nation_words == "England and Wales"


def test_the_2015_edition_adds_fourteen_items_for_leaders_and_every_authority() -> None:
    items = items_of("guidance-2015", "every_authority")
    assert [item.ref for item in items] == [
        *("B-1.3a", "B-1.3b", "B-1.4a", "B-1.4b", "B-1.4c", "B-1.4d", "B-1.5"),
        *("B-1.6a", "B-1.6b", "B-1.6c", "B-1.6d", "B-1.6e", "B-1.7.1", "B-1.7.2"),
    ]
    assert all(item.verified for item in items)
    assert [item.ref for item in items if item.kind == "must"] == ["B-1.3b"]


def test_the_2023_edition_has_the_toolkits_eight_sections_in_their_order() -> None:
    edition = Edition.objects.get(code="guidance-2023")
    items = items_of("guidance-2023", "toolkit")
    assert list(dict.fromkeys(item.workstream for item in items)) == [
        "Multi-agency partnership group",
        "Local risk assessment process",
        "Partnership plan",
        "Referral pathway",
        "Channel panel",
        "Training programme",
        "Reducing permissive environments",
        "Communications and engagement",
    ]
    assert list(Counter(item.workstream_order for item in items).values()) == [5, 3, 3, 3, 5, 4, 4, 3]
    assert (edition.in_force_from, edition.in_force_to) == (date(2023, 12, 31), None)
    assert [step["label"] for step in edition.scale] == ["Not met", "Met", "Exceeding"]
    assert list(edition.part_labels) == ["toolkit", "across"]
    assert len(items_of("guidance-2023", "across")) == 6


def test_no_prompt_of_the_2023_edition_claims_to_be_verified_and_must_names_the_act() -> None:
    items = EditionItem.objects.filter(edition__code="guidance-2023")
    assert not items.filter(verified=True).exists()
    musts = {item.ref: item.guidance for item in items.filter(kind="must")}
    assert set(musts) == {"T4-3", "T5-1", "T5-2", "T5-4"}
    assert all("Act, section" in guidance for guidance in musts.values())


def test_the_channel_statement_asks_about_the_panels_work_in_words_that_a_council_may_change() -> None:
    edition = Edition.objects.get(code="channel-assurance")
    items = items_of("channel-assurance", "panel")
    assert list(Counter(item.workstream for item in items).values()) == [4, 4, 3, 3, 2, 3, 2]
    assert edition.part_labels == {"panel": "Channel panel: 7 areas, 21 items"}
    assert [step["label"] for step in edition.scale] == ["Not met", "Partly met", "Met"]
    assert not any(item.verified for item in items)
    musts = {item.ref: item.guidance for item in items if item.kind == "must"}
    assert set(musts) == {"C1-1", "C1-2", "C2-1", "C2-3", "C4-1", "C4-2", "C5-1"}
    assert all(guidance.startswith("Act, section") for guidance in musts.values())


def test_a_shipped_edition_cannot_be_changed_by_the_app() -> None:
    assert Edition.objects.update(name="Ours") == 0
    assert EditionItem.objects.all().delete()[0] == 0
    assert EditionItem.objects.filter(edition__code="guidance-2015").count() == 31


def test_the_crosswalk_names_only_items_that_are_shipped_and_each_pair_once() -> None:
    for refs, code in (
        ({older for older, _ in FROM_2015_TO_2023.links}, "guidance-2015"),
        ({newer for _, newer in FROM_2015_TO_2023.links}, "guidance-2023"),
    ):
        shipped = set(EditionItem.objects.filter(edition__code=code).values_list("ref", flat=True))
        assert refs <= shipped
    assert len(set(FROM_2015_TO_2023.links)) == len(FROM_2015_TO_2023.links)
    assert crosswalk("guidance-2023", "guidance-2015") is None, "nobody moves back"


@pytest.mark.parametrize("ref", ["T1-1\x00", "\x00", "T1-1\n", "no-such"])
def test_an_item_is_found_by_its_own_reference_and_by_no_other_letters(ref: str) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    with service_scope(council=council):
        access = council_access(coordinator, council)
        assert prompt_to_edit(access, "guidance-2023", "T1-1").ref == "T1-1"
        with pytest.raises(Http404):
            prompt_to_edit(access, "guidance-2023", ref)
