"""Addresses strangers open."""

from django.conf import settings
from django.urls import reverse


def public_address(name: str, key: str) -> str:
    """Return where a customer opens a page of theirs, by the configured address."""
    return f"{settings.ENVIRONMENT.public_url}{reverse(name, args=[key])}"
