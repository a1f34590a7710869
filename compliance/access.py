"""The only way to an object of compliance: object and right in one call, 404 otherwise (OP-2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from compliance.enums import AssessmentState
from compliance.models import (
    Action,
    ActionPlan,
    ActionQuerySet,
    Assessment,
    Edition,
    EditionItem,
    ExtensionRequest,
    ItemAnswer,
    LocalItem,
    Objective,
    PlanReview,
    PlanReviewer,
    PlanShare,
    PlanUpload,
    PlanVersion,
    ProgressEntry,
    Recommendation,
    RecommendationImport,
    RecommendationProgress,
    ReviewHearing,
    Risk,
    RiskQuerySet,
    RiskReader,
    RiskShare,
    RiskSummary,
    ScrutinyReview,
)
from compliance.permissions import CompliancePermission
from compliance.policies.answers import OPEN_ANSWERS
from compliance.queries.action_links import LinkedThing
from compliance.queries.answers import answer_things, items_of_action
from compliance.queries.arising import arisen_action
from compliance.queries.risks import readable_risks, reads_any_risk, reads_register, risks_of_action
from compliance.queries.scrutiny import recommendations_of_action, visible_reviews
from compliance.queries.sharing import shared_actions
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.documents.rules import Thing
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import shared_scope
from prevent_portal.web.arising_actions import ArisenAction, origins_of


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
    return ActionPlan.objects.filter(council=access.council).select_related("district")


def plan_for(
    access: CouncilAccess, plan_id: UUID, permission: CompliancePermission = CompliancePermission.VIEW_PLANS
) -> ActionPlan:
    """A plan of the council, for whoever holds the permission, else Http404."""
    access.require(permission)
    return get_object_or_404(
        ActionPlan.objects.select_related("council", "district"), council=access.council, pk=plan_id
    )


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
    """An action whose terms the person may change."""
    access.require(CompliancePermission.EDIT_PLANS)
    return action_for(access, action_id)


def objective_to_edit(access: CouncilAccess, plan_id: UUID, objective_id: UUID) -> Objective:
    """An objective of this plan that the person may change."""
    plan = plan_for(access, plan_id, CompliancePermission.EDIT_PLANS)
    return get_object_or_404(
        Objective.objects.select_related("plan__council"), council=access.council, plan=plan, pk=objective_id
    )


def loggable_actions(access: CouncilAccess) -> ActionQuerySet:
    """The actions on which the person may log progress: all of the council, or the ones they own."""
    access.require(CompliancePermission.LOG_PROGRESS)
    actions = visible_actions(access)
    if access.may(CompliancePermission.EDIT_PLANS):
        return actions
    return actions.filter(owner=access.user)


def extensions_of(access: CouncilAccess) -> QuerySet[ExtensionRequest]:
    """Requests about actions that the person may read."""
    return ExtensionRequest.objects.filter(
        council=access.council, action__in=visible_actions(access)
    ).select_related("action__plan", "action__objective", "action__owner", "asked_by", "decided_by")


def extension_for(access: CouncilAccess, extension_id: UUID) -> ExtensionRequest:
    """A request for more time about an action that the person may read."""
    return get_object_or_404(extensions_of(access), pk=extension_id)


def extension_to_decide(access: CouncilAccess, extension_id: UUID) -> ExtensionRequest:
    """A request that the person may decide, if it is not their own: the service says that in words (OP-6)."""
    access.require(CompliancePermission.EDIT_PLANS)
    return extension_for(access, extension_id)


def extension_to_withdraw(access: CouncilAccess, extension_id: UUID) -> ExtensionRequest:
    """The person's own request."""
    access.require(CompliancePermission.LOG_PROGRESS)
    return get_object_or_404(extensions_of(access), pk=extension_id, asked_by=access.user)


def reviewer_to_edit(access: CouncilAccess, plan_id: UUID, reviewer_id: UUID) -> PlanReviewer:
    """A body on this plan's list of reviewers that the person may change."""
    plan = plan_for(access, plan_id, CompliancePermission.EDIT_PLANS)
    return get_object_or_404(
        PlanReviewer.objects.select_related("plan", "board"),
        council=access.council,
        plan=plan,
        pk=reviewer_id,
    )


def plan_review_to_correct(access: CouncilAccess, plan_id: UUID, plan_review_id: UUID) -> PlanReview:
    """A review of this plan that the person may correct."""
    plan = plan_for(access, plan_id, CompliancePermission.EDIT_PLANS)
    return get_object_or_404(
        PlanReview.objects.select_related("plan__council", "board", "version"),
        council=access.council,
        plan=plan,
        pk=plan_review_id,
    )


def plan_version_for(access: CouncilAccess, plan_id: UUID, number: int) -> PlanVersion:
    """A frozen version, for whoever may read the plan."""
    plan = plan_for(access, plan_id)
    return get_object_or_404(
        PlanVersion.objects.select_related("plan__district", "created_by"),
        council=access.council,
        plan=plan,
        number=number,
    )


