"""Addresses of committee reports."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from compliance.views import (
    publications,
    published,
    report_files,
    report_sections,
    report_steps,
    reports,
    sign_offs,
)

report_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/reports/", reports.ReportsPage.as_view(), name="reports"),
    path("c/<slug:council>/reports/archive/", publications.ArchivePage.as_view(), name="report-archive"),
    path("c/<slug:council>/reports/<uuid:report_id>/", reports.ReportPage.as_view(), name="report"),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/preview/",
        reports.PreviewPage.as_view(),
        name="report-preview",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/header/",
        reports.HeaderPage.as_view(),
        name="report-header",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/sections/<uuid:section_id>/",
        report_sections.SectionPage.as_view(),
        name="report-section",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/freeze/",
        report_steps.FreezePage.as_view(),
        name="report-freeze",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/thaw/", report_steps.ThawPage.as_view(), name="report-thaw"
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/final/",
        report_steps.FinalPage.as_view(),
        name="report-final",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/correct/",
        report_steps.CorrectPage.as_view(),
        name="report-correct",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/changes/",
        report_steps.ChangesPage.as_view(),
        name="report-changes",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/sign-off/<int:position>/",
        sign_offs.SignatoryPage.as_view(),
        name="report-signatory",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/hand-in/",
        sign_offs.HandInPage.as_view(),
        name="report-hand-in",
    ),
    path("c/<slug:council>/reports/<uuid:report_id>/sign/", sign_offs.SignPage.as_view(), name="report-sign"),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/send-back/",
        sign_offs.SendBackPage.as_view(),
        name="report-send-back",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/publish/",
        publications.PublishPage.as_view(),
        name="report-publish",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/withdraw/",
        publications.WithdrawPage.as_view(),
        name="report-withdraw",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/files/",
        report_files.FilesRequestPage.as_view(),
        name="report-files",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/versions/<int:number>/",
        report_files.VersionPage.as_view(),
        name="report-version",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/version-<int:number>.<slug:file_format>",
        report_files.FileView.as_view(),
        name="report-file",
    ),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/version-<int:number>-exempt.<slug:file_format>",
        report_files.ExemptFileView.as_view(),
        name="report-exempt-file",
    ),
    path("published/<slug:council>/", published.PublishedPage.as_view(), name="published"),
    path(
        "published/<slug:council>/<slug:committee>/<slug:period>/",
        published.PublishedReportPage.as_view(),
        name="published-report",
    ),
    path(
        "published/<slug:council>/<slug:committee>/<slug:period>/<int:ordinal>/",
        published.PublishedReportPage.as_view(),
        name="published-edition",
    ),
    path(
        "published/<slug:council>/<slug:committee>/<slug:period>/<int:ordinal>/report.pdf",
        published.PublishedFile.as_view(),
        name="published-file",
    ),
]
