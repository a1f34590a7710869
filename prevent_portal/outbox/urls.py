from django.urls import path

from prevent_portal.outbox.views import inbox, jobs, reminder_settings, sent_log

urlpatterns = [
    path("inbox/", inbox.InboxPage.as_view(), name="inbox"),
    path("inbox/read/", inbox.InboxReadView.as_view(), name="inbox-read"),
    path("inbox/<uuid:notice_id>/open/", inbox.NoticeOpenView.as_view(), name="notice-open"),
    path("account/reminders/", reminder_settings.ReminderSettingsPage.as_view(), name="reminder-settings"),
    path("c/<slug:council>/settings/reminders/", sent_log.SentLogPage.as_view(), name="sent-log"),
    path(
        "c/<slug:council>/settings/reminders/overdue/",
        sent_log.EscalationRulePage.as_view(),
        name="escalation-rule",
    ),
    path("c/<slug:council>/jobs/<uuid:job_id>/", jobs.JobView.as_view(), name="job"),
    path("c/<slug:council>/jobs/<uuid:job_id>.json", jobs.JobStateView.as_view(), name="job-state"),
]
