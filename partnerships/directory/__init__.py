"""Reading the official registers of organisations: files in, entries or named faults out. No database."""
