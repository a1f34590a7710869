from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from prevent_portal.accounts import grants  # noqa: PLC0415 - needs the app registry
        from prevent_portal.audit import presenters  # noqa: PLC0415 - needs the app registry
        from prevent_portal.outbox import due_items, handlers  # noqa: PLC0415 - needs the app registry
        from prevent_portal.web import (  # noqa: PLC0415 - needs the app registry
            navigation,
            report_blocks,
        )
        from training import (  # noqa: PLC0415 - needs the app registry
            announcements,
            delivery_announcements,
            improvement_announcements,
            overview_announcements,
            report_announcements,
            round_announcements,
            search_announcements,
        )
        from training.permissions import (  # noqa: PLC0415 - needs the app registry
            TRAINING_GRANTS,
            TrainingPermission,
        )
        from training.queries.registers import CHECK  # noqa: PLC0415 - needs the app registry
        from training.services import registers  # noqa: PLC0415 - needs the app registry

        grants.register(TrainingPermission, TRAINING_GRANTS)
        search_announcements.announce()
        navigation.register(
            navigation.NavigationEntry(
                60, "Training", "training", TrainingPermission.VIEW_COVERAGE, also=("returns/",)
            ),
            navigation.NavigationEntry(
                65,
                "Your returns",
                "own-returns",
                TrainingPermission.SUBMIT_RETURNS,
                unless=TrainingPermission.VIEW_COVERAGE,
            ),
            navigation.NavigationEntry(
                66,
                "Improvement plans",
                "improvement-plans",
                TrainingPermission.VIEW_OWN_IMPROVEMENT,
                unless=TrainingPermission.VIEW_COVERAGE,
            ),
            navigation.NavigationEntry(
                67, "Ask for training", "own-training-requests", TrainingPermission.ASK_FOR_TRAINING
            ),
        )
        overview_announcements.announce()
        report_blocks.register(
            "training_returns", "Training returns of partners", announcements.returns_blocks
        )
        report_blocks.register("training_services", "Training of services", announcements.services_blocks)
        report_blocks.register("training_changes", "Training: what changed", announcements.changes_blocks)
        for name, title, provider in (
            ("training_trend", "Training: trend by course", report_announcements.trend_blocks),
            (
                "training_below_target",
                "Training: who is below target",
                report_announcements.below_target_blocks,
            ),
            ("training_sessions", "Training sessions delivered", report_announcements.sessions_blocks),
            ("schools_coverage", "Training of schools", report_announcements.schools_blocks),
        ):
            report_blocks.register(name, title, provider)
        handlers.register(CHECK, registers.HANDLER)
        due_items.register(
            "training",
            announcements.due_items,
            kinds={
                "return": "Training returns to send",
                "missing_return": "Training returns to chase",
                "return_review": "Training returns to review",
                "return_question": "Questions about training returns",
            },
        )
        due_items.register(
            "training_rounds",
            round_announcements.round_due_items,
            kinds={
                "return_answer": "Answers about training returns",
                "return_round": "Rounds of training returns",
            },
        )
        for action, sentence in round_announcements.ROUND_SENTENCES.items():
            presenters.register(action, sentence)
        due_items.register(
            "improvement_plans",
            improvement_announcements.due_items,
            kinds={"improvement_plan": "Improvement plans"},
        )
        due_items.register(
            "training_delivery",
            delivery_announcements.due_items,
            kinds={
                "session": "Training sessions",
                "delivery_plan": "Delivery plans",
                "survey": "Knowledge surveys",
                "training_request": "Requests for training",
            },
        )
        for action, sentence in (
            announcements.SENTENCES | improvement_announcements.SENTENCES | delivery_announcements.SENTENCES
        ).items():
            presenters.register(action, sentence)
