"""Pages of the panel and the director."""
