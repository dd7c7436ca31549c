"""The data package: frameworks, values, places and calendars as dated, sourced files. No code."""

__version__ = "0.1.0"
