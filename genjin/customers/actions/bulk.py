"""The one home for changing fields of many customers at once, and for taking that back.

A colleague above says which customers get which values; what follows (keys, search, score, label, proposed grade,
version, event, row history) is as when `records.change_customer` had changed them one by one, which a test holds.

    outcome = change_customers(actor, {12: {"industry": "制造业"}, 13: {"budget": "8万"}}, origin="bulk:7", now=now)
    outcome.changed, outcome.same, outcome.refused
    restore_changes(actor, "bulk:7", now=now)  # of bulk_restore

Call it chunk by chunk (some hundred to 2,000 customers); each call is one transaction. Old values lie in `KeptChange` under
`origin`, so that a run that was killed goes on with the next chunk and is still undone as a whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.actions.aliases import keep_former_names
from genjin.customers.actions.bulk_check import Checker
from genjin.customers.actions.bulk_write import Shown, as_json, update_rows
from genjin.customers.actions.completeness import weigh_rows
from genjin.customers.actions.derive import RATED, index_rows, rerate_rows
from genjin.customers.actions.own import own_column, own_log
from genjin.customers.actions.ownership import lock_visible, may_edit, require_edit
from genjin.customers.models import Customer, CustomerQuerySet, KeptChange
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules.fields import CUSTOMER_FIELDS, read_fields
from genjin.events.actions import record_many
from genjin.kit.errors import RuleError, not_found

IDENTITY = frozenset({"name", "kind", "credit_code"})
SEARCHED = IDENTITY | {"custom"}
UNLOGGED = frozenset({"custom", "template_id"})  # own fields are logged by key; the version follows the type
ALWAYS = (*RATED, "completeness", "version", "updated_at", "updated_by_id")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A customer that stays as it is, and why."""

    customer_id: int
    name: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """A customer about to be changed: `row` carries the new values, the others are by column as stored."""

    row: Customer
    before: dict[str, Any]
    after: dict[str, Any]
    derived: dict[str, Any]  # score and its like as they were


@dataclass(slots=True)
class Plan:
    """What a change would do, worked out without writing."""

    changes: list[Change] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change did: ids that changed, ids that had the value already, and who stayed out."""

    changed: list[int]
    same: list[int]
    refused: list[Refusal]


@transaction.atomic
def change_customers(
    actor: User,
    changes: Mapping[int, Mapping[str, Any]],
    *,
    origin: str,
    now: datetime,
    leave_out: bool = False,
) -> Outcome:
    """Change fields of customers by id; values are raw, as `change_customer` takes them.

    Refuses all of it when one customer is out of sight (404 `not_found`) or not the actor's to change (403
    `not_yours`); with `leave_out` such customers are refused one by one, as those are whose value a rule forbids
    (`fields_invalid`, `budget_reversed`, `duplicate_same`). Raises RuleError `forbidden` (403).
    """
    require(actor, Right.CHANGE_CUSTOMER)
    rows, refused = lock_editable(actor, list(changes), leave_out=leave_out)
    values: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        try:
            values[row.pk] = read_fields(changes[row.pk], CUSTOMER_FIELDS) | own_column(
                row, changes[row.pk].get("custom")
            )
        except RuleError as refusal:
            refused.append(_refusal(row, refusal))
    outcome = put_values(actor, [row for row in rows if row.pk in values], values, origin=origin, now=now)
    return Outcome(outcome.changed, outcome.same, [*refused, *outcome.refused])


def lock_editable(
    actor: User, ids: Sequence[int], *, leave_out: bool = False
) -> tuple[list[Customer], list[Refusal]]:
    """Return the customers `ids` locked in id order, and with `leave_out` those that are not the actor's to change."""
    if not leave_out:
        rows = lock_visible(actor, ids)
        for row in rows:
            require_edit(actor, row, Right.CHANGE_CUSTOMER)
        return rows, []
    found = _seen(actor).filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk")
    rows = list(found)
    missing = sorted(set(ids) - {row.pk for row in rows})
    gone = not_found().message
    theirs = _("Only the owner or who leads the owner may do this. Claim the customer, or ask for help.")
    refused = [Refusal(pk, "", "not_found", gone) for pk in missing]
    refused += [
        Refusal(row.pk, shown_name(actor, row), "not_yours", theirs)
        for row in rows
        if not may_edit(actor, row)
    ]
    return [row for row in rows if may_edit(actor, row)], refused


def _seen(actor: User) -> CustomerQuerySet:
    return Customer.objects.visible_to(actor)


