"""Reports are signed in the council's order, and a signature counts while the report says the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import Report, ReportVersion, SectionComment, SignOff
from compliance.policies import PolicyError
from compliance.queries.due import reports_to_sign
from compliance.queries.report_changes import changes_since_freezing
from compliance.queries.reports import content_of
from compliance.queries.sign_offs import Standing, possible_signatories, standing_of
from compliance.services.report_sections import change_header, write_section
from compliance.services.reports import correct, finalise, freeze, take_changes, thaw
from compliance.services.sign_offs import hand_in, name_signatory, sign
from prevent_portal.accounts.access import own_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import items_of
from prevent_portal.outbox.models import Email
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from prevent_portal.web import report_blocks
from prevent_portal.web.quarters import Quarter
from tests.accounts.sessions import sign_in
from tests.compliance.reports import Committee, committee
from tests.factories import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Committee:
    return committee()


@pytest.fixture
def neighbour() -> Committee:
    return committee()


def page(one: Committee, report: Report, ending: str = "") -> str:
    return f"/c/{one.council.slug}/reports/{report.pk}/{ending}"


def standing(one: Committee, report: Report) -> Standing:
    with service_scope(council=one.council):
        fresh = Report.objects.select_related("council").get(pk=report.pk)
        return standing_of(fresh, content_of(one.council, fresh))


def states(one: Committee, report: Report) -> list[str]:
    return [place.state for place in standing(one, report).places]


def in_scope(one: Committee, work: Callable[[], object]) -> object:
    with service_scope(council=one.council):
        return work()


def refused(one: Committee, words: str, work: Callable[[], object]) -> None:
    with service_scope(council=one.council), pytest.raises(PolicyError, match=words), transaction.atomic():
        work()


def reword(one: Committee, report: Report, words: str) -> None:
    section = one.sections(report)["why"]
    with service_scope(council=one.council):
        write_section(
            section=section, by=one.author, narrative=words, none_identified=False, version=section.version
        )


def letters(to: User) -> list[str]:
    return list(
        Email.objects.filter(recipient=to.email).order_by("created_at").values_list("subject", flat=True)
    )


# In order -----------------------------------------------------------------------------------------


def test_a_report_is_handed_in_signed_in_order_and_then_made_final(board: Committee) -> None:
    report = board.open()
    assert [place.sign_off.title for place in standing(board, report).places] == [
        "Author", "Lead officer", "Cabinet member",
    ]  # fmt: skip
    assert states(board, report) == ["next", "later", "later"]
    first, second = board.ready_to_sign(report)
    third = member(board.council, Role.COORDINATOR)
    refused(board, "has not handed the report in", lambda: sign(report=report, by=first, sha256="x"))
    refused(board, "The author hands the report in", lambda: hand_in(report=report, by=third))
    version = in_scope(board, lambda: hand_in(report=report, by=board.author))
    assert isinstance(version, ReportVersion)
    assert states(board, report) == ["signed", "next", "later"]
    refused(board, "handed in already", lambda: hand_in(report=report, by=board.author))
    refused(
        board,
        "“Lead officer” signs before you",
        lambda: sign(report=report, by=second, sha256=version.sha256),
    )
    refused(board, "not one of those who sign", lambda: sign(report=report, by=third, sha256=version.sha256))
    refused(
        board,
        "not one of those who sign",
        lambda: sign(report=report, by=board.author, sha256=version.sha256),
    )
    refused(board, "has changed since you opened", lambda: sign(report=report, by=first, sha256="x"))
    in_scope(board, lambda: sign(report=report, by=first, sha256=version.sha256))
    refused(board, "signed this report already", lambda: sign(report=report, by=first, sha256=version.sha256))
    assert states(board, report) == ["signed", "signed", "next"]
    refused(
        board,
        "This place is signed",
        lambda: name_signatory(report=report, position=1, person=third, by=board.author),
    )
    refused(
        board,
        "not signed what the report says now: “Cabinet member”",
        lambda: finalise(report=report, by=third),
    )
    in_scope(board, lambda: sign(report=report, by=second, sha256=version.sha256))
    assert standing(board, report).is_complete
    in_scope(board, lambda: finalise(report=report, by=third))
    assert states(board, report) == ["signed", "signed", "signed"]
    with service_scope(council=board.council):
        assert SignOff.objects.filter(report=report, sha256=version.sha256).count() == 3
        kept = ReportVersion.objects.filter(report=report).order_by("-number")[0]
        assert (kept.state, kept.content["status"]) == (ReportState.FINAL, "Final")
        assert content_of(board.council, Report.objects.get(pk=report.pk)) == kept.content


def test_the_audit_trail_prints_the_signatures_that_count() -> None:
    board = committee(shape="cabinet")
    report = board.open()
    signatories = board.sign_everything(report)
    today = timezone.localdate()
    day = f"{today.day} {today:%B %Y}"

    def printed() -> list[list[str]]:
        with service_scope(council=board.council):
            content = content_of(board.council, board.fresh(report))
        [trail] = [
            part
            for section in content["sections"]
            for part in section["parts"]
            if part["kind"] == "audit_trail"
        ]
        signatures: list[list[str]] = trail["signatures"]
        return signatures

    names = [board.author.name, *(person.name for person in signatories)]
    assert [line[1:] for line in printed()] == [[name, day] for name in names]
    section = next(iter(board.sections(report).values()))
    with service_scope(council=board.council):
        write_section(
            section=section, by=board.author, narrative="New.", none_identified=False, version=section.version
        )
    assert [line[1:] for line in printed()] == [[name, ""] for name in names]


def test_each_in_turn_gets_a_reference_and_a_link_and_nothing_else(
    board: Committee, neighbour: Committee
) -> None:
    report = board.open()
    first, second = board.ready_to_sign(report)
    version = in_scope(board, lambda: hand_in(report=report, by=board.author))
    assert (len(letters(first)), len(letters(second))) == (1, 0)
    with own_councils_scope(user_id=first.pk):
        [item] = items_of([reports_to_sign], own_access(first), date(2019, 1, 15))
        assert (item.reference, item.task, item.council) == (
            report.reference, "Read and sign the report", board.council,
        )  # fmt: skip
    with own_councils_scope(user_id=second.pk):
        assert not items_of([reports_to_sign], own_access(second), date(2019, 1, 15))
    letter = Email.objects.get(recipient=first.email)
    assert letter.subject == f"Prevent Portal: report {report.reference} waits for your signature"
    assert letter.text.count("\n") == 1
    assert page(board, report, "sign/") in letter.text
    assert report.title not in letter.subject + letter.text
    assert isinstance(version, ReportVersion)
    in_scope(board, lambda: sign(report=report, by=first, sha256=version.sha256))
    assert (len(letters(first)), len(letters(second))) == (1, 1)
    in_scope(board, lambda: sign(report=report, by=second, sha256=version.sha256))
    assert letters(board.author) == [
        f"Prevent Portal: report {report.reference} is signed by everybody",
    ]
    finaliser = member(board.council, Role.COORDINATOR)
    with own_councils_scope(user_id=finaliser.pk):
        items = items_of([reports_to_sign], own_access(finaliser), date(2019, 1, 15))
        assert [item.task for item in items] == ["Make the report final"]
    for nobody in (board.author, first, neighbour.author):
        with own_councils_scope(user_id=nobody.pk):
            items = items_of([reports_to_sign], own_access(nobody), date(2019, 1, 15))
            tasks = [item.task for item in items]
            assert tasks == (["Make the report final"] if nobody == first else [])
    assert mail.outbox == []


# A signature counts only while the report says the same --------------------------------------------


def test_a_change_ends_every_signature_and_taking_it_back_revives_them(board: Committee) -> None:
    report = board.open()
    board.sign_everything(report)
    before = board.sections(report)["why"].narrative
    reword(board, report, "Other words.")
    assert states(board, report) == ["changed", "changed", "changed"]
    assert standing(board, report).version is None
    colleague = member(board.council, Role.COORDINATOR)
    refused(board, "have not signed", lambda: finalise(report=report, by=colleague))
    reword(board, report, before)
    assert states(board, report) == ["signed", "signed", "signed"], "it says again what they signed"
    in_scope(board, lambda: change_header(report=report, by=board.author, header={"wards": "Two"}, version=1))
    assert states(board, report) == ["changed", "changed", "changed"]
    again = in_scope(board, lambda: hand_in(report=report, by=board.author))
    assert states(board, report) == ["signed", "changed", "changed"]
    place = standing(board, report).next
    assert place is not None
    assert place.sign_off.person is not None
    assert isinstance(again, ReportVersion)
    assert (again.number, place.signed_version) == (2, 1)
    person = place.sign_off.person
    shown = sign_in(Client(), person).get(page(board, report, "sign/")).text
    assert "What you sign" in shown
    assert "Version 2, handed in" in shown
    assert "Signed version 1 on" in shown
    assert "the report has changed since" in shown
    assert again.sha256[:12] in shown


def test_thawed_figures_end_signatures_and_a_draft_is_not_handed_in(board: Committee) -> None:
    report = board.open()
    board.ready_to_sign(report)
    in_scope(board, lambda: hand_in(report=report, by=board.author))
    in_scope(board, lambda: thaw(report=report, by=board.author))
    assert states(board, report) == ["changed", "later", "later"]
    refused(board, "Freeze the figures first", lambda: hand_in(report=report, by=board.author))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Figures of two tables that change when told to."""
    figures = {"one": 1, "two": 1}

    def provider(council: Council, start: date, end: date, as_at: date) -> list[report_blocks.Block]:
        return [
            report_blocks.Block(
                key=key,
                title=f"Table {key}",
                columns=[report_blocks.Column("What"), report_blocks.Column("How many", numeric=True)],
                rows=[["Returns", str(value)]],
                source="A test",
                as_at=as_at,
            )
            for key, value in figures.items()
        ]

    monkeypatch.setitem(report_blocks._providers, "test_figures", ("Test", provider))
    return figures


