"""Secrets that must be read again, kept so that the database alone does not tell them."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def _box(key: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"genjin.{purpose}".encode()).derive(
        key.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))


def seal(secret: str, *, key: str, purpose: str) -> str:
    """Return `secret` encrypted under a key of its own for `purpose`, derived from `key`."""
    return _box(key, purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, *, key: str, purpose: str) -> str | None:
    """Return the secret; None when it was sealed under another key, or is no sealed text at all."""
    try:
        return _box(key, purpose).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError):
        return None
