from django.urls import path

from prevent_portal.web.gallery import ComponentGallery
from prevent_portal.web.health import health
from prevent_portal.web.information import (
    AccessibilityPage,
    CookiesPage,
    GlossaryPage,
    InformationView,
    PrivacyPage,
    security_txt,
)
from prevent_portal.web.search_page import SearchPage

urlpatterns = [
    path("health/", health, name="health"),
    path("components/", ComponentGallery.as_view(), name="components"),
    path("c/<slug:council>/search/", SearchPage.as_view(), name="search"),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("help/", InformationView.as_view(template_name="information/help.html"), name="help"),
    path("glossary/", GlossaryPage.as_view(), name="glossary"),
    path("accessibility/", AccessibilityPage.as_view(), name="accessibility"),
    path("privacy/", PrivacyPage.as_view(), name="privacy"),
    path("cookies/", CookiesPage.as_view(), name="cookies"),
]
