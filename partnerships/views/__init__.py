"""Pages of the partnership, one module per noun."""
