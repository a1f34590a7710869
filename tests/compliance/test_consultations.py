"""An officer whose advice is sought reads and writes one section of a report, and nothing else of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import Consultation, Report, ReportSection, SectionComment
from compliance.policies import PolicyError
from compliance.queries.reports import content_of
from compliance.services.consultations import (
    answer_advice,
    include_advice,
    seek_advice,
    withdraw_request,
    write_advice,
)
from compliance.services.reports import freeze
from compliance.services.section_comments import add_comment
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.outbox.models import Email
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.dates import british_date
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.report_blocks import Block, Column
from tests.accounts.sessions import sign_in
from tests.compliance.reports import Committee, committee
from tests.factories import give_role, member

pytestmark = pytest.mark.django_db

SECRET = "Sentence that no adviser on law may read"


@pytest.fixture
def board() -> Committee:
    return committee()


def adviser_of(one: Committee) -> User:
    return member(one.council, Role.CONSULTEE)


def sought(one: Committee, section: ReportSection, person: User, **fields: object) -> Consultation:
    with service_scope(council=one.council):
        return seek_advice(
            section=section, by=one.author, person=person, **{"title": "Director of Law", **fields}
        )


def advice_page(one: Committee, consultation: Consultation | None = None, ending: str = "") -> str:
    return f"/c/{one.council.slug}/advice/" + (f"{consultation.pk}/{ending}" if consultation else "")


def section_page(one: Committee, section: ReportSection, ending: str = "") -> str:
    return f"/c/{one.council.slug}/reports/{section.report_id}/sections/{section.pk}/{ending}"


def test_advice_is_sought_given_and_included_on_the_pages(board: Committee) -> None:
    """The whole way, with its two e-mails, its due items and the lines of the audit trail."""
    report = board.open()
    section = board.sections(report)["legal"]
    adviser = adviser_of(board)
    author, law = sign_in(Client(), board.author), sign_in(Client(), adviser)

    form = author.get(section_page(board, section, "advice/"))
    assert adviser.name in form.text
    due = timezone.localdate() + timedelta(days=7)
    data = {
        "title": " Director  of Law ",
        "person": adviser.pk,
        "due_on_day": due.day,
        "due_on_month": due.month,
        "due_on_year": due.year,
    }
    asked = author.post(section_page(board, section, "advice/"), data, follow=True)
    assert "Advice is sought from" in asked.text
    assert "Waits for advice" in asked.text
    assert author.post(section_page(board, section, "advice/"), data).status_code == 302, "sent twice"
    with service_scope(council=board.council):
        consultation = Consultation.objects.get()
    assert (consultation.title, consultation.due_on) == ("Director of Law", due)
    letter = Email.objects.get(recipient=adviser.email)
    assert letter.subject == f"Prevent Portal: your advice on report {report.reference}"
    assert advice_page(board, consultation) in letter.text
    for words in (report.title, section.heading, "Director", adviser.name):
        assert words not in letter.text

    assert "Give advice on the section" in law.get("/my-work/").text
    assert section.heading in law.get(advice_page(board)).text
    page = law.get(advice_page(board, consultation))
    assert "needed by" in page.text
    assert "section 26" in page.text.lower()
    saved = law.post(
        advice_page(board, consultation), {"narrative": "The duty is met.", "version": 1}, follow=True
    )
    assert f"“{section.heading}” saved." in saved.text
    law.post(advice_page(board, consultation, "comments/"), {"text": "See the Act."})
    words = {"narrative": "The duty is met today.", "version": 2, "given": "yes"}
    stale = law.post(advice_page(board, consultation), {**words, "version": 1})
    assert stale.status_code == 409
    assert "Give advice on the section" in law.get("/my-work/").text, "nothing is given by what was not kept"
    given = law.post(advice_page(board, consultation), words, follow=True)
    assert "your advice is given" in given.text
    law.post(advice_page(board, consultation), words)
    assert "Give advice on the section" not in law.get("/my-work/").text
    told = Email.objects.get(recipient=board.author.email)
    assert section_page(board, section) in told.text
    assert "The duty is met" not in told.text

    assert "Take the advice in" in author.get("/my-work/").text
    read = author.get(section_page(board, section)).text
    assert "The duty is met today." in read
    assert "See the Act." in read
    author.post(section_page(board, section, f"advice/{consultation.pk}/include/"))
    today = british_date(timezone.localdate())
    assert f"Included on {today}" in author.get(section_page(board, section)).text
    refused = author.post(section_page(board, section, f"advice/{consultation.pk}/withdraw/"), follow=True)
    assert "included already" in refused.text
    with service_scope(council=board.council):
        ReportSection.objects.filter(pk=section.pk).update(kind="audit_trail")
        [trail] = [
            part
            for one in content_of(board.council, board.fresh(report))["sections"]
            for part in one["parts"]
            if part["kind"] == "audit_trail"
        ]
        actions = [event.action for event in Event.objects.filter(action__contains="advice").order_by("at")]
    assert trail["consultation"] == [["Director of Law", f"Yes, {today}", f"Yes, {today}"]]
    assert actions == ["compliance.advice_sought", "compliance.advice_given", "compliance.advice_included"]


def test_an_adviser_reaches_their_section_and_nothing_else_in_either_council(board: Committee) -> None:
    """Other sections, the report, its preview, documents and API, other advisers' pages, other councils."""
    neighbour = committee()
    reports = {one.council.pk: one.open() for one in (board, neighbour)}
    adviser = adviser_of(board)
    sections = board.sections(reports[board.council.pk])
    theirs = neighbour.sections(reports[neighbour.council.pk])
    with service_scope(council=board.council):
        ReportSection.objects.filter(pk=sections["why"].pk).update(narrative=SECRET)
        add_comment(section=sections["legal"], by=board.author, text=SECRET)
    with service_scope(council=neighbour.council):
        ReportSection.objects.filter(report=reports[neighbour.council.pk]).update(narrative=SECRET)
    own = sought(board, sections["legal"], adviser)
    colleagues = sought(board, sections["resources"], adviser_of(board), title="Treasurer")
    abroad = sought(neighbour, theirs["legal"], adviser_of(neighbour))
    client = sign_in(Client(), adviser)

    page = client.get(advice_page(board, own))
    assert page.status_code == 200
    for words in (SECRET, sections["why"].heading, reports[board.council.pk].title):
        assert words not in page.text
    probed = client.post(
        advice_page(board, own), {"narrative": "Are there 412 anywhere?", "version": 1}, follow=True
    )
    assert "is in no table" not in probed.text, "else a number could be asked of other sections' tables"
    listed = client.get(advice_page(board)).text
    assert sections["legal"].heading in listed
    assert f"advice/{colleagues.pk}" not in listed

    report = f"/c/{board.council.slug}/reports/{reports[board.council.pk].pk}/"
    closed = [
        f"/c/{board.council.slug}/reports/",
        *(report + ending for ending in ("", "preview/", "header/", "freeze/", "final/", "version-1.pdf")),
        section_page(board, sections["legal"]),
        section_page(board, sections["why"]),
        section_page(board, sections["legal"], "versions/"),
        section_page(board, sections["legal"], "comments/"),
        section_page(board, sections["legal"], "advice/"),
        f"/api/v1{report}",
        f"/api/v1{report}renditions/",
        f"/api/v1/c/{board.council.slug}/reports/",
        advice_page(board, colleagues),
        advice_page(board, colleagues, "comments/"),
        advice_page(board, abroad),
        advice_page(neighbour, abroad),
        advice_page(neighbour, own),
        advice_page(neighbour),
    ]
    for address in closed:
        assert client.get(address).status_code == 404, address
    for address in (
        advice_page(board, colleagues),
        advice_page(board, colleagues, "comments/"),
        advice_page(board, abroad, "comments/"),
        section_page(board, sections["legal"]),
        section_page(board, sections["legal"], "comments/"),
        section_page(board, sections["legal"], f"advice/{own.pk}/include/"),
        section_page(board, sections["legal"], f"advice/{own.pk}/withdraw/"),
    ):
        posted = client.post(address, {"narrative": "Mine.", "version": 1, "text": "Mine.", "given": "yes"})
        assert posted.status_code == 404, address
    with service_scope(council=board.council):
        assert not Consultation.objects.exclude(answered_at=None, included_on=None).exists()
        assert not SectionComment.objects.filter(text="Mine.").exists()


