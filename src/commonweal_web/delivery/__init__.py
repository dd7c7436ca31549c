"""Returns, claims, the ledger, verification, beneficiaries and person tokens."""
