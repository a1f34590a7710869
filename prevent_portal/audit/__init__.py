"""The append-only record of who did what: a write and its audit row stand or fall together."""
