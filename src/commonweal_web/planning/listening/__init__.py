"""Market soundings, residents' priorities and needs posted by community groups."""
