"""The button by which a list leaves as a sheet."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from genjin.accounts.permissions import Right
from genjin.web.shell.pages import user_of

NOT_KEPT = ("page", "after")


def export_url(request: HttpRequest, what: str, **resolved: str) -> str:
    """Return where the list that is shown is exported; nothing for who may not. `resolved` names what the address left open."""
    if not user_of(request).may(Right.EXPORT):
        return ""
    query = request.GET.copy()
    for name in NOT_KEPT:
        query.pop(name, None)
    for name, value in resolved.items():
        query[name] = value
    return f"{reverse('exports:begin')}?{urlencode({'what': what, 'query': query.urlencode()})}"
