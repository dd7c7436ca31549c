"""Frameworks, outcomes, criteria and measures: load, validate, look up."""
