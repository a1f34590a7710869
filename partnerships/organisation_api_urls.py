"""API addresses of organisations, contacts and audits of partners."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships.api.acting_people import ActingPeopleAPI, ActingPersonAPI
from partnerships.api.organisations import (
    CodeAPI,
    CodesAPI,
    ContactAPI,
    ContactsAPI,
    LeadsAPI,
    OrganisationAPI,
    OrganisationLinksAPI,
    OrganisationsAPI,
)
from partnerships.api.partner_audits import (
    FindingActionAPI,
    FindingCloseAPI,
    FindingsAPI,
    PartnerAuditAPI,
    PartnerAuditsAPI,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("organisations/", OrganisationsAPI.as_view(), name="api-organisations"),
    path("organisation-links/", OrganisationLinksAPI.as_view(), name="api-organisation-links"),
    path("organisations/<uuid:organisation_id>/", OrganisationAPI.as_view(), name="api-organisation"),
    path("organisations/<uuid:organisation_id>/contacts/", ContactsAPI.as_view(), name="api-contacts"),
    path("organisations/<uuid:organisation_id>/leads/", LeadsAPI.as_view(), name="api-organisation-leads"),
    path(
        "organisations/<uuid:own_organisation_id>/codes/", CodesAPI.as_view(), name="api-organisation-codes"
    ),
    path(
        "organisations/<uuid:own_organisation_id>/codes/<int:code_id>/",
        CodeAPI.as_view(),
        name="api-organisation-code",
    ),
    path(
        "organisations/<uuid:organisation_id>/people/",
        ActingPeopleAPI.as_view(),
        name="api-organisation-people",
    ),
    path("organisation-people/<uuid:acting_id>/", ActingPersonAPI.as_view(), name="api-organisation-person"),
    path("contacts/<uuid:contact_id>/", ContactAPI.as_view(), name="api-contact"),
    path("audits/", PartnerAuditsAPI.as_view(), name="api-partner-audits"),
    path("audits/<uuid:audit_id>/", PartnerAuditAPI.as_view(), name="api-partner-audit"),
    path("audits/<uuid:audit_id>/findings/", FindingsAPI.as_view(), name="api-findings"),
    path("findings/<uuid:finding_id>/close/", FindingCloseAPI.as_view(), name="api-finding-close"),
    path("findings/<uuid:finding_id>/action/", FindingActionAPI.as_view(), name="api-finding-action"),
]
