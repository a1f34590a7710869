"""Organisations, boards and meetings: the multi-agency side of the duty."""
