"""Making two records of one customer one, with all that hangs on them, and taking it back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Model
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.approvals.models import Request
from genjin.customers.actions.derive import index, rerate
from genjin.customers.actions.family import hold_families, lineage
from genjin.customers.actions.ownership import lock_visible, require_edit
from genjin.customers.models import (
    Alias,
    Contact,
    Customer,
    GradeChange,
    Merge,
    OwnerChange,
    Participant,
    StageChange,
)  # fmt: skip
from genjin.events.actions import record
from genjin.events.models import Event
from genjin.followups.actions.debts import refresh_debts
from genjin.followups.actions.keeping import keep_clocks
from genjin.followups.actions.next_step import refresh_next_steps
from genjin.followups.models import Attachment, Comment, Deadline, FollowUp, FollowUpPlan, Task
from genjin.kit.errors import RuleError

# What moves along, of this floor and below; each has a column `customer_id`.
MOVED: tuple[type[Model], ...] = (
    Alias, Contact, FollowUp, FollowUpPlan, Comment, Task, Attachment, Deadline, Participant, StageChange, GradeChange, OwnerChange, Event,
    Request,
)  # fmt: skip


def moved_tables() -> tuple[type[Model], ...]:
    """Return every table whose rows move along: ours, and those of upper floors that ask for it.

    A table of an upper floor says `moves_with_customer = True` (or False, when its rows stay with the record
    they were written for); the schema itself leads here, so that nothing is imported upwards.
    """
    pointing = {
        relation.related_model
        for relation in Customer._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and relation.related_model is not None
    }
    asking = [model for model in pointing if getattr(model, "moves_with_customer", False)]
    return (*MOVED, *sorted(asking, key=_table))


# Fields that are taken together or not at all.
FIELD_GROUPS: tuple[tuple[str, ...], ...] = (
    ("name",), ("kind",), ("credit_code",), ("old_registration_no",), ("customer_type", "template_id"), ("industry",),
    ("size", "employee_count"), ("revenue_min", "revenue_max"), ("founded_on", "founded_precision"),
    ("province", "city", "district", "address"), ("website",), ("main_business",), ("target_customers",), ("news",),
    ("industry_rank",), ("source_id", "source_detail"), ("campaign_id",), ("referrer_id",), ("parent_id",), ("need",), ("pain_points",),
    ("desired_cooperation",), ("budget_min", "budget_max"), ("is_authority_clear", "decision_process"),
    ("needs_many_approvals",), ("purchase_timing", "purchase_by"), ("competitors",), ("need_fit",), ("intent",),
    ("past_projects",), ("cooperation_period",), ("satisfaction_score",), ("commitments",), ("negotiation_progress",),
    ("repurchase_intent",), ("do_not_disturb",), ("notes",),
)  # fmt: skip


@transaction.atomic
def merge_customers(
    actor: User, kept: Customer, others: Sequence[Customer], *, take: Mapping[str, int], now: datetime
) -> list[Merge]:
    """Make `others` part of `kept`: contacts, records, tasks, files, history and tags move along (S0-14).

    Empty fields are filled from the others; `take` names, by field, the customer whose value is wanted. Owner,
    stage and grade stay. Raises RuleError `merge_with_itself`, `field_unknown`, `forbidden`, `not_found` (404).
    """
    require(actor, Right.DELETE_CUSTOMER)
    ids = [row.pk for row in others]
    if not ids or kept.pk in ids or len(set(ids)) != len(ids):
        raise RuleError(_("Choose another customer to merge with this one."), "merge_with_itself")
    rows = {row.pk: row for row in lock_visible(actor, [kept.pk, *ids])}
    for row in rows.values():
        require_edit(actor, row, Right.DELETE_CUSTOMER)
    own = {key for row in rows.values() for key in row.custom}
    unknown = [name for name in take if name not in own and not any(name in group for group in FIELD_GROUPS)]
    if unknown or not set(take.values()) <= rows.keys():
        raise RuleError(
            _("Unknown field or customer: %(names)s.") % {"names": ", ".join(unknown) or "take"},
            "field_unknown",
        )
    return [_merge(actor, rows[kept.pk], rows[pk], take, now=now) for pk in ids]


def _merge(actor: User, kept: Customer, other: Customer, take: Mapping[str, int], *, now: datetime) -> Merge:
    other.refresh_from_db(fields=["parent", "referrer"])  # an earlier one of the same deed may have been it
    changes = _fields_from(kept, other, take)
    _settle_parent(kept, other, changes)
    if changes.get("referrer_id") == kept.pk:  # nobody refers itself
        del changes["referrer_id"]
    merge = Merge(kept=kept, merged=other, at=now, by=actor)
    merge.before = {name: _kept_form(getattr(kept, name)) for name in changes}
    merge.after = {name: _kept_form(value) for name, value in changes.items()}
    merge.moved = {_table(model): _move(model, kept, other) for model in moved_tables()}
    merge.moved["primary"] = _one_primary(kept, merge.moved[_table(Contact)])
    merge.moved["tags"] = _add_tags(kept, other)
    merge.moved["children"] = _adopt(kept, other)
    merge.moved["referred"] = list(Customer.objects.filter(referrer=other).values_list("pk", flat=True))
    Customer.objects.filter(pk__in=merge.moved["referred"]).exclude(pk=kept.pk).update(referrer=kept)
    merge.save()
    Customer.objects.filter(pk=other.pk).update(deleted_at=now)
    known = list(kept.gradechanges.values_list("pk", flat=True))
    _put(kept, changes, actor, now)
    merge.moved["graded"] = list(kept.gradechanges.exclude(pk__in=known).values_list("pk", flat=True))
    merge.save(update_fields=["moved"])
    _settle([kept], now)
    record(
        actor, "customer.merged", at=now, customer_id=kept.pk, subject_id=merge.pk, other=other.pk, name=other.name,
        version=kept.version, fields=_written(changes),
    )  # fmt: skip
    return merge


def _fields_from(kept: Customer, other: Customer, take: Mapping[str, int]) -> dict[str, Any]:
    """Return which fields of `kept` change, and to what."""
    changes: dict[str, Any] = {}
    for group in FIELD_GROUPS:
        chosen = next((take[name] for name in group if name in take), None)
        is_empty = not any(getattr(kept, name) for name in group)
        if chosen == other.pk or (chosen is None and is_empty):
            changes |= {name: getattr(other, name) for name in group}
    for name, pick in (("first_contact_at", min), ("last_contact_at", max)):
        known = [value for value in (getattr(kept, name), getattr(other, name)) if value is not None]
        changes[name] = pick(known) if known else None
    changes["extra"] = other.extra | kept.extra
    taken = {key: value for key, value in other.custom.items() if take.get(key) == other.pk}
    changes["custom"] = other.custom | kept.custom | taken
    return {name: value for name, value in changes.items() if value != getattr(kept, name)}


def _written(changes: Mapping[str, Any]) -> list[str]:
    """Return the names under which people edit what was written: an own field by its key."""
    own = changes.get("custom", {})
    return sorted({*(name.removesuffix("_id") for name in changes if name != "custom"), *own})


def _settle_parent(kept: Customer, other: Customer, changes: dict[str, Any]) -> None:
    """Leave in `changes` a parent that is neither of the two, nor a branch of them."""
    hold_families()
    both, wanted = {kept.pk, other.pk}, changes.pop("parent_id", kept.parent_id)
    if wanted == other.pk:
        wanted = other.parent_id
    if wanted is not None and both & set(lineage(wanted)):
        wanted = None
    if wanted != kept.parent_id:
        changes["parent_id"] = wanted


def _adopt(kept: Customer, other: Customer) -> list[int]:
    """Make the branches of `other` branches of `kept`."""
    children = Customer.objects.filter(parent=other).exclude(pk=kept.pk)
    ids = list(children.order_by("pk").values_list("pk", flat=True))
    Customer.objects.filter(pk__in=ids).update(parent=kept)
    return ids


def _break_circle(row: Customer) -> None:
    """Let a record that came back have no parent which meanwhile became its branch."""
    parent_id = Customer.objects.values_list("parent_id", flat=True).get(pk=row.pk)
    if row.pk in lineage(parent_id):
        Customer.objects.filter(pk=row.pk).update(parent=None)
        row.parent_id = None


def _kept_form(value: Any) -> Any:
    """Return a field's value as JSON keeps it; `to_python` of the field reads it back without loss."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _table(model: type[Model]) -> str:
    return model._meta.db_table