def test_changes_are_taken_table_by_table_only_when_the_author_says_so(
    board: Committee, counted: dict[str, int]
) -> None:
    report = board.open()
    with service_scope(council=board.council):
        section = board.sections(report)["why"]
        section.blocks = ["test_figures"]
        section.save(update_fields=["blocks"])
    board.sign_everything(report)

    def frozen() -> list[str]:
        return [block["rows"][0][1] for block in (board.fresh(report).snapshot or {})["why"]]

    with service_scope(council=board.council):
        Report.objects.filter(pk=report.pk).update(frozen_by=member(board.council, Role.COORDINATOR))
    counted.update(one=2, two=2)
    assert frozen() == ["1", "1"]
    assert states(board, report) == ["signed", "signed", "signed"]
    with service_scope(council=board.council):
        first, second = changes_since_freezing(board.council, board.fresh(report))
    client = sign_in(Client(), board.author)
    shown = client.get(page(board, report, "changes/")).text
    assert "“Returns”, How many: from “1” to “2”." in shown
    assert "Choose at least one table" in client.post(page(board, report, "changes/")).text
    assert frozen() == ["1", "1"]
    done = client.post(page(board, report, "changes/"), {"tables": second.key}, follow=True).text
    assert "1 table taken as of today." in done
    assert frozen() == ["1", "2"]
    assert states(board, report) == ["changed", "changed", "changed"]
    assert board.fresh(report).frozen_by == board.author, "whoever takes figures does not make them final"
    counted["one"] = 3
    again = client.post(page(board, report, "changes/"), {"tables": first.key}).text
    assert "have changed again since you opened this page" in again
    refused(board, "changed again", lambda: take_changes(report=report, keys=[first.key], by=board.author))
    assert frozen() == ["1", "2"]
    in_scope(board, lambda: thaw(report=report, by=board.author))
    refused(board, "not frozen", lambda: take_changes(report=report, keys=[first.key], by=board.author))
    assert client.get(page(board, report, "changes/")).status_code == 404


