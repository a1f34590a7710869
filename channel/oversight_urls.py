"""Addresses of what is watched over: emergency readings, the access log, retention."""

from django.urls import path

from channel.views import access_log, break_glass, retention

urlpatterns = [
    path(
        "c/<slug:council>/channel/access-log/",
        access_log.AccessLogView.as_view(),
        name="channel-access-log",
    ),
    path(
        "c/<slug:council>/channel/break-glass/",
        break_glass.BreakGlassView.as_view(),
        name="channel-break-glass",
    ),
    path(
        "c/<slug:council>/channel/break-glass/uses/",
        break_glass.BreakGlassUsesView.as_view(),
        name="channel-break-glass-uses",
    ),
    path(
        "c/<slug:council>/channel/break-glass/uses/<uuid:use_id>/",
        break_glass.BreakGlassUseView.as_view(),
        name="channel-break-glass-use",
    ),
    path("c/<slug:council>/channel/retention/", retention.RetentionView.as_view(), name="channel-retention"),
    path(
        "c/<slug:council>/channel/retention/period/",
        retention.RetentionPeriodView.as_view(),
        name="channel-retention-period",
    ),
    path(
        "c/<slug:council>/channel/retention/<uuid:review_id>/",
        retention.RetentionReviewView.as_view(),
        name="channel-retention-review",
    ),
    path(
        "c/<slug:council>/channel/cases/<slug:reference>/hold/",
        retention.CaseHoldView.as_view(),
        name="channel-case-hold",
    ),
]
