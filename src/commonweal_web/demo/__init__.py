"""Invented bodies, people and a year of returns; sign-in by one click. Installed in demo mode only."""
