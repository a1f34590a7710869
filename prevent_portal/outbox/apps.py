"""Accepted work happens once: jobs and e-mails join the request's transaction and are relayed after it."""

from importlib import import_module

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "prevent_portal.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry

        # Shared tasks bind to the project's Celery app in every process, the web process included.
        import_module("prevent_portal.celery")
        presenters.register("outbox.job_retried", "asked for a failed piece of work again")
        presenters.register("outbox.reminder_settings_changed", "changed how they want to be reminded")
        presenters.register(
            "outbox.escalation_rule_changed",
            lambda event: (
                "let the coordinators hear of what stays overdue after "
                f"{event.details.get('working_days')} working days"
            ),
        )
