"""Pages of emergency readings: open one, and approve and review those of others (RC-4)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from channel.access.break_glass import break_glass_for, own_break_glass_for
from channel.enums import BreakGlassVerdict
from channel.forms.break_glass import BreakGlassForm, EndBreakGlassForm, ReviewBreakGlassForm
from channel.models import BreakGlass
from channel.permissions import SECOND_PEOPLE, ChannelPermission
from channel.policies import ChannelRefused
from channel.queries.break_glass import open_break_glass, own_break_glass, reviewable_break_glass
from channel.services import break_glass
from channel.services.refusals import record_refusal
from channel.views.pages import ChannelView
from prevent_portal.accounts.models import display_name
from prevent_portal.keys.refusals import CannotOpen
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_date, british_datetime


class BreakGlassView(ChannelView):
    """Read one case in an emergency, and what became of one's own earlier readings."""

    permission = ChannelPermission.BREAK_GLASS
    page = "break-glass"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown(BreakGlassForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if "end" in request.POST:
            return self._end(request)
        form = BreakGlassForm(request.POST)
        if not form.is_valid():
            return self._shown(form)
        answers = form.cleaned_data
        reference = answers["reference"].strip().upper()
        try:
            glass = break_glass.break_glass(
                council=self.council,
                reference=reference,
                ground=answers["ground"],
                reason=answers["reason"],
                by=self.person,
            )
        except break_glass.NoSuchCase as refused:
            record_refusal(council=self.council, page=self.page, identifier=reference, by=self.person)
            form.add_error("reference", str(refused))
            return self._shown(form)
        except ChannelRefused as refused:
            form.add_error(None, str(refused))
            return self._shown(form)
        if glass.opened_at is None:
            messages.success(request, "You have asked. The case opens when a second person has approved it.")
            return HttpResponseRedirect(request.path)
        messages.success(request, "You can read the case for 30 minutes. The panel’s chair has been told.")
        return HttpResponseRedirect(reverse("channel-case", args=[self.council.slug, reference]))

    def _end(self, request: HttpRequest) -> HttpResponse:
        form = EndBreakGlassForm(request.POST)
        if form.is_valid():
            glass = own_break_glass_for(self.access, form.cleaned_data["end"])
            break_glass.end_break_glass(glass=glass, by=self.person)
            messages.success(request, "The case is closed to you again.")
        return HttpResponseRedirect(request.path)

    def _shown(self, form: BreakGlassForm) -> HttpResponse:
        opened = open_break_glass(self.access).select_related("case")
        return self.page_of(
            "break_glass",
            {
                "crumbs": self.crumbs(Crumb("Read a case in an emergency")),
                "form": form,
                "open": [
                    {
                        "id": glass.pk,
                        "reference": glass.case.reference,
                        "href": reverse("channel-case", args=[self.council.slug, glass.case.reference]),
                    }
                    for glass in opened
                ],
                "table": _table(list(own_break_glass(self.access)[:20]), ""),
            },
        )


class BreakGlassUsesView(ChannelView):
    """Every emergency reading that the person answers for, those that wait first."""

    permission = ChannelPermission.REVIEW_BREAK_GLASS
    page = "break-glass-uses"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = list(reviewable_break_glass(self.access)[:200])
        return self.page_of(
            "break_glass_uses",
            {"crumbs": self.crumbs(Crumb("Emergency readings")), "table": _table(found, self.council.slug)},
        )


class BreakGlassUseView(ChannelView):
    """One emergency reading: its ground and reason, the second person's approval, and its review."""

    permission = ChannelPermission.REVIEW_BREAK_GLASS
    page = "break-glass-use"
    identifier = "use_id"

    def get(self, request: HttpRequest, use_id: UUID) -> HttpResponse:
        return self._shown(break_glass_for(self.access, use_id), ReviewBreakGlassForm())

    def post(self, request: HttpRequest, use_id: UUID) -> HttpResponse:
        glass = break_glass_for(self.access, use_id)
        form = ReviewBreakGlassForm(request.POST if "approve" not in request.POST else None)
        try:
            if "approve" in request.POST:
                break_glass.approve_break_glass(glass=glass, by=self.person)
                messages.success(request, "They can read the case for 30 minutes from now.")
                return HttpResponseRedirect(request.path)
            if not form.is_valid():
                return self._shown(glass, form)
            break_glass.review_break_glass(
                glass=glass,
                verdict=form.cleaned_data["verdict"],
                note=form.cleaned_data["note"],
                by=self.person,
            )
        except ChannelRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.path)
        messages.success(request, "The review is recorded.")
        return HttpResponseRedirect(request.path)

    def _shown(self, glass: BreakGlass, form: ReviewBreakGlassForm) -> HttpResponse:
        try:
            texts = break_glass.read_reason(glass=glass, by=self.person)
        except CannotOpen as cannot:
            texts = {"reason": cannot.sentence, "review_note": ""}
        mine = self.person.pk in (glass.person_id, glass.approved_by_id)
        decides = bool(SECOND_PEOPLE & self.access.roles)
        return self.page_of(
            "break_glass_use",
            {
                "crumbs": self.crumbs(
                    Crumb(
                        "Emergency readings", reverse("channel-break-glass-uses", args=[self.council.slug])
                    ),
                    Crumb(glass.reference),
                ),
                "glass": glass,
                "state": _state(glass),
                "rows": _rows(glass, texts),
                "form": form if glass.opened_at and not glass.reviewed_at and not mine else None,
                "may_approve": (glass.needs_approval and glass.approved_at is None and not mine and decides),
                "is_own": mine,
            },
        )


