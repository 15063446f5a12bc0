"""How Genjin refuses: one exception for a broken rule, one for an unreadable value."""

from collections.abc import Mapping, Sequence
from typing import Any


class RuleError(Exception):
    """A business rule said no.

    `message` tells the person what to do, `code` is snake_case and never changes, `status` is the HTTP
    answer a door gives, `fields` names the fields at fault with their sentences, `details` is extra data
    for the door (ids, both values of a conflict).
    """

    def __init__(
        self,
        message: str,
        code: str,
        *,
        status: int = 422,
        fields: Mapping[str, Sequence[str]] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.fields = {name: list(sentences) for name, sentences in (fields or {}).items()}
        self.details = dict(details or {})


class ValueRefused(ValueError):  # noqa: N818 (a refusal is an answer, not a failure)
    """A value cannot be read without guessing; `code` names why, the text says what to write instead."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