def test_a_request_ends_with_its_withdrawal_its_role_and_the_report(board: Committee) -> None:
    report = board.open()
    sections = board.sections(report)
    adviser = adviser_of(board)
    client = sign_in(Client(), adviser)
    one, two = sought(board, sections["legal"], adviser), sought(board, sections["resources"], adviser)
    author = sign_in(Client(), board.author)
    author.post(section_page(board, sections["legal"], f"advice/{one.pk}/withdraw/"))
    assert client.get(advice_page(board, one)).status_code == 404
    assert "Taken back" in author.get(section_page(board, sections["legal"])).text
    with service_scope(council=board.council):
        for step in (
            lambda: write_advice(
                consultation=one, by=adviser, narrative="Late.", none_identified=False, version=1
            ),
            lambda: answer_advice(consultation=one, by=adviser),
            lambda: include_advice(consultation=one, by=board.author),
        ):
            with pytest.raises(PolicyError, match="taken back"):
                step()
        assert withdraw_request(consultation=one, by=board.author).withdrawn_at is not None
    again = sought(board, sections["legal"], adviser)
    assert again.pk != one.pk, "who was asked before can be asked anew"
    assert client.get(advice_page(board, two)).status_code == 200
    with service_scope(council=board.council):
        freeze(report=report, by=board.author)
        Report.objects.filter(pk=report.pk).update(
            state=ReportState.FINAL, final_by=member(board.council, Role.COORDINATOR)
        )
    page = client.get(advice_page(board, two)).text
    assert "This report is final" in page
    assert "Save the section" not in page
    refused = client.post(advice_page(board, two), {"narrative": "Late.", "version": 1, "given": "yes"})
    assert "This report is final" in refused.text
    assert "Give advice on the section" not in client.get("/my-work/").text
    with service_scope(council=board.council):
        assert Consultation.objects.get(pk=two.pk).answered_at is None
        assert ReportSection.objects.get(pk=sections["resources"].pk).narrative != "Late."
    with service_scope(council=board.council):
        adviser.memberships.update(revoked_at=timezone.now())
    assert client.get(advice_page(board, two)).status_code == 404


