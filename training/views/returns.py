"""One return, the returns of one's own organisation, figures typed by hand, and whom they are shared with."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from partnerships.enums import OrganisationKind
from partnerships.models import Organisation
from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag, TimelineItem
from prevent_portal.web.dates import british_date, british_datetime
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.numbers import number
from prevent_portal.web.views import CouncilView
from training.access.returns import (
    grant_for,
    own_return_for,
    reading_organisations,
    return_for,
    sending_organisations,
)
from training.access.rounds import draft_for, drafts_of, served_councils, sharing_organisations
from training.areas import areas, own_returns_words
from training.enums import PeriodKind, Reported, ReturnState
from training.figures import place_of
from training.forms.returns import AnswerForm, FiguresForm, ReviewReturnForm, ShareForm
from training.models import Course, ReturnDraft, ReturnReview, TrainingReturn
from training.periods import Period, PeriodUnclear, period_between
from training.permissions import TrainingPermission
from training.policies.returns import ReturnRefused
from training.queries.courses import courses_of
from training.queries.returns import (
    grants_of,
    line_of,
    missing_returns_of,
    returns_of,
    versions_of,
)
from training.queries.rounds import late_returns, reviews_of
from training.services.grants import end_sharing, share_with_served
from training.services.returns import delete_draft, is_shared, save_draft, send_draft
from training.services.reviews import answer_query, review_return
from training.tables import (
    DOWNLOAD_HEADER,
    compliant_of_eligible,
    count_or_words,
    download_rows,
    own_table,
    state_tag,
    target_tag,
    template_rows,
)
from training.views.pages import FormPage, own_returns_crumbs, training_crumb

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
        try:
            review_return(
                training_return=found,
                council=self.council,
                state=state,
                comment=form.cleaned_data["comment"] if state == ReturnState.QUERIED else "",
                by=self.person,
            )
        except ReturnRefused as refusal:
            form.add_error(None, str(refusal))
            return self._page(request, found, form)
        done = "The return is accepted." if state == ReturnState.ACCEPTED else "Your question is sent."
        messages.success(request, done)
        return redirect("training-return", self.council.slug, return_id)

    def _page(
        self, request: HttpRequest, found: TrainingReturn, form: ReviewReturnForm | None
    ) -> HttpResponse:
        crumbs = [training_crumb(self), Crumb("Return")]
        return render(
            request, "training/return.html", _return_context(found, self) | {"form": form, "crumbs": crumbs}
        )


class OwnReturnView(CouncilView):
    """One of the organisation's own returns with its versions; here a council's question is answered."""

    permission = {"get": _SEND, "post": _SEND}

    def get(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        found = own_return_for(self.access, return_id)
        return self._page(request, found, AnswerForm())

    def post(self, request: HttpRequest, return_id: UUID) -> HttpResponse:
        found = own_return_for(self.access, return_id)
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._page(request, found, form)
        try:
            answer_query(
                training_return=found, council=self.council, text=form.cleaned_data["text"], by=self.person
            )
        except PolicyError as problem:
            form.add_error("text", str(problem))
            return self._page(request, found, form)
        messages.success(request, "Your answer is sent.")
        return redirect("own-return", self.council.slug, return_id)

    def _page(self, request: HttpRequest, found: TrainingReturn, form: AnswerForm) -> HttpResponse:
        context = _return_context(found, self)
        slug = self.council.slug
        queried = found.is_current and context["line"].state == ReturnState.QUERIED
        whose = "council" if found.council_id else "whole"
        return render(
            request,
            "training/return.html",
            context
            | {
                "answer": form if queried else None,
                "correct_href": reverse(
                    "type-return",
                    args=[
                        slug,
                        found.organisation_id,
                        found.course_id,
                        whose,
                        found.period_from.isoformat(),
                        found.period_to.isoformat(),
                    ],
                )
                if found.is_current
                else "",
                "crumbs": [*own_returns_crumbs(self), Crumb("Return")],
            },
        )


class OwnReturnsView(CouncilView):
    """An organisation's own returns beside their targets; never locked, whatever the deadline (rule 13)."""

    permission = _SEND

    def get(self, request: HttpRequest) -> HttpResponse:
        organisations = reading_organisations(self.access)
        ids = [organisation.pk for organisation in organisations]
        lines = returns_of(self.council, ids)
        of_services = self.access.may(TrainingPermission.RECORD_SERVICES)
        slug, today = self.council.slug, timezone.localdate()
        late = late_returns(self.council)
        return render(
            request,
            "training/own_returns.html",
            {
                "areas": areas(self.access, "own-returns"),
                "title": own_returns_words(self.access),
                "of_services": of_services,
                "organisations": [
                    {
                        "name": organisation.name,
                        "table": own_table(rows, self.council) if rows else None,
                    }
                    for organisation in organisations
                    for rows in [[line for line in lines if line.organisation_id == organisation.pk][::-1]]
                ],
                "missing": [
                    SummaryRow(
                        f"{each.course}, {each.period.label}",
                        [
                            *([each.organisation] if len(organisations) > 1 else []),
                            f"Due on {british_date(each.due_on)}",
                            *([Tag("Overdue", "red")] if each.due_on < today else []),
                        ],
                        reverse(
                            "type-return",
                            args=[
                                slug,
                                each.organisation_id,
                                each.course_id,
                                "council" if each.for_council else "whole",
                                each.period.start.isoformat(),
                                each.period.end.isoformat(),
                            ],
                        ),
                        "Type figures",
                    )
                    for each in missing_returns_of(self.council, ids, today)
                ],
                "drafts": [
                    {
                        "words": f"{each.course.name}, {draft_period(each).label}"
                        + (f" ({each.organisation.name})" if len(organisations) > 1 else ""),
                        "href": reverse("draft-return", args=[slug, each.pk]),
                    }
                    for each in drafts_of(self.access)
                ],
                "late": [
                    f"{line.course}, {line.period.label}"
                    for line in lines
                    if (line.key, line.period.end) in late
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
                "share_href": reverse("share-returns", args=[slug])
                if sharing_organisations(self.access)
                else "",
                "send_href": reverse("send-returns", args=[slug]),
                "csv_href": reverse("own-returns-csv", args=[slug]),
            },
        )


class OwnReturnsCsvView(CouncilView):
    """The organisation's own returns as a CSV file."""

    permission = _SEND

    def get(self, request: HttpRequest) -> HttpResponseBase:
        ids = [organisation.pk for organisation in reading_organisations(self.access)]
        return csv_response(
            filename="Training returns.csv",
            header=DOWNLOAD_HEADER,
            rows=download_rows(returns_of(self.council, ids)),
        )


class TypeReturnView(FormPage):
    """Type the figures of one return: kept as a draft, then looked at once more and sent."""

    permission = {"get": _SEND, "post": _SEND}

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        organisation, course, for_council, period = self._named(**named)
        draft = self._draft(organisation, course, for_council, period)
        sent = None if draft is not None else self._sent(organisation, course, for_council, period)
        source = draft or sent
        names = ("reported", "eligible", "compliant", "sessions")
        initial = {name: getattr(source, name) for name in names} if source else {}
        form = FiguresForm(initial={**initial, "version": draft.version if draft else 0})
        return self._page(organisation, course, for_council, period, form)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        organisation, course, for_council, period = self._named(**named)
        form = FiguresForm(request.POST)
        if not form.is_valid():
            return self._page(organisation, course, for_council, period, form)
        try:
            draft = save_draft(
                council=self.council,
                organisation=organisation,
                course=course,
                council_staff_only=for_council,
                period=period,
                typed=form.typed,
                version=form.cleaned_data["version"],
                by=self.person,
            )
        except StaleVersion as stale:
            again = FiguresForm(self.again(stale))
            return self._page(organisation, course, for_council, period, again, stale)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(organisation, course, for_council, period, form)
        if request.POST.get("then") == "send":
            return redirect("draft-return", self.council.slug, draft.pk)
        messages.success(request, "The draft is saved. Only your organisation sees it.")
        return redirect("own-returns", self.council.slug)

    def _named(
        self, organisation_id: UUID, course_id: UUID, whose: str, start: str, end: str
    ) -> tuple[Organisation, Course, bool, Period]:
        organisations = {each.pk: each for each in sending_organisations(self.access)}
        course = courses_of(self.council).filter(pk=course_id).first()
        try:
            period = period_between(date.fromisoformat(start), date.fromisoformat(end), PeriodKind.SNAPSHOT)
        except (ValueError, PeriodUnclear) as error:
            raise Http404 from error
        if organisation_id not in organisations or course is None or whose not in {"whole", "council"}:
            raise Http404
        if period.end > timezone.localdate():
            raise Http404
        return organisations[organisation_id], course, whose == "council", period

    def _draft(
        self, organisation: Organisation, course: Course, for_council: bool, period: Period
    ) -> ReturnDraft | None:
        return (
            drafts_of(self.access)
            .filter(
                organisation=organisation,
                course=course,
                council_staff_only=for_council,
                period_from=period.start,
                period_to=period.end,
            )
            .first()
        )

    def _sent(self, organisation: Organisation, course: Course, for_council: bool, period: Period) -> Any:
        return next(
            (
                line
                for line in returns_of(self.council, [organisation.pk])
                if line.key == (organisation.pk, course.pk, for_council)
                and (line.period.start, line.period.end) == (period.start, period.end)
            ),
            None,
        )

    def _page(
        self,
        organisation: Organisation,
        course: Course,
        for_council: bool,
        period: Period,
        form: FiguresForm,
        stale: StaleVersion | None = None,
    ) -> HttpResponse:
        own = reverse("own-returns", args=[self.council.slug])
        return self.show(
            form,
            title=f"{course.name}, {period.label}",
            lead=f"{organisation.name}: {whose_staff(organisation, for_council, self.council.name)}.",
            button="Continue",
            crumbs=[*own_returns_crumbs(self), Crumb("Type your figures")],
            cancel=own,
            stale=stale,
            template="training/return_figures.html",
        )


class DraftView(CouncilView):
    """Look at a draft once more, and send it or throw it away."""

    permission = {"get": _SEND, "post": _SEND}

    def get(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        draft = draft_for(self.access, draft_id)
        return self._page(draft)

    def post(self, request: HttpRequest, draft_id: UUID) -> HttpResponse:
        draft = draft_for(self.access, draft_id)
        if request.POST.get("then") == "delete":
            delete_draft(draft=draft, by=self.person)
            messages.success(request, "The draft is deleted.")
            return redirect("own-returns", self.council.slug)
        try:
            sent = send_draft(
                draft=draft,
                version=_whole(request.POST.get("version", "")),
                organisations=sending_organisations(self.access),
                by=self.person,
            )
        except PolicyError as problem:
            current = drafts_of(self.access).filter(pk=draft_id).first()
            if current is None:
                messages.error(request, str(problem))
                return redirect("own-returns", self.council.slug)
            words = str(problem)
            if isinstance(problem, StaleVersion):
                words = "A colleague changed this draft meanwhile. Check the figures again."
            return self._page(current, words)
        messages.success(request, "Your return is sent.")
        return redirect("own-return", self.council.slug, sent.pk)

    def _page(self, draft: ReturnDraft, problem: str = "") -> HttpResponse:
        slug = self.council.slug
        period = draft_period(draft)
        whose = "council" if draft.council_staff_only else "whole"
        return render(
            self.request,
            "training/return_draft.html",
            {
                "draft": draft,
                "problem": problem,
                "facts": [
                    SummaryRow("Organisation", draft.organisation.name),
                    SummaryRow("Course", draft.course.name),
                    SummaryRow("Period", period.label),
                    SummaryRow(
                        "Whose staff",
                        _capital(
                            whose_staff(draft.organisation, draft.council_staff_only, self.council.name)
                        ),
                    ),
                    SummaryRow("What you report", draft.get_reported_display()),
                    *(
                        [
                            SummaryRow("Staff who need the course", _typed(draft.eligible)),
                            SummaryRow("Staff who are compliant", _typed(draft.compliant)),
                        ]
                        if draft.reported == Reported.FIGURES
                        else []
                    ),
                    SummaryRow("Sessions delivered", _typed(draft.sessions)),
                ],
                "shares": not draft.council_staff_only and not is_shared(draft.organisation_id, self.council),
                "change_href": reverse(
                    "type-return",
                    args=[
                        slug,
                        draft.organisation_id,
                        draft.course_id,
                        whose,
                        draft.period_from.isoformat(),
                        draft.period_to.isoformat(),
                    ],
                ),
                "crumbs": [*own_returns_crumbs(self), Crumb("Check and send")],
            },
        )


class ShareReturnsView(FormPage):
    """Who sees the trust-wide returns, and a further council that shall."""

    permission = {"get": _SEND, "post": _SEND}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form)
        organisation, council = form.chosen
        try:
            share_with_served(
                organisation=organisation,
                council=council,
                by=self.person,
                served={each.pk for each in served_councils(self.access).get(organisation.pk, ())},
            )
        except PolicyError as problem:
            form.add_error("share", str(problem))
            return self._page(form)
        messages.success(request, f"{council.name} sees trust-wide returns that are sent from today on.")
        return redirect("share-returns", self.council.slug)

    def _form(self, *data: Any) -> ShareForm:
        organisations = sharing_organisations(self.access)
        if not organisations:
            raise Http404
        shared = {
            (grant.organisation_id, grant.council_id)
            for grant in grants_of([each.pk for each in organisations])
            if grant.ends_on is None
        }
        return ShareForm(
            *data, organisations=organisations, served=served_councils(self.access), shared=shared
        )

    def _page(self, form: ShareForm) -> HttpResponse:
        slug = self.council.slug
        own = reverse("own-returns", args=[slug])
        grants = grants_of([each.pk for each in sharing_organisations(self.access)])
        table = Table(
            "Councils",
            [
                Column("Council", header=True),
                Column("What it sees"),
                Column("What you can do"),
            ],
            [
                [
                    grant.council.name,
                    [
                        grant.organisation.name,
                        f"Sent from {british_date(grant.starts_on)} to {british_date(grant.ends_on)}"
                        if grant.ends_on
                        else f"Sent since {british_date(grant.starts_on)}",
                    ],
                    None
                    if grant.ends_on
                    else Link(
                        "Stop sharing",
                        reverse("end-sharing", args=[slug, grant.pk]),
                        about=f"with {grant.council.name}",
                    ),
                ]
                for grant in grants
            ],
            hide_caption=True,
        )
        return self.show(
            form,
            title="Who sees your trust-wide returns",
            button="Share",
            crumbs=[*own_returns_crumbs(self), Crumb("Who sees them")],
            cancel=own,
            own_words=own_returns_words(self.access),
            template="training/return_shares.html",
            table=table if grants else None,
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
                "crumbs": [*own_returns_crumbs(self), Crumb("Stop sharing")],
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


def draft_period(draft: ReturnDraft) -> Period:
    """The period of a draft."""
    return Period(draft.period_to, draft.period_from, PeriodKind(draft.period_kind))


def whose_staff(organisation: Organisation, for_council: bool, council_name: str) -> str:
    """Whose staff a return is about, in words."""
    if organisation.kind == OrganisationKind.COUNCIL_SERVICE:
        return "the whole service"
    return f"{place_of(council_name)}-based staff" if for_council else "the whole organisation"


def conversation(reviews: list[ReturnReview]) -> list[TimelineItem]:
    """What the council said and the organisation answered, the latest first."""
    items: list[TimelineItem] = []
    for review in reviews:
        version = f"version {review.training_return.version}"
        accepted = review.state == ReturnState.ACCEPTED
        items.append(
            TimelineItem(
                f"The council accepted {version}" if accepted else f"The council asked about {version}",
                review.reviewed_at,
                by=display_name(review.reviewed_by) if review.reviewed_by else "",
                body=review.comment,
            )
        )
        items.extend(
            TimelineItem(
                f"The organisation answered about {version}",
                answer.answered_at,
                by=display_name(answer.answered_by) if answer.answered_by else "",
                body=answer.text,
            )
            for answer in review.answers.all()
        )
    return sorted(items, key=lambda item: str(item.at), reverse=True)


def _typed(count: int | None) -> str:
    return number(count) if count is not None else "Not given"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _return_context(found: TrainingReturn, view: CouncilView) -> dict[str, Any]:
    line = line_of(found, view.council)
    reviews = reviews_of(view.council, found)
    is_late = (line.key, line.period.end) in late_returns(view.council, ends=[line.period.end])
    state: list[Any] = [state_tag(line.state)]
    if line.comment:
        state.append(line.comment)
    if is_late:
        state.append(Tag("Late", "red"))
    earlier = [each for each in reviews if each.training_return.version < found.version]
    if line.state == ReturnState.SUBMITTED and earlier:
        said = "accepted" if earlier[0].state == ReturnState.ACCEPTED else "queried"
        state.append(f"Corrected since version {earlier[0].training_return.version} was {said}")
    return {
        "line": line,
        "conversation": conversation(reviews),
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
            SummaryRow("State", state),
        ],
        "versions": Table(
            "Versions",
            [
                Column("Version", header=True),
                Column("Compliant", numeric=True),
                Column("Sent"),
            ],
            [
                [
                    f"{version.version} (latest)" if index == 0 else str(version.version),
                    compliant_of_eligible(version.compliant, version.eligible),
                    [
                        british_datetime(version.submitted_at),
                        *([display_name(version.submitted_by)] if version.submitted_by else []),
                        *([version.source_name] if version.source_name else []),
                    ],
                ]
                for index, version in enumerate(versions_of(found))
            ],
        ),
    }
