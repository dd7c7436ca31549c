"""What pages ask of contracts and KPIs: every query starts from what the person may see."""
