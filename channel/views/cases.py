"""Pages of case summaries: the list of one's own, one case, and a new one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from channel import access, queries, step_up
from channel.case_choices import Outcome, PartnerKind, SupportState
from channel.categories import EDITIONS
from channel.enums import ConsentToSupport
from channel.forms import CaseForm
from channel.models import CaseReview, ChannelCase
from channel.models.cases import STAGES
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused
from channel.policies.cases import DoubtfulWords
from channel.queries.break_glass import open_break_glass
from channel.queries.case_parts import consent_of, decisions_on, linked_cases, stage_words
from channel.queries.retention import is_held
from channel.queries.reviews import first_reviews_to_hold, reviews_of
from channel.services import cases, meetings
from channel.views.case_parts import described
from channel.views.pages import ChannelView
from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_date


class CasesView(ChannelView):
    """Every case that is the person's to read now; chair and secretary see what is due next, first."""

    permission = ChannelPermission.VIEW_CHANNEL
    page = "cases"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = list(queries.readable_cases(self.access).order_by("exited_on", "reference")[:500])
        if found:
            cases.record_cases_listed(council=self.council, cases=found, by=self.person)
        prepares = queries.prepared_panels(self.access).exists()
        due = first_reviews_to_hold(self.access)
        found.sort(key=lambda case: due.get(case.pk, date.max))
        columns = [Column("Case", header=True), Column("Stage"), Column("Consent to support")]
        table = Table(
            caption="Cases",
            columns=[*columns, Column("Next review")] if prepares else columns,
            rows=[[*self._line(case), *([_due(due.get(case.pk))] if prepares else [])] for case in found],
            hide_caption=True,
            stacks=True,
        )
        return self.page_of(
            "cases",
            {
                "crumbs": self.crumbs(Crumb("Cases")),
                "table": table if found else None,
                "prepares": prepares,
            },
        )

    def _line(self, case: ChannelCase) -> list[Any]:
        return [
            Link(case.reference, reverse("channel-case", args=[self.council.slug, case.reference])),
            stage_words(case),
            case.get_consent_to_support_display(),
        ]


