"""The grid of targets: who has which target in which stretch, what the people's add up to, and what was reached."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.followups.rules import Period
from genjin.insights.actions.targets import Key, NewTarget
from genjin.insights.queries.asking import Question, ask
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.reach import TeamTree
from genjin.insights.queries.targets import (
    COMPANY,
    Subject,
    key_of,
    may_set,
    own_targets,
    sellers,
)
from genjin.insights.rules.stretches import Grain, unit_of
from genjin.insights.rules.targets import Aim, Own, attainment, gap, target_in
from genjin.kit.errors import ValueRefused
from genjin.kit.money import parse_money
from genjin.web.insights import shown
from genjin.web.insights.aims import percent, records_url

MOST_ROWS = 75  # with twelve cells each they fit into one form
_NAME = re.compile(r"t\.(company|team:\d{1,9}|person:\d{1,9})\.(month|quarter|year)\.(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class Column:
    grain: str
    first: date
    label: str

    @property
    def period(self) -> Period:
        return unit_of(self.grain, self.first)


def columns_of(year: int, cut: str) -> list[Column]:
    """Return the months of a year, or its quarters and itself."""
    if cut == "quarter":
        quarters = [Column("quarter", date(year, 3 * at + 1, 1), f"Q{at + 1}") for at in range(4)]
        return [*quarters, Column("year", date(year, 1, 1), str(year))]
    return [Column("month", date(year, at, 1), f"{year}-{at:02}") for at in range(1, 13)]


def written(amount: Decimal | None) -> str:
    """Return an amount as it stands in a cell, with thousands apart."""
    if amount is None:
        return ""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


@dataclass(slots=True)
class Grid:
    """What one person may see and set of a figure's targets in a year; `teams` are those whose targets are seen."""

    user: User
    metric: str
    year: int
    cut: str
    today: date
    teams: list[tuple[int, str]]
    team: int | None = None
    page: str = ""
    is_whole: bool = False
    posted: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def period(self) -> Period:
        return unit_of(Grain.YEAR, date(self.year, 1, 1))

    def context(self) -> dict[str, Any]:
        """Return a page of the grid's rows (all where it `is_whole`) with their cells; some ten queries for any number of rows."""
        period = self.period
        own = own_targets(self.user, period, [self.metric])
        everybody, people = may_set(self.user)
        tree, columns = TeamTree.read(), columns_of(self.year, self.cut)
        answer = ask(METRICS[self.metric], Question(self.user, period, self.today), "person")
        did = {int(cell.key): Decimal(cell.value or 0) for cell in answer.cells if cell.key}
        rows: list[dict[str, Any]] = []
        subjects = self._subjects(tree)
        page = Paginator(subjects, max(len(subjects), 1) if self.is_whole else MOST_ROWS).get_page(self.page)
        for kind, subject, members in page:
            actual = (
                Decimal(answer.total.value or 0)
                if subject.key == COMPANY
                else sum((did.get(one, Decimal(0)) for one in members), Decimal(0))
            )
            mine = own.get((self.metric, subject.key), {})
            below = [own.get((self.metric, key_of(one, None)), {}) for one in members] if kind != "person" else []  # fmt: skip
            can = everybody or (subject.person in people)
            cells = [self._cell(subject, column, mine, below, can=can) for column in columns]
            year = self._year(subject, mine, actual, period)
            rows.append({"kind": kind, "name": subject.name, "cells": cells} | year)
        seen = {
            cell["name"]: str(cell["stands"])
            for row in rows
            for cell in row["cells"]
            if cell["can"] and cell["stands"] is not None
        }
        return {
            "rows": rows, "columns": columns, "can": any(cell["can"] for row in rows for cell in row["cells"]),
            "seen": json.dumps(seen), "running": unit_of(self.cut, self.today).first, **_pages(page),
        }  # fmt: skip

    def _subjects(self, tree: TeamTree) -> list[tuple[str, Subject, list[int]]]:
        """Return company, teams and people in the order of the page, each with whose work counts."""
        teams = [(pk, name) for pk, name in self.teams if self.team in {None, pk}]
        inside = set(tree.people(self.team)) if self.team else None
        people = [one for one in sellers(self.user) if inside is None or one[0] in inside]
        found: list[tuple[str, Subject, list[int]]] = []
        if self.user.scope.sees_all and self.team is None:
            found.append((COMPANY, Subject(COMPANY, _("The whole company")), tree.everybody()))
        for pk, name in teams:
            found.append(("team", Subject(key_of(None, pk), name), tree.people(pk)))
            found += [
                ("person", Subject(key_of(one, None), who), [one]) for one, who, team in people if team == pk
            ]
        seen = {pk for pk, _name in teams}
        return found + [("person", Subject(key_of(one, None), who), [one]) for one, who, team in people if team not in seen]  # fmt: skip

    def _cell(self, subject: Subject, column: Column, own: Own, below: list[Any], *, can: bool) -> dict[str, Any]:  # fmt: skip
        name = f"t.{subject.key}.{column.grain}.{column.first}"
        amount = own.get((column.grain, column.first))
        worked_out = target_in(column.period, own) if amount is None else None
        parts = [part for part in (target_in(column.period, one) for one in below) if part is not None]
        total, goal = sum(parts, Decimal(0)), amount if amount is not None else worked_out
        return {
            "name": name, "can": can, "stands": amount, "number": amount if amount is not None else worked_out, "value": self.posted.get(name, written(amount)), "hint": written(worked_out), "wrong": self.wrong.get(name, ""),
            "label": f"{subject.name} {column.label}", "sum": written(total) if parts else "", "tone": "red" if parts and goal is not None and total < goal else "",
        }  # fmt: skip

    def _year(self, subject: Subject, own: Own, actual: Decimal, period: Period) -> dict[str, Any]:
        metric, target = METRICS[self.metric], target_in(period, own)
        share = attainment(actual, target)
        return {
            "numbers": (target, actual, share, gap(actual, target)), "target": shown.shown(metric, target), "actual": shown.shown(metric, actual), "percent": percent(share), "gap": shown.shown(metric, gap(actual, target)),
            "url": records_url(subject, self.metric, period.first, period.last), "is_reached": share is not None and share >= 1,
        }  # fmt: skip


