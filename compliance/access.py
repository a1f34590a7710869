"""The only way to an object of compliance: object and right in one call, 404 otherwise (OP-2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from compliance.enums import ReportState
from compliance.models import (
    Action,
    ActionPlan,
    ActionQuerySet,
    Assessment,
    Edition,
    EditionItem,
    ItemAnswer,
    LocalItem,
    PlanShare,
    PlanUpload,
    ProgressEntry,
    Recommendation,
    Report,
    ReportRendition,
    ReportSection,
    ReportVersion,
    Risk,
    RiskQuerySet,
    RiskReader,
    RiskShare,
    RiskSummary,
    ScrutinyReview,
)
from compliance.permissions import CompliancePermission
from compliance.queries.risks import readable_risks, reads_any_risk, reads_register
from compliance.queries.sharing import shared_actions
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import shared_scope


def visible_actions(access: CouncilAccess) -> ActionQuerySet:
    """The actions a person may read: all of the council, or the ones they own."""
    actions = Action.objects.filter(council=access.council)
    if access.may(CompliancePermission.VIEW_PLANS):
        return actions
    if access.may(CompliancePermission.VIEW_OWN_ACTIONS):
        return actions.filter(owner=access.user)
    return actions.none()


def plans_of(access: CouncilAccess) -> QuerySet[ActionPlan]:
    """The plans a person may read."""
    access.require(CompliancePermission.VIEW_PLANS)
    return ActionPlan.objects.filter(council=access.council)


def plan_for(
    access: CouncilAccess, plan_id: UUID, permission: CompliancePermission = CompliancePermission.VIEW_PLANS
) -> ActionPlan:
    access.require(permission)
    return get_object_or_404(ActionPlan, council=access.council, pk=plan_id)


def action_for(access: CouncilAccess, action_id: UUID) -> Action:
    """An action that the person may read."""
    return get_object_or_404(
        visible_actions(access).select_related("plan", "objective", "owner").with_leads(),
        pk=action_id,
    )


def may_log_progress(access: CouncilAccess, action: Action) -> bool:
    """Officers on their own actions, coordinators on all (roles of the product)."""
    if access.may(CompliancePermission.EDIT_PLANS):
        return True
    return access.may(CompliancePermission.LOG_PROGRESS) and action.owner_id == access.user.pk


def action_to_log(access: CouncilAccess, action_id: UUID) -> Action:
    """An action on which the person may log progress."""
    action = action_for(access, action_id)
    if not may_log_progress(access, action):
        raise Http404
    return action


def action_to_edit(access: CouncilAccess, action_id: UUID) -> Action:
    access.require(CompliancePermission.EDIT_PLANS)
    return action_for(access, action_id)


def visible_progress(access: CouncilAccess) -> QuerySet[ProgressEntry]:
    """The lines of progress whose files a person may open: whoever may read the action may."""
    return ProgressEntry.objects.filter(council=access.council, action__in=visible_actions(access))


def assessments_of(access: CouncilAccess) -> QuerySet[Assessment]:
    """The rounds a person may read, newest first."""
    access.require(CompliancePermission.VIEW_CHECKLIST)
    return Assessment.objects.filter(council=access.council).select_related("edition")


def assessment_for(access: CouncilAccess, assessment_id: UUID) -> Assessment:
    return get_object_or_404(assessments_of(access), pk=assessment_id)


def round_to_run(access: CouncilAccess, assessment_id: UUID) -> Assessment:
    """A round that the person may bring forward into or close."""
    access.require(CompliancePermission.RUN_ROUNDS)
    return assessment_for(access, assessment_id)


def editions_of(access: CouncilAccess) -> QuerySet[Edition]:
    """Every shipped edition, newest first."""
    access.require(CompliancePermission.VIEW_CHECKLIST)
    return Edition.objects.order_by("-in_force_from")


def edition_for(access: CouncilAccess, code: str) -> Edition:
    """An edition by its code; editions are every council's."""
    access.require(CompliancePermission.VIEW_CHECKLIST)
    return get_object_or_404(Edition, code=code)


def prompt_to_edit(access: CouncilAccess, code: str, ref: str) -> EditionItem:
    """An item that nobody has verified, so that a council may word it."""
    access.require(CompliancePermission.RUN_ROUNDS)
    return get_object_or_404(
        EditionItem.objects.select_related("edition"), edition__code=code, ref=ref, verified=False
    )


def local_items_of(access: CouncilAccess) -> QuerySet[LocalItem]:
    access.require(CompliancePermission.VIEW_CHECKLIST)
    return LocalItem.objects.filter(council=access.council)


def local_item_for(
    access: CouncilAccess,
    item_id: UUID,
    permission: CompliancePermission = CompliancePermission.VIEW_CHECKLIST,
) -> LocalItem:
    access.require(permission)
    return get_object_or_404(local_items_of(access), pk=item_id)