class CaseView(ChannelView):
    """One case summary. The title and the address hold the random reference and nothing else (RC-9)."""

    permission = ChannelPermission.VIEW_CHANNEL
    page = "case"
    identifier = "reference"

    def held_by_meeting(self, **kwargs: Any) -> bool:
        signed = queries.meetings_that_list(self.access, kwargs["reference"])
        return any(step_up.is_held(self.request, meeting_id) for meeting_id in signed)

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        opened = cases.read_case(case=access.case_for(self.access, reference), by=self.person)
        case = opened.case
        prepares = queries.prepared_panels(self.access).filter(pk=case.panel_id).exists()
        earlier, later = linked_cases(self.access, case)
        reviews = list(reviews_of(case))
        held = prepares and is_held(self.council, case.pk)
        return self.page_of(
            "case",
            {
                "crumbs": self.case_crumbs(case),
                "case": case,
                "summary": opened.summary,
                "state": [_state(case), *([Tag("Legal hold", "purple")] if held else [])],
                "sections": [
                    {"title": "Description", "rows": _description(opened)},
                    {"title": "Stages", "rows": _stages(case)},
                    {"title": "Consent to support", "rows": _consent(case)},
                    {"title": "Support plan and reviews", "rows": _support(case, reviews)},
                    {"title": "Decisions of the panel", "rows": _decisions(case)},
                    {"title": "Exit", "rows": _exit(opened, self._linked(earlier, later))},
                ],
                "tasks": self._tasks(case, reviews) if prepares else [],
                "next_review": self._next_review(case, reviews) if prepares else None,
                "emergency": None if prepares else open_break_glass(self.access).filter(case=case).first(),
            },
        )

    def _linked(self, earlier: ChannelCase | None, later: list[ChannelCase]) -> list[SummaryRow]:
        found = [("Earlier case", case) for case in ([earlier] if earlier else [])]
        found += [("Referred again as", case) for case in later]
        return [
            SummaryRow(
                words,
                Link(case.reference, reverse("channel-case", args=[self.council.slug, case.reference])),
            )
            for words, case in found
        ]

    def _next_review(self, case: ChannelCase, reviews: list[CaseReview]) -> dict[str, Any] | None:
        """The review that waits and falls due first, with the way to record it."""
        waiting = sorted((one for one in reviews if one.done_on is None), key=lambda one: one.due_on)
        if not waiting:
            return None
        first = waiting[0]
        return {
            "words": first.get_kind_display(),
            "due_on": first.due_on,
            "is_overdue": first.due_on < timezone.localdate(),
            "href": reverse("channel-case-review", args=[self.council.slug, case.reference, first.pk]),
        }

    def _tasks(self, case: ChannelCase, reviews: list[CaseReview]) -> list[dict[str, Any]]:
        """What chair and secretary can do now: record what happened, change what stands, look after it."""

        def link(text: str, name: str, *more: Any) -> Link:
            return Link(text, reverse(name, args=[self.council.slug, case.reference, *more]))

        waiting = [
            link(
                f"{review.get_kind_display()}, due {british_date(review.due_on)}",
                "channel-case-review",
                review.pk,
            )
            for review in reviews
            if review.done_on is None
        ]
        change = [
            link("Change the summary", "channel-case-summary"),
            link("Change the description", "channel-case-description"),
        ]
        keep = [
            link("Who may read this case", "channel-case-grants"),
            link("Legal hold", "channel-case-hold"),
        ]
        if self.access.may(AccountsPermission.READ_RESTRICTED_AUDIT):
            keep.insert(1, link("History of what changed", "channel-case-history"))
        if case.is_closed:
            record = [*waiting, link("A new referral", "channel-case-re-referral")]
        else:
            may_start = (
                case.consent_to_support == ConsentToSupport.GIVEN
                and case.plan_agreed_on
                and case.support_state != SupportState.IN_PLACE
            )
            record = [
                *waiting,
                link("A decision of the panel", "channel-case-decision"),
                link("Consent to support", "channel-case-consent"),
                link("The support plan", "channel-case-plan"),
                *([link("That support is in place", "channel-case-support")] if may_start else []),
                link("How the case ended", "channel-case-closure"),
            ]
            change.append(link("Change the dates of the stages", "channel-case-stages"))
            keep.insert(0, link("Put it on a meeting’s agenda", "channel-case-listing"))
        return [
            {"title": "Record", "links": record},
            {"title": "Change", "links": change},
            {"title": "Look after the case", "links": keep},
        ]