def _pages(page: Page[Any]) -> dict[str, Any]:
    return {
        "page": page,
        "page_range": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
    }


def read_cells(posted: QueryDict, metric: str) -> tuple[list[NewTarget], dict[str, str]]:
    """Return the targets a form holds that differ from what its writer saw, and the sentence at each cell that cannot be read."""
    lines: list[NewTarget] = []
    wrong: dict[str, str] = {}
    seen = _seen(posted.get("seen", ""))
    for name, text in posted.items():
        found = _NAME.fullmatch(name)
        if found is None or not isinstance(text, str):
            continue
        subject = Subject(found[1], "")
        try:
            amount = parse_money(text, to_the_cent=True) if text.strip() else None
            if amount == seen.get(name):
                continue
            first = date.fromisoformat(found[3])
            lines.append(
                NewTarget(metric, found[2], first, amount, subject.person, subject.team, seen.get(name))
            )
        except ValueRefused as refusal:
            wrong[name] = refusal.message
        except ValueError:
            wrong[name] = _("Name a month, quarter or year by its first day.")
    return lines, wrong


def _seen(text: str) -> dict[str, Decimal]:
    """Return what stood in the cells when the form was made."""
    try:
        return {name: Decimal(amount) for name, amount in json.loads(text or "{}").items()}
    except (ValueError, AttributeError, TypeError, ArithmeticError):
        return {}


def cell_name(key: Key) -> str:
    """Return the name of the cell of a target."""
    _metric, grain, first, person, team = key
    return f"t.{key_of(person, team)}.{grain}.{first}"


def tabs_of(grid: Grid) -> dict[str, Any]:
    """Return the ways to look at the grid: figure, stretch, year, team."""

    def to(**more: Any) -> str:
        words = {"metric": grid.metric, "year": grid.year, "cut": grid.cut} | ({"team": grid.team} if grid.team else {}) | more  # fmt: skip
        return f"{reverse('insights:targets')}?{urlencode(words)}"

    return {
        "metrics": [{"label": label, "active": key == grid.metric, "url": to(metric=key)} for key, label in Aim.choices],
        "cuts": [{"label": label, "active": key == grid.cut, "url": to(cut=key)} for key, label in (("month", _("Months")), ("quarter", _("Quarters and year")))],
        "sheet_url": to().replace(reverse("insights:targets"), reverse("insights:targets_sheet"), 1), "before": to(year=grid.year - 1), "after": to(year=grid.year + 1), "year": grid.year, "here": to(**({"page": grid.page} if grid.page else {})),
    }  # fmt: skip
