"""Reads of this floor: whom a robot serves, what is urgent, how many are unread."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from genjin.accounts.models import User
from genjin.notices.models import Notice, Robot, UrgentKinds

MOST_COUNTED = 100
_MEMBERS = """
WITH RECURSIVE inside(robot_id, team_id) AS (
    SELECT robot_id, team_id FROM notices_robot_teams WHERE robot_id = ANY(%(ids)s)
    UNION SELECT i.robot_id, t.id FROM accounts_team t JOIN inside i ON t.parent_id = i.team_id
)
SELECT i.robot_id, u.id FROM inside i JOIN accounts_user u ON u.team_id = i.team_id WHERE u.is_active
UNION SELECT r.robot_id, u.id FROM notices_robot_people r JOIN accounts_user u ON u.id = r.user_id
WHERE r.robot_id = ANY(%(ids)s) AND u.is_active
"""


def audiences(robots: Sequence[Robot]) -> dict[int, set[int]]:
    """Return the ids of the people each robot serves: those named, and those of its teams with all below. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, {"ids": [robot.pk for robot in robots]})
        for robot_id, person_id in cursor.fetchall():
            found[robot_id].add(person_id)
    return found


def urgent_kinds() -> frozenset[str]:
    """Return the kinds that wait for nobody's morning."""
    row = UrgentKinds.objects.first()
    return frozenset(row.kinds) if row else frozenset()


def unread_count(user: User) -> int:
    """Return how many notices somebody has not read, counted up to 100; one look into one index."""
    return Notice.objects.visible_to(user).unread().order_by()[:MOST_COUNTED].count()
