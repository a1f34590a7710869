from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "prevent_portal.tenancy"
    label = "tenancy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from prevent_portal.tenancy import (  # noqa: PLC0415 - needs the app registry
            guard,
            isolation,
            retention_rules,  # noqa: F401 - registers its system check
        )

        connection_created.connect(guard.check_new_connection, dispatch_uid="tenancy.guard")
        post_migrate.connect(isolation.grant_tables_to_app, sender=self, dispatch_uid="tenancy.grants")
