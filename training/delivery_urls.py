"""Addresses of sessions, facilitators, delivery plans, requests and surveys."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from training.views.delivery_plans import (
    DeliveryPlanAddPage,
    DeliveryPlanEditPage,
    DeliveryPlanEndPage,
    DeliveryPlanPage,
    DeliveryPlansCsvView,
    DeliveryPlansPage,
)
from training.views.facilitators import (
    FacilitatorAddPage,
    FacilitatorEditPage,
    FacilitatorPage,
    FacilitatorsCsvView,
    FacilitatorsPage,
)
from training.views.session_logs import (
    SessionLogAddPage,
    SessionLogCheckPage,
    SessionLogReceiptPage,
    SessionLogRefusedView,
)
from training.views.sessions import (
    SessionAddPage,
    SessionBookPage,
    SessionCancelPage,
    SessionDeliverPage,
    SessionEditPage,
    SessionPage,
    SessionsCsvView,
    SessionsPage,
    SessionsXlsxView,
)
from training.views.surveys import SurveyAddPage, SurveyPage, SurveysPage, SurveyWavePage
from training.views.training_requests import (
    OwnRequestAddPage,
    OwnRequestPage,
    OwnRequestsPage,
    RequestPage,
    RequestsPage,
)

_TRAINING = "c/<slug:council>/training/"
_SESSIONS, _SESSION = f"{_TRAINING}sessions/", f"{_TRAINING}sessions/<uuid:session_id>/"
_FACILITATORS = f"{_TRAINING}facilitators/"
_PLANS, _PLAN = f"{_TRAINING}delivery-plans/", f"{_TRAINING}delivery-plans/<uuid:delivery_plan_id>/"
_REQUESTS = f"{_TRAINING}requests/"
_SURVEYS = f"{_TRAINING}surveys/"
_OWN = "c/<slug:council>/training-requests/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_SESSIONS, SessionsPage.as_view(), name="training-sessions"),
    path(f"{_SESSIONS}sessions.csv", SessionsCsvView.as_view(), name="training-sessions-csv"),
    path(f"{_SESSIONS}sessions.xlsx", SessionsXlsxView.as_view(), name="training-sessions-xlsx"),
    path(f"{_SESSIONS}add/", SessionAddPage.as_view(), name="training-session-add"),
    path(f"{_SESSIONS}log/", SessionLogAddPage.as_view(), name="training-session-log"),
    path(
        f"{_SESSIONS}log/refused/<slug:token>/",
        SessionLogRefusedView.as_view(),
        name="training-session-log-refused",
    ),
    path(f"{_SESSIONS}log/<slug:token>/", SessionLogCheckPage.as_view(), name="training-session-log-check"),
    path(
        f"{_SESSIONS}log/<slug:token>/receipt/",
        SessionLogReceiptPage.as_view(),
        name="training-session-log-receipt",
    ),
    path(_SESSION, SessionPage.as_view(), name="training-session"),
    path(f"{_SESSION}edit/", SessionEditPage.as_view(), name="training-session-edit"),
    path(f"{_SESSION}book/", SessionBookPage.as_view(), name="training-session-book"),
    path(f"{_SESSION}cancel/", SessionCancelPage.as_view(), name="training-session-cancel"),
    path(f"{_SESSION}deliver/", SessionDeliverPage.as_view(), name="training-session-deliver"),
    path(_FACILITATORS, FacilitatorsPage.as_view(), name="facilitators"),
    path(f"{_FACILITATORS}facilitators.csv", FacilitatorsCsvView.as_view(), name="facilitators-csv"),
    path(f"{_FACILITATORS}add/", FacilitatorAddPage.as_view(), name="facilitator-add"),
    path(f"{_FACILITATORS}<uuid:facilitator_id>/", FacilitatorPage.as_view(), name="facilitator"),
    path(
        f"{_FACILITATORS}<uuid:facilitator_id>/edit/", FacilitatorEditPage.as_view(), name="facilitator-edit"
    ),
    path(_PLANS, DeliveryPlansPage.as_view(), name="delivery-plans"),
    path(f"{_PLANS}delivery-plans.csv", DeliveryPlansCsvView.as_view(), name="delivery-plans-csv"),
    path(f"{_PLANS}add/", DeliveryPlanAddPage.as_view(), name="delivery-plan-add"),
    path(_PLAN, DeliveryPlanPage.as_view(), name="delivery-plan"),
    path(f"{_PLAN}edit/", DeliveryPlanEditPage.as_view(), name="delivery-plan-edit"),
    path(f"{_PLAN}end/", DeliveryPlanEndPage.as_view(), name="delivery-plan-end"),
    path(_REQUESTS, RequestsPage.as_view(), name="training-requests"),
    path(f"{_REQUESTS}<uuid:request_id>/", RequestPage.as_view(), name="training-request"),
    path(_SURVEYS, SurveysPage.as_view(), name="knowledge-surveys"),
    path(f"{_SURVEYS}add/", SurveyAddPage.as_view(), name="knowledge-survey-add"),
    path(f"{_SURVEYS}<uuid:survey_id>/", SurveyPage.as_view(), name="knowledge-survey"),
    path(f"{_SURVEYS}<uuid:survey_id>/<slug:wave>/", SurveyWavePage.as_view(), name="knowledge-survey-wave"),
    path(_OWN, OwnRequestsPage.as_view(), name="own-training-requests"),
    path(f"{_OWN}add/", OwnRequestAddPage.as_view(), name="own-training-request-add"),
    path(f"{_OWN}<uuid:request_id>/", OwnRequestPage.as_view(), name="own-training-request"),
]
