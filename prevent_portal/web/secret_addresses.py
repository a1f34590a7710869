"""Addresses that let somebody in, or name what nobody else may know of, stay out of every log (RC-6, AU-5).

A page of Channel that answers tells that there is such a case, and the server's log is read by many. What
somebody searched for may be a name. Both also stand in addresses of other pages, as where a person is led
after signing in, with their marks written as per cent signs.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped] # the library has no types

_SECRETS = re.compile(
    r"(?P<place>/invitation/[-\w]+/|/calendar/|/accounts/password/reset/)"
    r"(?:(?<=/reset/)[0-9A-Za-z]{1,13}-[-\w]+|(?<!/reset/)[-\w]{20,80})"
)
_SLASH = r"(?:/|%(?:25)*2F)"
_HIDDEN = re.compile(rf"(?P<place>{_SLASH}c{_SLASH}[-\w]+{_SLASH}channel{_SLASH})[^\s\"'&]+", re.IGNORECASE)
_SEARCHED = re.compile(
    rf"(?P<place>{_SLASH}c{_SLASH}[-\w]+{_SLASH}search{_SLASH}?(?:\?|%(?:25)*3F))[^\s\"]+", re.IGNORECASE
)
_TYPED = re.compile(
    r"(?P<place>(?:\A|[?&]|%(?:25)*(?:3F|26))(?:q|text)(?:=|%(?:25)*3D))[^&\s\"]+", re.IGNORECASE
)
_SEARCH = re.compile(r"/c/[-\w]+/search/?\Z")


def without_secret(text: str) -> str:
    """The text without the secret part of the addresses of invitations, calendars and password links.

    Nor does it hold which page of Channel it was, or what was searched for: on the page of the search, and on
    the lists to which it leads with the same words.
    """
    shown = _HIDDEN.sub(r"\g<place>[hidden]", _SECRETS.sub(r"\g<place>[secret]", text))
    return _TYPED.sub(r"\g<place>[hidden]", _SEARCHED.sub(r"\g<place>[hidden]", shown))


class SecretsLeftOut(logging.Filter):
    """Leave secrets out of what Django logs, such as the address of a form that was refused."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (safe := without_secret(said)) != said:
            record.msg, record.args = safe, ()
        return True


class AccessLog(Logger):  # type: ignore[misc] # the library has no types
    """Leave them out of the web server's log of requests."""

    def atoms(self, *args: Any) -> dict[str, Any]:
        environ = args[2]
        searched = environ.get("QUERY_STRING", "") if _SEARCH.search(environ.get("PATH_INFO", "")) else ""
        return {
            name: without_secret(value.replace(searched, "[hidden]") if searched else value)
            if isinstance(value, str)
            else value
            for name, value in super().atoms(*args).items()
        }
