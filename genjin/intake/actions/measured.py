"""What the database believes of the tables an import fills."""

from django.db import connection

from genjin.customers.models import Customer, IdentityKey
from genjin.intake.models import ImportRow

_SPARSE = (
    "SELECT relname FROM pg_class WHERE oid = ANY(%s::regclass[]) AND reltuples >= 0 AND reltuples < relpages"
)


def measure_filled_tables() -> None:
    """Have the tables measured by which known customers are found, if they were last measured with next to nothing in them.

    The database believes of such a table that nothing will be found in it, however full it is meanwhile, and then
    takes any index for as good as the right one: each key costs a walk through all of them.
    """
    tables = [model._meta.db_table for model in (Customer, IdentityKey, ImportRow)]
    with connection.cursor() as cursor:
        cursor.execute(_SPARSE, [tables])
        for (table,) in cursor.fetchall():
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
