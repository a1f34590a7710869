"""Addresses of compliance, one list per noun."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from compliance.views import (
    answers,
    actions,
    checklist,
    editions,
    extensions,
    overview,
    plan_board,
    plan_reviews,
    plan_workbook,
    plans,
    progress,
    reports,
    risk_audiences,
    risks,
    rounds,
    scrutiny,
    sharing,
)

overview_urls: list[URLPattern | URLResolver] = [
    path("my-work/", overview.MyWorkPage.as_view(), name="my-work"),
    path("c/<slug:council>/", overview.OverviewPage.as_view(), name="overview"),
]
plan_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/plans/", plans.PlansPage.as_view(), name="plans"),
    path("c/<slug:council>/plans/add/", plans.PlanAddPage.as_view(), name="plan-add"),
    path("c/<slug:council>/plans/<uuid:plan_id>/", plans.PlanPage.as_view(), name="plan"),
    path("c/<slug:council>/plans/<uuid:plan_id>/change/", plans.PlanEditPage.as_view(), name="plan-edit"),
    path("c/<slug:council>/plans/<uuid:plan_id>/board/", plan_board.BoardPage.as_view(), name="plan-board"),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/board/print/",
        plan_board.BoardPrintPage.as_view(),
        name="plan-board-print",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/objectives/",
        plans.ObjectiveOrderPage.as_view(),
        name="objective-order",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/objectives/add/",
        plans.ObjectiveAddPage.as_view(),
        name="objective-add",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/objectives/<uuid:objective_id>/change/",
        plans.ObjectiveEditPage.as_view(),
        name="objective-edit",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/actions/add/",
        actions.ActionAddPage.as_view(),
        name="action-add",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/reviews/",
        plan_reviews.PlanReviewsPage.as_view(),
        name="plan-reviews",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/reviews/add/",
        plan_reviews.ReviewAddPage.as_view(),
        name="plan-review-add",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/reviews/<uuid:plan_review_id>/correct/",
        plan_reviews.ReviewCorrectPage.as_view(),
        name="plan-review-correct",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/reviewers/add/",
        plan_reviews.ReviewerAddPage.as_view(),
        name="plan-reviewer-add",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/reviewers/<uuid:reviewer_id>/",
        plan_reviews.ReviewerEditPage.as_view(),
        name="plan-reviewer-edit",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/versions/freeze/",
        plan_reviews.FreezePage.as_view(),
        name="plan-freeze",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/versions/<int:number>/",
        plan_reviews.PlanVersionPage.as_view(),
        name="plan-version",
    ),
    path("c/<slug:council>/actions/", actions.ActionsPage.as_view(), name="actions"),
    path("c/<slug:council>/actions/progress/", progress.BulkProgressPage.as_view(), name="bulk-progress"),
    path("c/<slug:council>/actions/<uuid:action_id>/", actions.ActionPage.as_view(), name="action"),
    path(
        "c/<slug:council>/actions/<uuid:action_id>/progress/",
        progress.ProgressPage.as_view(),
        name="action-progress",
    ),
    path(
        "c/<slug:council>/actions/<uuid:action_id>/change/",
        actions.ActionEditPage.as_view(),
        name="action-edit",
    ),
    path(
        "c/<slug:council>/actions/<uuid:action_id>/more-time/",
        extensions.ExtensionAskPage.as_view(),
        name="extension-ask",
    ),
    path("c/<slug:council>/requests-for-time/", extensions.ExtensionsPage.as_view(), name="extensions"),
    path(
        "c/<slug:council>/requests-for-time/<uuid:extension_id>/",
        extensions.ExtensionPage.as_view(),
        name="extension",
    ),
    path(
        "c/<slug:council>/requests-for-time/<uuid:extension_id>/withdraw/",
        extensions.ExtensionWithdrawPage.as_view(),
        name="extension-withdraw",
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
        "c/<slug:council>/checklist/<uuid:assessment_id>/bring-forward/",
        rounds.BringForwardPage.as_view(),
        name="checklist-bring-forward",
    ),
    path(
        "c/<slug:council>/checklist/<uuid:assessment_id>/confirm/",
        rounds.ConfirmPage.as_view(),
        name="checklist-confirm",
    ),
    path(
        "c/<slug:council>/checklist/<uuid:assessment_id>/close/",
        rounds.RoundClosePage.as_view(),
        name="checklist-close",
    ),
    path(
        "c/<slug:council>/checklist/<uuid:assessment_id>/compare/<uuid:other_id>/",
        rounds.ComparePage.as_view(),
        name="checklist-compare",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/confirm/",
        rounds.ItemConfirmPage.as_view(),
        name="checklist-item-confirm",
    ),
    path("c/<slug:council>/checklist/editions/", editions.EditionsPage.as_view(), name="checklist-editions"),
    path(
        "c/<slug:council>/checklist/editions/<slug:edition>/",
        editions.EditionPage.as_view(),
        name="checklist-edition",
    ),
    path(
        "c/<slug:council>/checklist/editions/<slug:edition>/open/",
        rounds.RoundOpenPage.as_view(),
        name="checklist-open",
    ),
    path(
        "c/<slug:council>/checklist/editions/<slug:edition>/items/<str:ref>/",
        editions.PromptPage.as_view(),
        name="checklist-prompt",
    ),
    path("c/<slug:council>/checklist/local/", editions.LocalItemsPage.as_view(), name="checklist-local"),
    path(
        "c/<slug:council>/checklist/local/add/",
        editions.LocalItemAddPage.as_view(),
        name="checklist-local-add",
    ),
    path(
        "c/<slug:council>/checklist/local/<uuid:item_id>/",
        editions.LocalItemPage.as_view(),
        name="checklist-local-item",
    ),
    path(
        "c/<slug:council>/checklist/local/<uuid:item_id>/retire/",
        editions.LocalItemRetirePage.as_view(),
        name="checklist-local-retire",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/",
        checklist.ItemPage.as_view(),
        name="checklist-item",
    ),
    path("c/<slug:council>/checklist/yours/", answers.YourItemsPage.as_view(), name="checklist-yours"),
    path(
        "c/<slug:council>/checklist/<uuid:assessment_id>/assign/",
        answers.AssignPage.as_view(),
        name="checklist-assign",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/decide/",
        answers.DecidePage.as_view(),
        name="checklist-item-decide",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/moderate/",
        answers.ModeratePage.as_view(),
        name="checklist-item-moderate",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/agree/",
        answers.AgreePage.as_view(),
        name="checklist-item-agree",
    ),
    path(
        "c/<slug:council>/checklist/items/<uuid:answer_id>/actions/",
        answers.LinksPage.as_view(),
        name="checklist-item-actions",
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
workbook_urls: list[URLPattern | URLResolver] = [
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/workbook/",
        plan_workbook.PlanWorkbookPage.as_view(),
        name="plan-workbook",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/workbook/plan.xlsx",
        plan_workbook.PlanWorkbookFile.as_view(),
        name="plan-workbook-file",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/workbook/<uuid:plan_upload_id>/",
        plan_workbook.PlanWorkbookCheckPage.as_view(),
        name="plan-workbook-check",
    ),
]
sharing_urls: list[URLPattern | URLResolver] = [
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/shares/",
        sharing.PlanSharesPage.as_view(),
        name="plan-shares",
    ),
    path(
        "c/<slug:council>/plans/<uuid:plan_id>/shares/add/",
        sharing.PlanShareAddPage.as_view(),
        name="plan-share-add",
    ),
    path(
        "c/<slug:council>/plan-shares/<uuid:plan_share_id>/last-day/",
        sharing.PlanShareRenewPage.as_view(),
        name="plan-share-renew",
    ),
    path(
        "c/<slug:council>/plan-shares/<uuid:plan_share_id>/end/",
        sharing.PlanShareEndPage.as_view(),
        name="plan-share-end",
    ),
    path("c/<slug:council>/risk-shares/", sharing.RiskSharesPage.as_view(), name="risk-shares"),
    path("c/<slug:council>/risk-shares/add/", sharing.RiskShareAddPage.as_view(), name="risk-share-add"),
    path(
        "c/<slug:council>/risk-shares/<uuid:risk_share_id>/last-day/",
        sharing.RiskShareRenewPage.as_view(),
        name="risk-share-renew",
    ),
    path(
        "c/<slug:council>/risk-shares/<uuid:risk_share_id>/end/",
        sharing.RiskShareEndPage.as_view(),
        name="risk-share-end",
    ),
    path("c/<slug:council>/shared/", sharing.SharedPage.as_view(), name="shared"),
    path(
        "c/<slug:council>/shared/plans/<uuid:received_plan_id>/",
        sharing.SharedPlanPage.as_view(),
        name="shared-plan",
    ),
    path(
        "c/<slug:council>/shared/plans/<uuid:received_plan_id>/actions/<uuid:received_action_id>/",
        sharing.SharedActionPage.as_view(),
        name="shared-action",
    ),
    path(
        "c/<slug:council>/shared/risks/<uuid:received_risk_id>/",
        sharing.SharedRisksPage.as_view(),
        name="shared-risks",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *overview_urls,
    *plan_urls,
    *checklist_urls,
    *scrutiny_urls,
    *report_urls,
    *risk_urls,
    *workbook_urls,
    *sharing_urls,
]
