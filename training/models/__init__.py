"""Tables of training, one module per noun."""

from training.models.courses import Course, Target
from training.models.improvement_plans import ImprovementMilestone, ImprovementNote, ImprovementPlan
from training.models.lines import LineSetting
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
    "ReturnGrant",
    "ReturnReview",
    "ReturnUpload",
    "SchoolDetail",
    "SchoolTraining",
    "Target",
    "TrainingReturn",
]
