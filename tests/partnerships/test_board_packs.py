"""Board packs: one accessible PDF of agenda, last minutes and papers, for whoever may read them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator

import pikepdf
import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pikepdf import Name

from partnerships.access.meetings import pack_file_for, packs_seen
from partnerships.enums import PackEdition
from partnerships.models import BoardPack, BoardPackFile, Meeting
from partnerships.pack_pages import NoPages, Sheet, lay_pages, page_count
from partnerships.pack_process import TooMuchToDraw, lay_pages_apart
from partnerships.policies.refusals import PartnershipRefused
from partnerships.services.board_packs import pack_content, permitted, request_pack, store, work
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.handlers import CannotBeDone, NotPermitted
from prevent_portal.outbox.models import Job
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import council_scope, service_scope
from prevent_portal.web.pdf import render_pdf
from tests.accounts.sessions import sign_in
from tests.documents.things import xlsx
from tests.factories import CouncilFactory, member
from tests.partnerships.board_factories import join
from tests.partnerships.meeting_factories import attach, attend, group, minute, paper, plan
from tests.printed import pages_of, text_of
from tests.web.pdf_rules import problems_in

pytestmark = pytest.mark.django_db


def ignore_progress(percent: int, step: str) -> None:
    pass


def every(entries: Iterable[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    """The bookmarks of a PDF and those below them, in order."""
    for entry in entries:
        yield entry
        yield from every(entry.children)


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
    attach(paper(following, "Figures"), by, xlsx(), "figures.xlsx", marking="official", confirmed=True)
    paper(following, "Not yet there")
    paper(following, "Secret", audience="named", readers=[by])
    return following


def test_a_pack_is_one_accessible_pdf_with_contents_numbers_marking_and_papers(
    client: Client, two_pages: bytes
) -> None:
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
        "Paper 3: Figures",
        "Not in the pack: Figures (Excel workbook) is not a PDF.",
        "Paper 4: Not yet there",
        "This paper was not there when the pack was made.",
        "2 papers are not in this edition",
        "Words of the first page",
        "Words of the second page",
    ):
        assert expected in words, expected
    assert "Secret" not in words
    assert "Budget" not in words
    numbers = [f"Page {number} of {pages}" in page for number, page in enumerate(pages_of(content), start=1)]
    assert numbers == [True] * pages
    with pikepdf.open(io.BytesIO(content)) as pdf:
        outline = [str(entry.title) for entry in every(pdf.open_outline().root)]
        assert [title for title in outline if title.startswith("Paper")] == [
            "Paper 1: Local risk",
            "Paper 3: Figures",
            "Paper 4: Not yet there",
        ]
        links = [link.Dest for link in pdf.pages[0].Annots if "/Dest" in link]
        assert [str(name) for name in links] == ["agenda", "before", "paper-1", "paper-3", "paper-4"]
    sign_in(client, coordinator)
    response = client.get(reverse("pack-download", args=[council.slug, file.pk]))
    assert (response.status_code, response.content) == (200, content)
    sign_in(client, member(CouncilFactory.create(), Role.COORDINATOR))
    assert client.get(reverse("pack-download", args=[council.slug, file.pk])).status_code == 404


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
        "everyone": ["Local risk", "Figures", "Not yet there"],
        "board": ["Local risk", "Budget", "Figures", "Not yet there"],
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


@pytest.fixture(scope="module")
def one_sheet() -> bytes:
    """A pack's page with the figure of a sheet, as the renderer draws it."""
    return render_pdf(
        html='<html><head><link rel="stylesheet" href="asset:report.css"></head><body><h1>Pack</h1>'
        '<section class="sheet"><h2>Paper 1</h2><div class="sheet__page"><svg '
        'xmlns="http://www.w3.org/2000/svg" width="10" height="10" viewBox="0 0 10 10" role="img" '
        'aria-label="Paper 1"><title>Paper 1</title><rect width="10" height="10" fill="#ffffff"/></svg></div>'
        "</section></body></html>",
        title="Pack",
        marking="",
        created=timezone.now(),
    )


def test_a_paper_s_page_is_drawn_into_its_figure_without_tags_of_its_own(
    one_sheet: bytes, two_pages: bytes
) -> None:
    laid, pages = lay_pages(one_sheet, [two_pages], [Sheet(0, 1)])
    assert pages == 2
    assert problems_in(laid) == []
    with pikepdf.open(io.BytesIO(laid)) as pdf:
        page = pdf.pages[1]
        (drawing,) = page.Resources.XObject.values()
        assert not {str(one.operator) for one in pikepdf.parse_content_stream(drawing)} & {
            "BDC",
            "BMC",
            "EMC",
        }
        marks = [one.operands for one in pikepdf.parse_content_stream(page) if str(one.operator) == "BDC"]
        assert str(marks[-1][0]) == "/Figure"
        tags = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        owner = tags[tags.index(page.StructParents) + 1][int(marks[-1][1].MCID)]
        assert (str(owner.S), str(owner.Alt), int(owner.K[-1])) == ("/Figure", "Paper 1", marks[-1][1].MCID)


