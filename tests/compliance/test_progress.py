"""Logging progress: once per form, by the right people, nothing lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from compliance.enums import ActionStatus
from compliance.models import Action, ProgressEntry
from compliance.policies import AlreadySent, PolicyError, StaleVersion, next_statuses
from compliance.services.progress import log_progress
from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.scope import council_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.factories import make_action, make_plan, progress_fields
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


def _log(action: Action, by: Any, **fields: Any) -> ProgressEntry:
    given: dict[str, Any] = {
        "note": "Done a part.",
        "rating": "green",
        "status": "in_progress",
        "version": 1,
        "token": uuid4(),
    }
    return log_progress(action=action, by=by, **{**given, **fields})


def test_an_entry_sets_rating_and_status_and_is_audited() -> None:
    council = CouncilFactory.create()
    officer = member(council, Role.SAFETY_OFFICER)
    action = make_action(make_plan(council, officer), officer, owner=officer)
    with council_scope(user_id=officer.pk, council=council):
        entry = _log(action, officer, rating="amber")
        action.refresh_from_db()
        assert (action.rating, action.status, action.version) == ("amber", "in_progress", 2)
        assert (entry.status_before, entry.rating_before) == ("not_started", "")
    auditor = member(council, Role.AUDITOR)
    with council_scope(user_id=auditor.pk, council=council):
        event = Event.objects.filter(council_id=council.pk, action="compliance.progress_logged").get()
        assert (event.actor_id, event.subject_id) == (officer.pk, str(action.pk))
        assert event.details == {"entry": str(entry.pk)}, "references only, never the text (AL-3)"


def test_a_form_sent_twice_happens_once() -> None:
    council = CouncilFactory.create()
    officer, other = member(council, Role.SAFETY_OFFICER), member(council, Role.COORDINATOR)
    plan = make_plan(council, officer)
    action, another = make_action(plan, officer), make_action(plan, officer)
    token = UUID("018f0000-0000-7000-8000-000000000001")
    with service_scope(council=council):
        first = _log(action, officer, token=token)
        assert _log(action, officer, token=token).pk == first.pk
        assert ProgressEntry.objects.filter(council=council).count() == 1
        assert Action.objects.get(council=council, pk=action.pk).version == 2
        with pytest.raises(AlreadySent):
            _log(another, officer, token=token)
        with pytest.raises(AlreadySent):
            _log(action, other, token=token)


def test_a_stale_form_is_refused_with_both_texts_and_nothing_stored() -> None:
    council = CouncilFactory.create()
    officer, coordinator = member(council, Role.SAFETY_OFFICER), member(council, Role.COORDINATOR)
    action = make_action(make_plan(council, officer), officer)
    with service_scope(council=council):
        _log(action, coordinator, note="Theirs.", rating="red")
        with pytest.raises(StaleVersion) as caught:
            _log(action, officer, note="Mine.", rating="green", status="on_hold")
        assert [(one.field, one.theirs, one.yours) for one in caught.value.differences] == [
            ("note", "Theirs.", "Mine."),
            ("rating", "Red: off track, needs a decision", "Green: on track"),
            ("status", "In progress", "On hold"),
        ]
        assert ProgressEntry.objects.filter(council=council).count() == 1


@pytest.mark.parametrize(
    ("before", "after", "edits_plans", "allowed"),
    [
        ("not_started", "complete", False, True),
        ("in_progress", "not_started", False, False),
        ("in_progress", "withdrawn", False, False),
        ("in_progress", "withdrawn", True, True),
        ("complete", "in_progress", False, True),
        ("complete", "withdrawn", True, False),
        ("withdrawn", "in_progress", True, False),
    ],
)
def test_a_status_follows_only_from_some(before: str, after: str, edits_plans: bool, allowed: bool) -> None:
    council = CouncilFactory.create()
    officer = member(council, Role.SAFETY_OFFICER)
    action = make_action(make_plan(council, officer), officer)
    assert (ActionStatus(after) in next_statuses(before, edits_plans=edits_plans)) is allowed
    with service_scope(council=council):
        done = timezone.localdate() if before == "complete" else None
        Action.objects.filter(council=council).update(status=before, completed_on=done)
        if not allowed:
            with pytest.raises(PolicyError, match="cannot become"):
                _log(action, officer, status=after, edits_plans=edits_plans)
            return
        _log(action, officer, status=after, edits_plans=edits_plans)
        stored = Action.objects.get(council=council)
        assert (stored.completed_on is not None) is (after == "complete")


def test_officers_log_on_their_own_actions_and_coordinators_on_all(client: Client) -> None:
    council = CouncilFactory.create()
    owner, colleague = member(council, Role.SAFETY_OFFICER), member(council, Role.SAFETY_OFFICER)
    plan = make_plan(council, owner)
    action = make_action(plan, owner, owner=owner)
    address = f"/c/{council.slug}/actions/{action.pk}/"
    answers = {
        Role.COORDINATOR: (200, 200),
        Role.ADMINISTRATOR: (200, 404),
        Role.BOARD_MEMBER: (200, 404),
        Role.AUDITOR: (200, 404),
        Role.PARTNER_SUBMITTER: (404, 404),
        Role.PANEL_MEMBER: (404, 404),
        Role.COUNCILLOR: (404, 404),
    }
    people = {role: member(council, role) for role in answers}
    for person, expected in [
        (owner, (200, 200)),
        (colleague, (200, 404)),
        *((people[role], answer) for role, answer in answers.items()),
        (member(CouncilFactory.create(), Role.COORDINATOR), (404, 404)),
    ]:
        visitor = sign_in(Client(), person)
        got = tuple(visitor.get(address + page).status_code for page in ("", "progress/"))
        assert got == expected, person
        if expected[1] == 404:
            sent = visitor.post(f"{address}progress/", progress_fields(action))
            assert sent.status_code == 404
    with service_scope(council=council):
        assert ProgressEntry.objects.filter(council=council).count() == 0


def test_a_partner_lead_sees_and_logs_only_the_actions_they_own(client: Client) -> None:
    council = CouncilFactory.create()
    partner, officer = member(council, Role.PARTNER_LEAD), member(council, Role.SAFETY_OFFICER)
    plan = make_plan(council, officer)
    own, foreign = make_action(plan, officer, owner=partner), make_action(plan, officer, owner=officer)
    sign_in(client, partner, second_factor=False)
    base = f"/c/{council.slug}"
    assert client.get(f"{base}/plans/{plan.pk}/").status_code == 404
    assert client.get(f"{base}/actions/{foreign.pk}/").status_code == 404
    assert client.get(f"{base}/actions/{own.pk}/").status_code == 200
    sent = client.post(f"{base}/actions/{own.pk}/progress/", progress_fields(own))
    assert sent.status_code == 302


def test_the_form_says_what_is_wrong_and_stores_nothing(client: Client) -> None:
    council = CouncilFactory.create()
    officer = member(council, Role.SAFETY_OFFICER)
    action = make_action(make_plan(council, officer), officer, owner=officer)
    sign_in(client, officer, second_factor=False)
    address = f"/c/{council.slug}/actions/{action.pk}/progress/"
    for fields, words in (
        ({"note": " "}, "Enter what has happened"),
        ({"rating": ""}, "Select an answer"),
        ({"rating": "purple"}, "Select one of the answers"),
        ({"status": "withdrawn"}, "Select one of the answers"),
        ({"note": "x" * 2001}, "must be 2000 characters or fewer"),
        ({"version": "x"}, "This page was incomplete"),
        ({"token": "x"}, "This page was incomplete"),
        ({"evidence": SimpleUploadedFile("empty.pdf", b"")}, "The selected file is empty"),
        ({"evidence": SimpleUploadedFile("run.exe", b"MZ")}, "must be one of these types"),
        ({"evidence": SimpleUploadedFile("report.pdf", b"not a pdf")}, "is not a readable PDF"),
    ):
        page = client.post(address, progress_fields(action, **fields))
        assert page.status_code == 200
        assert words in page.content.decode(), fields
    with service_scope(council=council):
        assert ProgressEntry.objects.filter(council=council).count() == 0
        assert Action.objects.get(council=council).version == 1


def test_a_file_leaves_only_through_the_action_it_hangs_on(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    officer = member(council, Role.SAFETY_OFFICER)
    action = make_action(make_plan(council, officer), officer, owner=officer)
    sign_in(client, officer, second_factor=False)
    address = f"/c/{council.slug}/actions/{action.pk}/"
    upload = SimpleUploadedFile("numbers.csv", b"a,b\n1,2\n")
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(f"{address}progress/", progress_fields(action, evidence=upload))
    assert sent.status_code == 302
    page = client.get(address).content.decode()
    assert "numbers.csv" in page
    href = page.split('portal-file" href="')[1].split('"')[0]
    assert _download(client, href) == (200, b"a,b\n1,2\n")
    for role, where in (
        (Role.BOARD_MEMBER, council),
        (Role.PARTNER_SUBMITTER, council),
        (Role.PANEL_MEMBER, council),
        (Role.COORDINATOR, other),
    ):
        status, _ = _download(sign_in(Client(), member(where, role)), href)
        assert status == (200 if role == Role.BOARD_MEMBER else 404), role


def _download(visitor: Client, href: str) -> tuple[int, bytes]:
    response = visitor.get(href)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, content
