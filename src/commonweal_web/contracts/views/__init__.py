"""What people see of contracts, KPIs and changes. A view parses, calls one service or selector, and answers."""
