"""A council changes its report templates; two people lose nothing, and open reports stay as they are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.enums import HeaderField, SectionKind
from compliance.legal_texts import LEGAL_TEXTS
from compliance.models import (
    Action,
    ActionPlan,
    Objective,
    Report,
    ReportTemplate,
    ReportVersion,
    TemplateSection,
)
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.report_templates import preview_content, sections_in_order
from compliance.services.report_schedules import schedule_report
from compliance.services.report_templates import (
    MOST_SIGNATORIES,
    SectionFields,
    add_section,
    change_section,
    change_template,
    copy_shipped,
    move_header_line,
    move_section,
    remove_section,
    restore_template,
    retire_template,
)
from compliance.shipped_templates import SHIPPED
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web import report_blocks
from tests.accounts.sessions import sign_in
from tests.compliance.reports import Committee, committee
from tests.factories import member

pytestmark = pytest.mark.django_db

NEW: SectionFields = {
    "heading": "Young people",
    "level": 1,
    "kind": SectionKind.NARRATIVE,
    "numbered": True,
    "blocks": [],
    "required": True,
    "none_identified_allowed": False,
    "guidance": "",
    "adviser": "",
    "starts_with": "",
}


@pytest.fixture
def board() -> Committee:
    return committee(shape="partnership-briefing")


@pytest.fixture
def client(board: Committee) -> Client:
    return sign_in(Client(), board.author)


def template_of(one: Committee) -> ReportTemplate:
    with service_scope(council=one.council):
        return ReportTemplate.objects.select_related("council").get(council=one.council)


def keys(one: Committee) -> list[str]:
    with service_scope(council=one.council):
        return [section.key for section in sections_in_order(template_of(one))]


def section_of(one: Committee, key: str) -> TemplateSection:
    with service_scope(council=one.council):
        return TemplateSection.objects.select_related("template").get(council=one.council, key=key)


def page(one: Committee, ending: str = "") -> str:
    return f"/c/{one.council.slug}/reports/templates/{template_of(one).pk}/{ending}"


def sent(**fields: Any) -> dict[str, Any]:
    """What the form of a section sends, with the switches as a browser sends them."""
    given = {"title": "Young people", "level": "1", "kind": "narrative", "numbered": "on", **fields}
    return {name: value for name, value in given.items() if value is not None}


def a_plan(one: Committee, title: str) -> None:
    """A plan of the running year with one action."""
    today = timezone.localdate()
    with service_scope(council=one.council):
        plan = ActionPlan.objects.create(
            council=one.council, title=title, starts_on=today - timedelta(200), ends_on=today + timedelta(200)
        )
        objective = Objective.objects.create(council=one.council, plan=plan, number=1, title="Reduce risk")
        Action.objects.create(
            council=one.council,
            plan=plan,
            objective=objective,
            number=1,
            title="Act",
            status="in_progress",
            first_due_on=today,
            due_on=today,
        )


# Shapes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_a_shipped_shape_could_be_printed_whole(key: str) -> None:
    """Its parts stand below sections, one audit trail at most, and no heading carries a number of its own."""
    shape = SHIPPED[key]
    assert shape.sections[0].level == 1
    assert sum(section.kind == SectionKind.AUDIT_TRAIL for section in shape.sections) <= 1
    assert not [section.heading for section in shape.sections if section.heading[0].isdigit()]
    assert len(set(shape.signatories)) == len(shape.signatories) >= 1
    assert all(len(section.key) <= 40 for section in shape.sections)


def test_each_shape_has_what_its_kind_of_report_has() -> None:
    """Headings in the order of the published reports; what a kind of committee never prints is not in it."""
    found = {key: [section.key for section in shape.sections] for key, shape in SHIPPED.items()}
    in_order = {
        "health-and-wellbeing": (
            "summary recommendations why risk plan training services channel alternatives improvement after "
            "implications priorities resources social-value legal risk-management equalities "
            "corporate-parenting consultation insight papers"
        ),
        "cabinet": (
            "foreword recommendations background issues community resources legal advice advice-legal "
            "advice-finance papers appendices audit-trail"
        ),
        "scrutiny": (
            "recommendations purpose background progress duty channel risk delivery implications resources "
            "legal equalities environmental human-resources corporate-landlord papers "
            "appendix-recommendations"
        ),
        "select-committee": (
            "purpose background duty roles channel delivery schools venues staff challenges next"
        ),
        "partnership-briefing": (
            "introduction background position schools partnership profile policies training venues districts "
            "safeguarding recommendations contact"
        ),
    }
    for key, words in in_order.items():
        assert [one for one in found[key] if one in words.split()] == words.split()
    trails = {
        key
        for key, shape in SHIPPED.items()
        if any(s.kind == SectionKind.AUDIT_TRAIL for s in shape.sections)
    }
    assert trails == {"cabinet"}
    advice = [section.adviser for section in SHIPPED["cabinet"].sections if section.adviser]
    assert advice == ["Director of Law", "Director of Finance"]
    assert "recommendations" not in found["select-committee"]


def test_figures_for_members_only_stand_in_a_section_of_their_own() -> None:
    for shape in SHIPPED.values():
        holders = [section for section in shape.sections if "channel_figures_boards" in section.blocks]
        assert [section.blocks for section in holders] in ([], [("channel_figures_boards",)])
        assert not any(section.required for section in holders)


def test_a_copied_shape_is_the_councils_own_under_the_name_it_gives(board: Committee) -> None:
    with service_scope(council=board.council):
        copied = copy_shipped(council=board.council, key="cabinet", by=board.author, name=" Cabinet, 2027 ")
        shape = SHIPPED["cabinet"]
        assert copied.name == "Cabinet, 2027"
        assert copied.header_fields == [field.value for field in shape.header_fields]
        assert copied.signatories == ["Lead officer", "Cabinet member"]
        sections = {section.key: section for section in sections_in_order(copied)}
        assert sections["advice-finance"].adviser == "Director of Finance"
        assert sections["background"].starts_with == (
            f"{LEGAL_TEXTS['duty'].text}\n\n{LEGAL_TEXTS['channel'].text}"
        )
        with pytest.raises(PolicyError, match="called “Cabinet, 2027” already"):
            copy_shipped(council=board.council, key="scrutiny", by=board.author, name="Cabinet, 2027")


# Changing ----------------------------------------------------------------------------------------


def test_a_template_is_changed_and_its_open_reports_stay(board: Committee) -> None:
    report = board.open()
    before = list(board.sections(report))
    template = template_of(board)
    with service_scope(council=board.council):
        section = add_section(template=template, by=board.author, version=1, after=2, given=NEW)
        assert (section.key, section.position) == ("young-people", 3)
        again = add_section(
            template=template,
            by=board.author,
            version=2,
            after=99,
            given={**NEW, "heading": "Young  people "},
        )
        assert (again.key, again.heading) == ("young-people-2", "Young people")
        changed = change_section(
            section=section_of(board, "background"),
            by=board.author,
            version=3,
            given={**NEW, "heading": "How we got here", "blocks": ["duty_checklist"], "adviser": " Law "},
        )
        assert (changed.key, changed.heading, changed.adviser) == ("background", "How we got here", "Law")
        remove_section(section=section_of(board, "policies"), by=board.author, version=4)
        copied = keys(board)
        assert copied[:3] == ["introduction", "background", "young-people"]
        assert copied[-1] == "young-people-2"
        assert "policies" not in copied
        assert [section.position for section in sections_in_order(template)] == list(
            range(1, len(copied) + 1)
        )
        recorded = list(
            Event.objects.filter(council_id=board.council.pk, action__contains="template_section")
            .order_by("id")
            .values_list("action", flat=True)
        )
    assert recorded == [
        "compliance.report_template_section_added",
        "compliance.report_template_section_added",
        "compliance.report_template_section_changed",
        "compliance.report_template_section_removed",
    ]
    assert list(board.sections(report)) == before
    assert board.sections(report)["background"].heading == "Background"
    assert list(board.sections(board.open(report.period.last.following))) == copied


def test_a_section_moves_with_its_parts_and_no_part_comes_first(board: Committee) -> None:
    names = keys(board)
    parts = names[3:12]

    def move(key: str, step: int) -> list[str]:
        with service_scope(council=board.council):
            version = template_of(board).version
            move_section(section=section_of(board, key), by=board.author, version=version, step=step)
        return keys(board)

    assert move("position", -1) == ["introduction", "position", *parts, "background", *names[12:]]
    assert move("position", -1) == ["position", *parts, "introduction", "background", *names[12:]]
    assert move("position", -1)[0] == "position"
    assert move("schools", 1)[1:3] == ["partnership", "schools"]
    with pytest.raises(PolicyError, match="first section"):
        move("partnership", -1)
    assert move("contact", 1)[-1] == "contact"
    with service_scope(council=board.council), pytest.raises(PolicyError, match="first section"):
        remove_section(
            section=section_of(board, "position"), by=board.author, version=template_of(board).version
        )
    with service_scope(council=board.council), pytest.raises(PolicyError, match="first section"):
        change_section(
            section=section_of(board, "position"),
            by=board.author,
            version=template_of(board).version,
            given={**NEW, "level": 2},
        )


def test_what_no_report_could_print_is_refused_and_nothing_is_stored(board: Committee) -> None:
    template = template_of(board)
    trail: SectionFields = {**NEW, "kind": SectionKind.AUDIT_TRAIL}
    wrong: list[tuple[SectionFields, str]] = [
        ({**NEW, "heading": "  "}, "Enter a heading"),
        ({**NEW, "blocks": ["poem"]}, "no such figures"),
    ]
    with service_scope(council=board.council):
        for given, words in wrong:
            with pytest.raises(PolicyError, match=words):
                add_section(template=template, by=board.author, version=1, after=0, given=given)
        with pytest.raises(PolicyError, match="first section"):
            add_section(template=template, by=board.author, version=1, after=0, given={**NEW, "level": 2})
        add_section(template=template, by=board.author, version=1, after=99, given=trail)
        with pytest.raises(PolicyError, match="one audit trail"):
            add_section(template=template, by=board.author, version=2, after=0, given=trail)
        one = copy_shipped(council=board.council, key="cabinet", by=None)
        TemplateSection.objects.filter(template=one).exclude(key="foreword").delete()
        with pytest.raises(PolicyError, match="at least one section"):
            remove_section(section=section_of(board, "foreword"), by=board.author, version=1)
        assert template_of_name(board, one.name).version == 1
    assert (
        len(keys_of_name(board, "Partnership board briefing"))
        == len(SHIPPED["partnership-briefing"].sections) + 1
    )


def template_of_name(one: Committee, name: str) -> ReportTemplate:
    return ReportTemplate.objects.get(council=one.council, name=name)


def keys_of_name(one: Committee, name: str) -> list[str]:
    with service_scope(council=one.council):
        return [section.key for section in sections_in_order(template_of_name(one, name))]


def test_figures_that_no_room_offers_any_more_stay_where_they_were(board: Committee) -> None:
    section = section_of(board, "background")
    with service_scope(council=board.council):
        TemplateSection.objects.filter(pk=section.pk).update(blocks=["of_old"])
        kept: SectionFields = {**NEW, "blocks": ["of_old", "duty_checklist"]}
        changed = change_section(
            section=section_of(board, "background"), by=board.author, version=1, given=kept
        )
        assert changed.blocks == ["of_old", "duty_checklist"]
        with pytest.raises(PolicyError, match="no such figures"):
            change_section(section=section_of(board, "introduction"), by=board.author, version=2, given=kept)


def test_two_people_on_a_template_lose_nothing(board: Committee) -> None:
    template = template_of(board)
    given: dict[str, Any] = {"name": "Briefing", "numbering": "continuous", "signatories": ["Lead officer"]}
    with service_scope(council=board.council):
        lines = template.header_fields
        change_template(template=template, by=board.author, version=1, header_fields=lines, **given)
        with pytest.raises(StaleVersion) as stale:
            change_template(
                template=template,
                by=board.author,
                version=1,
                header_fields=lines,
                **{**given, "name": "Paper", "signatories": ["Lead officer", "Chair"]},
            )
        assert stale.value.version == 2
        assert [(one.label, one.theirs, one.yours) for one in stale.value.differences] == [
            ("Name", "Briefing", "Paper"),
            ("Who signs after the author", "Lead officer", "Lead officer\nChair"),
        ]
        for attempt in (
            lambda: change_section(
                section=section_of(board, "contact"), by=board.author, version=1, given=NEW
            ),
            lambda: add_section(template=template, by=board.author, version=1, after=0, given=NEW),
            lambda: remove_section(section=section_of(board, "contact"), by=board.author, version=1),
            lambda: move_section(section=section_of(board, "contact"), by=board.author, version=1, step=-1),
            lambda: move_header_line(template=template, by=board.author, version=1, key="report_of", step=-1),
        ):
            with pytest.raises(StaleVersion):
                attempt()
    assert keys(board) == [section.key for section in SHIPPED["partnership-briefing"].sections]


def test_header_lines_keep_their_order_and_signatories_are_named_once(board: Committee) -> None:
    template = template_of(board)
    given = {"name": template.name, "numbering": template.numbering}
    with service_scope(council=board.council):
        moved = move_header_line(template=template, by=board.author, version=1, key="contact", step=-1)
        assert moved.header_fields == ["meeting_on", "contact", "report_of"]
        same = move_header_line(template=template, by=board.author, version=2, key="wards", step=1)
        assert same.version == 2
        changed = change_template(
            template=template,
            by=board.author,
            version=2,
            header_fields=[HeaderField.WARDS, HeaderField.REPORT_OF, HeaderField.CONTACT],
            signatories=[" Lead officer ", "", "Chair"],
            **given,
        )
        assert changed.header_fields == ["contact", "report_of", "wards"]
        assert changed.signatories == ["Lead officer", "Chair"]
        for titles, words in (
            (["Chair", "chair "], "once"),
            ([f"Member {n}" for n in range(MOST_SIGNATORIES + 1)], "at most"),
        ):
            with pytest.raises(PolicyError, match=words):
                change_template(
                    template=template,
                    by=board.author,
                    version=3,
                    header_fields=[],
                    signatories=titles,
                    **given,
                )
        copy_shipped(council=board.council, key="cabinet", by=None)
        with pytest.raises(PolicyError, match="called “Cabinet report” already"):
            change_template(
                template=template,
                by=board.author,
                version=3,
                header_fields=[],
                signatories=[],
                **{**given, "name": "Cabinet report"},
            )


def test_a_template_is_retired_once_no_committee_gets_it(board: Committee) -> None:
    template = template_of(board)
    with service_scope(council=board.council):
        with pytest.raises(PolicyError, match="Health and Wellbeing Board still gets this report"):
            retire_template(template=template, by=board.author)
        other = copy_shipped(council=board.council, key="cabinet", by=None)
        retired = retire_template(template=other, by=board.author)
        for refused, words in (
            (lambda: retire_template(template=other, by=board.author), "retired already"),
            (
                lambda: schedule_report(
                    council=board.council, by=None, template=other, title="T", committee="Cabinet"
                ),
                "retired",
            ),
            (
                lambda: add_section(template=other, by=board.author, version=2, after=0, given=NEW),
                "Take it into use again",
            ),
            (lambda: restore_template(template=template, by=board.author), "is in use"),
        ):
            with pytest.raises(PolicyError, match=words):
                refused()
        assert restore_template(template=retired, by=board.author).retired_at is None


# Pages -------------------------------------------------------------------------------------------


def test_a_template_is_copied_and_changed_on_its_pages(board: Committee, client: Client) -> None:
    home = f"/c/{board.council.slug}/reports/templates/"
    assert "Partnership board briefing" in client.get(home).text
    copied = client.post(f"{home}copy/", {"shape": "cabinet", "name": ""}, follow=True)
    assert "“Cabinet report” is yours now" in copied.text
    again = client.post(f"{home}copy/", {"shape": "cabinet", "name": ""})
    assert "called “Cabinet report” already" in again.text
    with service_scope(council=board.council):
        ReportTemplate.objects.get(council=board.council, name="Cabinet report").delete()
    text = client.get(page(board)).text
    assert "Legal text: The Prevent Duty, last checked 23 November 2026" in text
    data = {
        "name": "Briefing",
        "numbering": "sections",
        "header_fields": ["meeting_on", "wards"],
        "signatories": "Lead officer\r\n\r\nChair of the board",
        "version": 1,
    }
    assert client.post(page(board, "change/"), data).status_code == 302
    template = template_of(board)
    assert (template.name, template.header_fields) == ("Briefing", ["meeting_on", "wards"])
    assert template.signatories == ["Lead officer", "Chair of the board"]
    stale = client.post(page(board, "change/"), {**data, "name": "Paper"})
    assert stale.status_code == 409
    assert "Somebody else saved" in stale.text
    twice = client.post(page(board, "change/"), {**data, "signatories": "Chair\nChair", "version": 2})
    assert "Name each of those who sign once" in twice.text
    client.post(page(board), {"move": "line-down:meeting_on", "version": 2})
    assert template_of(board).header_fields == ["wards", "meeting_on"]


def test_sections_are_added_changed_moved_and_removed_on_pages(board: Committee, client: Client) -> None:
    assert "First" in client.get(page(board, "sections/add/")).text
    added = client.post(page(board, "sections/add/"), sent(after="2", version="1"), follow=True)
    assert "“Young people” added." in added.text
    own = section_of(board, "young-people")
    address = page(board, f"sections/{own.pk}/")
    assert 'value="Young people"' in client.get(address).text
    data = sent(
        title="Children",
        level="2",
        kind="blocks",
        numbered=None,
        required="on",
        none_identified_allowed="on",
        blocks=["duty_checklist", "action_plan_progress"],
        legal=["equalities"],
        adviser="Director of Law",
        guidance="Schools.",
        starts_with="Own words.",
        version="2",
    )
    assert client.post(address, data).status_code == 302
    own = section_of(board, "young-people")
    assert (own.heading, own.level, own.kind, own.numbered, own.required) == (
        "Children", 2, "blocks", False, True
    )  # fmt: skip
    assert set(own.blocks) == {"duty_checklist", "action_plan_progress"}
    assert own.starts_with == f"{LEGAL_TEXTS['equalities'].text}\n\nOwn words."
    # The legal text is in the words now, so that it is not put before them once more.
    again = client.post(address, {**data, "starts_with": own.starts_with, "version": "3"})
    assert again.status_code == 302
    assert section_of(board, "young-people").starts_with == own.starts_with
    stale = client.post(address, {**data, "title": "Pupils", "version": "2"})
    assert stale.status_code == 409
    assert "Children" in stale.text
    assert "Pupils" in stale.text
    moved = client.post(page(board), {"move": f"section-up:{own.pk}", "version": "3"}, follow=True)
    assert moved.status_code == 200
    assert keys(board)[:3] == ["introduction", "young-people", "background"]
    behind = client.post(page(board), {"move": f"section-down:{own.pk}", "version": "3"})
    assert behind.status_code == 409
    assert "Somebody else changed the template" in behind.text
    remove = page(board, f"sections/{own.pk}/remove/")
    asked = client.get(remove).text
    assert "keep the section" in asked
    assert "govuk-button--warning" in asked
    gone = client.post(remove, {"version": "3"}, follow=True)
    assert "Somebody else changed the template" in gone.text
    assert "“Children” removed." in client.post(remove, {"version": "4"}, follow=True).text
    assert "young-people" not in keys(board)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("ending", "data", "words"),
    [
        ("", {"move": "section-up:x", "version": "1"}, "incomplete when it was sent"),
        ("", {"move": "sideways", "version": "1"}, "incomplete when it was sent"),
        ("", {"move": "line-up:wards", "version": "²"}, "incomplete when it was sent"),
        ("", {"move": "line-up:wards", "version": "99999999999"}, "incomplete when it was sent"),
        ("change/", {"name": "", "version": "1"}, "Enter the name"),
        ("change/", {"name": "A", "numbering": "roman", "version": "1"}, "There is a problem"),
        (
            "change/",
            {"name": "A", "numbering": "sections", "header_fields": "poem", "version": "1"},
            "problem",
        ),
        (
            "change/",
            {"name": "A", "numbering": "sections", "signatories": "x" * 161, "version": "1"},
            "160 characters",
        ),
        ("sections/add/", sent(title="", version="1", after="0"), "Enter the heading"),
        ("sections/add/", sent(version="1", after="77"), "There is a problem"),
        ("sections/add/", sent(version="1", after="0", level="3"), "There is a problem"),
        ("sections/add/", sent(version="1", after="0", level="2"), "cannot be a part of another"),
        ("sections/add/", sent(version="1", after="0", blocks="poem"), "There is a problem"),
        ("sections/add/", sent(version="1", after="0", legal="poem"), "There is a problem"),
        ("sections/add/", sent(version="1", after="0", title="x\x00y"), "There is a problem"),
        ("sections/add/", sent(version="1", after="0", starts_with="x" * 10_001), "characters or fewer"),
        ("sections/add/", sent(after="0"), "incomplete when it was sent"),
    ],
)
def test_bad_input_gets_a_sentence_and_stores_nothing(
    board: Committee, client: Client, ending: str, data: dict[str, Any], words: str
) -> None:
    answer = client.post(page(board, ending), data)
    assert answer.status_code == 200
    assert words in answer.text
    template = template_of(board)
    assert (template.version, template.name) == (1, "Partnership board briefing")
    assert keys(board) == [section.key for section in SHIPPED["partnership-briefing"].sections]


def test_a_template_is_retired_on_its_page_and_then_changes_no_more(board: Committee, client: Client) -> None:
    refused = client.post(page(board, "retire/"), follow=True)
    assert "still gets this report" in refused.text
    with service_scope(council=board.council):
        board.schedule.ends_on = board.schedule.starts_on
        board.schedule.save(update_fields=["ends_on"])
    assert "Retire the template" in client.get(page(board, "retire/")).text
    retired = client.post(page(board, "retire/"), follow=True)
    assert "The template is retired." in retired.text
    assert "sections/add/" not in retired.text
    late = client.post(page(board, "sections/add/"), sent(after="0", version="2"))
    assert "This template is retired" in late.text
    assert "Take the template into use again" in client.get(page(board, "retire/")).text
    assert "in use again" in client.post(page(board, "retire/"), follow=True).text


def test_a_preview_shows_every_section_with_the_councils_own_figures_and_stores_nothing(
    board: Committee, client: Client
) -> None:
    other = committee(shape="cabinet")
    a_plan(board, "Our own plan")
    a_plan(other, "Another council's plan")
    with service_scope(council=board.council):
        before = ReportTemplate.objects.get(council=board.council).version
    text = client.get(page(board, "preview/")).text
    for section in SHIPPED["partnership-briefing"].sections:
        assert section.heading in text
    assert "What the author writes: The strategy and how the work is organised here." in text
    assert "Our own plan" in text
    assert "Another council" not in text
    assert "As each report says" in text
    with service_scope(council=board.council):
        assert Report.objects.count() == 0
        assert ReportVersion.objects.count() == 0
        assert ReportTemplate.objects.get(council=board.council).version == before


def test_a_preview_takes_figures_of_the_running_quarter(board: Committee) -> None:
    with service_scope(council=board.council):
        content = preview_content(board.council, template_of(board), date(2019, 2, 1))
    assert content["period"] == "Quarter 4 2018/19 (January to March 2019)"
    assert [section["key"] for section in content["sections"]] == [
        section.key for section in SHIPPED["partnership-briefing"].sections
    ]


ENDINGS = ("", "change/", "preview/", "retire/", "sections/add/")


@pytest.mark.parametrize("role", [Role.REPORT_AUTHOR, Role.BOARD_MEMBER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_coordinators_of_the_council_reach_templates(board: Committee, role: Role) -> None:
    outsider = sign_in(Client(), member(board.council, role))
    neighbour = committee()
    theirs = sign_in(Client(), neighbour.author)
    own = section_of(board, "contact")
    addresses = [page(board, ending) for ending in (*ENDINGS, f"sections/{own.pk}/")]
    addresses += [f"/c/{board.council.slug}/reports/{ending}" for ending in ("templates/", "legal-texts/")]
    for address in addresses:
        assert outsider.get(address).status_code == 404
        assert theirs.get(address).status_code == 404
    # Another council's template or section under one's own address is not there either.
    there = f"/c/{neighbour.council.slug}/reports/templates/"
    for ending in (f"{template_of(board).pk}/", f"{template_of(neighbour).pk}/sections/{own.pk}/"):
        assert theirs.get(f"{there}{ending}").status_code == 404
        assert theirs.post(f"{there}{ending}", sent(version="1")).status_code == 404


def test_the_list_asks_the_same_questions_for_any_number_of_templates(
    board: Committee, client: Client
) -> None:
    address = f"/c/{board.council.slug}/reports/templates/"
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    with service_scope(council=board.council):
        for number in range(6):
            copy_shipped(council=board.council, key="cabinet", by=None, name=f"Copy {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_every_figure_that_a_shape_holds_is_offered_by_a_room() -> None:
    held = {name for shape in SHIPPED.values() for section in shape.sections for name in section.blocks}
    assert held <= set(report_blocks.names())