def test_who_may_be_asked_and_for_what(board: Committee) -> None:
    report = board.open()
    sections = board.sections(report)
    adviser = adviser_of(board)
    councillor = member(board.council, Role.COUNCILLOR)
    abroad = adviser_of(committee())
    for person, fields, words in (
        (board.author, {}, "Ask somebody else"),
        (councillor, {}, "may not advise"),
        (abroad, {}, "may not advise"),
        (adviser, {"title": "  "}, "Enter the office"),
        (adviser, {"due_on": date(2018, 1, 1)}, "today or later"),
    ):
        with pytest.raises(PolicyError, match=words):
            sought(board, sections["legal"], person, **fields)
    first = sought(board, sections["legal"], adviser)
    assert sought(board, sections["legal"], adviser).pk == first.pk
    with pytest.raises(PolicyError, match="asked for advice on this section already"):
        sought(board, sections["legal"], adviser, title="Somebody else")
    with service_scope(council=board.council):
        with pytest.raises(PolicyError, match="Somebody else was asked"):
            answer_advice(consultation=first, by=member(board.council, Role.CONSULTEE))
        with pytest.raises(PolicyError, match="has not given advice yet"):
            include_advice(consultation=first, by=board.author)
        ReportSection.objects.filter(pk=sections["papers"].pk).update(kind="audit_trail")
        trail = ReportSection.objects.select_related("report").get(pk=sections["papers"].pk)
    with pytest.raises(PolicyError, match="The portal makes the audit trail"):
        sought(board, trail, adviser)
    page = sign_in(Client(), board.author).get(section_page(board, sections["legal"], "advice/")).text
    assert adviser.name in page
    assert councillor.name not in page
    assert abroad.name not in page


