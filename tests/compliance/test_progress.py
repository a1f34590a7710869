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
from compliance.policies import AlreadySent, PolicyError, StaleVersion
from compliance.policies.actions import RowsRefused, next_statuses
from compliance.services.progress import MOST_ROWS, ProgressRow, log_progress, log_progress_on_many
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.audit.models import Event
from prevent_portal.tenancy.models import Council
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
        ({"rating": ""}, "Select how the action stands"),
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


def _row(action: Action, **fields: Any) -> ProgressRow:
    given: dict[str, Any] = {
        "action": action,
        "version": action.version,
        "rating": action.rating,
        "status": action.status,
        "note": "",
    }
    return ProgressRow(**{**given, **fields})


def _three(council: Council, coordinator: User) -> list[Action]:
    plan = make_plan(council, coordinator)
    return [make_action(plan, coordinator, title=f"Action {number}") for number in (1, 2, 3)]


def test_of_many_rows_only_the_changed_ones_are_saved() -> None:
    council = CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    first, second, third = _three(council, coordinator)
    with service_scope(council=council):
        rows = [
            _row(first, rating="red", note="Stuck."),
            _row(second),
            _row(third, note="Nothing new, still going."),
        ]
        entries = log_progress_on_many(council=council, by=coordinator, rows=rows, token=uuid4())
        assert [entry.action_id for entry in entries] == [first.pk, third.pk]
        stored = {one.number: (one.rating, one.version) for one in Action.objects.filter(council=council)}
        assert stored == {1: ("red", 2), 2: ("", 1), 3: ("", 2)}


def test_a_stale_row_is_named_and_nothing_is_applied() -> None:
    council = CouncilFactory.create()
    coordinator, officer = member(council, Role.COORDINATOR), member(council, Role.SAFETY_OFFICER)
    first, second, third = _three(council, coordinator)
    with service_scope(council=council):
        _log(second, officer, note="Theirs.", rating="amber")
        rows = [
            _row(first, note="Mine on the first."),
            _row(second, note="Mine on the second.", rating="green"),
            _row(third, rating="red"),
        ]
        with pytest.raises(RowsRefused) as caught:
            log_progress_on_many(council=council, by=coordinator, rows=rows, token=uuid4())
        stale, without = caught.value.problems
        assert (stale.reference, stale.version) == ("A2", 2)
        assert stale.differences[0].theirs == "Theirs."
        assert stale.differences[0].yours == "Mine on the second."
        assert (without.reference, without.words) == ("A3", "Enter what has happened on A3.")
        assert ProgressEntry.objects.filter(council=council).count() == 1
        assert Action.objects.get(council=council, pk=first.pk).version == 1


def test_an_unchanged_row_that_somebody_else_saved_stops_nothing() -> None:
    council = CouncilFactory.create()
    coordinator, officer = member(council, Role.COORDINATOR), member(council, Role.SAFETY_OFFICER)
    first, second, _ = _three(council, coordinator)
    with service_scope(council=council):
        _log(second, officer, note="Theirs.")
        entries = log_progress_on_many(
            council=council, by=coordinator, rows=[_row(first, note="Mine."), _row(second)], token=uuid4()
        )
        assert [entry.action_id for entry in entries] == [first.pk]


def test_many_rows_sent_twice_happen_once() -> None:
    council = CouncilFactory.create()
    coordinator, other = member(council, Role.COORDINATOR), member(council, Role.COORDINATOR)
    first, second, _ = _three(council, coordinator)
    token = uuid4()
    rows = [_row(first, note="One."), _row(second)]
    with service_scope(council=council):
        made = log_progress_on_many(council=council, by=coordinator, rows=rows, token=token)
        again = log_progress_on_many(council=council, by=coordinator, rows=rows, token=token)
        assert [entry.pk for entry in again] == [entry.pk for entry in made]
        assert ProgressEntry.objects.filter(council=council).count() == 1
        with pytest.raises(AlreadySent):
            log_progress_on_many(council=council, by=other, rows=rows, token=token)
        changed = [_row(first, note="Another."), _row(second)]
        with pytest.raises(AlreadySent):
            log_progress_on_many(council=council, by=coordinator, rows=changed, token=token)
        with pytest.raises(PolicyError, match="at most 50"):
            log_progress_on_many(
                council=council, by=coordinator, rows=[_row(first)] * (MOST_ROWS + 1), token=uuid4()
            )


def _bulk_fields(*rows: dict[str, Any]) -> dict[str, Any]:
    """What the page of a review meeting sends."""
    sent: dict[str, Any] = {"token": str(uuid4()), "action": []}
    for row in rows:
        action = row["action"]
        sent["action"].append(str(action.pk))
        for name in ("rating", "status", "version"):
            sent[f"{action.reference}-{name}"] = str(row.get(name, getattr(action, name)))
        sent[f"{action.reference}-note"] = row.get("note", "")
    return sent


