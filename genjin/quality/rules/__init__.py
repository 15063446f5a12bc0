"""The laws of this floor, a module per process. Pure."""
