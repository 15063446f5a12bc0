"""The login door: nobody signs up by themselves; people are added by an administrator."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.actions import change_password, note_failed_login, note_login
from genjin.accounts.models import User


class ClosedDoorAdapter(DefaultAccountAdapter):
    """The library's login with our trail: who came in, who failed, who chose a new password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_user_display(self, user: Any) -> str:
        return str(user.name)

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        note_login(user, address=self.get_client_ip(request), now=timezone.now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        username = str(credentials.get("username", ""))
        note_failed_login(username, address=self.get_client_ip(request), now=timezone.now())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures by person and address together: an office shares one address."""
        return f"{credentials.get('username', '').lower()}@{self.get_client_ip(request)}"

    def clean_password(self, password: str, user: Any = None) -> str:
        if user is not None and user.must_change_password and user.check_password(password):
            raise ValidationError(_("Choose a password of your own, not the one you were given."))
        return str(super().clean_password(password, user))

    def set_password(self, user: Any, password: str) -> None:
        change_password(user, password, now=timezone.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("home")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Build links of mails from the configured address, never from what a request claims."""
        inside = urlsplit(super().get_reset_password_from_key_url(key))
        return f"{settings.ENVIRONMENT.public_url}{inside.path}"


def address_of(request: HttpRequest) -> str:
    """Return the visitor's network address; a proxy on this machine says whom it speaks for."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and address in {"127.0.0.1", "::1", ""}:
        return forwarded.rpartition(",")[2].strip()[:64]
    return address


def entry_link(user: User) -> str:
    """Return a one-time link by which `user` chooses a password; it dies after use and after an hour."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return f"{settings.ENVIRONMENT.public_url}{path}"
