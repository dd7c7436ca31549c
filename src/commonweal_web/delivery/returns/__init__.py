"""Returns: when they are due, what a supplier types into them, how they are sent, late, locked and opened again."""
