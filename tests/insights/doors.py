"""Figures as people and programs get them: read from the page's HTML and from the API's JSON."""

import re
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any

from django.test import Client

EVER = "from=2000-01-01&to=2100-01-01"
ROW = re.compile(
    r'<tr data-href="([^"]+)"><td class="pinned"><a[^>]*>([^<]*)</a></td><td class="number[^"]*"[^>]*?(?: title="([^"]*)")?>([^<]*)</td>'
    r'.*?<td class="soft"[^>]*>([^<]*)</td></tr>'
)


@dataclass(frozen=True)
class Told:
    """A figure of one cell, as told: `exact` is a sum in yuan; `part` and `whole` are of shares that say something."""

    value: str
    exact: Decimal | None
    part: int | None
    whole: int | None
    url: str


def on_page(client: Client, key: str, by: str, days: str = EVER) -> dict[str, Told]:
    """Return the table of a figure's page by label."""
    page = client.get(f"/insights/figures/{key}/?{days}&by={by}")
    assert page.status_code == 200
    return {unescape(row[1]): _told(row) for row in ROW.findall(page.content.decode())}


def _told(row: tuple[str, ...]) -> Told:
    url, _label, exact, value, note = (unescape(text) for text in row)
    counts = re.fullmatch(r"([\d,]+) / ([\d,]+)", note)
    part, whole = (int(text.replace(",", "")) for text in counts.groups()) if counts else (None, None)
    return Told(value, Decimal(exact.strip("¥").replace(",", "")) if exact else None, part, whole, url)


def tile_of(client: Client, key: str, days: str = EVER) -> dict[str, str]:
    """Return the figure in all, from its page: value, exact and note."""
    body = client.get(f"/insights/figures/{key}/?{days}").content.decode()
    found = re.search(
        r'tile-value[^"]*"(?: title="([^"]*)")?>([^<]*)</span><span class="tile-note">([^<]*)<', body
    )
    return {"exact": found[1] or "", "value": found[2], "note": found[3]}


def by_api(caller: Any, key: str, by: str, days: str = "first=2000-01-01&last=2100-01-01") -> dict[str, Any]:
    """Return a figure from the API."""
    answer = caller.get(f"/metrics/{key}?{days}&by={by}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def rates_of(told: dict[str, Told]) -> dict[str, dict[str, Any]]:
    """Return parts, wholes and shares of a page's table; those of too few are left out, as the page does."""
    return {
        label: {"leads": one.whole, "won": one.part, "rate": round(one.part / one.whole, 6)}
        for label, one in told.items()
        if one.whole
    }


def rates_in(figure: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return parts, wholes and shares of the API's cells."""
    return {
        cell["label"]: {"leads": cell["whole"], "won": cell["part"], "rate": float(cell["value"])}
        for cell in figure["cells"]
    }
