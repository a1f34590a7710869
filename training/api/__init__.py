"""Doors of training for programmes, one module per noun."""
