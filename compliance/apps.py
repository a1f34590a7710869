from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "compliance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from compliance.permissions import (  # noqa: PLC0415 - needs the app registry
            COMPLIANCE_GRANTS,
            CompliancePermission,
        )
        from prevent_portal.accounts import grants  # noqa: PLC0415 - needs the app registry

        grants.register(CompliancePermission, COMPLIANCE_GRANTS)
