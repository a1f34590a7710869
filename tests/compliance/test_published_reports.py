"""Final reports are archived for members, and their public edition is published for everybody."""

from __future__ import annotations

import hashlib

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.enums import ReportEdition, ReportFormat
from compliance.models import Publication, Report, ReportRendition, ReportSection, ReportVersion, SignOff
from compliance.policies import PolicyError
from compliance.queries.due import reports_to_publish
from compliance.queries.publications import slug_of
from compliance.queries.report_editions import exempt_content, public_content
from compliance.queries.reports import content_of
from compliance.services.publications import publish, withdraw
from compliance.services.renditions import request_rendition
from compliance.services.reports import correct, finalise, freeze
from prevent_portal.accounts.access import own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import items_of
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from prevent_portal.web import report_blocks
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.report_blocks import Block, Column
from tests.accounts.sessions import sign_in
from tests.compliance.reports import Q3, Committee, committee
from tests.factories import member

pytestmark = pytest.mark.django_db

SECRET = "Words that are kept from the public"
REASON = "Because the public interest says so"


@pytest.fixture
def board() -> Committee:
    return committee()


@pytest.fixture
def neighbour() -> Committee:
    return committee()


def store_files(one: Committee, report: Report) -> ReportRendition:
    """The files of the final version, as its job would have stored them."""
    with service_scope(council=one.council):
        version = ReportVersion.objects.filter(report=report).order_by("-number")[0]
        for edition in ReportEdition:
            for kind in ReportFormat:
                data = f"%PDF- {edition} {kind} of {one.council.name} {report.reference}".encode()
                ReportRendition.objects.create(
                    council=one.council, version=version, edition=edition, format=kind, content=data,
                    size=len(data), sha256=hashlib.sha256(data).hexdigest(), renderer="none",
                )  # fmt: skip
        return ReportRendition.objects.get(version=version, edition="public", format="pdf")


def make_final(one: Committee, report: Report) -> Report:
    """A final report of a council whose order names nobody who signs, with its files."""
    one.write_everything(report)
    with service_scope(council=one.council):
        SignOff.objects.filter(report=report).delete()
        if one.fresh(report).as_at is None:
            freeze(report=report, by=one.author)
        final = finalise(report=report, by=member(one.council, Role.COORDINATOR))
    store_files(one, final)
    return final


def with_a_secret(one: Committee, report: Report) -> Report:
    """The report with one exempt section."""
    with service_scope(council=one.council):
        section = ReportSection.objects.get(report=report, key="why")
        section.narrative, section.exempt_paragraph, section.exempt_reason = SECRET, 3, REASON
        section.save(update_fields=["narrative", "exempt_paragraph", "exempt_reason"])
    return report


def published(one: Committee, quarter: Quarter = Q3) -> tuple[Report, Publication]:
    report = make_final(one, with_a_secret(one, one.open(quarter)))
    with service_scope(council=one.council):
        return report, publish(report=report, by=one.author)


def waiting_to_publish(person: User) -> list[tuple[str, str]]:
    with own_councils_scope(user_id=person.pk):
        items = items_of([reports_to_publish], own_access(person), timezone.localdate())
    return [(item.reference, item.href) for item in items]


def page(one: Committee, report: Report, ending: str = "") -> str:
    return f"/c/{one.council.slug}/reports/{report.pk}/{ending}"


def public(one: Committee, ending: str = "") -> str:
    return f"/published/{one.council.slug}/{ending}"


HERE = "health-and-wellbeing-board/2018-19-q3/"


# Editions -----------------------------------------------------------------------------------------


