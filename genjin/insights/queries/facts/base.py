"""A fact is a table whose rows happened on a day, to a customer, by a person; figures are counted from nothing else.

One description serves the figure and the list behind it, so that the two cannot disagree.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.accounts.models import User
from genjin.customers.models import Campaign, Choice, OwnerChange
from genjin.customers.rules import CustomerType, Grade, Stage

NOT_GIVEN = _("None given")
IN_POOL = _("Pool")  # where customers are that nobody owns
WHOSE = F("whose")  # whose a customer was at the moment asked for, where rows are what stood then
Words = Callable[[Collection[Any]], Mapping[Any, Any]]


@dataclass(frozen=True, slots=True)
class Window:
    """The days asked for, the moment up to which things count as known (None: all that is known now), and before which a day is past.

    `customers`: only these are asked for, so that what is worked out of sets need not read those of all.
    """

    first: date
    last: date
    since: datetime
    until: datetime
    past: datetime
    known: datetime | None = None
    customers: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A way to cut rows: the value of each, and the words of values; `is_fine`: too many values for sums by day."""

    label: Any
    path: Any
    words: Words = lambda values: {value: value for value in values}
    is_number: bool = False
    is_fine: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Rows, where they stand in time, whose they are, and what of them may be counted apart or summed.

    `at` is "" where the rows themselves depend on the days asked for; `stands`: they are what stood at the end of these.
    `due` is the day such a row is due, and `past` the part of those whose day is past: the one thing that moves by itself.
    `is_set`: its formula holds numbers of the settings, which the roll-up is told of by themselves.
    `once`: its rows are customers, each counted once whatever the days, so that no sum of days holds them.
    `marks` are an expression of words with blanks between, each said of the row; `marked`: its rows are those of another fact that
    carry some of these.
    `shown` says what a row is (see `lines.KINDS`), `nobody` what rows of no person are called.
    """

    key: str
    shown: str
    rows: Callable[[Window], "QuerySet[Any]"]
    at: str = ""
    is_day: bool = False
    stands: bool = False
    due: str = ""
    past: str = ""
    is_set: bool = False
    once: "Once | None" = None
    marks: Any = None
    marked: "Marked | None" = None
    customer: str = "customer"
    person: Any = None
    nobody: Any = NOT_GIVEN
    splits: Mapping[str, Split] = field(default_factory=dict)
    parts: Mapping[str, Q] = field(default_factory=dict)
    sums: Mapping[str, Any] = field(default_factory=dict)

    def way(self, name: str) -> str:
        """Return the path to a field of the row's customer."""
        return f"{self.customer}__{name}" if self.customer else name

    @property
    def is_owners(self) -> bool:
        """Whether rows are whose the customer is, so that nobody has any at a customer of somebody else."""
        return self.person in (F(self.way("owner_id")), WHOSE)

    def all_splits(self) -> dict[str, Split]:
        """Return its own ways to be cut, the person, and those of its customer."""
        found = {
            "person": Split(pgettext_lazy("split", "Person"), self.person, people),
            "source": Split(_("Lead source"), self._source(), source_words),
        }
        found |= {key: Split(one.label, F(self.way(one.path)), one.words) for key, one in OF_CUSTOMER.items()}
        return found | dict(self.splits)

    def _source(self) -> Coalesce:
        """Return the customer's source, or what a sheet or form called it; written in large or small letters it is one."""
        said = NullIf(Lower(self.way("source_detail")), Value(""))
        return Coalesce(Lower(self.way("source__name")), said, output_field=CharField())


@dataclass(frozen=True, slots=True)
class Once:
    """The rows by which customers are counted once in the days from the beginning of a unit of the calendar (Grain).

    `came` are rows on which a customer comes to count, its part named like a unit those on which it did not count in that unit
    before. Where it counts until it leaves, `left` are the rows of that: who came before the days and has not left counts from
    their first. `parts` are the rows of the parts of the fact, each with the same parts by unit.
    """

    came: Fact
    left: Fact | None = None
    parts: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Return all facts whose sums it is worked out from."""
        left = (self.left,) if self.left else ()
        return (self.came, *left, *(one for facts in self.parts.values() for one in facts))


@dataclass(frozen=True, slots=True)
class Marked:
    """The rows of a fact by the marks they carry: counted are those with one of the first marks, and its `part` those with one of the second.

    No row carries two of the first or two of the second. What comes before the colon of a mark is the row's value of the split `by`.
    """

    fact: Fact
    part: str
    by: str
    marks: Callable[[], tuple[frozenset[str], frozenset[str]]]


def choices(words: Any) -> Words:
    """Return the words of a set of choices."""
    known = dict(words.choices)
    return lambda values: {value: known.get(value, value) for value in values}


def people(values: Collection[Any]) -> Mapping[Any, Any]:
    """Return the names of people by id."""
    return dict(User.objects.filter(pk__in=[value for value in values if value]).values_list("pk", "name"))


def source_words(_values: Collection[Any]) -> Mapping[Any, Any]:
    """Return sources as the dictionary writes them; others as they were said."""
    known = Choice.objects.filter(kind=Choice.Kind.SOURCE).values_list("name", flat=True)
    return {name.lower(): name for name in known}


def named(model: Any) -> Words:
    """Return the names of the rows of a table by id."""
    return lambda values: dict(
        model.objects.filter(pk__in=[value for value in values if value]).values_list("pk", "name")
    )


OF_CUSTOMER: Mapping[str, Split] = {
    "campaign": Split(_("Campaign"), "campaign_id", named(Campaign)),
    "industry": Split(_("Industry"), "industry"),
    "province": Split(_("Province"), "province"),
    "type": Split(_("Customer type"), "customer_type", choices(CustomerType)),
    "grade": Split(_("Grade"), "grade", choices(Grade)),
    "stage": Split(_("Stage"), "stage", choices(Stage)),
}


def known[Rows: QuerySet[Any]](rows: Rows, field: str, window: Window) -> Rows:
    """Narrow rows to what was on record at the moment asked for."""
    return rows if window.known is None else rows.filter(**{f"{field}__lt": window.known})


def owner_then(customer: str, at: str) -> Subquery:
    """Return whose a customer was at the moment of a row; a later handover does not move what was done."""
    changes = OwnerChange.objects.filter(customer=OuterRef(customer), at__lte=OuterRef(at))
    return Subquery(changes.order_by("-at", "-id").values("target_id")[:1])
