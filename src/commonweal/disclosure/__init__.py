"""What may be shown: small counts of people, and all that would give them away, are withheld."""
