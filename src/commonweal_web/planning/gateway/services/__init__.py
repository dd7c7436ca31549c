"""What the panel and the director do: meetings, votes, conditions, approval of the measures."""
