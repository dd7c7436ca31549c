"""The log of everything that changed: explicit rows in hash chains, appended only."""
