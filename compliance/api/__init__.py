"""The API of compliance, one module per noun."""
