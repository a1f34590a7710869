"""Set a council up at one go, through the services that its own people use page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from compliance.models import ActionPlan, Assessment, Edition, ReportSchedule, ReportTemplate
from compliance.policies import PolicyError
from compliance.services.report_schedules import schedule_report
from compliance.services.report_templates import copy_shipped
from compliance.services.rounds import open_assessment
from compliance.services.shipped_plans import first_year, start_shipped_plan, years_of
from compliance.shipped_plans import SHIPPED_PLANS
from compliance.shipped_templates import SHIPPED
from partnerships.enums import BoardKind, Cadence
from partnerships.models import Board
from partnerships.services.boards import BoardDetails, add_board
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import Invitation, Membership, User
from prevent_portal.accounts.services.councils import join
from prevent_portal.accounts.services.invitations import invite
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import service_scope
from prevent_portal.web.quarters import Quarter
from training.services.starting_targets import set_starting_targets


@dataclass(frozen=True)
class Wanted:
    """What a new council is to have. What is empty is left for its people to do.

    Args:
        edition: code of an edition of the guidance, on which the first round is opened.
        plan: key of a shipped plan.
        committee: who gets the first report; needs ``template``, the key of a shipped report.
    """

    administrator: str
    coordinator: str
    board: str = ""
    edition: str = ""
    plan: str = ""
    courses: bool = False
    committee: str = ""
    cadence: Cadence = Cadence.QUARTERLY
    template: str = ""


@dataclass(frozen=True)
class Done:
    """One thing that is there now, and whether it was made in this run."""

    words: str
    is_new: bool


def set_up(*, council: Council, wanted: Wanted) -> list[Done]:
    """Make a council a tenant, invite its first people and make what it starts from: all of it or nothing.

    Whatever is there already stays as it is, so a second run changes nothing. The service principal does it.

    Raises:
        PolicyError: for a council that has ended, or an edition, plan or report that is not shipped.
        AccountsRefused: for an invitation that is refused.
    """
    today = timezone.localdate()
    _check(council, wanted, today)
    joined_before = council.joined_on is not None
    with transaction.atomic():
        join(council=council, by=None)
        with service_scope(council=council):
            service = User.objects.get(is_service=True)
            done = [
                Done(f"{council.name} is on the portal", not joined_before),
                _invited(council, wanted.administrator, Role.ADMINISTRATOR, service),
                _invited(council, wanted.coordinator, Role.COORDINATOR, service),
            ]
            if wanted.board:
                done.append(_board(council, wanted.board))
            if wanted.edition:
                done.append(_round(council, wanted.edition, service, today))
            if wanted.plan:
                done.append(_plan(council, wanted.plan, service, today))
            if wanted.courses:
                fresh = set_starting_targets(council=council, by=None, starts_on=today)
                done.append(Done("Training targets of 85% for services and schools", bool(fresh)))
            if wanted.template:
                done += _reports(council, wanted)
    return done


def _check(council: Council, wanted: Wanted, today: date) -> None:
    if council.ends_on is not None and council.ends_on < today:
        successor = f" {council.replaced_by} followed it." if council.replaced_by else ""
        raise PolicyError(f"{council.name} has ended.{successor}")
    if wanted.edition and not Edition.objects.filter(code=wanted.edition).exists():
        known = ", ".join(Edition.objects.values_list("code", flat=True))
        raise PolicyError(f"There is no edition “{wanted.edition}”. There are: {known}.")
    if wanted.plan and wanted.plan not in SHIPPED_PLANS:
        raise PolicyError(f"There is no plan “{wanted.plan}”. There are: {', '.join(SHIPPED_PLANS)}.")
    if wanted.template and wanted.template not in SHIPPED:
        raise PolicyError(f"There is no report “{wanted.template}”. There are: {', '.join(SHIPPED)}.")
    if wanted.committee and not wanted.template:
        raise PolicyError("Say with a template which report the committee gets.")


def _invited(council: Council, address: str, role: Role, service: User) -> Done:
    """An open invitation is not sent anew: its link would stop working in somebody's hands."""
    email = address.strip().lower()
    label = role.in_sentence
    holds = Membership.objects.live().filter(council=council, user__email=email, role_group__role=role)
    if holds.exists():
        return Done(f"{email} is {label}", False)
    words = f"{email} is invited as {label}; the link went to this address alone"
    if Invitation.objects.usable().filter(council=council, email=email, role=role).exists():
        return Done(words, False)
    invite(council=council, email=email, name="", role=role, by=service)
    return Done(words, True)


def _board(council: Council, name: str) -> Done:
    fresh = not Board.objects.filter(council=council, name=name.strip()).exists()
    if fresh:
        add_board(council=council, details=BoardDetails(name, BoardKind.PREVENT_BOARD), by=None)
    return Done(f"The board “{name.strip()}”", fresh)


def _round(council: Council, code: str, service: User, today: date) -> Done:
    edition = Edition.objects.get(code=code)
    year = Quarter(Quarter.of(today).year, 1)
    fresh = not Assessment.objects.filter(council=council, edition=edition).exists()
    if fresh:
        open_assessment(
            council=council,
            by=service,
            edition=edition,
            period=year.financial_year,
            period_start=year.start,
            period_end=Quarter(year.year, 4).end,
        )
    return Done(f"A round of the duty checklist on “{edition.name}”", fresh)


def _plan(council: Council, key: str, service: User, today: date) -> Done:
    shape = SHIPPED_PLANS[key]
    fresh = not ActionPlan.objects.filter(council=council).exists()
    if fresh:
        starts_on, ends_on = first_year(today)
        start_shipped_plan(
            council=council,
            by=service,
            key=key,
            title=f"{shape.name} {years_of(starts_on, ends_on)}",
            starts_on=starts_on,
            ends_on=ends_on,
        )
    return Done("An action plan", fresh)


def _reports(council: Council, wanted: Wanted) -> list[Done]:
    shape = SHIPPED[wanted.template]
    template = (
        ReportTemplate.objects.filter(council=council, shipped_key=shape.key, retired_at__isnull=True)
        .order_by("created_at")
        .first()
    )
    done = [Done(f"The report template “{shape.name}”", template is None)]
    if template is None:
        template = copy_shipped(council=council, key=shape.key, by=None)
    if wanted.committee:
        committee = wanted.committee.strip()
        fresh = not ReportSchedule.objects.filter(
            council=council, template=template, committee=committee
        ).exists()
        if fresh:
            schedule_report(
                council=council,
                by=None,
                template=template,
                title="Prevent: how the council meets its duty",
                committee=committee,
                cadence=wanted.cadence,
            )
        done.append(Done(f"Reports to {committee}: {wanted.cadence.label.lower()}", fresh))
    return done
