"""Pages of sessions: the log with its totals, one session, and what was delivered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import (
    Colour,
    Column,
    Crumb,
    Link,
    SummaryRow,
    Table,
    Tag,
    TimelineItem,
    paginate,
)
from prevent_portal.web.downloads import Sheet, csv_response, xlsx_response
from prevent_portal.web.numbers import counted, number
from training.access.delivery import session_for
from training.enums import SessionState
from training.forms.sessions import (
    BookForm,
    CancelForm,
    DeliveryForm,
    NewSessionForm,
    SessionChangeForm,
    SessionFilterForm,
)
from training.models import TrainingSession
from training.permissions import TrainingPermission
from training.queries.delivery_plans import plan_choice_words
from training.queries.sessions import (
    SessionTotals,
    Span,
    attendees_words,
    courses_in_log,
    filtered_sessions,
    for_words,
    longer_words,
    records_of,
    requests_of,
    spans,
    subject_words,
    totals_by_subject,
    trainer_words,
    when_words,
)
from training.services.sessions import (
    book_session,
    cancel_session,
    change_session,
    plan_session,
    record_delivery,
)
from training.views.delivery_pages import DeliveryPage

_READ, _WRITE = TrainingPermission.VIEW_SESSIONS, TrainingPermission.WRITE_SESSIONS
STATE_COLOURS: dict[str, Colour] = {
    SessionState.PLANNED.value: "yellow",
    SessionState.BOOKED.value: "blue",
    SessionState.DELIVERED.value: "green",
    SessionState.CANCELLED.value: "grey",
}
HEADER = (
    "Course or briefing", "State", "When", "First day", "Last day", "Audience", "For whom", "Area", "Venue",
    "Trainer", "Sessions", "Places", "Attendees",
)  # fmt: skip


def state_tag(session: TrainingSession) -> Tag:
    """The state in words with a colour beside them."""
    return Tag(session.get_state_display(), STATE_COLOURS[session.state])


def log_row(session: TrainingSession) -> list[Any]:
    """A line of the files. An unknown number stays a word and never becomes 0 (rule 10 of the product)."""
    attendees: Any = session.attendees
    if attendees is None:
        attendees = attendees_words(session)
    return [
        subject_words(session),
        session.get_state_display(),
        when_words(session),
        session.starts_on,
        session.ends_on,
        session.audience,
        "; ".join(for_words(session)),
        session.area,
        session.venue,
        trainer_words(session),
        session.sessions,
        session.places,
        attendees,
    ]


def totals_table(totals: Sequence[tuple[str, SessionTotals]]) -> Table:
    """What was delivered, each course and each briefing apart."""
    return Table(
        "Delivered",
        [
            Column("Course or briefing", header=True),
            Column("Sessions", numeric=True),
            Column("Attendees", numeric=True),
            Column("Sessions of unknown attendance", numeric=True),
        ],
        [
            [
                name,
                each.sessions,
                "Unknown" if each.known is None else number(each.known),
                number(each.unknown_sessions),
            ]
            for name, each in totals
        ],
        stacks=True,
    )


class _SessionsView(DeliveryPage):
    """What the page and the two files share: which lines were asked for."""

    abstract = True
    permission = _READ
    room, room_words = "training-sessions", "Training sessions"

    def asked(self, request: HttpRequest) -> tuple[SessionFilterForm, QuerySet[TrainingSession], Span | None]:
        """The filter's form, the lines that fit, and the period; what is no answer is left out."""
        choices = spans(self.council, timezone.localdate())
        form = SessionFilterForm(request.GET, spans=choices, log_courses=courses_in_log(self.council))
        form.is_valid()
        given = form.cleaned_data
        span = next((each for each in choices if each.key == given.get("period")), None)
        rows = filtered_sessions(
            self.council,
            span=span,
            subject=given.get("subject", ""),
            state=given.get("state", ""),
            audience=given.get("audience", ""),
        )
        return form, rows, span


