"""Bodies, directorates, people, roles, delegations, and the one table of who may do what."""
