from django.urls import include, path

from channel import views
from channel.views import figures

urlpatterns = [
    path("", include("channel.room_urls")),
    path("c/<slug:council>/channel/", views.MeetingsView.as_view(), name="channel-meetings"),
    path(
        "c/<slug:council>/channel/meetings/<uuid:meeting_id>/",
        views.MeetingView.as_view(),
        name="channel-meeting",
    ),
    path(
        "c/<slug:council>/channel/meetings/<uuid:meeting_id>/open/",
        views.MeetingOpenView.as_view(),
        name="channel-meeting-open",
    ),
    path(
        "c/<slug:council>/channel/meetings/<uuid:meeting_id>/close/",
        views.MeetingCloseView.as_view(),
        name="channel-meeting-close",
    ),
    path(
        "c/<slug:council>/channel/meetings/<uuid:meeting_id>/cases/new/",
        views.CaseCreateView.as_view(),
        name="channel-case-new",
    ),
    path(
        "c/<slug:council>/channel/panels/<uuid:panel_id>/acknowledgement/",
        views.AcknowledgeView.as_view(),
        name="channel-acknowledge",
    ),
    path(
        "c/<slug:council>/channel/cases/<slug:reference>/",
        views.CaseView.as_view(),
        name="channel-case",
    ),
    path(
        "c/<slug:council>/channel/cases/<slug:reference>/grants/",
        views.CaseGrantsView.as_view(),
        name="channel-case-grants",
    ),
    path("c/<slug:council>/channel/figures/", figures.FiguresView.as_view(), name="channel-figures"),
    path(
        "c/<slug:council>/channel/figures/releases/",
        figures.FigureReleasesView.as_view(),
        name="channel-figure-releases",
    ),
    path(
        "c/<slug:council>/channel/figures/releases/new/",
        figures.FiguresProposeView.as_view(),
        name="channel-figures-propose",
    ),
    path(
        "c/<slug:council>/channel/figures/releases/<uuid:release_id>/",
        figures.FigureReleaseView.as_view(),
        name="channel-figure-release",
    ),
    path(
        "c/<slug:council>/channel/figures/profiles/",
        figures.FigureProfileView.as_view(),
        name="channel-figure-profile",
    ),
]
