"""What people see of bodies, people and their own account."""
