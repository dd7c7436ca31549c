"""Contracts, their KPIs in versions, changes, break points, people and contacts."""
