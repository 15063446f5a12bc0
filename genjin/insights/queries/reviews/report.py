"""A review laid out part by part, as one reader may see it (S2-21, S3-24, S4-7, S1-17)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from genjin.customers.rules import Stage
from genjin.followups.rules import Period
from genjin.insights.queries.catalogue import METRICS
from genjin.insights.queries.reviews.parts import Column, Opens, Part, Table, Tile, Value, number, words
from genjin.insights.queries.reviews.reading import Reading
from genjin.insights.rules.figures import FEW, Unit
from genjin.insights.rules.moves import move_of
from genjin.insights.rules.stretches import grain_of, unit_words
from genjin.insights.rules.targets import attainment

HEAD = (
    "leads",
    "contacts",
    "won",
    "opportunity_amount",
    "amount_signed",
    "cash",
    "win_rate",
    "response_in_time",
)
PACE = ("records_in_time", "plans_in_time", "limits_kept", "tasks_in_time", "tasks_overdue")
AHEAD = ("forecast_weighted", "forecast_commit", "forecast_best", "receivable")
STAGES = tuple(stage.value for stage in Stage)
MOST_ROWS = 60


def report_of(read: Reading) -> list[Part]:
    """Return the parts of a review in the order they are read."""
    laid: tuple[Callable[[Reading], Part], ...] = (_figures, _funnel, _pace, _objections, _methods, _lost, _known, _ahead)  # fmt: skip
    return [part for part in (lay(read) for lay in laid) if part.tiles or part.tables]


def _decimal(cell: Mapping[str, Any]) -> Decimal | None:
    return None if cell["value"] is None else Decimal(cell["value"])


def _few(cell: Mapping[str, Any]) -> str:
    """Return what stands where too few records speak; "" where there are enough, or none at all."""
    return _("Too few") if cell["few"] and cell["value"] is not None else ""


def _tile(read: Reading, key: str) -> Tile:
    metric, one = METRICS[key], read.figures[key]
    now, then = one["now"], one["before"]
    told = not (now["few"] or then["few"])
    move = move_of(metric.unit, _decimal(now), _decimal(then), is_bad=metric.is_bad) if told else move_of(metric.unit, None, None, is_bad=False)  # fmt: skip
    shown = number(one["unit"], _decimal(now), Opens(key), few=_few(now))
    return Tile(str(metric.name), shown, number(one["unit"], _decimal(then), few=_few(then)), move, str(metric.formula))  # fmt: skip


def _tiles(read: Reading, keys: Sequence[str]) -> list[Tile]:
    return [_tile(read, key) for key in keys if key in read.figures and key in METRICS]


def _cell(key: str, by: str, cell: Mapping[str, Any] | None, unit: str) -> Value:
    """Return a cell of a figure; where there is none, of counts a zero and else a dash."""
    if cell is None:
        return number(unit, Decimal(0) if unit == Unit.COUNT else None)
    return number(unit, _decimal(cell), Opens(key, by, cell["key"]), few=_few(cell))


def _name(key: str) -> str:
    return str(METRICS[key].name)


def _table(read: Reading, title: str, head: str, keys: Sequence[str], *, bars: int | None = None, order: Sequence[str] = ()) -> Table:  # fmt: skip
    """Return several figures of the same cut side by side, a line for each value of it."""
    found = {key: {cell["key"]: cell for cell in read.cells(key)} for key in keys if key in read.figures}
    names = {cell: line["label"] for cells in found.values() for cell, line in cells.items()}
    ranked = [cell for cell in order if cell in names] if order else list(names)
    rows = [
        [words(names[cell]), *(_cell(key, read.figures[key]["by"], cells.get(cell), read.figures[key]["unit"]) for key, cells in found.items())]
        for cell in ranked
    ]  # fmt: skip
    rows = [row for row in rows if any(cell.number or cell.is_few for cell in row[1:])]
    note = _left_out(len(rows) - MOST_ROWS)
    columns = [Column(head), *(Column(_name(key), is_number=True) for key in found)]
    return Table(title, columns, rows[:MOST_ROWS], bars, note)


def _left_out(count: int) -> str:
    return _("%(count)s more that are not listed.") % {"count": count} if count > 0 else ""


def _filled(*tables: Table) -> list[Table]:
    return [table for table in tables if table.rows or table.note]


def _who(read: Reading) -> str:
    return pgettext("review", "Team") if read.review.team_id is None else pgettext("team", "Who")


def _by_whom(read: Reading) -> str:
    return _("By team") if read.review.team_id is None else _("By person")


def _figures(read: Reading) -> Part:
    tables = [_aims(read), _table(read, _("New leads by source"), _("Source"), ["leads"], bars=1)]
    return Part("figures", pgettext("review", "Key figures"), _tiles(read, HEAD), _filled(*tables))


def _aims(read: Reading) -> Table:
    """Return how much of each target was reached by the last day of the review (S2-21)."""
    rows = [
        [words(_name(one["metric"])), words(_stretch(one["first"], one["last"])),
         number(METRICS[one["metric"]].unit, Decimal(one["actual"])), number(METRICS[one["metric"]].unit, Decimal(one["target"])),
         number(Unit.SHARE, attainment(Decimal(one["actual"]), Decimal(one["target"])))]
        for one in read.review.figures.get("aims", []) if one["metric"] in METRICS
    ]  # fmt: skip
    labels = (_("Figure"), _("Stretch"), _("Reached"), _("Target"), _("Attainment"))
    columns = [Column(label, is_number=at > 1) for at, label in enumerate(labels)]
    return Table(_("Targets and attainment"), columns, rows)


def _stretch(first: str, last: str) -> str:
    """Return the month, quarter or year a target is of."""
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    grain = grain_of(period)
    return unit_words(grain, period.first) if grain else f"{first} – {last}"


def _funnel(read: Reading) -> Part:
    """Return the funnel as it stood (snapshot) beside what entered in these days and got further since (cohort)."""
    snapshot = {cell["key"]: cell for cell in read.cells("customers")}
    cohort = {cell["key"]: cell for cell in read.cells("stage_conversion")}
    labels = {stage.value: str(stage.label) for stage in Stage}
    rows = [
        [words(labels[stage]), _cell("customers", "stage", snapshot.get(stage), Unit.COUNT),
         number(Unit.COUNT, Decimal(cohort[stage]["whole"]) if stage in cohort else Decimal(0), Opens("entries", "entered", stage)),
         number(Unit.COUNT, Decimal(cohort[stage]["part"]) if stage in cohort else Decimal(0)),
         _cell("stage_conversion", "entered", cohort.get(stage), Unit.SHARE)]
        for stage in STAGES if stage in snapshot or stage in cohort
    ]  # fmt: skip
    labelled = (_("Stage"), _("Customers at the end (snapshot)"), _("Entered (cohort)"), _("Of them further since"), _("Conversion by stage"))  # fmt: skip
    note = _("Snapshot and cohort are two ways of counting; neither is a share of the other.")
    columns = [Column(label, is_number=at > 0) for at, label in enumerate(labelled)]
    table = Table(_("Stage by stage"), columns, rows, 1, note if rows else "")
    return Part("funnel", _("Funnel"), _tiles(read, ("grade_a_conversion", "grade_b_rise", "won", "lost")), _filled(table))  # fmt: skip


def _pace(read: Reading) -> Part:
    """Return whether the rules of the process were kept: by rule, and by person."""
    broken = _table(read, _("Time limits broken, by rule"), _("Rule"), ["limits_broken"], bars=1)
    people = _table(read, _by_whom(read), _who(read), ("contacts", *PACE))  # fmt: skip
    return Part("pace", _("Process compliance"), _tiles(read, PACE), _filled(broken, people))


def _objections(read: Reading) -> Part:
    """Return what was objected most, with the answers known to work (S3-12)."""
    table = _table(read, _("Objections by kind"), _("Kind"), ["objections", "objections_accepted"], bars=1)
    answers = [
        [words(line["category"]), words(one["title"]), number(Unit.COUNT, Decimal(one["count"])),
         number(Unit.SHARE, Decimal(one["rate"]) / 100) if one["rate"] is not None else Value(_("Too few"), is_few=True)]
        for line in read.answers for one in line["answers"]
    ]  # fmt: skip
    labels = (_("Kind"), _("Answer of the library"), _("Given"), _("Accepted"))
    columns = [Column(label, is_number=at > 1) for at, label in enumerate(labels)]
    return Part("objections", _("Objections and the best answers"), (), _filled(table, Table(_("The best answers"), columns, answers)))  # fmt: skip


def _methods(read: Reading) -> Part:
    """Return which way of contact is answered; of fewer than ten contacts nothing is claimed (S2-21)."""
    rows = [
        [words(cell["label"]), number(Unit.COUNT, Decimal(cell["whole"]), Opens("contacts", "method", cell["key"])),
         number(Unit.COUNT, Decimal(cell["part"]), Opens("response_rate", "method", cell["key"])),
         _cell("response_rate", "method", cell, Unit.SHARE)]
        for cell in read.cells("response_rate")
    ]  # fmt: skip
    labels = (_("Method"), _name("contacts"), _("Responded"), _name("response_rate"))
    columns = [Column(label, is_number=at > 0) for at, label in enumerate(labels)]
    return Part("methods", _("Methods and what they bring"), (), _filled(Table(_("Responses by method"), columns, rows, 3)))  # fmt: skip


def _lost(read: Reading) -> Part:
    why = _table(read, _("Reasons of lost customers"), _("Reason"), ["lost"], bars=1)
    deals = _table(read, _("Reasons of lost opportunities"), _("Reason"), ["deals_lost"])
    rows = [[words(one["name"], customer=one["customer"]), words(one["reason"] or _("None given")), words(str(one["on"]))] for one in read.lost]  # fmt: skip
    columns = [Column(label) for label in (_("Customer"), _("Reason"), _("When"))]
    kept = len(read.review.figures.get("lost", []))
    hidden, all_lost = kept - len(rows), read.figures.get("lost")
    notes = (_("%(count)s more that you may not see.") % {"count": hidden} if hidden > 0 else "", _left_out(all_lost["now"]["part"] - kept) if all_lost else "")  # fmt: skip
    note = " ".join(text for text in notes if text)
    return Part("lost", _("Lost customers"), (), _filled(why, deals, Table(_("Who was lost"), columns, rows, note=note)))  # fmt: skip


def _known(read: Reading) -> Part:
    """Return how complete what is known is: by person, and which fields are missing most (S1-17)."""
    missing = [
        [words(one["type"]), words(field["label"]), number(Unit.COUNT, Decimal(field["count"])),
         number(Unit.SHARE, Decimal(field["count"]) / Decimal(one["total"]), few=_("Too few") if one["total"] < FEW else "")]
        for one in read.missing for field in one["fields"]
    ]  # fmt: skip
    labels = (_("Customer type"), _("Field"), _("Missing"), _("Missing rate"))
    columns = [Column(label, is_number=at > 1) for at, label in enumerate(labels)]
    people = _table(read, _by_whom(read), _who(read), ["completeness"], bars=1)
    return Part("known", _("Completeness of information"), _tiles(read, ["completeness"]), _filled(people, Table(_("What is missing most"), columns, missing)))  # fmt: skip


def _ahead(read: Reading) -> Part:
    who = _table(read, _by_whom(read), _who(read), AHEAD[:3])
    pipeline = _table(read, _("Amount of open opportunities"), _("Forecast"), ["pipeline_amount"], bars=1)
    late = _table(read, _name("receivable"), _("Age"), ["receivable"], bars=1)
    return Part("ahead", _("Forecast and money to come"), _tiles(read, AHEAD), _filled(pipeline, who, late))
