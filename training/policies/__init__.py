"""In what state a thing may be changed, one module for each noun. Who may is permissions."""
