"""Looking through the whole base for records that may be one customer, a window of keys at a time.

A window is one transaction that also moves the cursor, so that a killed worker goes on where it stopped.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Customer, IdentityKey
from genjin.customers.rules.identity import PARTNERS, Named
from genjin.events.actions import enqueue, record
from genjin.quality.models import DuplicatePair, DuplicateScan
from genjin.quality.rules.pairs import STRENGTH, Found, Group, found_in, is_crowded

WINDOW = 20_000  # keys
CROWDS_TOLD = 10
_LOCK = 727004


@transaction.atomic
def start_scan(actor: User | None, *, now: datetime, in_background: bool = True) -> DuplicateScan:
    """Start looking through all customers, or return the scan that is running already; None starts it by the clock."""
    if actor is not None:
        require(actor, Right.DELETE_CUSTOMER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LOCK])
    scan = DuplicateScan.objects.filter(status=DuplicateScan.Status.RUNNING).first()
    if scan is None:
        scan = DuplicateScan.objects.create(started_at=now, started_by=actor, total=_keys_in_all())
        record(actor, "duplicates.scan_started", at=now, subject_id=scan.pk)
    if in_background:
        enqueue("quality.scan", scan_id=scan.pk)
    return scan


def _keys_in_all() -> int:
    """Return about how many keys there are, as the planner knows it; counted where it knows nothing yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'customers_identitykey'::regclass")
        known = int(cursor.fetchone()[0])
    return known if known > WINDOW else IdentityKey.objects.count()


