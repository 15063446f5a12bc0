"""Writing the library."""
