"""The pages about evidence."""
