"""API addresses of compliance, one list per noun."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from compliance.api import (
    checklist,
    plan_workbook,
    plans,
    reports,
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
        "c/<slug:council>/plans/<uuid:plan_id>/actions/",
        plans.PlanActionsAPI.as_view(),
        name="api-plan-actions",
    ),
    path("c/<slug:council>/actions/<uuid:action_id>/", plans.ActionAPI.as_view(), name="api-action"),
    path(
        "c/<slug:council>/actions/<uuid:action_id>/due-date/",
        plans.DueDateAPI.as_view(),
        name="api-action-due-date",
    ),
    path(
        "c/<slug:council>/actions/<uuid:action_id>/progress/",
        plans.ProgressAPI.as_view(),
        name="api-action-progress",
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

urlpatterns: list[URLPattern | URLResolver] = [
    *plan_urls,
    *checklist_urls,
    *scrutiny_urls,
    *report_urls,
    *workbook_urls,
    *sharing_urls,
]
