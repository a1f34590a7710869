"""API addresses of sessions, facilitators, delivery plans, requests and surveys."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from training.api.delivery_plans import DeliveryPlanAPI, DeliveryPlanEndAPI, DeliveryPlansAPI
from training.api.facilitators import FacilitatorAPI, FacilitatorsAPI, FacilitatorStepsAPI
from training.api.session_logs import SessionLogAPI, SessionLogConfirmationAPI, SessionLogsAPI
from training.api.sessions import (
    TrainingSessionAPI,
    TrainingSessionBookingAPI,
    TrainingSessionCancellationAPI,
    TrainingSessionDeliveryAPI,
    TrainingSessionsAPI,
)
from training.api.surveys import KnowledgeSurveyAPI, KnowledgeSurveysAPI, SurveyWavesAPI
from training.api.training_requests import (
    OwnTrainingRequestAPI,
    OwnTrainingRequestsAPI,
    OwnTrainingRequestWithdrawalAPI,
    TrainingRequestAnswerAPI,
    TrainingRequestAPI,
    TrainingRequestsAPI,
)

_TRAINING = "c/<slug:council>/training/"
_SESSION = f"{_TRAINING}sessions/<uuid:session_id>/"
_FACILITATOR = f"{_TRAINING}facilitators/<uuid:facilitator_id>/"
_PLAN = f"{_TRAINING}delivery-plans/<uuid:delivery_plan_id>/"
_REQUEST = f"{_TRAINING}requests/<uuid:request_id>/"
_SURVEY = f"{_TRAINING}surveys/<uuid:survey_id>/"
_OWN = "c/<slug:council>/training-requests/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_TRAINING}sessions/", TrainingSessionsAPI.as_view(), name="api-training-sessions"),
    path(f"{_TRAINING}session-logs/", SessionLogsAPI.as_view(), name="api-training-session-logs"),
    path(f"{_TRAINING}session-logs/<slug:token>/", SessionLogAPI.as_view(), name="api-training-session-log"),
    path(
        f"{_TRAINING}session-logs/<slug:token>/confirm/",
        SessionLogConfirmationAPI.as_view(),
        name="api-training-session-log-confirm",
    ),
    path(_SESSION, TrainingSessionAPI.as_view(), name="api-training-session"),
    path(f"{_SESSION}book/", TrainingSessionBookingAPI.as_view(), name="api-training-session-book"),
    path(f"{_SESSION}cancel/", TrainingSessionCancellationAPI.as_view(), name="api-training-session-cancel"),
    path(f"{_SESSION}deliver/", TrainingSessionDeliveryAPI.as_view(), name="api-training-session-deliver"),
    path(f"{_TRAINING}facilitators/", FacilitatorsAPI.as_view(), name="api-facilitators"),
    path(_FACILITATOR, FacilitatorAPI.as_view(), name="api-facilitator"),
    path(f"{_FACILITATOR}steps/", FacilitatorStepsAPI.as_view(), name="api-facilitator-steps"),
    path(f"{_TRAINING}delivery-plans/", DeliveryPlansAPI.as_view(), name="api-delivery-plans"),
    path(_PLAN, DeliveryPlanAPI.as_view(), name="api-delivery-plan"),
    path(f"{_PLAN}end/", DeliveryPlanEndAPI.as_view(), name="api-delivery-plan-end"),
    path(f"{_TRAINING}requests/", TrainingRequestsAPI.as_view(), name="api-training-requests"),
    path(_REQUEST, TrainingRequestAPI.as_view(), name="api-training-request"),
    path(f"{_REQUEST}answer/", TrainingRequestAnswerAPI.as_view(), name="api-training-request-answer"),
    path(f"{_TRAINING}surveys/", KnowledgeSurveysAPI.as_view(), name="api-knowledge-surveys"),
    path(_SURVEY, KnowledgeSurveyAPI.as_view(), name="api-knowledge-survey"),
    path(f"{_SURVEY}waves/", SurveyWavesAPI.as_view(), name="api-knowledge-survey-waves"),
    path(_OWN, OwnTrainingRequestsAPI.as_view(), name="api-own-training-requests"),
    path(f"{_OWN}<uuid:request_id>/", OwnTrainingRequestAPI.as_view(), name="api-own-training-request"),
    path(
        f"{_OWN}<uuid:request_id>/withdraw/",
        OwnTrainingRequestWithdrawalAPI.as_view(),
        name="api-own-training-request-withdraw",
    ),
]
