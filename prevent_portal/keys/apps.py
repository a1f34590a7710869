from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KeysConfig(AppConfig):
    name = "prevent_portal.keys"
    label = "keys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.keys import key_ring, router  # noqa: PLC0415 - needs the app registry

        key_ring.key_ring()
        post_migrate.connect(router.grant_tables_to_login, sender=self, dispatch_uid="keys.grants")
        presenters.register("keys.renewed", "renewed the council’s encryption key")
        presenters.register("keys.erased", "destroyed the key of a record, which nobody can read again")
