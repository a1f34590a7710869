from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models.signals import post_migrate

if TYPE_CHECKING:
    from prevent_portal.audit.models import Event


class ComplianceConfig(AppConfig):
    name = "compliance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from compliance.permissions import (  # noqa: PLC0415 - needs the app registry
            COMPLIANCE_GRANTS,
            CompliancePermission,
        )
        from compliance.services.editions import sync_editions  # noqa: PLC0415 - needs the app registry
        from prevent_portal.accounts import grants  # noqa: PLC0415 - needs the app registry

        grants.register(CompliancePermission, COMPLIANCE_GRANTS)
        post_migrate.connect(sync_editions, sender=self, dispatch_uid="compliance.editions")
        self._announce_pages()
        self._announce_overview()
        self._announce_reads()
        self._announce_scrutiny()
        self._announce_sentences()
        self._announce_reports()
        self._announce_risks()
        self._announce_sharing()
        self._announce_arising()
        self._announce_districts()
        self._announce_search()

    def _announce_pages(self) -> None:
        from compliance.permissions import CompliancePermission  # noqa: PLC0415 - needs the app registry
        from compliance.queries import start  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web import return_places  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web.navigation import (  # noqa: PLC0415 - needs the app registry
            NavigationEntry,
            register,
        )

        return_places.register(start.PLACE, "start")
        register(
            NavigationEntry(
                10, "Overview", "overview", CompliancePermission.VIEW_OVERVIEW, also=("overview/",)
            ),
            NavigationEntry(
                9,
                "Overview",
                "overview",
                CompliancePermission.VIEW_OWN_OVERVIEW,
                unless=CompliancePermission.VIEW_OVERVIEW,
            ),
            NavigationEntry(
                11, "Set up", "start", CompliancePermission.SET_UP_COUNCIL, wanted=start.is_offered
            ),
            NavigationEntry(20, "Duty checklist", "checklist", CompliancePermission.VIEW_CHECKLIST),
            NavigationEntry(
                66,
                "Your items",
                "checklist-yours",
                CompliancePermission.ANSWER_OWN_ITEMS,
                unless=CompliancePermission.VIEW_CHECKLIST,
            ),
            NavigationEntry(
                40,
                "Action plans",
                "plans",
                CompliancePermission.VIEW_PLANS,
                also=("actions/", "plan-shares/", "requests-for-time/"),
            ),
            NavigationEntry(50, "Scrutiny", "scrutiny", CompliancePermission.VIEW_SCRUTINY),
        )

    def _announce_overview(self) -> None:
        from compliance.overview_announcements import announce  # noqa: PLC0415 - needs the app registry

        announce()

    def _announce_reads(self) -> None:
        from compliance import access  # noqa: PLC0415 - needs the app registry
        from compliance.queries import (  # noqa: PLC0415 - needs the app registry
            action_links,
            due,
            plan_due,
        )
        from compliance.queries.answers import ITEM_EVIDENCE  # noqa: PLC0415 - needs the app registry
        from compliance.queries.plans import (  # noqa: PLC0415 - needs the app registry
            PROGRESS_FILES,
            progress_things,
        )
        from prevent_portal.documents import rules  # noqa: PLC0415 - needs the app registry
        from prevent_portal.outbox import due_items  # noqa: PLC0415 - needs the app registry

        rules.register(
            rules.Kind(
                PROGRESS_FILES, "Line of progress on an action", access.visible_progress, progress_things
            )
        )
        due_items.register("compliance.actions", due.owned_actions, kinds={"action": "Actions"})
        due_items.register(
            "compliance.extensions",
            plan_due.extensions_to_decide,
            kinds={"extension": "Requests for more time"},
        )
        due_items.register(
            "compliance.plan_reviews",
            plan_due.reviews_to_hold,
            kinds={"plan_review": "Reviews of action plans"},
        )
        rules.register(
            rules.Kind(
                name=ITEM_EVIDENCE,
                words="Checklist item",
                readable=access.visible_answers,
                labels=access.things_of_answers,
                may_attach=access.may_evidence_answer,
                widely_seen=True,
            )
        )
        due_items.register(
            "compliance.items",
            due.owned_items,
            kinds={"item": "Checklist items", "answer": "Checklist answers to decide on"},
        )
        action_links.register("Local risks", access.risks_linked_to)
        action_links.register("Checklist items", access.items_linked_to)
        action_links.register("Recommendations", access.recommendations_linked_to)
        due_items.register(
            "compliance.rounds",
            due.rounds_to_close,
            kinds={"checklist_round": "Rounds of the duty checklist"},
        )

    def _announce_arising(self) -> None:
        from compliance import access  # noqa: PLC0415 - needs the app registry
        from compliance.queries import action_links  # noqa: PLC0415 - needs the app registry
        from compliance.services.arising import add_arising_action  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web import arising_actions  # noqa: PLC0415 - needs the app registry

        arising_actions.register(add_arising_action, access.arisen_actions_of)
        action_links.register("Arose from", access.origins_linked_to)

    def _announce_districts(self) -> None:
        from compliance.district_announcements import (  # noqa: PLC0415 - needs the app registry
            district_columns,
        )
        from prevent_portal.web import district_notes  # noqa: PLC0415 - needs the app registry

        district_notes.register("compliance.plans", district_columns)

    def _announce_search(self) -> None:
        from compliance.search_announcements import announce  # noqa: PLC0415 - needs the app registry

        announce()

    def _announce_scrutiny(self) -> None:
        from compliance import access  # noqa: PLC0415 - needs the app registry
        from compliance.queries import recommendations, scrutiny_due  # noqa: PLC0415 - needs the app registry
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.documents import rules  # noqa: PLC0415 - needs the app registry
        from prevent_portal.outbox import due_items  # noqa: PLC0415 - needs the app registry

        rules.register(
            rules.Kind(
                recommendations.RECOMMENDATION_FILES,
                "Line of progress on a recommendation",
                access.visible_recommendation_progress,
                recommendations.progress_things,
            )
        )
        due_items.register(
            "compliance.scrutiny",
            scrutiny_due.scrutiny_work,
            kinds={
                "recommendation": "Recommendations",
                "response": "Executive responses",
                "committee_decision": "Committee decisions",
            },
        )
        for action, sentence in (
            ("compliance.review_recorded", "recorded a scrutiny review"),
            ("compliance.review_changed", "changed a scrutiny review"),
            ("compliance.review_presented", "recorded that a scrutiny review was presented"),
            ("compliance.review_published", "published a scrutiny review"),
            ("compliance.review_panel_seated", "named the councillors of a review's panel"),
            ("compliance.review_heard", "recorded what a body said of a scrutiny review"),
            ("compliance.review_hearing_changed", "mended what was recorded of a body's hearing of a review"),
            ("compliance.review_put_up", "put a scrutiny review up for closure"),
            ("compliance.review_closure_refused", "recorded that a body refused to close a scrutiny review"),
            ("compliance.review_reported_again", "reported again on a scrutiny review"),
            ("compliance.review_closed", "recorded that a body closed a scrutiny review"),
            ("compliance.review_corrected", "recorded a body's correction of a closed scrutiny review"),
            ("compliance.review_reopened", "recorded that a body opened a scrutiny review again"),
            ("compliance.recommendations_imported", "imported a review's recommendations"),
            ("compliance.recommendation_added", "added a recommendation"),
            ("compliance.recommendation_changed", "changed a recommendation"),
            ("compliance.recommendation_answered", "recorded the executive's response to a recommendation"),
            ("compliance.recommendation_actions_linked", "linked a recommendation to plan actions"),
            ("compliance.recommendation_progress_logged", "logged progress on a recommendation"),
            (
                "compliance.recommendation_completion_proposed",
                "proposed that a recommendation is complete",
            ),
            (
                "compliance.recommendation_completion_confirmed",
                "recorded that a committee confirmed a recommendation as complete",
            ),
            (
                "compliance.recommendation_completion_refused",
                "recorded that a committee did not confirm a recommendation as complete",
            ),
            ("compliance.recommendation_reopened", "recorded that a committee opened a recommendation again"),
        ):
            presenters.register(action, sentence)

    def _announce_sentences(self) -> None:
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry

        for action, sentence in (
            ("compliance.position_kept", "kept the picture of a quarter that has ended"),
            ("compliance.plan_created", "created an action plan"),
            ("compliance.plan_reviewer_added", "named a body that reviews an action plan"),
            ("compliance.objective_added", "added an objective to an action plan"),
            ("compliance.action_added", "added an action"),
            ("compliance.action_changed", "changed an action"),
            ("compliance.plan_changed", "changed an action plan"),
            ("compliance.plan_reviewer_changed", "changed how often a body reviews an action plan"),
            ("compliance.plan_reviewer_ended", "ended a body's reviews of an action plan"),
            ("compliance.plan_reviewed", "recorded a review of an action plan"),
            ("compliance.plan_review_corrected", "corrected the record of an action plan's review"),
            ("compliance.plan_frozen", "froze a version of an action plan"),
            ("compliance.objective_changed", "changed an objective of an action plan"),
            ("compliance.objectives_reordered", "put the objectives of an action plan into a new order"),
            ("compliance.due_date_moved", "moved the due date of an action"),
            ("compliance.extension_asked", "asked for more time for an action"),
            ("compliance.extension_approved", "approved more time for an action"),
            ("compliance.extension_refused", "refused more time for an action"),
            ("compliance.extension_withdrawn", "took a request for more time back"),
            ("compliance.progress_logged", "logged progress on an action"),
            ("compliance.assessment_opened", "opened a round of the duty checklist"),
            ("compliance.assessment_closed", "closed a round of the duty checklist"),
            ("compliance.round_brought_forward", "brought answers forward into a round of the checklist"),
            ("compliance.answer_confirmed", "confirmed a checklist answer that was brought forward"),
            ("compliance.local_item_added", "added an item of the council's own to the duty checklist"),
            ("compliance.local_item_changed", "changed the words of a local checklist item"),
            ("compliance.local_item_retired", "retired a local checklist item"),
            ("compliance.prompt_edited", "put the council's words to a checklist item"),
            ("compliance.item_answered", "answered a checklist item"),
            ("compliance.item_assigned", "asked somebody for a checklist item, or took it back"),
            ("compliance.answer_submitted", "submitted a checklist answer"),
            ("compliance.answer_returned", "returned a checklist answer"),
            ("compliance.answer_accepted", "accepted a checklist answer"),
            ("compliance.answer_moderated", "moderated the score of a checklist item"),
            ("compliance.score_agreed", "recorded the agreed score of a checklist item"),
            ("compliance.item_linked", "linked a checklist item with an action"),
            ("compliance.item_unlinked", "took the link of a checklist item with an action away"),
        ):
            presenters.register(action, sentence)

    def _announce_reports(self) -> None:
        from compliance.permissions import CompliancePermission  # noqa: PLC0415 - needs the app registry
        from compliance.queries import (  # noqa: PLC0415 - needs the app registry
            checklist_blocks,
            consultations,
            district_blocks,
            due,
            report_blocks,
            reports,
        )
        from compliance.services import renditions  # noqa: PLC0415 - needs the app registry
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.outbox import due_items, handlers  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web import (  # noqa: PLC0415 - needs the app registry
            navigation,
        )
        from prevent_portal.web import report_blocks as registry  # noqa: PLC0415 - needs the app registry

        navigation.register(
            navigation.NavigationEntry(
                80, "Reports", "reports", CompliancePermission.VIEW_REPORTS, also=("advice/",)
            ),
            navigation.NavigationEntry(
                81,
                "Advice asked of you",
                "advice",
                CompliancePermission.ADVISE_REPORTS,
                unless=CompliancePermission.VIEW_REPORTS,
            ),
        )
        handlers.register(reports.RENDER, renditions.HANDLER)
        due_items.register("compliance.reports", due.reports_to_write, kinds={"report": "Reports to write"})
        due_items.register(
            "compliance.advice", consultations.advice_to_give, kinds={"advice": "Advice to give"}
        )
        due_items.register(
            "compliance.advice_given",
            consultations.advice_to_include,
            kinds={"advice_given": "Advice to take in"},
        )
        due_items.register(
            "compliance.sign_offs",
            due.reports_to_sign,
            kinds={"sign_off": "Reports to sign", "final": "Reports to make final"},
        )
        due_items.register(
            "compliance.publications",
            due.reports_to_publish,
            kinds={"publication": "Reports to publish"},
        )
        registry.register(
            "action_plan_progress", "Progress of the action plans", report_blocks.action_plan_progress
        )
        registry.register(
            "action_plan_register", "Action plans: every action", report_blocks.action_plan_register
        )
        registry.register("duty_checklist", "Duty checklist", checklist_blocks.duty_checklist)
        registry.register(
            "duty_checklist_changes", "Duty checklist: what changed", checklist_blocks.duty_checklist_changes
        )
        registry.register(
            "scrutiny_recommendations", "Scrutiny recommendations", report_blocks.scrutiny_recommendations
        )
        registry.register("district_plans", "Plans of the districts", district_blocks.district_plans)
        for action, sentence in (
            ("compliance.report_template_copied", "added a report template"),
            ("compliance.report_template_changed", "changed a report template"),
            ("compliance.report_template_section_added", "added a section to a report template"),
            ("compliance.report_template_section_changed", "changed a section of a report template"),
            ("compliance.report_template_section_moved", "moved a section of a report template"),
            ("compliance.report_template_section_removed", "removed a section from a report template"),
            ("compliance.report_template_retired", "retired a report template"),
            ("compliance.report_template_restored", "took a retired report template into use again"),
            ("compliance.report_scheduled", "scheduled a committee's report"),
            ("compliance.report_schedule_changed", "changed the schedule of a committee's report"),
            ("compliance.committee_meeting_added", "recorded a meeting of a committee that gets a report"),
            ("compliance.committee_meeting_removed", "took a committee's meeting off the record"),
            ("compliance.report_opened", "opened a committee report"),
            ("compliance.report_header_changed", "changed the header of a report"),
            ("compliance.report_section_written", "wrote a section of a report"),
            ("compliance.report_section_exempted", "kept a section of a report from the public"),
            ("compliance.report_section_opened", "opened an exempt section of a report to the public"),
            ("compliance.report_section_commented", "commented on a section of a report"),
            ("compliance.report_comment_settled", "settled a comment on a section of a report"),
            ("compliance.advice_sought", "sought advice on a section of a report"),
            ("compliance.advice_given", "gave advice on a section of a report"),
            ("compliance.advice_included", "recorded that advice was taken into a report"),
            ("compliance.advice_withdrawn", "took a request for advice on a report back"),
            ("compliance.report_frozen", "froze the figures of a report"),
            ("compliance.report_thawed", "unfroze the figures of a report"),
            ("compliance.report_requested", "asked for a report's document"),
            ("compliance.report_rendered", "made a report's document"),
            ("compliance.report_finalised", "made a report final"),
            ("compliance.report_corrected", "opened a report that puts a final one right"),
            ("compliance.report_signatory_named", "named who signs a report"),
            ("compliance.report_handed_in", "handed a report in for signature"),
            ("compliance.report_signed", "signed a report"),
            ("compliance.report_sent_back", "sent a report back instead of signing it"),
            ("compliance.report_changes_taken", "took changed figures into a frozen report"),
            ("compliance.report_published", "published a final report"),
            ("compliance.report_withdrawn", "withdrew a published report"),
        ):
            presenters.register(action, sentence)

    def _announce_sharing(self) -> None:
        from compliance.permissions import CompliancePermission  # noqa: PLC0415 - needs the app registry
        from compliance.queries.sharing import ending_shares  # noqa: PLC0415 - needs the app registry
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.outbox import due_items  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web import navigation  # noqa: PLC0415 - needs the app registry

        navigation.register(
            navigation.NavigationEntry(45, "Shared with us", "shared", CompliancePermission.READ_SHARED)
        )
        due_items.register("compliance.shares", ending_shares, kinds={"share": "Sharing with other councils"})
        for action, sentence in (
            ("compliance.plan_shared", "shared an action plan with {council}"),
            ("compliance.plan_share_renewed", "changed how long {council} can read an action plan"),
            ("compliance.plan_share_ended", "ended the sharing of an action plan with {council}"),
            ("compliance.plan_share_opened", "showed a shared action plan to {council}"),
            ("compliance.shared_plan_read", "read an action plan that {council} shares"),
            ("compliance.risks_shared", "shared the publishable risks with {council}"),
            ("compliance.risk_share_renewed", "changed how long {council} can read the publishable risks"),
            ("compliance.risk_share_ended", "ended the sharing of the publishable risks with {council}"),
            ("compliance.risk_share_opened", "showed the publishable risks to {council}"),
            ("compliance.shared_risk_read", "read the publishable risks that {council} shares"),
            ("compliance.plan_exported", "downloaded an action plan as a workbook"),
            ("compliance.plan_workbook_applied", "changed actions of a plan by a workbook"),
            ("compliance.action_changed_by_workbook", "changed an action by a workbook"),
        ):
            presenters.register(action, sentence)

    def _announce_risks(self) -> None:
        from compliance.permissions import CompliancePermission  # noqa: PLC0415 - needs the app registry
        from compliance.queries import risks  # noqa: PLC0415 - needs the app registry
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.outbox import due_items  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web import (  # noqa: PLC0415 - needs the app registry
            navigation,
            report_blocks,
        )

        navigation.register(
            navigation.NavigationEntry(
                30, "Local risk", "risks", CompliancePermission.VIEW_PUBLISHED_RISKS, also=("risk-shares/",)
            )
        )
        due_items.register(
            "compliance.risks", risks.owned_reviews, kinds={"risk_review": "Reviews of local risks"}
        )
        report_blocks.register("risk_summary", "Risk summary (publishable part)", risks.publishable_block)
        for action, sentence in (
            ("compliance.risk_added", "added a local risk"),
            ("compliance.risk_changed", "changed a local risk"),
            ("compliance.risk_reviewed", "reviewed a local risk"),
            ("compliance.risk_closed", "closed a local risk"),
            ("compliance.risk_reopened", "opened a closed local risk again"),
            ("compliance.risk_action_linked", "linked an action to a local risk"),
            ("compliance.risk_action_unlinked", "took an action's link to a local risk away"),
            ("compliance.risk_read", "read a local risk"),
            ("compliance.risk_register_read", "read the list of local risks"),
            ("compliance.risk_refused", "asked for a page of the risk register, and was refused"),
            ("compliance.risk_reader_added", "put {user} on the audience of local risks"),
            ("compliance.risk_reader_ended", "took {user} off the audience of local risks"),
            ("compliance.risk_keeper_appointed", "named {user} to keep the risk register"),
            ("compliance.risk_summary_proposed", "proposed a local risk's summary for publication"),
            ("compliance.risk_summary_approved", "approved a local risk's summary for publication"),
            ("compliance.risk_summary_withdrawn", "withdrew a local risk's summary"),
        ):
            presenters.register(action, partial(_with_reference, sentence))


def _with_reference(words: str, event: Event) -> str:
    """Word an event about a local risk, with its random reference if there is one (AL-3)."""
    reference = event.details.get("reference")
    return f"{words}, {reference}" if reference else words
