"""Pages of evidence, one module per step."""
