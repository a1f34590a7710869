"""In the scope of a public reader only a council's standing publications and their files exist (rule 1)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from django.apps import apps
from django.db import Error, transaction

from compliance.models import Publication, Report, ReportRendition
from compliance.services.publications import withdraw
from compliance.services.reports import correct
from prevent_portal.tenancy.models import CouncilOwned
from prevent_portal.tenancy.scope import current_scope, public_scope, service_scope
from tests.compliance.reports import Committee, committee
from tests.compliance.test_published_reports import make_final, published
from tests.isolation.allowlist import UNREADABLE

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@dataclass
class World:
    """Two councils, each with a publication that stands; here also its correction, which nobody published."""

    here: Committee
    there: Committee
    standing: Publication
    correction: Report
    theirs: Publication


@pytest.fixture
def world() -> World:
    here, there = committee(), committee()
    report, standing = published(here)
    _, theirs = published(there)
    with service_scope(council=here.council):
        correction = correct(report=report, by=here.author, correction="Not published.")
    return World(here, there, standing, make_final(here, correction), theirs)


def everything() -> dict[str, set[object]]:
    """Keys of every row of every council-owned model of the portal, asked for without any filter."""
    found: dict[str, set[object]] = {}
    asked = set()
    for model in apps.get_models():
        if not issubclass(model, CouncilOwned) or model._meta.db_table in UNREADABLE:
            continue
        asked.add(model._meta.label)
        keys: set[object] = set(model._base_manager.values_list("pk", flat=True))
        if keys:
            found[model.__name__] = keys
    assert len(asked) > 100
    assert {label.partition(".")[0] for label in asked} >= {
        "channel",
        "compliance",
        "partnerships",
        "training",
    }
    return found


def test_a_public_reader_finds_the_standing_publication_its_file_and_no_other_row(world: World) -> None:
    with public_scope(council=world.here.council):
        assert everything() == {
            "Publication": {world.standing.pk},
            "ReportRendition": {world.standing.rendition_id},
        }
        assert ReportRendition.objects.get().edition == "public"
    with public_scope(council=world.there.council):
        assert everything() == {
            "Publication": {world.theirs.pk},
            "ReportRendition": {world.theirs.rendition_id},
        }
    assert everything() == {}, "outside the scope there is nothing"
    with service_scope(council=world.here.council):
        found = everything()
        assert {len(found[name]) for name in ("Report", "ReportRendition")} == {2, 12}, "there is more to see"


def test_what_is_withdrawn_is_gone_for_the_public(world: World) -> None:
    with service_scope(council=world.here.council):
        withdraw(publication=world.standing, by=world.here.author, reason="x")
        assert Publication.objects.count() == 1
    with public_scope(council=world.here.council):
        assert everything() == {}


def test_what_a_council_may_publish_nobody_writes_in_the_public_scope(world: World) -> None:
    with service_scope(council=world.here.council):
        rendition = ReportRendition.objects.get(
            version__report=world.correction, edition="public", format="pdf"
        ).pk
    with public_scope(council=world.here.council):
        assert Publication.objects.update(title="Mine now") == 0
        assert Publication.objects.filter(pk=world.standing.pk).delete()[0] == 0
        with pytest.raises(Error, match=r"row-level security|only the public PDF"), transaction.atomic():
            publish_correction(world, rendition)
    with service_scope(council=world.here.council):
        publish_correction(world, rendition)


def publish_correction(world: World, rendition: UUID) -> None:
    Publication.objects.create(
        council=world.here.council, report_id=world.correction.pk, rendition_id=rendition,
        committee_slug="c", period_slug="p", title="t", committee="c",
        period_start=world.standing.period_start, period_end=world.standing.period_end, content={},
        published_by=world.here.author,
    )  # fmt: skip


def test_a_public_scope_inside_another_ends_with_its_block(world: World) -> None:
    with service_scope(council=world.there.council) as outer:
        with public_scope(council=world.here.council):
            assert set(everything()) == {"Publication", "ReportRendition"}
        assert current_scope() == outer
        assert Publication.objects.get() == world.theirs
