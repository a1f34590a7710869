"""Changes to the register of councils."""
