"""Taking back what a batch changed of customers that were there before: each value where nobody changed it since."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.customers.actions.bulk_restore import restore_changes
from genjin.customers.actions.ownership import may_edit
from genjin.customers.actions.records import remove_contact, save_contact
from genjin.customers.models import Contact, Customer, KeptChange
from genjin.followups.actions.keeping import keep_clocks
from genjin.followups.actions.ownership import assign_customers
from genjin.intake.actions.deal_stages import restore_stage
from genjin.intake.actions.edit_tags import restore_tags
from genjin.intake.actions.undo_records import restore_step, restore_times
from genjin.intake.actions.updates import origin_of
from genjin.intake.models import ImportBatch, ImportChange
from genjin.kit.errors import RuleError

CHUNK = 200
MOST_LISTED = 1000


def undoer(batch: ImportBatch) -> User:
    """Return who takes a batch back."""
    return User.objects.filter(pk=batch.options.get("undone_by") or 0).first() or batch.created_by


def restore_updates(batch: ImportBatch) -> None:
    """Put old values back, chunk by chunk, from where it stopped; what stays as it is now is noted with the change."""
    actor, now = undoer(batch), timezone.now()
    while _restore_beside(actor, batch, now):
        pass
    for origin, restore in (
        (origin_of(batch.pk, "tags"), restore_tags),
        (origin_of(batch.pk), restore_changes),
    ):
        if not KeptChange.objects.of(origin).standing().exists():
            continue
        while True:
            with transaction.atomic():
                done = restore(actor, origin, now=now, most=CHUNK)
                if restore is restore_changes:
                    _count(batch.pk, done.restored)
            if not done.more:
                break


def _count(batch_id: int, restored: int) -> None:
    row = ImportBatch.objects.select_for_update().get(pk=batch_id)
    counts = row.counts | {"restored": row.counts.get("restored", 0) + restored}
    ImportBatch.objects.filter(pk=batch_id).update(counts=counts, told_at=timezone.now())


@transaction.atomic
def _restore_beside(actor: User, batch: ImportBatch, now: datetime) -> bool:
    """Take back a chunk of what was changed beside customers' own fields, newest first; False when nothing is left."""
    changes = list(ImportChange.objects.filter(batch=batch, is_undone=False).select_for_update()[:CHUNK])
    for change in changes:
        try:
            with transaction.atomic():
                change.left = _restore_one(actor, change, now)
        except RuleError:
            change.left = list(change.after)
        change.is_undone = True
    ImportChange.objects.bulk_update(changes, ["left", "is_undone"])
    keep_clocks({change.customer_id for change in changes}, now)
    return bool(changes)


def _restore_one(actor: User, change: ImportChange, now: datetime) -> list[str]:
    if change.what == ImportChange.What.CONTACT:
        return _restore_person(actor, change, now)
    if change.what == ImportChange.What.OWNER:
        return _restore_owner(actor, change, now)
    if change.what == ImportChange.What.STAGE:
        return restore_stage(actor, change, now)
    return restore_times(change) if change.what == ImportChange.What.TIMES else restore_step(change)


def _restore_person(actor: User, change: ImportChange, now: datetime) -> list[str]:
    """Put a person back as it was, or take it away when the sheet brought it; returns the fields that stay."""
    person = Contact.objects.select_related("customer").filter(pk=change.object_id or 0).first()
    if person is None or not may_edit(actor, person.customer):
        return list(change.after)
    standing = [name for name, text in change.after.items() if getattr(person, name) == text]
    if not change.before:
        if len(standing) < len(change.after) or person.version > 1:
            return list(change.after)
        remove_contact(actor, person, now=now)
        return []
    values = {name: change.before[name] for name in standing}
    if values:
        save_contact(actor, person.customer, values, contact=person, now=now)
    return [name for name in change.after if name not in standing]


def _restore_owner(actor: User, change: ImportChange, now: datetime) -> list[str]:
    """Give a customer back to its former owner; one that came out of a pool stays with its new owner."""
    row = Customer.objects.filter(pk=change.customer_id, owner=change.after["owner"]).first()
    owner = User.objects.active().filter(pk=change.before["owner"] or 0).first()
    if row is None or owner is None or not may(actor, Right.ASSIGN):
        return ["owner"]
    assign_customers(actor, [row.pk], owner, reason=_("The import was taken back."), now=now)
    return []


def left_as_they_are(batch_id: int) -> list[tuple[int, str, str]]:
    """Return the customers of which an undo left something as it is now: id, name, and why."""
    origins = [origin_of(batch_id), origin_of(batch_id, "tags")]
    kept = KeptChange.objects.filter(origin__in=origins).exclude(left=[]).order_by("pk")[:MOST_LISTED]
    found = {one.customer_id: f"{_fields(one.left)}: {one.why_left}" for one in kept}
    beside = ImportChange.objects.filter(batch=batch_id, is_undone=True).exclude(left=[])
    for change in beside[:MOST_LISTED]:
        found.setdefault(change.customer_id, f"{_fields(change.left)}: {_('Changed by somebody since.')}")
    names = {row.pk: row.name for row in Customer.objects.filter(pk__in=found)}
    return [(pk, names.get(pk, ""), why) for pk, why in found.items()]


def _fields(columns: list[str]) -> str:
    """Return columns by the names people know."""
    fields = {field.attname: str(field.verbose_name) for field in Customer._meta.concrete_fields}
    people = {field.attname: str(field.verbose_name) for field in Contact._meta.concrete_fields}
    return "、".join(fields.get(name) or people.get(name) or name for name in columns)
