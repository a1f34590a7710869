"""REST API of the partnership, one module per noun."""