def run_scan(
    scan_id: int, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> DuplicateScan:
    """Look through the base from where a scan stopped; a second run at the same time does nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, scan_id])
        if not cursor.fetchone()[0]:
            return DuplicateScan.objects.get(pk=scan_id)
    try:
        while True:
            scan = scan_window(scan_id)
            on_progress(min(scan.counts.get("keys", 0), scan.total), scan.total)
            if scan.status != DuplicateScan.Status.RUNNING:
                return scan
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, scan_id])


@transaction.atomic
def scan_window(scan_id: int) -> DuplicateScan:
    """Compare the customers that share a key of the next window, write the pairs and move the cursor."""
    scan = DuplicateScan.objects.select_for_update(of=("self",)).get(pk=scan_id)
    if scan.status != DuplicateScan.Status.RUNNING:
        return scan
    now = timezone.now()
    upper, keys = _window(scan.cursor)
    groups = _groups(scan.cursor, upper)
    named = _named(pk for group in groups for pk in (*group.ids, *group.partners))
    found: dict[tuple[int, int], Found] = {}
    compared = sum(found_in(group, named, found) for group in groups)
    new = _write(scan, found, now)
    crowds = [{"kind": group.kind, "size": len(group.ids)} for group in groups if is_crowded(group)]
    _add_up(scan, {"keys": keys, "compared": compared, "found": new, "crowded": len(crowds)}, crowds)
    scan.cursor = upper or scan.cursor
    if upper is None:
        _finish(scan, now)
    scan.save()
    return scan


def _add_up(scan: DuplicateScan, more: dict[str, int], crowds: list[dict[str, Any]]) -> None:
    told = sorted([*scan.counts.get("crowds", []), *crowds], key=lambda crowd: -crowd["size"])[:CROWDS_TOLD]
    scan.counts = {name: scan.counts.get(name, 0) + count for name, count in more.items()} | {"crowds": told}


def _window(cursor_key: str) -> tuple[str | None, int]:
    """Return the last key of the next window, None when it is the last one, and how many keys it has."""
    ahead = IdentityKey.objects.filter(key__gt=cursor_key).order_by("key")
    upper = ahead.values_list("key", flat=True)[WINDOW - 1 : WINDOW].first()
    if upper is None:
        return None, ahead.count()
    return upper, WINDOW


_GROUPS = """
SELECT k.key, array_agg(c.id ORDER BY c.id) FROM customers_identitykey k
JOIN customers_customer c ON c.id = k.customer_id AND c.deleted_at IS NULL
WHERE k.key > %(lower)s AND (%(upper)s::text IS NULL OR k.key <= %(upper)s)
GROUP BY k.key HAVING count(*) > 1 OR split_part(k.key, ':', 1) = ANY(%(one_sided)s)
"""
_PARTNERS = """
SELECT k.key, array_agg(c.id ORDER BY c.id) FROM customers_identitykey k
JOIN customers_customer c ON c.id = k.customer_id AND c.deleted_at IS NULL
WHERE k.key = ANY(%s) GROUP BY k.key
"""


def _groups(lower: str, upper: str | None) -> list[Group]:
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {"lower": lower, "upper": upper, "one_sided": list(PARTNERS)})
        rows = cursor.fetchall()
        asked = {key: _partners(key) for key, _ids in rows}
        cursor.execute(_PARTNERS, [list({partner for found in asked.values() for partner in found})])
        partners: dict[str, list[int]] = dict(cursor.fetchall())
    return [
        Group(key, ids, [pk for partner in asked[key] for pk in partners.get(partner, ())])
        for key, ids in rows
    ]


def _partners(key: str) -> list[str]:
    kind, _colon, value = key.partition(":")
    return [f"{partner}:{value}" for partner in PARTNERS.get(kind, ())]


def _named(ids: Iterable[int]) -> dict[int, Named]:
    rows = Customer.objects.filter(pk__in=set(ids)).values_list("pk", "name", "credit_code")
    return {pk: Named(name, code) for pk, name, code in rows}


# What was decided stays decided, also for records that one of the pair was merged into since.
_WRITE = """
WITH asked AS (
  SELECT * FROM unnest(%(first)s::bigint[], %(second)s::bigint[], %(level)s::text[], %(reasons)s::text[])
    AS t(first_id, second_id, level, reasons)
), lineage AS (
  SELECT kept_id, merged_id FROM customers_merge WHERE undone_at IS NULL
    AND kept_id IN (SELECT first_id FROM asked UNION SELECT second_id FROM asked)
), fresh AS (
  SELECT a.* FROM asked a WHERE NOT EXISTS (
    SELECT FROM quality_duplicatepair p WHERE p.status = 'different'
      AND p.first_id IN (SELECT a.first_id UNION SELECT a.second_id
        UNION SELECT merged_id FROM lineage WHERE kept_id IN (a.first_id, a.second_id))
      AND p.second_id IN (SELECT a.first_id UNION SELECT a.second_id
        UNION SELECT merged_id FROM lineage WHERE kept_id IN (a.first_id, a.second_id))
  )
)
INSERT INTO quality_duplicatepair AS p (first_id, second_id, level, reasons, status, found_at, seen_in_id, note)
SELECT first_id, second_id, level, reasons::jsonb, 'open', %(now)s, %(scan)s, '' FROM fresh
ON CONFLICT (first_id, second_id) DO UPDATE SET
  level = CASE WHEN p.seen_in_id = EXCLUDED.seen_in_id
      AND array_position(%(levels)s::text[], p.level::text) < array_position(%(levels)s::text[], EXCLUDED.level::text)
    THEN p.level ELSE EXCLUDED.level END,
  reasons = CASE WHEN p.seen_in_id = EXCLUDED.seen_in_id THEN
    (SELECT jsonb_agg(DISTINCT r) FROM jsonb_array_elements(p.reasons || EXCLUDED.reasons) r) ELSE EXCLUDED.reasons END,
  status = 'open', seen_in_id = EXCLUDED.seen_in_id, decided_at = NULL, decided_by_id = NULL
WHERE p.status IN ('open', 'merged')
RETURNING (xmax = 0)
"""


def _write(scan: DuplicateScan, found: dict[tuple[int, int], Found], now: datetime) -> int:
    """Write pairs; returns how many are new."""
    if not found:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "first": [first for first, _second in found], "second": [second for _first, second in found],
                "level": [one.level.value for one in found.values()],
                "reasons": [json.dumps(sorted(one.kinds)) for one in found.values()],
                "now": now, "scan": scan.pk, "levels": [level.value for level in STRENGTH],
            },
        )  # fmt: skip
        return sum(is_new for (is_new,) in cursor.fetchall())


def _finish(scan: DuplicateScan, now: datetime) -> None:
    """Close a scan; open pairs it did not meet again share nothing any more."""
    gone, _by_table = (
        DuplicatePair.objects.filter(status=DuplicatePair.Status.OPEN).exclude(seen_in=scan).delete()
    )
    scan.status, scan.finished_at = DuplicateScan.Status.DONE, now
    scan.counts |= {"gone": gone}
    told = {name: scan.counts.get(name, 0) for name in ("compared", "found", "gone", "crowded")}
    record(scan.started_by, "duplicates.scan_done", at=now, subject_id=scan.pk, **told)
