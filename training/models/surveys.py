"""What staff said they knew before training and after it: counts only, never a person's answers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.models import Organisation
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import CouncilOwned
from training.enums import WaveKind
from training.models.courses import Course


class KnowledgeSurvey(CouncilOwned):
    """A survey of an organisation's staff, or of those who took a course, asked before and after."""

    title = models.CharField(max_length=160)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="+")
    follow_up_due_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    token = models.UUIDField(
        null=True, help_text="Of the form it was sent with: sent twice, it happens once."
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["council", "-created_at"], name="survey_council_created")]
        constraints = [
            models.UniqueConstraint(fields=["council", "token"], name="survey_token_is_used_once"),
            models.CheckConstraint(
                name="survey_is_of_an_organisation_or_a_course",
                condition=Q(organisation__isnull=False) | Q(course__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SurveyQuestion(CouncilOwned):
    """A question of a survey; the same before and after, or the two could not be compared."""

    survey = models.ForeignKey(KnowledgeSurvey, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["council", "survey", "position"], name="survey_question_once")
        ]

    def __str__(self) -> str:
        return self.text


class SurveyWave(CouncilOwned):
    """The baseline or the follow-up of a survey: how many were asked, and how many answered."""

    survey = models.ForeignKey(KnowledgeSurvey, models.CASCADE, related_name="waves")
    kind = models.CharField(max_length=10, choices=WaveKind.choices)
    closed_on = models.DateField()
    invited = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: not known.")
    responses = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["council", "survey", "kind"], name="survey_wave_once"),
            models.CheckConstraint(
                name="survey_wave_answered_by_the_invited",
                condition=Q(invited__isnull=True) | Q(responses__lte=F("invited")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.kind}"


class SurveyAnswer(CouncilOwned):
    """How many answered a question with low, medium or high confidence."""

    wave = models.ForeignKey(SurveyWave, models.CASCADE, related_name="answers")
    question = models.ForeignKey(SurveyQuestion, models.CASCADE, related_name="+")
    low = models.PositiveIntegerField()
    medium = models.PositiveIntegerField()
    high = models.PositiveIntegerField()

    class Meta:
        ordering = ["question__position"]
        constraints = [
            models.UniqueConstraint(fields=["council", "wave", "question"], name="survey_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.low}, {self.medium}, {self.high}"
