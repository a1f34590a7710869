"""Pages of knowledge surveys: what staff said they knew, before and after."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, TimelineItem, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import number, percent
from training.access.delivery import survey_for
from training.enums import WaveKind
from training.forms.surveys import SurveyForm, WaveForm
from training.models import KnowledgeSurvey
from training.permissions import TrainingPermission
from training.queries.surveys import (
    SUPPRESSED,
    QuestionResult,
    SurveyResult,
    WaveResult,
    about_words,
    change_words,
    corrections_of,
    follow_up_words,
    questions_of,
    results_of,
    surveys_of,
    wave_of,
)
from training.services.surveys import add_survey, record_wave
from training.views.delivery_pages import DeliveryPage

_READ, _WRITE = TrainingPermission.VIEW_SESSIONS, TrainingPermission.WRITE_SESSIONS


def wave_words(wave: WaveResult | None) -> Any:
    """What a list says of a wave: its range, or that it is not there, or that too few answered."""
    if wave is None:
        return "Not recorded"
    return [wave.range_words, wave.responses_words] if wave.is_shown else SUPPRESSED


def wave_table(result: SurveyResult, wave: WaveResult) -> Table:
    """Counts of each question in one wave; what too few answered is said in words."""

    def cells(each: QuestionResult) -> list[Any]:
        if not each.is_shown:
            return [None, None, None, SUPPRESSED]
        return [each.low, each.medium, each.high, percent(each.confident)]

    return Table(
        f"{wave.kind.label}: answers",
        [
            Column("Question", header=True),
            Column("Low", numeric=True),
            Column("Medium", numeric=True),
            Column("High", numeric=True),
            Column("Confident", numeric=True),
        ],
        [
            [question.text, *cells(wave.by_question.get(question.pk, QuestionResult()))]
            for question in result.questions
        ],
    )


def change_table(result: SurveyResult) -> Table | None:
    """Change of each question; None unless both waves may be shown."""
    before, after = result.baseline, result.follow_up
    if before is None or after is None or not (before.is_shown and after.is_shown):
        return None
    rows = []
    for question in result.questions:
        change = result.change(question.pk)
        if change is None:
            rows.append([question.text, None, None, SUPPRESSED])
            continue
        shares = [percent(wave.by_question[question.pk].confident) for wave in (before, after)]
        rows.append([question.text, *shares, change_words(change)])
    return Table(
        "Change in the share that is confident",
        [
            Column("Question", header=True),
            Column("Baseline", numeric=True),
            Column("Follow-up", numeric=True),
            Column("Change"),
        ],
        rows,
    )


class _SurveysPage(DeliveryPage):
    abstract = True
    room, room_words = "knowledge-surveys", "Knowledge surveys"


class SurveysPage(_SurveysPage):
    """Every survey with what readers may see of its two waves."""

    permission = _READ

    def get(self, request: HttpRequest) -> HttpResponse:
        page, pages = paginate(request, surveys_of(self.council))
        may_write = self.access.may(_WRITE)
        table = Table(
            "Surveys",
            [Column("Survey", header=True), Column("Baseline"), Column("Follow-up")],
            [
                [
                    Link(
                        each.survey.title,
                        self.address("knowledge-survey", each.survey.pk),
                        hint=about_words(each.survey),
                    ),
                    wave_words(each.baseline),
                    wave_words(each.follow_up)
                    if each.follow_up is not None
                    else ["Not recorded", follow_up_words(each.survey)],
                ]
                for each in results_of(self.council, page)
            ],
            stacks=True,
        )
        return self.list_page(
            title="Knowledge surveys",
            add_href=self.address("knowledge-survey-add") if may_write else "",
            add_text="Add a survey",
            table=table if page.paginator.count else None,
            pages=pages,
            empty_title="No surveys yet",
            empty_words="Add a survey, record its baseline before the training and the follow-up after it."
            if may_write
            else "Surveys appear here when the Prevent coordinator has added one.",
        )


class SurveyPage(_SurveysPage):
    """One survey: its questions, both waves, and the change between them."""

    permission = _READ

    def get(self, request: HttpRequest, survey_id: UUID) -> HttpResponse:
        survey = survey_for(self.access, survey_id)
        result = results_of(self.council, [survey])[0]
        waves = [wave for wave in (result.baseline, result.follow_up) if wave is not None]
        rows = [
            SummaryRow("About", about_words(survey)),
            SummaryRow("Questions", number(len(result.questions))),
            *(
                SummaryRow(
                    wave.kind.label, [f"Closed on {british_date(wave.closed_on)}", wave.responses_words]
                )
                for wave in waves
            ),
        ]
        if result.follow_up is None:
            rows.append(SummaryRow("Follow-up", ["Not recorded", follow_up_words(survey)]))
        change = change_table(result)
        tables = [wave_table(result, wave) for wave in waves if wave.is_shown]
        sentences = [f"{wave.kind.label}: {wave.range_words}." for wave in waves if wave.is_shown]
        if any(not wave.is_shown for wave in waves):
            sentences.append("A wave that fewer than 5 people answered is not shown.")
        return self.record_page(
            title=survey.title,
            crumb="Survey",
            rows=rows,
            actions=self._actions(result),
            sentences=sentences,
            tables=[*([change] if change else []), *tables],
            history=[
                TimelineItem(title=f"{each.kind.label} corrected", at=each.at, by=each.by, body=each.words)
                for each in corrections_of(self.council, survey)
            ],
            history_title="Corrections",
        )

    def _actions(self, result: SurveyResult) -> list[Link]:
        if not self.access.may(_WRITE):
            return []
        baseline = Link(
            "Record the baseline" if result.baseline is None else "Correct the baseline",
            self.address("knowledge-survey-wave", result.survey.pk, WaveKind.BASELINE.value),
        )
        if result.baseline is None:
            return [baseline]
        follow_up = Link(
            "Record the follow-up" if result.follow_up is None else "Correct the follow-up",
            self.address("knowledge-survey-wave", result.survey.pk, WaveKind.FOLLOW_UP.value),
        )
        return [follow_up, baseline]


class SurveyAddPage(_SurveysPage):
    """Add a survey with its questions."""

    permission = _WRITE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(SurveyForm(council=self.council))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SurveyForm(request.POST, council=self.council)
        if not form.is_valid():
            return self._page(form)
        try:
            made = add_survey(council=self.council, by=self.person, **form.cleaned_data)
        except PolicyError as problem:
            form.add_error("questions" if "uestion" in str(problem) else None, str(problem))
            return self._page(form)
        messages.success(request, "Survey added. Record its baseline when it has closed.")
        return redirect("knowledge-survey", self.council.slug, made.pk)

    def _page(self, form: SurveyForm) -> HttpResponse:
        return self.form_page(
            form,
            title="Add a survey",
            button="Add the survey",
            crumbs=self.crumbs(Crumb("Add a survey")),
            cancel=self.address("knowledge-surveys"),
        )


class SurveyWavePage(_SurveysPage):
    """Record or correct the numbers of one wave."""

    permission = _WRITE

    def get(self, request: HttpRequest, survey_id: UUID, wave: str) -> HttpResponse:
        survey = survey_for(self.access, survey_id, _WRITE)
        return self._page(survey, wave, self._form(survey, wave))

    def post(self, request: HttpRequest, survey_id: UUID, wave: str) -> HttpResponse:
        survey = survey_for(self.access, survey_id, _WRITE)
        form = self._form(survey, wave, request.POST)
        if not form.is_valid():
            return self._page(survey, wave, form)
        given = form.cleaned_data
        try:
            record_wave(
                survey=survey,
                by=self.person,
                version=given["version"],
                kind=wave,
                closed_on=given["closed_on"],
                invited=given["invited"],
                responses=given["responses"],
                counts=form.counts,
            )
        except StaleVersion as stale:
            return self._page(survey, wave, self._form(survey, wave, self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(survey, wave, form)
        messages.success(request, f"{WaveKind(wave).label} recorded.")
        return redirect("knowledge-survey", self.council.slug, survey.pk)

    def _form(self, survey: KnowledgeSurvey, kind: str, data: Any = None) -> WaveForm:
        if kind not in WaveKind.values:
            raise Http404
        wave, answers = wave_of(survey, kind)
        return WaveForm(data, survey=survey, questions=questions_of(survey), wave=wave, answers=answers)

    def _page(
        self, survey: KnowledgeSurvey, kind: str, form: WaveForm, stale: StaleVersion | None = None
    ) -> HttpResponse:
        record = self.address("knowledge-survey", survey.pk)
        title = f"Record the {WaveKind(kind).label.lower()}"
        return self.form_page(
            form,
            title=title,
            lead=f"{survey.title}. Enter counts only, never a person’s answers.",
            button="Save the numbers",
            crumbs=self.crumbs(Crumb(survey.title, record), Crumb(title)),
            cancel=record,
            stale=stale,
        )
