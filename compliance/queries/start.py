"""What a new council still has to set up, read from what is there: nothing is ticked off by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from compliance.models import ActionPlan, Assessment, Edition, ReportSchedule, ReportTemplate
from compliance.permissions import CompliancePermission
from partnerships.enums import BoardKind, BoardState, ParticipationState
from partnerships.models import Board, BoardParticipant, CouncilOrganisation
from partnerships.permissions import PartnershipsPermission
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Invitation, Membership
from prevent_portal.accounts.permissions import AccountsPermission, PermissionName
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Link
from prevent_portal.web.return_places import with_return
from training.models import Target
from training.permissions import TrainingPermission

PLACE = "start"
"""The guided start as a place to come back to after a form."""
FIRST_YEAR = timedelta(days=365)
"""For so long after a council joined, menu and overview point to the guided start."""

_LISTS = {
    "people": "people",
    "organisations": "partnership",
    "board": "boards",
    "panel": "boards",
    "round": "checklist",
    "plan": "plans",
    "target": "training-courses",
    "template": "report-templates",
    "schedule": "report-schedules",
}
"""Where a step's things are listed: its address once it is done."""
_ADMINISTRATOR, _COORDINATOR = "The council administrator", "The Prevent coordinator"


class StepState(Enum):
    """How a step stands."""

    DONE = "Completed"
    UNDER_WAY = "In progress"
    TO_DO = "Not started"
    BLOCKED = "Cannot start yet"


@dataclass(frozen=True)
class Step:
    """One task of the guided start.

    Args:
        why: a sentence for the person: why it matters, or what is still missing.
        href: the form itself, and once it is done the list of what is there; empty while it is blocked, and
            for everybody who may not.
        who: who does it.
        may: whether the person can do it.
        is_optional: not every council does it, so the start is complete without it.
    """

    key: str
    title: str
    state: StepState
    why: str
    href: str
    who: str
    may: bool
    is_optional: bool = False


@dataclass(frozen=True)
class _State:
    """What one statement finds of a council."""

    held: frozenset[str]
    invited: frozenset[str]
    run_out: frozenset[str]
    organisations: bool
    board: bool
    panel: bool
    round: bool
    plan: bool
    actions: bool
    target: bool
    template: bool
    schedule: bool
    edition: str


def steps_of(access: CouncilAccess) -> list[Step]:
    """Every step in the order in which they are best taken: one statement."""
    state = _state(access.council, timezone.localdate())
    slug = access.council.slug

    def step(
        key: str,
        title: str,
        done: bool,
        why: str,
        permission: PermissionName,
        url: str,
        *args: str,
        query: str = "",
        state: StepState | None = None,
        optional: bool = False,
    ) -> Step:
        stands = state or (StepState.DONE if done else StepState.TO_DO)
        may = access.may(permission)
        href = with_return(reverse(url, args=[slug, *args]) + query, PLACE)
        if stands == StepState.DONE:
            href = reverse(_LISTS[key.partition("-")[0]], args=[slug])
        return Step(
            key=key,
            title=title,
            state=stands,
            why=why,
            href=href if may and stands != StepState.BLOCKED else "",
            who=_ADMINISTRATOR if permission == AccountsPermission.MANAGE_PEOPLE else _COORDINATOR,
            may=may,
            is_optional=optional,
        )

    def person(role: Role, title: str, why: str) -> Step:
        stands, words = _person(state, role, why)
        return step(
            f"people-{role.value}",
            title,
            stands == StepState.DONE,
            words,
            AccountsPermission.MANAGE_PEOPLE,
            "people-invite",
            query=f"?role={role.value}",
            state=stands,
        )

    edit, templates = PartnershipsPermission.EDIT_PARTNERSHIP, CompliancePermission.EDIT_REPORT_TEMPLATES
    return [
        person(Role.ADMINISTRATOR, "Council administrator", "Invites people and ends their roles."),
        person(
            Role.COORDINATOR,
            "Prevent coordinator",
            "Keeps checklist, plans and reports up to date.",
        ),
        person(Role.BOARD_MEMBER, "Chair of the board", "Reads the overview and the board’s papers."),
        step(
            "organisations",
            "Partner organisations",
            state.organisations,
            "Those that sit on your board and send training figures. Tick them in the national directory."
            if not state.organisations
            else "At least one is linked. Add more at any time.",
            edit,
            "organisation-link",
        ),
        step(
            "board",
            "Multi-agency board",
            state.board,
            "The board that steers the work. Its meetings and papers hang on it.",
            edit,
            "board-add",
            query=f"?kind={BoardKind.PREVENT_BOARD.value}",
        ),
        step(
            "panel",
            "Channel panel, if you run one",
            state.panel,
            "Shows where it stands on the governance picture. Its meetings are kept apart, with its members.",
            edit,
            "board-add",
            query=f"?kind={BoardKind.CHANNEL_PANEL.value}",
            optional=True,
        ),
        step(
            "round",
            "Duty checklist",
            state.round,
            "Open the first round on the guidance in force. Each item then shows what is in place.",
            CompliancePermission.RUN_ROUNDS,
            *(("checklist-open", state.edition) if state.edition else ("checklist-editions",)),
        ),
        step(
            "plan",
            "Action plan",
            state.actions,
            "A plan is there and has no actions yet. Add them, or start another from a ready-made plan."
            if state.plan and not state.actions
            else "Start from a ready-made plan with objectives and actions, then change what differs.",
            CompliancePermission.EDIT_PLANS,
            "plan-from-shipped",
            state=StepState.UNDER_WAY if state.plan and not state.actions else None,
        ),
        step(
            "target",
            "Training targets",
            state.target,
            "The courses and the NHS target are there. Set the share that your own services are to reach.",
            TrainingPermission.RUN_ROUNDS,
            "training-target-add",
        ),
        step(
            "template",
            "Report template",
            state.template,
            "Copy the kind of report that your committee gets. The portal fills in the figures.",
            templates,
            "report-template-copy",
        ),
        step(
            "schedule",
            "Report schedule",
            state.schedule,
            "Copy a report template first."
            if not (state.template or state.schedule)
            else "Which committee gets the report, and how often. Drafts then open by themselves.",
            templates,
            "report-schedule-add",
            state=StepState.BLOCKED if not (state.template or state.schedule) else None,
        ),
    ]


