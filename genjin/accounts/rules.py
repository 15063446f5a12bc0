"""Pure rules about people and their keys."""

import hashlib
import secrets
from datetime import timedelta

TOKEN_PREFIX = "gj_"  # noqa: S105 (a mark to recognise leaked tokens by, no secret)
LONGEST_TOKEN = timedelta(days=366)


def new_secret(length: int = 24) -> str:
    """Return a random text of `length` bytes in URL-safe letters; shown once, never stored."""
    return secrets.token_urlsafe(length)


def digest(secret: str) -> str:
    """Return the hex SHA-256 under which a random secret is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()
