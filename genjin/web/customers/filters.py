"""The filter of the customer list, shown as a form."""

from collections.abc import Sequence
from typing import Any

from genjin.accounts.models import User
from genjin.customers.queries.conditions import FIELDS, OPERATORS, Condition


def shown(user: User, asked: Sequence[Condition], match: str, clear_url: str) -> dict[str, Any]:
    """Return what the filter form shows."""
    return {
        "fields": [
            {
                "name": f.name,
                "label": f.label,
                "kind": f.kind,
                "choices": f.choices(user) if f.choices else [],
            }
            for f in FIELDS
        ],
        "operators": OPERATORS,
        "rows": asked,
        "match": match,
        "count": len(asked),
        "clear_url": clear_url,
    }
