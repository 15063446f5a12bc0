"""Other names of a customer: written by people, and kept by themselves when a customer is renamed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.derive import index
from genjin.customers.actions.ownership import lock_one, require_edit
from genjin.customers.models import Alias, Customer
from genjin.customers.rules import Kind
from genjin.customers.rules.identity import full_key
from genjin.events.actions import record
from genjin.kit.company_name import shown_company_name
from genjin.kit.errors import RuleError, wrong_at

LONGEST = 200
MOST = 50


def _locked(actor: User, customer_id: int) -> Customer:
    row = lock_one(actor, customer_id)
    require_edit(actor, row, Right.CHANGE_CUSTOMER)
    return row


def _refuse(sentence: str, code: str, status: int = 422) -> RuleError:
    return wrong_at("name", sentence, code, status=status)


@transaction.atomic
def add_alias(
    actor: User, customer: Customer, name: str, *, kind: str = Alias.Kind.SHORT, now: datetime
) -> Alias:
    """Write down what a customer is called, too, so that it is found and recognised under it.

    Raises RuleError `alias_empty`, `alias_long`, `alias_kind_unknown`, `alias_is_name`, `alias_known` (409),
    `alias_too_many`.
    """
    row = _locked(actor, customer.pk)
    shown = shown_company_name(name)
    key = full_key(shown)
    if len(key) < 2:
        raise _refuse(_("Write a name of two letters or more."), "alias_empty")
    if len(shown) > LONGEST:
        raise _refuse(_("At most %(count)d letters.") % {"count": LONGEST}, "alias_long")
    if kind not in Alias.Kind.values:
        raise _refuse(_("Unknown kind of name: %(kind)s.") % {"kind": kind}, "alias_kind_unknown")
    if key == full_key(row.name):
        raise _refuse(_("This is the customer's name itself."), "alias_is_name")
    known = list(row.aliases.all())
    if any(full_key(alias.name) == key for alias in known):
        raise _refuse(_("This name is written down already."), "alias_known", 409)
    if len(known) >= MOST:
        raise _refuse(_("A customer has at most %(count)d other names.") % {"count": MOST}, "alias_too_many")
    alias = Alias.objects.create(customer=row, name=shown, kind=kind, created_at=now, created_by=actor)
    index(row)
    record(actor, "alias.added", at=now, customer_id=row.pk, subject_id=alias.pk, name=shown, called=kind)
    return alias


@transaction.atomic
def remove_alias(actor: User, alias: Alias, *, now: datetime) -> None:
    """Take another name of a customer away."""
    row = _locked(actor, alias.customer_id)
    stored = row.aliases.get(pk=alias.pk)
    stored.delete()
    index(row)
    record(actor, "alias.removed", at=now, customer_id=row.pk, subject_id=alias.pk, name=alias.name)


def write_aliases(
    actor: User | None, row: Customer, named: Iterable[tuple[str, str]], *, now: datetime
) -> None:
    """Write the other names a new customer came with, each once; the caller writes its keys."""
    found: dict[str, Alias] = {}
    for kind, name in named:
        shown = shown_company_name(name)[:LONGEST]
        key = full_key(shown)
        if len(key) > 1 and key != full_key(row.name) and kind in Alias.Kind.values:
            found.setdefault(
                key, Alias(customer=row, name=shown, kind=kind, created_at=now, created_by=actor)
            )
    Alias.objects.bulk_create(list(found.values())[:MOST])


def keep_former_names(actor: User, renamed: Sequence[tuple[Customer, str]], *, now: datetime) -> None:
    """Keep what renamed companies were called before; the caller writes their keys anew.

    Another writing of the same name is no former name, and a name a customer takes back is none any more.
    """
    companies = [(row, before) for row, before in renamed if row.kind == Kind.ORG]
    forget_present_names([row for row, _before in companies])
    known = {(pk, full_key(name)) for pk, name in
             Alias.objects.filter(customer__in=[row.pk for row, _before in companies]).values_list("customer_id", "name")}  # fmt: skip
    Alias.objects.bulk_create(
        [
            Alias(customer=row, name=before, kind=Alias.Kind.FORMER, created_at=now, created_by=actor)
            for row, before in companies
            if full_key(before) != full_key(row.name) and (row.pk, full_key(before)) not in known
        ]
    )


def forget_present_names(rows: Sequence[Customer]) -> None:
    """Forget other names that are the customers' own again; the caller writes their keys anew."""
    present = {row.pk: full_key(row.name) for row in rows}
    aliases = Alias.objects.filter(customer__in=present).values_list("pk", "customer_id", "name")
    own = [pk for pk, customer_id, name in aliases if full_key(name) == present[customer_id]]
    Alias.objects.filter(pk__in=own).delete()