def test_the_public_edition_leaves_out_what_is_exempt_and_the_exempt_one_holds_only_that(
    board: Committee,
) -> None:
    report = board.open()
    with service_scope(council=board.council):
        whole = content_of(board.council, report)
        assert exempt_content(whole) is None
        kept = {one["key"]: one["parts"] for one in public_content(whole)["sections"]}
        assert kept["why"] == next(one["parts"] for one in whole["sections"] if one["key"] == "why")
        with_a_secret(board, report)
        content = content_of(board.council, board.fresh(report))
    exempt, everybodys = exempt_content(content), public_content(content)
    assert exempt is not None
    assert SECRET in str(exempt)
    assert REASON in str(exempt)
    assert exempt["sections"][0]["key"] == "why"
    assert {section["level"] for section in exempt["sections"][1:]} == {2}, (
        "what is below it is exempt with it"
    )
    assert SECRET not in str(everybodys)
    assert REASON not in str(everybodys)
    assert [section["number"] for section in everybodys["sections"]] == [
        section["number"] for section in content["sections"]
    ]
    [own] = [section for section in everybodys["sections"] if section["key"] == "why"]
    assert own["heading"] == "Why this report is needed"
    assert own["parts"][0]["text"].startswith("Exempt: paragraph 3 of Schedule 12A")
    assert SECRET in str(content), "the content that was given is left as it was"


def test_who_reads_what_is_exempt(board: Committee) -> None:
    report = make_final(board, with_a_secret(board, board.open()))
    with service_scope(council=board.council):
        version, _job, _created = request_rendition(report=report, by=board.author)
    number = version.number
    api = f"/api/v1{page(board, report)}"
    for role, reads in ((Role.DEMOCRATIC_SERVICES, True), (Role.COUNCILLOR, False)):
        client = sign_in(Client(), member(board.council, role))
        for address in (
            page(board, report, "preview/"),
            page(board, report, f"versions/{number}/"),
            api,
            f"{api}versions/{number}/",
        ):
            answer = client.get(address)
            assert answer.status_code == 200
            assert [words in answer.text for words in (SECRET, REASON)] == [reads, reads], (role, address)
        assert SECRET not in client.get(page(board, report)).text
        for address in (
            page(board, report, f"version-{number}-exempt.docx"),
            f"{api}versions/{number}/exempt/docx/",
        ):
            assert client.get(address).status_code == (200 if reads else 404), (role, address)
        assert client.get(page(board, report, f"version-{number}.docx")).status_code == 200
        assert client.get(page(board, report, f"version-{number}.exe")).status_code == 404
        [final] = [one for one in client.get(f"{api}versions/").json() if one["is_final"]]
        assert len(final["files"]) == (6 if reads else 3)
        assert client.get(final["files"][0]["address"]).content.startswith(b"%PDF- public pdf of")


def test_a_draft_version_stays_with_those_who_read_drafts(board: Committee) -> None:
    report = with_a_secret(board, board.frozen())
    author = sign_in(Client(), board.author)
    author.post(page(board, report, "files/"))
    store_files(board, report)
    readers = [
        (Role.AUDITOR, 200),
        (Role.COUNCILLOR, 404),
        (Role.DEMOCRATIC_SERVICES, 404),
        (Role.BOARD_MEMBER, 404),
    ]
    api = f"/api/v1{page(board, report)}"
    for role, status in readers:
        client = sign_in(Client(), member(board.council, role))
        for address in (
            page(board, report, "versions/1/"),
            page(board, report, "version-1.pdf"),
            page(board, report, "version-1-exempt.xlsx"),
            f"{api}versions/",
            f"{api}versions/1/",
            f"{api}versions/1/public/pdf/",
        ):
            assert client.get(address).status_code == status, (role, address)


# Publishing ---------------------------------------------------------------------------------------


