"""Writes of documents, one module per noun."""
