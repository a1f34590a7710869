"""API addresses of compliance, one list per noun."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from compliance.api import checklist, plans, reports, rounds, scrutiny

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

urlpatterns: list[URLPattern | URLResolver] = [*plan_urls, *checklist_urls, *scrutiny_urls, *report_urls]
