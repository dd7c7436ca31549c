"""The panel and the director: agenda, pack, votes, conditions, approval of the KPI set."""
