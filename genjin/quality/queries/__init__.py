"""Every read of this floor, a module per question."""
