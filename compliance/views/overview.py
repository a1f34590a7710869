"""The overview of a council: one page in plain words, as it stands and as it stood, and on one sheet."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.permissions import CompliancePermission
from compliance.queries.positions import kept_position, name_of, past_quarters, quarter_named
from compliance.queries.start import next_step
from compliance.services.positions import present_position, worked_out_position
from partnerships.permissions import PartnershipsPermission
from prevent_portal.accounts.permissions import AccountsPermission, PermissionName
from prevent_portal.tenancy.enums import Tier
from prevent_portal.web import navigation
from prevent_portal.web.dates import british_date, british_datetime
from prevent_portal.web.overview_parts import admitted, own_parts
from prevent_portal.web.overview_shapes import shown
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.views import CouncilView


class OverviewPage(CouncilView):
    """What a board member understands in a minute.

    The figures are the council's, worked out once for everybody; what of them a reader sees follows from the
    reader's rights. Who may not read the council's overview gets what concerns them, or is led to it.
    """

    permission: ClassVar[PermissionName | dict[str, PermissionName] | None] = AccountsPermission.VIEW_COUNCIL
    template = "compliance/overview.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        if self.access.may(CompliancePermission.VIEW_OVERVIEW):
            context = self._whole(request.GET.get("quarter", ""), today)
        elif self.access.may(CompliancePermission.VIEW_OWN_OVERVIEW):
            context = self._own(today)
        else:
            return self._elsewhere()
        return render(request, self.template, context)

    def _whole(self, wanted: str, today: date) -> dict[str, Any]:
        """The council's picture, of now or of a quarter that has ended."""
        quarter = quarter_named(wanted, today)
        as_at = quarter.end if quarter else today
        if quarter is None:
            position = present_position(council=self.council)
            told = [*admitted(self.access, position.parts), *own_parts(self.access, today)]
            words = f"As at {british_datetime(position.made_at)}"
            note = "Choose a quarter that has ended." if wanted else ""
        else:
            parts, words, note = self._past(quarter)
            told = admitted(self.access, parts)
        return {
            **self._page(today, words),
            "shown": shown(self.council, told),
            "note": note,
            "since": Quarter.of(as_at).previous.end,
            "says_changes": True,
            "next_step": None if quarter else next_step(self.access),
            "quarter": quarter,
            "quarters": [
                {"name": name_of(one), "words": one.words, "chosen": one == quarter}
                for one in past_quarters(today)
            ],
            "print_href": reverse("overview-print", args=[self.council.slug])
            + (f"?quarter={name_of(quarter)}" if quarter else ""),
            "districts_href": self._districts_href(),
        }

    def _past(self, quarter: Quarter) -> tuple[dict[str, Any], str, str]:
        """The parts of a quarter, as at when they are, and what is to be said of where they come from."""
        day = british_date(quarter.end)
        kept = kept_position(self.council, quarter)
        if kept is not None:
            on = f"As at {day}, kept on {british_date(timezone.localdate(kept.kept_at))}"
            return kept.parts, on, WORKED_OUT if kept.worked_out else ""
        parts = worked_out_position(council=self.council, quarter=quarter)
        return parts, f"As at {day}, worked out today", WORKED_OUT

    def _own(self, today: date) -> dict[str, Any]:
        """What somebody may know who does not read the council's overview."""
        told = own_parts(self.access, today)
        return {
            **self._page(today, f"As at {british_date(today)}"),
            "shown": shown(self.council, told),
            "nothing": not any(data.get("tiles") or data.get("sections") for data in told),
        }

    def _page(self, today: date, as_at_words: str) -> dict[str, Any]:
        return {
            "as_at_words": as_at_words,
            "here": reverse("overview", args=[self.council.slug]),
        }

    def _districts_href(self) -> str:
        if self.council.tier != Tier.COUNTY or not self.access.may(PartnershipsPermission.VIEW_PARTNERSHIP):
            return ""
        return reverse("districts", args=[self.council.slug])

    def _elsewhere(self) -> HttpResponse:
        """The first page of the menu that the person may open, else My work."""
        for entry in navigation.entries():
            if entry.url_name != "overview" and self.access.may(entry.permission):
                return redirect(entry.url_name, self.council.slug)
        return redirect("my-work")


class OverviewPrintPage(OverviewPage):
    """The overview on one sheet of A4, for whoever reads the council's overview."""

    permission = CompliancePermission.VIEW_OVERVIEW
    template = "compliance/overview_print.html"


WORKED_OUT = (
    "Nothing was kept of this quarter when it ended. It is worked out from what carries dates; what does not "
    "is left out."
)
