"""Error pages in the portal's style. They query nothing, so that they work when the database does not."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string


def _page(request: HttpRequest, status: int, template: str, detail: str) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": detail}, status=status)
    return HttpResponse(render_to_string(template), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The answer to what cannot be read; a body that is larger than is ever accepted has its own."""
    if isinstance(exception, RequestDataTooBig):
        return _page(request, 413, "errors/413.html", "What was sent is larger than the portal accepts.")
    return _page(request, 400, "errors/400.html", "The request could not be understood.")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403, "errors/403.html", "You cannot do this.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request, 403, "errors/403.html", "The form had expired. Go back, reload the page, try again."
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one answer for what is missing, hidden or not permitted (TI-6)."""
    return _page(request, 404, "errors/404.html", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500, "errors/500.html", "Something went wrong on our side. Nothing was stored.")


def cannot_open(request: HttpRequest, sentence: str) -> HttpResponse:
    """The answer when something sealed does not open. It has nothing but the sentence."""
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": sentence}, status=503)
    return HttpResponse(render_to_string("errors/cannot_open.html", {"sentence": sentence}), status=503)
