"""Every write of this floor, one module per thing."""

from genjin.notices.actions.tell import tell

__all__ = ["tell"]
