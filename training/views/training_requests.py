"""Pages of requests for training: an organisation asks, the coordinator answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import Colour, Column, Crumb, Link, SummaryRow, Table, Tag, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import number
from training.access.delivery import (
    asking_organisations,
    own_training_request_for,
    own_training_requests,
    session_for,
    training_request_for,
)
from training.enums import RequestState
from training.forms.training_requests import AnswerForm, AskForm, RequestFilterForm, WithdrawForm
from training.models import TrainingRequest
from training.permissions import TrainingPermission
from training.policies.training_requests import OPEN_REQUESTS
from training.queries.sessions import subject_words, when_words
from training.queries.training_requests import requests_of, unanswered_count, wanted_words
from training.services.training_requests import (
    accept_request,
    accept_with_new_session,
    ask_for_training,
    decline_request,
    put_request_off,
    withdraw_request,
)
from training.views.delivery_pages import DeliveryPage

_READ, _ANSWER = TrainingPermission.VIEW_SESSIONS, TrainingPermission.ANSWER_REQUESTS
_ASK = TrainingPermission.ASK_FOR_TRAINING
STATE_COLOURS: dict[str, Colour] = {
    RequestState.ASKED.value: "yellow",
    RequestState.WAITING.value: "blue",
    RequestState.ACCEPTED.value: "green",
    RequestState.DECLINED.value: "red",
    RequestState.WITHDRAWN.value: "grey",
}
_COLUMNS = [Column("Request", header=True), Column("Audience"), Column("Wished by"), Column("State")]


def request_tag(request: TrainingRequest) -> Tag:
    """The state in words with a colour beside them."""
    return Tag(request.get_state_display(), STATE_COLOURS[request.state])


def request_rows(asked: TrainingRequest, session: Any) -> list[SummaryRow]:
    """What was asked and answered. ``session`` is how the reader sees the session: a link, or words."""
    rows = [
        SummaryRow("State", request_tag(asked)),
        SummaryRow("Organisation", asked.organisation.name),
        SummaryRow("Course", wanted_words(asked)),
        SummaryRow("Who needs it", asked.audience),
        SummaryRow("Sessions", number(asked.sessions)),
        SummaryRow("People", number(asked.people) or "Not known"),
        SummaryRow("By when", british_date(asked.wished_by) or "No date given"),
        SummaryRow("Area", asked.area or "Not given"),
        SummaryRow("Asked on", british_date(asked.asked_at)),
    ]
    if asked.message:
        rows.append(SummaryRow("Message", asked.message))
    if session:
        rows.append(SummaryRow("Session", session))
    if asked.answer:
        rows.append(SummaryRow("Answer", asked.answer))
    if asked.answered_at is not None:
        rows.append(SummaryRow("Answered on", british_date(asked.answered_at)))
    return rows


def session_words(asked: TrainingRequest) -> str:
    """The session that answers a request, in words that a partner may read: nobody else's name."""
    session = asked.session
    if session is None:
        return ""
    words = f"{subject_words(session)}, {when_words(session)}"
    return f"{words}, {session.venue}" if session.venue else words


class RequestsPage(DeliveryPage):
    """Every request of the council: those without an answer first."""

    permission = _READ
    room, room_words = "training-requests", "Requests for training"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = RequestFilterForm(request.GET)
        form.is_valid()
        state = form.cleaned_data.get("state", "")
        page, pages = paginate(request, requests_of(self.council, state=state))
        waiting = unanswered_count(self.council)
        table = Table(
            "Requests",
            [Column("Organisation", header=True), *_COLUMNS[1:]],
            [
                [
                    Link(
                        each.organisation.name,
                        self.address("training-request", each.pk),
                        hint=wanted_words(each),
                    ),
                    each.audience,
                    british_date(each.wished_by),
                    request_tag(each),
                ]
                for each in page
            ],
            stacks=True,
        )
        return self.list_page(
            title="Requests for training",
            filter=form,
            filtered=bool(state),
            sentences=[
                f"{number(waiting)} without an answer." if waiting else "Every request has an answer."
            ],
            table=table if page.paginator.count else None,
            pages=pages,
            empty_title="No requests yet",
            empty_words="Partners ask for training under “Ask for training”. Their requests stand here until "
            "the Prevent coordinator answers them.",
        )


