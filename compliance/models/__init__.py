"""Tables of compliance, one module per noun."""

from compliance.models.checklist import AnswerRevision, Assessment, Edition, EditionItem, ItemAnswer
from compliance.models.plans import (
    Action,
    ActionPlan,
    ActionQuerySet,
    DueDateMove,
    Objective,
    PlanReviewer,
    ProgressEntry,
)
from compliance.models.replies import KeptReply
from compliance.models.reports import (
    Report,
    ReportRendition,
    ReportSchedule,
    ReportSection,
    ReportTemplate,
    ReportVersion,
    SectionRevision,
    TemplateSection,
)
from compliance.models.scrutiny import Recommendation, RecommendationProgress, ReviewHearing, ScrutinyReview

__all__ = [
    "Action",
    "ActionPlan",
    "ActionQuerySet",
    "AnswerRevision",
    "Assessment",
    "DueDateMove",
    "Edition",
    "EditionItem",
    "ItemAnswer",
    "KeptReply",
    "Objective",
    "PlanReviewer",
    "ProgressEntry",
    "Recommendation",
    "RecommendationProgress",
    "Report",
    "ReportRendition",
    "ReportSchedule",
    "ReportSection",
    "ReportTemplate",
    "ReportVersion",
    "ReviewHearing",
    "ScrutinyReview",
    "SectionRevision",
    "TemplateSection",
]
