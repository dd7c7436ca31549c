"""Spreadsheets in and out: contract workbooks, registers, portal exports, KPI and return templates."""
