"""The laws of scripts, materials, record templates and greetings: pure."""

from genjin.library.rules.entries import EntryKind, Objection, Spin

__all__ = ["EntryKind", "Objection", "Spin"]
