"""Improvement plans: agreed by the council, read and marked by the own lead of the organisation alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Organisation
from partnerships.services.acting_people import allow_submitter
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import due_items
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, give_role, member
from tests.partnerships.factories import OrganisationFactory, linked, submitter
from tests.training.factories import JUNE, SEPTEMBER, returned, wrap
from training.enums import ImprovementState
from training.models import ImprovementMilestone, ImprovementPlan
from training.services.improvement_plans import (
    add_milestone,
    agree_improvement_plan,
    change_improvement_plan,
    change_milestone,
    end_improvement_plan,
    mark_milestone,
    note_progress,
)

pytestmark = pytest.mark.django_db


def days(count: int) -> date:
    return timezone.localdate() + timedelta(days=count)


def lead(council: Council, organisation: Organisation) -> User:
    """The Prevent lead of an organisation that the council has linked."""
    linked(council, organisation)
    person = member(council, Role.PARTNER_LEAD)
    with service_scope(council=council):
        allow_submitter(council=council, organisation=organisation, user=person, by=None)
    return person


def agreed(council: Council, organisation: Organisation, monitor: User, **fields: Any) -> ImprovementPlan:
    linked(council, organisation)
    with service_scope(council=council):
        return agree_improvement_plan(
            council=council,
            organisation=organisation,
            course=wrap(),
            council_staff_only=False,
            reason="Below target",
            monitor=monitor,
            target_on=days(60),
            by=monitor,
            **{"token": uuid4(), **fields},
        )


def step_of(plan: ImprovementPlan, text: str = "Hold a session", due: int = 10) -> ImprovementMilestone:
    with service_scope(council=plan.council):
        return add_milestone(plan=plan, text=text, due_on=days(due), by=None)


def test_a_plan_is_agreed_from_a_line_below_target_and_ended(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust = OrganisationFactory(name="Trust")
    for period, compliant in ((JUNE, 90), (SEPTEMBER, 84)):
        returned(council, trust, compliant, 100, for_council=True, period=period)
        returned(other, trust, compliant, 100, for_council=True, period=period)
    coordinator = member(council, Role.COORDINATOR)
    sign_in(client, coordinator)
    page = client.get(reverse("training", args=[council.slug]))
    link = next(
        each
        for group in page.context["lines"]
        for line in group["lines"]
        for each in line["links"]
        if each.text == "Agree an improvement plan"
    )
    form = client.get(link.href).context["form"]
    assert form.initial["reason"].startswith("Trust (Local staff) fell below the target of 85% in WRAP")
    sent = {
        "organisation": trust.pk,
        "course": wrap().pk,
        "council_staff_only": "on",
        "reason": form.initial["reason"],
        "monitor": coordinator.pk,
        "target_on": days(60).isoformat(),
        "token": str(form["token"].value()),
    }
    for _ in range(2):
        answer = client.post(link.href, sent, follow=True)
        assert b"Improvement plan agreed" in answer.content
    with service_scope(council=council):
        plan = ImprovementPlan.objects.get(council=council)
    again = client.get(reverse("training", args=[council.slug]))
    assert b"See the improvement plan" in again.content
    twice = client.post(link.href, {**sent, "token": str(uuid4())})
    assert b"is open already" in twice.content
    end = reverse("improvement-plan-end", args=[council.slug, plan.pk])
    refused = client.post(end, {"state": "closed", "reason": "", "version": "1"})
    assert "Enter why the plan is closed" in refused.content.decode()
    assert client.post(end, {"state": "achieved", "reason": "", "version": "1"}).status_code == 302
    with service_scope(council=council):
        plan.refresh_from_db()
    assert (plan.state, plan.ended_on) == (ImprovementState.ACHIEVED, timezone.localdate())
    with service_scope(council=other):
        assert not ImprovementPlan.objects.exists()


def test_the_own_lead_marks_steps_and_every_other_lead_finds_nothing(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust, elsewhere = OrganisationFactory(), OrganisationFactory()
    coordinator = member(council, Role.COORDINATOR)
    plan = agreed(council, trust, coordinator)
    agreed(council, elsewhere, coordinator)
    step = step_of(plan)
    page = reverse("improvement-plan", args=[council.slug, plan.pk])
    done = reverse("improvement-milestone-done", args=[council.slug, step.pk])
    api = reverse("api-improvement-plan", args=[council.slug, plan.pk])
    edit = reverse("improvement-plan-edit", args=[council.slug, plan.pk])
    sign_in(client, lead(council, trust))
    assert client.get(page).status_code == 200
    listed = client.get(reverse("improvement-plans", args=[council.slug])).context["table"].rows
    assert [row[0].href for row in listed] == [page]
    assert client.post(done, {"done": "yes", "done_on": days(1).isoformat()}).status_code == 200
    assert client.post(done, {"done": "yes", "done_on": days(0).isoformat()}).status_code == 302
    assert client.post(page, {"text": "Twelve came.", "token": str(uuid4())}).status_code == 302
    assert (client.get(edit).status_code, client.get(api).status_code) == (404, 200)
    with service_scope(council=council):
        step.refresh_from_db()
    assert step.done_on == days(0)
    strangers = [
        lead(council, elsewhere),
        submitter(council, trust),
        member(council, Role.BOARD_MEMBER),
        member(other, Role.COORDINATOR),
        lead(other, trust),
    ]
    for person in strangers:
        visitor = sign_in(Client(), person)
        answers = [visitor.get(address).status_code for address in (page, done, api)]
        answers.append(visitor.post(done, {"done": "no"}).status_code)
        assert answers == [404] * 4
    with service_scope(council=council):
        step.refresh_from_db()
    assert step.done_on == days(0)


def test_an_auditor_reads_and_only_the_officer_who_watches_reports(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    watching, beside = member(council, Role.SAFETY_OFFICER), member(council, Role.SAFETY_OFFICER)
    plan = agreed(council, OrganisationFactory(), watching)
    agreed(other, OrganisationFactory(), member(other, Role.COORDINATOR))
    page = reverse("improvement-plan", args=[council.slug, plan.pk])
    note = {"text": "Two sessions are booked.", "token": str(uuid4())}
    expected = {watching.pk: 302, beside.pk: 404, member(council, Role.AUDITOR).pk: 404}
    for person in User.objects.filter(pk__in=expected):
        visitor = sign_in(Client(), person)
        assert visitor.get(page).status_code == 200
        assert visitor.post(page, note).status_code == expected[person.pk]


def test_what_a_policy_refuses_is_refused() -> None:
    council, other = CouncilFactory(), CouncilFactory()
    coordinator, stranger = member(council, Role.COORDINATOR), member(other, Role.COORDINATOR)
    trust = OrganisationFactory()
    partner = submitter(council, trust)
    for fields in ({"reason": " "}, {"target_on": days(0)}, {"monitor": stranger}, {"monitor": partner}):
        given = {"reason": "x", "target_on": days(9), "monitor": coordinator, **fields}
        with service_scope(council=council), pytest.raises(PolicyError):
            agree_improvement_plan(
                council=council,
                organisation=trust,
                course=wrap(),
                council_staff_only=False,
                token=uuid4(),
                by=coordinator,
                **given,
            )
    plan = agreed(council, trust, coordinator)
    step = step_of(plan)
    with service_scope(council=council):
        with pytest.raises(PolicyError):
            mark_milestone(milestone=step, done_on=days(1), by=coordinator)
        with pytest.raises(PolicyError):
            end_improvement_plan(
                plan=plan, state=ImprovementState.CLOSED, reason=" ", version=1, by=coordinator
            )
        with pytest.raises(PolicyError):
            note_progress(plan=plan, text=" ", token=uuid4(), by=coordinator)
        end_improvement_plan(
            plan=plan, state=ImprovementState.CLOSED, reason="The ward has moved.", version=1, by=coordinator
        )
        for change in (
            lambda: add_milestone(plan=plan, text="x", due_on=days(1), by=coordinator),
            lambda: mark_milestone(milestone=step, done_on=days(0), by=coordinator),
            lambda: end_improvement_plan(
                plan=plan, state=ImprovementState.ACHIEVED, reason="", version=2, by=coordinator
            ),
        ):
            with pytest.raises(PolicyError, match="has ended"):
                change()


def test_a_date_that_moved_is_shown_as_moved_and_a_save_in_between_is_noticed(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    coordinator = member(council, Role.COORDINATOR)
    plan = agreed(council, OrganisationFactory(), coordinator)
    agreed(other, OrganisationFactory(), member(other, Role.COORDINATOR))
    step = step_of(plan)
    with service_scope(council=council):
        change_improvement_plan(
            plan=plan, reason="x", monitor=coordinator, target_on=days(90), version=1, by=coordinator
        )
        change_milestone(milestone=step, text=step.text, due_on=days(20), version=1, by=coordinator)
        with pytest.raises(StaleVersion) as stale:
            change_improvement_plan(
                plan=plan, reason="y", monitor=coordinator, target_on=days(70), version=1, by=coordinator
            )
        with pytest.raises(StaleVersion):
            change_milestone(milestone=step, text="z", due_on=days(20), version=1, by=coordinator)
    assert [each.field for each in stale.value.differences] == ["reason", "target_on"]
    sign_in(client, coordinator)
    words = client.get(reverse("improvement-plan", args=[council.slug, plan.pk])).content.decode()
    assert words.count("moved from") == 2


def test_a_step_waits_for_who_watches_and_for_the_lead_with_the_same_statements() -> None:
    councils = [CouncilFactory() for _ in range(3)]
    trust = OrganisationFactory(name="Trust")
    coordinator = member(councils[0], Role.COORDINATOR)
    person = lead(councils[0], trust)
    step_of(agreed(councils[0], trust, coordinator), due=-2)
    step_of(agreed(councils[1], trust, member(councils[1], Role.COORDINATOR)))

    def waiting(user: User) -> tuple[list[tuple[str, date | None]], int]:
        with own_councils_scope(user_id=user.pk), CaptureQueriesContext(connection) as statements:
            items = due_items(user, timezone.localdate())
        return [(item.title, item.due_on) for item in items if item.reference == "Improvement plan"], len(
            statements
        )

    expected = [("Hold a session, Trust, WRAP", days(-2))]
    assert waiting(person)[0] == expected
    found, before = waiting(coordinator)
    assert found == expected
    for council in councils[1:]:
        give_role(coordinator, council, Role.COORDINATOR)
    step_of(agreed(councils[2], trust, coordinator), due=5)
    found, after = waiting(coordinator)
    assert found == [*expected, ("Hold a session, Trust, WRAP", days(5))]
    assert after == before


def test_the_list_takes_the_same_statements_for_one_and_for_many(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    coordinator = member(council, Role.COORDINATOR)
    sign_in(client, coordinator)
    address = reverse("improvement-plans", args=[council.slug])
    client.get(address)
    asked = []
    for number in (1, 12):
        for _ in range(number):
            step_of(agreed(council, OrganisationFactory(), coordinator))
        agreed(other, OrganisationFactory(), member(other, Role.COORDINATOR))
        with CaptureQueriesContext(connection) as statements:
            client.get(address)
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_the_api_agrees_changes_and_ends_a_plan_once(client: Client) -> None:
    council, other = CouncilFactory(), CouncilFactory()
    trust, foreign = linked(council, OrganisationFactory()), linked(other, OrganisationFactory())
    sign_in(client, member(council, Role.COORDINATOR))
    plans = reverse("api-improvement-plans", args=[council.slug])
    body = {
        "organisation_id": str(trust.pk),
        "course_id": str(wrap().pk),
        "reason": "Below target",
        "target_on": days(30).isoformat(),
    }
    foreign_body = {**body, "organisation_id": str(foreign.pk)}
    json = "application/json"
    assert client.post(plans, foreign_body, json).status_code == 404
    first = client.post(plans, body, json, headers={"Idempotency-Key": "one"})
    again = client.post(plans, body, json, headers={"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert client.post(plans, body, json).status_code == 400
    plan_id = first.json()["id"]
    step = client.post(
        reverse("api-improvement-milestones", args=[council.slug, plan_id]),
        {"text": "Hold a session", "due_on": days(9).isoformat()},
        json,
    ).json()
    done = reverse("api-improvement-milestone-done", args=[council.slug, step["id"]])
    assert client.post(done, {"done_on": days(0).isoformat()}, json).json()["done_on"] == days(0).isoformat()
    plan = reverse("api-improvement-plan", args=[council.slug, plan_id])
    change = {"version": 1, "reason": "Still below", "target_on": days(40).isoformat()}
    assert client.put(plan, change, json).json()["version"] == 2
    assert client.put(plan, change, json).status_code == 409
    end = reverse("api-improvement-plan-end", args=[council.slug, plan_id])
    assert client.post(end, {"version": 2, "state": "closed"}, json).status_code == 400
    assert client.post(end, {"version": 2, "state": "achieved"}, json).json()["state"] == "achieved"
    assert [each["id"] for each in client.get(plans).json()["results"]] == [plan_id]
