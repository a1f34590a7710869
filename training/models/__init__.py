"""Tables of training, one module per noun."""

from training.models.courses import Course, Target
from training.models.improvement_plans import ImprovementMilestone, ImprovementNote, ImprovementPlan
from training.models.lines import LineSetting
from training.models.registers import RegisterFigure, RegisterPart, RegisterRow, StaffRegister
from training.models.returns import ExpectedReturn, ReturnGrant, ReturnReview, TrainingReturn
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
    "ReturnGrant",
    "ReturnReview",
    "ReturnUpload",
    "SchoolDetail",
    "SchoolTraining",
    "StaffRegister",
    "Target",
    "TrainingReturn",
]
