from importlib import import_module

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "prevent_portal.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Shared tasks bind to the project's Celery app in every process, the web process included.
        import_module("prevent_portal.celery")
