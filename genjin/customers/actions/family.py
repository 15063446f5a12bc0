"""Whose branch a company is, and who referred a customer: the checks that keep both in sight and parents without a circle."""

from collections.abc import Mapping

from django.db import connection
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.rules import Kind
from genjin.kit.errors import RuleError, wrong_at

DEEPEST = 20
NOBODY: Mapping[int, int | None] = {}


def check_parent(
    actor: User, row: Customer, parent_id: int | None, *, planned: Mapping[int, int | None] = NOBODY
) -> None:
    """Refuse a parent out of sight, a person, or one below the customer itself; `planned` are parents about to be written.

    Raises RuleError `parent_unknown`, `parent_is_person`, `parent_circle`, `parent_too_deep`.
    """
    if parent_id is None:
        return
    hold_families()
    parent = Customer.objects.visible_to(actor).filter(pk=parent_id).first()
    if parent is None:
        raise _refusal(_("No such customer, or out of your sight."), "parent_unknown")
    if Kind.PERSON in {parent.kind, row.kind}:
        raise _refusal(_("Only companies have parents and branches."), "parent_is_person")
    above = lineage(parent_id, planned)
    if row.pk is not None and row.pk in above:
        raise _refusal(_("A company is not its own parent, however many steps away."), "parent_circle")
    if len(above) > DEEPEST:
        raise _refusal(_("At most %(count)d levels of parents.") % {"count": DEEPEST}, "parent_too_deep")


def check_referrer(actor: User, row: Customer, referrer_id: int | None, *, before: int | None = None) -> None:
    """Refuse as who referred a locked customer one out of sight, itself, or another one than stood there `before`.

    Raises RuleError `referrer_unknown`, `referrer_itself`, `referred_already`.
    """
    if referrer_id is None or referrer_id == before:
        return
    if row.pk == referrer_id:
        raise wrong_at("referrer", _("A customer does not refer itself."), "referrer_itself")
    if before is not None:
        raise wrong_at("referrer", _("Somebody referred this customer already."), "referred_already")
    if not Customer.objects.visible_to(actor).filter(pk=referrer_id).exists():
        raise wrong_at("referrer", _("No such customer, or out of your sight."), "referrer_unknown")


def hold_families() -> None:
    """Let nobody else change who is whose parent until commit; two who make each other parents wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(727005, 0)")


def lineage(start: int | None, planned: Mapping[int, int | None] = NOBODY) -> list[int]:
    """Return a customer's id and those above it, the nearest first, up to where it would repeat itself."""
    found: list[int] = []
    while start is not None and start not in found and len(found) <= DEEPEST:
        found.append(start)
        if start in planned:
            start = planned[start]
        else:
            start = Customer.objects.filter(pk=start).values_list("parent_id", flat=True).first()
    return found


def _refusal(sentence: str, code: str) -> RuleError:
    return wrong_at("parent", sentence, code)
