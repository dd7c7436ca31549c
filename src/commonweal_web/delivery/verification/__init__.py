"""Verification: who may check a claim, what each act does to it, what stands against it, and the queue."""
