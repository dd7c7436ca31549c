"""Pages of needs and measures."""
