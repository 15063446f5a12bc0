"""Whom somebody is to greet in the coming days (S0-18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from genjin.accounts.models import User
from genjin.accounts.queries import local_day
from genjin.customers.models import Contact
from genjin.customers.queries.greeting import people_to_greet
from genjin.kit.birthday import kept_on
from genjin.library.models import Greeting
from genjin.library.queries.greetings import greeting_settings
from genjin.library.rules.greetings import BIRTHDAY, Occasion, days_ahead, festivals_between


@dataclass(frozen=True, slots=True)
class Coming:
    """The occasions from today to some days ahead; `birthdays` holds the keys kept on each of those days."""

    festivals: Sequence[Occasion]
    birthdays: Mapping[str, Occasion]  # by key of the birthday

    @property
    def by_name(self) -> dict[str, Occasion]:
        return {one.name: one for one in (*self.festivals, *self.birthdays.values())}


def coming_occasions(now: datetime) -> Coming:
    """Return what one greets for today, as Settings have it."""
    settings = greeting_settings()
    first, last = days_ahead(local_day(now), settings.days_ahead)
    festivals = festivals_between(first, last, settings.festivals)
    days = (
        [first + timedelta(days=at) for at in range((last - first).days + 1)]
        if settings.has_birthdays
        else []
    )
    birthdays = {one.key: Occasion(BIRTHDAY, day) for day in days for one in kept_on(day)}
    return Coming(festivals, birthdays)


def _whose(user: User) -> "QuerySet[Contact]":
    """Return the people of one's own customers who may be greeted."""
    rows = people_to_greet(Contact.objects.filter(customer__owner=user))
    return rows.select_related("customer", "customer__pool", "role")


def _open(rows: "QuerySet[Contact]", name: str) -> "QuerySet[Contact]":
    done = Greeting.objects.filter(contact_id=OuterRef("pk"), occasion=name)
    return rows.filter(~Exists(done))


def to_greet_on(user: User, occasion: Occasion) -> "QuerySet[Contact]":
    """Return the main contacts of one's customers who were not greeted on a festival yet."""
    rows = _whose(user).filter(is_primary=True)
    return _open(rows, occasion.name).order_by("customer__sort_key", "pk")


def birthdays_of(user: User, coming: Coming) -> "QuerySet[Contact]":
    """Return everybody whose birthday comes and who was not greeted yet."""
    found = Q(pk__in=[])
    for key, occasion in coming.birthdays.items():
        done = Greeting.objects.filter(contact_id=OuterRef("pk"), occasion=occasion.name)
        found |= Q(~Exists(done), birth_key=key)
    return _whose(user).filter(found).exclude(birth_key="").order_by("birth_key", "pk")


def greeting_counts(user: User, now: datetime) -> dict[str, int]:
    """Return how many people wait to be greeted, by occasion key; for the workbench."""
    coming = coming_occasions(now)
    counts = {one.key: to_greet_on(user, one).count() for one in coming.festivals}
    if coming.birthdays:
        counts[BIRTHDAY] = birthdays_of(user, coming).count()
    return {key: count for key, count in counts.items() if count}


def occasion_of(contact: Contact, name: str, now: datetime) -> Occasion | None:
    """Return the coming occasion of this name if it is one of this person's."""
    coming = coming_occasions(now)
    festival = next((one for one in coming.festivals if one.name == name), None)
    if festival is not None:
        return festival
    birthday = coming.birthdays.get(contact.birth_key) if contact.birth_key else None
    return birthday if birthday is not None and birthday.name == name else None