def _move(model: type[Model], kept: Customer, other: Customer) -> list[int]:
    """Re-point the rows of one table and return their ids; a row that `kept` has already stays where it is."""
    rows = model._default_manager.filter(customer_id=other.pk)
    if model is Participant:
        there = set(Participant.objects.filter(customer=kept).values_list("user_id", "via", "subject_id"))
        rows = rows.exclude(
            pk__in=[row.pk for row in Participant.objects.filter(customer=other)
                    if (row.user_id, row.via, row.subject_id) in there]
        )  # fmt: skip
    if model is Deadline:
        running = Deadline.objects.running()
        rows = rows.exclude(
            pk__in=running.filter(
                customer=other, subject_id=0, kind__in=running.filter(customer=kept).values("kind")
            ).values("pk")
        )
    if model is FollowUpPlan and FollowUpPlan.objects.current().filter(customer=kept).exists():
        rows = rows.exclude(pk__in=FollowUpPlan.objects.current().filter(customer=other).values("pk"))
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    model._default_manager.filter(pk__in=ids).update(customer_id=kept.pk)
    return ids


def _one_primary(kept: Customer, moved: Sequence[int]) -> list[int]:
    """Leave one main contact; returns the moved ones that were it before."""
    primary = list(Contact.objects.filter(pk__in=moved, is_primary=True).values_list("pk", flat=True))
    if Contact.objects.filter(customer=kept, is_primary=True).exclude(pk__in=moved).exists():
        Contact.objects.filter(pk__in=primary).update(is_primary=False)
    return primary


