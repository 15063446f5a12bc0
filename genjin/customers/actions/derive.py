"""What follows from a customer's own words: keys, search tokens, score, label, proposed grade."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import connection, transaction

from genjin.accounts.queries import local_day
from genjin.customers.actions.own import searched_texts
from genjin.customers.models import Alias, Contact, Customer, GradeChange, IdentityKey, Merge
from genjin.customers.queries.scores import current_rules
from genjin.customers.rules import Facts, Grade, GradeProposal, Kind, RuleSet
from genjin.customers.rules.identity import Reachable, alias_keys, identity_keys, unread_phone_keys
from genjin.customers.rules.regrade import mark_of, propose_change
from genjin.customers.rules.score import FACT_COLUMNS, facts_from, label_of, propose_grade, score
from genjin.customers.rules.search import sort_key, tokens
from genjin.fields.queries import own_fields

RATED = (  # the columns rating a customer sets
    "score", "label", "score_version", "scored_on", "grade", "grade_reason", "grade_proposal", "grade_proposal_reason",
)  # fmt: skip


def facts_of(customer: Customer) -> Facts:
    """Return what score and grade look at."""
    return facts_from({name: getattr(customer, name) for name in FACT_COLUMNS})


def rate(customer: Customer, rules: RuleSet, now: datetime, *, heard: bool = False) -> None:
    """Set score and label on `customer`, and the proposed grade while no person has confirmed one.

    Afterwards a grade that differs is kept beside as a proposal (S0-25..27); `heard`: a contact brought a new need.
    """
    facts, today = facts_of(customer), local_day(now)
    computed = score(facts, rules, today)
    customer.score = computed if customer.score_override is None else customer.score_override
    customer.label = label_of(customer.score, rules)
    customer.score_version, customer.scored_on = rules.version, today
    if not customer.is_grade_confirmed:
        customer.grade, customer.grade_reason = propose_grade(facts, today)
    if customer.grade_proposal != GradeProposal.DORMANT:
        _propose(customer, facts, today, heard)


def rating(customer: Customer) -> tuple[object, ...]:
    """Return what rating a customer again may change; the day it was done on aside."""
    return tuple(getattr(customer, name) for name in RATED if name != "scored_on")


def _propose(customer: Customer, facts: Facts, today: date, heard: bool) -> None:
    # A need that was heard once stays heard until a person decides, whatever else is edited meanwhile.
    heard = heard or (customer.grade == Grade.C and customer.grade_proposal == GradeProposal.B)
    found = None
    if customer.is_grade_confirmed and (heard or customer.grade_settled != mark_of(facts, today)):
        found = propose_change(customer.grade, customer.stage, facts, today, heard=heard)
    customer.grade_proposal = GradeProposal(found[0].value) if found else ""
    customer.grade_proposal_reason = found[1] if found else ""


def rerate(customer: Customer, now: datetime) -> None:
    """Rate a stored customer again and keep a row when its proposed grade moved; the caller saves."""
    rerate_rows([customer], now)


def rerate_rows(rows: Iterable[Customer], now: datetime, *, heard: bool = False) -> dict[int, int]:
    """Rate stored customers again, as `rerate` does one; returns the rows of moved grades by customer id."""
    rules, moved = current_rules(), []
    for row in rows:
        before = row.grade
        rate(row, rules, now, heard=heard)
        if row.grade != before:
            moved.append(
                GradeChange(
                    customer=row, at=now, by=None, origin=before, target=row.grade, reason=row.grade_reason,
                    is_proposal=True,
                )
            )  # fmt: skip
    return {change.customer_id: change.pk for change in GradeChange.objects.bulk_create(moved)}


def reachable(contacts: Iterable[Contact]) -> list[Reachable]:
    """Return the ways to reach the given people."""
    return [Reachable(person.name, (person.phone, person.phone2), person.email) for person in contacts]


def index(customer: Customer) -> None:
    """Write a customer's identity keys and search tokens anew from what is stored."""
    index_rows([customer])


