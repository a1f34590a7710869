"""Reads of surveys. What fewer than five people answered is not shown, and no change without two waves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.db.models import Q, QuerySet

from prevent_portal.accounts.queries import names_of
from prevent_portal.audit.queries import events_about
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date
from prevent_portal.web.numbers import counted, number, percent, percentage_of
from training.enums import WaveKind
from training.models import KnowledgeSurvey, SurveyAnswer, SurveyQuestion, SurveyWave

FEWEST_RESPONSES = 5
"""Below so many answers nothing of them is shown."""
SUPPRESSED = "Fewer than 5 responses"


@dataclass(frozen=True)
class QuestionResult:
    """What one wave answered to a question. None throughout where too few answered."""

    low: int | None = None
    medium: int | None = None
    high: int | None = None

    @property
    def is_shown(self) -> bool:
        return self.high is not None

    @property
    def confident(self) -> Fraction | None:
        """The exact share that answered with high confidence, in per cent."""
        if self.low is None or self.medium is None or self.high is None:
            return None
        return percentage_of(self.high, self.low + self.medium + self.high)


@dataclass(frozen=True)
class WaveResult:
    """One wave, as readers may see it."""

    kind: WaveKind
    closed_on: date
    invited: int | None
    responses: int
    by_question: dict[UUID, QuestionResult]

    @property
    def is_shown(self) -> bool:
        return self.responses >= FEWEST_RESPONSES

    @property
    def responses_words(self) -> str:
        """120 of 300 people invited (40%), or that too few answered."""
        if not self.is_shown:
            return SUPPRESSED
        if self.invited is None:
            return f"{counted(self.responses, 'response', 'responses')}; how many were invited is unknown"
        share = percent(percentage_of(self.responses, self.invited))
        return f"{number(self.responses)} of {number(self.invited)} people invited ({share})"

    @property
    def range_words(self) -> str:
        """48% to 72% confident: the lowest and the highest question, never an average of them."""
        shares = sorted(share for each in self.by_question.values() if (share := each.confident) is not None)
        if not shares:
            return SUPPRESSED
        lowest, highest = percent(shares[0]), percent(shares[-1])
        return f"{lowest} confident" if lowest == highest else f"{lowest} to {highest} confident"


@dataclass(frozen=True)
class SurveyResult:
    """A survey with what its waves say."""

    survey: KnowledgeSurvey
    questions: list[SurveyQuestion]
    baseline: WaveResult | None
    follow_up: WaveResult | None

    def change(self, question: UUID) -> Fraction | None:
        """Percentage points between the waves; None unless both have enough responses."""
        if self.baseline is None or self.follow_up is None:
            return None
        before = self.baseline.by_question[question].confident
        after = self.follow_up.by_question[question].confident
        return None if before is None or after is None else after - before


def surveys_of(council: Council) -> QuerySet[KnowledgeSurvey]:
    """The council's surveys, newest first."""
    return (
        KnowledgeSurvey.objects.filter(council=council)
        .select_related("organisation", "course")
        .order_by("-created_at", "-pk")
    )


def results_of(council: Council, surveys: Iterable[KnowledgeSurvey]) -> list[SurveyResult]:
    """What readers may see of surveys: three statements for any number of them."""
    found = list(surveys)
    keys = [survey.pk for survey in found]
    questions: dict[UUID, list[SurveyQuestion]] = {}
    for question in SurveyQuestion.objects.filter(council=council, survey__in=keys).order_by("position"):
        questions.setdefault(question.survey_id, []).append(question)
    answers: dict[UUID, list[SurveyAnswer]] = {}
    for answer in SurveyAnswer.objects.filter(council=council, wave__survey__in=keys).order_by("pk"):
        answers.setdefault(answer.wave_id, []).append(answer)
    waves: dict[tuple[UUID, str], WaveResult] = {}
    for wave in SurveyWave.objects.filter(council=council, survey__in=keys):
        waves[wave.survey_id, wave.kind] = wave_result(wave, answers.get(wave.pk, []))
    return [
        SurveyResult(
            survey,
            questions.get(survey.pk, []),
            waves.get((survey.pk, WaveKind.BASELINE)),
            waves.get((survey.pk, WaveKind.FOLLOW_UP)),
        )
        for survey in found
    ]