def visible_progress(access: CouncilAccess) -> QuerySet[ProgressEntry]:
    """The lines of progress whose files a person may open: whoever may read the action may."""
    return ProgressEntry.objects.filter(council=access.council, action__in=visible_actions(access))


def assessments_of(access: CouncilAccess) -> QuerySet[Assessment]:
    """The rounds a person may read, newest first."""
    access.require(CompliancePermission.VIEW_CHECKLIST)
    return Assessment.objects.filter(council=access.council).select_related("edition")


def assessment_for(access: CouncilAccess, assessment_id: UUID) -> Assessment:
    """A round that the person may read."""
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
    if not ref.isprintable():  # the database refuses a zero byte, which no reference has
        raise Http404
    return get_object_or_404(
        EditionItem.objects.select_related("edition"), edition__code=code, ref=ref, verified=False
    )


def local_items_of(access: CouncilAccess) -> QuerySet[LocalItem]:
    """The council's own items, the retired ones included."""
    access.require(CompliancePermission.VIEW_CHECKLIST)
    return LocalItem.objects.filter(council=access.council)


def local_item_for(
    access: CouncilAccess,
    item_id: UUID,
    permission: CompliancePermission = CompliancePermission.VIEW_CHECKLIST,
) -> LocalItem:
    """One of the council's own items, for whoever holds the permission and may read the checklist."""
    access.require(permission)
    return get_object_or_404(local_items_of(access), pk=item_id)


def visible_answers(access: CouncilAccess) -> QuerySet[ItemAnswer]:
    """The answers a person may read: all of the council, or those they are asked for, also when their round
    is closed (rule 13 of the product)."""
    answers = ItemAnswer.objects.filter(council=access.council)
    if access.may(CompliancePermission.VIEW_CHECKLIST):
        return answers
    if access.may(CompliancePermission.VIEW_OWN_ITEMS):
        return answers.filter(owner=access.user)
    return answers.none()


def answer_for(access: CouncilAccess, answer_id: UUID) -> ItemAnswer:
    """A checklist item with its answer that the person may read."""
    return get_object_or_404(
        visible_answers(access).select_related(
            "council", "item", "local_item", "assessment__edition", "owner", "updated_by", "agreed_by"
        ),
        pk=answer_id,
    )


def may_answer(access: CouncilAccess, answer: ItemAnswer) -> bool:
    """Coordinators every item, others those they are asked for. In what state is a policy."""
    if access.may(CompliancePermission.ANSWER_CHECKLIST):
        return True
    return access.may(CompliancePermission.ANSWER_OWN_ITEMS) and answer.owner_id == access.user.pk


def may_evidence_answer(access: CouncilAccess, answer_id: UUID) -> bool:
    """Whether a person may add and remove evidence: whoever answers while the text may change, and whoever
    moderates until the round closes."""
    answer = visible_answers(access).select_related("assessment").filter(pk=answer_id).first()
    if answer is None or answer.assessment.state != AssessmentState.OPEN:
        return False
    if access.may(CompliancePermission.MODERATE_CHECKLIST):
        return True
    return may_answer(access, answer) and answer.state in OPEN_ANSWERS


def things_of_answers(access: CouncilAccess, answer_ids: Collection[UUID]) -> dict[UUID, Thing]:
    """How answers that the person may read are called where a document says what it hangs on: one query."""
    return answer_things(
        access.council,
        visible_answers(access).filter(pk__in=answer_ids).select_related("item", "local_item", "assessment"),
    )


def items_linked_to(access: CouncilAccess, action: Action) -> list[LinkedThing]:
    """The checklist items that an action serves, as its page names them; people of partners read those they
    are asked for."""
    reads_all = access.may(CompliancePermission.VIEW_CHECKLIST)
    if not reads_all and not access.may(CompliancePermission.VIEW_OWN_ITEMS):
        return []
    found = items_of_action(access.council, [action.pk], asked_of=None if reads_all else access.user)
    return [LinkedThing(f"{one.ref} {one.title}, {one.period}", one.href) for one in found[action.pk]]


def risks_linked_to(access: CouncilAccess, action: Action) -> list[LinkedThing]:
    """The local risks that an action answers to, for those on their audience alone, by reference."""
    linked = risks_of_action(access.council, [action.pk]).get(action.pk, [])
    if not linked:
        return []
    readable = set(
        readable_risks(access).filter(pk__in=[one.risk_id for one in linked]).values_list("pk", flat=True)
    )
    return [LinkedThing(one.reference, one.href) for one in linked if one.risk_id in readable]


