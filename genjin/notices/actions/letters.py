"""What a message says, in the eyes of who gets it at this moment."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.accounts.models import User
from genjin.notices.actions.robots import secret_of
from genjin.notices.models import Notice, Robot
from genjin.notices.rules.kinds import label_of, sentence
from genjin.notices.rules.robots import Line, Outgoing, Speech, message_for

# The names of those customers a person still sees; this floor does not know customers, so that who calls it brings it.
Names = Callable[[User, Collection[int]], Mapping[int, str]]
MOST_IN_A_GROUP = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as somebody may read it: whose it is, the customer's name, the sentence, and whether it leads anywhere."""

    notice: Notice
    customer: str
    text: str
    is_open: bool


def shown_notices(reader: User, notices: Sequence[Notice], names: Names) -> list[Shown]:
    """Return notices as `reader` may see them now: of a customer out of sight neither name nor words are told."""
    asked = {notice.customer_id for notice in notices if notice.customer_id is not None}
    seen = names(reader, asked) if asked else {}
    return [_shown(notice, seen) for notice in notices]


def _shown(notice: Notice, seen: Mapping[int, str]) -> Shown:
    if notice.customer_id is None:
        return Shown(notice, "", notice.text, is_open=True)
    name = seen.get(notice.customer_id)
    if name is not None:
        if (
            "customer" in notice.words
        ):  # a sentence that names it: as it is called now, and as this reader sees it
            return Shown(notice, "", sentence(notice.kind, notice.words | {"customer": name}), is_open=True)
        return Shown(notice, name, notice.text, is_open=True)
    text = _("%(kind)s (a customer you no longer see)") % {"kind": label_of(notice.kind)}
    return Shown(notice, "", text, is_open=False)


def address_of(notice: Notice) -> str:
    """Return the address a message leads to; the page behind it leads on to the deed."""
    return f"{settings.ENVIRONMENT.public_url}/notices/{notice.pk}/"


def mail_for(person: User, notices: Sequence[Notice], *, message: UUID, names: Names) -> EmailMessage:
    """Return the mail with some notices of one person; its Message-ID is the same whenever it is sent."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        shown = shown_notices(person, notices, names)
        subject = _title(shown)
        parts = [_("Hello %(name)s,") % {"name": person.name}, *(_paragraph(one) for one in shown), _("Please follow up in time!")]  # fmt: skip
        own = f"{settings.ENVIRONMENT.public_url}/me/notices/"
        parts.append(_("How you are told, and when not: %(url)s") % {"url": own})
    host = settings.ENVIRONMENT.public_url.partition("://")[2].partition("/")[0].partition(":")[0] or "genjin"
    headers = {"Message-ID": f"<{message}@{host.strip('[]')}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(
        " ".join(subject.split())[:200], "\n\n".join(parts), to=[person.email], headers=headers
    )


def _title(shown: Sequence[Shown]) -> str:
    if len(shown) == 1:
        return _("Attention, please! %(what)s") % {"what": label_of(shown[0].notice.kind)}
    words = ngettext(
        "Attention, please! %(count)d notice", "Attention, please! %(count)d notices", len(shown)
    )
    return words % {"count": len(shown)}


def _paragraph(one: Shown) -> str:
    line = f"{one.customer}：{one.text}" if one.customer else one.text
    return f"· {' '.join(line.split())}\n  {address_of(one.notice)}" if one.is_open else f"· {line}"


def robot_message(
    robot: Robot,
    notices: Sequence[Notice],
    members: Sequence[User],
    *,
    message: UUID,
    names: Names,
    now: datetime,
) -> Outgoing:
    """Return what a robot says to its group.

    A group of one person reads what the person reads. In a group of several, customer and words are told only where
    everybody of them sees the customer; else who is meant and what it is about, and the address for the person alone.
    """
    with translation.override(settings.LANGUAGE_CODE):
        shown = _for_group(notices, members, names)
        lines = [_line(one, alone=len(members) == 1) for one in shown]
        mark = _("Please follow up in time! #%(id)s") % {"id": message.hex[:8]}
        speech = Speech(_title(shown), lines, mark=mark, more=_("and {count} more"))
        return message_for(robot.kind, speech, secret=secret_of(robot), now=now)


def _for_group(notices: Sequence[Notice], members: Sequence[User], names: Names) -> list[Shown]:
    if len(members) == 1:
        return shown_notices(members[0], notices, names)
    asked = {notice.customer_id for notice in notices if notice.customer_id is not None}
    everybody: dict[int, str] = {}
    if asked and len(members) <= MOST_IN_A_GROUP:
        seen = [names(member, asked) for member in members]
        everybody = {pk: seen[0][pk] for pk in asked if pk in seen[0] and all(one.get(pk) == seen[0][pk] for one in seen)}  # fmt: skip
    return [
        _shown(notice, everybody)
        if notice.customer_id in everybody
        else Shown(notice, "", label_of(notice.kind), is_open=True)
        for notice in notices
    ]


def _line(one: Shown, *, alone: bool) -> Line:
    words = [one.customer, one.text] if one.customer else [one.text]
    if not alone:
        words.insert(0, one.notice.person.name)
    return Line("：".join(words), address_of(one.notice) if one.is_open else "")
