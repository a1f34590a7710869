"""Writes of channel, one module per noun."""
