from django.urls import path

from prevent_portal.web.health import health

urlpatterns = [
    path("health/", health, name="health"),
]
