"""Genjin 跟进: every lead is recorded, graded, planned, followed and never lost."""

__version__ = "0.1.0"
