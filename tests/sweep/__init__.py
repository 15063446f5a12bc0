"""What the sweep walks through: a world of rows, and what each address is about."""
