from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "prevent_portal.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from prevent_portal.accounts import grants  # noqa: PLC0415 - needs the app registry
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.documents.permissions import (  # noqa: PLC0415 - needs the app registry
            DOCUMENTS_GRANTS,
            DocumentsPermission,
        )

        grants.register(DocumentsPermission, DOCUMENTS_GRANTS)
        presenters.register("documents.file_attached", "attached a file")
