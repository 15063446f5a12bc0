"""Nobody gives a customer up before the number of contacts its grade asks for (S0-28, S2-10..12)."""

from collections import defaultdict
from collections.abc import Sequence

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.models import Choice, Customer
from genjin.customers.rules import OPEN_STAGES
from genjin.followups.queries.grades import current_policy, touches_of
from genjin.followups.rules.grades import check_touches


def require_touches(actor: User | None, rows: Sequence[Customer], reason: Choice | None) -> None:
    """Refuse to lose or return owned customers in the open stages that were contacted too little; all of them or none.

    A reason that makes contacts pointless is enough, and so is that `actor` leads the owner: theirs is the word one
    would ask for. A rule (None) leads nobody. Raises RuleError `too_few_touches`.
    """
    if reason is not None and reason.waives_touches:
        return
    leads = actor is not None and actor.may(Right.APPROVE)
    asked: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        is_led = actor is not None and leads and row.owner_id != actor.pk and actor.scope.covers(row.owner_id)
        if row.owner_id is not None and row.stage in OPEN_STAGES and not is_led:
            asked[row.grade].append(row.pk)
    if not asked:
        return
    policy, touches = current_policy(), touches_of([pk for pks in asked.values() for pk in pks])
    for grade, pks in sorted(asked.items()):
        check_touches(grade, policy.of(grade), [touches[pk] for pk in pks])
