"""Every write of this floor, one module per thing."""

from genjin.notices.actions.tell import Telling, tell, tell_many

__all__ = ["Telling", "tell", "tell_many"]
