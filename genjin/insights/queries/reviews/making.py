"""What a review counts the day it is made: everything it will ever say, as JSON of numbers and ids."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from genjin.accounts.models import Team, User
from genjin.accounts.queries import local_day
from genjin.customers.queries.missing import Rates, missing_rates
from genjin.fields.queries import current_templates
from genjin.followups.rules import Period
from genjin.insights.queries.asking import Cell, Question, ask, compared_with, records
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.reach import people_of_team
from genjin.insights.queries.targets import key_of, own_targets
from genjin.insights.rules.sentences import sentences
from genjin.insights.rules.stretches import Grain, before, so_far, unit_of
from genjin.insights.rules.targets import TARGET_GRAINS, Aim, target_in
from genjin.proposals.queries.objections import suggestions

FORM = 1  # of the JSON; a reader of an older one knows what to expect
# Figures by how they are cut, part by part of the review.
COUNTED = {
    "leads": "source", "response_in_time": "person", "contacts": "person", "response_rate": "method", "records_in_time": "person", "plans_in_time": "person",
    "limits_kept": "person", "limits_broken": "rule", "tasks_in_time": "person", "tasks_overdue": "person", "customers": "stage", "entries": "entered",
    "stage_conversion": "entered", "grade_a_conversion": "person", "grade_b_rise": "person", "won": "person", "lost": "lost_reason", "deals_lost": "lost_reason",
    "win_rate": "person", "opportunity_amount": "person", "amount_signed": "person", "cash": "person", "receivable": "age", "pipeline_amount": "forecast",
    "forecast_weighted": "person", "forecast_commit": "person", "forecast_best": "person", "objections": "category", "objections_accepted": "category",
    "completeness": "person",
}  # fmt: skip
MOST_LOST = 200
MOST_FIELDS = 8
BEST_ANSWERS = 3
TOLD_CATEGORIES = 5


def counted(user: User, period: Period, team: Team | None, now: datetime) -> dict[str, Any]:
    """Return a review's figures as `user` sees them now, beside the stretch before; about 130 queries."""
    today = local_day(now)
    people = people_of_team(team) if team else None
    question = Question(user, period, today, people)
    then = Question(user, so_far(period, today, before(period)), today, people)
    cuts = {key: "team" if team is None and by == "person" else by for key, by in COUNTED.items()}
    figures = {key: _figure(key, by, question, then) for key, by in cuts.items()}
    return {
        "form": FORM, "first": str(period.first), "last": str(period.last), "known_until": now.isoformat(),
        "before": [str(then.period.first), str(then.period.last)], "figures": figures,
        "sentences": [said.kept() for said in sentences(figures)], "lost": _lost(question), "answers": _answers(figures),
        "missing": _missing(user, people), "aims": _aims(question, team),
    }  # fmt: skip


def _figure(key: str, by: str, now: Question, then: Question) -> dict[str, Any]:
    metric = METRICS[key]
    found = ask(metric, now, by)
    return {
        "unit": str(metric.unit), "by": by, "now": _cell(found.total), "before": _cell(compared_with(metric, then)),
        "cells": [_cell(cell) for cell in found.cells],
    }  # fmt: skip


def _cell(cell: Cell) -> dict[str, Any]:
    value = None if cell.value is None else str(cell.value)
    return {
        "key": cell.key, "label": cell.label, "value": value, "part": cell.part, "whole": cell.whole, "amount": str(cell.amount),
        "amount_of": str(cell.amount_of), "few": cell.too_few,
    }  # fmt: skip


def _lost(question: Question) -> list[dict[str, Any]]:
    """Return who was lost, by number alone: names are looked up by whoever reads, as far as they see them."""
    rows = records(METRICS["lost"], question).order_by("-at", "-pk")
    found = rows.values_list("customer_id", "customer__lost_reason_id", "at", "by_id")[:MOST_LOST]
    return [{"customer": customer, "reason": reason, "at": at.isoformat(), "person": by} for customer, reason, at, by in found]  # fmt: skip


def _aims(question: Question, team: Team | None) -> list[dict[str, Any]]:
    """Return the targets of the month (else quarter, else year) the review's last day lies in, and what was reached up to that day."""
    day, whose = min(question.period.last, question.today), key_of(None, team.pk if team else None)
    own, found = own_targets(question.user, unit_of(Grain.YEAR, day)), list[dict[str, Any]]()
    for metric in Aim.values:
        targets = ((unit_of(grain, day), own.get((metric, whose), {})) for grain in TARGET_GRAINS)
        told = ((period, target_in(period, goals)) for period, goals in targets)
        period, target = next((pair for pair in told if pair[1] is not None), (None, None))
        if period is not None:
            reached = ask(METRICS[metric], replace(question, period=Period(period.first, day))).total.value
            found.append({"metric": metric, "first": str(period.first), "last": str(period.last), "until": str(day), "actual": str(reached or 0), "target": str(target)})  # fmt: skip
    return found


def _answers(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the standard answers to what was objected most, those known to be accepted first (S3-12)."""
    told = [cell for cell in figures["objections"]["cells"] if cell["part"] and cell["key"]]
    found = list[dict[str, Any]]()
    for cell in sorted(told, key=lambda cell: (-cell["part"], cell["key"]))[:TOLD_CATEGORIES]:
        pairs = suggestions(cell["key"], most=BEST_ANSWERS)
        found.append({
            "category": cell["key"], "count": cell["part"],
            "answers": [{"entry": entry.pk, "title": str(entry), "count": learnt.count, "rate": learnt.rate} for entry, learnt in pairs],
        })  # fmt: skip
    return found


def _missing(user: User, people: Sequence[int] | None) -> list[dict[str, Any]]:
    """Return which fields are missing most, by customer type (S1-17)."""
    wanted = None if people is None else set(people)
    found = list[dict[str, Any]]()
    for kind, template in current_templates().items():
        groups = missing_rates(user, kind, template.outline, "" if wanted is None else "rep")
        told = [one for one in groups if wanted is None or one.key in wanted]
        total = sum(one.total for one in told)
        if total:
            found.append({"type": kind, "total": total, "fields": _most_missing(told)})
    return found


def _most_missing(groups: Sequence[Rates]) -> list[list[Any]]:
    sums: dict[str, int] = {}
    for group in groups:
        for key, count in group.missing.items():
            sums[key] = sums.get(key, 0) + count
    ranked = sorted(((key, count) for key, count in sums.items() if count), key=lambda pair: (-pair[1], pair[0]))  # fmt: skip
    return [[key, count] for key, count in ranked[:MOST_FIELDS]]
