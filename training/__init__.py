"""Training returns of partners, uploads, coverage and sessions."""
