"""Whether a request left the database as it was."""

from django.apps import apps
from django.db import connection

# What a request may leave behind although it was refused: sessions, counters of the login limit, a token's last use.
BESIDES = {"django_session", "genjin_cache", "accounts_apitoken", "django_migrations"}


class Ledger:
    """Compares the content of every table before and after, and looks closer only when rows were touched."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            tables = [row[0] for row in cursor.fetchall() if row[0] not in BESIDES]
        assert len(tables) > len(list(apps.get_models())) // 2
        # A row of a table with a name of its own as text: t.* would clash with columns called t.
        self.question = " UNION ALL ".join(
            f'SELECT \'{table}\', count(*), coalesce(sum(hashtextextended("{table}"::text, 0)), 0) FROM "{table}"'
            for table in tables
        )
        self.before = self.content()

    def content(self) -> set[tuple[str, int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(self.question)
            return set(cursor.fetchall())

    @staticmethod
    def touched() -> int:
        """Return how many rows this transaction wrote so far, rolled back or not: cheap."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)"
                " + pg_stat_get_xact_tuples_deleted(oid)), 0)::bigint FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            return int(cursor.fetchone()[0])

    def changed(self) -> list[str]:
        """Return the tables that differ from the beginning."""
        return sorted({row[0] for row in self.content() ^ self.before})
