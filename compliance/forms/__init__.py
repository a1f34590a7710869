"""Forms of compliance, one module per noun."""
