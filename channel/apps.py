from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from prevent_portal.audit.models import Event

SENTENCES = {
    "channel.panel_founded": "set up a Channel panel",
    "channel.seat_given": "gave a person a seat on a Channel panel",
    "channel.seat_ended": "ended a person’s seat on a Channel panel",
    "channel.statement_published": "published new words of the confidentiality statement",
    "channel.statement_signed": "signed a meeting’s confidentiality statement",
    "channel.acknowledged": "signed the annual acknowledgement",
    "channel.meeting_planned": "planned a panel meeting",
    "channel.meeting_opened": "opened a panel meeting",
    "channel.meeting_closed": "closed a panel meeting",
    "channel.case_created": "created a case summary",
    "channel.case_changed": "changed a case",
    "channel.case_moved": "moved a case to another area, and with it who may read it",
    "channel.case_consent_recorded": "recorded a step of consent to support",
    "channel.case_plan_agreed": "recorded a support plan",
    "channel.case_support_started": "recorded that support is in place",
    "channel.case_decided": "recorded a decision of the panel about a case",
    "channel.case_reviewed": "recorded a review of a case",
    "channel.case_closed": "closed a case",
    "channel.case_re_referred": "opened a new case for a person who was referred again",
    "channel.cases_listed": "read the list of their cases",
    "channel.case_history_read": "read the history of a case",
    "channel.meeting_moved": "moved a panel meeting",
    "channel.meeting_cancelled": "cancelled a panel meeting",
    "channel.attendance_recorded": "recorded who came to a panel meeting",
    "channel.file_requested": "asked for a file of a Channel panel",
    "channel.file_made": "had a file of a Channel panel made",
    "channel.file_read": "took a file of a Channel panel out",
    "channel.case_unlisted": "took a case off a meeting’s list",
    "channel.case_listed": "put a case on a meeting’s list",
    "channel.case_moved_up": "moved a case up on a meeting’s list",
    "channel.case_list_read": "read the list of cases of a panel meeting",
    "channel.case_read": "read a case summary",
    "channel.case_granted": "gave a person a grant on a case",
    "channel.case_grants_read": "looked at who may read a case",
    "channel.case_grant_ended": "ended a person’s grant on a case",
    "channel.figure_profile_decided": "decided how figures about Channel cases are printed",
    "channel.figures_proposed": "proposed figures about Channel cases for release",
    "channel.figures_released": "released figures about Channel cases",
    "channel.figures_declined": "declined to release figures about Channel cases",
    "channel.exact_figures_read": "read exact figures about a panel’s cases",
    "channel.access_log_read": "read the access log of restricted cases",
    "channel.glass_asked": "asked to read a case in an emergency",
    "channel.glass_broken": "opened a case in an emergency",
    "channel.glass_approved": "approved another person’s emergency reading",
    "channel.glass_ended": "ended an emergency reading",
    "channel.glass_reason_read": "read the reason of an emergency reading",
    "channel.glass_reviewed": "reviewed an emergency reading",
    "channel.retention_decided": "decided how long cases are kept",
    "channel.hold_placed": "placed a legal hold on a case",
    "channel.hold_lifted": "lifted the legal hold on a case",
    "channel.reviews_raised": "raised reviews of cases whose period is over",
    "channel.case_kept": "kept on a case whose period is over",
    "channel.destruction_proposed": "proposed to destroy a case",
    "channel.case_destroyed": "destroyed a case that another person proposed",
    "channel.unusual_reading": "noticed unusual reading by {user}",
    "channel.refused": "asked for a Channel page that is not theirs to see, and was refused",
}
"""Every action of Channel in words. All of them are restricted: only the access log shows them."""


class ChannelConfig(AppConfig):
    name = "channel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from channel.permissions import (  # noqa: PLC0415 - needs the app registry
            CHANNEL_GRANTS,
            ChannelPermission,
        )
        from channel.queries.report_blocks import (  # noqa: PLC0415 - needs the app registry
            figures_for_boards,
            figures_for_the_public,
            panel_meetings_block,
            withheld_from_the_public,
        )
        from channel.queries.reviews import case_reviews_due  # noqa: PLC0415 - needs the app registry
        from channel.queries.statements import promises_due  # noqa: PLC0415 - needs the app registry
        from channel.services import files  # noqa: PLC0415 - needs the app registry
        from prevent_portal.accounts import grants  # noqa: PLC0415 - needs the app registry
        from prevent_portal.accounts.permissions import (  # noqa: PLC0415 - needs the app registry
            AccountsPermission,
        )
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.outbox import (  # noqa: PLC0415 - needs the app registry
            due_items,
            handlers,
        )
        from prevent_portal.web import (  # noqa: PLC0415 - needs the app registry
            navigation,
            report_blocks,
        )

        handlers.register(files.RENDER, files.HANDLER)
        grants.register(ChannelPermission, CHANNEL_GRANTS)
        due_items.register(
            "channel.case_reviews", case_reviews_due, kinds={"channel_review": "Reviews of Channel cases"}
        )
        due_items.register("channel.promises", promises_due, kinds={"statement": "Statements to sign"})
        navigation.register(
            navigation.NavigationEntry(90, "Channel", "channel-meetings", ChannelPermission.VIEW_CHANNEL),
            # Who sits on a panel gets to released figures from the room itself.
            navigation.NavigationEntry(
                91,
                "Channel figures",
                "channel-figures",
                ChannelPermission.VIEW_FIGURES,
                unless=ChannelPermission.VIEW_CHANNEL,
            ),
            navigation.NavigationEntry(
                92,
                "Channel access log",
                "channel-access-log",
                AccountsPermission.READ_RESTRICTED_AUDIT,
                unless=ChannelPermission.VIEW_CHANNEL,
            ),
        )
        report_blocks.register(
            "channel_figures_public", "Channel figures released to the public", figures_for_the_public
        )
        report_blocks.register(
            "channel_figures_boards", "Channel figures released to boards", figures_for_boards
        )
        report_blocks.register("panel_meetings", "Meetings of the Channel panel", panel_meetings_block)
        report_blocks.register_withholding("channel_figures_public", withheld_from_the_public)
        for action, words in SENTENCES.items():
            presenters.register(action, partial(_present, words))


def _present(words: str, event: Event) -> str:
    """Word an event, with the random reference if there is one: all that the trail knows of a case (AL-3)."""
    reference = event.details.get("reference")
    return f"{words}, {reference}" if reference else words
