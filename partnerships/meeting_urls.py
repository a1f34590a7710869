"""Addresses of meetings and of what they record."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from partnerships.views import board_meetings, meetings
from partnerships.views import meeting_records as records

_ROOM = "c/<slug:council>/partnership"
_BOARD = f"{_ROOM}/boards/<uuid:board_id>/meetings"
_MEETING = f"{_ROOM}/meetings/<uuid:meeting_id>"
_ITEM = f"{_ROOM}/agenda/<uuid:item_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_ROOM}/meetings/", meetings.MeetingsPage.as_view(), name="meetings"),
    path(f"{_ROOM}/meetings/meetings.csv", meetings.MeetingsCsv.as_view(), name="meetings-csv"),
    path(f"{_BOARD}/", board_meetings.BoardMeetingsPage.as_view(), name="board-meetings"),
    path(f"{_BOARD}/attendance.csv", board_meetings.AttendanceCsv.as_view(), name="attendance-csv"),
    path(f"{_BOARD}/decisions.csv", board_meetings.DecisionsCsv.as_view(), name="decisions-csv"),
    path(f"{_BOARD}/plan/", board_meetings.MeetingsPlanPage.as_view(), name="meetings-plan"),
    path(f"{_BOARD}/add/", board_meetings.MeetingAddPage.as_view(), name="meeting-add"),
    path(f"{_BOARD}/arrange/", board_meetings.ArrangementsPage.as_view(), name="meetings-arrange"),
    path(f"{_MEETING}/", meetings.MeetingPage.as_view(), name="meeting"),
    path(f"{_MEETING}/change/", meetings.MeetingChangePage.as_view(), name="meeting-change"),
    path(f"{_MEETING}/cancel/", meetings.MeetingCancelPage.as_view(), name="meeting-cancel"),
    path(f"{_MEETING}/attendance/", meetings.AttendancePage.as_view(), name="meeting-attendance"),
    path(f"{_MEETING}/items/add/", records.AgendaAddPage.as_view(), name="agenda-add"),
    path(f"{_MEETING}/decisions/add/", records.DecisionAddPage.as_view(), name="decision-add"),
    path(f"{_MEETING}/actions/add/", records.MeetingActionPage.as_view(), name="meeting-action"),
    path(f"{_MEETING}/minutes/", records.MinutesPage.as_view(), name="meeting-minutes"),
    path(f"{_MEETING}/minutes/approve/", records.MinutesApprovePage.as_view(), name="minutes-approve"),
    path(f"{_MEETING}/pack/", records.PackPage.as_view(), name="meeting-pack"),
    path(f"{_ITEM}/change/", records.AgendaChangePage.as_view(), name="agenda-change"),
    path(f"{_ITEM}/remove/", records.AgendaRemove.as_view(), name="agenda-remove"),
    path(f"{_ITEM}/carry/", records.AgendaCarry.as_view(), name="agenda-carry"),
    path(f"{_ITEM}/papers/add/", records.PaperAddPage.as_view(), name="paper-add"),
    path(f"{_ROOM}/papers/<uuid:paper_id>/remove/", records.PaperRemove.as_view(), name="paper-remove"),
    path(
        f"{_ROOM}/decisions/<uuid:decision_id>/change/",
        records.DecisionChangePage.as_view(),
        name="decision-change",
    ),
    path(f"{_ROOM}/packs/<uuid:file_id>/", records.PackDownload.as_view(), name="pack-download"),
]