def answer_for(access: CouncilAccess, answer_id: UUID) -> ItemAnswer:
    """A checklist item with its answer that the person may read."""
    access.require(CompliancePermission.VIEW_CHECKLIST)
    return get_object_or_404(
        ItemAnswer.objects.filter(council=access.council).select_related(
            "item", "local_item", "assessment__edition", "owner", "updated_by"
        ),
        pk=answer_id,
    )


def may_answer(access: CouncilAccess, answer: ItemAnswer) -> bool:
    if access.may(CompliancePermission.ANSWER_CHECKLIST):
        return True
    return access.may(CompliancePermission.ANSWER_OWN_ITEMS) and answer.owner_id == access.user.pk


def answer_to_change(access: CouncilAccess, answer_id: UUID) -> ItemAnswer:
    answer = answer_for(access, answer_id)
    if not may_answer(access, answer):
        raise Http404
    return answer


def reviews_of(access: CouncilAccess) -> QuerySet[ScrutinyReview]:
    access.require(CompliancePermission.VIEW_SCRUTINY)
    return ScrutinyReview.objects.filter(council=access.council)


def review_for(access: CouncilAccess, review_id: UUID) -> ScrutinyReview:
    return get_object_or_404(reviews_of(access), pk=review_id)


def recommendation_for(
    access: CouncilAccess,
    recommendation_id: UUID,
    permission: CompliancePermission = CompliancePermission.VIEW_SCRUTINY,
) -> Recommendation:
    access.require(permission)
    return get_object_or_404(
        Recommendation.objects.filter(council=access.council).select_related("review"), pk=recommendation_id
    )


def reports_of(access: CouncilAccess) -> QuerySet[Report]:
    """The reports a person may read: final ones, and drafts for those who work on them or read everything."""
    access.require(CompliancePermission.VIEW_REPORTS)
    reports = Report.objects.filter(council=access.council)
    if access.may(CompliancePermission.VIEW_DRAFT_REPORTS):
        return reports
    return reports.filter(state=ReportState.FINAL)


def report_for(access: CouncilAccess, report_id: UUID) -> Report:
    return get_object_or_404(
        reports_of(access).select_related("council", "author", "frozen_by", "final_by"), pk=report_id
    )


def may_edit_report(access: CouncilAccess, report: Report) -> bool:
    """Coordinators write every report, a report author their own (roles of the product)."""
    if report.council_id != access.council.pk:
        return False
    if access.may(CompliancePermission.EDIT_REPORTS):
        return True
    return access.may(CompliancePermission.EDIT_OWN_REPORTS) and report.author_id == access.user.pk


def report_to_edit(access: CouncilAccess, report_id: UUID) -> Report:
    report = report_for(access, report_id)
    if not may_edit_report(access, report):
        raise Http404
    return report


def section_to_edit(access: CouncilAccess, report_id: UUID, section_id: UUID) -> ReportSection:
    report = report_to_edit(access, report_id)
    return get_object_or_404(
        ReportSection.objects.filter(council=access.council, report=report).select_related(
            "report", "updated_by"
        ),
        pk=section_id,
    )


def report_to_finalise(access: CouncilAccess, report_id: UUID) -> Report:
    access.require(CompliancePermission.FINALISE_REPORTS)
    return report_for(access, report_id)


def may_read_version(access: CouncilAccess, version: ReportVersion) -> bool:
    """Whoever reads only final reports does not read what a final one said as a draft."""
    if version.council_id != access.council.pk or not access.may(CompliancePermission.VIEW_REPORTS):
        return False
    return version.state == ReportState.FINAL or access.may(CompliancePermission.VIEW_DRAFT_REPORTS)


def may_ask_for_document(access: CouncilAccess, version: ReportVersion) -> bool:
    """Whoever writes the report may, and whoever may make one final may have the final one drawn."""
    if may_edit_report(access, version.report):
        return True
    return version.state == ReportState.FINAL and access.may(CompliancePermission.FINALISE_REPORTS)


def rendition_for(access: CouncilAccess, report_id: UUID, number: int) -> ReportRendition:
    """The document of a version that the person may read."""
    report = report_for(access, report_id)
    rendition = get_object_or_404(
        ReportRendition.objects.select_related("version").defer("version__content"),
        council=access.council,
        version__report=report,
        version__number=number,
    )
    if not may_read_version(access, rendition.version):
        raise Http404
    return rendition


def register_of(access: CouncilAccess) -> RiskQuerySet:
    """The risks a person may list: those on whose audience they are. On no audience there is no register."""
    if not reads_any_risk(access):
        raise Http404
    return readable_risks(access)


