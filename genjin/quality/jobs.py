"""Background work of this floor: load, call one action."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.quality.actions.contradictions import look_for_contradictions
from genjin.quality.actions.scan import run_scan, start_scan


@app.task(name="quality.scan")
def scan(scan_id: int) -> None:
    """Look for doubles, from where the scan stopped."""
    run_scan(scan_id)


@app.periodic(cron="17 19 * * 6")  # Sunday 03:17 in Shanghai
@app.task(name="quality.scan_weekly", queueing_lock="quality.scan_weekly")
def scan_weekly(timestamp: int) -> None:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Look for doubles once a week, at night."""
    start_scan(None, now=timezone.now())


@app.periodic(cron="7 * * * *")
@app.task(name="quality.contradictions", queueing_lock="quality.contradictions")
def look_hourly(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Look at customers changed within the hour; at all of them the first time."""
    return look_for_contradictions(timezone.now())
