"""What happens when a body listens: soundings, residents' priorities, posted needs and offers on them."""
