"""Whether a request left the database as it was."""

from collections.abc import Iterable

from django.apps import apps
from django.db import connection

# What a request may leave behind although it was refused: sessions, counters of the login limit, a token's last use.
BESIDES = {"django_session", "genjin_cache", "accounts_apitoken", "django_migrations"}


class Ledger:
    """Compares the content of every table before and after; after a request, of those whose rows it touched."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            tables = [row[0] for row in cursor.fetchall() if row[0] not in BESIDES]
        assert len(tables) > len(list(apps.get_models())) // 2
        self.tables = frozenset(tables)
        self.before = self.content(self.tables)

    def content(self, tables: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return count and hash of the rows of each table."""
        # A row of a table with a name of its own as text: t.* would clash with columns called t.
        question = " UNION ALL ".join(
            f'SELECT \'{table}\', count(*), coalesce(sum(hashtextextended("{table}"::text, 0)), 0) FROM "{table}"'
            for table in sorted(tables)
        )
        if not question:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(question)
            return {table: (count, digest) for table, count, digest in cursor.fetchall()}

    @staticmethod
    def touched() -> dict[str, int]:
        """Return how many rows of which table this transaction wrote so far, rolled back or not: cheap."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, written FROM (SELECT relname, pg_stat_get_xact_tuples_inserted(oid)"
                " + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) AS written FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace) AS one WHERE written > 0"
            )
            return dict(cursor.fetchall())

    def changed(self, tables: Iterable[str] | None = None) -> list[str]:
        """Return which of these tables differ from the beginning; of all when none are named."""
        asked = self.tables if tables is None else self.tables.intersection(tables)
        now = self.content(asked)
        return sorted(table for table in asked if now[table] != self.before[table])
