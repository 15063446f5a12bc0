"""What of a customer third parties may be shown at all, and for how long. Pure."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.kit.errors import RuleError, wrong_at

LONGEST_DAYS = 30
SHAREABLE = {  # in the order of the page; people always come masked, and their notes never
    "industry": gettext_lazy("Industry"), "size": gettext_lazy("Company size"), "region": gettext_lazy("Region"),
    "main_business": gettext_lazy("Main business"), "need": gettext_lazy("Need"), "pain_points": gettext_lazy("Pain points"),
    "desired_cooperation": gettext_lazy("Desired cooperation"), "purchase_timing": gettext_lazy("Purchase timing"),
    "people": gettext_lazy("Contacts (masked)"),
}  # fmt: skip


def check_share(recipient: str, purpose: str, fields: Collection[str], days: int) -> None:
    """Refuse a share without a receiver, a purpose, fields or an end within 30 days (S1-20).

    Raises RuleError `share_incomplete` with a sentence for each field, `share_field_unknown`.
    """
    if unknown := sorted(set(fields) - SHAREABLE.keys()):
        sentence = _("This is not shown to third parties: %(names)s.") % {"names": ", ".join(unknown)}
        raise wrong_at("fields", sentence, "share_field_unknown")
    wrong = {
        "recipient": "" if recipient.strip() else _("Say who receives it: person and company."),
        "purpose": "" if purpose.strip() else _("Say what it is needed for."),
        "fields": "" if fields else _("Choose the few fields that are needed."),
        "days": "" if 1 <= days <= LONGEST_DAYS else _("Choose 1 to %(days)d days.") % {"days": LONGEST_DAYS},
    }
    found = {name: [sentence] for name, sentence in wrong.items() if sentence}
    if found:
        raise RuleError(next(iter(found.values()))[0], "share_incomplete", fields=found)
