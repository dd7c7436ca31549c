"""What people see: home pages, one-pagers, directorates, working pages, timelines, the log."""
