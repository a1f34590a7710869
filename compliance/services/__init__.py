"""Writes of compliance, one module per noun."""
