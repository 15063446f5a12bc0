"""The filter of the customer list, shown as a form."""

from collections.abc import Sequence
from typing import Any

from genjin.accounts.models import User
from genjin.fields.queries import own_fields
from genjin.fields.rules import Definition
from genjin.followups.queries.conditions import FIELDS, OPERATORS, Condition, own_filters


def shown(
    user: User,
    asked: Sequence[Condition],
    match: str,
    clear_url: str,
    *,
    own: Sequence[Definition] | None = None,
) -> dict[str, Any]:
    """Return what the filter form shows, `own` fields after the built-in ones."""
    own = own_fields() if own is None else own
    return {
        "fields": [
            {
                "name": f.name,
                "label": f.label,
                "kind": f.kind,
                "choices": f.choices(user) if f.choices else [],
            }
            for f in (*FIELDS, *own_filters(own))
        ],
        "operators": OPERATORS,
        "rows": asked,
        "match": match,
        "count": len(asked),
        "clear_url": clear_url,
    }
