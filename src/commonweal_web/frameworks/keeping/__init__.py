"""Framework keeping: a body's own measures, packs that it imports, and publishing by two people."""
