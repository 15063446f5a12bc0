"""What a set-based change asks of each customer: is the value allowed, and does it become another one we know?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.actions.derive import keys_of, lock_keys
from genjin.customers.actions.family import check_parent, check_referrer
from genjin.customers.actions.own import demand, keys_written
from genjin.customers.models import Contact, Customer, IdentityKey
from genjin.customers.queries.collected import COLUMNS
from genjin.customers.queries.policy import current_policy
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules.collected import filled_keys
from genjin.customers.rules.identity import Match, Named, reason_of
from genjin.customers.rules.policy import Policy
from genjin.customers.rules.score import check_budget
from genjin.fields.queries import current_templates, own_fields
from genjin.kit.errors import RuleError
from genjin.kit.masking import mask_name


class Checker:
    """Checks the values of one chunk; a value many rows get is checked once."""

    def __init__(self, actor: User) -> None:
        self.actor = actor
        self.judged: dict[tuple[str, Any], list[str]] = {}
        self.templates = current_templates()
        self.policy = current_policy()
        self.parents: dict[int, int | None] = {}  # as earlier rows get them

    def check_values(self, row: Customer, after: Mapping[str, Any]) -> None:
        """Refuse values the table cannot hold, or a budget in reverse. Raises RuleError `fields_invalid`, `budget_reversed`."""
        check_budget(after.get("budget_min", row.budget_min), after.get("budget_max", row.budget_max))
        wrong = {name: said for name, value in after.items() if (said := self._judge(name, value))}
        if "parent_id" in after:
            check_parent(self.actor, row, after["parent_id"], planned=self.parents)
            self.parents[row.pk] = after["parent_id"]
        if "referrer_id" in after:
            check_referrer(self.actor, row, after["referrer_id"], before=row.referrer_id)
        if wrong:
            raise RuleError(_("Please correct the marked fields."), "fields_invalid", fields=wrong)
        self._check_demanded(row, after)

    def _check_demanded(self, row: Customer, after: Mapping[str, Any]) -> None:
        """Refuse to empty what must be there. Raises RuleError `field_demanded`."""
        template = self.templates.get(after.get("customer_type", row.customer_type))
        if template is None or not template.outline.must:
            return
        before = row.custom
        emptied = keys_written([*after, *(before if "custom" in after else ())]) & template.outline.must
        values = {column: after.get(column, getattr(row, column)) for column in COLUMNS}
        missing = emptied - filled_keys(values, (), after.get("custom", before))
        if missing:
            raise demand(sorted(missing), own_fields())

    def with_template(self, row: Customer, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values with the version a record of another type is collected with from now on."""
        kind = wanted.get("customer_type", row.customer_type)
        if kind == row.customer_type or "template_id" in wanted:
            return dict(wanted)
        template = self.templates.get(kind)
        return dict(wanted) | {"template_id": template.pk if template else None}

    def _judge(self, name: str, value: Any) -> list[str]:
        key = (name, value if isinstance(value, int | str | None) else repr(value))
        if key not in self.judged:
            self.judged[key] = _sentences(name, value)
        return self.judged[key]

    def known_already(self, actor: User, rows: Sequence[Customer], *, holding: bool) -> dict[int, str]:
        """Return, by id, why a row with its new name or code is another customer we know; rows in id order.

        As when they were changed one after another: a row may take what an earlier one gave up, not what it took.
        """
        if not rows:
            return {}
        held: dict[int, set[str]] = {row.pk: set() for row in rows}
        for pk, key in IdentityKey.objects.filter(customer__in=held).values_list("customer_id", "key"):
            held[pk].add(key)
        people: dict[int, list[Contact]] = {row.pk: [] for row in rows}
        for contact in Contact.objects.filter(customer__in=held):
            people[contact.customer_id].append(contact)
        wanted = keys_of(rows, people)
        asked = {
            row.pk: [key for key in self.policy.blocking(wanted[row.pk]) if key not in held[row.pk]]
            for row in rows
        }
        if holding:
            lock_keys(sorted({key for keys in asked.values() for key in keys}))
        holders = Holders(actor, self.policy, {key for keys in asked.values() for key in keys})
        found: dict[int, str] = {}
        for row in rows:
            ours = Named(row.name, row.credit_code)
            if sentence := holders.sentence(row.pk, asked[row.pk], ours):
                found[row.pk] = sentence
            else:
                given_up = {key for key in held[row.pk] if not key.startswith("alias:")} - set(wanted[row.pk])
                holders.move(row, given_up, asked[row.pk])
        return found


def _sentences(name: str, value: Any) -> list[str]:
    column: Any = next(one for one in Customer._meta.concrete_fields if one.attname == name)
    if column.blank and value in column.empty_values:
        return []
    try:
        column.clean(value, None)
    except ValidationError as error:
        return list(error.messages)
    return []


class Holders:
    """Who holds which keys now, counting what earlier rows of the chunk took and gave up."""

    def __init__(self, actor: User, policy: Policy, keys: Iterable[str]) -> None:
        self.actor, self.policy = actor, policy
        self.by_key: dict[str, set[int]] = defaultdict(set)
        rows = IdentityKey.objects.filter(key__in=list(keys), customer__deleted_at=None)
        for pk, key in rows.values_list("customer_id", "key"):
            self.by_key[key].add(pk)
        ids = {pk for holders in self.by_key.values() for pk in holders}
        self.rows = {
            row.pk: row for row in Customer.objects.filter(pk__in=ids).select_related("owner", "pool")
        }
        self.seen = set(Customer.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))

    def sentence(self, pk: int, keys: Sequence[str], ours: Named) -> str:
        """Say whom a customer with these new keys would become; "" when nobody."""
        for key in keys:
            for other in sorted(self.by_key[key] - {pk}):
                row = self.rows[other]
                if self.policy.judge(key, ours, Named(row.name, row.credit_code)) == Match.SAME:
                    return self._in_words(row, key)
        return ""

    def _in_words(self, row: Customer, key: str) -> str:
        owner = row.owner.name if row.owner else ""
        shown = owner if row.pk in self.seen else mask_name(owner)
        return _("%(name)s is known already (%(reason)s), followed by %(owner)s.") % {
            "name": shown_name(self.actor, row), "reason": reason_of(key),
            "owner": shown or (row.pool.name if row.pool else "—"),
        }  # fmt: skip

    def move(self, row: Customer, given_up: Iterable[str], taken: Iterable[str]) -> None:
        """Note that a row takes keys and gives up others."""
        for key in given_up:
            self.by_key[key].discard(row.pk)
        for key in taken:
            self.by_key[key].add(row.pk)
        self.rows[row.pk] = row
        self.seen.add(row.pk)
