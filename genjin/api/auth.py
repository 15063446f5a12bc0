"""Who calls: the bearer token, its end and its pace."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from genjin.accounts.actions import count_token_use
from genjin.accounts.models import ApiToken, User
from genjin.accounts.queries import live_token
from genjin.kit.errors import RuleError

CALLS = 600
WINDOW = timedelta(minutes=1)


class Bearer(HttpBearer):
    """`Authorization: Bearer TOKEN`. A session cookie opens pages, never this door."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:  # noqa: ARG002
        """Return whose token it is, None when it opens nothing; raises RuleError `rate_limit` (429)."""
        now = timezone.now()
        found = live_token(token.strip(), now)
        if found is None:
            return None
        check_pace(found, now)
        if found.user.language:
            translation.activate(found.user.language)
        return found.user


def check_pace(token: ApiToken, now: datetime) -> None:
    """Count a call and refuse the 601st within a minute."""
    use = count_token_use(token, window=WINDOW, now=now)
    if use.calls > CALLS:
        wait = max(1, round((use.since + WINDOW - now).total_seconds()))
        sentence = _("More than %(calls)d requests within a minute; wait %(wait)d seconds.")
        raise RuleError(
            sentence % {"calls": CALLS, "wait": wait}, "rate_limit", status=429, details={"retry_after": wait}
        )
