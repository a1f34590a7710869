"""Forms of the partnership, one module per noun."""
