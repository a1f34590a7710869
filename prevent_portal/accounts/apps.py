from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db import connections
from django.db.models.signals import post_migrate


def _sync_role_groups(using: str, **kwargs: Any) -> None:
    from prevent_portal.accounts.models import RoleGroup  # noqa: PLC0415 - needs the app registry
    from prevent_portal.accounts.services.role_groups import (  # noqa: PLC0415 - needs the app registry
        sync_all_councils,
    )

    if RoleGroup._meta.db_table in connections[using].introspection.table_names():
        sync_all_councils(using=using)  # not after the migrations were taken back


def _session_begins(request: Any, user: Any, **kwargs: Any) -> None:
    from prevent_portal.accounts.services.sign_ins import signed_in  # noqa: PLC0415 - needs the app registry

    signed_in(request=request, user=user)


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
        from prevent_portal.accounts.sentences import SENTENCES  # noqa: PLC0415 - needs the app registry
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web import navigation  # noqa: PLC0415 - needs the app registry

        grants.register(AccountsPermission, ACCOUNTS_GRANTS)
        navigation.register(
            navigation.NavigationEntry(99, "People", "people", AccountsPermission.MANAGE_PEOPLE)
        )
        for action, sentence in SENTENCES.items():
            presenters.register(action, sentence)
        user_logged_in.connect(_session_begins, dispatch_uid="accounts.session_begins")
        post_migrate.connect(_sync_role_groups, sender=self, dispatch_uid="accounts.role_groups")
