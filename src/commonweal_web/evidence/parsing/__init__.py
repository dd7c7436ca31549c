"""Look into a file that came from outside, in a process of its own with little time and memory, and trust nothing."""
