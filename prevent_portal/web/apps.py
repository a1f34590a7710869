"""The room where pages, documents and downloads get their common look and behaviour."""

from importlib import import_module

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Form layer, components, charts, the PDF renderer and the one exit for files."""

    name = "prevent_portal.web"
    label = "web"
    verbose_name = "Pages and documents"

    def ready(self) -> None:
        # The schema's extension registers itself by being imported.
        import_module("prevent_portal.web.api_schema")
