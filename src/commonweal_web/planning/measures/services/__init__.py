"""Acts on needs of a body and on the measures of a plan."""
