"""In what state a thing may be changed. Who may is permissions."""

from __future__ import annotations


class PolicyError(Exception):
    """A refusal that people may read: the message is a sentence for the page."""
