from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from training import delivery_api_urls, round_api_urls
from training.api.coverage import CoverageAPI
from training.api.improvement_plans import (
    ImprovementMilestoneAPI,
    ImprovementMilestoneDoneAPI,
    ImprovementMilestonesAPI,
    ImprovementNotesAPI,
    ImprovementPlanAPI,
    ImprovementPlanEndAPI,
    ImprovementPlansAPI,
)
from training.api.registers import ConfirmRegisterAPI, RegisterAPI, RegistersAPI
from training.api.returns import OwnReturnsAPI
from training.api.schools import SchoolCountsAPI, SchoolsAPI
from training.api.uploads import ConfirmAPI, UploadAPI, UploadsAPI

_TRAINING = "c/<slug:council>/training/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_TRAINING}coverage/", CoverageAPI.as_view(), name="api-training-coverage"),
    path(f"{_TRAINING}schools/", SchoolsAPI.as_view(), name="api-schools"),
    path(f"{_TRAINING}schools/coverage/", SchoolCountsAPI.as_view(), name="api-school-coverage"),
    path(f"{_TRAINING}improvement/", ImprovementPlansAPI.as_view(), name="api-improvement-plans"),
    path(
        f"{_TRAINING}improvement/<uuid:improvement_id>/",
        ImprovementPlanAPI.as_view(),
        name="api-improvement-plan",
    ),
    path(
        f"{_TRAINING}improvement/<uuid:improvement_id>/end/",
        ImprovementPlanEndAPI.as_view(),
        name="api-improvement-plan-end",
    ),
    path(
        f"{_TRAINING}improvement/<uuid:improvement_id>/steps/",
        ImprovementMilestonesAPI.as_view(),
        name="api-improvement-milestones",
    ),
    path(
        f"{_TRAINING}improvement/<uuid:improvement_id>/notes/",
        ImprovementNotesAPI.as_view(),
        name="api-improvement-notes",
    ),
    path(
        f"{_TRAINING}improvement/steps/<uuid:milestone_id>/",
        ImprovementMilestoneAPI.as_view(),
        name="api-improvement-milestone",
    ),
    path(
        f"{_TRAINING}improvement/steps/<uuid:milestone_id>/done/",
        ImprovementMilestoneDoneAPI.as_view(),
        name="api-improvement-milestone-done",
    ),
    path(f"{_TRAINING}returns/", OwnReturnsAPI.as_view(), name="api-training-returns"),
    path(f"{_TRAINING}registers/", RegistersAPI.as_view(), name="api-training-registers"),
    path(f"{_TRAINING}registers/<uuid:register_id>/", RegisterAPI.as_view(), name="api-training-register"),
    path(
        f"{_TRAINING}registers/<uuid:register_id>/confirm/",
        ConfirmRegisterAPI.as_view(),
        name="api-training-confirm-register",
    ),
    path(f"{_TRAINING}uploads/", UploadsAPI.as_view(), name="api-training-uploads"),
    path(f"{_TRAINING}uploads/<uuid:upload_id>/", UploadAPI.as_view(), name="api-training-upload"),
    path(
        f"{_TRAINING}uploads/<uuid:upload_id>/confirm/",
        ConfirmAPI.as_view(),
        name="api-training-confirm-upload",
    ),
    *delivery_api_urls.urlpatterns,
    *round_api_urls.urlpatterns,
]
