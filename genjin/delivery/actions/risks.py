"""What may go wrong with a project: raised, answered, closed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from genjin.accounts.models import User
from genjin.delivery.actions.standing import concerned, hold
from genjin.delivery.models import Project, Risk
from genjin.delivery.rules import Deed, RiskLevel
from genjin.delivery.rules.states import after
from genjin.events.actions import record
from genjin.kit.errors import wrong_at
from genjin.kit.masking import mask_words
from genjin.kit.text import clean
from genjin.notices.actions import tell
from genjin.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class NewRisk:
    """What may go wrong, how bad, who watches it, and what is done about it."""

    text: str
    level: str = RiskLevel.MEDIUM
    owner: User | None = None
    answer: str = ""


@transaction.atomic
def raise_risk(actor: User, project: Project, new: NewRisk, *, now: datetime) -> Risk:
    """Put a risk on record; of a high one the customer's owner and who is in charge are told.

    Raises RuleError `risk_missing`, `risk_level`.
    """
    row = hold(actor, project)
    after(row.state, Deed.WORK)
    text = _checked(new)
    risk = Risk.objects.create(
        project=row, text=text, level=new.level, owner=new.owner, answer=clean(new.answer), raised_at=now, raised_by=actor
    )  # fmt: skip
    record(
        actor, "delivery.risk_raised", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name,
        note=f"{risk.get_level_display()} · {mask_words(text[:120])}",
    )  # fmt: skip
    if risk.level == RiskLevel.HIGH:
        tell(
            concerned(row, but=actor), NoticeKind.DELIVERY_RISK, key=f"risk:{risk.pk}", at=now,
            customer_id=row.customer_id, subject_id=row.pk, who=actor.name, what=mask_words(row.name), why=mask_words(text[:120]),
        )  # fmt: skip
    return risk


def _checked(new: NewRisk) -> str:
    text = clean(new.text)[:300]
    if not text:
        sentence = _("Write what may go wrong.")
        raise wrong_at("text", sentence, "risk_missing")
    if new.level not in RiskLevel.values:
        sentence = _("Choose how bad it would be.")
        raise wrong_at("level", sentence, "risk_level")
    return text


@transaction.atomic
def change_risk(actor: User, risk: Risk, new: NewRisk, *, closed: bool, now: datetime) -> Risk:
    """Change a risk, write what is done about it, close it or open it again.

    Raises RuleError `risk_missing`, `risk_level`, `answer_missing` when it is closed without a word.
    """
    row = hold(actor, risk.project)
    after(row.state, Deed.WORK)
    held = Risk.objects.select_for_update(of=("self",)).get(pk=risk.pk, project=row)
    text, answer = _checked(new), clean(new.answer)
    if closed and not answer:
        sentence = _("Write what was done about it, then it can be closed.")
        raise wrong_at("answer", sentence, "answer_missing")
    was_closed = held.closed_at is not None
    held.text, held.level, held.owner, held.answer = text, new.level, new.owner, answer
    if closed != was_closed:
        held.closed_at, held.closed_by = (now, actor) if closed else (None, None)
    held.save()
    if closed and not was_closed:
        record(
            actor, "delivery.risk_closed", at=now, customer_id=row.customer_id, subject_id=row.pk, name=row.name,
            note=mask_words(f"{text[:80]} · {answer[:80]}"),
        )  # fmt: skip
    return held
