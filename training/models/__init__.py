"""Tables of training, one module per noun."""

from training.models.courses import Course, Target
from training.models.drafts import ReturnDraft
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
from training.models.uploads import ReturnUpload

__all__ = [
    "Course",
    "ExpectedReturn",
    "ImprovementMilestone",
    "ImprovementNote",
    "ImprovementPlan",
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
    "StaffRegister",
    "Target",
    "TrainingReturn",
    "TrainingRound",
]
