"""Template, own values and completeness of a sheet's rows, as columns to be written. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from genjin.customers.rules import CustomerType
from genjin.customers.rules.collected import person_of, weighed
from genjin.fields.rules import Outline
from genjin.intake.rules.values import Values

Templates = Mapping[str, tuple[int, Outline]]
SET_BY_IMPORT = {"kind": "org", "stage": "lead", "grade": "C"}  # what a row has without naming it


def collected_columns(values: Sequence[Values], templates: Templates) -> dict[str, list[Any]]:
    """Return the columns `template_id`, `completeness` and `custom` of new rows: what adding one by one would store."""
    ids, percents = [], []
    for row in values:
        kind = row.get("customer_type", CustomerType.NEW)
        template, outline = templates.get(kind, (None, None))
        ids.append(template)
        row_values = SET_BY_IMPORT | {"customer_type": kind} | row
        found = weighed(outline, row_values, [person_of(row)], row.get("custom", {})) if outline else None
        percents.append(found.percent if found else 0)
    customs = [json.dumps(row["custom"], ensure_ascii=False) if row.get("custom") else "{}" for row in values]
    return {"template_id": ids, "completeness": percents, "custom": customs}
