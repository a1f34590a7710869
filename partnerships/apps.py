from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from partnerships.permissions import (  # noqa: PLC0415 - needs the app registry
            PARTNERSHIPS_GRANTS,
            PartnershipsPermission,
        )
        from prevent_portal.accounts import grants  # noqa: PLC0415 - needs the app registry

        grants.register(PartnershipsPermission, PARTNERSHIPS_GRANTS)
