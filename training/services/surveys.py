"""Keep surveys of knowledge: the questions once, then the counts of the baseline and of the follow-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from partnerships.models import Organisation
from partnerships.services.versions import changed_fields, require_version, take_turns
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.refusals import PolicyError, check_same_sending
from training.enums import WaveKind
from training.models import Course, KnowledgeSurvey, SurveyAnswer, SurveyQuestion, SurveyWave
from training.policies.courses import check_course_of
from training.policies.reasons import check_reason
from training.policies.surveys import check_survey, check_wave

Counts = tuple[int, int, int]
"""How many answered low, medium and high."""


def add_survey(
    *,
    council: Council,
    by: User | None,
    title: str,
    organisation: Organisation | None = None,
    course: Course | None = None,
    questions: Sequence[str],
    follow_up_due_on: date | None = None,
    token: UUID | None = None,
) -> KnowledgeSurvey:
    """Add a survey of an organisation or a course. Its questions stay, or two waves could not be compared.

    Raises:
        PolicyError: without a title, for a survey of nothing, without questions, or with one asked twice.
    """
    asked = [text.strip() for text in questions if text.strip()]
    with transaction.atomic():
        take_turns(council, token)
        if token is not None:
            sent = KnowledgeSurvey.objects.filter(council=council, token=token).first()
            if sent is not None:
                check_same_sending(same_thing=True, same_person=by is None or sent.created_by_id == by.pk)
                return sent
        check_reason(title, "Enter a title.")
        check_course_of(council, course)
        check_survey(organisation, course, asked)
        made = KnowledgeSurvey.objects.create(
            council=council,
            title=title.strip(),
            organisation=organisation,
            course=course,
            follow_up_due_on=follow_up_due_on,
            created_by=by,
            token=token,
        )
        SurveyQuestion.objects.bulk_create(
            SurveyQuestion(council=council, survey=made, position=place, text=text)
            for place, text in enumerate(asked, start=1)
        )
        record(action="training.survey_added", subject=made, details={"questions": len(asked)})
    return made


def record_wave(
    *,
    survey: KnowledgeSurvey,
    by: User | None,
    version: int,
    kind: str,
    closed_on: date,
    invited: int | None,
    responses: int,
    counts: Mapping[UUID, Counts],
) -> SurveyWave:
    """Record the baseline or the follow-up of a survey, or correct it.

    Args:
        invited: None where it is not known.
        counts: low, medium and high by question; every question of the survey.

    Raises:
        StaleVersion: if somebody saved since ``version``.
        PolicyError: for a follow-up without a baseline or before it, for a question without counts, and for
            numbers that cannot be or are recorded already.
    """
    with transaction.atomic():
        locked = (
            KnowledgeSurvey.objects.select_for_update(no_key=True, of=("self",))
            .select_related("council")
            .get(council=survey.council_id, pk=survey.pk)
        )
        require_version(locked, version, {}, {})
        questions = list(SurveyQuestion.objects.filter(council=locked.council_id, survey=locked))
        if {question.pk for question in questions} != set(counts):
            raise PolicyError("Enter the counts of every question.")
        waves = {
            wave.kind: wave for wave in SurveyWave.objects.filter(council=locked.council_id, survey=locked)
        }
        baseline = waves.get(WaveKind.BASELINE)
        if kind == WaveKind.FOLLOW_UP and baseline is None:
            raise PolicyError("Record the baseline first.")
        follow_up = waves.get(WaveKind.FOLLOW_UP)
        if kind == WaveKind.BASELINE and follow_up is not None and closed_on >= follow_up.closed_on:
            raise PolicyError("The baseline closes before the follow-up.")
        check_wave(
            invited=invited,
            responses=responses,
            counts=list(counts.values()),
            closed_on=closed_on,
            baseline_on=baseline.closed_on if kind == WaveKind.FOLLOW_UP and baseline else None,
            today=timezone.localdate(),
        )
        given = {
            "closed_on": closed_on,
            "invited": invited,
            "responses": responses,
            "recorded_at": timezone.now(),
            "recorded_by": by,
        }
        wave = waves.get(kind)
        corrects = wave is not None
        changed = _corrected(wave, given, counts) if wave is not None else []
        if corrects and not changed:
            raise PolicyError("These are the numbers that are recorded already.")
        if wave is None:
            wave = SurveyWave.objects.create(council=locked.council, survey=locked, kind=kind, **given)
        else:
            for name, value in given.items():
                setattr(wave, name, value)
            wave.save(update_fields=list(given))
            SurveyAnswer.objects.filter(council=locked.council_id, wave=wave).delete()
        SurveyAnswer.objects.bulk_create(
            SurveyAnswer(
                council=locked.council, wave=wave, question_id=key, low=each[0], medium=each[1], high=each[2]
            )
            for key, each in counts.items()
        )
        locked.version += 1
        locked.save(update_fields=["version"])
        word = "corrected" if corrects else "recorded"
        details = {"wave": kind, **({"fields": changed} if corrects else {})}
        record(action=f"training.survey_wave_{word}", subject=locked, details=details)
    return wave


def _corrected(wave: SurveyWave, given: Mapping[str, Any], counts: Mapping[UUID, Counts]) -> list[str]:
    """Names of what a correction changes; the numbers themselves stay out of the audit trail (AL-3)."""
    answers = SurveyAnswer.objects.filter(council=wave.council_id, wave=wave)
    before = {each.question_id: (each.low, each.medium, each.high) for each in answers}
    changed = changed_fields(wave, {name: given[name] for name in ("closed_on", "invited", "responses")})
    return [*changed, *(["answers"] if before != dict(counts) else [])]