def recommendations_linked_to(access: CouncilAccess, action: Action) -> list[LinkedThing]:
    """The recommendations that an action carries out, for those who read every review."""
    if not access.may(CompliancePermission.VIEW_UNPUBLISHED_REVIEWS):
        return []
    return [
        LinkedThing(
            f"Recommendation {one.number} of {one.review}: {one.state}",
            reverse("recommendation", args=[access.council.slug, one.id]),
        )
        for one in recommendations_of_action(access.council, [action.pk]).get(action.pk, [])
    ]


def origins_linked_to(access: CouncilAccess, action: Action) -> list[LinkedThing]:
    """Where an action arose in another room, such as at a meeting, as far as the person may know of it."""
    return [LinkedThing(origin.words, origin.href) for origin in origins_of(access, action.pk)]


def arisen_actions_of(access: CouncilAccess, action_ids: Collection[UUID]) -> dict[UUID, ArisenAction]:
    """Those of the actions that the person may read, as the place where they arose names them: one query."""
    found = visible_actions(access).filter(pk__in=action_ids)
    return {action.pk: arisen_action(access.council, action) for action in found}


def answer_to_moderate(access: CouncilAccess, answer_id: UUID) -> ItemAnswer:
    """An answer on which the person decides; that it is not their own is a policy (OP-6)."""
    access.require(CompliancePermission.MODERATE_CHECKLIST)
    return answer_for(access, answer_id)


def assessment_to_moderate(access: CouncilAccess, assessment_id: UUID) -> Assessment:
    """A round whose items the person may ask others for."""
    access.require(CompliancePermission.MODERATE_CHECKLIST)
    return assessment_for(access, assessment_id)


def answer_to_change(access: CouncilAccess, answer_id: UUID) -> ItemAnswer:
    """An answer that the person may write; in which state it may be written is policy."""
    answer = answer_for(access, answer_id)
    if not may_answer(access, answer):
        raise Http404
    return answer


def reviews_of(access: CouncilAccess) -> QuerySet[ScrutinyReview]:
    """The reviews a person may read; councillors only what is published, or presented under their panel."""
    access.require(CompliancePermission.VIEW_SCRUTINY)
    return visible_reviews(access)


def review_for(
    access: CouncilAccess,
    review_id: UUID,
    permission: CompliancePermission = CompliancePermission.VIEW_SCRUTINY,
) -> ScrutinyReview:
    """A review that the person may read, for whoever holds the permission."""
    access.require(permission)
    return get_object_or_404(reviews_of(access).select_related("council", "put_up_by"), pk=review_id)


def hearing_to_change(access: CouncilAccess, hearing_id: UUID) -> ReviewHearing:
    """A body's hearing of a review that the person may write."""
    access.require(CompliancePermission.EDIT_SCRUTINY)
    return get_object_or_404(
        ReviewHearing.objects.filter(
            council=access.council, review__in=visible_reviews(access)
        ).select_related("review"),
        pk=hearing_id,
    )


def import_for(access: CouncilAccess, review_id: UUID, import_id: UUID) -> RecommendationImport:
    """A file of recommendations that the person sent for a review."""
    access.require(CompliancePermission.EDIT_SCRUTINY)
    return get_object_or_404(
        RecommendationImport.objects.filter(
            council=access.council, person=access.user, review__in=visible_reviews(access)
        ).select_related("review__council"),
        review=review_id,
        pk=import_id,
    )


def visible_recommendations(access: CouncilAccess) -> QuerySet[Recommendation]:
    """The recommendations of the reviews a person may read."""
    return Recommendation.objects.filter(council=access.council, review__in=visible_reviews(access))


def recommendation_for(
    access: CouncilAccess,
    recommendation_id: UUID,
    permission: CompliancePermission = CompliancePermission.VIEW_SCRUTINY,
) -> Recommendation:
    """A recommendation of a review that the person may read, for whoever holds the permission."""
    access.require(permission)
    return get_object_or_404(
        visible_recommendations(access).select_related("council", "review__council", "owner", "proposed_by"),
        pk=recommendation_id,
    )


def may_report_on(access: CouncilAccess, recommendation: Recommendation) -> bool:
    """Coordinators on every recommendation, officers on those they report on (roles of the product)."""
    if access.may(CompliancePermission.EDIT_SCRUTINY):
        return True
    return (
        access.may(CompliancePermission.REPORT_ON_RECOMMENDATIONS)
        and recommendation.owner_id == access.user.pk
    )


def recommendation_to_report(access: CouncilAccess, recommendation_id: UUID) -> Recommendation:
    """A recommendation on which the person may log progress and propose completion."""
    recommendation = recommendation_for(access, recommendation_id)
    if not may_report_on(access, recommendation):
        raise Http404
    return recommendation


def visible_recommendation_progress(access: CouncilAccess) -> QuerySet[RecommendationProgress]:
    """The lines of the logs of recommendations a person may read: what their evidence hangs on."""
    return RecommendationProgress.objects.filter(
        council=access.council, recommendation__in=visible_recommendations(access)
    )


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
    """A risk whose likelihood, impact and next date the person may set."""
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
