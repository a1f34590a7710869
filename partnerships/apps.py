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
        from prevent_portal.web import navigation  # noqa: PLC0415 - needs the app registry

        grants.register(PartnershipsPermission, PARTNERSHIPS_GRANTS)
        navigation.register(
            navigation.NavigationEntry(
                70, "Partnership", "partnership", PartnershipsPermission.VIEW_PARTNERSHIP
            )
        )
        self._announce_organisations()
        self._announce_boards()
        self._announce_grants()
        self._announce_meetings()
        self._announce_registers()
        self._announce_overview()
        self._announce_report_blocks()
        self._announce_search()

    def _announce_organisations(self) -> None:
        from partnerships.organisation_announcements import (  # noqa: PLC0415 - needs the app registry
            announce,
        )

        announce()

    def _announce_search(self) -> None:
        from partnerships.search_announcements import announce  # noqa: PLC0415 - needs the app registry

        announce()

    def _announce_boards(self) -> None:
        """Boards, their seats and terms of reference, and joint boards."""
        from partnerships.access import boards as board_access  # noqa: PLC0415 - needs the app registry
        from partnerships.board_announcements import (  # noqa: PLC0415 - needs the app registry
            BOARD_SENTENCES,
            board_due_items,
            board_things,
        )
        from partnerships.services.boards import BOARD_KIND  # noqa: PLC0415 - needs the app registry
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.documents import rules  # noqa: PLC0415 - needs the app registry
        from prevent_portal.outbox import due_items  # noqa: PLC0415 - needs the app registry

        due_items.register("partnerships.boards", board_due_items, kinds={"board": "Boards and seats"})
        rules.register(
            rules.Kind(
                name=BOARD_KIND,
                words="Board",
                readable=board_access.own_boards,
                labels=board_things,
                may_attach=board_access.may_add_evidence,
                widely_seen=True,
            )
        )
        for action, sentence in BOARD_SENTENCES.items():
            presenters.register(action, sentence)

    def _announce_meetings(self) -> None:
        from partnerships.access import meetings as meeting_access  # noqa: PLC0415 - needs the app registry
        from partnerships.meeting_announcements import (  # noqa: PLC0415 - needs the app registry
            MEETING_SENTENCES,
        )
        from partnerships.queries import meetings as meeting_queries  # noqa: PLC0415 - needs the app registry
        from partnerships.services import board_packs  # noqa: PLC0415 - needs the app registry
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.documents import rules  # noqa: PLC0415 - needs the app registry
        from prevent_portal.outbox import due_items, handlers  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web import arising_actions  # noqa: PLC0415 - needs the app registry

        handlers.register(board_packs.RENDER, board_packs.HANDLER)
        due_items.register(
            "partnerships.papers", meeting_queries.papers_due, kinds={"paper": "Papers to send"}
        )
        due_items.register(
            "partnerships.minutes", meeting_queries.minutes_due, kinds={"minutes": "Meetings and minutes"}
        )
        arising_actions.register_origins("partnerships.meetings", meeting_queries.origins_of_action)
        for kind, words, readable, named in (
            (meeting_queries.PAPERS, "Paper of a meeting", meeting_access.open_papers, False),
            (
                meeting_queries.NAMED_PAPERS,
                "Paper for named readers",
                meeting_access.named_papers,
                True,
            ),
        ):
            rules.register(
                rules.Kind(
                    name=kind,
                    words=words,
                    readable=readable,
                    labels=meeting_queries.paper_things,
                    may_attach=meeting_access.may_send_paper,
                    widely_seen=not named,
                    logs_reads=named,
                )
            )
        for action, sentence in MEETING_SENTENCES.items():
            presenters.register(action, sentence)

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
        due_items.register("partnerships.claims", claim_due_items, kinds={"claim": "Grant claims"})
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

    def _announce_overview(self) -> None:
        from partnerships.overview_announcements import announce  # noqa: PLC0415 - needs the app registry

        announce()

    def _announce_report_blocks(self) -> None:
        from partnerships.queries.report_blocks import (  # noqa: PLC0415 - needs the app registry
            events,
            grant_claims,
            meetings_attendance,
        )
        from prevent_portal.web import report_blocks  # noqa: PLC0415 - needs the app registry

        report_blocks.register("meetings_attendance", "Board meetings with attendance", meetings_attendance)
        report_blocks.register("grant_claims", "Grants and claims", grant_claims)
        report_blocks.register("events", "Events with attendance and feedback", events)
