"""Template, own values and completeness of a sheet's rows, as columns to be written. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from genjin.customers.rules import CustomerType
from genjin.customers.rules.collected import demanded_keys, person_of, weighed
from genjin.fields.rules import Outline
from genjin.fields.rules.kinds import is_own_key
from genjin.intake.rules.values import Values

Templates = Mapping[str, tuple[int, Outline]]
SET_BY_IMPORT = {"kind": "org", "stage": "lead", "grade": "C"}  # what a row has without naming it


def own_values(row: Values) -> dict[str, Any]:
    """Return the own values of a row, which stand in it by their keys."""
    return {name: value for name, value in row.items() if is_own_key(name)}


def demands_of(templates: Templates) -> Mapping[str, frozenset[str]]:
    """Return what must be there to save, by customer type; types without demands are left out."""
    return {kind: must for kind, (_id, outline) in templates.items() if (must := outline.must)}


def lacking(row: Values, demands: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the keys a row must bring and does not, by the template of its customer type (S1-5)."""
    must = demands.get(row.get("customer_type", CustomerType.NEW))
    return demanded_keys(must, row, own_values(row)) if must else []


def collected_columns(values: Sequence[Values], templates: Templates) -> dict[str, list[Any]]:
    """Return the columns `template_id`, `completeness` and `custom` of new rows: what adding one by one would store.

    Rows that have the same fields filled are as complete as each other, and most rows of a sheet have.
    """
    ids, percents = [], []
    known: dict[tuple[str, frozenset[Any], frozenset[str]], int] = {}
    for row in values:
        kind = row.get("customer_type", CustomerType.NEW)
        template, outline = templates.get(kind, (None, None))
        ids.append(template)
        own = own_values(row)
        filled = frozenset((name, value is None, bool(value)) for name, value in row.items())
        pattern = (str(kind), filled, frozenset(own))
        if (percent := known.get(pattern)) is None:
            row_values = SET_BY_IMPORT | {"customer_type": kind} | row
            found = weighed(outline, row_values, [person_of(row)], own) if outline else None
            percent = known[pattern] = found.percent if found else 0
        percents.append(percent)
    customs = [json.dumps(own, ensure_ascii=False) if (own := own_values(row)) else "{}" for row in values]
    return {"template_id": ids, "completeness": percents, "custom": customs}
