"""Addresses of meetings over the API."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships.api import meetings

_MEETING = "meetings/<uuid:meeting_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("meetings/", meetings.MeetingsAPI.as_view(), name="api-meetings"),
    path("boards/<uuid:board_id>/meetings/", meetings.BoardMeetingsAPI.as_view(), name="api-board-meetings"),
    path(_MEETING, meetings.MeetingAPI.as_view(), name="api-meeting"),
    path(f"{_MEETING}attendance/", meetings.MeetingAttendanceAPI.as_view(), name="api-meeting-attendance"),
]
