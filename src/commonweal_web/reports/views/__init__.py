"""Pages of the app `reports`."""
