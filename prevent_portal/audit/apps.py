from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "prevent_portal.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from prevent_portal.accounts.permissions import (  # noqa: PLC0415 - needs the app registry
            AccountsPermission,
        )
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web import navigation  # noqa: PLC0415 - needs the app registry

        presenters.register("audit.read", "read the audit trail")
        navigation.register(navigation.NavigationEntry(95, "Audit", "audit", AccountsPermission.READ_AUDIT))
