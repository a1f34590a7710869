"""A form of evidence that is sent again: it opens nothing that was closed meanwhile."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from prevent_portal.accounts.enums import Role
from prevent_portal.documents.models import DocumentUse
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.documents.things import KIND, Things, board, things, upload
from tests.factories import CouncilFactory, member

__all__ = ["things"]
pytestmark = pytest.mark.django_db


def test_a_form_sent_again_hangs_nothing_that_one_may_no_longer_read(client: Client, things: Things) -> None:
    council = CouncilFactory.create(slug="barnet")
    sign_in(client, member(council, Role.COORDINATOR))
    item, own = board(council, "Asked of somebody else later"), board(council, "Own board")
    sent = {"token": str(uuid.uuid4()), "title": "", "file": upload()}
    address = f"/c/barnet/evidence/attach/{KIND}"
    assert client.post(f"{address}/{item.pk}/file/", sent).status_code == 302
    things.hidden.add(item.pk)
    sent["file"] = upload()
    assert client.post(f"{address}/{own.pk}/file/", sent).status_code == 404
    with service_scope(council=council):
        assert [use.object_id for use in DocumentUse.objects.all()] == [item.pk]
