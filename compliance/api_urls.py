"""API addresses of compliance, one list per noun."""

from django.urls.resolvers import URLPattern, URLResolver

plan_urls: list[URLPattern | URLResolver] = []
checklist_urls: list[URLPattern | URLResolver] = []
scrutiny_urls: list[URLPattern | URLResolver] = []
report_urls: list[URLPattern | URLResolver] = []

urlpatterns: list[URLPattern | URLResolver] = [*plan_urls, *checklist_urls, *scrutiny_urls, *report_urls]
