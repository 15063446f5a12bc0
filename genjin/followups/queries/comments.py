"""Who sees a customer, whom a text names, and colleagues to choose from while typing."""

from collections.abc import Iterable, Sequence

from genjin.accounts.models import User
from genjin.accounts.queries import people_like
from genjin.customers.models import Customer
from genjin.followups.rules.comments import beginnings, longest_beginning, written_after_at


def who_sees(customer: Customer, ids: Iterable[int]) -> list[User]:
    """Return those of the people `ids` who may sign in and see this customer; one question a person."""
    people = User.objects.active().filter(pk__in=list(ids)).order_by("pk")
    return [person for person in people if sees(person, customer)]


def sees(person: User, customer: Customer) -> bool:
    """Whether a colleague sees this customer."""
    return Customer.objects.visible_to(person).filter(pk=customer.pk).exists()


def named_in(text: str, customer: Customer, chosen: Sequence[User] = ()) -> list[User]:
    """Return the active colleagues a text names after an @, by name or login; the longest name that fits.

    Of several with one name those `chosen` are meant, else those who see the customer, else all.
    """
    written = written_after_at(text)
    if not written:
        return []
    starts = beginnings(written)
    people = list(User.objects.active().filter(name__in=starts)) + list(
        User.objects.active().filter(username__in={start.lower() for start in starts})
    )
    by_word: dict[str, dict[int, User]] = {}
    for person in people:
        for word in (person.name, person.username):
            by_word.setdefault(word.lower(), {})[person.pk] = person
    found: dict[int, User] = {}
    for one in written:
        meant = list(by_word.get(longest_beginning(one, by_word).lower(), {}).values())
        if len(meant) > 1:
            picked = {person.pk for person in chosen}
            meant = [one for one in meant if one.pk in picked] or [one for one in meant if sees(one, customer)] or meant  # fmt: skip
        found |= {person.pk: person for person in meant}
    return list(found.values())


def colleagues_for(customer: Customer, text: str, *, besides: User) -> list[tuple[User, bool]]:
    """Return up to eight colleagues whose name or pinyin begins so, and whether each sees the customer; those first."""
    people = [person for person in people_like(text, limit=9) if person.pk != besides.pk][:8]
    known = [(person, sees(person, customer)) for person in people]
    return sorted(known, key=lambda one: not one[1])
