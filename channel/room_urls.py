"""Addresses of panels, their meetings, and the files and figures of their chair."""

from django.urls import path

from channel.views import agendas, files, panels, performance, planning

_PANEL = "c/<slug:council>/channel/panels/<uuid:panel_id>/"
_MEETING = "c/<slug:council>/channel/meetings/<uuid:meeting_id>/"

urlpatterns = [
    path("c/<slug:council>/channel/panels/new/", panels.PanelFoundView.as_view(), name="channel-panel-found"),
    path(_PANEL, panels.PanelView.as_view(), name="channel-panel"),
    path(f"{_PANEL}seats/new/", panels.SeatNewView.as_view(), name="channel-seat-new"),
    path(
        "c/<slug:council>/channel/seats/<uuid:seat_id>/end/",
        panels.SeatEndView.as_view(),
        name="channel-seat-end",
    ),
    path(f"{_PANEL}statements/<slug:kind>/", panels.StatementView.as_view(), name="channel-statement"),
    path(f"{_PANEL}meetings/plan/", planning.MeetingsPlanView.as_view(), name="channel-meetings-plan"),
    path(f"{_PANEL}meetings/new/", planning.MeetingNewView.as_view(), name="channel-meeting-new"),
    path(f"{_MEETING}move/", planning.MeetingMoveView.as_view(), name="channel-meeting-move"),
    path(f"{_MEETING}cancel/", planning.MeetingCancelView.as_view(), name="channel-meeting-cancel"),
    path(f"{_MEETING}agenda/add/", agendas.AgendaAddView.as_view(), name="channel-agenda-add"),
    path(
        f"{_MEETING}agenda/<slug:reference>/",
        agendas.AgendaChangeView.as_view(),
        name="channel-agenda-change",
    ),
    path(f"{_MEETING}attendance/", agendas.AttendanceView.as_view(), name="channel-attendance"),
    path(f"{_MEETING}file/", files.MeetingFileView.as_view(), name="channel-meeting-file"),
    path(f"{_PANEL}figures/file/", files.FiguresFileView.as_view(), name="channel-figures-file"),
    path("c/<slug:council>/channel/files/<uuid:file_id>/", files.FileView.as_view(), name="channel-file"),
    path(
        "c/<slug:council>/channel/performance/",
        performance.PerformanceView.as_view(),
        name="channel-performance",
    ),
]