def index_rows(rows: Sequence[Customer]) -> None:
    """Write keys and search tokens of several customers anew, as `index` does one; seven statements."""
    ids = [row.pk for row in rows]
    people: dict[int, list[Contact]] = {pk: [] for pk in ids}
    for contact in Contact.objects.filter(customer__in=ids):
        people[contact.customer_id].append(contact)
    keys, documents = keys_of(rows, people), {}
    called = aliases_of(ids)
    own = own_fields(active=False) if any(row.custom for row in rows) else ()
    for row in rows:
        row.sort_key = sort_key(row.name)
        documents[row.pk] = tokens(
            row.name, row.credit_code, reachable(people[row.pk]), searched_texts(row.custom, own),
            aliases=[alias.name for alias in called[row.pk]],
        )  # fmt: skip
    IdentityKey.objects.filter(customer__in=ids).delete()
    IdentityKey.objects.bulk_create(
        [IdentityKey(customer_id=pk, key=key) for pk in ids for key in keys[pk]], ignore_conflicts=True
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer c SET sort_key = v.key FROM unnest(%s::bigint[], %s::text[]) AS v(id, key)"
            " WHERE c.id = v.id AND c.sort_key <> v.key",
            [ids, [row.sort_key for row in rows]],
        )
    write_search(documents)


def keys_of(rows: Sequence[Customer], people: Mapping[int, Iterable[Contact]]) -> dict[int, list[str]]:
    """Return the identity keys each customer is to have, without repeats; `people` are theirs by id."""
    keys = {
        row.pk: [
            *identity_keys(row.name, row.kind, row.credit_code, reachable(people[row.pk])),
            *unread_phone_keys(row.extra),
        ]
        for row in rows
    }
    companies = [row.pk for row in rows if row.kind == Kind.ORG]  # names of persons repeat
    for pk, aliases in aliases_of(companies).items():
        keys[pk] += [key for alias in aliases for key in alias_keys(alias.kind, alias.name)]
    merges = Merge.objects.standing().filter(kept__in=keys).select_related("merged").order_by("pk")
    for merge in merges:  # whoever looks for the name that went away finds the customer it went into
        merged = merge.merged
        keys[merge.kept_id] += identity_keys(merged.name, merged.kind, merged.credit_code, ())
    return {pk: list(dict.fromkeys(found)) for pk, found in keys.items()}


def aliases_of(ids: Sequence[int]) -> dict[int, list[Alias]]:
    """Return the other names of customers by id; one query."""
    found: dict[int, list[Alias]] = {pk: [] for pk in ids}
    for alias in Alias.objects.filter(customer__in=ids):
        found[alias.customer_id].append(alias)
    return found


def index_all(*, on_progress: Callable[[int, int], None], chunk: int = 500) -> int:
    """Write keys and search tokens of every customer anew, after a version that works them out in another way.

    A chunk is one transaction, so that others work on meanwhile; returns how many customers there were.
    """
    ids = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), chunk):
        with transaction.atomic():
            rows = Customer.objects.filter(pk__in=ids[start : start + chunk]).select_for_update(of=("self",))
            for row in rows.order_by("pk"):
                index(row)
        on_progress(min(start + chunk, len(ids)), len(ids))
    return len(ids)


def write_search(documents: dict[int, list[str]]) -> None:
    """Store search tokens by customer id."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO customers_searchdocument (customer_id, tokens) VALUES (%s, array_to_tsvector(%s))"
            " ON CONFLICT (customer_id) DO UPDATE SET tokens = EXCLUDED.tokens",
            list(documents.items()),
        )


def lock_keys(keys: Sequence[str]) -> None:
    """Hold the given identity keys until commit, so that two saves of one customer see each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(key, 3)) FROM unnest(%s::text[]) AS key ORDER BY key",
            [sorted(keys)],
        )
