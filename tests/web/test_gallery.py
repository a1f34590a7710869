"""The gallery shows every component that there is, so what is looked at and measured there is all of them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from prevent_portal.web.charts import Chart
from prevent_portal.web.components import Colour, RatingColour
from prevent_portal.web.gallery import COLOURS, examples
from prevent_portal.web.templatetags.govuk import register

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.browser.gallery_urls")]

PRINTED_BY_OTHERS = {"breadcrumbs", "error_summary", "govuk_fields", "rating", "table_row", "tag"}
"""Tags that the base template, a form, a table or ``cell`` prints; each is in the gallery."""
FOLDER = Path(settings.BASE_DIR) / "templates" / "components"


def test_the_gallery_shows_every_component_and_every_colour(client: Client, settings: object) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined] # the fixture's settings
    shown, sent = client.get("/components/"), client.post("/components/", {})
    assert (shown.status_code, sent.status_code) == (200, 200)
    used = {template.name or "" for page in (shown, sent) for template in page.templates}
    files = {f"components/{path.name}" for path in FOLDER.glob("*.html")}
    assert files - used == set()
    assert set(COLOURS) == set(get_args(Colour))
    assert {rating.colour for rating in shown.context["ratings"]} == set(get_args(RatingColour))
    values = examples(RequestFactory().get("/components/")).values()
    assert {type(value) for value in values if isinstance(value, get_args(Chart))} == set(get_args(Chart))


def test_the_gallery_shows_every_tag_of_the_library() -> None:
    source = (Path(settings.BASE_DIR) / "templates" / "web" / "gallery.html").read_text()
    assert {name for name in register.tags if f"{{% {name} " not in source} == PRINTED_BY_OTHERS