# Who may hold a place -----------------------------------------------------------------------------


def test_nobody_signs_twice_the_author_signs_nothing_later_and_outsiders_nothing(
    board: Committee, neighbour: Committee
) -> None:
    report = board.open()
    signatory = member(board.council, Role.BOARD_MEMBER)
    stranger = member(board.council, Role.COUNCILLOR)
    wrong = "Choose somebody else"

    def name(person: User, position: int) -> SignOff:
        return name_signatory(report=report, position=position, person=person, by=board.author)

    in_scope(board, lambda: name(signatory, 1))
    for person in (signatory, board.author, neighbour.author, stranger):
        refused(board, wrong, partial(name, person, 2))
    refused(board, "no such place", lambda: name(signatory, 9))
    with service_scope(council=board.council):
        assert signatory not in possible_signatories(board.fresh(report), 2)
        assert signatory in possible_signatories(board.fresh(report), 1)
    cabinet = member(board.council, Role.CABINET_MEMBER)
    in_scope(board, lambda: name(cabinet, 2))
    refused(board, wrong, lambda: name(cabinet, 0))
    colleague = member(board.council, Role.REPORT_AUTHOR)
    in_scope(board, lambda: name(colleague, 0))
    assert board.fresh(report).author_id == colleague.pk
    with service_scope(council=board.council), pytest.raises(IntegrityError), transaction.atomic():
        version = ReportVersion.objects.create(
            council=board.council, report=report, number=1, state="frozen", content={}, sha256="x",
            made_by=cabinet,
        )  # fmt: skip
        SignOff.objects.filter(report=report, position__gt=0).update(
            person=cabinet, signed_by=cabinet, signed_at=timezone.now(), version=version, sha256="x"
        )