def wave_result(wave: SurveyWave, answers: Iterable[SurveyAnswer]) -> WaveResult:
    """A wave with what too few answered taken out, so that no page, file or answer of the API can show it."""
    shown = wave.responses >= FEWEST_RESPONSES
    return WaveResult(
        WaveKind(wave.kind),
        wave.closed_on,
        wave.invited,
        wave.responses,
        {
            each.question_id: QuestionResult(each.low, each.medium, each.high)
            if shown and each.low + each.medium + each.high >= FEWEST_RESPONSES
            else QuestionResult()
            for each in answers
        },
    )


def wave_of(survey: KnowledgeSurvey, kind: str) -> tuple[SurveyWave | None, dict[UUID, SurveyAnswer]]:
    """One wave as it was entered, for those who may correct it."""
    wave = SurveyWave.objects.filter(council=survey.council_id, survey=survey, kind=kind).first()
    if wave is None:
        return None, {}
    answers = SurveyAnswer.objects.filter(council=survey.council_id, wave=wave)
    return wave, {answer.question_id: answer for answer in answers}


@dataclass(frozen=True)
class WaveCorrection:
    """Somebody put numbers of a wave right."""

    kind: WaveKind
    by: str
    at: datetime
    fields: tuple[str, ...]

    @property
    def words(self) -> str:
        """What was corrected, such as "Responses and answers"."""
        words = [_CORRECTED[name] for name in self.fields if name in _CORRECTED]
        listed = f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
        return listed[:1].upper() + listed[1:]


_CORRECTED = {
    "closed_on": "the last day",
    "invited": "people invited",
    "responses": "responses",
    "answers": "answers",
}


def corrections_of(council: Council, survey: KnowledgeSurvey) -> list[WaveCorrection]:
    """Who put which numbers right and when, newest first, as the audit trail has it."""
    events = events_about(council, survey, ["training.survey_wave_corrected"])
    names = names_of({event.actor_id for event in events if event.actor_id is not None})
    return [
        WaveCorrection(
            WaveKind(event.details["wave"]),
            names.get(event.actor_id or 0, ""),
            event.at,
            tuple(event.details.get("fields", ())),
        )
        for event in events
    ]


def questions_of(survey: KnowledgeSurvey) -> list[SurveyQuestion]:
    """The survey's questions in their order."""
    return list(SurveyQuestion.objects.filter(council=survey.council_id, survey=survey).order_by("position"))


def follow_ups_due(councils: Iterable[int], until: date) -> QuerySet[KnowledgeSurvey]:
    """Surveys of these councils whose follow-up is due up to a day and not recorded. One query."""
    return (
        KnowledgeSurvey.objects.filter(council__in=list(councils), follow_up_due_on__lte=until)
        .exclude(Q(waves__kind=WaveKind.FOLLOW_UP))
        .order_by("follow_up_due_on", "pk")
    )


def about_words(survey: KnowledgeSurvey) -> str:
    """The organisation and the course that it is about."""
    parts = [each.name for each in (survey.organisation, survey.course) if each is not None]
    return ", ".join(parts)


def change_words(change: Fraction | None) -> str:
    """Up 24 percentage points, from the exact shares."""
    if change is None:
        return ""
    points = percent(abs(change)).removesuffix("%")
    if change == 0:
        return "No change"
    return f"{'Up' if change > 0 else 'Down'} {points} percentage {'point' if points == '1' else 'points'}"


def follow_up_words(survey: KnowledgeSurvey) -> str:
    """When the follow-up is due."""
    due = survey.follow_up_due_on
    return f"Due {british_date(due)}" if due is not None else "No date set"
