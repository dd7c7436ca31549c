"""
Roll-ups, revaluation, crosswalk and benchmark over millions of ledger rows.

A snapshot is a folder of Parquet files with a manifest (`snapshot`); `rows` says what a row holds. Each question has
two implementations behind `rollups.Rollups`: `reference`, in plain Python, exact and enough for one body, and `duck`,
on DuckDB, which the optional extra `analytics` installs. Tests compare them cell by cell.
"""

from __future__ import annotations
