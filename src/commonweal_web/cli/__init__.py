"""The commands that run the service: serve, worker, backup, restore, verify."""