class CaseCreateView(ChannelView):
    """A new case summary, put on a meeting's list."""

    permission = ChannelPermission.LEAD_PANEL
    page = "case-new"
    identifier = "meeting_id"

    def get(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        return self._shown(meeting_id, CaseForm(initial={"residence": self.council.pk}))

    def post(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        meeting = access.led_meeting_for(self.access, meeting_id)
        form = CaseForm(request.POST)
        if not form.is_valid():
            return self._shown(meeting_id, form)
        answers = form.cleaned_data
        try:
            case = cases.create_case(
                panel=meeting.panel,
                facts=cases.CaseFacts(
                    summary=answers["summary"],
                    referred_on=answers["referred_on"],
                    **described(answers),
                ),
                words_checked=bool(answers.get("words_checked")),
                no_intelligence=answers["no_intelligence"],
                token=answers["token"],
                by=self.person,
            )
            meetings.list_case(meeting=meeting, case=case, by=self.person)
        except DoubtfulWords as doubt:
            form.add_doubt(doubt)
            return self._shown(meeting_id, form)
        except ChannelRefused as refused:
            form.add_error(None, str(refused))
            return self._shown(meeting_id, form)
        messages.success(
            request, f"Case {case.reference} is on the meeting’s agenda. Now say who may read it."
        )
        return HttpResponseRedirect(reverse("channel-case-grants", args=[self.council.slug, case.reference]))

    def _shown(self, meeting_id: UUID, form: CaseForm) -> HttpResponse:
        meeting = access.led_meeting_for(self.access, meeting_id)
        return self.page_of(
            "case_new",
            {
                "crumbs": self.crumbs(
                    Crumb(british_date(meeting.starts_at), self.meeting_href(meeting)),
                    Crumb("New case summary"),
                ),
                "form": form,
                "meeting": meeting,
                "cancel": self.meeting_href(meeting),
            },
        )


def _due(day: date | None) -> Any:
    """The day of a case's next review, marked when it has passed."""
    return [day, Tag("Overdue", "red")] if day and day < timezone.localdate() else day


def _state(case: ChannelCase) -> Tag:
    if case.is_closed:
        return Tag("Closed", "grey")
    if case.support_state == SupportState.IN_PLACE:
        return Tag("Support in place", "green")
    if case.support_state == SupportState.STOPPED:
        return Tag("Support stopped", "orange")
    return Tag("Support not started", "blue")


def _description(opened: cases.OpenedCase) -> list[SummaryRow]:
    case = opened.case
    edition = EDITIONS[case.category_edition]
    kinds = [PartnerKind(kind).label for kind in case.partners_involved]
    return [
        SummaryRow("Reference of the national record", opened.texts["national_reference"] or "Not recorded"),
        SummaryRow("Where the referral came from", case.get_source_sector_display()),
        SummaryRow("Council of residence", case.residence.name),
        SummaryRow("Police area", case.police_area),
        SummaryRow("Type of concern", edition.concerns.get(case.concern, "Not known")),
        SummaryRow("Age band at referral", edition.age_bands.get(case.age_band, "Not known")),
        SummaryRow(
            "What makes the person susceptible",
            [edition.susceptibilities[code] for code in case.susceptibilities] or "Not known",
        ),
        SummaryRow("Set of categories", edition.words),
        SummaryRow("Agencies involved", kinds or "None recorded"),
        SummaryRow("Lawful basis for processing", case.get_lawful_basis_display()),
    ]


def _stages(case: ChannelCase) -> list[SummaryRow]:
    none = "Did not happen" if case.is_closed else "Not yet"
    return [SummaryRow(words, british_date(getattr(case, field)) or none) for field, words in STAGES.items()]


def _consent(case: ChannelCase) -> list[SummaryRow]:
    rows = [SummaryRow("State today", case.get_consent_to_support_display())]
    for step in consent_of(case):
        age = "under 18" if step.under_18 else "18 or over"
        said = [f"{step.get_state_display()}: {step.get_by_whom_display().lower()} ({age})."]
        if step.capacity_considered:
            said.append("Capacity was considered.")
        if step.reassess_on:
            said.append(f"Further assessment by {british_date(step.reassess_on)}.")
        rows.append(SummaryRow(british_date(step.dated), " ".join(said)))
    return rows


def _support(case: ChannelCase, reviews: list[CaseReview]) -> list[SummaryRow]:
    plan = f"Agreed on {british_date(case.plan_agreed_on)}" if case.plan_agreed_on else "None"
    return [
        SummaryRow("Support plan", plan),
        SummaryRow("Support", case.get_support_state_display()),
        *(
            SummaryRow(
                review.get_kind_display(),
                f"Held on {british_date(review.done_on)}: {review.get_result_display().lower()}"
                if review.done_on
                else _due_words(review.due_on),
            )
            for review in reviews
        ),
    ]


def _due_words(day: date) -> str:
    return f"{'Overdue since' if day < timezone.localdate() else 'Due'} {british_date(day)}"


def _decisions(case: ChannelCase) -> list[SummaryRow]:
    return [
        SummaryRow(
            british_date(decision.decided_on),
            f"{decision.get_kind_display()}. {decision.get_basis_display()}. "
            "A police representative was present.",
        )
        for decision in decisions_on(case)
    ]


def _exit(opened: cases.OpenedCase, linked: list[SummaryRow]) -> list[SummaryRow]:
    case = opened.case
    rows = list(linked)
    if case.is_closed:
        rows.insert(0, SummaryRow("Outcome", case.get_outcome_display()))
        if case.outcome == Outcome.TRANSFERRED:
            rows.insert(1, SummaryRow("Organisation that owns the case now", opened.texts["owner_now"]))
        rows.append(
            SummaryRow(
                "Health or social care (section 36(6))",
                case.get_care_considered_display() or "Not asked for: support was given",
            )
        )
    return rows
