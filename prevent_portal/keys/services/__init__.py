"""Verbs of the keys room."""