def test_a_place_without_a_name_and_an_unwritten_section_keep_a_report_from_being_handed_in(
    board: Committee,
) -> None:
    report = board.frozen()
    refused(
        board,
        "Name who signs as “Lead officer”, “Cabinet member”",
        lambda: hand_in(report=report, by=board.author),
    )
    for position in (1, 2):
        person = member(board.council, Role.CABINET_MEMBER)
        in_scope(
            board,
            partial(name_signatory, report=report, position=position, person=person, by=board.author),
        )
    refused(board, "Write these sections first", lambda: hand_in(report=report, by=board.author))


def test_a_named_board_member_reads_that_draft_and_nothing_else(board: Committee) -> None:
    person = member(board.council, Role.BOARD_MEMBER)
    report, other = board.open(), board.open(Quarter(2018, 4))
    client = sign_in(Client(), person)
    assert client.get(page(board, report)).status_code == 404
    in_scope(board, lambda: name_signatory(report=report, position=1, person=person, by=board.author))
    listed = client.get(f"/c/{board.council.slug}/reports/").text
    assert str(report.pk) in listed
    assert str(other.pk) not in listed
    for ending in ("", "preview/", "sign/"):
        assert client.get(page(board, report, ending)).status_code == 200
        assert client.get(page(board, other, ending)).status_code == 404
    section = board.sections(report)["why"]
    for ending in ("header/", "freeze/", "hand-in/", "sign-off/1/", "final/", f"sections/{section.pk}/"):
        assert client.get(page(board, report, ending)).status_code == 404
    another = member(board.council, Role.BOARD_MEMBER)
    in_scope(board, lambda: name_signatory(report=report, position=1, person=another, by=board.author))
    assert client.get(page(board, report)).status_code == 404, "who is named no more reads no more"


# Sent back ----------------------------------------------------------------------------------------


def test_sent_back_words_stand_beside_the_section_and_all_sign_anew(board: Committee) -> None:
    report = board.open()
    first, second = board.ready_to_sign(report)
    version = in_scope(board, lambda: hand_in(report=report, by=board.author))
    assert isinstance(version, ReportVersion)
    in_scope(board, lambda: sign(report=report, by=first, sha256=version.sha256))
    section = board.sections(report)["why"]
    client = sign_in(Client(), second)
    assert "Choose a section" in client.post(page(board, report, "send-back/"), {"words": "x"}).text
    data = {"section": str(section.pk), "words": "Say which trust."}
    early = sign_in(Client(), first).post(page(board, report, "send-back/"), data)
    assert "signed this report already" in early.text
    assert "sent back" in client.post(page(board, report, "send-back/"), data, follow=True).text
    assert states(board, report) == ["next", "later", "later"]
    with service_scope(council=board.council):
        comment = SectionComment.objects.get(section=section)
        assert (comment.text, comment.by, comment.settled_at) == ("Say which trust.", second, None)
    assert letters(board.author) == [f"Prevent Portal: report {report.reference} was sent back"]
    assert "Say which trust." not in Email.objects.get(recipient=board.author.email).text
    assert "1 comment open" in sign_in(Client(), board.author).get(page(board, report)).text
    in_scope(board, lambda: hand_in(report=report, by=board.author))
    assert letters(first) == [f"Prevent Portal: report {report.reference} waits for your signature"] * 2