def _state(glass: BreakGlass) -> Tag:
    if glass.reviewed_at is not None:
        is_fine = glass.verdict == BreakGlassVerdict.JUSTIFIED
        return Tag(
            "Reviewed: justified" if is_fine else "Reviewed: not justified", "green" if is_fine else "red"
        )
    if glass.opened_at is None:
        return Tag("Waits for a second person", "yellow")
    if glass.review_due_on < timezone.localdate():
        return Tag("Review overdue", "red")
    return Tag("Review due", "blue")


def _table(found: list[BreakGlass], slug: str) -> Table | None:
    if not found:
        return None
    return Table(
        caption="Emergency readings",
        columns=[
            Column("Reference", header=True),
            *([Column("Who")] if slug else []),
            Column("When"),
            Column("What allowed it"),
            Column("Review by"),
            Column("State"),
        ],
        rows=[
            [
                Link(glass.reference, reverse("channel-break-glass-use", args=[slug, glass.pk]))
                if slug
                else glass.reference,
                *([display_name(glass.person)] if slug else []),
                british_datetime(timezone.localtime(glass.opened_at or glass.asked_at)),
                glass.get_ground_display(),
                british_date(glass.review_due_on),
                _state(glass),
            ]
            for glass in found
        ],
        hide_caption=True,
        stacks=True,
    )


def _rows(glass: BreakGlass, texts: dict[str, str]) -> list[SummaryRow]:
    rows = [
        SummaryRow("Who", display_name(glass.person)),
        SummaryRow("Asked", british_datetime(timezone.localtime(glass.asked_at))),
        SummaryRow("What allowed it", glass.get_ground_display()),
        SummaryRow("Why it had to be read now", texts["reason"]),
    ]
    if glass.approved_by is not None:
        rows.append(SummaryRow("Approved by", display_name(glass.approved_by)))
    if glass.opened_at is not None:
        rows.append(SummaryRow("Opened", british_datetime(timezone.localtime(glass.opened_at))))
        rows.append(SummaryRow("Review by", british_date(glass.review_due_on)))
    if glass.ended_at is not None:
        rows.append(SummaryRow("Ended early", british_datetime(timezone.localtime(glass.ended_at))))
    if glass.reviewed_by is not None:
        rows.append(SummaryRow("Reviewed by", display_name(glass.reviewed_by)))
        rows.append(SummaryRow("What the review found", texts["review_note"]))
    return rows
