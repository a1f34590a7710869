"""Communications, briefings, engagement, events, projects and the horizon: the rules of each register."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse

from partnerships.access.registers import entries_for
from partnerships.enums import RegisterStatus
from partnerships.models import Briefing, Communication
from partnerships.policies.refusals import PartnershipRefused
from partnerships.registers import (
    BRIEFINGS,
    COMMUNICATIONS_PLAN,
    COMMUNICATIONS_SENT,
    EVENTS,
    HORIZON,
    MEMBER_BRIEFINGS,
    PROJECTS,
)
from partnerships.registers.feedback import FeedbackUnclear, tidy_feedback
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.documents import rules
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.register_factories import days, entered

pytestmark = pytest.mark.django_db


def test_feedback_stays_a_range_and_is_stored_in_one_way() -> None:
    typed = " Useful day : 68 - 100\n\nConfidence to refer: 54%–100 %\nWould recommend it:93\n"
    assert tidy_feedback(typed) == (
        "Useful day: 68% to 100%\nConfidence to refer: 54% to 100%\nWould recommend it: 93%"
    )
    assert tidy_feedback("  ") == ""
    assert tidy_feedback(tidy_feedback(typed)) == tidy_feedback(typed)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "Useful: 68% to 100%\nVery good",
            (
                "Line 2 of the feedback must be a question and its range, like "
                "“The day was useful: 68% to 100%”."
            ),
        ),
        ("Useful: 68% to 101%", "Line 1 of the feedback has more than 100%."),
        ("Useful: 100% to 68%", "Line 1 of the feedback: the lower figure comes first."),
        ("\n".join(["Useful: 1%"] * 13), "Feedback can hold at most 12 questions."),
    ],
)
def test_feedback_that_is_no_range_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(FeedbackUnclear) as refused:
        tidy_feedback(text)
    assert str(refused.value) == says
    council = CouncilFactory.create()
    with pytest.raises(PartnershipRefused) as worded:
        entered(EVENTS, council, member(council, Role.COORDINATOR), feedback=text)
    assert str(worded.value) == says


def test_a_briefing_holds_no_content_whoever_writes() -> None:
    council = CouncilFactory.create()
    person = member(council, Role.COORDINATOR)
    briefing = entered(BRIEFINGS, council, person, marking="official_sensitive")
    with pytest.raises(TypeError, match="Briefings has no notes"):
        entered(BRIEFINGS, council, person, notes="What was said")
    with (
        service_scope(council=council),
        pytest.raises(IntegrityError, match="briefing_holds_no_content"),
        transaction.atomic(),
    ):
        Briefing.objects.filter(council=council).update(notes="What was said")
    with council_scope(user_id=person.pk, council=council):
        access = council_access(person, council)
        assert not rules.kind_for(BRIEFINGS.kind).may_add(access, briefing.pk)
        event = entered(EVENTS, council, person)
        assert rules.kind_for(EVENTS.kind).may_add(access, event.pk)


def test_more_councillors_trained_than_there_are_is_refused() -> None:
    council = CouncilFactory.create()
    person = member(council, Role.COORDINATOR)
    with pytest.raises(PartnershipRefused, match="More councillors are given as trained than there are"):
        entered(MEMBER_BRIEFINGS, council, person, trained=25, members=24)
    assert entered(MEMBER_BRIEFINGS, council, person, trained=24, members=24).trained == 24
    assert entered(MEMBER_BRIEFINGS, council, person, trained=24).members is None


def test_what_is_planned_and_what_was_sent_are_two_registers_of_one_table() -> None:
    council = CouncilFactory.create()
    person = member(council, Role.COORDINATOR)
    planned = entered(COMMUNICATIONS_PLAN, council, person, title="Leaflet")
    sent = entered(COMMUNICATIONS_SENT, council, person, title="Letter", reached=155)
    with council_scope(user_id=person.pk, council=council):
        access = council_access(person, council)
        assert [each.pk for each in entries_for(access, COMMUNICATIONS_PLAN)] == [planned.pk]
        assert [each.pk for each in entries_for(access, COMMUNICATIONS_SENT)] == [sent.pk]
        assert Communication.objects.filter(council=council).count() == 2
    with pytest.raises(PartnershipRefused, match="Give the date: Sent on"):
        entered(COMMUNICATIONS_SENT, council, person, starts_on=None)


def test_who_may_not_read_the_partnership_sees_none_of_it_and_no_council_sees_another_s() -> None:
    barnet, southwark = CouncilFactory.create(), CouncilFactory.create()
    entered(PROJECTS, southwark, member(southwark, Role.COORDINATOR), title="Theirs")
    for role in (Role.PARTNER_LEAD, Role.CONSULTEE, Role.PANEL_MEMBER):
        person = member(barnet, role)
        with council_scope(user_id=person.pk, council=barnet), pytest.raises(Http404):
            entries_for(council_access(person, barnet), PROJECTS)
    reader = member(barnet, Role.BOARD_MEMBER)
    with council_scope(user_id=reader.pk, council=barnet):
        assert not entries_for(council_access(reader, barnet), PROJECTS).exists()


@pytest.mark.parametrize(
    ("register", "values", "words"),
    [
        (BRIEFINGS, {"starts_on": days(-5)}, "Held"),
        (BRIEFINGS, {"starts_on": days(5)}, "Planned"),
        (BRIEFINGS, {"starts_on": days(-50), "review_on": days(-1)}, "Next one overdue"),
        (EVENTS, {}, "No date yet"),
        (HORIZON, {"starts_on": days(100)}, "Expected"),
        (HORIZON, {"starts_on": days(-1)}, "Has come"),
        (PROJECTS, {"starts_on": days(-20), "review_on": days(-2)}, "Report overdue"),
        (COMMUNICATIONS_PLAN, {"starts_on": days(3)}, "Planned"),
    ],
)
def test_an_entry_stands_in_the_words_of_its_register(register: Any, values: Any, words: str) -> None:
    council = CouncilFactory.create()
    person = member(council, Role.COORDINATOR)
    entered(register, council, person, **values)
    with council_scope(user_id=person.pk, council=council):
        (entry,) = entries_for(council_access(person, council), register)
        assert register.status_words(RegisterStatus(entry.standing)) == words


def test_the_page_of_an_event_prints_ranges_and_that_of_a_briefing_no_place_for_content(
    client: Client,
) -> None:
    council = CouncilFactory.create(slug="buckinghamshire")
    CouncilFactory.create()
    person = member(council, Role.COORDINATOR)
    sign_in(client, person)
    event = entered(
        EVENTS,
        council,
        person,
        starts_on=date(2017, 12, 1),
        delegates=95,
        feedback="Useful: 68-100\nAgain: 93",
    )
    page = client.get(
        reverse("register-entry", args=["buckinghamshire", "events", event.pk])
    ).content.decode()
    for words in ("Useful: 68% to 100%<br>Again: 93%", "95", "1 December 2017", "Add evidence"):
        assert words in page
    briefing = entered(BRIEFINGS, council, person)
    page = client.get(
        reverse("register-entry", args=["buckinghamshire", "briefings", briefing.pk])
    ).content.decode()
    assert "Chief executives" in page
    assert "Not marked" in page
    assert "Add evidence" not in page
    form = client.get(reverse("register-entry-add", args=["buckinghamshire", "briefings"])).content.decode()
    assert 'name="notes"' not in form
    file = client.get(reverse("register-csv", args=["buckinghamshire", "briefings"]))
    header = next(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert header[-1] == "Owner"
    answer = client.get(reverse("api-register-entries", args=["buckinghamshire", "briefings"]))
    assert "notes" not in answer.json()["results"][0]
