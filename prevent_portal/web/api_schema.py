"""How the OpenAPI schema says who may ask."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class RequestAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # spectacular registers subclasses untyped
    """A token in the header; a signed-in browser may use its session instead."""

    target_class = "prevent_portal.web.authentication.RequestAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Made on the page “API tokens” of your account, for one council.",
        }
