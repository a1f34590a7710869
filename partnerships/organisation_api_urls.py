"""API addresses of organisations, contacts and audits of partners."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships.api.organisations import (
    ContactAPI,
    ContactsAPI,
    OrganisationAPI,
    OrganisationLinksAPI,
    OrganisationsAPI,
)
from partnerships.api.partner_audits import FindingsAPI, PartnerAuditAPI, PartnerAuditsAPI

urlpatterns: list[URLPattern | URLResolver] = [
    path("organisations/", OrganisationsAPI.as_view(), name="api-organisations"),
    path("organisation-links/", OrganisationLinksAPI.as_view(), name="api-organisation-links"),
    path("organisations/<uuid:organisation_id>/", OrganisationAPI.as_view(), name="api-organisation"),
    path("organisations/<uuid:organisation_id>/contacts/", ContactsAPI.as_view(), name="api-contacts"),
    path("contacts/<uuid:contact_id>/", ContactAPI.as_view(), name="api-contact"),
    path("audits/", PartnerAuditsAPI.as_view(), name="api-partner-audits"),
    path("audits/<uuid:audit_id>/", PartnerAuditAPI.as_view(), name="api-partner-audit"),
    path("audits/<uuid:audit_id>/findings/", FindingsAPI.as_view(), name="api-findings"),
]
