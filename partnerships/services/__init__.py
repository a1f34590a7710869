"""Writes of partnerships, one module per noun."""
