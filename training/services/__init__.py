"""Writes of training, one module per noun."""
