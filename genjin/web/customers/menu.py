"""What one may do with a customer: the entries of its menu."""

from typing import Any

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.customers.actions.ownership import may_edit
from genjin.customers.models import Customer

SHARED_DEEDS = {"edit/base/", "edit/need/", "tag/"}  # what collaborators who write do as well


def pool_mark(user: User, customer: Customer) -> str:
    """Return a signed note that this person was shown this customer in a pool just now."""
    return signing.dumps([user.pk, customer.pk], salt="pool")


def read_pool_mark(mark: str) -> tuple[int, int] | None:
    """Return person and customer of a note not older than an hour; None when it is none."""
    try:
        person, customer = signing.loads(mark, salt="pool", max_age=3600)
    except (signing.BadSignature, ValueError):
        return None
    return person, customer


def deeds_of(user: User, customer: Customer, url: str, *, may_work: bool) -> list[dict[str, Any]]:
    """Return what this person may do with a customer, as entries of the menu "More"."""
    if customer.owner_id is None:
        claim = {
            "url": f"{url}claim/?seen={pool_mark(user, customer)}",
            "label": _("Claim"),
            "icon": "user-plus",
        }
        return [claim] if user.may(Right.CLAIM) else []
    if not may_work:
        return []
    words = (
        (Right.CHANGE_CUSTOMER, "edit/base/", _("Edit base information"), "pencil"),
        (Right.CHANGE_CUSTOMER, "edit/need/", _("Edit need and budget"), "bulb"),
        (Right.CHANGE_CUSTOMER, "check/", pgettext("deed", "Verify facts"), "shield-check"),
        (Right.GRADE, "grade/", _("Grade"), "star"),
        (Right.CHANGE_CUSTOMER, "tag/", _("Tag"), "tag"),
        (Right.CHANGE_CUSTOMER, "questionnaires/", _("Questionnaires"), "list-check"),
        (Right.CHANGE_CUSTOMER, "shares/", _("Show to a third party"), "external-link"),
        (Right.ASSIGN, "assign/", _("Assign"), "user-share"),
        (Right.RELEASE, "release/", _("To the pool"), "arrow-back-up"),
        (Right.RELEASE, "extension/", _("Ask for more time"), "clock"),
        (Right.ASSIGN, "lock/", _("Unlock") if customer.is_locked else _("Keep from recycling"), "lock"),
        (Right.DELETE_CUSTOMER, "merge/", _("Merge"), "arrows-join"),
        (Right.DELETE_CUSTOMER, "unmerge/", _("Take the merge back"), "arrows-split"),
        (Right.DELETE_CUSTOMER, "delete/", _("Delete"), "trash"),
    )
    elsewhere = {"extension/", "lock/"}
    is_theirs = may_edit(user, customer)
    deeds = [
        {"url": f"/routing{url}{path}" if path in elsewhere else url + path, "label": label, "icon": icon}
        for right, path, label, icon in words
        if user.may(right)
        and (is_theirs or path in SHARED_DEEDS)
        and (path != "unmerge/" or customer.merges.standing().exists())
    ]
    for deed in deeds:
        if deed["url"].endswith(("/merge/", "/questionnaires/", "/shares/")):
            deed["page"] = True  # type: ignore[assignment]
        if deed["url"].endswith("delete/"):
            deed |= {"level": "danger", "line": True}  # type: ignore[dict-item]
    return deeds
