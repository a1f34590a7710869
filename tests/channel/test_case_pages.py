"""Pages of a case's parts: chair and secretary change them, everybody else gets the 404 of nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from channel.enums import Capacity
from channel.models import CaseDecision, CaseReview, ChannelCase, ConsentStep, MeetingCase
from channel.queries.case_parts import meetings_to_come
from channel.services import meetings
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from tests.accounts.sessions import sign_in
from tests.channel.factories import PanelWorld, panel_world
from tests.channel.test_consent import stored, supported
from tests.factories import member

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
PARTS = (
    "summary",
    "description",
    "stages",
    "consent",
    "plan",
    "support",
    "decision",
    "closure",
    "re-referral",
    "listing",
)


@pytest.fixture
def barnet() -> PanelWorld:
    return panel_world("barnet")


@pytest.fixture
def chair(client: Client, barnet: PanelWorld) -> Client:
    return sign_in(client, barnet.chair)


def address(world: PanelWorld, part: str = "", *more: Any) -> str:
    name = f"channel-case-{part}" if part else "channel-case"
    return reverse(name, args=[world.council.slug, world.case.reference, *more])


def dated(name: str, days_ago: int = 0) -> dict[str, int]:
    day = TODAY - timedelta(days=days_ago)
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def send(client: Client, world: PanelWorld, part: str, *more: Any, **answers: Any) -> str:
    """Send a part's form as the page gives it, and return the page that follows."""
    with world.as_chair():
        version = stored(world).version
    answer = client.post(address(world, part, *more), {"version": version, **answers}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_those_who_prepare_a_case_change_it_and_all_others_get_the_same_404(barnet: PanelWorld) -> None:
    southwark = panel_world("southwark")
    reader = barnet.seat()
    barnet.sign(reader)
    askers = (
        reader,
        barnet.seat(Role.CHANNEL_CHAIR, granted=False, capacity=Capacity.CHAIR),  # no acknowledgement yet
        member(barnet.council, Role.COORDINATOR),
        member(barnet.council, Role.ADMINISTRATOR),
        southwark.chair,
    )
    for asker in askers:
        client = sign_in(Client(), asker)
        for part in (*PARTS, "history"):
            for method in ("get",) if part == "history" else ("get", "post"):
                answer = getattr(client, method)(address(barnet, part))
                missing = getattr(client, method)(
                    address(barnet, part).replace(barnet.case.reference, "ABCD-2345")
                )
                assert (answer.status_code, answer.content) == (404, missing.content), (asker.email, part)
    with barnet.as_chair():
        assert stored(barnet).version == 1


def test_a_case_goes_through_all_its_pages_to_its_end(chair: Client, barnet: PanelWorld) -> None:
    text = send(
        chair,
        barnet,
        "stages",
        **dated("referred_on", 60),
        **dated("screened_on", 50),
    )
    assert "The dates of the stages have been changed." in text
    text = send(
        chair,
        barnet,
        "decision",
        kind="adopt",
        basis="chair",
        meeting=str(barnet.meeting.pk),
        police_present="on",
        **dated("decided_on", 40),
    )
    assert "By the chair, without a majority" in text
    guardian = {"by_whom": "guardian", "under_18": "yes"}
    send(chair, barnet, "consent", state="asked", **guardian, **dated("dated", 39))
    text = send(
        chair,
        barnet,
        "consent",
        state="given",
        capacity_considered="on",
        **guardian,
        **dated("dated", 38),
    )
    assert "Given: a parent or guardian (under 18). Capacity was considered." in text
    send(chair, barnet, "plan", **dated("agreed_on", 37), **dated("review_on", 7))
    text = send(chair, barnet, "support", **dated("started_on", 36))
    assert "Support is in place." in text
    with barnet.as_chair():
        review = CaseReview.objects.get()
    assert f"/reviews/{review.pk}/" in text
    text = send(
        chair, barnet, "review", review.pk, result="carry_on", **dated("done_on", 7), **dated("next_on", -20)
    )
    assert "carry on as planned" in text
    text = send(
        chair,
        barnet,
        "closure",
        outcome="transferred",
        owner_now="Panel of a neighbouring county",
        no_intelligence="on",
        care_considered="",
        **dated("exited_on", 1),
    )
    assert "Passed to another organisation" in text
    assert "Panel of a neighbouring county" in text
    assert "Review 6 months after closure" in text
    token = str(uuid4())
    again = chair.post(
        address(barnet, "re-referral"),
        {"token": token, "summary": "Once more.", "no_intelligence": "on", **dated("referred_on")},
    )
    with barnet.as_chair():
        later = ChannelCase.objects.get(pk=token)
        assert again.headers["Location"] == reverse("channel-case", args=["barnet", later.reference])
        assert (CaseDecision.objects.count(), ConsentStep.objects.count()) == (1, 2)
    assert later.reference in chair.get(address(barnet)).content.decode()
    history = chair.get(address(barnet, "history")).content.decode()
    assert "Support in place" in history
    assert barnet.canary not in history


def test_a_description_and_a_summary_are_changed_and_show_what_is_stored(
    chair: Client, barnet: PanelWorld
) -> None:
    shown = chair.get(address(barnet, "summary")).content.decode()
    assert f"An invented summary {barnet.canary}" in shown
    text = send(chair, barnet, "summary", summary="It was no secret.", no_intelligence="on")
    assert "I have looked at these words again" in text
    text = send(
        chair, barnet, "summary", summary="It was no secret.", no_intelligence="on", words_checked="on"
    )
    assert "It was no secret." in text
    text = send(
        chair,
        barnet,
        "description",
        national_reference="PCM-1007",
        source_sector="health",
        residence=barnet.council.pk,
        police_area="Metropolitan",
        concern="mixed",
        age_band="16_to_17",
        susceptibilities=["online"],
        partners_involved=["police", "children"],
        lawful_basis="public_task",
        no_intelligence="on",
    )
    for words in ("PCM-1007", "Mixed or unclear", "16 to 17", "Time spent online", "It was no secret."):
        assert words in text


def test_a_save_in_between_keeps_what_was_typed_and_takes_it_the_second_time(
    chair: Client, barnet: PanelWorld
) -> None:
    sent = {"summary": "My own words.", "no_intelligence": "on", "version": 1}
    send(chair, barnet, "summary", summary="Somebody else's words.", no_intelligence="on")
    stale = chair.post(address(barnet, "summary"), sent)
    assert stale.status_code == 409
    text = stale.content.decode()
    assert "Somebody else changed this case" in text
    assert "My own words." in text
    assert 'name="version" value="2"' in text
    assert "My own words." in send(chair, barnet, "summary", **{**sent, "version": 2})


@pytest.mark.parametrize(
    ("part", "answers", "words"),
    [
        ("consent", {"state": "given"}, "Select"),
        ("consent", {"state": "asked", "by_whom": "guardian", "under_18": "no"}, "for themselves"),
        ("support", {}, "before consent to support is given"),
        ("decision", {"kind": "adopt", "basis": "unanimous"}, "A police representative must be present"),
        ("closure", {"outcome": "completed", "no_intelligence": "on"}, "never started"),
        ("closure", {"outcome": "closed", "no_intelligence": "on"}, "Section 36(6)"),
        ("listing", {"meeting": "nonsense"}, "Select"),
        ("description", {"residence": "0", "source_sector": "x"}, "Select"),
        ("stages", {"referred_on_day": "31", "referred_on_month": "2", "referred_on_year": "2026"}, "real"),
        (
            "re-referral",
            {"token": str(uuid4()), "summary": "x", "no_intelligence": "on"},
            "This case is open",
        ),
    ],
)
def test_a_wrong_answer_is_a_sentence_and_changes_nothing(
    chair: Client, barnet: PanelWorld, part: str, answers: dict[str, str], words: str
) -> None:
    days = {
        name: value
        for field in ("dated", "started_on", "decided_on", "exited_on", "referred_on")
        for name, value in dated(field).items()
        if part != "stages"
    }
    answer = chair.post(address(barnet, part), {"version": 1, **days, **answers})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    with barnet.as_chair():
        assert stored(barnet).version == 1
        assert ConsentStep.objects.count() == CaseDecision.objects.count() == 0


def test_a_review_of_another_case_is_not_found(chair: Client, barnet: PanelWorld) -> None:
    with barnet.as_chair():
        supported(barnet)
        review = CaseReview.objects.get()
        other = barnet.new_case("CNRYOTHER")
    strange = reverse("channel-case-review", args=["barnet", other.reference, review.pk])
    assert chair.get(strange).status_code == 404
    assert chair.get(address(barnet, "review", uuid4())).status_code == 404
    assert chair.get(address(barnet, "review", review.pk)).status_code == 200


def test_a_case_is_put_on_a_meetings_list_from_its_page(chair: Client, barnet: PanelWorld) -> None:
    planned, cancelled = (barnet.new_meeting(opened=False) for _ in range(2))
    with barnet.as_chair():
        meetings.cancel_meeting(meeting=cancelled, by=barnet.chair)
        assert meetings_to_come(barnet.case) == [planned]
    send(chair, barnet, "listing", meeting=str(planned.pk))
    with barnet.as_chair():
        assert MeetingCase.objects.filter(meeting=planned, case=barnet.case).count() == 1


def test_the_list_shows_each_person_their_own_cases_and_is_one_event(barnet: PanelWorld) -> None:
    reader, stranger = barnet.seat(), barnet.seat(granted=False)
    for person in (reader, stranger):
        barnet.sign(person)
    hidden = barnet.new_case("CNRYHIDDEN")
    page = reverse("channel-cases", args=["barnet"])
    for person, seen in (
        (barnet.chair, {barnet.case.reference, hidden.reference}),
        (reader, {barnet.case.reference}),
        (stranger, set()),
    ):
        text = sign_in(Client(), person).get(page).content.decode()
        assert {ref for ref in (barnet.case.reference, hidden.reference) if ref in text} == seen
        assert "An invented summary" not in text
    with barnet.as_chair():
        listed = Event.objects.filter(action="channel.cases_listed").order_by("id")
        assert [(event.actor_id, len(event.details["cases"])) for event in listed] == [
            (barnet.chair.pk, 2),
            (reader.pk, 1),
        ]


def test_opening_a_form_is_a_reading_of_the_case(chair: Client, barnet: PanelWorld) -> None:
    for part in PARTS:
        with barnet.as_chair():
            before = Event.objects.filter(action="channel.case_read").count()
        answer = chair.get(address(barnet, part))
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        assert "OFFICIAL-SENSITIVE" in answer.content.decode()
        with barnet.as_chair():
            assert Event.objects.filter(action="channel.case_read").count() == before + 1


def test_the_list_of_cases_asks_as_many_questions_for_one_as_for_many(
    chair: Client, barnet: PanelWorld
) -> None:
    page = reverse("channel-cases", args=["barnet"])
    counts = []
    for _ in range(2):
        chair.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert chair.get(page).status_code == 200
        counts.append(len(asked))
        for number in range(8):
            barnet.new_case(f"CNRY{number}")
    assert counts[0] == counts[1]
    assert counts[0] <= 40
