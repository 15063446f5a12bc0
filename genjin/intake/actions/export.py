"""Customers as a sheet, for who may: masked as for that person, with a mark of who and when, and logged."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.accounts.permissions import Right, require
from genjin.customers.models import Customer, CustomerQuerySet
from genjin.customers.queries.sight import sees_person, show_contact, shown_address, shown_name, shown_notes
from genjin.events.actions import record
from genjin.intake.rules.columns import BY_KEY
from genjin.kit.errors import RuleError
from genjin.kit.sheets.writer import SheetOut, write_xlsx

MOST_ROWS = 50_000
HEADERS = (
    "name", "kind", "customer_type", "credit_code", "industry", "size", "province", "city", "district", "address",
    "main_business", "source", "campaign", "contact.name", "contact.job_title", "contact.phone", "contact.wechat", "contact.email",
    "need", "budget", "purchase", "grade", "owner", "first_contact_at", "last_contact_at", "created_at", "tags", "notes",
)  # fmt: skip


def export_customers(actor: User, rows: CustomerQuerySet, path: Path, *, reason: str, now: datetime) -> int:
    """Write the visible customers of `rows` to an xlsx at `path`; returns how many. Headers are the import's.

    Raises RuleError `reason_missing`, `export_too_large`, `forbidden` (403).
    """
    require(actor, Right.EXPORT)
    if not reason.strip():
        sentence = _("Say what the export is for.")
        raise RuleError(sentence, "reason_missing", fields={"reason": [sentence]})
    rows = rows.filter(pk__in=Customer.objects.visible_to(actor).order_by().values("pk"))
    count = rows.order_by()[: MOST_ROWS + 1].count()
    if count > MOST_ROWS:
        raise RuleError(_("More than 50,000 rows; narrow the list first."), "export_too_large")
    mark = _("Exported by %(name)s (%(login)s) at %(time)s. Confidential.") % {
        "name": actor.name, "login": actor.username, "time": timezone.localtime(now).strftime("%Y-%m-%d %H:%M"),
    }  # fmt: skip
    header = [BY_KEY[key].header for key in HEADERS]
    sheet = SheetOut(
        _("Customers"), header, _lines(actor, rows), widths=[28] + [14] * (len(header) - 1), note=mark
    )
    write_xlsx(path, [sheet])
    with transaction.atomic():
        record(actor, "customers.exported", at=now, reason=reason.strip(), rows=count)
    return count


def _lines(actor: User, rows: CustomerQuerySet) -> Iterator[list[str]]:
    related = rows.select_related("owner", "source", "campaign").prefetch_related("contacts__role", "tags")
    for customer in related.iterator(chunk_size=1000):
        yield _line(actor, customer)


def _line(actor: User, customer: Customer) -> list[str]:
    contacts = list(customer.contacts.all())
    person = show_contact(contacts[0], unmasked=sees_person(actor, customer)) if contacts else None
    budget = "-".join(
        str(amount) for amount in (customer.budget_min, customer.budget_max) if amount is not None
    )
    moments = [customer.first_contact_at, customer.last_contact_at, customer.created_at]
    first, last, created = (timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else "" for at in moments)
    return [
        shown_name(actor, customer), customer.get_kind_display(), customer.get_customer_type_display(), customer.credit_code,
        customer.industry, customer.get_size_display(), customer.province, customer.city, customer.district,
        shown_address(actor, customer), customer.main_business, customer.source.name if customer.source else customer.source_detail,
        customer.campaign.name if customer.campaign else "",
        *((person.name, person.job_title, person.phone, person.wechat, person.email) if person else [""] * 5),
        customer.need, budget, customer.purchase_timing, customer.grade, customer.owner.name if customer.owner else "",
        first, last, created, "、".join(str(tag) for tag in customer.tags.all()), shown_notes(actor, customer),
    ]  # fmt: skip
