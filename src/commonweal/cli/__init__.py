"""The command line: `commonweal report | explain | check | value | ...`."""
