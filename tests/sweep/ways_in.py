"""What came in from outside: forms with what was sent by them, questionnaires, links, mails and photos."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from genjin.customers.models import Customer
from genjin.followups.actions.shares import NewShare, share_customer
from genjin.intake.actions.mails import confirm_key
from genjin.intake.actions.questionnaires import answer_questionnaire, save_questionnaire, send_questionnaire
from genjin.intake.actions.webforms import save_form
from genjin.intake.models import Draft, DraftFile, Mailbox, ProposedChange, Questionnaire, Submission, WebForm
from genjin.intake.rules.forms import AskedField
from genjin.intake.rules.questionnaires import Question
from tests.sweep.maker import Maker
from tests.sweep.marks import INTERNAL, MARK, SECRET_PHONES

if TYPE_CHECKING:
    from tests.sweep.world import World


def ways_in(world: "World", maker: Maker, now: datetime) -> None:
    """A web form with what was sent by it: an entry nobody has looked at, and one of a stranger's customer."""
    asked = [
        AskedField(key, is_required=True)
        for key in ("name", "contact.name", "contact.phone", "contact.email")
    ]
    values = {"name": INTERNAL, "title": "联系我们", "consent_text": "同意", "pool": world.pool, "daily_limit": 500,
              "frame_sites": "https://www.example.com", "confirm_by_mail": True}  # fmt: skip
    form = save_form(maker.admin, WebForm(), values, asked, now=now)
    stranger = Customer.objects.get(pk=world.ids["customer"]["stranger"][0])
    rows = {
        kind: Submission.objects.create(
            form=form, at=now, nonce=kind, values={"name": f"{word}公司", "contact.email": f"{word}@example.com"}, consent_text="同意",
            utm={"source": word}, referrer=f"https://{word.lower()}.example.com/", customer=customer, mailed_at=now,
            status=Submission.Status.ATTACHED if customer else Submission.Status.NEW,
        )
        for kind, word, customer in (("own", "OWN", None), ("stranger", MARK, stranger))
    }  # fmt: skip
    world.ids["form"] = {"own": (form.pk,)}
    world.ids["entry"] = {kind: (row.pk,) for kind, row in rows.items()}
    _questionnaires(world, maker, stranger, now)
    _drafts(world, stranger.owner, now)
    world.public |= {"form": form.public_id, "confirm": confirm_key(rows["own"].pk)}


def _questionnaires(world: "World", maker: Maker, stranger: Customer, now: datetime) -> None:
    """Links with answers nobody has decided: of one's own customer, of a stranger's."""
    asked = [Question("您需要什么?", "need"), Question("还有什么?")]
    kept = save_questionnaire(
        maker.admin, Questionnaire(), {"name": INTERNAL, "title": "调研"}, asked, now=now
    )
    mine = Customer.objects.get(pk=world.ids["customer"]["own"][0])
    for kind, word, customer in (("own", "OWN", mine), ("stranger", MARK, stranger)):
        link = send_questionnaire(maker.admin, customer, kept, now=now)
        answer_questionnaire(link.key, [f"{word}需求", f"{word}别的"], now=now)
        waiting = send_questionnaire(maker.admin, customer, kept, now=now)
        world.ids.setdefault("link", {})[kind] = (waiting.pk,)
        world.ids.setdefault("proposal", {})[kind] = (ProposedChange.objects.get(link=link).pk,)
        world.public["questionnaire"] = waiting.key
        share = share_customer(maker.admin, customer, NewShare("乙方", "对接", ["industry"]), now=now)
        world.ids.setdefault("share", {})[kind] = (share.pk,)
        world.public.setdefault("share", share.key)
    world.ids["questionnaire"] = {"own": (kept.pk,)}


def _drafts(world: "World", stranger: Any, now: datetime) -> None:
    """A photo to be typed in of one's own, and a mail of a mailbox only the stranger reads."""
    mailbox = Mailbox.objects.create(name=f"{MARK}信箱", host="imap.example.com", user="x")
    mailbox.readers.add(stranger)
    texts = {
        "subject": f"{MARK}主题",
        "text": f"{MARK}正文 {SECRET_PHONES[0]}",
        "sender_name": MARK,
        "message_id": "<1>",
    }
    rows = {
        "own": Draft.objects.create(kind="photo", created_at=now, created_by=world.actor, subject="卡片"),
        "stranger": Draft.objects.create(kind="mail", created_at=now, mailbox=mailbox, **texts),
    }
    picture = ContentFile(b"\x89PNG\r\n\x1a\n" + MARK.encode(), name="x.png")
    files = {
        kind: DraftFile.objects.create(
            draft=row,
            file=ContentFile(picture.read(), name="x.png")
            if kind == "stranger"
            else ContentFile(b"\x89PNG\r\n\x1a\n", name="y.png"),
            name="x.png",
            size=9,
        )
        for kind, row in rows.items()
    }
    world.ids["draft"] = {kind: (row.pk,) for kind, row in rows.items()}
    world.ids["draft_file"] = {kind: (row.pk,) for kind, row in files.items()}
    world.ids["mailbox"] = {"own": (mailbox.pk,)}
