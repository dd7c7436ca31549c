"""A report as data (sections, tables, charts, threads) and its renderers."""
