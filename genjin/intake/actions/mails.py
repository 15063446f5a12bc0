"""Mails that go out to visitors; never inside a transaction."""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from genjin.intake.actions.submissions import note_mailed, to_be_asked
from genjin.intake.rules.forms import LINK_LIFE

SALT = "submission.confirm"


def confirm_key(submission_id: int) -> str:
    """Return the signed key of a confirmation link."""
    return signing.dumps(submission_id, salt=SALT)


def read_confirm_key(key: str) -> int | None:
    """Return whose link a key is; None when nobody signed it within the last hour."""
    try:
        pk = signing.loads(key, salt=SALT, max_age=LINK_LIFE)
    except (signing.BadSignature, ValueError):
        return None
    return pk if isinstance(pk, int) else None


def ask_to_confirm(submission_id: int, *, now: datetime) -> bool:
    """Send the link by which a visitor confirms an entry; returns whether there was anything to send.

    The link begins with the configured address, whatever a request claimed.
    """
    row = to_be_asked(submission_id, now=now)
    if row is None:
        return False
    link = f"{settings.ENVIRONMENT.public_url}/c/{confirm_key(row.pk)}/"
    words = {"title": row.form.title, "link": link}
    body = _(
        "You filled in “%(title)s”. Please confirm within an hour that this address is yours:\n\n%(link)s\n\n"
        "If it was not you, do nothing: nothing will happen."
    )
    subject = " ".join((_("Please confirm: %(title)s") % words).split())
    EmailMessage(subject, body % words, to=[row.values["contact.email"]]).send()
    note_mailed(row.pk, now=now)  # last: a mail is rather sent twice than never
    return True
