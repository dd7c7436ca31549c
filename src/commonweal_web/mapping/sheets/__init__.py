"""Sheets: a summary to be filled in by region, its report, and a contract's proposal made from it."""
