"""How Channel refuses."""

from __future__ import annotations


class ChannelRefused(Exception):
    """Channel does not do this now; the message says why, to a person of the panel."""


class StatementChanged(ChannelRefused):
    """The words were changed while the person was reading them."""
