"""Out of whom samples are drawn, what is seen in them, and how many pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.models import Contact, Customer, CustomerQuerySet
from genjin.customers.queries.collected import field_labels, weigh
from genjin.customers.rules.contradictions import Contradiction
from genjin.fields.queries import own_fields, templates_in_force
from genjin.fields.rules import Outline
from genjin.followups.queries.conditions import Condition, as_query, read_conditions
from genjin.quality.models import FactCheck, SpotCheck, SpotCheckItem
from genjin.quality.queries.contradictions import contradictions_of
from genjin.quality.queries.facts import FactLine, Known, lines_from, months_in_force
from genjin.quality.rules.facts import FactState
from genjin.quality.rules.samples import Result, draw, mark_of


def base_of(user: User, conditions: Sequence[Condition], match: str) -> CustomerQuerySet:
    """Return the customers a sample is drawn from: in work, of the people `user` leads, not the user's own."""
    rows = Customer.objects.visible_to(user).in_work().exclude(owner=user)
    if not user.scope.sees_all:
        rows = rows.filter(owner_id__in=user.scope.people)
    return rows.filter(as_query(conditions, match)) if conditions else rows


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A sample drawn again from today's base: whether base and customers are still the same."""

    same_base: bool
    same_sample: bool


def draw_again(sample: SpotCheck) -> Redrawn:
    """Draw a sample anew from its seed; on an unchanged base it is the same (S1-13)."""
    base = list(
        base_of(sample.drawn_by, read_conditions(sample.conditions), sample.match).values_list(
            "pk", flat=True
        )
    )
    kept = list(sample.items.values_list("customer_id", flat=True))
    return Redrawn(mark_of(base) == sample.base_mark, draw(base, sample.size, sample.seed) == kept)


@dataclass(frozen=True, slots=True)
class PassRate:
    """How many customers of a person were judged in a period, and how many of them passed."""

    person: User
    judged: int
    passed: int

    @property
    def percent(self) -> int:
        return round(100 * self.passed / self.judged) if self.judged else 0


def pass_rates(user: User, since: datetime, until: datetime) -> list[PassRate]:
    """Return the pass rate of each person `user` leads, of what was judged from `since` up to `until`."""
    people = {person.pk: person for person in User.objects.led_by(user)}
    rows = (
        SpotCheckItem.objects.visible_to(user)
        .filter(decided_at__gte=since, decided_at__lt=until, owner__in=people)
        .order_by()
        .values("owner")
        .annotate(judged=Count("pk"), passed=Count("pk", filter=Q(result=Result.PASSED)))
    )
    found = [PassRate(people[row["owner"]], row["judged"], row["passed"]) for row in rows]
    return sorted(found, key=lambda rate: (rate.percent, rate.person.name))


@dataclass(frozen=True, slots=True)
class Looked:
    """One customer of a sample with what a supervisor looks at; without a customer it is out of sight now."""

    item: SpotCheckItem
    customer: Customer | None
    missing: Sequence[str]
    warnings: Sequence[Contradiction]
    unsure: Sequence[FactLine]


def looked_at(user: User, items: Sequence[SpotCheckItem], now: datetime) -> list[Looked]:
    """Return the customers of some items with what is missing, contradicts itself or was not verified; four queries."""
    ids = [item.customer_id for item in items]
    rows = {
        row.pk: row
        for row in Customer.objects.visible_to(user).filter(pk__in=ids).select_related("owner", "source").prefetch_related("contacts")
    }  # fmt: skip
    checks = list(FactCheck.objects.filter(customer__in=rows).select_related("checked_by"))
    known = Known(checks, months_in_force(), local_day(now))
    asked = Asked(templates_in_force(), field_labels(own_fields()))
    return [_looked(user, item, rows.get(item.customer_id), known, asked=asked) for item in items]


@dataclass(frozen=True, slots=True)
class Asked:
    """What templates ask for, by customer type, and what their fields are called."""

    outlines: Mapping[str, tuple[int, Outline]]
    labels: Mapping[str, str]


def _looked(
    user: User, item: SpotCheckItem, row: Customer | None, known: Known, *, asked: Asked
) -> Looked:  # fmt: skip
    if row is None:
        return Looked(item, None, (), (), ())
    contacts = list(row.contacts.all())
    lines = [line for line in lines_from(user, row, contacts, known) if line.fact.is_key]
    return Looked(
        item, row, missing_of(row, contacts, asked), contradictions_of(user, row, contacts, known.today),
        [line for line in lines if line.state not in {None, FactState.VERIFIED}],
    )  # fmt: skip


def missing_of(row: Customer, contacts: Sequence[Contact], asked: Asked) -> list[str]:
    """Return what should be on record and is not (S1-13, S2-8).

    Source, a named contact and a way to reach it, then what the template of the customer's type requires.
    """
    people = [one for one in contacts if one.name]
    absent = {
        _("Source"): row.source_id is None and not row.source_detail,
        _("Contact name"): not people,
        _("A way to reach them"): bool(people) and not any(one.phone or one.wechat or one.email for one in people),
    }  # fmt: skip
    words = [word for word, is_absent in absent.items() if is_absent]
    if outline := asked.outlines.get(row.customer_type):
        missing = weigh(row, contacts, outline[1]).missing
        words += [asked.labels.get(item.key, item.key) for item in missing if item.is_required]
    return list(dict.fromkeys(words))
