from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from training import delivery_urls
from training.views.coverage import (
    CoverageCsvView,
    CoverageView,
    CoverageXlsxView,
    LinesCsvView,
    LineSettingPage,
)
from training.views.improvement_plans import (
    ImprovementPlanAddPage,
    ImprovementPlanEditPage,
    ImprovementPlanEndPage,
    ImprovementPlanPage,
    ImprovementPlansCsvView,
    ImprovementPlansPage,
    MilestoneAddPage,
    MilestoneDonePage,
    MilestoneEditPage,
)
from training.views.registers import (
    RegisterProblemsView,
    RegisterServicesView,
    RegistersView,
    RegisterTemplateView,
    RegisterView,
    SendRegisterView,
)
from training.views.returns import (
    EndSharingView,
    OwnReturnsCsvView,
    OwnReturnsView,
    OwnReturnView,
    ReturnView,
    TemplateView,
)
from training.views.uploads import ReceiptView, RefusedFileView, SendReturnsView, UploadView

_TRAINING = "c/<slug:council>/training/"
_IMPROVEMENT = f"{_TRAINING}improvement/"
_OWN = "c/<slug:council>/returns/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_TRAINING, CoverageView.as_view(), name="training"),
    path(f"{_TRAINING}coverage.csv", CoverageCsvView.as_view(), name="training-csv"),
    path(f"{_TRAINING}coverage.xlsx", CoverageXlsxView.as_view(), name="training-xlsx"),
    path(f"{_TRAINING}what-changed.csv", LinesCsvView.as_view(), name="training-lines-csv"),
    path(f"{_TRAINING}what-changed/", LineSettingPage.as_view(), name="training-lines"),
    path(f"{_IMPROVEMENT}", ImprovementPlansPage.as_view(), name="improvement-plans"),
    path(f"{_IMPROVEMENT}plans.csv", ImprovementPlansCsvView.as_view(), name="improvement-plans-csv"),
    path(f"{_IMPROVEMENT}add/", ImprovementPlanAddPage.as_view(), name="improvement-plan-add"),
    path(f"{_IMPROVEMENT}<uuid:plan_id>/", ImprovementPlanPage.as_view(), name="improvement-plan"),
    path(
        f"{_IMPROVEMENT}<uuid:plan_id>/edit/", ImprovementPlanEditPage.as_view(), name="improvement-plan-edit"
    ),
    path(f"{_IMPROVEMENT}<uuid:plan_id>/end/", ImprovementPlanEndPage.as_view(), name="improvement-plan-end"),
    path(
        f"{_IMPROVEMENT}<uuid:plan_id>/steps/add/",
        MilestoneAddPage.as_view(),
        name="improvement-milestone-add",
    ),
    path(
        f"{_IMPROVEMENT}steps/<uuid:milestone_id>/edit/",
        MilestoneEditPage.as_view(),
        name="improvement-milestone-edit",
    ),
    path(
        f"{_IMPROVEMENT}steps/<uuid:milestone_id>/done/",
        MilestoneDonePage.as_view(),
        name="improvement-milestone-done",
    ),
    path(f"{_TRAINING}returns/<uuid:return_id>/", ReturnView.as_view(), name="training-return"),
    path(_OWN, OwnReturnsView.as_view(), name="own-returns"),
    path(f"{_OWN}returns.csv", OwnReturnsCsvView.as_view(), name="own-returns-csv"),
    path(f"{_OWN}template.csv", TemplateView.as_view(), name="returns-template"),
    path(f"{_OWN}send/", SendReturnsView.as_view(), name="send-returns"),
    path(f"{_OWN}refused/<slug:token>/", RefusedFileView.as_view(), name="returns-refused-file"),
    path(f"{_OWN}uploads/<uuid:upload_id>/", UploadView.as_view(), name="returns-upload"),
    path(f"{_OWN}uploads/<uuid:upload_id>/receipt/", ReceiptView.as_view(), name="returns-receipt"),
    path(f"{_OWN}registers/", RegistersView.as_view(), name="registers"),
    path(f"{_OWN}registers/send/", SendRegisterView.as_view(), name="send-register"),
    path(f"{_OWN}registers/template.csv", RegisterTemplateView.as_view(), name="register-template"),
    path(f"{_OWN}registers/<uuid:register_id>/", RegisterView.as_view(), name="register"),
    path(
        f"{_OWN}registers/<uuid:register_id>/problems.csv",
        RegisterProblemsView.as_view(),
        name="register-problems",
    ),
    path(
        f"{_OWN}registers/<uuid:register_id>/services.csv",
        RegisterServicesView.as_view(),
        name="register-services",
    ),
    path(f"{_OWN}sharing/<uuid:grant_id>/end/", EndSharingView.as_view(), name="end-sharing"),
    path(f"{_OWN}<uuid:return_id>/", OwnReturnView.as_view(), name="own-return"),
    *delivery_urls.urlpatterns,
]
