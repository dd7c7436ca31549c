"""Before a contract exists: a body's policy, the plan of a procurement, its panel, and who was listened to."""
