"""Reads of this floor."""
