"""Addresses of committee reports."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from compliance.views import report_sections, reports

report_urls: list[URLPattern | URLResolver] = [
    path("c/<slug:council>/reports/", reports.ReportsPage.as_view(), name="reports"),
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
        reports.FreezePage.as_view(),
        name="report-freeze",
    ),
    path("c/<slug:council>/reports/<uuid:report_id>/thaw/", reports.ThawPage.as_view(), name="report-thaw"),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/final/",
        reports.FinalPage.as_view(),
        name="report-final",
    ),
    path("c/<slug:council>/reports/<uuid:report_id>/pdf/", reports.PdfPage.as_view(), name="report-pdf"),
    path(
        "c/<slug:council>/reports/<uuid:report_id>/version-<int:number>.pdf",
        reports.DocumentView.as_view(),
        name="report-document",
    ),
]
