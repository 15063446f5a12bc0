"""Whom we already know under a name, phone, code or address: by key first, then as a short name, then by words."""

import re
from dataclasses import asdict, dataclass

from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from genjin.accounts.models import User
from genjin.customers.models import Customer
from genjin.customers.queries.find import known_under, search
from genjin.customers.queries.sight import shown_name
from genjin.customers.rules.axes import Kind
from genjin.customers.rules.identity import Match, Named, mail_keys, name_keys, phone_key
from genjin.kit.company_name import parse_company_name
from genjin.kit.credit_code import parse_credit_code
from genjin.kit.errors import ValueRefused
from genjin.kit.short_name import short_forms, short_name_score
from genjin.kit.text import fold

LOOKED_AT = 200
BY_KEY_SIMILAR = 80


@dataclass(frozen=True, slots=True)
class Answer:
    """One customer we may already know; `score` runs from 0 to 100."""

    id: int
    name: str
    level: str
    score: int
    reason: str


def match(user: User, text: str, top: int) -> list[dict[str, object]]:
    """Return who may be meant by `text`, surest first, at most `top`."""
    found: dict[int, Answer] = {}
    for answer in (*by_key(user, text, top), *by_short_name(user, text), *by_words(user, text)):
        known = found.setdefault(answer.id, answer)
        if known.level != Match.SAME and answer.score > known.score:
            found[answer.id] = answer
    ranked = sorted(found.values(), key=rank)
    return [asdict(answer) for answer in ranked[:top]]


def rank(answer: Answer) -> tuple[bool, int, int, int]:
    """Sort the surest first; of equals the shorter name, which says less that was not asked for."""
    return answer.level != Match.SAME, -answer.score, len(answer.name), answer.id


def by_key(user: User, text: str, top: int) -> list[Answer]:
    code = credit_code(text)
    return [
        Answer(
            one.id, one.name, one.level.value, 100 if one.level == Match.SAME else BY_KEY_SIMILAR, one.reason
        )
        for one in known_under(user, keys_of(text, code), Named(text, code), top=top)
    ]


def keys_of(text: str, code: str) -> list[str]:
    """Return the identity keys a text can stand for."""
    if code:
        return [f"uscc:{code}"]
    if "@" in text:
        return mail_keys(text)
    if key := phone_key(text):
        return [key]
    return name_keys(text, Kind.ORG)


def credit_code(text: str) -> str:
    try:
        return parse_credit_code(text).value
    except ValueRefused:
        return ""


def by_short_name(user: User, text: str) -> list[Answer]:
    """Return visible customers in whose names the letters of a short name stand in order, the shortest names first."""
    forms = short_forms(text)
    if not forms:
        return []
    stands = Q()
    as_written = "".join(
        letter for letter in text if letter.isalnum()
    )  # 昇 as in the table, not folded to 升
    for form in (*forms, as_written):
        stands |= Q(name__iregex=".*".join(map(re.escape, form)))
    rows = Customer.objects.visible_to(user).filter(stands).order_by(Length("name"), "pk")[:LOOKED_AT]
    scored = ((row, short_name_score(forms, fold(row.name))) for row in rows)
    return [
        Answer(row.pk, shown_name(user, row), Match.SIMILAR.value, score, _("a short name of it"))
        for row, score in scored
        if score
    ]


def by_words(user: User, text: str) -> list[Answer]:
    """Return visible customers the search box finds, with how alike the cores of the names are."""
    asked = parse_company_name(text)
    if not asked.key_full:
        return []
    rows = search(Customer.objects.visible_to(user), text, user).select_related("owner", "pool")[:LOOKED_AT]
    return [
        Answer(row.pk, shown_name(user, row), Match.SIMILAR.value, likeness(asked.key_core, row.name), "name")
        for row in rows
    ]


def likeness(core: str, name: str) -> int:
    """Return how alike two names are once region and company form are gone: 0 to 89, below any shared key."""
    return min(BY_KEY_SIMILAR - 1, round(fuzz.WRatio(core, parse_company_name(name).key_core)))
