"""Projects on a line of time, as numbers an SVG takes: one unit is a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from genjin.accounts.models import User
from genjin.delivery.models import Project
from genjin.delivery.queries.projects import standings
from genjin.delivery.rules.plan import days_late
from genjin.web.delivery.words import row_of

WIDTH, ROW, TOP = 1000, 44, 34
LEAST_DAYS, MOST_DAYS = 28, 1100


@dataclass(frozen=True, slots=True)
class Scale:
    """From which day to which the picture goes."""

    first: date
    days: int

    def at(self, day: date) -> float:
        """Return where a day begins, within the picture."""
        return round(min(max((day - self.first).days / self.days, 0), 1) * WIDTH, 1)


def scale_of(days: Sequence[date], today: date) -> Scale:
    """Return a scale that holds all days and today, of four weeks at least."""
    known = [*days, today]
    first = max(min(known), today - timedelta(days=MOST_DAYS // 2)) - timedelta(days=3)
    last = min(max(known), today + timedelta(days=MOST_DAYS // 2)) + timedelta(days=10)
    return Scale(first, max((last - first).days, LEAST_DAYS))


def picture(user: User, projects: Sequence[Project], today: date) -> dict[str, Any]:
    """Return bars, months and the line of today; two queries."""
    spans = [(project, *_span(project, today)) for project in projects]
    scale = scale_of([day for _project, *days in spans for day in days], today)
    found = standings(projects, today)
    bars = []
    for at, (project, first, last) in enumerate(spans):
        x, end = scale.at(first), scale.at(last + timedelta(days=1))
        width = max(end - x, 6)
        row = row_of(user, project, found[project.pk], today)
        over = scale.at(today) if days_late(project.dates, today) and project.delivered_on is None else None
        bars.append(
            row | {
                "x": x, "width": width, "y": TOP + at * ROW, "done": round(width * found[project.pk].percent / 100, 1),
                "planned": scale.at(project.planned_end + timedelta(days=1)) if project.planned_end else None,
                "late_width": round(max(over - end, 2), 1) if over is not None else 0, "late_x": end,
                "text_y": TOP + at * ROW + 13, "bar_y": TOP + at * ROW + 19, "first": first, "last": last,
                "label_x": min(x, WIDTH - 330), "state_code": project.state,
            }
        )  # fmt: skip
    height = TOP + len(bars) * ROW + 8
    return {
        "bars": bars, "months": _months(scale), "today": scale.at(today), "width": WIDTH, "height": height,
        "box": f"0 0 {WIDTH} {height}",
    }  # fmt: skip


def _span(project: Project, today: date) -> tuple[date, date]:
    """Return the days a bar covers; what is unknown is taken from what is known."""
    end = project.delivered_on or project.dates.end
    first = project.started_on or project.starts_on or (min(end, today) if end else today)
    return first, max(end or first, first)


def _months(scale: Scale) -> list[dict[str, Any]]:
    """Return the first days of the months within the picture; of long ones every second or third."""
    day = scale.first.replace(day=1)
    found = []
    while (day - scale.first).days <= scale.days:
        if day >= scale.first:
            found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    step = len(found) // 9 + 1
    return [{"x": scale.at(one), "text_x": scale.at(one) + 5, "label": _label(one)} for one in found[::step]]


def _label(day: date) -> str:
    return f"{day:%Y-%m}"
