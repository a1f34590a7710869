"""Channel: restricted case summaries for the people of the panel, and nobody else."""
