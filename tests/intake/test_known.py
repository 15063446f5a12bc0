"""Finding out which rows are known costs a few pages a key, whatever the database believed of its tables before."""

from django.db import connection

from genjin.customers.models import IdentityKey
from genjin.intake.queries import known
from tests.intake.conftest import HEADER

ROWS = 1500
PAGES_A_KEY = 30  # three indexes, each some three pages deep, and the rows


def measure_with_nothing_in():
    """Have the table of keys measured when all that is left of its rows is their room."""
    IdentityKey.objects.bulk_create(IdentityKey(customer_id=-n, key=f"full:{n}") for n in range(1, ROWS))
    IdentityKey.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {IdentityKey._meta.db_table}")


def pages_read(keys, batch):
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + known._KNOWN,
            {"keys": keys, "most": known.MOST_COMPARED, "batch": batch.pk},
        )
        (plan,) = cursor.fetchone()
    plan = plan[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def test_a_table_that_was_empty_when_measured_is_measured_as_it_fills(alice, let_in):
    measure_with_nothing_in()
    sheet = "".join(f"北辰{n}号机电有限公司,,,\n" for n in range(ROWS))
    batch = let_in(alice, f"{HEADER}\n{sheet}", owner=alice)
    assert batch.counts["created"] == ROWS
    keys = list(IdentityKey.objects.order_by("pk").values_list("key", flat=True)[:500])
    assert pages_read(keys, batch) < PAGES_A_KEY * len(keys)
