"""Pages of a body's policy, its panels and its planned procurements."""
