"""What Python reads at the start of a process that is measured with the tests: see tests/measuring.py."""
