"""Tables of training, one module per noun."""

from training.models.courses import Course, Target
from training.models.delivery_plans import DeliveryPlan
from training.models.drafts import ReturnDraft
from training.models.facilitators import Facilitator, FacilitatorCourse, FacilitatorStep
from training.models.improvement_plans import ImprovementMilestone, ImprovementNote, ImprovementPlan
from training.models.lines import LineSetting
from training.models.registers import RegisterFigure, RegisterPart, RegisterRow, StaffRegister
from training.models.returns import (
    ExpectedReturn,
    ReturnGrant,
    ReturnReview,
    ReviewAnswer,
    TrainingReturn,
)
from training.models.rounds import ReturnReminder, RoundExtension, RoundReturn, TrainingRound
from training.models.schools import SchoolDetail, SchoolTraining
from training.models.sessions import SessionOrganisation, SessionRecord, TrainingSession
from training.models.surveys import KnowledgeSurvey, SurveyAnswer, SurveyQuestion, SurveyWave
from training.models.training_requests import TrainingRequest
from training.models.uploads import ReturnUpload

__all__ = [
    "Course",
    "DeliveryPlan",
    "ExpectedReturn",
    "Facilitator",
    "FacilitatorCourse",
    "FacilitatorStep",
    "ImprovementMilestone",
    "ImprovementNote",
    "ImprovementPlan",
    "KnowledgeSurvey",
    "LineSetting",
    "RegisterFigure",
    "RegisterPart",
    "RegisterRow",
    "ReturnDraft",
    "ReturnGrant",
    "ReturnReminder",
    "ReturnReview",
    "ReturnUpload",
    "ReviewAnswer",
    "RoundExtension",
    "RoundReturn",
    "SchoolDetail",
    "SchoolTraining",
    "SessionOrganisation",
    "SessionRecord",
    "StaffRegister",
    "SurveyAnswer",
    "SurveyQuestion",
    "SurveyWave",
    "Target",
    "TrainingRequest",
    "TrainingReturn",
    "TrainingRound",
    "TrainingSession",
]
