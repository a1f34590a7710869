from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from training.views.coverage import CoverageCsvView, CoverageView, CoverageXlsxView
from training.views.returns import (
    EndSharingView,
    OwnReturnsCsvView,
    OwnReturnsView,
    OwnReturnView,
    ReturnView,
    TemplateView,
)
from training.views.uploads import ReceiptView, SendReturnsView, UploadView

_TRAINING = "c/<slug:council>/training/"
_OWN = "c/<slug:council>/returns/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_TRAINING, CoverageView.as_view(), name="training"),
    path(f"{_TRAINING}coverage.csv", CoverageCsvView.as_view(), name="training-csv"),
    path(f"{_TRAINING}coverage.xlsx", CoverageXlsxView.as_view(), name="training-xlsx"),
    path(f"{_TRAINING}returns/<uuid:return_id>/", ReturnView.as_view(), name="training-return"),
    path(_OWN, OwnReturnsView.as_view(), name="own-returns"),
    path(f"{_OWN}returns.csv", OwnReturnsCsvView.as_view(), name="own-returns-csv"),
    path(f"{_OWN}template.csv", TemplateView.as_view(), name="returns-template"),
    path(f"{_OWN}send/", SendReturnsView.as_view(), name="send-returns"),
    path(f"{_OWN}uploads/<uuid:upload_id>/", UploadView.as_view(), name="returns-upload"),
    path(f"{_OWN}uploads/<uuid:upload_id>/receipt/", ReceiptView.as_view(), name="returns-receipt"),
    path(f"{_OWN}sharing/<uuid:grant_id>/end/", EndSharingView.as_view(), name="end-sharing"),
    path(f"{_OWN}<uuid:return_id>/", OwnReturnView.as_view(), name="own-return"),
]