def test_only_a_final_report_with_its_file_is_published_once_by_those_who_may(board: Committee) -> None:
    report = board.open()
    services = sign_in(Client(), member(board.council, Role.DEMOCRATIC_SERVICES))
    author = sign_in(Client(), board.author)
    assert (
        "Only a final report is published" in author.post(page(board, report, "publish/"), follow=True).text
    )
    board.sign_everything(report)
    with service_scope(council=board.council):
        finalise(report=report, by=member(board.council, Role.COORDINATOR))
    early = services.post(page(board, report, "publish/"), follow=True)
    assert "The report’s PDF is not made yet" in early.text or "PDF is not made yet" in early.text
    assert waiting_to_publish(board.author) == []
    store_files(board, report)
    assert waiting_to_publish(board.author) == [(report.reference, page(board, report, "publish/"))]
    reader = sign_in(Client(), member(board.council, Role.CABINET_MEMBER))
    assert reader.post(page(board, report, "publish/")).status_code == 404
    assert "anybody can read without signing in" in services.get(page(board, report, "publish/")).text
    assert "The report is published." in services.post(page(board, report, "publish/"), follow=True).text
    assert "published already" in services.post(page(board, report, "publish/"), follow=True).text
    assert "Read it as the public does" in services.get(page(board, report)).text
    assert waiting_to_publish(board.author) == []
    assert reader.post(page(board, report, "withdraw/"), {"reason": "x"}).status_code == 404


