"""The pages of the mapping tool: start and choice, summary, and what a permanent link shows."""
