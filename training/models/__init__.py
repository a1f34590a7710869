"""Tables of training, one module per noun."""

from training.models.courses import Course, Target
from training.models.returns import ExpectedReturn, ReturnGrant, ReturnReview, TrainingReturn
from training.models.uploads import ReturnUpload

__all__ = [
    "Course",
    "ExpectedReturn",
    "ReturnGrant",
    "ReturnReview",
    "ReturnUpload",
    "Target",
    "TrainingReturn",
]
