"""How Genjin refuses: one exception for a broken rule, one for an unreadable value."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _


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


def wrong_at(
    field: str, sentence: str, code: str, *, status: int = 422, details: Mapping[str, Any] | None = None
) -> RuleError:
    """Return the refusal of one field, whose sentence is also the whole message."""
    return RuleError(sentence, code, status=status, fields={field: [sentence]}, details=details)


def not_found() -> RuleError:
    """Return the refusal of what does not exist or is out of sight; nobody can tell which (404)."""
    return RuleError(_("Not found, or out of your sight."), "not_found", status=404)


def version_conflict(version: int) -> RuleError:
    """Return the refusal of a change to what others changed since it was read (409); `version` is today's."""
    sentence = _("Somebody else changed this meanwhile; look at it again and repeat your change.")
    return RuleError(sentence, "version_conflict", status=409, details={"version": version})


class ValueRefused(ValueError):  # noqa: N818 (a refusal is an answer, not a failure)
    """A value cannot be read without guessing; `code` names why, the text says what to write instead."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
