"""The portal's addresses and one bare view: the floor that every page is compared to."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from prevent_portal.tenancy.models import Council

_PAGE = engines["django"].from_string("<!DOCTYPE html><title>Floor</title><p>{{ council.name }}</p>")


@login_not_required
def floor(request: HttpRequest) -> HttpResponse:
    """One indexed query and a small template."""
    council = Council.objects.filter(slug="bench-001").first()
    return HttpResponse(_PAGE.render({"council": council}))


urlpatterns = [path("bench-floor/", floor), path("", include("prevent_portal.urls"))]
