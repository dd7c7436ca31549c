"""The reports of a tender's scoring: one for the panel, and a debrief for each bidder."""
