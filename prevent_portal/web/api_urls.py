"""The API's addresses: its schema and page here, each room's endpoints by string."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from prevent_portal.web.schema import SchemaDrawnOnce
from prevent_portal.web.search_api import SearchAPI

urlpatterns = [
    path(
        "schema/",
        SpectacularAPIView.as_view(metadata_class=None, generator_class=SchemaDrawnOnce),
        name="api-schema",
    ),
    path(
        "", SpectacularSwaggerSplitView.as_view(url_name="api-schema", metadata_class=None), name="api-page"
    ),
    path("c/<slug:council>/search/", SearchAPI.as_view(), name="api-search"),
    path("", include("prevent_portal.documents.api_urls")),
    path("", include("compliance.api_urls")),
    path("", include("training.api_urls")),
    path("", include("channel.api_urls")),
    path("", include("partnerships.api_urls")),
]
