"""One return, the returns of one's own organisation, and whom they are shared with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.models import display_name
from prevent_portal.web.components import Column, Crumb, SummaryRow, Table
from prevent_portal.web.dates import british_date, british_datetime
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.numbers import number
from prevent_portal.web.views import CouncilView
from training.access import grant_for, own_return_for, return_for, sending_organisations
from training.enums import ReturnState
from training.figures import place_of
from training.forms.returns import ReviewReturnForm
from training.models import TrainingReturn
from training.permissions import TrainingPermission
from training.queries.returns import (
    grants_of,
    line_of,
    missing_returns_of,
    returns_of,
    versions_of,
)
from training.services.grants import end_sharing
from training.services.reviews import review_return
from training.tables import (
    DOWNLOAD_HEADER,
    count_or_words,
    download_rows,
    own_table,
    state_tag,
    target_tag,
    template_rows,
)

_SEND = TrainingPermission.SUBMIT_RETURNS


class ReturnView(CouncilView):
    """One return with its versions, for the council; here it is accepted or queried."""

    permission = {
        "get": TrainingPermission.VIEW_COVERAGE,
        "post": TrainingPermission.REVIEW_RETURNS,
    }

    def get(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        found = return_for(self.access, return_id, TrainingPermission.VIEW_COVERAGE)
        form = ReviewReturnForm() if self.access.may(TrainingPermission.REVIEW_RETURNS) else None
        return self._page(request, found, form)

    def post(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        found = return_for(self.access, return_id, TrainingPermission.REVIEW_RETURNS)
        form = ReviewReturnForm(request.POST)
        if not form.is_valid():
            return self._page(request, found, form)
        state = ReturnState(form.cleaned_data["state"])
        review_return(
            training_return=found,
            council=self.council,
            state=state,
            comment=form.cleaned_data["comment"] if state == ReturnState.QUERIED else "",
            by=self.person,
        )
        done = "The return is accepted." if state == ReturnState.ACCEPTED else "Your question is sent."
        messages.success(request, done)
        return redirect("training-return", self.council.slug, return_id)

    def _page(
        self, request: HttpRequest, found: TrainingReturn, form: ReviewReturnForm | None
    ) -> HttpResponse:
        crumbs = [Crumb("Training", reverse("training", args=[self.council.slug])), Crumb("Return")]
        return render(
            request, "training/return.html", _return_context(found, self) | {"form": form, "crumbs": crumbs}
        )


class OwnReturnView(CouncilView):
    """One of the organisation's own returns with its versions."""

    permission = _SEND

    def get(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        found = own_return_for(self.access, return_id)
        crumbs = [Crumb("Your returns", reverse("own-returns", args=[self.council.slug])), Crumb("Return")]
        return render(request, "training/return.html", _return_context(found, self) | {"crumbs": crumbs})


class OwnReturnsView(CouncilView):
    """An organisation's own returns beside their targets; never locked, whatever the deadline (rule 13)."""

    permission = _SEND

    def get(self, request: HttpRequest) -> HttpResponse:
        organisations = sending_organisations(self.access)
        ids = [organisation.pk for organisation in organisations]
        lines = returns_of(self.council, ids)
        slug = self.council.slug
        return render(
            request,
            "training/own_returns.html",
            {
                "organisations": [
                    {
                        "name": organisation.name,
                        "table": own_table(rows, self.council) if rows else None,
                    }
                    for organisation in organisations
                    for rows in [[line for line in lines if line.organisation_id == organisation.pk][::-1]]
                ],
                "missing": [
                    f"{each.course}, {each.period.label}: due on {british_date(each.due_on)}"
                    + (f" ({each.organisation})" if len(organisations) > 1 else "")
                    for each in missing_returns_of(self.council, ids, timezone.localdate())
                ],
                "grants": [
                    {
                        "words": f"{grant.council.name}, since {british_date(grant.starts_on)}"
                        + (f", until {british_date(grant.ends_on)}" if grant.ends_on else ""),
                        "council": grant.council.name,
                        "href": "" if grant.ends_on else reverse("end-sharing", args=[slug, grant.pk]),
                    }
                    for grant in grants_of(ids)
                ],
                "send_href": reverse("send-returns", args=[slug]),
                "csv_href": reverse("own-returns-csv", args=[slug]),
            },
        )


class OwnReturnsCsvView(CouncilView):
    """The organisation's own returns as a CSV file."""

    permission = _SEND

    def get(self, request: HttpRequest) -> HttpResponseBase:
        ids = [organisation.pk for organisation in sending_organisations(self.access)]
        return csv_response(
            filename="Training returns.csv",
            header=DOWNLOAD_HEADER,
            rows=download_rows(returns_of(self.council, ids)),
        )


class EndSharingView(CouncilView):
    """Ask, then end the sharing of trust-wide returns with a council."""

    permission = {"get": _SEND, "post": _SEND}

    def get(self, request: HttpRequest, grant_id: UUID) -> HttpResponse:
        grant = grant_for(self.access, grant_id)
        own = reverse("own-returns", args=[self.council.slug])
        return render(
            request,
            "training/end_sharing.html",
            {
                "organisation": grant.organisation.name,
                "shared_with": grant.council.name,
                "back": own,
                "crumbs": [Crumb("Your returns", own), Crumb("Stop sharing")],
            },
        )

    def post(self, request: HttpRequest, grant_id: UUID) -> HttpResponse:
        grant = grant_for(self.access, grant_id)
        end_sharing(grant=grant, by=self.person)
        messages.success(request, f"{grant.council.name} will not see returns that you send after today.")
        return redirect("own-returns", self.council.slug)


class TemplateView(CouncilView):
    """The file to fill in, with a row for each return that is waited for."""

    permission = _SEND

    def get(self, request: HttpRequest) -> HttpResponseBase:
        ids = [organisation.pk for organisation in sending_organisations(self.access)]
        missing = missing_returns_of(self.council, ids, timezone.localdate())
        header, rows = template_rows(missing, place_of(self.council.name))
        return csv_response(filename="Training return template.csv", header=header, rows=rows)


def _return_context(found: TrainingReturn, view: CouncilView) -> dict[str, Any]:
    line = line_of(found, view.council)
    return {
        "line": line,
        "facts": [
            SummaryRow("Organisation", line.organisation),
            SummaryRow("Course", line.course),
            SummaryRow("Whose staff", line.scope),
            SummaryRow("Period", line.period.label),
            SummaryRow("Compliant", count_or_words(line, line.compliant)),
            SummaryRow("Eligible", count_or_words(line, line.eligible)),
            SummaryRow("Percentage", line.printed),
            SummaryRow("Against target", target_tag(line)),
            SummaryRow(
                "Sessions delivered", number(line.sessions) if line.sessions is not None else "Unknown"
            ),
            SummaryRow(
                "State", [state_tag(line.state), line.comment] if line.comment else state_tag(line.state)
            ),
        ],
        "versions": Table(
            "Versions",
            [
                Column("Version", header=True),
                Column("Compliant", numeric=True),
                Column("Eligible", numeric=True),
                Column("Sent"),
                Column("By"),
                Column("File"),
            ],
            [
                [
                    f"{version.version} (latest)" if index == 0 else str(version.version),
                    number(version.compliant) if version.compliant is not None else "Unknown",
                    number(version.eligible) if version.eligible is not None else "Unknown",
                    british_datetime(version.submitted_at),
                    display_name(version.submitted_by) if version.submitted_by else "",
                    version.source_name,
                ]
                for index, version in enumerate(versions_of(found))
            ],
        ),
    }
