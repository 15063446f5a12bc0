"""What cannot well be true together in a row of a sheet. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from genjin.customers.rules.contradictions import Profile, contradictions
from genjin.intake.rules.rows import Finding
from genjin.intake.rules.values import Values

_TAKEN = (
    "kind", "credit_code", "industry", "main_business", "province", "city", "district", "address", "size",
    "employee_count", "revenue_min", "revenue_max", "budget_min", "founded_on",
)  # fmt: skip


def profile_of(values: Values) -> Profile:
    """Return what the checks look at in a row that was read."""
    phones = tuple(phone for name in ("contact.phone", "contact.phone2") if (phone := values.get(name)))
    return Profile(**{name: values[name] for name in _TAKEN if values.get(name)}, phones=phones)


def doubtful(rows: Sequence[Values], numbers: Sequence[int], today: date) -> Iterator[Finding]:
    """Yield a warning for everything that does not fit together in these rows (S1-13)."""
    for number, values in zip(numbers, rows, strict=True):
        for found in contradictions(profile_of(values), today):
            yield Finding(number, "", found.code, "", found.reason, "warning")
