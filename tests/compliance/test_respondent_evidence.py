"""Evidence of checklist items, as people of partners meet it: files, and no names but their own."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from compliance.models import ItemAnswer
from compliance.queries.answers import ITEM_EVIDENCE
from compliance.services.assignments import assign_items
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.documents.models import Document
from prevent_portal.documents.services.documents import attach_file
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.answers import answer_of
from tests.compliance.rounds import make_round
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db
JSON: dict[str, Any] = {"content_type": "application/json"}


class Scene:
    """Two partners are asked for S-05 and S-06; on S-05 hangs a file of each of three people."""

    def __init__(self) -> None:
        self.council: Council = CouncilFactory.create()
        self.coordinator = member(self.council, Role.COORDINATOR, name="Coordinator of Alder")
        self.partner = member(self.council, Role.PARTNER_LEAD, name="Lead of the Trust")
        self.other = member(self.council, Role.PARTNER_SUBMITTER, name="Lead of the College")
        self.assessment = make_round(self.council, self.coordinator)
        self.own, self.foreign = self._ask("S-05", self.partner), self._ask("S-06", self.other)
        self.mine = self._hang(self.partner, "Hospitals asked")
        self.theirs = self._hang(self.coordinator, "Minutes of the board")
        self.neighbours = self._hang(self.other, "Shared before by the College")

    def _ask(self, ref: str, person: User) -> ItemAnswer:
        with service_scope(council=self.council):
            answer = answer_of(self.council, ref)
            assign_items(
                assessment=self.assessment, by=self.coordinator, answer_ids=[answer.pk], owner=person
            )
            return answer

    def _hang(self, by: User, title: str) -> Document:
        with service_scope(council=self.council):
            return attach_file(
                council=self.council,
                by=by,
                upload=SimpleUploadedFile("asked.csv", b"hospital,asked\nNorth,yes\n"),
                title=title,
                kind=ITEM_EVIDENCE,
                object_id=self.own.pk,
            )


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_partner_reads_evidence_and_no_name_but_their_own(scene: Scene) -> None:
    partner = sign_in(Client(), scene.partner)
    page, api = f"/c/{scene.council.slug}/evidence/", f"/api/v1/c/{scene.council.slug}/documents/"
    addresses = [
        page,
        api,
        f"{page}{scene.mine.pk}/change/",
        *(f"{base}{one.pk}/" for base in (page, api) for one in (scene.mine, scene.theirs, scene.neighbours)),
    ]
    for address in addresses:
        answer = partner.get(address)
        assert answer.status_code == 200, address
        for hidden in (scene.coordinator.name, scene.other.name):
            assert hidden not in answer.content.decode(), (address, hidden)
    assert "The council" in partner.get(f"{page}{scene.theirs.pk}/").content.decode()
    assert partner.get(f"{api}{scene.theirs.pk}/").json()["owner_id"] is None
    reader = sign_in(Client(), member(scene.council, Role.BOARD_MEMBER))
    assert scene.other.name in reader.get(f"{page}{scene.neighbours.pk}/").content.decode()


def test_a_partner_gives_their_document_to_nobody_else(scene: Scene) -> None:
    partner = sign_in(Client(), scene.partner)
    one = f"/api/v1/c/{scene.council.slug}/documents/{scene.mine.pk}/"
    answers = [
        partner.patch(one, {"version": 1, "owner_id": key}, **JSON)
        for key in (scene.coordinator.pk, scene.other.pk, 10**9)
    ]
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
    changed = partner.patch(one, {"version": 1, "owner_id": scene.partner.pk, "title": "Ours"}, **JSON)
    assert changed.json()["owner"] == scene.partner.name
    sent = {"title": "Ours again", "version": 2, "owner": scene.coordinator.pk}
    page = f"/c/{scene.council.slug}/evidence/{scene.mine.pk}/change/"
    assert partner.post(page, sent).status_code == 302
    with service_scope(council=scene.council):
        kept = Document.objects.get(pk=scene.mine.pk)
    assert (kept.title, kept.owner_id) == ("Ours again", scene.partner.pk)
