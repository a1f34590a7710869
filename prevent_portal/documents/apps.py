from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "prevent_portal.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from prevent_portal.accounts import grants  # noqa: PLC0415 - needs the app registry
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.documents.library import reviews_due  # noqa: PLC0415 - needs the app registry
        from prevent_portal.documents.permissions import (  # noqa: PLC0415 - needs the app registry
            DOCUMENTS_GRANTS,
            DocumentsPermission,
        )
        from prevent_portal.documents.sentences import SENTENCES  # noqa: PLC0415 - needs the app registry
        from prevent_portal.outbox import due_items  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web import navigation, search  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web.document_search import (  # noqa: PLC0415 - needs the app registry
            DOCUMENTS,
        )

        grants.register(DocumentsPermission, DOCUMENTS_GRANTS)
        navigation.register(
            navigation.NavigationEntry(75, "Evidence", "evidence", DocumentsPermission.VIEW_EVIDENCE)
        )
        search.register(DOCUMENTS)
        due_items.register("documents.reviews", reviews_due, kinds={"evidence_review": "Reviews of evidence"})
        for action, sentence in SENTENCES.items():
            presenters.register(action, sentence)