class RequestPage(DeliveryPage):
    """One request; the coordinator answers it here."""

    permission = {"get": _READ, "post": _ANSWER}
    room, room_words = "training-requests", "Requests for training"

    def get(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        asked = training_request_for(self.access, request_id)
        return self._page(asked, AnswerForm(asked=asked))

    def post(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        asked = training_request_for(self.access, request_id, _ANSWER)
        form = AnswerForm(request.POST, asked=asked)
        if not form.is_valid():
            return self._page(asked, form)
        try:
            self._answer(asked, form)
        except StaleVersion as stale:
            data = self.again(stale)
            current = training_request_for(self.access, request_id, _ANSWER)
            return self._page(current, AnswerForm(data, asked=current), stale)
        except PolicyError as problem:
            current = training_request_for(self.access, request_id, _ANSWER)
            if current.state not in OPEN_REQUESTS:
                # The page has no form any more that could bear the words.
                messages.error(request, str(problem))
                return redirect("training-request", self.council.slug, asked.pk)
            form.add_error(None, str(problem))
            return self._page(current, form)
        messages.success(request, f"{asked.organisation.name} has your answer.")
        return redirect("training-request", self.council.slug, asked.pk)

    def _answer(self, asked: TrainingRequest, form: AnswerForm) -> None:
        given = form.cleaned_data
        shared: dict[str, Any] = {
            "request": asked,
            "by": self.person,
            "version": given["version"],
            "answer": given["answer"],
        }
        decision = given["decision"]
        if decision == "session":
            session = session_for(self.access, given["session"].pk)
            accept_request(session=session, **shared)
        elif decision == "new":
            accept_with_new_session(
                course=given["course"],
                held_on=given["held_on"],
                venue=given["venue"],
                token=given["token"],
                **shared,
            )
        elif decision == "wait":
            put_request_off(**shared)
        else:
            decline_request(**shared)

    def _page(
        self, asked: TrainingRequest, form: AnswerForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        session: Any = ""
        if asked.session is not None:
            session = Link(session_words(asked), self.address("training-session", asked.session_id))
        rows = request_rows(asked, session)
        if asked.asked_by is not None:
            rows.append(SummaryRow("Asked by", display_name(asked.asked_by)))
        if asked.answered_by is not None:
            rows.append(SummaryRow("Answered by", display_name(asked.answered_by)))
        may_answer = asked.state in OPEN_REQUESTS and self.access.may(_ANSWER)
        return self.record_page(
            title="Request for training",
            caption=asked.organisation.name,
            crumb="Request",
            rows=rows,
            stale=stale,
            form=form if may_answer else None,
            form_title="Answer",
            form_button="Send the answer",
        )


class OwnRequestsPage(DeliveryPage):
    """Requests of the organisations that the person acts for, and nobody else's."""

    permission = _ASK
    room, room_words, in_areas = "own-training-requests", "Ask for training", False

    def get(self, request: HttpRequest) -> HttpResponse:
        page, pages = paginate(request, own_training_requests(self.access))
        table = Table(
            "Your requests",
            _COLUMNS,
            [
                [
                    Link(
                        wanted_words(each),
                        self.address("own-training-request", each.pk),
                        hint=each.organisation.name,
                    ),
                    each.audience,
                    british_date(each.wished_by),
                    [request_tag(each), session_words(each)] if each.session_id else request_tag(each),
                ]
                for each in page
            ],
            stacks=True,
        )
        return self.list_page(
            title="Ask for training",
            lead=f"What your organisation asked {self.council.name} for, and what it was answered.",
            add_href=self.address("own-training-request-add") if asking_organisations(self.access) else "",
            add_text="Ask for training",
            table=table if page.paginator.count else None,
            pages=pages,
            empty_title="No requests yet",
            empty_words="Ask for training, and the council’s Prevent coordinator answers you here.",
        )


class OwnRequestAddPage(DeliveryPage):
    """Ask for training of one's own organisation."""

    permission = _ASK
    room, room_words, in_areas = "own-training-requests", "Ask for training", False

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form)
        try:
            made = ask_for_training(council=self.council, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(form)
        messages.success(request, "Your request is sent. The Prevent coordinator answers it here.")
        return redirect("own-training-request", self.council.slug, made.pk)

    def _form(self, data: Any = None) -> AskForm:
        organisations = asking_organisations(self.access)
        if not organisations:
            raise Http404
        return AskForm(data, council=self.council, organisations=organisations)

    def _page(self, form: AskForm) -> HttpResponse:
        return self.form_page(
            form,
            title="Ask for training",
            button="Send the request",
            crumbs=self.crumbs(Crumb("New request")),
            cancel=self.address("own-training-requests"),
        )


class OwnRequestPage(DeliveryPage):
    """One request of one's own organisation, with its answer; it can be taken back while it waits."""

    permission = _ASK
    room, room_words, in_areas = "own-training-requests", "Ask for training", False

    def get(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        asked = own_training_request_for(self.access, request_id)
        return self._page(asked, WithdrawForm(initial={"version": asked.version}))

    def post(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        asked = own_training_request_for(self.access, request_id)
        form = WithdrawForm(request.POST)
        if not form.is_valid():
            return self._page(asked, form)
        try:
            withdraw_request(request=asked, by=self.person, version=form.cleaned_data["version"])
        except StaleVersion as stale:
            current = own_training_request_for(self.access, request_id)
            return self._page(current, WithdrawForm(self.again(stale)), stale)
        except PolicyError as problem:
            messages.error(request, str(problem))
            return redirect("own-training-request", self.council.slug, asked.pk)
        messages.success(request, "Your request is taken back.")
        return redirect("own-training-requests", self.council.slug)

    def _page(
        self, asked: TrainingRequest, form: WithdrawForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        return self.record_page(
            title="Your request for training",
            caption=asked.organisation.name,
            crumb="Request",
            rows=request_rows(asked, session_words(asked)),
            stale=stale,
            form=form if asked.state in OPEN_REQUESTS else None,
            form_title="Take the request back",
            form_button="Take the request back",
        )
