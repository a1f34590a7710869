"""Reads of compliance, one module per noun."""