def risk_for(
    access: CouncilAccess, risk_id: UUID, permission: CompliancePermission = CompliancePermission.VIEW_RISKS
) -> Risk:
    """A risk on whose audience the person is; by role alone there is none (L3)."""
    access.require(permission)
    return get_object_or_404(
        readable_risks(access).select_related("council", "owner", "updated_by"), pk=risk_id
    )


def may_review_risk(access: CouncilAccess, risk: Risk) -> bool:
    """Coordinators of the audience on every risk of theirs, officers on the ones they own."""
    if access.may(CompliancePermission.EDIT_RISKS):
        return True
    return access.may(CompliancePermission.REVIEW_OWN_RISKS) and risk.owner_id == access.user.pk


def risk_to_review(access: CouncilAccess, risk_id: UUID) -> Risk:
    risk = risk_for(access, risk_id)
    if not may_review_risk(access, risk):
        raise Http404
    return risk


def kept_register_for(access: CouncilAccess) -> None:
    """Raise Http404 unless the person is a coordinator on the audience of the whole register."""
    access.require(CompliancePermission.EDIT_RISKS)
    if not reads_register(access):
        raise Http404


def risk_place_for(access: CouncilAccess, place_id: UUID, risk: Risk | None) -> RiskReader:
    """A live place on the audience of a risk, or of the register, that the person keeps."""
    access.require(CompliancePermission.EDIT_RISKS)
    return get_object_or_404(
        RiskReader.objects.live().select_related("person"), council=access.council, pk=place_id, risk=risk
    )


def risk_action_for(access: CouncilAccess, risk: Risk, action_id: UUID) -> Action:
    """An action that is linked to a risk, for somebody who keeps the risk."""
    access.require(CompliancePermission.EDIT_RISKS)
    return get_object_or_404(
        Action.objects.filter(council=access.council, linked_risks__risk=risk), pk=action_id
    )


def risk_summary_for(
    access: CouncilAccess, risk: Risk, summary_id: UUID, permission: CompliancePermission
) -> RiskSummary:
    """Publishable words of a risk on whose audience the person is."""
    access.require(permission)
    return get_object_or_404(RiskSummary, council=access.council, risk=risk, pk=summary_id)


def plan_share_for(access: CouncilAccess, share_id: UUID) -> PlanShare:
    """A share of a plan of the council's own, for somebody who may share."""
    access.require(CompliancePermission.SHARE_WITH_COUNCILS)
    return get_object_or_404(
        PlanShare.objects.select_related("plan", "receiver", "council", "granted_by"),
        council=access.council,
        pk=share_id,
    )


def risk_share_for(access: CouncilAccess, share_id: UUID) -> RiskShare:
    """A share of the council's own publishable risks, for somebody who may share."""
    access.require(CompliancePermission.SHARE_WITH_COUNCILS)
    return get_object_or_404(
        RiskShare.objects.select_related("receiver", "council", "granted_by"),
        council=access.council,
        pk=share_id,
    )


@contextmanager
def reading_shared(access: CouncilAccess) -> Iterator[Council]:
    """Everything that other councils let this one read today, for the block; see the shared scope."""
    access.require(CompliancePermission.READ_SHARED)
    with shared_scope(user_id=access.user.pk, council=access.council):
        yield access.council


@contextmanager
def reading_plan(access: CouncilAccess, share_id: UUID) -> Iterator[PlanShare]:
    """A plan that another council shares with this one today; for the block nothing else is visible.

    Raises:
        Http404: for a share that is over, not begun, of others, or of nobody.
    """
    access.require(CompliancePermission.READ_SHARED)
    with shared_scope(user_id=access.user.pk, council=access.council, share_id=share_id):
        yield get_object_or_404(
            PlanShare.objects.select_related("plan__district", "council", "receiver"),
            receiver=access.council,
            pk=share_id,
        )


def shared_action(share: PlanShare, action_id: UUID) -> Action:
    """An action of a plan that is being read by a share. Call inside :func:`reading_plan`."""
    return get_object_or_404(shared_actions(share), pk=action_id)


@contextmanager
def reading_risks(access: CouncilAccess, share_id: UUID) -> Iterator[RiskShare]:
    """The publishable risks that another council shares with this one today; nothing else for the block."""
    access.require(CompliancePermission.READ_SHARED)
    with shared_scope(user_id=access.user.pk, council=access.council, share_id=share_id):
        yield get_object_or_404(
            RiskShare.objects.select_related("council", "receiver"), receiver=access.council, pk=share_id
        )


def plan_upload_for(access: CouncilAccess, plan_id: UUID, upload_id: UUID) -> PlanUpload:
    """A checked sheet of a plan, for the person who sent it and may still change plans."""
    access.require(CompliancePermission.EDIT_PLANS)
    return get_object_or_404(
        PlanUpload.objects.select_related("plan", "council"),
        council=access.council,
        plan=plan_id,
        pk=upload_id,
        person=access.user,
    )
