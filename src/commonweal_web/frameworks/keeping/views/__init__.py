"""Pages of framework keeping."""