class SessionsPage(_SessionsView):
    """The log of sessions, with totals that leave the unknown unknown."""

    permission = _READ

    def get(self, request: HttpRequest) -> HttpResponse:
        form, rows, span = self.asked(request)
        page, pages = paginate(request, rows)
        totals = totals_by_subject(rows)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        sentences = [f"{name}: {each.words}." for name, each in totals]
        across = longer_words(self.council, span) if span is not None else ""
        return self.list_page(
            title="Training sessions",
            add_href=self.address("training-session-add") if self.access.may(_WRITE) else "",
            add_text="Plan a session",
            links=[Link("Load a log from a file", self.address("training-session-log"))]
            if self.access.may(_WRITE)
            else [],
            filter=form,
            filtered=any(form.cleaned_data.values()),
            sentences=[*sentences, *([across] if across else [])],
            totals=totals_table(totals) if totals else None,
            table=self._table(list(page)) if page.paginator.count else None,
            pages=pages,
            downloads=[
                Link("Excel workbook", self.address("training-sessions-xlsx") + query),
                Link("CSV file", self.address("training-sessions-csv") + query),
            ],
            empty_title="No sessions yet",
            empty_words="Plan the first session here, or load the log that you keep in a spreadsheet."
            if self.access.may(_WRITE)
            else "Sessions appear here when the Prevent coordinator has planned one.",
        )

    def _table(self, rows: list[TrainingSession]) -> Table:
        return Table(
            "Sessions",
            [
                Column("Session", header=True),
                Column("When"),
                Column("For whom"),
                Column("State"),
                Column("Sessions", numeric=True),
                Column("Attendees", numeric=True),
            ],
            [
                [
                    Link(
                        f"{subject_words(each)}: {each.audience}",
                        self.address("training-session", each.pk),
                        hint=trainer_words(each),
                    ),
                    when_words(each),
                    for_words(each),
                    state_tag(each),
                    each.sessions,
                    attendees_words(each),
                ]
                for each in rows
            ],
            stacks=True,
        )


class SessionsCsvView(_SessionsView):
    """The log as a CSV file, filtered as the page."""

    permission = _READ

    def get(self, request: HttpRequest) -> HttpResponseBase:
        _form, rows, _span = self.asked(request)
        return csv_response(
            filename="training-sessions.csv", header=HEADER, rows=[log_row(each) for each in rows]
        )


class SessionsXlsxView(_SessionsView):
    """The log as a workbook with its totals, filtered as the page."""

    permission = _READ

    def get(self, request: HttpRequest) -> HttpResponseBase:
        _form, rows, _span = self.asked(request)
        totals = [
            [
                name,
                each.sessions,
                "Unknown" if each.known is None else each.known,
                each.unknown_sessions,
            ]
            for name, each in totals_by_subject(rows)
        ]
        head = ("Course or briefing", "Sessions delivered", "Attendees", "Sessions without a number")
        return xlsx_response(
            filename="training-sessions.xlsx",
            sheets=[
                Sheet("Sessions", HEADER, [log_row(each) for each in rows]),
                Sheet("Delivered", head, totals),
            ],
        )


class SessionPage(DeliveryPage):
    """One session: what it is, what was recorded of it, and what can be done next."""

    permission = _READ
    room, room_words = "training-sessions", "Training sessions"

    def get(self, request: HttpRequest, session_id: UUID) -> HttpResponse:
        found = session_for(self.access, session_id)
        answered = requests_of(found)
        history = [
            TimelineItem(
                title=f"{counted(each.sessions, 'session', 'sessions')}, "
                + (
                    "attendance unknown"
                    if each.attendees is None
                    else counted(each.attendees, "attendee", "attendees")
                ),
                at=each.recorded_at,
                by=display_name(each.recorded_by) if each.recorded_by else "",
                body=each.note,
            )
            for each in records_of(found)
        ]
        return self.record_page(
            title=f"{subject_words(found)}, {when_words(found)}",
            crumb="Session",
            rows=self._rows(found),
            actions=self._actions(found),
            sentences=[f"It answers the request of {each.organisation.name}." for each in answered],
            history=history,
            history_title="Recorded numbers",
        )

    def _rows(self, found: TrainingSession) -> list[SummaryRow]:
        rows = [
            SummaryRow("State", state_tag(found)),
            SummaryRow("When", when_words(found)),
            SummaryRow("Audience", found.audience),
            SummaryRow("For whom", for_words(found)),
            SummaryRow("Trainer", trainer_words(found) or "Nobody named yet"),
            SummaryRow("Venue", found.venue or "Not given"),
            SummaryRow("Area", found.area or "Not given"),
            SummaryRow("Sessions", number(found.sessions)),
            SummaryRow("Places", number(found.places) or "Not known"),
        ]
        if found.state == SessionState.DELIVERED:
            rows.append(SummaryRow("Attendees", attendees_words(found)))
        if found.plan is not None:
            words = plan_choice_words(found.plan)
            rows.append(
                SummaryRow("Counts towards", Link(words, self.address("delivery-plan", found.plan_id)))
            )
        if found.cancel_reason:
            rows.append(SummaryRow("Why it was cancelled", found.cancel_reason))
        return rows

    def _actions(self, found: TrainingSession) -> list[Link]:
        if not self.access.may(_WRITE) or found.state == SessionState.CANCELLED:
            return []
        record = self.address("training-session-deliver", found.pk)
        if found.state == SessionState.DELIVERED:
            return [Link("Correct the numbers", record)]
        actions = []
        if found.starts_on <= timezone.localdate():
            actions.append(Link("Record what was delivered", record))
        if found.state == SessionState.PLANNED:
            actions.append(Link("Mark as booked", self.address("training-session-book", found.pk)))
        return [
            *actions,
            Link("Change the session", self.address("training-session-edit", found.pk)),
            Link("Cancel the session", self.address("training-session-cancel", found.pk)),
        ]