def is_complete(steps: list[Step]) -> bool:
    """Whether every step that every council takes is done."""
    return all(step.state == StepState.DONE for step in steps if not step.is_optional)


def is_new(council: Council, today: date) -> bool:
    """Whether the council joined less than a year ago, read from the row that is at hand."""
    return council.joined_on is not None and today - council.joined_on < FIRST_YEAR


def is_offered(access: CouncilAccess) -> bool:
    """Whether the menu names the guided start: in a council's first year, until everything is done.

    No statement for a council that has been here longer, and one for a new one.
    """
    return is_new(access.council, timezone.localdate()) and not is_complete(steps_of(access))


def next_step(access: CouncilAccess) -> Link | None:
    """The first step that waits for this person, to be shown on the overview: one statement at most.

    None for whoever does not set the council up, after the council's first year, and when nothing that the
    person can do is left. The address is that of the guided start, which explains the step.
    """
    if not access.may(CompliancePermission.SET_UP_COUNCIL):
        return None
    if not is_new(access.council, timezone.localdate()):
        return None
    left = [
        step
        for step in steps_of(access)
        if step.may and not step.is_optional and step.state in {StepState.TO_DO, StepState.UNDER_WAY}
    ]
    if not left:
        return None
    return Link(left[0].title, reverse("start", args=[access.council.slug]), hint=left[0].why)


def _person(state: _State, role: Role, why: str) -> tuple[StepState, str]:
    """How the step of one role stands, and what is said of it. An open invitation is as good as done."""
    if role.value in state.held:
        return StepState.DONE, why
    if role.value in state.invited:
        return StepState.DONE, f"{why} Invited, and not come in yet."
    if role.value in state.run_out:
        return StepState.UNDER_WAY, f"{why} The invitation ran out. Send another."
    return StepState.TO_DO, why


def _state(council: Council, today: date) -> _State:
    own: dict[str, Any] = {"council": OuterRef("pk")}
    live = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    boards = Board.objects.filter(**own).exclude(state=BoardState.CLOSED)
    joined = BoardParticipant.objects.filter(
        live, participant=OuterRef("pk"), state=ParticipationState.JOINED
    ).exclude(board__kind=BoardKind.CHANNEL_PANEL)
    row = (
        Council.objects.filter(pk=council.pk)
        .annotate(
            held=_roles(Membership.objects.live(today).filter(**own), "role_group__role"),
            invited=_roles(Invitation.objects.usable().filter(**own), "role"),
            run_out=_roles(Invitation.objects.open().filter(**own), "role"),
            organisations=Exists(CouncilOrganisation.objects.filter(live, **own)),
            board=Exists(boards.exclude(kind=BoardKind.CHANNEL_PANEL)) | Exists(joined),
            panel=Exists(boards.filter(kind=BoardKind.CHANNEL_PANEL)),
            round=Exists(Assessment.objects.filter(**own)),
            plan=Exists(ActionPlan.objects.filter(**own)),
            actions=Exists(ActionPlan.objects.filter(actions__isnull=False, **own)),
            target=Exists(Target.objects.filter(live, **own)),
            template=Exists(ReportTemplate.objects.filter(retired_at__isnull=True, **own)),
            schedule=Exists(ReportSchedule.objects.filter(live, **own)),
            edition=Subquery(
                Edition.objects.filter(
                    Q(in_force_to__isnull=True) | Q(in_force_to__gte=today),
                    in_force_from__lte=today,
                    nations__contains=[council.nation],
                )
                .order_by("-in_force_from")
                .values("code")[:1]
            ),
        )
        .values(*_State.__dataclass_fields__)
        .get()
    )
    for name in ("held", "invited", "run_out"):
        row[name] = frozenset(row[name] or ())
    return _State(**{**row, "edition": row["edition"] or ""})


def _roles(rows: QuerySet[Any], name: str) -> ArraySubquery:
    return ArraySubquery(rows.order_by().values(name).distinct())
