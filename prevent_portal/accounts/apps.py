from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _sync_role_groups(using: str, **kwargs: Any) -> None:
    from prevent_portal.accounts.services.role_groups import (  # noqa: PLC0415 - needs the app registry
        sync_all_councils,
    )

    sync_all_councils(using=using)


class AccountsConfig(AppConfig):
    name = "prevent_portal.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from prevent_portal.accounts import grants  # noqa: PLC0415 - needs the app registry
        from prevent_portal.accounts.permissions import (  # noqa: PLC0415 - needs the app registry
            ACCOUNTS_GRANTS,
            AccountsPermission,
        )

        grants.register(AccountsPermission, ACCOUNTS_GRANTS)
        post_migrate.connect(_sync_role_groups, dispatch_uid="accounts.role_groups")
