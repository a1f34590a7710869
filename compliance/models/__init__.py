"""Tables of compliance, one module per noun."""
