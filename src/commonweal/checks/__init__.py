"""Checks over whole inputs: each collects every problem and stops at nothing."""