def test_the_page_of_a_review_meeting_saves_all_changes_or_none(client: Client) -> None:
    council = CouncilFactory.create()
    coordinator, officer = member(council, Role.COORDINATOR), member(council, Role.SAFETY_OFFICER)
    first, second, third = _three(council, coordinator)
    sign_in(client, coordinator)
    address = f"/c/{council.slug}/actions/progress/"
    page = client.get(f"{address}?plan={first.plan_id}").content.decode()
    assert page.count('name="action"') == 3
    with service_scope(council=council):
        _log(second, officer, note="Theirs.")
    sent = _bulk_fields(
        {"action": first, "note": "Mine on the first.", "rating": "amber"},
        {"action": second, "note": "Mine on the second.", "rating": "green", "status": "on_hold"},
        {"action": third},
    )
    stale = client.post(address, sent)
    text = stale.content.decode()
    assert stale.status_code == 409
    for words in ("Somebody else saved A2", "Theirs.", "Mine on the first.", "Mine on the second."):
        assert words in text
    with service_scope(council=council):
        assert ProgressEntry.objects.filter(council=council).count() == 1
    assert 'name="A2-version" value="2"' in text
    without = client.post(address, _bulk_fields({"action": third, "rating": "red"}))
    assert "Enter what has happened on A3." in without.content.decode()
    nothing = client.post(address, _bulk_fields({"action": third}))
    assert "Nothing was changed." in nothing.content.decode()
    saved = client.post(address, {**sent, "A2-version": "2"}, follow=True)
    assert "Progress saved on 2 actions." in saved.content.decode()
    again = client.post(address, {**sent, "A2-version": "2"}, follow=True)
    assert "Progress saved on 2 actions." in again.content.decode()
    with service_scope(council=council):
        assert ProgressEntry.objects.filter(council=council).count() == 3


def test_one_action_that_is_not_the_persons_stops_the_whole_form(client: Client) -> None:
    council, other = CouncilFactory.create(), CouncilFactory.create()
    coordinator, officer = member(council, Role.COORDINATOR), member(council, Role.SAFETY_OFFICER)
    plan = make_plan(council, coordinator)
    own = make_action(plan, coordinator, owner=officer, title="Own action")
    foreign = make_action(plan, coordinator, owner=coordinator, title="Somebody else's")
    elsewhere = make_action(make_plan(other, officer), officer, title="Elsewhere")
    sign_in(client, officer)
    address = f"/c/{council.slug}/actions/progress/"
    page = client.get(address).content.decode()
    assert "Own action" in page
    assert "Somebody else" not in page.replace("Somebody else saved", "")
    for wrong in (foreign, elsewhere):
        sent = _bulk_fields({"action": own, "note": "Mine."}, {"action": wrong, "note": "Not mine."})
        assert client.post(address, sent).status_code == 404
    assert client.post(address, {"action": "x"}).status_code == 404
    with service_scope(council=council):
        assert ProgressEntry.objects.filter(council=council).count() == 0
    assert client.post(address, _bulk_fields({"action": own, "note": "Mine."})).status_code == 302


def test_many_rows_by_api_name_every_problem_and_apply_nothing(client: Client) -> None:
    json: dict[str, Any] = {"content_type": "application/json"}
    council, other = CouncilFactory.create(), CouncilFactory.create()
    coordinator = member(council, Role.COORDINATOR)
    first, second, _ = _three(council, coordinator)
    elsewhere = make_action(make_plan(other, coordinator), coordinator)
    sign_in(client, coordinator)
    address = f"/api/v1/c/{council.slug}/actions/progress/"

    def row(action: Action, **fields: Any) -> dict[str, Any]:
        given = {"action_id": str(action.pk), "version": 1, "note": "A note.", "rating": "green"}
        return {**given, "status": "in_progress", **fields}

    stale = client.post(address, {"rows": [row(first), row(second, version=9)]}, **json)
    assert (stale.status_code, [one["reference"] for one in stale.json()["problems"]]) == (409, ["A2"])
    wrong = client.post(address, {"rows": [row(first), row(second, status="withdrawn")]}, **json)
    assert wrong.status_code == 201, "coordinators withdraw"
    back = client.post(address, {"rows": [row(second, version=2)]}, **json)
    assert (back.status_code, back.json()["problems"][0]["version"]) == (422, None)
    answers = [
        client.post(address, {"rows": [row(first, action_id=str(key), version=2)]}, **json)
        for key in (elsewhere.pk, uuid4())
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].json() == answers[1].json()
    key = {"Idempotency-Key": "meeting"}
    body = {"rows": [row(first, version=2, note="Once.")]}
    assert client.post(address, body, headers=key, **json).json() == {"saved": 1}
    assert client.post(address, body, headers=key, **json).json() == {"saved": 1}
    with service_scope(council=council):
        assert ProgressEntry.objects.filter(council=council, note="Once.").count() == 1
