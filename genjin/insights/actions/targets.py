"""Setting targets, each change kept as an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import EllipsisType

from django.db import connection, transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import Team, User
from genjin.accounts.permissions import Right, require
from genjin.events.actions import record
from genjin.insights.models import RankingSettings, Target
from genjin.insights.queries.targets import may_set
from genjin.insights.rules.targets import check_target
from genjin.kit.errors import RuleError
from genjin.kit.money import to_cents

MOST_LINES = 1000
_LOCK = 727061
Key = tuple[str, str, date, int | None, int | None]


@dataclass(frozen=True, slots=True)
class NewTarget:
    """A target of a person, a team, or (neither) the company; `amount` None takes it away.

    `seen` is what its writer saw there (None: nothing); where another one stands meanwhile, it is refused.
    """

    metric: str
    grain: str
    first: date
    amount: Decimal | None
    person: int | None = None
    team: int | None = None
    seen: Decimal | EllipsisType | None = ...

    @property
    def key(self) -> Key:
        return self.metric, self.grain, self.first, self.person, self.team


@transaction.atomic
def set_targets(actor: User, lines: Sequence[NewTarget], *, now: datetime) -> list[Target]:
    """Set, change or take away targets; what stands already stays untouched. Returns those that were set or changed.

    Who sees everything sets all; a lead those of the people of the teams led, not the own ones. All or none are set.
    Raises RuleError `forbidden`, `target_not_led` (403), `too_many_targets`, `target_of_two`, `person_unknown`,
    `target_changed` (409, with the keys in `details`), and what `check_target` raises.
    """
    require(actor, Right.SET_TARGETS)
    if len(lines) > MOST_LINES:
        raise RuleError(_("At most 1,000 targets at once."), "too_many_targets")
    for line in lines:
        if line.person and line.team:
            raise RuleError(_("A target is a person's or a team's, not both."), "target_of_two")
        check_target(line.metric, line.grain, line.first, line.amount)
    _require_reach(actor, lines)
    with connection.cursor() as cursor:  # two writers, one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    wanted, standing = {line.key: line for line in lines}, _standing(lines)
    _refuse_changed(wanted, standing)
    changed: list[Target] = []
    for key, line in wanted.items():
        row, amount = standing.get(key), None if line.amount is None else to_cents(line.amount)
        if (row.amount if row else None) != amount and (kept := _write(actor, line, row, amount, now=now)):
            changed.append(kept)
    return changed


def _require_reach(actor: User, lines: Sequence[NewTarget]) -> None:
    people = {line.person for line in lines if line.person}
    teams = {line.team for line in lines if line.team}
    known_people = User.objects.filter(pk__in=people).count()
    if known_people != len(people) or Team.objects.filter(pk__in=teams).count() != len(teams):
        raise RuleError(_("Nobody is known by this name."), "person_unknown")
    everybody, led = may_set(actor)
    if not everybody and not all(line.person in led for line in lines):
        sentence = _(
            "You set the targets of the people you lead; your own, those of teams and of the company are set above you."
        )
        raise RuleError(sentence, "target_not_led", status=403)


def _standing(lines: Sequence[NewTarget]) -> dict[Key, Target]:
    rows = Target.objects.filter(metric__in={line.metric for line in lines}, first__in={line.first for line in lines})  # fmt: skip
    return {(row.metric, row.grain, row.first, row.person_id, row.team_id): row for row in rows}


def _refuse_changed(wanted: dict[Key, NewTarget], standing: dict[Key, Target]) -> None:
    changed = []
    for key, line in wanted.items():
        stands = standing[key].amount if key in standing else None
        if line.seen is not ... and stands not in {line.seen, line.amount}:
            changed.append(key)
    if changed:
        sentence = _("Somebody else changed a target meanwhile; look at it again and repeat your change.")
        raise RuleError(sentence, "target_changed", status=409, details={"keys": changed})


def _write(actor: User, line: NewTarget, row: Target | None, amount: Decimal | None, *, now: datetime) -> Target | None:  # fmt: skip
    """Write one change with its event; None where it was taken away."""
    before, pk = (row.amount, row.pk) if row else (None, None)
    kept: Target | None = None
    if amount is None:
        Target.objects.filter(pk=pk or 0).delete()
    else:
        kept = row or Target(metric=line.metric, grain=line.grain, first=line.first, person_id=line.person, team_id=line.team)  # fmt: skip
        kept.amount, kept.changed_at, kept.changed_by = amount, now, actor
        kept.save()
        pk = kept.pk
    record(
        actor, "target.set", at=now, subject_id=pk, metric=line.metric, grain=line.grain, first=line.first.isoformat(), person=line.person,
        of_team=line.team, before={"amount": _text(before)}, after={"amount": _text(amount)},
    )  # fmt: skip
    return kept


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


@transaction.atomic
def save_ranking_settings(actor: User, *, is_open_to_reps: bool, now: datetime) -> RankingSettings:
    """Say whether everybody who sells sees the ranking of their own team, or only who leads."""
    require(actor, Right.MANAGE_SETTINGS)
    row = RankingSettings.objects.select_for_update().first() or RankingSettings()
    before, row.is_open_to_reps = row.is_open_to_reps, is_open_to_reps
    row.save()
    if before != is_open_to_reps:
        was, becomes = {"is_open_to_reps": before}, {"is_open_to_reps": is_open_to_reps}
        record(actor, "ranking_settings.changed", at=now, subject_id=row.pk, before=was, after=becomes)
    return row
