"""Every address of the portal, by room. Rooms are named by string so that the kernel imports none of them."""

from django.urls import include, path

urlpatterns = [
    path("", include("prevent_portal.web.urls")),
    path("", include("prevent_portal.accounts.urls")),
    path("", include("compliance.urls")),
    path("", include("training.urls")),
    path("", include("channel.urls")),
    path("", include("partnerships.urls")),
    path("", include("prevent_portal.audit.urls")),
    path("", include("prevent_portal.documents.urls")),
    path("", include("prevent_portal.outbox.urls")),
    path("api/v1/", include("prevent_portal.web.api_urls")),
]

handler400 = "prevent_portal.web.errors.bad_request"
handler403 = "prevent_portal.web.errors.permission_denied"
handler404 = "prevent_portal.web.errors.not_found"
handler500 = "prevent_portal.web.errors.server_error"
