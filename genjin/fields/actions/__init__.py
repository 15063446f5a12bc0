"""Every write of this floor, a module per process."""
