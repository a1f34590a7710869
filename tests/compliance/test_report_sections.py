"""A section's page: what is kept from the public, comments, earlier texts, and numbers to look at again."""

from __future__ import annotations

import pytest
from django.test import Client

from compliance.models import ReportSection, SectionComment, SectionRevision
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.report_obstacles import obstacles_of, warnings_of
from compliance.queries.reports import content_of, sections_of
from compliance.services.report_sections import Exemption, write_section
from compliance.services.section_comments import add_comment, settle_comment
from compliance.texts import exempt_information
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.scope import service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.reports import Committee, committee
from tests.factories import member

pytestmark = pytest.mark.django_db

NOT_RELEASED = "and is no released figure that this report prints."


@pytest.fixture
def board() -> Committee:
    return committee()


@pytest.fixture
def client(board: Committee) -> Client:
    return sign_in(Client(), board.author)


def page(one: Committee, section: ReportSection, ending: str = "") -> str:
    return f"/c/{one.council.slug}/reports/{section.report_id}/sections/{section.pk}/{ending}"


def write(one: Committee, section: ReportSection, narrative: str, **fields: object) -> ReportSection:
    given = {"by": one.author, "none_identified": False, "version": section.version, **fields}
    with service_scope(council=one.council):
        return write_section(section=section, narrative=narrative, **given)


def test_a_section_is_kept_from_the_public_with_its_paragraph_and_a_reason(
    board: Committee, client: Client
) -> None:
    section = board.sections(board.open())["why"]
    shown = client.get(page(board, section)).text
    for number, words in exempt_information.PARAGRAPHS.items():
        assert f"Exempt, paragraph {number}: {words[0].lower()}{words[1:]}" in shown
    data = {"narrative": "Prices.", "version": 1, "exempt_paragraph": "3"}
    refused = client.post(page(board, section), data)
    assert "Enter why the public interest is in keeping this section from the public." in refused.text
    assert client.post(page(board, section), {**data, "exempt_paragraph": "8"}).status_code == 200
    lone = client.post(page(board, section), {**data, "exempt_paragraph": "", "exempt_reason": "A tender."})
    assert "Select the paragraph of Schedule 12A that the reason is about." in lone.text
    assert board.sections(section.report)["why"].version == 1, "nothing was half stored"
    data["exempt_reason"] = "It would harm a tender."
    assert client.post(page(board, section), data).status_code == 302
    kept = board.sections(section.report)["why"]
    assert (kept.exempt_paragraph, kept.exempt_reason) == (3, "It would harm a tender.")
    assert 'value="3" selected' in client.get(page(board, section)).text
    assert write(board, kept, "Prices.").version == 2, "words alone leave it as it is"
    with pytest.raises(StaleVersion) as stale:
        write(board, kept, "Prices.", version=1, exemption=Exemption())
    assert [(one.theirs, one.yours) for one in stale.value.differences] == [
        ("Prices.", "Prices."),
        ("Exempt: paragraph 3. It would harm a tender.", "Public"),
    ]
    with pytest.raises(PolicyError, match="paragraphs 1 to 7"):
        write(board, kept, "Prices.", exemption=Exemption(8, "Why."))
    opened = write(board, kept, "Prices.", exemption=Exemption())
    assert (opened.exempt_paragraph, opened.exempt_reason, opened.version) == (None, "", 3)
    with service_scope(council=board.council):
        events = Event.objects.filter(action__startswith="compliance.report_section_").order_by("at")
        assert [event.action.removeprefix("compliance.report_section_") for event in events] == [
            "written",
            "exempted",
            "written",
            "opened",
        ]


