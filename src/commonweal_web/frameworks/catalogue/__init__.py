"""The public catalogue: frameworks, measures and search, open to everybody."""
