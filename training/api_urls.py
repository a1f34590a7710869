from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from training.api.coverage import CoverageAPI
from training.api.returns import OwnReturnsAPI
from training.api.uploads import ConfirmAPI, UploadAPI, UploadsAPI

_TRAINING = "c/<slug:council>/training/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_TRAINING}coverage/", CoverageAPI.as_view(), name="api-training-coverage"),
    path(f"{_TRAINING}returns/", OwnReturnsAPI.as_view(), name="api-training-returns"),
    path(f"{_TRAINING}uploads/", UploadsAPI.as_view(), name="api-training-uploads"),
    path(f"{_TRAINING}uploads/<uuid:upload_id>/", UploadAPI.as_view(), name="api-training-upload"),
    path(
        f"{_TRAINING}uploads/<uuid:upload_id>/confirm/",
        ConfirmAPI.as_view(),
        name="api-training-confirm-upload",
    ),
]
