"""What every app stands on: errors, the clock, template components, the outbox, jobs."""
