"""Server time of pages and saves, asked in process: what the web process spends, without a network."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client

ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds at the median and the 95th percentile, statements and bytes of one request."""

    name: str
    p50: float
    p95: float
    queries: int
    size: int


def measure(name: str, ask: Callable[[int], Any], rounds: int = ROUNDS) -> Timing:
    """Ask a page 40 times (or `rounds`) after a warm-up and return its timing."""
    for at in range(3):
        ask(at)
    statements: list[str] = []
    with connection.execute_wrapper(lambda run, sql, *rest: (statements.append(sql), run(sql, *rest))[1]):
        answer = ask(3)
    spent = []
    for at in range(rounds):
        began = time.perf_counter()
        answer = ask(at + 4)
        spent.append((time.perf_counter() - began) * 1000)
    if answer.status_code >= 400:
        raise SystemExit(f"{name}: {answer.status_code} {answer.content[:300]!r}")
    spent.sort()
    return Timing(
        name, statistics.median(spent), spent[int(rounds * 0.95) - 1], len(statements), len(answer.content)
    )


def pages(client: Client, newest: int) -> list[Timing]:
    """Measure the pages a rep uses all day, and recording a contact."""
    words = ("华为", "中科", "机电", "深圳华", "天海")
    spread = [max(10, (newest - at * 37) // 10 * 10) for at in range(60)]
    due = "2030-01-01T09:00"

    def record(at: int) -> Any:
        data = {
            "method": "phone",
            "summary": f"客户确认了第{at}次演示的时间{time.perf_counter()}",
            "next_at": due,
            "next_text": "演示",
            "got_response": "1",
        }
        return client.post(f"/customers/{spread[at]}/followups/", data)

    return [
        measure("list, newest 50", lambda _at: client.get("/customers/")),
        measure(
            "list, mine by next follow-up", lambda _at: client.get("/customers/?tab=mine&sort=next_action")
        ),
        measure("list, page 100", lambda _at: client.get("/customers/?page=100")),
        measure(
            "search box, two characters",
            lambda at: client.get(f"/search/?q={words[at % 5]}", headers={"HX-Request": "true"}),
        ),
        measure(
            "search box, phone tail",
            lambda at: client.get(f"/search/?q={1000 + at}", headers={"HX-Request": "true"}),
        ),
        measure("detail", lambda at: client.get(f"/customers/{spread[at]}/")),
        measure("board", lambda _at: client.get("/customers/board/")),
        measure("workbench", lambda _at: client.get("/")),
        measure("record a contact", record),
    ]
