"""Who was told what, and how it reached them."""

from genjin.notices.models.feeds import Feed
from genjin.notices.models.habits import Habits, UrgentKinds
from genjin.notices.models.notices import Notice
from genjin.notices.models.outbox import Delivery
from genjin.notices.models.robots import Robot

__all__ = ["Delivery", "Feed", "Habits", "Notice", "Robot", "UrgentKinds"]
