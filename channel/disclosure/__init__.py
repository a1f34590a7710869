"""The disclosure gate: nothing but its figures tells anybody a number about Channel cases."""
