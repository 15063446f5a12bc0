"""Parents and branches as somebody may see them, and who by its name may be one."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.models import Customer, IdentityKey
from genjin.customers.queries.find import Candidate, known_under
from genjin.customers.rules import Kind
from genjin.customers.rules.identity import Match, Named, full_key, name_keys, names_a_branch
from genjin.customers.rules.search import code_in
from genjin.kit.errors import wrong_at

MOST_SHOWN = 100


def parent_of(user: User, customer: Customer) -> Customer | None:
    """Return the parent where `user` sees it."""
    if customer.parent_id is None:
        return None
    return Customer.objects.visible_to(user).filter(pk=customer.parent_id).select_related("owner").first()


def branches_of(user: User, customer: Customer) -> list[Customer]:
    """Return the branches `user` sees, by name, at most 100."""
    rows = Customer.objects.visible_to(user).filter(parent=customer.pk).select_related("owner", "pool")
    return list(rows.order_by("sort_key", "pk")[:MOST_SHOWN])


@dataclass(frozen=True, slots=True)
class Kin:
    """A customer that by its name is the parent of another, or its branch."""

    candidate: Candidate
    is_parent: bool


def proposed_kin(user: User, customer: Customer) -> list[Kin]:
    """Return the visible customers whose names say parent or branch, and of which nobody has said so yet."""
    if customer.kind != Kind.ORG:
        return []
    keys = name_keys(customer.name, customer.kind)
    found = known_under(user, keys, Named(customer.name, customer.credit_code), besides=customer.pk, top=50)
    near = [one for one in found if one.level == Match.RELATED and one.is_visible]
    settled = dict(Customer.objects.filter(pk__in=[one.id for one in near]).values_list("pk", "parent_id"))
    is_branch = names_a_branch(customer.name)
    return [
        Kin(one, is_parent=is_branch)
        for one in near
        if (customer.parent_id is None if is_branch else settled[one.id] is None)
    ]


def by_full_name(user: User, text: str, field: str) -> Customer:
    """Return the one visible customer with this whole name (any writing of it), or this customer number, written in `field`.

    Raises RuleError `customer_unknown`, `customer_ambiguous`.
    """
    rows = Customer.objects.visible_to(user)
    if (pk := code_in(text)) is not None:
        rows = rows.filter(pk=pk)
    else:
        keyed = IdentityKey.objects.filter(key=f"full:{full_key(text)}"[:220]).values("customer_id")
        rows = rows.filter(pk__in=keyed)
    found = list(rows[:2])
    if len(found) == 1:
        return found[0]
    words = {"name": text}
    sentence = (
        _("Several customers are called %(name)s; write the customer number.") % words
        if found
        else _("No customer of yours is called %(name)s; write the full name.") % words
    )
    raise wrong_at(field, sentence, "customer_ambiguous" if found else "customer_unknown")
