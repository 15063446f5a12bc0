"""What this floor reads."""
