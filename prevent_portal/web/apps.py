"""The room where pages, documents and downloads get their common look and behaviour."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Form layer, components, charts, the PDF renderer and the one exit for files."""

    name = "prevent_portal.web"
    label = "web"
    verbose_name = "Pages and documents"
