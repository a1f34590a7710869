from django.apps import AppConfig
from django.db.models.signals import post_migrate


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
        self._announce_grants()
        self._announce_registers()

    def _announce_grants(self) -> None:
        """Grants with their claims, designations, and the national threat level."""
        from partnerships.access import grants as grant_access  # noqa: PLC0415 - needs the app registry
        from partnerships.grant_announcements import (  # noqa: PLC0415 - needs the app registry
            GRANT_SENTENCES,
            claim_due_items,
        )
        from partnerships.queries.grants import CLAIM_EVIDENCE  # noqa: PLC0415 - needs the app registry
        from partnerships.services.threat_levels import (  # noqa: PLC0415 - needs the app registry
            sync_threat_levels,
        )
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.documents import rules  # noqa: PLC0415 - needs the app registry
        from prevent_portal.outbox import due_items  # noqa: PLC0415 - needs the app registry

        post_migrate.connect(sync_threat_levels, sender=self, dispatch_uid="partnerships.threat_levels")
        due_items.register("partnerships.claims", claim_due_items)
        rules.register(
            rules.Kind(
                name=CLAIM_EVIDENCE,
                words="Claim of a grant",
                readable=grant_access.claims_seen,
                labels=grant_access.things_of_claims,
                may_attach=grant_access.may_evidence_claim,
            )
        )
        for action, sentence in GRANT_SENTENCES.items():
            presenters.register(action, sentence)

    def _announce_registers(self) -> None:
        from partnerships.register_announcements import announce  # noqa: PLC0415 - needs the app registry

        announce()
