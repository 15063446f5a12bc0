"""What is asked of a customer, on its pages: the form by groups of the template, how complete it is, what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.customers.queries.collected import field_labels, weigh
from genjin.customers.queries.sight import shown_custom
from genjin.customers.rules.collected import BY_KEY
from genjin.fields.models import CollectionTemplate
from genjin.fields.queries import current_template, names_in, own_fields
from genjin.fields.rules import Completeness, Definition, FieldKind, Group, Item, Outline
from genjin.fields.rules.kinds import shown_value
from genjin.followups.models import Attachment
from genjin.web.customers.forms import GROUP_WORDS, GROUPS, GroupForm
from genjin.web.customers.words import field_named
from genjin.web.shell.own_fields import initial_of

REST = "rest"
MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked together: the fields of the form in order, own ones among them, and how each is asked."""

    title: str
    names: tuple[str, ...] = ()
    own: tuple[Definition, ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def how(self) -> dict[str, Item]:
        """How the fields of the form are asked: the first of a fact's fields stands for it."""
        return {
            (BY_KEY[item.key].form or (item.key,))[0] if item.key in BY_KEY else item.key: item
            for item in self.items
        }


def asked_in(group: Group, own: Mapping[str, Definition]) -> Asked:
    """Return what the form of a template's group holds; facts that are not typed there have no field."""
    names: list[str] = []
    for item in group.items:
        names += BY_KEY[item.key].form if item.key in BY_KEY else [item.key] if item.key in own else []
    return Asked(group.title, tuple(names), tuple(own[i.key] for i in group.items if i.key in own), group.items)  # fmt: skip


def asked_besides(outline: Outline, own: Mapping[str, Definition]) -> Asked:
    """Return the fields no group of the template asks for."""
    known = {name for item in outline.items if item.key in BY_KEY for name in BY_KEY[item.key].form}
    names = [name for names in GROUPS.values() for name in names if name not in known]
    rest = [field for key, field in own.items() if key not in outline.keys]
    return Asked(_("Further information"), (*names, *(field.key for field in rest)), tuple(rest))


def asked_of(customer: Customer, group: str) -> Asked:
    """Return what the edit form `group` holds: g1, g2, ... of the template in force, what is left, or a fixed group."""
    if group in GROUPS:
        return Asked(str(GROUP_WORDS[group]), GROUPS[group])
    template = current_template(customer.customer_type)
    outline = template.outline if template else Outline()
    own = {field.key: field for field in own_fields()}
    at = int(group[1:]) - 1 if group[:1] == "g" and group[1:].isdecimal() and len(group) < 5 else -1
    if 0 <= at < len(outline.groups):
        return asked_in(outline.groups[at], own)
    if group == REST:
        return asked_besides(outline, own)
    return Asked(str(GROUP_WORDS["base"]), GROUPS["base"])


def form_of(customer: Customer, asked: Asked, post: Any = None, files: Any = None) -> GroupForm:
    """Return the form of a group with what is kept."""
    names = names_in(asked.own, [customer.custom])
    builtin = [name for name in asked.names if name not in {field.key for field in asked.own}]
    initial: dict[str, Any] = {name: getattr(customer, name) for name in (*builtin, "version")}
    initial |= {field.key: initial_of(field, customer.custom.get(field.key), names) for field in asked.own}
    return GroupForm(
        post, files, names=asked.names, own=asked.own, kept=customer.custom, asked=asked.how, initial=initial
    )  # fmt: skip


def preview_form(outline: Outline, own: Iterable[Definition]) -> list[dict[str, Any]]:
    """Return the groups of a template as forms nobody can send, with the facts that come from elsewhere."""
    known = {field.key: field for field in own}
    groups = []
    for group in outline.groups:
        asked = asked_in(group, known)
        form = GroupForm(names=asked.names, own=asked.own, asked=asked.how, auto_id="preview_%s")
        for field in form.fields.values():
            field.disabled = True
            field.widget.attrs.pop("autofocus", None)
        labels = field_labels(known.values())
        elsewhere = [
            {"label": labels[item.key], "item": item}
            for item in group.items
            if item.key in BY_KEY and not BY_KEY[item.key].form
        ]
        groups.append({"title": group.title, "form": form, "elsewhere": elsewhere})
    return groups


def split_own(data: Mapping[str, Any], own: Sequence[Definition]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return cleaned data as the action takes it, own values in `custom`, and the uploaded files by key."""
    keys = {field.key: field for field in own}
    plain = {name: value for name, value in data.items() if name not in keys}
    files = {key: data[key] for key, field in keys.items() if field.kind == FieldKind.FILE and data.get(key)}
    custom = {key: data[key] for key, field in keys.items() if field.kind != FieldKind.FILE and key in data}
    return plain | ({"custom": custom} if custom else {}), files


def completeness_context(customer: Customer, people: Sequence[Contact], *, may_edit: bool) -> dict[str, Any]:  # fmt: skip
    """Return the card "how complete": percent, what is missing with the address that opens its form, the version."""
    template = current_template(customer.customer_type)
    if template is None:
        return {}
    labels = field_labels(own_fields())
    found = weigh(customer, people, template.outline)
    group_of = {item.key: at for at, group in enumerate(template.outline.groups, start=1) for item in group.items}  # fmt: skip
    missing = [
        {"label": labels.get(item.key, item.key), "item": item,
         "url": _where(customer, people, item.key, group_of[item.key]) if may_edit else ""}
        for item in found.missing if item.weight or item.is_required
    ]  # fmt: skip
    if customer.owner_id is None:  # its pool may hide what is there
        found, missing = Completeness(customer.completeness, ()), []
    kept = customer.template
    return {
        "completeness": {
            "percent": found.percent, "missing": missing[:MOST_SHOWN], "more": missing[MOST_SHOWN:], "version": template.version,
            "kept_version": kept.version if kept else None, "is_old": kept is not None and kept.pk != template.pk,
        }
    }  # fmt: skip


def _where(customer: Customer, people: Sequence[Contact], key: str, group: int) -> str:
    """Return the address of the form in which a missing fact is filled in."""
    fact = BY_KEY.get(key)
    if fact is None or fact.form:
        return reverse("customers:edit", args=[customer.pk, f"g{group}"])
    if fact.of_contact:
        return (
            reverse("customers:contact_edit", args=[customer.pk, people[0].pk])
            if people
            else reverse("customers:contact_add", args=[customer.pk])
        )
    if key == "next_action":
        return reverse("followups:add", args=[customer.pk])
    return f"{reverse('customers:detail', args=[customer.pk])}#composer-summary"


def information(user: User, customer: Customer, people: Sequence[Any], value_of: Any) -> list[dict[str, Any]]:
    """Return the groups of the information page: those of the template in force, then what else is known.

    `value_of` shows a built-in field; `people` are as the reader may see them.
    """
    template: CollectionTemplate | None = current_template(customer.customer_type)
    outline = template.outline if template else Outline()
    own = {field.key: field for field in own_fields(active=False)}
    custom = shown_custom(user, customer, own.values())
    names, files = names_in(list(own.values()), [custom]), _files(customer, own.values(), custom)

    def shown(key: str) -> Any:
        return shown_value(own[key], custom.get(key), names) if key in own else value_of(key)

    labels = field_labels(own.values())
    groups = []
    for at, group in enumerate(outline.groups, start=1):
        rows = [
            {"label": labels.get(item.key, item.key), "is_asked": item.is_required, "url": files.get(item.key, ("", ""))[1],
             "value": files[item.key][0] if item.key in files else _fact(item.key, shown, people)}
            for item in group.items
        ]  # fmt: skip
        groups.append({"title": group.title, "rows": rows, "edit_url": reverse("customers:edit", args=[customer.pk, f"g{at}"])})  # fmt: skip
    rest = asked_besides(outline, own)
    rows = [
        {"label": labels[name] if name in own else str(field_named(name).verbose_name), "is_asked": False,
         "url": files.get(name, ("", ""))[1], "value": files[name][0] if name in files else value}
        for name in rest.names if (value := shown(name))
    ]  # fmt: skip
    groups.append({"title": rest.title, "rows": rows, "edit_url": reverse("customers:edit", args=[customer.pk, REST])})  # fmt: skip
    return groups


def _files(customer: Customer, own: Iterable[Definition], custom: Mapping[str, Any]) -> dict[str, tuple[str, str]]:  # fmt: skip
    """Return name and address of the files in own fields; a query only when there are any."""
    ids = {field.key: custom[field.key] for field in own if field.kind == FieldKind.FILE and field.key in custom}  # fmt: skip
    if not ids:
        return {}
    names = dict(Attachment.objects.filter(customer=customer, pk__in=ids.values()).values_list("pk", "name"))
    return {key: (names[pk], reverse("customers:file", args=[pk])) for key, pk in ids.items() if pk in names}


def _fact(key: str, shown: Any, people: Sequence[Any]) -> Any:
    """Return a template's field in words, whatever it is made of."""
    fact = BY_KEY.get(key)
    if fact is None:
        return shown(key)
    if fact.of_contact:
        values = (str(getattr(person, column)) for person in people for column in fact.columns)
        return "、".join(dict.fromkeys(value for value in values if value))
    if fact.form:
        joint = " – " if fact.empty == "null" and len(fact.form) > 1 and key != "source" else " "
        return joint.join(str(value) for name in fact.form if (value := shown(name)))
    return shown(fact.columns[0])
