"""Board packs: one accessible PDF of agenda, last minutes and papers, for whoever may read them."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.access.meetings import pack_file_for, packs_seen
from partnerships.enums import PackEdition
from partnerships.models import BoardPack, BoardPackFile, Meeting
from partnerships.pack_pages import NoPages, Sheet, lay_pages, page_count
from partnerships.policies.refusals import PartnershipRefused
from partnerships.services.board_packs import MOST_PAGES, pack_content, permitted, request_pack, store, work
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.handlers import NotPermitted
from prevent_portal.outbox.models import Job
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from prevent_portal.web.pdf import render_pdf
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import join
from tests.partnerships.meeting_factories import attach, attend, group, minute, paper, plan
from tests.printed import text_of
from tests.web.pdf_rules import problems_in

pytestmark = pytest.mark.django_db


def ignore_progress(percent: int, step: str) -> None:
    pass


@pytest.fixture(scope="module")
def two_pages() -> bytes:
    """An accessible PDF of two pages, as the portal itself makes them."""
    return render_pdf(
        html='<html><head><link rel="stylesheet" href="asset:report.css"></head><body><h1>Risk</h1>'
        '<p>Words of the first page</p><p style="break-before: page">Words of the second page</p>'
        "</body></html>",
        title="Risk",
        marking="",
        created=timezone.now(),
    )


def pack_of(meeting: Meeting, by: User, edition: str = "everyone") -> BoardPackFile:
    """The pack as a worker makes it, but in this process."""
    with service_scope(council=meeting.council):
        pack, job, _ = request_pack(meeting=meeting, by=by, edition=edition)
        permitted(job)
        store(job, work(job, ignore_progress))
        return BoardPackFile.objects.get(council=meeting.council, pack=pack)


def prepared(council: Council, by: User, content: bytes) -> Meeting:
    """A meeting to come, after one that was held and minuted, with a paper of two pages and others."""
    board = group(council, "Delivery Group")
    last, following = plan(board, 30, -30)
    attend(last)
    minute(last, "## Projects\n\nThe project was **noted**.\n\n- One line")
    one = paper(following, "Local risk")
    attach(one, by, content, marking="official_sensitive", confirmed=True)
    paper(following, "Budget", audience="board")
    paper(following, "Not yet there")
    paper(following, "Secret", audience="named", readers=[by])
    return following


def test_a_pack_is_one_accessible_pdf_with_contents_numbers_marking_and_papers(two_pages: bytes) -> None:
    council = CouncilFactory.create(name="Barnet")
    coordinator = member(council, Role.COORDINATOR)
    meeting = prepared(council, coordinator, two_pages)
    file = pack_of(meeting, coordinator)
    content = bytes(file.pdf)
    assert problems_in(content) == []
    words = text_of(content)
    pages = page_count(content)
    assert file.pages == pages
    assert f"Page {pages} of {pages}" in words
    for expected in (
        "Delivery Group",
        "OFFICIAL-SENSITIVE",
        "Contents",
        "Minutes of the last meeting and actions",
        "The project was",
        "Paper 1: Local risk",
        "Paper 3: Not yet there",
        "This paper was not there when the pack was made.",
        "2 papers are not in this edition",
        "Words of the first page",
        "Words of the second page",
    ):
        assert expected in words, expected
    assert "Secret" not in words
    assert "Budget" not in words


def test_a_board_s_edition_holds_its_papers_and_never_those_of_named_readers(two_pages: bytes) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    meeting = prepared(council, coordinator, two_pages)
    with service_scope(council=council):
        held = {
            edition: [
                one["title"] for item in pack_content(meeting, edition)["agenda"] for one in item["papers"]
            ]
            for edition in PackEdition
        }
    assert held == {
        "everyone": ["Local risk", "Not yet there"],
        "board": ["Local risk", "Budget", "Not yet there"],
    }


def test_asked_again_without_a_change_there_is_one_pack_and_a_change_makes_the_next(two_pages: bytes) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    meeting = prepared(council, coordinator, two_pages)
    with service_scope(council=council):
        first, job, new = request_pack(meeting=meeting, by=coordinator, edition="everyone")
        assert (first.number, new) == (1, True)
        assert request_pack(meeting=meeting, by=coordinator, edition="everyone") == (first, job, False)
    paper(meeting, "One more")
    with service_scope(council=council):
        second, _, new = request_pack(meeting=meeting, by=coordinator, edition="everyone")
        assert (second.number, new) == (2, True)


def test_only_who_reads_an_edition_makes_it_and_only_while_they_do(two_pages: bytes) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    administrator = member(council, Role.ADMINISTRATOR)
    meeting = prepared(council, coordinator, two_pages)
    with service_scope(council=council):
        for person, edition in ((administrator, "board"), (member(council, Role.AUDITOR), "everyone")):
            with pytest.raises(PartnershipRefused, match="only of papers that you may read"):
                request_pack(meeting=meeting, by=person, edition=edition)
        _, job, _ = request_pack(meeting=meeting, by=coordinator, edition="board")
        Job.objects.filter(council=council, pk=job.pk).update(requested_by=administrator)
        with pytest.raises(NotPermitted):
            permitted(Job.objects.get(council=council, pk=job.pk))


def test_a_pack_is_read_by_its_edition_and_a_joint_board_s_council_reads_that_for_everybody(
    two_pages: bytes,
) -> None:
    council, city, other = (CouncilFactory.create(name=name) for name in ("County", "City", "Other"))
    coordinator = member(council, Role.COORDINATOR)
    meeting = prepared(council, coordinator, two_pages)
    join(meeting.board, city)
    files = {}
    with service_scope(council=council):
        for edition in PackEdition:
            pack = BoardPack.objects.create(
                council=council, meeting=meeting, edition=edition, number=1, content={}, sha256="0" * 64
            )
            files[edition.value] = BoardPackFile.objects.create(
                council=council, pack=pack, pdf=b"%PDF", size=4, pages=1, sha256="0" * 64, renderer="x"
            )

    def reads(person: User, where: Council) -> set[str]:
        found = set()
        with council_scope(user_id=person.pk, council=where):
            access = council_access(person, where)
            for edition, file in files.items():
                try:
                    pack_file_for(access, file.pk)
                except Http404:
                    continue
                found.add(edition)
            if found:
                assert {pack.edition for pack in packs_seen(access, meeting)} == found
        return found

    assert reads(coordinator, council) == {"everyone", "board"}
    assert reads(member(council, Role.ADMINISTRATOR), council) == {"everyone"}
    assert reads(member(council, Role.BOARD_MEMBER), council) == {"everyone"}, "sits on no board"
    assert reads(member(city, Role.COORDINATOR), city) == {"everyone"}
    assert reads(member(other, Role.COORDINATOR), other) == set()


def test_a_paper_s_own_tags_and_fonts_stay_out_of_the_pack_s_claims(two_pages: bytes) -> None:
    plain = pikepdf.new()
    plain.add_blank_page(page_size=(842, 595))
    untagged = io.BytesIO()
    plain.save(untagged)
    laid, pages = lay_pages(two_pages, [two_pages], [Sheet(0, 1)])
    assert pages == 2
    with pikepdf.open(io.BytesIO(laid)) as pdf:
        assert pdf.open_metadata().get("pdfaid:part") == "3"
        drawing = next(iter(pdf.pages[1].Resources.XObject.values()))
        operators = {str(one.operator) for one in pikepdf.parse_content_stream(drawing)}
        assert not operators & {"BDC", "BMC", "EMC"}
    laid, _ = lay_pages(two_pages, [untagged.getvalue()], [Sheet(0, 0)])
    with pikepdf.open(io.BytesIO(laid)) as pdf:
        assert pdf.open_metadata().get("pdfaid:part") is None, "the paper makes no such promise"
    with pytest.raises(NoPages):
        page_count(b"%PDF-1.7 nothing")
    assert MOST_PAGES == 400


def test_a_pack_is_downloaded_as_it_was_made(client: Client, two_pages: bytes) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    file = pack_of(prepared(council, coordinator, two_pages), coordinator)
    sign_in(client, coordinator)
    response = client.get(reverse("pack-download", args=[council.slug, file.pk]))
    assert (response.status_code, response.content) == (200, bytes(file.pdf))
    sign_in(client, member(CouncilFactory.create(), Role.COORDINATOR))
    assert client.get(reverse("pack-download", args=[council.slug, file.pk])).status_code == 404
