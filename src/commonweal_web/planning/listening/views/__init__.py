"""Pages of listening: for everybody, and for who drafts plans."""
