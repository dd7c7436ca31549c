"""A body's policy as dated data: read, drafted, adopted by a second person, and what it says of a plan."""
