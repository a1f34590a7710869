"""The description of the API: the same for everybody who asks, so each process draws it once."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator


@cache
def _description(language: str | None) -> dict[str, Any]:
    """Draw it for nobody, so that nothing of whoever happens to ask first is in it."""
    drawn = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call] # untyped
    return cast(dict[str, Any], drawn)


class SchemaDrawnOnce(SchemaGenerator):
    """Keeps the whole API's description: drawing hundreds of operations takes a second or more."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        """Return the description; one of an odd version, or of what one person may reach, is drawn anew."""
        if public and self.api_version is None:
            return _description(get_language())
        drawn = super().get_schema(request=request, public=public)  # type: ignore[no-untyped-call] # untyped
        return cast(dict[str, Any], drawn)
