"""Objections: the list with its counts, noting one, answering one."""
