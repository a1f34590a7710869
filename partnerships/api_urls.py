from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships import board_api_urls, meeting_api_urls, organisation_api_urls, register_api_urls
from partnerships.api.designations import DesignationsAPI, ThreatLevelsAPI
from partnerships.api.grants import (
    ClaimAPI,
    ClaimDueAPI,
    ClaimPaymentAPI,
    ClaimQueryAPI,
    ClaimsAPI,
    ClaimSubmissionAPI,
    GrantAPI,
    GrantClaimsAPI,
    GrantsAPI,
)

_PARTNERSHIP = "c/<slug:council>/partnership/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_PARTNERSHIP}grants/", GrantsAPI.as_view(), name="api-grants"),
    path(f"{_PARTNERSHIP}grants/<uuid:grant_id>/", GrantAPI.as_view(), name="api-grant"),
    path(f"{_PARTNERSHIP}grants/<uuid:grant_id>/claims/", GrantClaimsAPI.as_view(), name="api-grant-claims"),
    path(f"{_PARTNERSHIP}claims/", ClaimsAPI.as_view(), name="api-claims"),
    path(f"{_PARTNERSHIP}claims/<uuid:claim_id>/", ClaimAPI.as_view(), name="api-grant-claim"),
    path(f"{_PARTNERSHIP}claims/<uuid:claim_id>/due/", ClaimDueAPI.as_view(), name="api-grant-claim-due"),
    path(
        f"{_PARTNERSHIP}claims/<uuid:claim_id>/submission/",
        ClaimSubmissionAPI.as_view(),
        name="api-grant-claim-submission",
    ),
    path(
        f"{_PARTNERSHIP}claims/<uuid:claim_id>/query/", ClaimQueryAPI.as_view(), name="api-grant-claim-query"
    ),
    path(
        f"{_PARTNERSHIP}claims/<uuid:claim_id>/payment/",
        ClaimPaymentAPI.as_view(),
        name="api-grant-claim-payment",
    ),
    path(f"{_PARTNERSHIP}designations/", DesignationsAPI.as_view(), name="api-designations"),
    path(f"{_PARTNERSHIP}threat-levels/", ThreatLevelsAPI.as_view(), name="api-threat-levels"),
    path(_PARTNERSHIP, include(board_api_urls)),
    path(_PARTNERSHIP, include(organisation_api_urls)),
    path(_PARTNERSHIP, include(meeting_api_urls)),
    *register_api_urls.urlpatterns,
]
