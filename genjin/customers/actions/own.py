"""Own fields and the template on a customer that is about to be saved: steps of the actions of `records`."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from genjin.customers.models import Contact, Customer
from genjin.customers.queries.collected import builtin_label, weigh
from genjin.customers.rules.collected import BY_KEY, FACT_OF_FIELD
from genjin.fields.queries import current_templates, names_in, own_fields, read_own
from genjin.fields.rules import Definition, FieldKind
from genjin.fields.rules.kinds import SEARCHED, written_value
from genjin.kit.errors import RuleError

LONGEST_SEARCHED = 200


def own_changes(customer: Customer, raw: Mapping[str, Any] | None) -> dict[str, Any]:
    """Read own values by key and return those that differ from what is kept, None for "empty it".

    Raises RuleError `fields_invalid`.
    """
    if not raw:
        return {}
    if not isinstance(raw, Mapping):
        raise RuleError(_("Own fields are given by their keys."), "fields_invalid", fields={"custom": [_("Own fields are given by their keys.")]})  # fmt: skip
    fields = own_fields()
    values = read_own(raw, fields, customer.custom)
    files = {field.key for field in fields if field.kind == FieldKind.FILE}
    if customer.pk is None and (wrong := sorted(key for key in files if values.get(key))):
        sentence = _("Add the customer first, then its files.")
        raise RuleError(sentence, "fields_invalid", fields={key: [sentence] for key in wrong})
    return {key: value for key, value in values.items() if value != customer.custom.get(key)}


def own_column(customer: Customer, raw: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the whole column `custom` with raw values put in, for set-based writes; nothing when nothing changes."""
    changed = own_changes(customer, raw)
    kept = {key: value for key, value in (customer.custom | changed).items() if value is not None}
    return {"custom": kept} if changed else {}


def own_log(sides: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> list[dict[str, list[str]]]:
    """Return, for rows by column before and after, what the log says of their own fields; two queries for all."""
    pairs = [(before.get("custom") or {}, after.get("custom") or {}) for before, after in sides]
    if not any(before or after for before, after in pairs):
        return [{} for _pair in pairs]
    fields = own_fields(active=False)
    names = names_in(fields, [custom for pair in pairs for custom in pair])
    return [
        {
            field.key: [written_value(field, side.get(field.key), names) for side in (before, after)]
            for field in fields if before.get(field.key) != after.get(field.key)
        }
        for before, after in pairs
    ]  # fmt: skip


def put_own(customer: Customer, changed: Mapping[str, Any]) -> dict[str, list[str]]:
    """Set own values on `customer` (the caller saves) and return them for the log: old and new as texts."""
    if not changed:
        return {}
    fields = {field.key: field for field in own_fields(active=False)}
    names = names_in(list(fields.values()), [customer.custom, changed])
    log = {
        key: [written_value(fields[key], side, names) for side in (customer.custom.get(key), value)]
        for key, value in changed.items()
    }
    kept = {key: value for key, value in (customer.custom | dict(changed)).items() if value is not None}
    customer.custom = kept
    return log


def forget_file(customer_id: int, file_id: int) -> dict[str, Any]:
    """Empty the own fields that hold a file which is gone; the caller weighs the customer anew.

    Returns what the trail says of it: version and fields, or nothing.
    """
    row = Customer.objects.select_for_update(of=("self",)).get(pk=customer_id)
    kept = {
        field.key
        for field in (own_fields(active=False) if row.custom else ())
        if field.kind == FieldKind.FILE and row.custom.get(field.key) == file_id
    }
    if kept:
        custom = {key: value for key, value in row.custom.items() if key not in kept}
        Customer.objects.filter(pk=customer_id).update(custom=custom, version=row.version + 1)
    return {"version": row.version + 1, "fields": sorted(kept)} if kept else {}


def searched_texts(custom: Mapping[str, Any], fields: Sequence[Definition]) -> list[str]:
    """Return the own texts the search box looks in."""
    return [
        custom[field.key][:LONGEST_SEARCHED]
        for field in fields
        if field.kind in SEARCHED and field.key in custom
    ]


def settle_template(
    customer: Customer, people: Sequence[Contact], *, demanded: Collection[str] | None = None
) -> None:
    """Set version and completeness of a customer whose fields and `people` stand in memory; the caller saves.

    A new record, or one of another type than before, is collected with the version in force. `demanded` are the keys
    whose fields are being written (None: all); a field that must be there refuses the save. Raises RuleError `fields_invalid`.
    """
    template = current_templates().get(customer.customer_type)
    if customer.template_id is None or customer.template is None:
        is_new = customer.pk is None
    else:
        is_new = customer.template.customer_type != customer.customer_type
    if is_new:
        customer.template = template
    if template is None:
        customer.completeness = 0
        return
    found = weigh(customer, people, template.outline)
    customer.completeness = found.percent
    missing = [item.key for item in found.missing if item.must and (demanded is None or item.key in demanded)]
    if missing:
        raise demand(missing, own_fields())


def demand(missing: Collection[str], own: Sequence[Definition]) -> RuleError:
    """Return the refusal of a save without fields that must be there."""
    labels = {field.key: field.label for field in own}
    words = [labels[key] if key in labels else builtin_label(key) for key in missing]
    sentence = _("An administrator asks for this before saving: %(names)s.") % {"names": "、".join(words)}
    names = [BY_KEY[key].form[0] if key in BY_KEY and BY_KEY[key].form else key for key in missing]
    return RuleError(
        sentence, "field_demanded", fields={name: [_("This must be there to save.")] for name in names}
    )


def keys_written(changed: Collection[str]) -> frozenset[str]:
    """Return the keys of templates that stand for the changed fields."""
    return frozenset(FACT_OF_FIELD.get(name, name) for name in changed)
