from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from training.api.courses import CourseAPI, CoursesAPI, TargetAPI, TargetsAPI
from training.api.drafts import DraftAPI, DraftsAPI, DraftSendAPI, ReturnAnswerAPI, ReturnReviewAPI
from training.api.expected_returns import ExpectedReturnAPI, ExpectedReturnsAPI
from training.api.grants import ReturnGrantEndAPI, ReturnGrantsAPI
from training.api.rounds import RoundAPI, RoundMoreTimeAPI, RoundRemindAPI, RoundReturnsAPI, RoundsAPI

_TRAINING = "c/<slug:council>/training/"
_ROUND = f"{_TRAINING}rounds/<uuid:round_id>/"
_RETURN = f"{_TRAINING}returns/<uuid:return_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_TRAINING}courses/", CoursesAPI.as_view(), name="api-training-courses"),
    path(f"{_TRAINING}courses/<uuid:course_id>/", CourseAPI.as_view(), name="api-training-course"),
    path(f"{_TRAINING}targets/", TargetsAPI.as_view(), name="api-training-targets"),
    path(f"{_TRAINING}targets/<uuid:target_id>/", TargetAPI.as_view(), name="api-training-target"),
    path(f"{_TRAINING}rounds/", RoundsAPI.as_view(), name="api-training-rounds"),
    path(_ROUND, RoundAPI.as_view(), name="api-training-round"),
    path(f"{_ROUND}returns/", RoundReturnsAPI.as_view(), name="api-training-round-returns"),
    path(f"{_ROUND}more-time/", RoundMoreTimeAPI.as_view(), name="api-training-round-more-time"),
    path(f"{_ROUND}remind/", RoundRemindAPI.as_view(), name="api-training-round-remind"),
    path(f"{_TRAINING}expected-returns/", ExpectedReturnsAPI.as_view(), name="api-training-expected-returns"),
    path(
        f"{_TRAINING}expected-returns/<uuid:expected_id>/",
        ExpectedReturnAPI.as_view(),
        name="api-training-expected-return",
    ),
    path(f"{_TRAINING}return-grants/", ReturnGrantsAPI.as_view(), name="api-training-return-grants"),
    path(
        f"{_TRAINING}return-grants/<uuid:grant_id>/end/",
        ReturnGrantEndAPI.as_view(),
        name="api-training-return-grant-end",
    ),
    path(f"{_TRAINING}drafts/", DraftsAPI.as_view(), name="api-training-drafts"),
    path(f"{_TRAINING}drafts/<uuid:draft_id>/", DraftAPI.as_view(), name="api-training-draft"),
    path(f"{_TRAINING}drafts/<uuid:draft_id>/send/", DraftSendAPI.as_view(), name="api-training-draft-send"),
    path(f"{_RETURN}review/", ReturnReviewAPI.as_view(), name="api-training-return-review"),
    path(f"{_RETURN}answer/", ReturnAnswerAPI.as_view(), name="api-training-return-answer"),
]
