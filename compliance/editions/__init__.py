"""Editions of the duty checklist, as data that migrate writes into the database."""
