from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships import meeting_urls, register_urls
from partnerships.views.acting_people import ActingPersonAddPage, ActingPersonEndPage
from partnerships.views.claims import (
    ClaimDuePage,
    ClaimFiguresPage,
    ClaimPage,
    ClaimPayPage,
    ClaimQueryPage,
    ClaimSubmitPage,
)
from partnerships.views.contacts import ContactAddPage, ContactChangePage, ContactRemovePage
from partnerships.views.designations import (
    DesignationAddPage,
    DesignationChangePage,
    DesignationsCsv,
    DesignationsPage,
)
from partnerships.views.directory import OrganisationLinkPage
from partnerships.views.districts import DistrictsPage
from partnerships.views.grants import (
    GrantAddPage,
    GrantChangePage,
    GrantClosePage,
    GrantCsv,
    GrantPage,
    GrantsCsv,
    GrantsPage,
)
from partnerships.views.organisation_codes import CodeAddPage, CodeEndPage
from partnerships.views.organisations import (
    OrganisationAddPage,
    OrganisationChangePage,
    OrganisationDatesPage,
    OrganisationLeadsPage,
    OrganisationPage,
    OrganisationsCsvView,
    OrganisationsView,
)
from partnerships.views.partner_audits import (
    AuditAddPage,
    AuditChangePage,
    AuditPage,
    AuditsCsvView,
    AuditsPage,
    FindingActionPage,
    FindingAddPage,
    FindingClosePage,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/partnership/", OrganisationsView.as_view(), name="partnership"),
    path(
        "c/<slug:council>/partnership/organisations.csv",
        OrganisationsCsvView.as_view(),
        name="partnership-csv",
    ),
    path(
        "c/<slug:council>/partnership/organisations/link/",
        OrganisationLinkPage.as_view(),
        name="organisation-link",
    ),
    path(
        "c/<slug:council>/partnership/organisations/add/",
        OrganisationAddPage.as_view(),
        name="organisation-add",
    ),
    path(
        "c/<slug:council>/partnership/organisations/<uuid:organisation_id>/",
        OrganisationPage.as_view(),
        name="organisation",
    ),
    path(
        "c/<slug:council>/partnership/organisations/<uuid:own_organisation_id>/change/",
        OrganisationChangePage.as_view(),
        name="organisation-change",
    ),
    path(
        "c/<slug:council>/partnership/organisations/<uuid:organisation_id>/dates/",
        OrganisationDatesPage.as_view(),
        name="organisation-dates",
    ),
    path(
        "c/<slug:council>/partnership/organisations/<uuid:organisation_id>/leads/",
        OrganisationLeadsPage.as_view(),
        name="organisation-leads",
    ),
    path(
        "c/<slug:council>/partnership/organisations/<uuid:own_organisation_id>/codes/add/",
        CodeAddPage.as_view(),
        name="organisation-code-add",
    ),
    path(
        "c/<slug:council>/partnership/organisations/<uuid:own_organisation_id>/codes/<int:code_id>/end/",
        CodeEndPage.as_view(),
        name="organisation-code-end",
    ),
    path(
        "c/<slug:council>/partnership/organisations/<uuid:organisation_id>/contacts/add/",
        ContactAddPage.as_view(),
        name="contact-add",
    ),
    path(
        "c/<slug:council>/partnership/organisations/<uuid:organisation_id>/people/add/",
        ActingPersonAddPage.as_view(),
        name="acting-person-add",
    ),
    path(
        "c/<slug:council>/partnership/organisations/<uuid:organisation_id>/audits/add/",
        AuditAddPage.as_view(),
        name="partner-audit-add",
    ),
    path(
        "c/<slug:council>/partnership/contacts/<uuid:contact_id>/",
        ContactChangePage.as_view(),
        name="contact-change",
    ),
    path(
        "c/<slug:council>/partnership/contacts/<uuid:contact_id>/remove/",
        ContactRemovePage.as_view(),
        name="contact-remove",
    ),
    path(
        "c/<slug:council>/partnership/acting/<uuid:acting_id>/end/",
        ActingPersonEndPage.as_view(),
        name="acting-person-end",
    ),
    path("c/<slug:council>/partnership/audits/", AuditsPage.as_view(), name="partner-audits"),
    path(
        "c/<slug:council>/partnership/audits/audits.csv", AuditsCsvView.as_view(), name="partner-audits-csv"
    ),
    path("c/<slug:council>/partnership/audits/<uuid:audit_id>/", AuditPage.as_view(), name="partner-audit"),
    path(
        "c/<slug:council>/partnership/audits/<uuid:audit_id>/change/",
        AuditChangePage.as_view(),
        name="partner-audit-change",
    ),
    path(
        "c/<slug:council>/partnership/audits/<uuid:audit_id>/findings/add/",
        FindingAddPage.as_view(),
        name="finding-add",
    ),
    path(
        "c/<slug:council>/partnership/findings/<uuid:finding_id>/close/",
        FindingClosePage.as_view(),
        name="finding-close",
    ),
    path(
        "c/<slug:council>/partnership/findings/<uuid:finding_id>/action/",
        FindingActionPage.as_view(),
        name="finding-action",
    ),
    path("c/<slug:council>/partnership/districts/", DistrictsPage.as_view(), name="districts"),
    path("", include("partnerships.board_urls")),
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
        "c/<slug:council>/partnership/claims/<uuid:claim_id>/due/",
        ClaimDuePage.as_view(),
        name="grant-claim-due",
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
    *meeting_urls.urlpatterns,
]
