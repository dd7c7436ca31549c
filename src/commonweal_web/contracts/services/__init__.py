"""What people do to contracts and KPIs: each act is one transaction with one row of the log."""
