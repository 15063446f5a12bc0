"""Finding customers: the search box, and whom we already know."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, may
from genjin.customers.models import AnyOf, Contact, Customer, CustomerQuerySet, IdentityKey, SearchDocument
from genjin.customers.queries.policy import current_policy
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules import Kind
from genjin.customers.rules.identity import Match, Named, asked_keys, compare, level_of, reason_of
from genjin.customers.rules.policy import Consequence
from genjin.customers.rules.search import code_in, question
from genjin.kit.masking import mask_name

LOOKED_AT_FIRST = 1000
NOBODY = Named()
SUREST = (Match.SAME, Match.SIMILAR, Match.RELATED)


def search(rows: CustomerQuerySet, text: str, user: User) -> CustomerQuerySet:
    """Narrow `rows` to what the search box means by `text` (name part, pinyin, phone tail, mail, code).

    Phones and mails are looked at only where the person is visible anyway, or may be revealed: what is masked
    cannot be guessed digit by digit.
    """
    if (pk := code_in(text)) is not None:
        return rows.filter(pk=pk)
    asked = question(text)
    if not asked:
        return rows.none() if text.strip() else rows
    public = question(text, with_people=False)
    if asked == public or not may(user, Right.CHANGE_CUSTOMER):
        return rows.filter(search_document__tokens__answers=public)
    rows = rows.filter(search_document__tokens__answers=asked)
    if user.scope.sees_all:
        return rows
    return rows.filter(Q(owner_id__in=user.scope.people) | Q(search_document__tokens__answers=public))


def newest_found(user: User, text: str, count: int = 10) -> list[Customer]:
    """Return the newest visible customers the search box means by `text`, with their owners.

    A word many have is found among the newest; a rare one, or a number, by the index of tokens. Left to the planner, a word
    that many have but not this person's customers would mean reading them all.
    """
    visible = Customer.objects.visible_to(user)
    asked = question(text)
    if not asked or code_in(text) is not None:
        return list(search(visible, text, user).select_related("owner").order_by("-id")[:count])
    newest = visible.order_by("-id").values("pk")[:LOOKED_AT_FIRST]
    hits = SearchDocument.objects.filter(tokens__answers=asked).values("pk")
    found: list[Customer] = []
    for narrowed in (hits,) if text.replace(" ", "").isdecimal() else (newest, hits):
        if len(found) < count:
            rows = search(visible.filter(AnyOf(F("pk"), ArraySubquery(narrowed))), text, user)
            found = list(rows.select_related("owner").order_by("-id")[:count])
    return found


def named_like(text: str, prefix: str = "customer__") -> Q:
    """Return the condition that a customer's name holds `text`: companies only, as names of people may be masked."""
    return Q(**{f"{prefix}name__icontains": text, f"{prefix}kind": Kind.ORG})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer we may already know under the keys asked for; names of people are masked."""

    id: int
    name: str
    level: Match
    reason: str
    owner: str
    pool: str
    stage: str
    last_contact_at: datetime | None
    is_visible: bool
    consequence: Consequence = Consequence.WARN  # of adding one beside it
    kinds: tuple[str, ...] = ()  # of the keys both have, the weightiest first


def known_under(
    user: User | None, keys: Sequence[str], ours: Named = NOBODY, *, besides: int | None = None, top: int = 5
) -> list[Candidate]:
    """Return who shares an identity key with `ours`, surest first, at most `top`; not the customer `besides` itself.

    Looks at all live customers, also those out of the user's sight (a taken company must be seen as taken,
    S0-14); such rows carry a masked owner and cannot be opened. Nobody (None) sees none of them.
    """
    shared: dict[int, list[str]] = defaultdict(list)
    asked = asked_keys(keys)
    rows = IdentityKey.objects.filter(key__in=asked, customer__deleted_at=None)
    for pk, key in rows.values_list("customer_id", "key")[:200]:
        if pk != besides:
            shared[pk].append(asked[key])
    if not shared:
        return []
    policy = current_policy()
    rights = Customer.objects.visible_to(user) if user else Customer.objects.none()
    visible = set(rights.filter(pk__in=shared).values_list("pk", flat=True))
    found = []
    for customer in Customer.objects.filter(pk__in=shared).select_related("owner", "pool"):
        theirs = Named(customer.name, customer.credit_code)
        levels = {key: level for key in shared[customer.pk] if (level := compare(key, ours, theirs))}
        if levels:
            follows = policy.strongest(levels)
            is_visible = customer.pk in visible
            found.append(
                replace(_candidate(user, customer, levels, is_visible=is_visible), consequence=follows)
            )
    found.sort(key=lambda one: (SUREST.index(one.level), -len(shared[one.id]), one.id))
    return found[:top]


def _candidate(
    user: User | None, customer: Customer, levels: Mapping[str, Match], *, is_visible: bool
) -> Candidate:
    level = min(levels.values(), key=SUREST.index)
    keys = sorted(levels, key=lambda key: SUREST.index(level_of(key)))
    owner = customer.owner.name if customer.owner else ""
    return Candidate(
        id=customer.pk,
        name=shown_name(user, customer) if user else mask_name(customer.name),
        level=level,
        reason=", ".join(dict.fromkeys(map(reason_of, keys))),
        owner=owner if is_visible else mask_name(owner),
        pool=customer.pool.name if customer.pool else "",
        stage=customer.get_stage_display(),
        last_contact_at=customer.last_contact_at,
        is_visible=is_visible,
        kinds=tuple(dict.fromkeys(key.partition(":")[0] for key in keys)),
    )


def contacts_of(customer: Customer) -> list[Contact]:
    """Return a customer's people, the main one first; one query."""
    return list(customer.contacts.select_related("role"))