class SessionAddPage(DeliveryPage):
    """Plan a session."""

    permission = _WRITE
    room, room_words = "training-sessions", "Training sessions"

    def get(self, request: HttpRequest) -> HttpResponse:
        # From a delivery plan that no session counts towards yet.
        return self._page(NewSessionForm(council=self.council, initial={"plan": request.GET.get("plan", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewSessionForm(request.POST, council=self.council)
        if not form.is_valid():
            return self._page(form)
        try:
            made = plan_session(council=self.council, by=self.person, **form.fields_given)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(form)
        messages.success(request, "Session booked." if form.cleaned_data["booked"] else "Session planned.")
        return redirect("training-session", self.council.slug, made.pk)

    def _page(self, form: NewSessionForm) -> HttpResponse:
        return self.form_page(
            form,
            title="Plan a session",
            lead="A session that took place already is entered here too, and its numbers after that.",
            button="Save the session",
            crumbs=self.crumbs(Crumb("Plan a session")),
            cancel=self.address("training-sessions"),
        )


class _SessionFormPage(DeliveryPage):
    """What the pages that write one session share."""

    abstract = True
    room, room_words = "training-sessions", "Training sessions"
    permission = _WRITE
    title: str
    button: str
    done: str
    keep = ""

    def get(self, request: HttpRequest, session_id: UUID) -> HttpResponse:
        found = session_for(self.access, session_id, _WRITE)
        return self._page(found, self.form(found))

    def post(self, request: HttpRequest, session_id: UUID) -> HttpResponse:
        found = session_for(self.access, session_id, _WRITE)
        form = self.form(found, request.POST)
        if not form.is_valid():
            return self._page(found, form)
        try:
            self.save(found, form)
        except StaleVersion as stale:
            return self._page(found, self.form(found, self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(found, form)
        messages.success(request, self.done)
        return redirect("training-session", self.council.slug, found.pk)

    def form(self, found: TrainingSession, data: Any = None) -> Any:
        raise NotImplementedError

    def save(self, found: TrainingSession, form: Any) -> None:
        raise NotImplementedError

    def _page(self, found: TrainingSession, form: Any, stale: StaleVersion | None = None) -> HttpResponse:
        record = self.address("training-session", found.pk)
        return self.form_page(
            form,
            title=self.title,
            lead=f"{subject_words(found)}, {when_words(found)}: {found.audience}",
            button=self.button,
            crumbs=self.crumbs(Crumb("Session", record), Crumb(self.title)),
            cancel=record,
            stale=stale,
            keep=self.keep,
        )


class SessionEditPage(_SessionFormPage):
    """Change a session that is still to come."""

    permission = _WRITE
    title, button, done = "Change the session", "Save the session", "Session changed."

    def form(self, found: TrainingSession, data: Any = None) -> Any:
        return SessionChangeForm(data, council=self.council, session=found)

    def save(self, found: TrainingSession, form: Any) -> None:
        given = form.fields_given
        change_session(
            session=found,
            by=self.person,
            version=form.cleaned_data["version"],
            organisations=given.pop("organisations"),
            changes=given,
        )


class SessionBookPage(_SessionFormPage):
    """Say that a session is certain."""

    permission = _WRITE
    title, button, done = "Mark as booked", "The venue and the trainer are booked", "Session booked."

    def form(self, found: TrainingSession, data: Any = None) -> Any:
        return BookForm(data, initial={"version": found.version})

    def save(self, found: TrainingSession, form: Any) -> None:
        book_session(session=found, by=self.person, version=form.cleaned_data["version"])


class SessionCancelPage(_SessionFormPage):
    """Cancel a session, with a reason."""

    permission = _WRITE
    title, button, done = "Cancel the session", "Cancel the session", "Session cancelled."
    keep = "Keep the session"

    def form(self, found: TrainingSession, data: Any = None) -> Any:
        return CancelForm(data, initial={"version": found.version})

    def save(self, found: TrainingSession, form: Any) -> None:
        cancel_session(session=found, by=self.person, **form.cleaned_data)


class SessionDeliverPage(_SessionFormPage):
    """Record what was delivered, or correct it."""

    permission = _WRITE
    title, button, done = "Record what was delivered", "Save the numbers", "Numbers recorded."

    def form(self, found: TrainingSession, data: Any = None) -> Any:
        return DeliveryForm(data, session=found)

    def save(self, found: TrainingSession, form: Any) -> None:
        given = form.cleaned_data
        record_delivery(
            session=found,
            by=self.person,
            version=given["version"],
            sessions=given["sessions"],
            attendees=given["attendees"],
            note=given.get("note", ""),
        )
