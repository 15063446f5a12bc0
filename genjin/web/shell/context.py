"""What every page knows: the menu of this person, and whether the background worker is alive."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.notices.queries import unread_count
from genjin.web.shell.menu import menu_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return menu and rights for the page frame; the bell's one query is asked by whole pages only."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {
        "menu": menu_of(request, user),
        "may": {right.value: user.may(right) for right in Right},
        "notice_count": SimpleLazyObject(lambda: unread_count(user)),
    }
