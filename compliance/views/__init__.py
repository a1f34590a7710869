"""Pages of compliance, one module per noun."""
