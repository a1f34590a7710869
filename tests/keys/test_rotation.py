"""Keys are renewed while people read, and the old key-encryption key then opens nothing (SC-3)."""

from __future__ import annotations

import base64
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from channel.models import ChannelCase
from prevent_portal.audit.models import Event
from prevent_portal.keys.key_ring import key_ring
from prevent_portal.keys.models import CouncilKey, DataKey
from prevent_portal.keys.refusals import CannotOpen, NoKey
from prevent_portal.keys.services.rotation import renew_keys
from prevent_portal.keys.services.sealing import open_sealed, seal
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory
from tests.figures import RecordFigure


def sealed(council: Council, number: int) -> ChannelCase:
    case = ChannelCase(pk=uuid4(), council_id=council.pk)
    seal(case, summary=f"text {number}")
    return case


def spelled(name: str, key: bytes) -> str:
    return f"{name}:{base64.b64encode(key).decode()}"


@pytest.mark.django_db
def test_every_key_is_wrapped_anew_and_the_old_key_encryption_key_then_refuses(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    councils = [CouncilFactory.create(slug=slug) for slug in ("barnet", "southwark")]
    cases = [sealed(council, number) for council in councils for number in range(3)]
    before = {key.pk: bytes(key.wrapped or b"") for key in DataKey.objects.all()}
    [old] = settings.KEY_ENCRYPTION_KEYS
    new = spelled("next", bytes(range(1, 33)))
    settings.KEY_ENCRYPTION_KEYS = [new, old]
    call_command("rotate_keys")
    assert capsys.readouterr().out == "2 councils and 6 records have new keys under 'next'.\n"
    assert set(CouncilKey.objects.values_list("wrapped_by", "version")) == {("next", 2)}
    after = {key.pk: bytes(key.wrapped or b"") for key in DataKey.objects.all()}
    assert set(before) == set(after)
    assert not set(before.values()) & set(after.values())
    settings.KEY_ENCRYPTION_KEYS = [new]
    assert [open_sealed(case)["summary"] for case in cases] == [f"text {n}" for n in (0, 1, 2) * 2]
    settings.KEY_ENCRYPTION_KEYS = [old]
    for case in cases:
        with pytest.raises(NoKey):
            open_sealed(case)
    for council in councils:
        with service_scope(council=council):
            assert Event.objects.filter(action="keys.renewed", council_id=council.pk).count() == 1


@pytest.mark.django_db
def test_a_council_whose_key_does_not_unwrap_stops_the_rotation_and_keeps_what_it_has(settings: Any) -> None:
    council = CouncilFactory.create()
    case = sealed(council, 1)
    right = settings.KEY_ENCRYPTION_KEYS
    settings.KEY_ENCRYPTION_KEYS = [spelled("stranger", bytes(32))]
    with pytest.raises(CommandError, match="stays as it is: KEY_ENCRYPTION_KEYS has no key of the name"):
        call_command("rotate_keys")
    settings.KEY_ENCRYPTION_KEYS = right
    assert open_sealed(case)["summary"] == "text 1"


def read_while_rotating(rotations: int, readers: int) -> tuple[int, list[BaseException]]:
    """Renew keys again and again while threads read and seal; return reads, and what failed."""
    council = CouncilFactory.create()
    cases = [sealed(council, number) for number in range(20)]
    done, reads, failed = threading.Event(), [0] * readers, list[BaseException]()

    def read(reader: int) -> None:
        try:
            while not done.is_set():
                for number, case in enumerate(cases):
                    assert open_sealed(case)["summary"] == f"text {number}"
                    reads[reader] += 1
                assert open_sealed(sealed(council, 1))["summary"] == "text 1"
        except Exception as error:  # noqa: BLE001 - told by the thread that waits
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=read, args=[reader]) for reader in range(readers)]
    for thread in threads:
        thread.start()
    for _ in range(rotations):
        renew_keys()
    done.set()
    for thread in threads:
        thread.join()
    return sum(reads), failed


@pytest.mark.django_db(transaction=True)
def test_nobody_who_reads_or_writes_meanwhile_notices(settings: Any) -> None:
    settings.KEY_ENCRYPTION_KEYS = [spelled("next", bytes(range(1, 33))), *settings.KEY_ENCRYPTION_KEYS]
    reads, failed = read_while_rotating(rotations=5, readers=2)
    assert failed == []
    assert reads > 20
    assert set(CouncilKey.objects.values_list("wrapped_by", flat=True)) == {key_ring().current} == {"next"}


@pytest.mark.figures("keys renewed under load", only=True)
@pytest.mark.django_db(transaction=True)
def test_keys_are_renewed_under_load(record_figure: RecordFigure, settings: Any) -> None:
    [old] = settings.KEY_ENCRYPTION_KEYS
    settings.KEY_ENCRYPTION_KEYS = [spelled("next", bytes(range(1, 33))), old]
    reads, failed = read_while_rotating(rotations=60, readers=4)
    assert failed == []
    wrapped = DataKey.objects.count()
    settings.KEY_ENCRYPTION_KEYS = [old]
    case = ChannelCase(council_id=Council.objects.get().pk, pk=DataKey.objects.first().pk, sealed_version=1)
    with pytest.raises(CannotOpen) as refused:
        seal(case, summary="x")
    record_figure(
        "keys renewed under load",
        {"reads": reads, "failed": 0, "rotations": 60, "keys wrapped anew": wrapped},
        control=f"with the old key alone: {refused.value}",
    )
