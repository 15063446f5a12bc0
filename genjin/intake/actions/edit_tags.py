"""Tags put on many customers or taken off, in a way that can be taken back: tags are rows beside the customer."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.actions.axes import make_tag, tag_customers
from genjin.customers.actions.bulk import Change, Outcome, Plan, lock_editable
from genjin.customers.actions.bulk_restore import Restored
from genjin.customers.models import Customer, KeptChange, Tag


def words_of(value: str) -> list[str]:
    """Return the tags of a text with commas."""
    return [word.strip() for word in value.replace("，", ",").replace("、", ",").split(",") if word.strip()]


def _tags_of(rows: Sequence[Customer]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {row.pk: {} for row in rows}
    through = (
        Customer.tags.through.objects.filter(customer__in=found).select_related("tag").order_by("tag_id")
    )
    for line in through:
        found[line.customer_id][line.tag_id] = str(line.tag)
    return found


def plan_tags(how: str, value: str, rows: Sequence[Customer]) -> Plan:
    """Say which tags rows would have; `before` and `after` hold them by name. Writes nothing."""
    wanted, plan = words_of(value), Plan()
    for row, tags in zip(rows, _tags_of(rows).values(), strict=True):
        now = list(tags.values())
        then = (
            [*now, *(w for w in wanted if w not in now)]
            if how == "add"
            else [t for t in now if t not in wanted]
        )
        if now == then:
            plan.same.append(row.pk)
        else:
            plan.changes.append(Change(row, {"tags": now}, {"tags": then}, {}))
    return plan


def put_tags(
    actor: User, rows: Sequence[Customer], how: str, value: str, *, origin: str, now: datetime
) -> Outcome:
    """Put tags on locked rows or take them off, keeping what was there under `origin`."""
    plan = plan_tags(how, value, rows)
    known = {str(tag): tag for tag in Tag.objects.all()} if how == "remove" else {}
    tags = [make_tag(actor, word) for word in words_of(value)] if how == "add" else [
        known[word] for word in words_of(value) if word in known
    ]  # fmt: skip
    changed = [change.row for change in plan.changes]
    before = {pk: list(tags) for pk, tags in _tags_of(changed).items()}
    ids = [row.pk for row in changed]
    if ids:
        tag_customers(
            actor, ids, add=tags if how == "add" else (), remove=tags if how == "remove" else (), now=now
        )
    after = {pk: list(tags) for pk, tags in _tags_of(changed).items()}
    KeptChange.objects.bulk_create(
        [
            KeptChange(origin=origin, customer_id=row.pk, version=row.version,
                       before={"tags": before[row.pk]}, after={"tags": after[row.pk]})
            for row in changed
        ]
    )  # fmt: skip
    return Outcome(ids, plan.same, [])


@transaction.atomic
def restore_tags(actor: User, origin: str, *, now: datetime, most: int) -> Restored:
    """Take back up to `most` changes of tags; customers whose tags others changed since stay as they are."""
    kept = list(KeptChange.objects.of(origin).standing().select_for_update().order_by("-pk")[: most + 1])
    more, kept = len(kept) > most, kept[:most]
    rows, out = lock_editable(actor, [one.customer_id for one in kept], leave_out=True)
    tags, refused = _tags_of(rows), {one.customer_id: one.message for one in out}
    known = {tag.pk: tag for tag in Tag.objects.all()}
    for one in kept:
        one.undone_at = now
        if one.customer_id in refused or list(tags[one.customer_id]) != one.after["tags"]:
            one.left = ["tags"]
            one.why_left = refused.get(one.customer_id, _("Changed by somebody since."))[:300]
            continue
        was, became = set(one.before["tags"]), set(one.after["tags"])
        tag_customers(
            actor, [one.customer_id], add=[known[pk] for pk in was - became if pk in known],
            remove=[known[pk] for pk in became - was if pk in known], now=now,
        )  # fmt: skip
    KeptChange.objects.bulk_update(kept, ["undone_at", "left", "why_left"], batch_size=500)
    left = sum(bool(one.left) for one in kept)
    return Restored(len(kept) - left, left, more)
