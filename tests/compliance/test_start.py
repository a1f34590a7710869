"""A new council is set up page by page or by command; both look at what is there and at nothing else."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.forms import BaseForm
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.models import Action, ActionPlan, Assessment, Objective, ReportSchedule, ReportTemplate
from compliance.policies import PolicyError
from compliance.queries.start import StepState, is_offered, next_step, steps_of
from compliance.services.shipped_plans import first_year, start_shipped_plan, years_of
from compliance.shipped_plans import SHIPPED_PLANS
from partnerships.enums import BoardKind
from partnerships.models import Board
from prevent_portal.accounts.access import CouncilAccess, council_access
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Invitation, Membership, User
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.accounts.services.invitations import accept_with_new_account, invite
from prevent_portal.audit.models import Event
from prevent_portal.outbox.models import Email
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.forms import DateField
from tests.accounts.sessions import sign_in
from tests.factories import CouncilFactory, member
from tests.partnerships.factories import OrganisationFactory
from training.models import Target

pytestmark = pytest.mark.django_db

TASKS = [
    "people-administrator", "people-coordinator", "people-board_member", "organisations", "board", "panel",
    "round", "plan", "target", "template", "schedule",
]  # fmt: skip


def new_council(**fields: Any) -> Council:
    return CouncilFactory.create(joined_on=timezone.localdate(), **fields)


def access_of(person: User, council: Council) -> CouncilAccess:
    with service_scope(council=council):
        return council_access(person, council)


def states(person: User, council: Council) -> dict[str, str]:
    access = access_of(person, council)
    with service_scope(council=council):
        return {step.key: step.state.value for step in steps_of(access)}


def boxes(name: str, value: object) -> dict[str, object]:
    """What a browser sends for one field."""
    if isinstance(value, date):
        return {f"{name}_day": value.day, f"{name}_month": value.month, f"{name}_year": value.year}
    return {name: value}


def send(client: Client, address: str, **answers: object) -> tuple[Any, int]:
    """Open a form, answer what is asked, leave the rest as it is; say how many boxes that took."""
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code)
    form: BaseForm = page.context["form"]
    data: dict[str, object] = {}
    for name, field in form.fields.items():
        value = answers.get(name, form[name].initial)
        if value not in (None, "") and not (isinstance(field, DateField) and not isinstance(value, date)):
            data |= boxes(name, value)
    for name in [key for key in answers if key not in form.fields]:
        raise AssertionError(f"{address} does not ask for {name}")
    return client.post(address, data), len(answers)


def test_the_guided_start_is_worked_through_page_by_page(client: Client) -> None:
    """Eight forms with fifteen boxes between them: at half a minute a box, under ten minutes."""
    council, other = new_council(name="Barchester"), new_council()
    organisation = OrganisationFactory.create(name="Barchester Hospitals")
    administrator = member(council, Role.ADMINISTRATOR)
    coordinator = member(council, Role.COORDINATOR)
    here = f"/c/{council.slug}/"
    sign_in(client, coordinator)
    page = client.get(f"{here}start/").content.decode()
    assert "2 of 10 tasks are completed." in page
    assert f'href="/c/{council.slug}/start/"' in client.get(here).content.decode()
    # The coordinator does not invite people, so these tasks stand apart, without a form.
    assert "Done by others" in page
    assert "settings/people" not in page
    tasks = dict(re.findall(r'task-list__link" href="([^"]+)"[^>]*>([^<]+)<', page))
    assert list(tasks.values()) == [
        "Partner organisations", "Multi-agency board", "Channel panel, if you run one",
        "Duty checklist", "Action plan", "Training targets", "Report template",
    ]  # fmt: skip
    addresses = {words: address.replace("&amp;", "&") for address, words in tasks.items()}
    with service_scope(council=council):
        administered = {
            step.key: step.href for step in steps_of(council_access(administrator, council)) if step.href
        }
    assert set(administered) == {
        "people-administrator",
        "people-coordinator",
        "people-board_member",
        "organisations",
        "board",
        "panel",
    }
    invitee = sign_in(Client(), administrator)
    asked = []
    back = f"{here}start/"

    def do(browser: Client, address: str, **answers: object) -> None:
        response, count = send(browser, address, **answers)
        assert response.status_code == 302, response.context["form"].errors
        assert response.url == back
        asked.append(count)

    do(invitee, administered["people-board_member"], email="chair@board.example")
    do(
        client,
        addresses["Partner organisations"] + "&q=Barchester",
        organisations=[str(organisation.pk)],
    )
    do(client, addresses["Multi-agency board"], name="Prevent Board", level="strategic", cadence="quarterly")
    do(client, addresses["Duty checklist"])
    do(client, addresses["Action plan"], shape="own-services")
    course = Target._meta.get_field("course").related_model.objects.get(slug="home-office-awareness")
    do(
        client,
        addresses["Training targets"],
        course=str(course.pk),
        organisation_kind="council_service",
        per_cent="85",
        starts_on=timezone.localdate(),
        source="Prevent Board",
    )
    do(client, addresses["Report template"], shape="health-and-wellbeing")
    page = client.get(back).content.decode()
    schedule = re.search(r'href="([^"]+)"[^>]*>Report schedule<', page)
    assert schedule
    with service_scope(council=council):
        template = ReportTemplate.objects.get(council=council)
    do(
        client,
        schedule[1],
        template=str(template.pk),
        title="Prevent report",
        committee="Health and Wellbeing Board",
    )
    assert len(asked) == 8
    assert sum(asked) == 15
    page = client.get(back).content.decode()
    assert "Everything that every council needs is set up." in page
    # A task that is done leads to what is there, not to a second form.
    assert re.search(rf'href="{here}checklist/"[^>]*>Duty checklist<', page.split("Your tasks")[1])
    assert states(coordinator, council) == {
        **dict.fromkeys(TASKS, "Completed"),
        "panel": "Not started",  # not every council runs one
    }
    # The menu forgets it, and the other council has not moved.
    assert "/start/" not in client.get(f"{here}plans/").content.decode()
    assert set(states(member(other, Role.COORDINATOR), other).values()) == {
        "Not started", "Completed", "Cannot start yet",
    }  # fmt: skip


def test_each_task_reads_what_is_there() -> None:
    council, other = new_council(), new_council()
    coordinator = member(council, Role.COORDINATOR)
    administrator = member(other, Role.ADMINISTRATOR)
    with service_scope(council=other):
        Board.objects.create(council=other, name="Theirs")
        ReportTemplate.objects.create(council=other, name="Theirs")
        invite(council=other, email="a@b.example", name="", role=Role.BOARD_MEMBER, by=administrator)
    assert states(coordinator, council) == {
        **dict.fromkeys(TASKS, "Not started"),
        "people-coordinator": "Completed",
        "schedule": "Cannot start yet",
    }
    with service_scope(council=council):
        Board.objects.create(council=council, name="Panel", kind=BoardKind.CHANNEL_PANEL)
        ActionPlan.objects.create(
            council=council,
            title="Empty",
            kind="council",
            starts_on=date(2026, 4, 1),
            ends_on=date(2027, 3, 31),
        )
        service = User.objects.get(is_service=True)
        invitation, _ = invite(
            council=council, email="chair@b.example", name="", role=Role.BOARD_MEMBER, by=service
        )
        template = ReportTemplate.objects.create(council=council, name="Ours", retired_at=timezone.now())
    now = states(coordinator, council)
    # A panel is no multi-agency board, a plan without actions is begun, a retired template is none.
    assert (now["panel"], now["board"]) == ("Completed", "Not started")
    assert (now["plan"], now["template"], now["schedule"]) == (
        "In progress", "Not started", "Cannot start yet",
    )  # fmt: skip
    assert now["people-board_member"] == "Completed"
    with service_scope(council=council):
        invitation.expires_at = timezone.now() - timedelta(days=1)
        invitation.save(update_fields=["expires_at"])
        template.retired_at = None
        template.save(update_fields=["retired_at"])
    now = states(coordinator, council)
    assert now["people-board_member"] == "In progress"
    assert (now["template"], now["schedule"]) == ("Completed", "Not started")


def test_the_next_step_costs_one_statement_and_is_for_a_new_council_alone(client: Client) -> None:
    council, old = new_council(), CouncilFactory.create()
    coordinator, reader = member(council, Role.COORDINATOR), member(council, Role.BOARD_MEMBER)
    settled = access_of(member(old, Role.COORDINATOR), old)
    access, readers = access_of(coordinator, council), access_of(reader, council)
    with service_scope(council=council):
        with CaptureQueriesContext(connection) as captured:
            step = next_step(access)
        assert len(captured) == 1
        assert step is not None
        assert (step.text, step.href) == ("Partner organisations", f"/c/{council.slug}/start/")
        assert is_offered(access)
        with CaptureQueriesContext(connection) as captured:
            assert next_step(readers) is None
        assert len(captured) == 0
    with service_scope(council=old), CaptureQueriesContext(connection) as captured:
        assert next_step(settled) is None
        assert not is_offered(settled)
    assert len(captured) == 0
    sign_in(client, reader, second_factor=False)
    for address in ("start/", "plans/add/from-shipped/"):
        assert client.get(f"/c/{council.slug}/{address}").status_code == 404
    hint = f"Next in setting up {council.name}"
    assert hint not in client.get(f"/c/{council.slug}/").text
    sign_in(client, coordinator)
    assert hint in client.get(f"/c/{council.slug}/").text
    assert client.get(f"/c/{old.slug}/start/").status_code == 404


def test_a_form_leads_back_to_a_registered_place_and_to_no_other(client: Client) -> None:
    council = new_council()
    sign_in(client, member(council, Role.COORDINATOR))
    address = f"/c/{council.slug}/plans/add/from-shipped/"
    refused, _ = send(client, f"{address}?back=start", shape="own-services", title="")
    assert refused.status_code == 200  # a refusal stays where it is
    for place in ("//elsewhere.example", "people"):
        response, _ = send(client, f"{address}?back={place}", shape="own-services", title=f"For {place}")
        assert re.fullmatch(rf"/c/{council.slug}/plans/[0-9a-f-]+/", response.url)
    response, _ = send(client, f"{address}?back=start", shape="own-services", title="Last")
    assert response.url == f"/c/{council.slug}/start/"


def test_a_shipped_plan_becomes_the_councils_own() -> None:
    council, other = new_council(), new_council()
    coordinator = member(council, Role.COORDINATOR)
    days = {"starts_on": date(2026, 4, 14), "ends_on": date(2026, 12, 10)}
    with service_scope(council=council):
        plan = start_shipped_plan(council=council, by=coordinator, key="multi-agency", title="Plan", **days)
        actions = list(Action.objects.filter(plan=plan).order_by("number").values_list("title", "due_on"))
        assert (Objective.objects.filter(plan=plan).count(), len(actions)) == (9, 25)
        assert actions[:3] == [
            (SHIPPED_PLANS["multi-agency"].aims[0].steps[0].title, date(2026, 4, 30)),
            (SHIPPED_PLANS["multi-agency"].aims[0].steps[1].title, date(2026, 6, 30)),
            (SHIPPED_PLANS["multi-agency"].aims[0].steps[2].title, date(2026, 7, 31)),
        ]
        assert max(due for _, due in actions) == date(2026, 12, 10)  # never after the plan's last day
        for problem in ({"key": "none", "title": "Other"}, {"key": "own-services", "title": "Plan"}):
            with pytest.raises(PolicyError):
                start_shipped_plan(council=council, by=coordinator, **problem, **days)
        assert ActionPlan.objects.count() == 1
    with service_scope(council=other):
        assert not ActionPlan.objects.exists()


ASKED = (
    "--administrator", "Admin@Barchester.example", "--coordinator", "lead@barchester.example",
    "--board", "Prevent Board", "--edition", "guidance-2023", "--plan", "multi-agency", "--courses",
    "--schedule", "Health and Wellbeing Board", "--template", "health-and-wellbeing",
)  # fmt: skip
ALONE = "; the link went to this address alone."
COVERED = set(TASKS) - {"people-board_member", "organisations", "panel"}


def run(named: str, *arguments: str) -> list[str]:
    told = io.StringIO()
    call_command("set_up_council", named, *arguments, stdout=told)
    return told.getvalue().splitlines()


def rows(council: Council) -> dict[str, int]:
    """How many rows of each kind a council has, with what its audit trail says."""
    with service_scope(council=council):
        return {
            model.__name__: model.objects.filter(council_id=council.pk).count()
            for model in (
                Invitation, Board, Assessment, ActionPlan, Action, Target, ReportTemplate, ReportSchedule,
                Membership, Event,
            )
        }  # fmt: skip


def test_the_command_sets_a_council_up_once(settings: Any) -> None:
    settings.EMAIL_BACKEND = "prevent_portal.outbox.mail.OutboxEmailBackend"
    council = CouncilFactory.create(slug="barchester", name="Barchester", joined_on=None)
    council.codes.create(code="E99000001")
    other = new_council()
    before = rows(other)
    told = run("E99000001", *ASKED)
    assert told == [
        "Done: Barchester is on the portal.",
        f"Done: admin@barchester.example is invited as council administrator{ALONE}",
        f"Done: lead@barchester.example is invited as Prevent coordinator{ALONE}",
        "Done: The board “Prevent Board”.",
        "Done: A round of the duty checklist on “2023 guidance, 2024 toolkit”.",
        "Done: An action plan.",
        "Done: Training targets of 85% for services and schools.",
        "Done: The report template “Health and wellbeing board report”.",
        "Done: Reports to Health and Wellbeing Board: every quarter.",
    ]
    council.refresh_from_db()
    assert council.joined_on == timezone.localdate()
    assert rows(council) | {"Event": 0, "Action": 0} == {
        "Invitation": 2, "Board": 1, "Assessment": 1, "ActionPlan": 1, "Action": 0, "Target": 2,
        "ReportTemplate": 1, "ReportSchedule": 1, "Membership": 0, "Event": 0,
    }  # fmt: skip
    emails = Email.objects.filter(recipient__endswith="@barchester.example")
    texts = {email.recipient: email.text for email in emails}
    assert set(texts) == {"admin@barchester.example", "lead@barchester.example"}
    secret = re.search(r"/invitation/barchester/([-\w]+)/", texts["admin@barchester.example"])
    assert secret
    assert secret[1] not in "".join(told)
    # Under the service principal, in the council's own trail, without an address.
    with service_scope(council=council):
        events = list(Event.objects.filter(council_id=council.pk))
    service = User.objects.get(is_service=True)
    assert {event.actor_id for event in events} == {service.pk}
    assert "barchester.example" not in str([event.details for event in events])
    # A second run finds everything; the other council has not moved at all.
    first = rows(council)
    again = run("barchester", *ASKED)
    assert [line.split(":")[0] for line in again[:-1]] == ["Already there"] * 9
    assert again[-1] == "Nothing was changed."
    assert rows(council) == first
    assert Email.objects.filter(recipient__endswith="@barchester.example").count() == 2
    assert rows(other) == before
    # The invitation of the service principal lets the first administrator in, who invites the next.
    person = accept_with_new_account(
        council=council, secret=secret[1], name="Ada", password="three small green boats"
    )
    now = states(person, council)
    assert {key for key, state in now.items() if state == StepState.DONE.value} == COVERED
    assert access_of(person, council).roles == {Role.ADMINISTRATOR}
    assert (
        run("barchester", *ASKED[:4])[1]
        == "Already there: admin@barchester.example is council administrator."
    )
    # From now on whoever runs the portal lets nobody else in.
    rest = rows(council)
    with pytest.raises(CommandError, match="Barchester has an administrator, who invites its people"):
        run("barchester", "--administrator", "other@barchester.example", *ASKED[2:4])
    assert rows(council) == rest


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere-at-all", *ASKED[:4]), "There is no council with the code or address “nowhere-at-all”."),
        (("barchester", *ASKED[:4], "--edition", "1066"), "There is no edition “1066”."),
        (("barchester", *ASKED[:4], "--schedule", "Cabinet"), "Say with a template which report"),
        (("barchester", "--administrator", "ada", *ASKED[2:4]), "is no email address of the administrator"),
        (("ended", *ASKED[:4]), "Ended has ended."),
    ],
)
def test_the_command_refuses_in_a_sentence_and_does_nothing(arguments: tuple[str, ...], words: str) -> None:
    council = CouncilFactory.create(slug="barchester", joined_on=None)
    CouncilFactory.create(slug="ended", name="Ended", joined_on=None, ends_on=date(2020, 3, 31))
    with pytest.raises(CommandError, match=re.escape(words)):
        run(*arguments)
    council.refresh_from_db()
    assert council.joined_on is None
    assert not Email.objects.exists()


def test_nobody_else_invites_without_the_right() -> None:
    council = new_council()
    coordinator = member(council, Role.COORDINATOR)
    with service_scope(council=council), pytest.raises(AccountsRefused, match="Only an administrator"):
        invite(council=council, email="a@b.example", name="", role=Role.ADMINISTRATOR, by=coordinator)


@pytest.mark.parametrize(
    ("today", "first", "last", "years"),
    [
        (date(2026, 1, 31), date(2026, 1, 1), date(2026, 12, 31), "2026"),
        (date(2027, 2, 14), date(2027, 2, 1), date(2028, 1, 31), "2027/28"),
        (date(2099, 11, 23), date(2099, 11, 1), date(2100, 10, 31), "2099/00"),
    ],
)
def test_a_plan_that_starts_now_covers_twelve_months_and_is_called_by_their_years(
    today: date, first: date, last: date, years: str
) -> None:
    assert first_year(today) == (first, last)
    assert years_of(first, last) == years
