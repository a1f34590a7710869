from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships import register_urls
from partnerships.views.boards import BoardsView
from partnerships.views.claims import (
    ClaimFiguresPage,
    ClaimPage,
    ClaimPayPage,
    ClaimQueryPage,
    ClaimSubmitPage,
)
from partnerships.views.designations import (
    DesignationAddPage,
    DesignationChangePage,
    DesignationsCsv,
    DesignationsPage,
)
from partnerships.views.grants import (
    GrantAddPage,
    GrantChangePage,
    GrantClosePage,
    GrantCsv,
    GrantPage,
    GrantsCsv,
    GrantsPage,
)
from partnerships.views.organisations import OrganisationsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/partnership/", OrganisationsView.as_view(), name="partnership"),
    path("c/<slug:council>/partnership/boards/", BoardsView.as_view(), name="boards"),
    path("c/<slug:council>/partnership/grants/", GrantsPage.as_view(), name="grants"),
    path("c/<slug:council>/partnership/grants/grants.csv", GrantsCsv.as_view(), name="grants-csv"),
    path("c/<slug:council>/partnership/grants/add/", GrantAddPage.as_view(), name="grant-add"),
    path("c/<slug:council>/partnership/grants/<uuid:grant_id>/", GrantPage.as_view(), name="grant"),
    path(
        "c/<slug:council>/partnership/grants/<uuid:grant_id>/claims.csv", GrantCsv.as_view(), name="grant-csv"
    ),
    path(
        "c/<slug:council>/partnership/grants/<uuid:grant_id>/change/",
        GrantChangePage.as_view(),
        name="grant-change",
    ),
    path(
        "c/<slug:council>/partnership/grants/<uuid:grant_id>/close/",
        GrantClosePage.as_view(),
        name="grant-close",
    ),
    path("c/<slug:council>/partnership/claims/<uuid:claim_id>/", ClaimPage.as_view(), name="grant-claim"),
    path(
        "c/<slug:council>/partnership/claims/<uuid:claim_id>/figures/",
        ClaimFiguresPage.as_view(),
        name="grant-claim-figures",
    ),
    path(
        "c/<slug:council>/partnership/claims/<uuid:claim_id>/submit/",
        ClaimSubmitPage.as_view(),
        name="grant-claim-submit",
    ),
    path(
        "c/<slug:council>/partnership/claims/<uuid:claim_id>/query/",
        ClaimQueryPage.as_view(),
        name="grant-claim-query",
    ),
    path(
        "c/<slug:council>/partnership/claims/<uuid:claim_id>/pay/",
        ClaimPayPage.as_view(),
        name="grant-claim-pay",
    ),
    path("c/<slug:council>/partnership/designations/", DesignationsPage.as_view(), name="designations"),
    path(
        "c/<slug:council>/partnership/designations/designations.csv",
        DesignationsCsv.as_view(),
        name="designations-csv",
    ),
    path(
        "c/<slug:council>/partnership/designations/add/",
        DesignationAddPage.as_view(),
        name="designation-add",
    ),
    path(
        "c/<slug:council>/partnership/designations/<uuid:designation_id>/change/",
        DesignationChangePage.as_view(),
        name="designation-change",
    ),
    *register_urls.urlpatterns,
]
