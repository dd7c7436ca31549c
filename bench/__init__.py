"""Benchmarks against named peers. Run them all with `python -m bench`, or some with `python -m bench 01 10`."""
