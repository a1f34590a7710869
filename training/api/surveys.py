"""Knowledge surveys over the API, with what too few answered taken out."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prevent_portal.web.api import (
    IDEMPOTENCY_KEY,
    VERSIONED_ANSWERS,
    WRITE_ANSWERS,
    WritingAPIView,
    checked,
)
from prevent_portal.web.numbers import percent
from prevent_portal.web.pagination import Pagination
from training.access.delivery import survey_for
from training.enums import WaveKind
from training.models import KnowledgeSurvey
from training.permissions import TrainingPermission
from training.queries.sessions import courses, organisations
from training.queries.surveys import SurveyResult, WaveResult, change_words, results_of, surveys_of
from training.services.surveys import add_survey, record_wave

_READ, _WRITE = TrainingPermission.VIEW_SESSIONS, TrainingPermission.WRITE_SESSIONS


class SurveyAnswerSerializer(serializers.Serializer[Any]):
    question = serializers.UUIDField()
    low = serializers.IntegerField(allow_null=True)
    medium = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)
    confident = serializers.CharField(allow_blank=True, help_text="Printed share; empty where not shown.")


class SurveyWaveSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=WaveKind.choices)
    closed_on = serializers.DateField()
    invited = serializers.IntegerField(allow_null=True)
    responses = serializers.IntegerField(
        allow_null=True, help_text="null where fewer than 5 answered: nothing of the wave is shown then."
    )
    range = serializers.CharField()
    answers = SurveyAnswerSerializer(many=True)


class SurveyQuestionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    text = serializers.CharField()
    change = serializers.CharField(allow_blank=True, help_text="Empty unless both waves may be shown.")


class KnowledgeSurveySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    organisation = serializers.UUIDField(allow_null=True)
    course = serializers.CharField(allow_blank=True)
    follow_up_due_on = serializers.DateField(allow_null=True)
    questions = SurveyQuestionSerializer(many=True)
    waves = SurveyWaveSerializer(many=True)


class NewKnowledgeSurveySerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=160)
    organisation = serializers.UUIDField(required=False, allow_null=True, default=None)
    course = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    questions = serializers.ListField(child=serializers.CharField(max_length=200), max_length=20)
    follow_up_due_on = serializers.DateField(required=False, allow_null=True, default=None)


class SurveyCountsSerializer(serializers.Serializer[Any]):
    question = serializers.UUIDField()
    low = serializers.IntegerField(min_value=0, max_value=1_000_000)
    medium = serializers.IntegerField(min_value=0, max_value=1_000_000)
    high = serializers.IntegerField(min_value=0, max_value=1_000_000)


class NewSurveyWaveSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the survey, as you read it.")
    kind = serializers.ChoiceField(choices=WaveKind.choices)
    closed_on = serializers.DateField()
    invited = serializers.IntegerField(
        min_value=0, max_value=1_000_000, required=False, allow_null=True, default=None
    )
    responses = serializers.IntegerField(min_value=0, max_value=1_000_000)
    counts = SurveyCountsSerializer(many=True)


def _wave(result: SurveyResult, wave: WaveResult) -> dict[str, Any]:
    return {
        "kind": wave.kind,
        "closed_on": wave.closed_on,
        "invited": wave.invited,
        "responses": wave.responses if wave.is_shown else None,
        "range": wave.range_words,
        "answers": [
            {
                "question": question.pk,
                "low": each.low,
                "medium": each.medium,
                "high": each.high,
                "confident": percent(each.confident),
            }
            for question in result.questions
            if (each := wave.by_question.get(question.pk)) is not None
        ],
    }


def survey_data(result: SurveyResult) -> dict[str, Any]:
    """A survey as the API gives it: only what a reader of the page sees."""
    survey = result.survey
    names = ("id", "version", "title", "follow_up_due_on")
    return KnowledgeSurveySerializer(
        {
            **{name: getattr(survey, name) for name in names},
            "organisation": survey.organisation_id,
            "course": survey.course.slug if survey.course is not None else "",
            "questions": [
                {"id": each.pk, "text": each.text, "change": change_words(result.change(each.pk))}
                for each in result.questions
            ],
            "waves": [
                _wave(result, wave) for wave in (result.baseline, result.follow_up) if wave is not None
            ],
        }
    ).data


class _SurveyAPI(WritingAPIView):
    abstract = True

    def answer(self, survey_id: UUID) -> dict[str, Any]:
        """One survey as it stands."""
        survey = survey_for(self.access, survey_id)
        return survey_data(results_of(self.council, [survey])[0])


class KnowledgeSurveysAPI(_SurveyAPI):
    """The council's surveys, newest first."""

    permission = {"get": _READ, "post": _WRITE}
    pagination_class = Pagination

    @extend_schema(operation_id="knowledge_surveys", responses=KnowledgeSurveySerializer(many=True))
    def get(self, request: Request) -> Response:
        pages = Pagination()
        page: list[KnowledgeSurvey] = (
            pages.paginate_queryset(surveys_of(self.council), request, view=self) or []
        )
        return pages.get_paginated_response([survey_data(each) for each in results_of(self.council, page)])

    @extend_schema(
        operation_id="knowledge_survey_create",
        request=NewKnowledgeSurveySerializer,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: KnowledgeSurveySerializer, **WRITE_ANSWERS},
    )
    def post(self, request: Request) -> Response:
        given = checked(NewKnowledgeSurveySerializer, request)
        slug, key = given.pop("course"), given.pop("organisation")
        course = courses(self.council).filter(slug=slug).first() if slug else None
        if slug and course is None:
            raise exceptions.ValidationError({"course": ["There is no course of this name."]})
        organisation = next((each for each in organisations(self.council) if each.pk == key), None)
        if key is not None and organisation is None:
            raise exceptions.ValidationError({"organisation": ["This is no organisation of the council."]})

        def create() -> dict[str, Any]:
            made = add_survey(
                council=self.council,
                by=self.person,
                course=course,
                organisation=organisation,
                token=uuid4(),
                **given,
            )
            return self.answer(made.pk)

        return self.created_once(request, create)


class KnowledgeSurveyAPI(_SurveyAPI):
    """One survey."""

    permission = _READ

    @extend_schema(operation_id="knowledge_survey", responses=KnowledgeSurveySerializer)
    def get(self, request: Request, survey_id: UUID) -> Response:
        return Response(self.answer(survey_id))


class SurveyWavesAPI(_SurveyAPI):
    """Record or correct the numbers of one wave."""

    permission = _WRITE

    @extend_schema(
        operation_id="knowledge_survey_wave",
        request=NewSurveyWaveSerializer,
        responses={200: KnowledgeSurveySerializer, **VERSIONED_ANSWERS},
    )
    def post(self, request: Request, survey_id: UUID) -> Response:
        survey = survey_for(self.access, survey_id, _WRITE)
        given = checked(NewSurveyWaveSerializer, request)
        counts = {each["question"]: (each["low"], each["medium"], each["high"]) for each in given["counts"]}
        record_wave(survey=survey, by=self.person, **{**given, "counts": counts})
        return Response(self.answer(survey_id))