def put_values(
    actor: User,
    rows: Sequence[Customer],
    values: Mapping[int, Mapping[str, Any]],
    *,
    origin: str,
    now: datetime,
) -> Outcome:
    """Put values as stored (what `read_fields` returns, by field or column) into locked rows; no right is asked.

    For callers who checked rows and values themselves, inside their transaction.
    """
    plan = plan_values(actor, rows, values)
    write_plan(actor, plan, origin=origin, now=now)
    return Outcome([change.row.pk for change in plan.changes], plan.same, plan.refused)


def plan_values(
    actor: User, rows: Sequence[Customer], values: Mapping[int, Mapping[str, Any]], *, holding: bool = True
) -> Plan:
    """Work out what putting values into `rows` would do; `rows` get the new values, nothing is written.

    With `holding` the keys of new names are held until commit; a mere preview leaves them free.
    """
    plan, checker, named = Plan(), Checker(actor), []
    for row in rows:
        wanted = {_column(name): _stored(value) for name, value in values[row.pk].items()}
        wanted = checker.with_template(row, wanted)
        after = {name: value for name, value in wanted.items() if getattr(row, name) != value}
        if not after:
            plan.same.append(row.pk)
            continue
        change = Change(
            row,
            {name: getattr(row, name) for name in after},
            after,
            {name: getattr(row, name) for name in RATED},
        )
        try:
            checker.check_values(row, after)
        except RuleError as refusal:
            plan.refused.append(_refusal(row, refusal))
            continue
        put(row, after)
        plan.changes.append(change)
        if after.keys() & IDENTITY:
            named.append(row)
    known = checker.known_already(actor, named, holding=holding)
    for change in [change for change in plan.changes if change.row.pk in known]:
        plan.refused.append(
            Refusal(
                change.row.pk,
                change.before.get("name", change.row.name),
                "duplicate_same",
                known[change.row.pk],
            )
        )
        put(change.row, change.before)
    plan.changes = [change for change in plan.changes if change.row.pk not in known]
    return plan


def put(row: Customer, values: Mapping[str, Any]) -> None:
    """Set columns of a row in memory."""
    for name, value in values.items():
        setattr(row, name, value)


def _column(name: str) -> str:
    return str(getattr(Customer._meta.get_field(name), "attname", name))


def _stored(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value


def _refusal(row: Customer, refusal: RuleError) -> Refusal:
    sentences = [sentence for found in refusal.fields.values() for sentence in found]
    return Refusal(row.pk, row.name, refusal.code, " ".join(dict.fromkeys(sentences)) or refusal.message)


def write_plan(actor: User, plan: Plan, *, origin: str, now: datetime) -> None:
    """Write what was planned: rows, keys, search, history, events and the old values under `origin`."""
    if not plan.changes:
        return
    rows = [change.row for change in plan.changes]
    graded = rerate_rows(rows, now)
    renamed = [(change.row, change.before["name"]) for change in plan.changes if "name" in change.before]
    keep_former_names(actor, renamed, now=now)
    save_changes(actor, plan.changes, now)
    KeptChange.objects.bulk_create(
        [
            KeptChange(
                origin=origin, customer_id=change.row.pk, version=change.row.version, graded=graded.get(change.row.pk),
                before=as_json(change.before | change.derived), after=as_json(change.after),
            )
            for change in plan.changes
        ]
    )  # fmt: skip
    tell_changes(actor, plan.changes, origin, now)


def save_changes(actor: User, changes: Sequence[Change], now: datetime) -> None:
    """Save planned rows, rated already, with their next version, completeness, keys and search words."""
    for change in changes:
        change.row.version += 1
        change.row.updated_at, change.row.updated_by_id = now, actor.pk
    weigh_rows([change.row for change in changes])
    columns = dict.fromkeys(name for change in changes for name in (*change.after, *ALWAYS))
    update_rows([change.row for change in changes], list(columns))
    named = [change.row for change in changes if change.after.keys() & SEARCHED]
    if named:
        index_rows(named)


def tell_changes(actor: User, changes: Sequence[Change], origin: str, now: datetime) -> None:
    """Write what changed to the trail, fields by name, own fields by key."""
    shown = Shown([(change.before, change.after) for change in changes])
    own = own_log([(change.before, change.after) for change in changes])
    record_many(
        actor, "customer.changed",
        [
            (change.row.pk, {
                "version": change.row.version, "origin": origin,
                "changes": {name.removesuffix("_id"): [shown(name, change.before[name]), shown(name, value)]
                            for name, value in change.after.items() if name not in UNLOGGED} | logged,
            })
            for change, logged in zip(changes, own, strict=True)
        ],
        at=now,
    )  # fmt: skip
