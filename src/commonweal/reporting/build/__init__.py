"""From a portfolio to a report: the figures of each KPI, the pages of each contract, the portfolio's tables."""
