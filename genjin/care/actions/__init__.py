"""Every write of this floor, one module per thing."""
