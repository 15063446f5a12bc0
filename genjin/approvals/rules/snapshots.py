"""What was handed in for approval, and its fingerprint. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest_of(snapshot: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what was handed in, the same for the same content however the database orders it."""
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
