from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from training import delivery_urls
from training.views.courses import (
    CourseAddPage,
    CourseChangePage,
    CoursePage,
    CoursesCsv,
    CoursesPage,
    TargetAddPage,
    TargetChangePage,
    WhatCountsPage,
)
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
    DraftView,
    EndSharingView,
    OwnReturnsCsvView,
    OwnReturnsView,
    OwnReturnView,
    ReturnView,
    ShareReturnsView,
    TemplateView,
    TypeReturnView,
)
from training.views.rounds import (
    ExpectedAddPage,
    ExpectedChangePage,
    ExpectedPage,
    RoundClosePage,
    RoundCsv,
    RoundExtendPage,
    RoundOpenPage,
    RoundPage,
    RoundRemindPage,
    RoundsPage,
)
from training.views.schools import SchoolPage, SchoolsCsvView, SchoolsPage, SchoolsRecordPage
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
    path(f"{_TRAINING}schools/", SchoolsPage.as_view(), name="schools"),
    path(f"{_TRAINING}schools/schools.csv", SchoolsCsvView.as_view(), name="schools-csv"),
    path(f"{_TRAINING}schools/record/", SchoolsRecordPage.as_view(), name="schools-record"),
    path(f"{_TRAINING}schools/<uuid:school_id>/", SchoolPage.as_view(), name="school"),
    path(f"{_IMPROVEMENT}", ImprovementPlansPage.as_view(), name="improvement-plans"),
    path(f"{_IMPROVEMENT}plans.csv", ImprovementPlansCsvView.as_view(), name="improvement-plans-csv"),
    path(f"{_IMPROVEMENT}add/", ImprovementPlanAddPage.as_view(), name="improvement-plan-add"),
    path(f"{_IMPROVEMENT}<uuid:improvement_id>/", ImprovementPlanPage.as_view(), name="improvement-plan"),
    path(
        f"{_IMPROVEMENT}<uuid:improvement_id>/edit/",
        ImprovementPlanEditPage.as_view(),
        name="improvement-plan-edit",
    ),
    path(
        f"{_IMPROVEMENT}<uuid:improvement_id>/end/",
        ImprovementPlanEndPage.as_view(),
        name="improvement-plan-end",
    ),
    path(
        f"{_IMPROVEMENT}<uuid:improvement_id>/steps/add/",
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
    path(f"{_TRAINING}courses/", CoursesPage.as_view(), name="training-courses"),
    path(f"{_TRAINING}courses/courses.csv", CoursesCsv.as_view(), name="training-courses-csv"),
    path(f"{_TRAINING}courses/what-counts/", WhatCountsPage.as_view(), name="training-what-counts"),
    path(f"{_TRAINING}courses/add/", CourseAddPage.as_view(), name="training-course-add"),
    path(f"{_TRAINING}courses/<uuid:course_id>/", CoursePage.as_view(), name="training-course"),
    path(
        f"{_TRAINING}courses/<uuid:course_id>/change/",
        CourseChangePage.as_view(),
        name="training-course-change",
    ),
    path(f"{_TRAINING}targets/add/", TargetAddPage.as_view(), name="training-target-add"),
    path(
        f"{_TRAINING}targets/<uuid:target_id>/change/",
        TargetChangePage.as_view(),
        name="training-target-change",
    ),
    path(f"{_TRAINING}rounds/", RoundsPage.as_view(), name="training-rounds"),
    path(f"{_TRAINING}rounds/open/", RoundOpenPage.as_view(), name="training-round-open"),
    path(f"{_TRAINING}rounds/expected/", ExpectedPage.as_view(), name="training-expected"),
    path(f"{_TRAINING}rounds/expected/add/", ExpectedAddPage.as_view(), name="training-expected-add"),
    path(
        f"{_TRAINING}rounds/expected/<uuid:expected_id>/",
        ExpectedChangePage.as_view(),
        name="training-expected-change",
    ),
    path(f"{_TRAINING}rounds/<uuid:round_id>/", RoundPage.as_view(), name="training-round"),
    path(f"{_TRAINING}rounds/<uuid:round_id>/round.csv", RoundCsv.as_view(), name="training-round-csv"),
    path(
        f"{_TRAINING}rounds/<uuid:round_id>/remind/",
        RoundRemindPage.as_view(),
        name="training-round-remind",
    ),
    path(
        f"{_TRAINING}rounds/<uuid:round_id>/remind/<uuid:organisation_id>/",
        RoundRemindPage.as_view(),
        name="training-round-remind-one",
    ),
    path(
        f"{_TRAINING}rounds/<uuid:round_id>/more-time/<uuid:organisation_id>/",
        RoundExtendPage.as_view(),
        name="training-round-extend",
    ),
    path(
        f"{_TRAINING}rounds/<uuid:round_id>/close/",
        RoundClosePage.as_view(),
        name="training-round-close",
    ),
    path(_OWN, OwnReturnsView.as_view(), name="own-returns"),
    path(f"{_OWN}sharing/", ShareReturnsView.as_view(), name="share-returns"),
    path(
        f"{_OWN}figures/<uuid:organisation_id>/<uuid:course_id>/<str:whose>/<str:start>/<str:end>/",
        TypeReturnView.as_view(),
        name="type-return",
    ),
    path(f"{_OWN}drafts/<uuid:draft_id>/", DraftView.as_view(), name="draft-return"),
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