# Pages --------------------------------------------------------------------------------------------


def test_the_pages_take_a_report_from_frozen_to_final(board: Committee) -> None:
    report = board.frozen()
    board.write_everything(report)
    author = sign_in(Client(), board.author)
    assert "Who writes this report?" in author.get(page(board, report, "sign-off/0/")).text
    assert "Nobody here may do this yet" in author.get(page(board, report, "sign-off/1/")).text
    people = [member(board.council, Role.BOARD_MEMBER), member(board.council, Role.CABINET_MEMBER)]
    for position, person in enumerate(people, start=1):
        address = page(board, report, f"sign-off/{position}/")
        assert "Who signs here?" in author.get(address).text
        assert "Choose who signs here" in author.post(address).text
        assert author.post(address, {"person": person.pk}).status_code == 302
    assert author.get(page(board, report, "sign-off/7/")).status_code == 404
    assert "Hand it in for signature" in author.get(page(board, report)).text
    assert "becomes the version that everybody signs" in author.get(page(board, report, "hand-in/")).text
    assert "handed in" in author.post(page(board, report, "hand-in/"), follow=True).text
    with service_scope(council=board.council):
        version = ReportVersion.objects.get(report=report)
    late = sign_in(Client(), people[1])
    assert "signs before you" in late.get(page(board, report, "sign/")).text
    assert "Sign this version" not in late.get(page(board, report, "sign/")).text
    for person in people:
        client = sign_in(Client(), person)
        shown = client.get(page(board, report, "sign/")).text
        assert f'href="{page(board, report, "versions/1/")}"' in shown
        assert f'value="{version.sha256}"' in shown
        assert version.sha256 in client.get(page(board, report, "versions/1/")).text
        assert "has changed since" in client.post(page(board, report, "sign/"), follow=True).text
        signed = client.post(page(board, report, "sign/"), {"sha256": version.sha256}, follow=True)
        assert "You have signed the report." in signed.text
    assert author.get(page(board, report, "sign/")).status_code == 404
    assert "Signed version 1" in author.get(page(board, report)).text
    assert "You froze the figures" in author.get(page(board, report)).text
    assert "The report is final" in late.post(page(board, report, "final/"), follow=True).text


def test_whoever_changes_a_signed_report_is_told_before_and_after(board: Committee) -> None:
    report = board.open()
    board.ready_to_sign(report)
    author = sign_in(Client(), board.author)
    section = board.sections(report)["why"]
    address = page(board, report, f"sections/{section.pk}/")
    assert "This report has signatures" not in author.get(address).text
    in_scope(board, lambda: hand_in(report=report, by=board.author))
    assert "This report has signatures" in author.get(address).text
    for words, told in ((section.narrative, False), ("Something else.", True)):
        data = {"narrative": words, "version": board.sections(report)["why"].version}
        saved = author.post(address, data, follow=True).text
        assert ("has changed since it was signed" in saved) is told


def test_a_signature_needs_a_second_factor_and_no_token_gives_one(board: Committee) -> None:
    report = board.open()
    person = member(board.council, Role.BOARD_MEMBER)
    in_scope(board, lambda: name_signatory(report=report, position=1, person=person, by=board.author))
    once = sign_in(Client(), person, second_factor=False)
    for answer in (once.get(page(board, report, "sign/")), once.post(page(board, report, "sign/"))):
        assert answer.status_code == 302
        assert "/account/" in answer.headers["Location"] or "2fa" in answer.headers["Location"]
    assert once.get(page(board, report)).status_code == 200, "reading needs none"


# Corrections --------------------------------------------------------------------------------------


