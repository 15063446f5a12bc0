"""The grades' terms in force, and how many contacts customers had since they have their owner."""

from collections.abc import Sequence

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from genjin.customers.models import Customer
from genjin.followups.models import GradePolicy
from genjin.followups.rules.grades import FIRST_POLICY, GradeRules, GradeTerms


def current_policy() -> GradeRules:
    """Return the published terms in force; version 1 until another is published. One small query."""
    newest = GradePolicy.objects.first()
    return newest.as_rules() if newest else FIRST_POLICY


def terms_of(grade: str) -> GradeTerms:
    """Return the terms in force of one grade."""
    return current_policy().of(grade)


def touches_of(ids: Sequence[int]) -> dict[int, int]:
    """Return by customer how many effective contacts are on record since its owner has it; one query."""
    since = Q(
        followups__is_effective=True, followups__happened_at__gte=Coalesce(F("owned_since"), F("created_at"))
    )
    rows = Customer.objects.filter(pk__in=ids).annotate(touches=Count("followups", filter=since))
    return dict(rows.order_by().values_list("pk", "touches"))
