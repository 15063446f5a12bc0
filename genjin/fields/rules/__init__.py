"""Own fields and collection templates: what a value of each kind looks like, what a template asks. Pure."""

from genjin.fields.rules.kinds import Definition, FieldKind
from genjin.fields.rules.outline import Completeness, Group, Item, Outline

__all__ = ["Completeness", "Definition", "FieldKind", "Group", "Item", "Outline"]
