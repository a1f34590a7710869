"""Addresses of the API of boards."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships.api import boards as api

urlpatterns: list[URLPattern | URLResolver] = [
    path("boards/", api.BoardsAPI.as_view(), name="api-boards"),
    path("boards/<uuid:board_id>/", api.BoardAPI.as_view(), name="api-board"),
    path("boards/<uuid:board_id>/closing/", api.BoardClosingAPI.as_view(), name="api-board-closing"),
    path("boards/<uuid:board_id>/terms/", api.BoardTermsAPI.as_view(), name="api-board-terms"),
    path("boards/<uuid:board_id>/seats/", api.BoardSeatsAPI.as_view(), name="api-board-seats"),
    path("boards/<uuid:board_id>/councils/", api.BoardCouncilsAPI.as_view(), name="api-board-councils"),
    path("boards/<uuid:board_id>/leave/", api.BoardLeaveAPI.as_view(), name="api-board-leave"),
    path("seats/<uuid:seat_id>/", api.SeatAPI.as_view(), name="api-seat"),
    path("seats/<uuid:seat_id>/holders/", api.SeatHoldersAPI.as_view(), name="api-seat-holders"),
    path("seat-holders/<uuid:holder_id>/", api.SeatHolderAPI.as_view(), name="api-seat-holder"),
    path("board-invitations/", api.InvitationsAPI.as_view(), name="api-board-invitations"),
    path(
        "board-invitations/<uuid:participation_id>/",
        api.InvitationAPI.as_view(),
        name="api-board-invitation",
    ),
    path("governance/", api.GovernanceAPI.as_view(), name="api-governance"),
]