def test_figures_that_were_frozen_before_the_council_decided_to_publish_none_are_not_published(
    board: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 8 of the product: none for the public unless the council has switched them on."""
    figures = Block(
        "channel_figures_public", "Channel cases: figures released to the public",
        [Column("What is counted"), Column("Figure")], [["Referrals", "20"]], "Released figures", Q3.end,
    )  # fmt: skip
    report = board.open()
    with service_scope(council=board.council):
        frozen = freeze(report=report, by=board.author)
        frozen.snapshot["why"] = [figures.as_json()]
        frozen.save(update_fields=["snapshot"])
        final = make_final(board, report)
        with pytest.raises(PolicyError) as refused:
            publish(report=final, by=board.author)
        assert str(refused.value) == (
            "“Why this report is needed” holds “Channel cases: figures released to the public”. The council "
            "publishes no figures about Channel cases. Correct the report without it, and publish the "
            "correction."
        )
        assert not Publication.objects.exists()
        monkeypatch.setitem(report_blocks._withholdings, "channel_figures_public", lambda council: "")
        assert publish(report=final, by=board.author).content["sections"]


def test_the_database_publishes_only_the_public_pdf_of_a_final_version_and_keeps_it(board: Committee) -> None:
    report, publication = published(board)
    other = make_final(board, with_a_secret(board, board.open(Quarter(2018, 4))))
    with service_scope(council=board.council):
        files = ReportRendition.objects.filter(version__report=other)
        of_another = ReportRendition.objects.get(pk=publication.rendition_id)
        forbidden = [*files.exclude(edition="public", format="pdf"), of_another]
        assert len(forbidden) == 6
        for rendition in forbidden:
            with pytest.raises(IntegrityError), transaction.atomic():
                Publication.objects.create(
                    council=board.council, report=other, rendition=rendition, committee_slug="c",
                    period_slug="p", title="t", committee="c", period_start=other.period_start,
                    period_end=other.period_end, content={}, published_by=board.author,
                )  # fmt: skip
        for change in (
            lambda: Publication.objects.filter(pk=publication.pk).update(title="Other"),
            lambda: Publication.objects.filter(pk=publication.pk).delete(),
        ):
            with pytest.raises(IntegrityError, match="only be withdrawn"), transaction.atomic():
                change()
        withdraw(publication=publication, by=board.author, reason="x")
        with pytest.raises(PolicyError, match="withdrawn already"):
            withdraw(publication=publication, by=board.author, reason="x")
        with pytest.raises(PolicyError, match="Correct it, and publish the correction"):
            publish(report=report, by=board.author)


# Public pages -------------------------------------------------------------------------------------


def test_anybody_reads_what_is_published_without_session_or_cookie(
    board: Committee, neighbour: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, publication = published(board)
    published(neighbour, Quarter(2017, 1))
    anybody = Client()
    listed = anybody.get(public(board))
    assert "Prevent: quarterly update" in listed.text
    assert public(board, HERE) in listed.text
    assert neighbour.council.name not in listed.text
    shown = anybody.get(public(board, HERE))
    assert "Why this report is needed" in shown.text
    assert "Exempt: paragraph 3 of Schedule 12A" in shown.text
    for words in (SECRET, REASON, "Sign out", "My work", "csrfmiddlewaretoken"):
        assert words not in shown.text
    document = anybody.get(public(board, f"{HERE}1/report.pdf"))
    assert document.content == f"%PDF- public pdf of {board.council.name} {report.reference}".encode()
    assert document.headers["Content-Type"] == "application/pdf"
    for answer in (listed, shown, document):
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert not answer.cookies
    signed_in = sign_in(Client(), board.author)
    # Every page notes in the session that the person is active, as one does each minute.
    monkeypatch.setattr("prevent_portal.accounts.sessions.SEEN_NOTED_EVERY", 0)
    assert signed_in.get(page(board, report)).cookies
    same = signed_in.get(public(board, HERE))
    assert not same.cookies
    assert "Cookie" not in same.headers.get("Vary", "")
    assert same.content == shown.content, "the same for everybody"
    assert same.headers["Cache-Control"] == "public, max-age=300"
    assert publication.ordinal == 1
    for address in (public(board), public(board, HERE)):
        assert anybody.post(address).status_code in {403, 405}


def test_everything_else_is_a_404_to_everybody(board: Committee, neighbour: Committee) -> None:
    published(board)
    published(neighbour, Quarter(2017, 1))
    assert Client().get(public(board, HERE)).status_code == 200
    for ending in (
        "../nowhere/",
        "health-and-wellbeing-board/",
        "health-and-wellbeing-board/2018-19-q4/",
        "cabinet/2018-19-q3/",
        f"{HERE}2/",
        f"{HERE}2/report.pdf",
        f"{HERE}1/report.docx",
        f"{HERE}1/exempt.pdf",
        "health-and-wellbeing-board/2017-18-q1/",
    ):
        assert Client().get(public(board, ending)).status_code == 404, ending


def test_a_council_that_publishes_nothing_has_an_empty_page_and_an_unknown_one_none(board: Committee) -> None:
    make_final(board, board.open())
    assert "Nothing is published yet" in Client().get(public(board)).text
    assert Client().get(public(board, HERE)).status_code == 404
    assert Client().get("/published/nobody/").status_code == 404


def test_a_correction_takes_the_same_address_and_withdrawing_it_takes_what_it_corrected(
    board: Committee,
) -> None:
    report, first = published(board)
    with service_scope(council=board.council):
        corrected = correct(report=report, by=board.author, correction="The share was 84.7.")
    make_final(board, corrected)
    with service_scope(council=board.council):
        second = publish(report=corrected, by=board.author)
    assert (first.period_slug, second.period_slug) == ("2018-19-q3", "2018-19-q3")
    assert (first.ordinal, second.ordinal) == (1, 2)
    anybody = Client()
    now = anybody.get(public(board, HERE)).text
    assert "The share was 84.7." in now
    assert f'href="{public(board, HERE)}1/"' in now
    before = anybody.get(public(board, f"{HERE}1/")).text
    assert "This report was corrected afterwards" in before
    assert "The share was 84.7." not in before
    assert anybody.get(public(board, f"{HERE}1/report.pdf")).content != anybody.get(
        public(board, f"{HERE}2/report.pdf")
    ).content  # fmt: skip
    assert anybody.get(public(board)).text.count(f'href="{public(board, HERE)}"') == 1
    client = sign_in(Client(), board.author)
    asked = client.post(page(board, corrected, "withdraw/")).text
    assert "Enter why the report is withdrawn" in asked
    assert "govuk-button--warning" in asked
    done = client.post(page(board, corrected, "withdraw/"), {"reason": "A name was in it"}, follow=True)
    assert "The report is withdrawn" in done.text
    assert "A name was in it" in done.text
    for ending in (HERE, f"{HERE}1/", f"{HERE}2/", f"{HERE}1/report.pdf", f"{HERE}2/report.pdf"):
        assert anybody.get(public(board, ending)).status_code == 404
    assert client.get(page(board, corrected, "withdraw/")).status_code == 404


def test_nothing_is_published_after_what_puts_it_right(board: Committee) -> None:
    report, _ = published(board)
    with service_scope(council=board.council):
        wrong = correct(report=report, by=board.author, correction="The share was 84.7.")
    make_final(board, wrong)
    with service_scope(council=board.council):
        right = correct(report=wrong, by=board.author, correction="The share was 84.8.")
    make_final(board, right)
    with service_scope(council=board.council):
        publish(report=right, by=board.author)
        with pytest.raises(PolicyError, match=f"{right.reference} puts this report right and was published"):
            publish(report=wrong, by=board.author)
    assert "The share was 84.8." in Client().get(public(board, HERE)).text


def test_a_second_report_to_a_committee_on_a_period_gets_an_address_of_its_own(board: Committee) -> None:
    published(board)
    other = board.open(Quarter(2018, 4))
    with service_scope(council=board.council):
        Report.objects.filter(pk=other.pk).update(period_start=Q3.start, period_end=Q3.end, schedule=None)
    make_final(board, board.fresh(other))
    with service_scope(council=board.council):
        assert publish(report=other, by=board.author).period_slug == "2018-19-q3-2"
    assert Client().get(public(board, "health-and-wellbeing-board/2018-19-q3-2/")).status_code == 200


# Archive ------------------------------------------------------------------------------------------


def titled(one: Committee, quarter: Quarter, title: str, committee_name: str) -> Report:
    report = one.open(quarter)
    with service_scope(council=one.council):
        Report.objects.filter(pk=report.pk).update(title=title, committee=committee_name)
    return make_final(one, one.fresh(report))


def test_the_archive_is_searched_by_title_committee_and_period(
    board: Committee, neighbour: Committee
) -> None:
    titled(board, Quarter(2018, 1), "Yearly review", "Cabinet")
    titled(board, Quarter(2018, 2), "Quarterly update", "Scrutiny panel")
    board.open(Quarter(2018, 3))
    titled(neighbour, Quarter(2018, 1), "Their review", "Cabinet")
    client = sign_in(Client(), member(board.council, Role.COUNCILLOR))
    here = f"/c/{board.council.slug}/reports/archive/"

    def found(query: str = "") -> list[str]:
        text = client.get(f"{here}{query}").text
        return [title for title in ("Yearly review", "Quarterly update", "Their review", "Prevent: q")
                if title in text.split("</form>")[-1]]  # fmt: skip

    assert found() == ["Yearly review", "Quarterly update"]
    assert found("?q=YEARLY") == ["Yearly review"]
    assert found("?q=scrutiny") == ["Quarterly update"]
    assert found("?q=nothing") == []
    assert found("?committee=Cabinet") == ["Yearly review"]
    assert found("?period=2018-19-q2") == ["Quarterly update"]
    assert found("?period=2018-19-q2&committee=Cabinet") == []
    for odd in ("?period=x", "?period=2018-19-q9", "?q=%00", "?page=99&committee=No", "?q=" + "x" * 300):
        assert client.get(f"{here}{odd}").status_code == 200
    assert client.get(f"/c/{neighbour.council.slug}/reports/archive/").status_code == 404


def test_archive_and_public_list_ask_as_many_questions_for_three_reports_as_for_one(board: Committee) -> None:
    client = sign_in(Client(), board.author)

    def asked(who: Client, address: str) -> int:
        who.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert who.get(address).status_code == 200
        return len(queries)

    archive, everybody = f"/c/{board.council.slug}/reports/archive/", public(board)
    published(board)
    one = asked(client, archive), asked(Client(), everybody)
    for number in (1, 2):
        published(board, Quarter(2018, number))
    assert (asked(client, archive), asked(Client(), everybody)) == one
    assert one[0] <= 26
    assert one[1] <= 12


def test_a_period_that_is_no_quarter_is_named_by_its_days() -> None:
    assert slug_of(Q3.start, Q3.end) == "2018-19-q3"
    assert slug_of(Quarter(2018, 1).start, Q3.end) == "2018-04-01-to-2018-12-31"
