"""What contradicts itself about a customer, from what is stored."""

from collections.abc import Iterable, Mapping
from datetime import date

from genjin.accounts.models import User
from genjin.customers.models import Contact, Customer
from genjin.customers.queries.sight import sees_person
from genjin.customers.rules import Kind
from genjin.customers.rules.contradictions import Contradiction, Profile, contradictions


def profile_of(row: Customer, contacts: Iterable[Contact], *, unmasked: bool = True) -> Profile:
    """Return what the checks look at; without what is masked."""
    return Profile(
        kind=row.kind, credit_code=row.credit_code, industry=row.industry, main_business=row.main_business,
        province=row.province, city=row.city, district=row.district, address=row.address, size=row.size,
        employee_count=row.employee_count, revenue_min=row.revenue_min, revenue_max=row.revenue_max,
        budget_min=row.budget_min, founded_on=row.founded_on,
        phones=tuple(phone for one in contacts for phone in (one.phone, one.phone2) if phone) if unmasked else (),
        extra=row.extra if unmasked else {},
    )  # fmt: skip


def contradictions_of(
    user: User, row: Customer, contacts: Iterable[Contact], today: date
) -> list[Contradiction]:
    """Return the warnings about one customer as `user` may read them."""
    unmasked = sees_person(user, row) or row.kind != Kind.PERSON
    if not unmasked:
        return []
    return contradictions(profile_of(row, contacts, unmasked=sees_person(user, row)), today)


def reasons_of(user: User, rows: Iterable[Customer], today: date) -> Mapping[int, list[Contradiction]]:
    """Return the warnings about some customers, which come with their contacts."""
    return {row.pk: contradictions_of(user, row, row.contacts.all(), today) for row in rows}