def test_a_paper_s_page_stands_upright_in_the_middle_of_its_figure(
    one_sheet: bytes, two_pages: bytes
) -> None:
    laid, _ = lay_pages(one_sheet, [two_pages], [Sheet(0, 1)])
    with pikepdf.open(io.BytesIO(laid)) as pdf:
        (name,) = pdf.pages[1].Resources.XObject.keys()
        kept: list[pikepdf.Matrix] = []
        now = pikepdf.Matrix()
        for operands, operator in pikepdf.parse_content_stream(pdf.pages[1]):
            match str(operator):
                case "q":
                    kept.append(now)
                case "Q":
                    now = kept.pop()
                case "cm":
                    now = pikepdf.Matrix(*(float(number) for number in operands)) @ now
                case "Do" if str(operands[0]) == name:
                    break
    share = 205 / 297
    left, bottom = (20 + (170 - 210 * share) / 2) * 72 / 25.4, 24 * 72 / 25.4
    assert (now.a, now.b, now.c, now.d) == pytest.approx((share, 0, 0, share), abs=0.001)
    assert (now.e, now.f) == pytest.approx((left, bottom), abs=0.5)


def test_a_pack_claims_to_be_a_file_to_keep_only_if_its_papers_do(one_sheet: bytes, two_pages: bytes) -> None:
    def changed(change: Callable[[pikepdf.Pdf], object]) -> bytes:
        with pikepdf.open(io.BytesIO(two_pages)) as pdf:
            change(pdf)
            stream = io.BytesIO()
            pdf.save(stream)
            return stream.getvalue()

    def claims_nothing(pdf: pikepdf.Pdf) -> None:
        with pdf.open_metadata() as metadata:
            del metadata["pdfaid:part"]

    def is_for_print(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OutputIntents[0].DestOutputProfile.N = 4

    for content, claim in ((two_pages, "3"), (changed(claims_nothing), None), (changed(is_for_print), None)):
        laid, _ = lay_pages(one_sheet, [content], [Sheet(0, 0)])
        with pikepdf.open(io.BytesIO(laid)) as pdf:
            assert pdf.open_metadata().get("pdfaid:part") == claim
            assert pdf.open_metadata().get("pdfuaid:part") == "1"


def test_what_is_stamped_on_a_page_is_printed_with_it(one_sheet: bytes) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 200))
        stamp = pdf.make_stream(b"0 0 10 10 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 10, 10])
        note = pikepdf.Dictionary(
            Type=Name.Annot, Subtype=Name.Stamp, Rect=[0, 0, 10, 10], F=4, AP={"/N": stamp}
        )
        pdf.pages[0].Annots = pdf.make_indirect([pdf.make_indirect(note)])
        stream = io.BytesIO()
        pdf.save(stream)
    laid, _ = lay_pages(one_sheet, [stream.getvalue()], [Sheet(0, 0)])
    with pikepdf.open(io.BytesIO(laid)) as pdf:
        (drawing,) = pdf.pages[1].Resources.XObject.values()
        (inner,) = drawing.Resources.XObject.values()
        assert "re" in {str(one.operator) for one in pikepdf.parse_content_stream(inner)}


def test_a_file_that_is_no_pdf_has_no_pages() -> None:
    with pytest.raises(NoPages):
        page_count(b"%PDF-1.7 nothing")
    with pytest.raises(NoPages):
        lay_pages(b"%PDF-1.7 nothing", [], [])


def drawn_with(content: bytes) -> bytes:
    """A PDF of one page that draws this."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 200))
        pdf.pages[0].Contents = pdf.make_stream(content)
        stream = io.BytesIO()
        pdf.save(stream, compress_streams=True)
        return stream.getvalue()


def test_a_small_file_that_unpacks_to_an_endless_page_ends_its_own_process_alone(one_sheet: bytes) -> None:
    content = drawn_with(b"0 0 m 1 1 l S\n" * 2_000_000)
    assert len(content) < 100_000
    with pytest.raises(TooMuchToDraw, match="Take some of them out of the pack"):
        lay_pages_apart(one_sheet, [content], [Sheet(0, 0)], seconds=1)


def test_the_process_apart_lays_the_same_pack_and_says_what_it_cannot_read(
    one_sheet: bytes, two_pages: bytes
) -> None:
    apart, pages = lay_pages_apart(one_sheet, [two_pages], [Sheet(0, 1)])
    here, _ = lay_pages(one_sheet, [two_pages], [Sheet(0, 1)])
    assert (pages, text_of(apart)) == (2, text_of(here))
    assert problems_in(apart) == []
    for content in (b"%PDF-1.7 nothing", drawn_with(b"(no end")):
        with pytest.raises(NoPages) as said:
            lay_pages_apart(one_sheet, [content], [Sheet(0, 5)])
        assert not isinstance(said.value, TooMuchToDraw)


def test_papers_that_are_too_large_together_are_refused_before_they_fill_the_memory(
    two_pages: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    (meeting,) = plan(group(council), -9)
    attach(paper(meeting), coordinator, two_pages)
    monkeypatch.setattr("partnerships.services.board_packs.MOST_BYTES", len(two_pages) - 1)
    with pytest.raises(CannotBeDone, match="The papers are too large together"):
        pack_of(meeting, coordinator)
