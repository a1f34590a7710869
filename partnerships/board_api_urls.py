"""Addresses of the API of boards."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships.api import boards, joint_boards, seats

_BOARD = "boards/<uuid:board_id>"
_PARTICIPATION = "board-participations/<uuid:participation_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("boards/", boards.BoardsAPI.as_view(), name="api-boards"),
    path(f"{_BOARD}/", boards.BoardAPI.as_view(), name="api-board"),
    path(f"{_BOARD}/closing/", boards.BoardClosingAPI.as_view(), name="api-board-closing"),
    path(f"{_BOARD}/terms/", boards.BoardTermsAPI.as_view(), name="api-board-terms"),
    path(
        "board-terms/<uuid:terms_id>/review/",
        boards.BoardTermsReviewAPI.as_view(),
        name="api-board-terms-review",
    ),
    path(f"{_BOARD}/seats/", seats.BoardSeatsAPI.as_view(), name="api-board-seats"),
    path("seats/<uuid:seat_id>/", seats.SeatAPI.as_view(), name="api-seat"),
    path("seats/<uuid:seat_id>/end/", seats.SeatEndAPI.as_view(), name="api-seat-end"),
    path("seats/<uuid:seat_id>/holders/", seats.SeatHoldersAPI.as_view(), name="api-seat-holders"),
    path("seat-holders/<uuid:holder_id>/", seats.SeatHolderAPI.as_view(), name="api-seat-holder"),
    path("seat-holders/<uuid:holder_id>/end/", seats.SeatHolderEndAPI.as_view(), name="api-seat-holder-end"),
    path(f"{_BOARD}/councils/", joint_boards.BoardCouncilsAPI.as_view(), name="api-board-councils"),
    path(f"{_BOARD}/place/", joint_boards.BoardPlaceAPI.as_view(), name="api-board-place"),
    path(f"{_BOARD}/leave/", joint_boards.BoardLeaveAPI.as_view(), name="api-board-leave"),
    path(
        f"{_PARTICIPATION}/end/",
        joint_boards.ParticipationEndAPI.as_view(),
        name="api-board-participation-end",
    ),
    path(
        f"{_PARTICIPATION}/withdrawal/",
        joint_boards.ParticipationWithdrawalAPI.as_view(),
        name="api-board-participation-withdrawal",
    ),
    path("board-invitations/", joint_boards.InvitationsAPI.as_view(), name="api-board-invitations"),
    path(
        "board-invitations/<uuid:participation_id>/",
        joint_boards.InvitationAPI.as_view(),
        name="api-board-invitation",
    ),
    path("governance/", boards.GovernanceAPI.as_view(), name="api-governance"),
]
