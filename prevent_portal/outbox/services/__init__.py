"""Writes of the outbox, one module per noun."""
