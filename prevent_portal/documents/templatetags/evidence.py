"""The block of evidence on a thing's page: ``{% load evidence %}{% evidence block %}``."""

from __future__ import annotations

from typing import Any

from django import template

from prevent_portal.documents.queries import Evidence

register = template.Library()


@register.inclusion_tag("documents/evidence_block.html")
def evidence(block: Evidence, *, heading: str = "Evidence", level: int = 2) -> dict[str, Any]:
    """Print what hangs on a thing, and "Add evidence" for whoever may.

    Args:
        block: from :func:`prevent_portal.documents.queries.evidence_of`.
        heading: leave it empty under a heading of the page's own.
        level: of the heading.
    """
    return {"block": block, "heading": heading, "level": level}
