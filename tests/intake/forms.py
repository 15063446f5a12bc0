"""A web form and what visitors send by it, for the tests of this floor and of the pages."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from genjin.accounts.models import User
from genjin.intake.actions.submissions import Entry, submit_form, take_in
from genjin.intake.actions.webforms import save_form
from genjin.intake.models import Submission, WebForm
from genjin.intake.rules.forms import AskedField

ASKED = [AskedField("name", "", True), AskedField("contact.name", "", True), AskedField("contact.phone", "", True),
         AskedField("contact.email"), AskedField("need", "您需要什么?"), AskedField("budget")]  # fmt: skip
TYPED = {
    "name": "杭州远景机电有限公司",
    "contact.name": "王小明",
    "contact.phone": "138 1234 5678",
    "need": "更换排产系统",
    "budget": "50-100万",
}
NUMBERS = count(1)


def make_form(actor: User, pool: Any, now: datetime, *, asked: Any = ASKED, **values: Any) -> WebForm:
    """Return a form as somebody designed it."""
    given = {
        "name": "官网表单",
        "title": "联系我们",
        "consent_text": "我同意贵司保存以上信息用于联系我。",
        "pool": pool,
        "daily_limit": 100,
    }
    return save_form(actor, WebForm(), given | values, asked, now=now)


def entry(now: datetime, typed: dict[str, str] = TYPED, **more: Any) -> Entry:
    """Return what a visitor sends who took a minute; each on a page of its own."""
    given = Entry(typed=typed, nonce=f"nonce{next(NUMBERS)}", opened_at=now - timedelta(minutes=1), has_consented=True,
                  address_hash="a", visitor_hash=f"v{next(NUMBERS)}")  # fmt: skip
    return replace(given, **more)


def sent(form: WebForm, now: datetime, typed: dict[str, str] = TYPED, **more: Any) -> Submission:
    """Return what a visitor sent, as the worker left it."""
    row = submit_form(form, entry(now, typed, **more), now=now)
    assert row is not None
    return take_in(row.pk, now=now)
