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
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web import navigation  # noqa: PLC0415 - needs the app registry

        grants.register(PartnershipsPermission, PARTNERSHIPS_GRANTS)
        navigation.register(
            navigation.NavigationEntry(
                70, "Partnership", "partnership", PartnershipsPermission.VIEW_PARTNERSHIP
            )
        )
        for action, sentence in (
            ("partnerships.organisation_linked", "linked an organisation to the council"),
            ("partnerships.leads_named", "named the leads of an organisation"),
            ("partnerships.submitter_allowed", "let a person send returns for an organisation"),
            (
                "partnerships.submitter_withdrawn",
                "ended a person's right to send returns for an organisation",
            ),
        ):
            presenters.register(action, sentence)
