"""Tables of compliance, one module per noun."""

from compliance.models.checklist import AnswerAction, AnswerRevision, AnswerStep, Assessment, ItemAnswer
from compliance.models.consultations import Consultation, SectionComment
from compliance.models.editions import Edition, EditionItem, LocalItem, PromptEdit
from compliance.models.extensions import ExtensionRequest
from compliance.models.origins import AnswerOrigin
from compliance.models.plan_reviews import PlanReview, PlanVersion
from compliance.models.plan_workbook import PlanUpload
from compliance.models.plans import (
    Action,
    ActionLead,
    ActionPlan,
    ActionQuerySet,
    DueDateMove,
    Objective,
    PlanReviewer,
    ProgressEntry,
)
from compliance.models.positions import CouncilPosition, KeptPosition
from compliance.models.publications import Publication
from compliance.models.reports import (
    CommitteeMeeting,
    Report,
    ReportRendition,
    ReportSchedule,
    ReportSection,
    ReportTemplate,
    ReportVersion,
    SectionRevision,
    TemplateSection,
)
from compliance.models.risks import (
    Risk,
    RiskAction,
    RiskAssessment,
    RiskQuerySet,
    RiskReader,
    RiskReaderQuerySet,
    RiskSource,
    RiskSummary,
)
from compliance.models.scrutiny import (
    Recommendation,
    RecommendationAction,
    RecommendationImport,
    RecommendationLead,
    RecommendationProgress,
    ReviewHearing,
    ReviewSeat,
    ScrutinyReview,
)
from compliance.models.sharing import PlanShare, RiskShare
from compliance.models.sign_offs import SignOff

__all__ = [
    "Action",
    "ActionLead",
    "ActionPlan",
    "ActionQuerySet",
    "AnswerAction",
    "AnswerOrigin",
    "AnswerRevision",
    "AnswerStep",
    "Assessment",
    "CommitteeMeeting",
    "Consultation",
    "CouncilPosition",
    "DueDateMove",
    "Edition",
    "EditionItem",
    "ExtensionRequest",
    "ItemAnswer",
    "KeptPosition",
    "LocalItem",
    "Objective",
    "PlanReview",
    "PlanReviewer",
    "PlanShare",
    "PlanUpload",
    "PlanVersion",
    "ProgressEntry",
    "PromptEdit",
    "Publication",
    "Recommendation",
    "RecommendationAction",
    "RecommendationImport",
    "RecommendationLead",
    "RecommendationProgress",
    "Report",
    "ReportRendition",
    "ReportSchedule",
    "ReportSection",
    "ReportTemplate",
    "ReportVersion",
    "ReviewHearing",
    "ReviewSeat",
    "Risk",
    "RiskAction",
    "RiskAssessment",
    "RiskQuerySet",
    "RiskReader",
    "RiskReaderQuerySet",
    "RiskShare",
    "RiskSource",
    "RiskSummary",
    "ScrutinyReview",
    "SectionComment",
    "SectionRevision",
    "SignOff",
    "TemplateSection",
]
