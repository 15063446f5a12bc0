"""Which customers of the database share a key with rows that are being read."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from genjin.customers.rules import Kind
from genjin.intake.rules.known import MOST_COMPARED, Known
from genjin.kit.masking import mask_name

RARE = ("alias", "former", "head")  # kinds of keys that few customers have


def rare_kinds_stored() -> set[str]:
    """Return which of the rare kinds of keys anybody has, so that the others need not be looked for."""
    tests = " UNION ALL ".join(
        f"SELECT '{kind}' WHERE EXISTS (SELECT FROM customers_identitykey WHERE key >= '{kind}:' AND key < '{kind};')"  # noqa: S608 (words of ours)
        for kind in RARE
    )
    with connection.cursor() as cursor:
        cursor.execute(tests)
        return {row[0] for row in cursor.fetchall()}


_KNOWN = """
SELECT a.key, c.id, c.name, c.credit_code, c.kind, CASE WHEN c.import_batch = %(batch)s THEN (
    SELECT r.row FROM intake_importrow r WHERE r.batch_id = %(batch)s AND r.kind = 'customer' AND r.object_id = c.id
) END
FROM unnest(%(keys)s::text[]) AS a(key)
CROSS JOIN LATERAL (
    SELECT c.id, c.name, c.credit_code, c.kind, c.import_batch
    FROM customers_identitykey k JOIN customers_customer c ON c.id = k.customer_id
    WHERE k.key = a.key AND c.deleted_at IS NULL LIMIT %(most)s
) AS c
"""


def known_customers(keys: Iterable[str], batch_id: int) -> dict[str, list[Known]]:
    """Return live customers by shared key, at most 20 a key; those that came in from this very batch with their row.

    The name of a customer who is a person is masked: the importer may have nothing but the number.
    """
    found: dict[str, list[Known]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"keys": list(set(keys)), "most": MOST_COMPARED, "batch": batch_id})
        for key, pk, name, code, kind, row in cursor.fetchall():
            shown = mask_name(name) if kind == Kind.PERSON and row is None else name
            found[key].append(Known(pk, shown, code, row))
    return found
