"""Addresses of meetings over the API."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships.api import meeting_records as records
from partnerships.api import meetings

_BOARD = "boards/<uuid:board_id>/"
_MEETING = "meetings/<uuid:meeting_id>/"
_ITEM = "agenda/<uuid:item_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("meetings/", meetings.MeetingsAPI.as_view(), name="api-meetings"),
    path(f"{_BOARD}meetings/", meetings.BoardMeetingsAPI.as_view(), name="api-board-meetings"),
    path(f"{_BOARD}attendance/", meetings.BoardAttendanceAPI.as_view(), name="api-board-attendance"),
    path(f"{_BOARD}decisions/", records.BoardDecisionsAPI.as_view(), name="api-board-decisions"),
    path(_MEETING, meetings.MeetingAPI.as_view(), name="api-meeting"),
    path(f"{_MEETING}cancel/", meetings.MeetingCancelAPI.as_view(), name="api-meeting-cancel"),
    path(f"{_MEETING}attendance/", meetings.MeetingAttendanceAPI.as_view(), name="api-meeting-attendance"),
    path(f"{_MEETING}agenda/", records.AgendaAPI.as_view(), name="api-agenda"),
    path(f"{_MEETING}decisions/", records.MeetingDecisionsAPI.as_view(), name="api-meeting-decisions"),
    path(f"{_MEETING}actions/", records.MeetingActionsAPI.as_view(), name="api-meeting-actions"),
    path(f"{_MEETING}minutes/", records.MinutesAPI.as_view(), name="api-minutes"),
    path(f"{_MEETING}minutes/approve/", records.MinutesApprovalAPI.as_view(), name="api-minutes-approve"),
    path(_ITEM, records.AgendaItemAPI.as_view(), name="api-agenda-item"),
    path(f"{_ITEM}carry/", records.AgendaCarryAPI.as_view(), name="api-agenda-carry"),
    path(f"{_ITEM}papers/", records.AgendaPapersAPI.as_view(), name="api-agenda-papers"),
    path("papers/<uuid:paper_id>/", records.PaperAPI.as_view(), name="api-paper"),
    path("decisions/<uuid:decision_id>/", records.MeetingDecisionAPI.as_view(), name="api-decision"),
]
