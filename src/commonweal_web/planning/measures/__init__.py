"""Needs, suggestions of measures with their burden, the choice and its limits."""
