"""A key that was destroyed stays destroyed when the key store itself comes back from a backup (RC-8)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections

from channel.models import ChannelCase
from prevent_portal.keys.models import DataKey
from prevent_portal.keys.refusals import KeyErased
from prevent_portal.keys.services.erasure import erase_key
from prevent_portal.keys.services.sealing import open_sealed, seal
from prevent_portal.tenancy.scope import service_scope
from tests.factories import CouncilFactory


@pytest.mark.django_db(transaction=True, databases=["default", "owner", "key_store", "key_store_owner"])
def test_a_restored_key_store_forgets_again_what_it_had_forgotten(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone, kept = [], []
    for slug in ("barnet", "southwark"):
        council = CouncilFactory.create(slug=slug)
        for cases in (gone, kept):
            case = ChannelCase(pk=uuid4(), council_id=council.pk, council=council)
            seal(case, summary=f"text of {slug}")
            cases.append(case)
    backup = list(DataKey.objects.all())
    for case in gone:
        with service_scope(council=case.council):
            erase_key(row=case)
    with connections["key_store_owner"].cursor() as cursor:
        cursor.execute("TRUNCATE keys_datakey")
    DataKey.objects.bulk_create(backup)
    assert open_sealed(gone[0]) == {
        "summary": "text of barnet", "national_reference": "", "owner_now": "",
    }, "the control: the backup brought the key back"  # fmt: skip
    for said in ("2 keys had come back", "0 keys had come back"):
        call_command("erase_keys_again")
        assert capsys.readouterr().out == f"{said} and are destroyed again; the trail knows of 2.\n"
    for case in gone:
        with pytest.raises(KeyErased):
            open_sealed(case)
    assert [open_sealed(case)["summary"] for case in kept] == ["text of barnet", "text of southwark"]


def test_without_the_owners_login_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {name: value for name, value in settings.DATABASES.items() if name != "owner"}
    monkeypatch.setattr(settings, "DATABASES", without)
    with pytest.raises(CommandError, match="set DATABASE_OWNER_URL"):
        call_command("erase_keys_again")