def test_a_correction_is_a_report_of_its_own_and_the_final_one_stays(board: Committee) -> None:
    report = board.final()
    with service_scope(council=board.council):
        said = content_of(board.council, board.fresh(report))
    author = sign_in(Client(), board.author)
    assert "Enter what the correction changes" in author.post(page(board, report, "correct/")).text
    told = author.post(page(board, report, "correct/"), {"correction": "4 Channel referrals, not 3."}).text
    assert "is no released figure that this report prints" in told
    answer = author.post(
        page(board, report, "correct/"), {"correction": "The share in table 1 was 84, not 85."}, follow=True
    )
    assert "It starts as a copy" in answer.text
    with service_scope(council=board.council):
        corrected = Report.objects.select_related("council").get(corrects=report)
        content = content_of(board.council, corrected)
        assert [one["heading"] for one in content["sections"]] == [one["heading"] for one in said["sections"]]
        assert content["header"][-1][0] == "Correction"
        assert content["header"][-1][1].startswith(f"Puts right {report.reference}, final since ")
        assert content["header"][-1][1].endswith("The share in table 1 was 84, not 85.")
    assert corrected.snapshot == board.fresh(report).snapshot
    with service_scope(council=board.council):
        Report.objects.filter(pk=corrected.pk).update(title="A correction, first by its title")
    assert board.open() == report, "the quarter's draft is still the one that was opened for it"
    assert corrected.state == ReportState.FROZEN
    assert states(board, corrected) == ["next", "later", "later"]
    refused(board, f"{corrected.reference} corrects this report already", lambda: correct(
        report=report, by=board.author, correction="x"
    ))  # fmt: skip
    refused(board, "Only a final report", lambda: correct(report=corrected, by=board.author, correction="x"))
    assert f"{corrected.reference} puts this report right" in author.get(page(board, report)).text
    assert f"puts {report.reference} right" in author.get(page(board, corrected)).text
    reader = sign_in(Client(), member(board.council, Role.COUNCILLOR))
    assert corrected.reference + " puts" not in reader.get(page(board, report)).text, "a draft is not told of"
    board.sign_everything(corrected)
    with service_scope(council=board.council):
        finalise(report=corrected, by=member(board.council, Role.COORDINATOR))
        assert content_of(board.council, board.fresh(report)) == said
        for change in (
            lambda: SignOff.objects.filter(report=report).update(title="Other"),
            lambda: SignOff.objects.filter(report=report).delete(),
        ):
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                change()


def test_whoever_wrote_a_report_does_not_make_it_final(board: Committee) -> None:
    report = board.open()
    freezer = member(board.council, Role.COORDINATOR)
    board.write_everything(report)
    in_scope(board, lambda: freeze(report=report, by=freezer))
    board.sign_everything(report)
    refused(board, "You wrote this report", lambda: finalise(report=report, by=board.author))
    refused(board, "You froze the figures", lambda: finalise(report=report, by=freezer))


def test_figures_for_boards_keep_a_report_from_being_final_unless_their_section_is_exempt(
    board: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    def provider(council: Council, start: date, end: date, as_at: date) -> list[report_blocks.Block]:
        return [
            report_blocks.Block(
                key="secret", title="For boards", columns=[report_blocks.Column("What")], rows=[["5"]],
                source="A test", as_at=as_at, not_public="It was released to boards.",
            )
        ]  # fmt: skip

    monkeypatch.setitem(report_blocks._providers, "test_boards", ("Test", provider))
    report = board.open()
    section = board.sections(report)["why"]
    with service_scope(council=board.council):
        section.blocks = ["test_boards"]
        section.save(update_fields=["blocks"])
    board.ready_to_sign(report)
    refused(board, "“For boards”. It was released to boards. Make the section exempt", lambda: hand_in(
        report=report, by=board.author
    ))  # fmt: skip
    with service_scope(council=board.council):
        section = board.sections(report)["why"]
        section.exempt_paragraph, section.exempt_reason = 7, "Only for the board."
        section.save(update_fields=["exempt_paragraph", "exempt_reason"])
        hand_in(report=report, by=board.author)
    assert states(board, report)[0] == "signed"