def test_comments_are_added_settled_and_never_printed(board: Committee, client: Client) -> None:
    report = board.open()
    section, other = board.sections(report)["why"], board.sections(report)["after"]
    colleague = member(board.council, Role.COORDINATOR)
    with service_scope(council=board.council):
        theirs = add_comment(section=section, by=colleague, text="Say <b>why</b>.\r\nPlease.")
        assert add_comment(section=section, by=colleague, text="Say <b>why</b>.\nPlease.").pk == theirs.pk
        elsewhere = add_comment(section=other, by=colleague, text="Elsewhere.")
    assert client.post(page(board, section, "comments/"), {"text": "Done."}).status_code == 302
    shown = client.get(page(board, section)).text
    assert "Say &lt;b&gt;why&lt;/b&gt;.<br>Please." in shown
    assert "Done." in shown
    assert "Elsewhere." not in shown
    assert "Enter a comment" in client.post(page(board, section, "comments/"), {"text": " "}).text
    assert "Comment on" in client.get(page(board, section, "comments/")).text
    client.post(page(board, section, f"comments/{theirs.pk}/settle/"))
    client.post(page(board, section, f"comments/{theirs.pk}/settle/"))
    assert "Settled by" in client.get(page(board, section)).text
    wrong = client.post(page(board, section, f"comments/{elsewhere.pk}/settle/"))
    assert wrong.status_code == 404, "a comment is not reached through another section"
    with service_scope(council=board.council):
        assert "Done." not in str(content_of(board.council, report))
        assert Event.objects.filter(action="compliance.report_comment_settled").count() == 1
        assert SectionComment.objects.get(pk=theirs.pk).settled_by == board.author
        settled = settle_comment(comment=SectionComment.objects.get(pk=theirs.pk), by=colleague)
        assert settled.settled_by == board.author
        with pytest.raises(PolicyError, match="Enter a comment"):
            add_comment(section=section, by=colleague, text=" ")


def test_two_texts_are_compared_in_words_and_an_old_one_is_copied_not_restored(
    board: Committee, client: Client
) -> None:
    section = board.sections(board.open())["why"]
    assert "Only one text so far" in client.get(page(board, section, "versions/")).text
    write(board, section, "One trust is below.")
    write(board, board.sections(section.report)["why"], "Two trusts are below <b>it</b>.")
    shown = client.get(page(board, section, "versions/")).text
    assert "From version 2 to version 3" in shown
    assert "4 words were removed, 5 words added." in shown
    assert "<del>" in shown
    assert "[Removed: </span>One trust is below.<" in shown
    assert "Two trusts are below &lt;b&gt;it&lt;/b&gt;." in shown
    earlier = client.get(page(board, section, "versions/?before=1&after=2")).text
    assert "From version 1 to version 2" in earlier
    assert "The two texts say the same" in client.get(page(board, section, "versions/?before=3&after=3")).text
    for wrong in ("?before=x&after=2", "?before=99", "?after=%00"):
        assert client.get(page(board, section, f"versions/{wrong}")).status_code == 200
    copied = client.get(page(board, section, "?copy=2"))
    assert "One trust is below.</textarea>" in copied.text
    assert "holds version 2" in copied.text
    assert "holds version" not in client.get(page(board, section, "?copy=77")).text
    with service_scope(council=board.council):
        assert ReportSection.objects.get(pk=section.pk).narrative.startswith("Two"), "nothing is restored"
        assert SectionRevision.objects.filter(section=section).count() == 3


def test_numbers_to_look_at_again_stand_on_the_sections_page_the_preview_and_the_report(
    board: Committee, client: Client
) -> None:
    report = board.open()
    sections = board.sections(report)
    write(board, sections["why"], "412 people came. There were 3 referrals.")
    write(board, sections["after"], "77 chairs.")
    home = f"/c/{board.council.slug}/reports/{report.pk}/"
    for address, words in ((page(board, sections["why"]), 1), (f"{home}preview/", 2), (home, 2)):
        shown = client.get(address).text
        assert "“412” in Why this report is needed is in no table of this report." in shown
        assert "“3” in Why this report is needed is about Channel cases" in shown
        assert ("“77”" in shown) is (words == 2)
    reader = sign_in(Client(), member(board.council, Role.AUDITOR))
    assert "is in no table" not in reader.get(f"{home}preview/").text
    with service_scope(council=board.council):
        content = content_of(board.council, board.fresh(report))
        obstacles = obstacles_of(content, sections_of(report))
        assert [line for line in obstacles if line.startswith("“3”")] == [
            f"“3” in {sections['why'].heading} is about Channel cases, {NOT_RELEASED}"
        ]
        assert "“77” in After the decision is in no table of this report." in warnings_of(report, content)


def test_a_sections_pages_are_closed_to_readers_and_to_other_councils(
    board: Committee, client: Client
) -> None:
    neighbour = committee()
    own, theirs = board.sections(board.open())["why"], neighbour.sections(neighbour.open())["why"]
    reader = sign_in(Client(), member(board.council, Role.AUDITOR))
    for ending in ("", "versions/", "comments/", "advice/"):
        assert client.get(page(board, own, ending)).status_code == 200
        assert reader.get(page(board, own, ending)).status_code == 404
        assert client.get(page(board, theirs, ending)).status_code == 404
        assert client.get(page(neighbour, theirs, ending)).status_code == 404
        assert client.post(page(neighbour, theirs, ending), {"text": "x"}).status_code in {404, 405}
