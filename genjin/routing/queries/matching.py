"""Which rule speaks of a customer: the first one in order whose conditions it meets."""

from collections.abc import Sequence

from django.db.models import Case, IntegerField, Value, When

from genjin.customers.models import CustomerQuerySet
from genjin.routing.models.rules import Rule


def with_rule(rows: CustomerQuerySet, rules: Sequence[Rule]) -> CustomerQuerySet:
    """Return `rows` with `rule_at`, the place of the rule among `rules`; null where none applies.

    A CASE asks the conditions one after another, so that an empty column never matches silently.
    """
    cases = [When(rule.applies, then=Value(at)) for at, rule in enumerate(rules)]
    rule_at = Case(*cases, default=Value(None), output_field=IntegerField())
    return rows.annotate(rule_at=rule_at)
