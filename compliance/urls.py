"""Addresses of compliance, one list per noun."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from compliance.views import checklist, overview, plans, reports, risk_audiences, risks, rounds, scrutiny

overview_urls: list[URLPattern | URLResolver] = [
    path("my-work/", overview.MyWorkPage.as_view(), name="my-work"),
    path("c/<slug:council>/", overview.OverviewPage.as_view(), name="overview"),
]
plan_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/plans/", plans.PlansPage.as_view(), name="plans"),
    path("c/<slug:council>/plans/add/", plans.PlanAddPage.as_view(), name="plan-add"),
    path("c/<slug:council>/plans/<uuid:plan_id>/", plans.PlanPage.as_view(), name="plan"),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/objectives/add/",
        plans.ObjectiveAddPage.as_view(),
        name="objective-add",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/actions/add/", plans.ActionAddPage.as_view(), name="action-add"
    ),
    path("c/<slug:council>/actions/<uuid:action_id>/", plans.ActionPage.as_view(), name="action"),
    path(
        "c/<slug:council>/actions/<uuid:action_id>/progress/",
        plans.ProgressPage.as_view(),
        name="action-progress",
    ),
    path(
        "c/<slug:council>/actions/<uuid:action_id>/change/",
        plans.ActionEditPage.as_view(),
        name="action-edit",
    ),
    path(
        "c/<slug:council>/actions/<uuid:action_id>/due-date/",
        plans.ActionMovePage.as_view(),
        name="action-move",
    ),
]
checklist_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/checklist/", rounds.ChecklistPage.as_view(), name="checklist"),
    path(
        "c/<slug:council>/checklist/<uuid:assessment_id>/",
        rounds.RoundPage.as_view(),
        name="checklist-round",
    ),
    path(
        "c/<slug:council>/checklist/<uuid:assessment_id>/table/",
        rounds.RoundTablePage.as_view(),
        name="checklist-table",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/",
        checklist.ItemPage.as_view(),
        name="checklist-item",
    ),
]
scrutiny_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/scrutiny/", scrutiny.ReviewsPage.as_view(), name="scrutiny"),
    path("c/<slug:council>/scrutiny/<uuid:review_id>/", scrutiny.ReviewPage.as_view(), name="review"),
    path(
        "c/<slug:council>/scrutiny/recommendations/<uuid:recommendation_id>/",
        scrutiny.RecommendationPage.as_view(),
        name="recommendation",
    ),
]
report_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/reports/", reports.ReportsPage.as_view(), name="reports"),
    path("c/<slug:council>/reports/<uuid:report_id>/", reports.ReportPage.as_view(), name="report"),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/preview/",
        reports.PreviewPage.as_view(),
        name="report-preview",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/header/",
        reports.HeaderPage.as_view(),
        name="report-header",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/sections/<uuid:section_id>/",
        reports.SectionPage.as_view(),
        name="report-section",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/freeze/",
        reports.FreezePage.as_view(),
        name="report-freeze",
    ),
    path("c/<slug:council>/reports/<uuid:report_id>/thaw/", reports.ThawPage.as_view(), name="report-thaw"),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/final/",
        reports.FinalPage.as_view(),
        name="report-final",
    ),
    path("c/<slug:council>/reports/<uuid:report_id>/pdf/", reports.PdfPage.as_view(), name="report-pdf"),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/version-<int:number>.pdf",
        reports.DocumentView.as_view(),
        name="report-document",
    ),
]

risk_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/risks/", risks.PublishedRisksPage.as_view(), name="risks"),
    path("c/<slug:council>/risks/keeper/", risk_audiences.KeeperPage.as_view(), name="risk-keeper"),
    path("c/<slug:council>/risks/register/", risks.RegisterPage.as_view(), name="risk-register"),
    path("c/<slug:council>/risks/register/add/", risks.RiskAddPage.as_view(), name="risk-add"),
    path(
        "c/<slug:council>/risks/register/audience/",
        risk_audiences.RegisterAudiencePage.as_view(),
        name="risk-register-audience",
    ),
    path("c/<slug:council>/risks/register/<uuid:risk_id>/", risks.RiskPage.as_view(), name="risk"),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/change/",
        risks.RiskChangePage.as_view(),
        name="risk-change",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/review/",
        risks.RiskReviewPage.as_view(),
        name="risk-review",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/close/",
        risks.RiskClosePage.as_view(),
        name="risk-close",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/reopen/",
        risks.RiskReopenPage.as_view(),
        name="risk-reopen",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/actions/",
        risks.RiskActionsPage.as_view(),
        name="risk-actions",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/actions/<uuid:action_id>/unlink/",
        risks.RiskActionUnlinkView.as_view(),
        name="risk-action-unlink",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/audience/",
        risk_audiences.RiskAudiencePage.as_view(),
        name="risk-audience",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/summary/",
        risks.RiskSummaryPage.as_view(),
        name="risk-summary",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/summary/<uuid:summary_id>/approve/",
        risks.RiskSummaryApproveView.as_view(),
        name="risk-summary-approve",
    ),
    path(
        "c/<slug:council>/risks/register/<uuid:risk_id>/summary/<uuid:summary_id>/withdraw/",
        risks.RiskSummaryWithdrawView.as_view(),
        name="risk-summary-withdraw",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *overview_urls,
    *plan_urls,
    *checklist_urls,
    *scrutiny_urls,
    *report_urls,
    *risk_urls,
]
