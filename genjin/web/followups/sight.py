"""Texts of tasks as somebody may read them: numbers are hidden from who sees the customer's people masked."""

from genjin.accounts.models import User
from genjin.customers.queries.sight import sees_person
from genjin.followups.models import Task
from genjin.kit.masking import mask_words


def words_for(user: User, task: Task, text: str) -> str:
    """Return a text of a task for this reader; `task` comes with its customer."""
    return text if not text or sees_person(user, task.customer) else mask_words(text)
