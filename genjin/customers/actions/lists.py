"""What administrators keep in lists: dictionaries, tags, pools. One deed each for all three."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Choice, Pool, Tag
from genjin.events.actions import record
from genjin.kit.errors import RuleError, wrong_at

Entry = Choice | Pool | Tag


@transaction.atomic
def save_entry(actor: User, entry: Entry, values: Mapping[str, Any], *, now: datetime) -> Entry:
    """Add or change a word of a dictionary, a tag or a pool, from values by field name.

    Raises RuleError `fields_invalid`, `name_taken`.
    """
    require(actor, Right.MANAGE_SETTINGS)
    related = {name: rows for name, rows in values.items() if entry._meta.get_field(name).many_to_many}
    for name in values.keys() - related.keys():
        setattr(entry, name, values[name])
    try:
        entry.clean_fields()
        with transaction.atomic():
            entry.save()
    except ValidationError as error:
        raise RuleError(
            _("Please correct the marked fields."), "fields_invalid", fields=error.message_dict
        ) from error
    except IntegrityError as error:
        sentence = _("There is one of this name already.")
        raise wrong_at("name", sentence, "name_taken") from error
    for name, rows in related.items():
        getattr(entry, name).set(rows)
    record(actor, f"{entry._meta.model_name}.saved", at=now, subject_id=entry.pk, name=str(entry))
    return entry


@transaction.atomic
def remove_entry(actor: User, entry: Entry, *, now: datetime) -> None:
    """Remove an entry nothing uses. Raises RuleError `entry_in_use` (409), `last_pool` (409)."""
    require(actor, Right.MANAGE_SETTINGS)
    pk, name = entry.pk, str(entry)
    if isinstance(entry, Tag) and entry.customers.exists():
        raise _in_use()
    if isinstance(entry, Pool) and not Pool.objects.exclude(pk=pk).exists():
        raise RuleError(
            _("This is the last pool; customers need a place to return to."), "last_pool", status=409
        )
    try:
        with transaction.atomic():
            entry.delete()
    except ProtectedError as error:
        raise _in_use() from error
    record(actor, f"{entry._meta.model_name}.removed", at=now, subject_id=pk, name=name)


def _in_use() -> RuleError:
    sentence = _("This is in use and cannot be removed; take it off its customers first, or end its use.")
    return RuleError(sentence, "entry_in_use", status=409)
