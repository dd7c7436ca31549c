"""Pages of consultations: for everybody, and for the officers of the body that consults."""
