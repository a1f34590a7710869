"""Addresses of boards, seats, joint boards and the governance picture."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships.views import boards, governance, joint_boards, seats

_ROOM = "c/<slug:council>/partnership"
_BOARD = f"{_ROOM}/boards/<uuid:board_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_ROOM}/boards/", boards.BoardsView.as_view(), name="boards"),
    path(f"{_ROOM}/boards/boards.csv", boards.BoardsCsv.as_view(), name="boards-csv"),
    path(f"{_ROOM}/boards/add/", boards.BoardAddPage.as_view(), name="board-add"),
    path(f"{_BOARD}/", boards.BoardPage.as_view(), name="board"),
    path(f"{_BOARD}/change/", boards.BoardChangePage.as_view(), name="board-change"),
    path(f"{_BOARD}/close/", boards.BoardClosePage.as_view(), name="board-close"),
    path(f"{_BOARD}/terms/", boards.TermsAddPage.as_view(), name="board-terms"),
    path(f"{_BOARD}/seats/add/", seats.SeatAddPage.as_view(), name="seat-add"),
    path(f"{_BOARD}/invite/", joint_boards.CouncilInvitePage.as_view(), name="board-invite"),
    path(f"{_BOARD}/place/", boards.BoardPlacePage.as_view(), name="board-place"),
    path(f"{_BOARD}/leave/", joint_boards.LeavePage.as_view(), name="joint-leave"),
    path(
        f"{_ROOM}/terms/<uuid:terms_id>/review/", boards.TermsReviewPage.as_view(), name="board-terms-review"
    ),
    path(f"{_ROOM}/seats/<uuid:seat_id>/change/", seats.SeatChangePage.as_view(), name="seat-change"),
    path(f"{_ROOM}/seats/<uuid:seat_id>/end/", seats.SeatEndPage.as_view(), name="seat-end"),
    path(f"{_ROOM}/seats/<uuid:seat_id>/holders/add/", seats.HolderAddPage.as_view(), name="seat-holder-add"),
    path(
        f"{_ROOM}/holders/<uuid:holder_id>/change/",
        seats.HolderChangePage.as_view(),
        name="seat-holder-change",
    ),
    path(
        f"{_ROOM}/participations/<uuid:participation_id>/end/",
        joint_boards.ParticipationEndPage.as_view(),
        name="participation-end",
    ),
    path(
        f"{_ROOM}/invitations/<uuid:participation_id>/",
        joint_boards.InvitationPage.as_view(),
        name="joint-invitation",
    ),
    path(f"{_ROOM}/governance/", governance.GovernancePage.as_view(), name="governance"),
]
