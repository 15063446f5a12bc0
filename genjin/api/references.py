"""Rows named in a body by id or name: found within sight, or refused the same as if they did not exist."""

from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.queries import find_person
from genjin.customers.models import Campaign, Choice
from genjin.kit.errors import RuleError, not_found


def unknown(field: str) -> RuleError:
    """Return the refusal of a reference that leads nowhere for this caller."""
    sentence = not_found().message
    return RuleError(_("Please correct the marked fields."), "reference_unknown", fields={field: [sentence]})


def named[Row: Model](rows: QuerySet[Row], pk: int, field: str) -> Row:
    """Return the row `pk` of what the caller may see; raises RuleError `reference_unknown`."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise unknown(field)
    return row


def all_named[Row: Model](rows: QuerySet[Row], pks: list[int], field: str) -> list[Row]:
    """Return the rows `pks`, or refuse them all when one cannot be seen."""
    found = list(rows.filter(pk__in=pks))
    if len(found) != len(set(pks)):
        raise unknown(field)
    return found


def person(caller: User, given: int | str, field: str) -> User:
    """Return a colleague by id, login or full name; raises RuleError `reference_unknown`."""
    if isinstance(given, int):
        colleague: User = named(User.objects.visible_to(caller), given, field)
        return colleague
    found = find_person(given)
    if found is None:
        raise unknown(field)
    return found


def word(kind: str, given: Any, field: str) -> Choice:
    """Return a dictionary's word by id or name; the refusal lists the words there are."""
    rows = Choice.objects.of(kind)
    row = rows.filter(pk=given).first() if isinstance(given, int) else rows.filter(name=given).first()
    if row is None:
        words = ", ".join(rows.values_list("name", flat=True)[:50])
        sentence = _("Choose one of: %(words)s.") % {"words": words}
        raise RuleError(_("Please correct the marked fields."), "choice_unknown", fields={field: [sentence]})
    return row


def campaign(given: int | str) -> Campaign:
    """Return a campaign by id or name; raises RuleError `reference_unknown`."""
    rows = (
        Campaign.objects.filter(pk=given) if isinstance(given, int) else Campaign.objects.filter(name=given)
    )
    row = rows.first()
    if row is None:
        raise unknown("campaign")
    return row