def test_author_and_adviser_on_one_section_lose_nothing(board: Committee) -> None:
    section = board.sections(board.open())["legal"]
    adviser = adviser_of(board)
    consultation = sought(board, section, adviser)
    author, law = sign_in(Client(), board.author), sign_in(Client(), adviser)
    author.post(section_page(board, section), {"narrative": "The author's.", "version": 1})
    stale = law.post(advice_page(board, consultation), {"narrative": "The lawyer's.", "version": 1})
    assert stale.status_code == 409
    assert "The author&#x27;s." in stale.text
    assert "The lawyer&#x27;s." in stale.text
    again = law.post(advice_page(board, consultation), {"narrative": "Both.", "version": 2})
    assert again.status_code == 302


def test_an_adviser_leaves_the_exemption_as_it_is(board: Committee) -> None:
    section = board.sections(board.open())["legal"]
    adviser = adviser_of(board)
    consultation = sought(board, section, adviser)
    with service_scope(council=board.council):
        ReportSection.objects.filter(pk=section.pk).update(exempt_paragraph=5, exempt_reason="Advice.")
    client = sign_in(Client(), adviser)
    data = {"narrative": "Words.", "version": 1, "exempt_paragraph": "", "exempt_reason": ""}
    assert client.post(advice_page(board, consultation), data).status_code == 302
    fresh = board.sections(board.fresh(section.report))["legal"]
    assert (fresh.narrative, fresh.exempt_paragraph, fresh.exempt_reason) == ("Words.", 5, "Advice.")


def test_an_adviser_reads_no_frozen_table_that_is_for_a_named_audience(board: Committee) -> None:
    report = board.open()
    section = board.sections(report)["legal"]
    adviser = adviser_of(board)
    consultation = sought(board, section, adviser)
    of_boards, of_all = (
        Block(
            key, title, [Column("What is counted"), Column("Figure")], [["Referrals", figure]], "Releases",
            report.period_end, not_public=reason,
        )
        for key, title, figure, reason in (
            ("channel_figures_boards", "Released to boards", "about 35", "It is for boards."),
            ("sessions", "Sessions", "1,007", ""),
        )
    )  # fmt: skip
    with service_scope(council=board.council):
        frozen = freeze(report=report, by=board.author)
        frozen.snapshot["legal"] = [of_boards.as_json(), of_all.as_json()]
        frozen.save(update_fields=["snapshot"])
    author = sign_in(Client(), board.author).get(section_page(board, section)).text
    assert [words in author for words in ("about 35", "1,007")] == [True, True]
    advised = sign_in(Client(), adviser).get(advice_page(board, consultation)).text
    assert [words in advised for words in ("about 35", "Released to boards", "1,007")] == [False, False, True]


def test_the_lists_ask_as_many_questions_for_many_requests_as_for_one(board: Committee) -> None:
    adviser = adviser_of(board)
    give_role(adviser, board.council, Role.SAFETY_OFFICER)
    client = sign_in(Client(), adviser)
    sections = board.sections(board.open())
    sought(board, sections["legal"], adviser)

    def count() -> list[int]:
        found = []
        for address in (advice_page(board), "/my-work/"):
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found.append(len(asked))
        return found

    one = count()
    later = board.sections(board.open(Quarter(2018, 4)))
    for key in ("why", "risk", "after"):
        sought(board, sections[key], adviser)
        sought(board, later[key], adviser)
    assert count() == one


def test_nobody_asked_sees_an_empty_list_and_readers_no_page(board: Committee) -> None:
    assert (
        "Nobody asked for your advice yet"
        in sign_in(Client(), adviser_of(board)).get(advice_page(board)).text
    )
    reader = sign_in(Client(), member(board.council, Role.BOARD_MEMBER))
    assert reader.get(advice_page(board)).status_code == 404
