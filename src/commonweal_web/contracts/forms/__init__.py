"""The forms of contracts and KPIs."""
