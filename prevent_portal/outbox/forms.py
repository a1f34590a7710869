"""Forms of reminders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from prevent_portal.outbox.models import EscalationRule, ReminderSettings
from prevent_portal.outbox.services.reminder_settings import Wishes
from prevent_portal.web.forms import DateField, GovukForm, VersionMixin, WholeNumberField

EVERY_DAY = "daily"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
DAYS = [(EVERY_DAY, "Every working day"), *enumerate(WEEKDAYS)]


class ReminderSettingsForm(VersionMixin, GovukForm):
    """When, how often and of what the person wants to be told."""

    days_before = WholeNumberField(
        label="How many days before something is due should we tell you?",
        help_text="From 1 to 28. We also tell you on the day, and once a week while it is overdue.",
        min_value=1,
        max_value=28,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"}),
    )
    weekday = forms.TypedChoiceField(
        label="On which days?",
        help_text="You get at most one email a day, and none if there is nothing new. If the day is a bank "
        "holiday, it comes on the next working day.",
        choices=[(str(value), text) for value, text in DAYS],
        coerce=lambda value: None if value == EVERY_DAY else int(value),
        empty_value=None,
        widget=forms.RadioSelect,
    )
    quiet_from = DateField(
        label="First quiet day",
        help_text="For example, the first day of your leave. We tell you nothing on quiet days, and what the "
        "duty demands by a date goes to your council’s coordinators instead.",
        required=False,
    )
    quiet_until = DateField(label="Last quiet day", required=False)
    told = forms.MultipleChoiceField(
        label="What should we tell you about?",
        help_text="My work lists everything that waits for you, whatever you choose here.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, kinds: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        if kinds:
            self.fields["told"].choices = sorted(kinds.items(), key=lambda pair: pair[1])  # type: ignore[attr-defined] # every field of choices has them
        else:
            del self.fields["told"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        start, end = found.get("quiet_from"), found.get("quiet_until")
        if start and not end and "quiet_until" not in self.errors:
            self.add_error("quiet_until", "Enter the last quiet day")
        if end and not start and "quiet_from" not in self.errors:
            self.add_error("quiet_from", "Enter the first quiet day")
        if start and end and end < start:
            self.add_error("quiet_until", "The last quiet day must be the first one or later")
        return found

    def wishes(self, settings: ReminderSettings) -> Wishes:
        """What was asked for. Kinds that the form did not show stay as they were."""
        asked = self.cleaned_data
        shown = {value for value, _ in self.fields["told"].choices} if "told" in self.fields else set()  # type: ignore[attr-defined] # as above
        not_shown = set(settings.not_told) - shown
        return Wishes(
            days_before=asked["days_before"],
            weekday=asked["weekday"],
            quiet_from=asked["quiet_from"],
            quiet_until=asked["quiet_until"],
            not_told=sorted(not_shown | (shown - set(asked.get("told", ())))),
        )


class EscalationRuleForm(VersionMixin, GovukForm):
    """After how many working days coordinators hear of what is late."""

    working_days = WholeNumberField(
        label="After how many working days should your coordinators hear of it?",
        help_text="From 1 to 60. They are told once about each item: its reference and what is to be done.",
        min_value=1,
        max_value=60,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"}),
    )

    @classmethod
    def of(cls, rule: EscalationRule, data: Any = None) -> EscalationRuleForm:
        """The form, filled with what is stored or with what was sent."""
        return cls(data, initial={"working_days": rule.working_days, "version": rule.version})
