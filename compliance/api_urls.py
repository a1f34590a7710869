"""API addresses of compliance, one list per noun."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from compliance.api import (
    actions,
    answers,
    checklist,
    extensions,
    plan_reviews,
    plan_workbook,
    plans,
    reports,
    risks,
    rounds,
    scrutiny,
    sharing,
)

plan_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/plans/", plans.PlansAPI.as_view(), name="api-plans"),
    path("c/<slug:council>/plans/<uuid:plan_id>/", plans.PlanAPI.as_view(), name="api-plan"),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/objectives/",
        plans.ObjectivesAPI.as_view(),
        name="api-objectives",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/objectives/<uuid:objective_id>/",
        plans.ObjectiveAPI.as_view(),
        name="api-objective",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/actions/",
        actions.PlanActionsAPI.as_view(),
        name="api-plan-actions",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/reviewers/",
        plan_reviews.ReviewersAPI.as_view(),
        name="api-plan-reviewers",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/reviewers/<uuid:reviewer_id>/",
        plan_reviews.ReviewerAPI.as_view(),
        name="api-plan-reviewer",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/reviews/",
        plan_reviews.PlanReviewsAPI.as_view(),
        name="api-plan-reviews",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/versions/",
        plan_reviews.PlanVersionsAPI.as_view(),
        name="api-plan-versions",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/versions/<int:number>/",
        plan_reviews.PlanVersionAPI.as_view(),
        name="api-plan-version",
    ),
    path("c/<slug:council>/actions/", actions.ActionsAPI.as_view(), name="api-actions"),
    path(
        "c/<slug:council>/actions/progress/", actions.BulkProgressAPI.as_view(), name="api-actions-progress"
    ),
    path("c/<slug:council>/actions/<uuid:action_id>/", actions.ActionAPI.as_view(), name="api-action"),
    path(
        "c/<slug:council>/actions/<uuid:action_id>/progress/",
        actions.ProgressAPI.as_view(),
        name="api-action-progress",
    ),
    path(
        "c/<slug:council>/actions/<uuid:action_id>/extensions/",
        extensions.ActionExtensionsAPI.as_view(),
        name="api-action-extensions",
    ),
    path("c/<slug:council>/extensions/", extensions.ExtensionsAPI.as_view(), name="api-extensions"),
    path(
        "c/<slug:council>/extensions/<uuid:extension_id>/",
        extensions.ExtensionAPI.as_view(),
        name="api-extension",
    ),
    path(
        "c/<slug:council>/extensions/<uuid:extension_id>/decision/",
        extensions.ExtensionDecisionAPI.as_view(),
        name="api-extension-decision",
    ),
    path(
        "c/<slug:council>/extensions/<uuid:extension_id>/withdrawal/",
        extensions.ExtensionWithdrawalAPI.as_view(),
        name="api-extension-withdrawal",
    ),
]
checklist_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/checklist/", rounds.AssessmentsAPI.as_view(), name="api-checklist"),
    path(
        "c/<slug:council>/checklist/<uuid:assessment_id>/",
        rounds.AssessmentAPI.as_view(),
        name="api-checklist-round",
    ),
    path(
        "c/<slug:council>/checklist/<uuid:assessment_id>/bring-forward/",
        rounds.BringForwardAPI.as_view(),
        name="api-checklist-bring-forward",
    ),
    path(
        "c/<slug:council>/checklist/<uuid:assessment_id>/close/",
        rounds.CloseAPI.as_view(),
        name="api-checklist-close",
    ),
    path(
        "c/<slug:council>/checklist/<uuid:assessment_id>/compare/<uuid:other_id>/",
        rounds.CompareAPI.as_view(),
        name="api-checklist-compare",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/confirm/",
        rounds.ConfirmAPI.as_view(),
        name="api-checklist-confirm",
    ),
    path("c/<slug:council>/checklist/editions/", rounds.EditionsAPI.as_view(), name="api-checklist-editions"),
    path("c/<slug:council>/checklist/local/", rounds.LocalItemsAPI.as_view(), name="api-checklist-local"),
    path(
        "c/<slug:council>/checklist/local/<uuid:item_id>/",
        rounds.LocalItemAPI.as_view(),
        name="api-checklist-local-item",
    ),
    path(
        "c/<slug:council>/checklist/local/<uuid:item_id>/retire/",
        rounds.LocalItemRetireAPI.as_view(),
        name="api-checklist-local-retire",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/",
        checklist.AnswerAPI.as_view(),
        name="api-checklist-item",
    ),
    path("c/<slug:council>/checklist/yours/", answers.OwnItemsAPI.as_view(), name="api-checklist-yours"),
    path(
        "c/<slug:council>/checklist/<uuid:assessment_id>/assign/",
        answers.AssignAPI.as_view(),
        name="api-checklist-assign",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/submit/",
        answers.SubmitAPI.as_view(),
        name="api-checklist-item-submit",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/return/",
        answers.ReturnAPI.as_view(),
        name="api-checklist-item-return",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/accept/",
        answers.AcceptAPI.as_view(),
        name="api-checklist-item-accept",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/moderate/",
        answers.ModerateAPI.as_view(),
        name="api-checklist-item-moderate",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/agree/",
        answers.AgreeAPI.as_view(),
        name="api-checklist-item-agree",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/actions/",
        answers.ItemActionsAPI.as_view(),
        name="api-checklist-item-actions",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/actions/<uuid:action_id>/",
        answers.ItemActionAPI.as_view(),
        name="api-checklist-item-action",
    ),
]
scrutiny_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/scrutiny/", scrutiny.ReviewsAPI.as_view(), name="api-scrutiny"),
    path("c/<slug:council>/scrutiny/<uuid:review_id>/", scrutiny.ReviewAPI.as_view(), name="api-review"),
    path(
        "c/<slug:council>/scrutiny/recommendations/<uuid:recommendation_id>/",
        scrutiny.RecommendationAPI.as_view(),
        name="api-recommendation",
    ),
    path(
        "c/<slug:council>/scrutiny/recommendations/<uuid:recommendation_id>/progress/",
        scrutiny.RecommendationProgressAPI.as_view(),
        name="api-recommendation-progress",
    ),
]
report_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/reports/", reports.ReportsAPI.as_view(), name="api-reports"),
    path("c/<slug:council>/reports/<uuid:report_id>/", reports.ReportAPI.as_view(), name="api-report"),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/renditions/",
        reports.RenditionsAPI.as_view(),
        name="api-renditions",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/renditions/<int:number>/document/",
        reports.DocumentAPI.as_view(),
        name="api-report-document",
    ),
]
workbook_urls: list[URLPattern | URLResolver] = [
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/workbook/",
        plan_workbook.PlanWorkbookAPI.as_view(),
        name="api-plan-workbook",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/workbook/<uuid:plan_upload_id>/apply/",
        plan_workbook.PlanWorkbookApplyAPI.as_view(),
        name="api-plan-workbook-apply",
    ),
]
sharing_urls: list[URLPattern | URLResolver] = [
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/shares/",
        sharing.PlanSharesAPI.as_view(),
        name="api-plan-shares",
    ),
    path(
        "c/<slug:council>/plan-shares/<uuid:plan_share_id>/",
        sharing.PlanShareAPI.as_view(),
        name="api-plan-share",
    ),
    path(
        "c/<slug:council>/plan-shares/<uuid:plan_share_id>/end/",
        sharing.PlanShareEndAPI.as_view(),
        name="api-plan-share-end",
    ),
    path("c/<slug:council>/risk-shares/", sharing.RiskSharesAPI.as_view(), name="api-risk-shares"),
    path(
        "c/<slug:council>/risk-shares/<uuid:risk_share_id>/",
        sharing.RiskShareAPI.as_view(),
        name="api-risk-share",
    ),
    path(
        "c/<slug:council>/risk-shares/<uuid:risk_share_id>/end/",
        sharing.RiskShareEndAPI.as_view(),
        name="api-risk-share-end",
    ),
    path("c/<slug:council>/shared/", sharing.SharedAPI.as_view(), name="api-shared"),
    path(
        "c/<slug:council>/shared/plans/<uuid:received_plan_id>/",
        sharing.SharedPlanAPI.as_view(),
        name="api-shared-plan",
    ),
    path(
        "c/<slug:council>/shared/plans/<uuid:received_plan_id>/actions/",
        sharing.SharedActionsAPI.as_view(),
        name="api-shared-actions",
    ),
    path(
        "c/<slug:council>/shared/plans/<uuid:received_plan_id>/actions/<uuid:received_action_id>/progress/",
        sharing.SharedProgressAPI.as_view(),
        name="api-shared-progress",
    ),
    path(
        "c/<slug:council>/shared/risks/<uuid:received_risk_id>/",
        sharing.SharedRisksAPI.as_view(),
        name="api-shared-risks",
    ),
]

risk_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/risks/", risks.PublishedRisksAPI.as_view(), name="api-risks-published"),
    path("c/<slug:council>/risks/register/", risks.RiskRegisterAPI.as_view(), name="api-risks"),
    path("c/<slug:council>/risks/register/<uuid:risk_id>/", risks.RiskAPI.as_view(), name="api-risk"),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/assessments/",
        risks.RiskAssessmentsAPI.as_view(),
        name="api-risk-assessments",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/closure/",
        risks.RiskClosureAPI.as_view(),
        name="api-risk-closure",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/reopening/",
        risks.RiskReopeningAPI.as_view(),
        name="api-risk-reopening",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/actions/",
        risks.RiskActionsAPI.as_view(),
        name="api-risk-actions",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/actions/<uuid:action_id>/",
        risks.RiskActionAPI.as_view(),
        name="api-risk-action",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/summaries/",
        risks.RiskSummariesAPI.as_view(),
        name="api-risk-summaries",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *plan_urls,
    *checklist_urls,
    *scrutiny_urls,
    *report_urls,
    *risk_urls,
    *workbook_urls,
    *sharing_urls,
]
