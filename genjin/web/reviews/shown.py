"""A review as its page shows it: each number with the address of its records, bars as charts."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from genjin.accounts.queries import local_day
from genjin.insights.queries.reviews.parts import Opens, Part, Table, Tile, Value
from genjin.insights.queries.reviews.reading import Reading
from genjin.insights.queries.reviews.report import report_of
from genjin.insights.rules.reviews import Result

TONES = {Result.DONE: "green", Result.LATE: "orange", Result.OPEN: "blue", Result.OVERDUE: "red", Result.DROPPED: "muted"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """The addresses of one review's numbers: the same days and people, as known on the day it was made."""

    read: Reading

    def url(self, opens: Opens | None) -> str:
        """Return what a number opens; "" for none."""
        if opens is None:
            return ""
        if opens.customer:
            return reverse("customers:detail", args=[opens.customer])
        review = self.read.review
        asked = {"from": review.first.isoformat(), "to": review.last.isoformat()}
        if review.team_id:
            asked["team"] = str(review.team_id)
        if (made := local_day(review.made_at)) < self.read.today:
            asked["as_of"] = made.isoformat()
        if not opens.by:
            return f"{reverse('insights:metric', args=[opens.metric])}?{urlencode(asked)}"
        return f"{reverse('insights:records', args=[opens.metric])}?{urlencode({**asked, 'by': opens.by, 'key': opens.key})}"

    def parts(self) -> list[dict[str, Any]]:
        """Return the parts of the review for its template."""
        return [self._part(part) for part in report_of(self.read)]

    def _part(self, part: Part) -> dict[str, Any]:
        tables = [self._table(f"chart-{part.key}-{at}", table) for at, table in enumerate(part.tables)]
        return {"key": part.key, "title": part.title, "tiles": [self._tile(one) for one in part.tiles], "tables": tables}  # fmt: skip

    def _tile(self, tile: Tile) -> dict[str, Any]:
        move = tile.move
        return {
            "label": tile.label, "value": tile.value.text, "few": tile.value.is_few, "url": self.url(tile.value.opens), "help": tile.help, "before": tile.earlier.text,
            "change": {"text": move.text, "tone": move.tone, "icon": f"trending-{move.way}" if move.way else ""},
        }  # fmt: skip

    def _table(self, name: str, table: Table) -> dict[str, Any]:
        rows = [[self._value(cell, column.is_number, column.label) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]  # fmt: skip
        return {"id": name, "title": table.title, "columns": table.columns, "rows": rows, "note": table.note, "chart": self._chart(table), "is_wide": len(table.columns) > 3}  # fmt: skip

    def _value(self, cell: Value, is_number: bool, label: str) -> dict[str, Any]:
        return {"text": cell.text, "url": self.url(cell.opens), "few": cell.is_few, "is_number": is_number, "label": label}  # fmt: skip

    def _chart(self, table: Table) -> str:
        """Return what the script draws; "" for a table without bars, or of a single one."""
        drawn = [row for row in table.rows if table.bars is not None and row[table.bars].number is not None]
        if len(drawn) < 2 or table.bars is None:
            return ""
        cells = [row[table.bars] for row in drawn]
        return json.dumps({
            "kind": table.kind, "unit": cells[0].unit, "labels": [row[0].text for row in drawn],
            "series": [{"name": str(table.columns[table.bars].label), "values": [float(cell.number or 0) for cell in cells], "urls": [self.url(cell.opens) for cell in cells]}],
        }, ensure_ascii=False)  # fmt: skip


def action_row(one: dict[str, Any], user_id: int, *, holds: bool, is_draft: bool) -> dict[str, Any]:
    """Return an action as a line: what became of it, and what the reader may do with it."""
    may_settle = one["is_open"] and (holds or one["owner"].pk == user_id)
    return {
        **one, "label": one["result"].label, "tone": TONES[one["result"]],
        "customer_url": reverse("customers:detail", args=[one["customer"]]) if one["customer"] else "",
        "settle_url": reverse("reviews:settle", args=[one["id"]]) if may_settle else "",
        "remove_url": reverse("reviews:remove", args=[one["id"]]) if holds and is_draft else "",
    }  # fmt: skip
