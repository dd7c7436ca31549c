"""Commonweal's engine: social value from promise to proof. Pure Python; no clock, no network, no settings."""

__version__ = "0.1.0"
