"""The portal's addresses with the gallery of components at /components/."""

from django.urls import include, path

from prevent_portal.urls import handler404, handler500
from prevent_portal.web.gallery import ComponentGallery

__all__ = ["handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("components/", ComponentGallery.as_view(), name="components"),
    path("", include("prevent_portal.web.urls")),
]
