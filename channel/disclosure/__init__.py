"""The disclosure gate: counts of Channel cases become figures that an audience may read, and nothing else does."""
