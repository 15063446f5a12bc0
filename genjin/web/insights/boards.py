"""What each opens first: a rep the own week, a lead the team with its jams and what is late, a manager the company."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.insights.rules.stretches import Stretch


@dataclass(frozen=True, slots=True)
class Board:
    """Tiles by figure; charts by figure, how it is cut ("trend": by time), and how it is drawn; whose (`is_own`: one's own)."""

    key: str
    label: Any
    stretch: Stretch
    tiles: tuple[str, ...]
    charts: tuple[tuple[str, str, str], ...]
    is_own: bool = False


BOARDS: Mapping[str, Board] = {board.key: board for board in (
    Board(
        "company", pgettext_lazy("board", "Company"), Stretch.MONTH,
        ("amount_signed", "cash", "collection_rate", "receivable", "leads", "lead_conversion", "won", "win_rate", "pipeline_amount", "forecast_weighted", "forecast_commit", "forecast_best"),
        (("customers", "stage", "funnel"), ("cash", "trend", "bar"), ("pipeline_amount", "forecast", "ranking"), ("amount_signed", "team", "ranking"), ("contacts", "team", "ranking"), ("leads", "source", "ranking")),
    ),
    Board(
        "team", pgettext_lazy("board", "Team"), Stretch.MONTH,
        ("leads", "contacts", "response_in_time", "moved_forward", "won", "amount_signed", "cash", "pipeline_amount", "limits_kept", "limits_broken", "tasks_overdue", "records_in_time"),
        (("stage_conversion", "entered", "bar"), ("days_in_stage", "entered", "bar"), ("contacts", "person", "ranking"), ("amount_signed", "person", "ranking"), ("tasks_overdue", "person", "ranking"), ("limits_broken", "rule", "ranking")),
    ),
    Board(
        "own", pgettext_lazy("board", "My own"), Stretch.WEEK,
        ("contacts", "customers_contacted", "leads", "moved_forward", "won", "opportunity_amount", "amount_signed", "cash", "response_rate", "records_in_time", "tasks_done", "tasks_overdue"),
        (("contacts", "trend", "bar"), ("customers", "stage", "funnel"), ("pipeline_amount", "forecast", "ranking"), ("workload", "kind", "ranking")), is_own=True,
    ),
)}  # fmt: skip


def boards_for(user: User) -> list[Board]:
    """Return the boards somebody may open, the first one first."""
    keys = ["company", "team"] if user.may(Right.SEE_ALL) else ["team"] if user.may(Right.SEE_TEAM) else []
    return [BOARDS[key] for key in (*keys, "own")]


def board_asked(user: User, key: str) -> Board:
    """Return the board asked for; the first one where that is none of theirs."""
    found = boards_for(user)
    return next((board for board in found if board.key == key), found[0])
