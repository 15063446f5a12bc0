"""Passwords that come by a pipe, and links for those who choose their own."""

import select
import sys

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.kit.errors import RuleError

SILENT_SECONDS = 2.0


def piped_password() -> str:
    """Return the first line of stdin. Raises RuleError `password_missing` when there is none."""
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise RuleError(_("No password came on stdin; pipe it in as one line."), "password_missing")
    return password


def waiting_password() -> str:
    """Return the password waiting on stdin, "" when stdin is a terminal or stays silent."""
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        return ""
    try:
        # A script's stdin may be a pipe nobody ever writes to or closes.
        is_ready = bool(select.select([sys.stdin], [], [], SILENT_SECONDS)[0])
    except (OSError, ValueError):
        return ""
    return sys.stdin.readline().rstrip("\r\n") if is_ready else ""


def weakness(password: str, user: User) -> str:
    """Return what the rules for pages say against a password; whoever types commands may know better."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def one_time_link(user: User) -> str:
    """Return a link under which `user` sets a first password; it works once and for an hour."""
    words = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return f"{settings.ENVIRONMENT.public_url}{reverse('account_reset_password_from_key', kwargs=words)}"
