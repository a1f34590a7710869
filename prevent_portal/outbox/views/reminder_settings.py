"""How a person wants to be told of what waits for them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.access import own_access
from prevent_portal.outbox.due_items import due_items_of
from prevent_portal.outbox.due_items import kinds as words_of_kinds
from prevent_portal.outbox.forms import EVERY_DAY, ReminderSettingsForm
from prevent_portal.outbox.models import ReminderSettings
from prevent_portal.outbox.queries import kinds_told_to, settings_of
from prevent_portal.outbox.services.reminder_settings import change_settings
from prevent_portal.tenancy.refusals import StaleVersion
from prevent_portal.web.components import Crumb
from prevent_portal.web.views import PersonView


class ReminderSettingsPage(PersonView):
    """Days of notice, days of the week, quiet days, and what to leave out."""

    http_method_names = ["get", "post", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        found = settings_of(self.person)
        return self._printed(request, self._form(found))

    def post(self, request: HttpRequest) -> HttpResponse:
        found = settings_of(self.person)
        form = self._form(found, request.POST)
        if not form.is_valid():
            return self._printed(request, form)
        try:
            change_settings(wishes=form.wishes(found), version=form.cleaned_data["version"], by=self.person)
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._printed(request, self._form(settings_of(self.person), data), stale, status=409)
        messages.success(request, "Your reminders have been changed.")
        return redirect("reminder-settings")

    def _form(self, found: ReminderSettings, data: Any = None) -> ReminderSettingsForm:
        optional, self.always = self._kinds(found)
        initial = {
            "days_before": found.days_before,
            "weekday": EVERY_DAY if found.weekday is None else found.weekday,
            "quiet_from": found.quiet_from,
            "quiet_until": found.quiet_until,
            "told": [kind for kind in optional if kind not in found.not_told],
            "version": found.version,
        }
        return ReminderSettingsForm(data, kinds=optional, initial=initial)

    def _kinds(self, found: ReminderSettings) -> tuple[dict[str, str], list[str]]:
        """The kinds that the person may leave out, with their words, and the words of those they may not.

        Those that wait now, that they were told of, or that they left out before: nobody is asked about
        tasks that never come to them.
        """
        words, mine = words_of_kinds(), own_access(self.person)
        known = kinds_told_to(self.person, mine.councils) | dict.fromkeys(found.not_told, False)
        for item in due_items_of(mine, timezone.localdate()):
            known[item.kind] = known.get(item.kind, False) or item.statutory
        optional = {kind: words[kind] for kind, demanded in known.items() if kind in words and not demanded}
        return optional, sorted(words[kind] for kind, demanded in known.items() if kind in words and demanded)

    def _printed(
        self,
        request: HttpRequest,
        form: ReminderSettingsForm,
        stale: StaleVersion | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "title": "Reminders",
            "form": form,
            "stale": stale,
            "always": self.always,
            "button": "Save",
            "cancel": reverse("account"),
            "crumbs": [Crumb("Your account", reverse("account")), Crumb("Reminders")],
        }
        return render(request, "outbox/reminder_settings.html", context, status=status)
