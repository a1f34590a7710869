"""What opens a door is in no log (RC-6)."""

from __future__ import annotations

import datetime as dt
import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from gunicorn.config import Config

from prevent_portal import gunicorn
from prevent_portal.web.secret_addresses import AccessLog, SecretsLeftOut, without_secret

SECRET = "s3cret-Part_of-the-link-that-opens-it-00000"
INVITATION = f"/invitation/barnet/{SECRET}/"
CALENDAR = f"/calendar/{SECRET}.ics"
RESET = "/accounts/password/reset/1z-d4k3xy-0123456789abcdef0123456789abcdef/"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (INVITATION, "/invitation/barnet/[secret]/"),
        (CALENDAR, "/calendar/[secret].ics"),
        (RESET, "/accounts/password/reset/[secret]/"),
        ("/accounts/password/reset/sent/", "/accounts/password/reset/sent/"),
        ("/accounts/password/reset/", "/accounts/password/reset/"),
        ("Not Found: /c/barnet/channel/cases/K7Q4-MZ2R/", "Not Found: /c/barnet/channel/[hidden]"),
        ('"GET /c/barnet/channel/access-log/?reference=K7Q4 1.1"', '"GET /c/barnet/channel/[hidden] 1.1"'),
        ("/c/barnet/channel/", "/c/barnet/channel/"),
        ("/c/barnet/settings/people/invite/", "/c/barnet/settings/people/invite/"),
        ("GET /c/barnet/search/?q=Ann+O'Neill HTTP/1.1", "GET /c/barnet/search/?[hidden] HTTP/1.1"),
        ("/api/v1/c/barnet/search/?q=Ann", "/api/v1/c/barnet/search/?[hidden]"),
        (
            "/accounts/login/?next=/c/barnet/search/%3Fq%3DAnn",
            "/accounts/login/?next=/c/barnet/search/%3F[hidden]",
        ),
        (
            "/accounts/login/?why=idle&next=%2Fc%2Fbarnet%2Fsearch%2F%3Fq%3DAnn",
            "/accounts/login/?why=idle&next=%2Fc%2Fbarnet%2Fsearch%2F%3F[hidden]",
        ),
        (
            "/accounts/login/?next=%2Fc%2Fbarnet%2Fchannel%2Fcases%2FK7Q4%2F&why=idle",
            "/accounts/login/?next=%2Fc%2Fbarnet%2Fchannel%2F[hidden]&why=idle",
        ),
        ("/c/barnet/research/?year=2026", "/c/barnet/research/?year=2026"),
        ("/c/barnet/actions/?text=Ann+Other&page=2", "/c/barnet/actions/?text=[hidden]&page=2"),
        ("/c/barnet/partnership/?kind=nhs&q=Ann", "/c/barnet/partnership/?kind=nhs&q=[hidden]"),
        ("/c/barnet/plans/?context=all", "/c/barnet/plans/?context=all"),
        (
            "/accounts/login/?next=%2Fc%2Fbarnet%2Fevidence%2F%3Ftext%3DAnn%26page%3D2&why=idle",
            "/accounts/login/?next=%2Fc%2Fbarnet%2Fevidence%2F%3Ftext%3D[hidden]&why=idle",
        ),
    ],
)
def test_only_the_secret_part_is_left_out(path: str, shown: str) -> None:
    assert without_secret(path) == shown


def test_the_addresses_that_are_watched_are_the_ones_that_exist() -> None:
    assert reverse("invitation", args=["barnet", SECRET]) == INVITATION
    assert reverse("calendar", args=[SECRET]) == CALENDAR
    assert reverse("account_reset_password_from_key", args=["1z", RESET.split("-", 1)[1][:-1]]) == RESET


def test_the_console_leaves_secrets_out(capsys: pytest.CaptureFixture[str]) -> None:
    configured: Any = settings.LOGGING
    assert configured["handlers"]["console"]["filters"] == ["secrets"]
    assert configured["filters"]["secrets"]["()"] == f"{SecretsLeftOut.__module__}.SecretsLeftOut"
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Gone: %s", (INVITATION,), None)
    assert SecretsLeftOut().filter(record)
    assert record.getMessage() == "Gone: /invitation/barnet/[secret]/"


def test_the_web_server_s_log_leaves_secrets_out() -> None:
    assert gunicorn.logger_class == f"{AccessLog.__module__}.AccessLog"
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": RESET,
        "PATH_INFO": INVITATION,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://portal.example{INVITATION}",
    }
    answer = SimpleNamespace(status="200 OK", headers=[], sent=1)
    atoms = AccessLog(Config()).atoms(answer, SimpleNamespace(headers=[]), environ, dt.timedelta(0))
    assert atoms["U"] == "/invitation/barnet/[secret]/"
    assert SECRET not in str(atoms)
    assert "d4k3xy" not in str(atoms)


def test_the_web_server_s_log_leaves_out_what_was_searched_for() -> None:
    for path in ("/c/barnet/search/", "/c/barnet/search", "/api/v1/c/barnet/search/"):
        environ = {
            "REQUEST_METHOD": "GET",
            "RAW_URI": f"{path}?q=Ann+Other",
            "PATH_INFO": path,
            "QUERY_STRING": "q=Ann+Other",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_REFERER": "https://portal.example/c/barnet/search/?q=Ann+Before",
        }
        answer = SimpleNamespace(status="200 OK", headers=[], sent=1)
        atoms = AccessLog(Config()).atoms(answer, SimpleNamespace(headers=[]), environ, dt.timedelta(0))
        assert "Ann" not in str(atoms)
        assert atoms["q"] == "[hidden]"
    # The lists to which the search leads with the same words.
    environ |= {
        "RAW_URI": "/c/barnet/actions/?text=Ann",
        "PATH_INFO": "/c/barnet/actions/",
        "QUERY_STRING": "text=Ann",
    }
    assert "Ann" not in str(
        AccessLog(Config()).atoms(answer, SimpleNamespace(headers=[]), environ, dt.timedelta(0))
    )