def _add_tags(kept: Customer, other: Customer) -> list[int]:
    added = list(other.tags.exclude(customers=kept).values_list("pk", flat=True))
    kept.tags.add(*added)
    return added


def _put(row: Customer, values: Mapping[str, Any], actor: User, now: datetime) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    rerate(row, now)
    row.version += 1
    row.updated_at, row.updated_by = now, actor
    row.save()


def _settle(rows: Sequence[Customer], now: datetime) -> None:
    for row in rows:
        index(row)
    refresh_next_steps([row.pk for row in rows], now)
    keep_clocks([row.pk for row in rows], now)
    refresh_debts([row.pk for row in rows])


@transaction.atomic
def unmerge(actor: User, merge: Merge, *, now: datetime) -> Customer:
    """Take a merge back: every row that moved and is still there returns; returns the customer that came back.

    Fields changed since the merge stay as they are now. Raises RuleError `unmerge_done` (409).
    """
    require(actor, Right.DELETE_CUSTOMER)
    row = Merge.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=merge.pk)
    kept = lock_visible(actor, [row.kept_id])[0]
    require_edit(actor, kept, Right.DELETE_CUSTOMER)
    if row.undone_at is not None:
        raise RuleError(_("This merge has been taken back already."), "unmerge_done", status=409)
    other = Customer.objects.select_for_update(of=("self",)).get(pk=row.merged_id)
    for model in moved_tables():
        model._default_manager.filter(pk__in=row.moved.get(_table(model), []), customer_id=kept.pk).update(
            customer_id=other.pk
        )
    Contact.objects.filter(pk__in=row.moved["primary"], customer=other).update(is_primary=True)
    kept.tags.remove(*row.moved["tags"])
    hold_families()
    Customer.objects.filter(pk__in=row.moved.get("children", []), parent=kept).update(parent=other)
    Customer.objects.filter(pk__in=row.moved["referred"], referrer=kept).update(referrer=other)
    Merge.objects.filter(pk=row.pk).update(undone_at=now)
    Customer.objects.filter(pk=other.pk).update(deleted_at=None, version=F("version") + 1, updated_at=now)
    fields = {field.attname: field for field in Customer._meta.concrete_fields if field.attname in row.before}
    back = {
        name: field.to_python(row.before[name])
        for name, field in fields.items()
        if getattr(kept, name) == field.to_python(row.after[name])
    }
    regraded = kept.gradechanges.filter(pk__in=row.moved["graded"])
    for change in regraded:  # what the merge proposed goes with it; the trail keeps that it happened
        kept.grade = change.origin
    regraded.delete()
    _put(kept, back, actor, now)
    for one in (kept, other):
        _break_circle(one)
    other.refresh_from_db()
    _settle([kept, other], now)
    for one, counterpart in ((kept, other), (other, kept)):
        record(
            actor, "customer.unmerged", at=now, customer_id=one.pk, subject_id=row.pk,
            other=counterpart.pk, name=counterpart.name, version=one.version, fields=_written(back) if one is kept else [],
        )  # fmt: skip
    return other
