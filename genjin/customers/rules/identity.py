"""Which keys make a customer recognisable, and what sharing one means."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from genjin.customers.rules.axes import Kind
from genjin.kit.company_name import parse_company_name
from genjin.kit.errors import ValueRefused
from genjin.kit.likeness import Whereabouts, head_key, is_branch_of, likeness_key, whereabouts
from genjin.kit.phone import parse_phone
from genjin.kit.text import fold


class Match(TextChoices):
    """How sure we are that two records are one customer."""

    SAME = "same", gettext_lazy("Same")
    SIMILAR = "similar", gettext_lazy("Similar")
    RELATED = "related", gettext_lazy("Related")  # a branch and its parent: two records that belong together


@dataclass(frozen=True, slots=True)
class Reachable:
    """The ways to reach one person, as stored (already normalised)."""

    name: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""


_PHONE_LABEL = re.compile(r"电话|手机|座机|联系方式|phone|mobile|\btel", re.IGNORECASE)
_PHONE_SHAPE = re.compile(r"\+?[\d\s()./-]{7,24}")
SAME_KINDS = frozenset({"uscc", "full", "mobile", "mail"})
PUBLIC_MAIL = frozenset(
    {"qq.com", "163.com", "126.com", "gmail.com", "outlook.com", "hotmail.com", "sina.com", "sohu.com",
     "foxmail.com", "139.com", "189.cn", "yeah.net", "icloud.com", "vip.qq.com", "aliyun.com"}
)  # fmt: skip
REASONS = {
    "uscc": gettext_lazy("the same credit code"),
    "full": gettext_lazy("the same name"),
    "core": gettext_lazy("nearly the same name"),
    "mobile": gettext_lazy("the same mobile number"),
    "phone": gettext_lazy("the same phone number"),
    "mail": gettext_lazy("the same e-mail address"),
    "domain": gettext_lazy("the same mail domain"),
    "alias": gettext_lazy("a known short name"),
    "former": gettext_lazy("a former name"),
    "head": gettext_lazy("by its name the parent company"),
    "branch": gettext_lazy("by its name a branch"),
}
RELATED_KINDS = frozenset({"head", "branch"})
# Kinds that meet another kind: what one is called for short, or was called, is the other's whole name; the company
# a branch belongs to is another's core.
PARTNERS = {"alias": ("full", "core"), "former": ("full", "core"), "head": ("core",)}
# What an asked kind meets besides its like, and what that means.
_ASKED = {
    "full": {"alias": "alias", "former": "former"},
    "alias": {"full": "alias", "core": "alias", "former": "former"},
    "former": {"full": "former", "core": "former", "alias": "alias"},
    "core": {"head": "branch", "alias": "alias", "former": "former"},
    "head": {"core": "head"},
}


def phone_key(number: str) -> str:
    """Return the identity key of a phone, "" when it is none: mobiles block, shared lines warn."""
    try:
        phone = parse_phone(number)
    except ValueRefused:
        return ""
    return f"{'mobile' if phone.kind == 'mobile' else 'phone'}:{phone.key}"


def unread_phone_keys(extra: Mapping[str, object]) -> list[str]:
    """Return keys of numbers that no rule of ours reads (of another country without its code), kept among further fields.

    Equal digits are still equal digits; sharing them warns.
    """
    found = []
    for label, text in extra.items():
        if _PHONE_LABEL.search(label) and isinstance(text, str) and _PHONE_SHAPE.fullmatch(text.strip()):
            digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
            found += [f"phone:~{digits}"] if 7 <= len(digits) <= 15 else []
    return list(dict.fromkeys(found))


def name_keys(name: str, kind: str) -> list[str]:
    """Return the keys of a name: whole name and loose core for companies, nothing for persons (names repeat)."""
    if kind == Kind.PERSON or not name:
        return []
    parsed = parse_company_name(name)
    keys = [f"full:{parsed.key_full}"] if parsed.key_full else []
    if alike := likeness_key(parsed):
        keys.append(f"core:{alike}")
    if head := head_key(parsed):
        keys.append(f"head:{head}")
    return keys


def full_key(name: str) -> str:
    """Return what every writing of one whole name has in common; "" of a name that says nothing."""
    return parse_company_name(name).key_full if fold(name) else ""


def alias_keys(kind: str, name: str) -> list[str]:
    """Return the keys of another name, `alias` for a short one, `former` for an old one: whole, and loose."""
    if not fold(name):
        return []
    parsed = parse_company_name(name)
    prefix = "former" if kind == "former" else "alias"
    return [
        f"{prefix}:{key}"[:220]
        for key in dict.fromkeys((parsed.key_full, likeness_key(parsed)))
        if len(key) > 1
    ]


def asked_keys(keys: Iterable[str]) -> dict[str, str]:
    """Return which stored keys to look for under a customer's own `keys`, each with the key that says why it matters.

    Sharing a whole name is `full`, meeting a short name `alias`; a branch asks for its parent, never for its sisters.
    """
    own = list(dict.fromkeys(keys))
    asked = {key: key for key in own if not key.startswith("head:")}
    for key in own:
        kind, _colon, value = key.partition(":")
        for stored, meaning in _ASKED.get(kind, {}).items():
            asked.setdefault(f"{stored}:{value}", f"{meaning}:{value}")
    return asked


def identity_keys(name: str, kind: str, credit_code: str, people: Iterable[Reachable]) -> list[str]:
    """Return every key of a customer, without repeats, each at most 220 characters.

    One function for form, import, API and merge; `people` carry stored, normalised numbers.
    """
    keys = name_keys(name, kind)
    if credit_code:
        keys.append(f"uscc:{credit_code}")
    for person in people:
        keys += [key for number in person.phones if number and (key := phone_key(number))]
        if person.email:
            keys += mail_keys(person.email)
    return list(dict.fromkeys(key[:220] for key in keys))


def mail_keys(email: str) -> list[str]:
    """Return the keys of a mail address: itself, and its domain when it is a company's own."""
    address = email.strip().lower()
    domain = address.rpartition("@")[2]
    return [f"mail:{address}"] + ([f"domain:{domain}"] if domain and domain not in PUBLIC_MAIL else [])


def level_of(key: str) -> Match:
    """Return what sharing `key` means: the same customer, one to look at, or one that belongs to it."""
    kind = key.partition(":")[0]
    if kind in RELATED_KINDS:
        return Match.RELATED
    return Match.SAME if kind in SAME_KINDS else Match.SIMILAR


def reason_of(key: str) -> str:
    """Return in words why a key matters."""
    return str(REASONS[key.partition(":")[0]])


@dataclass(frozen=True, slots=True)
class Named:
    """What tells two records apart although they share a key."""

    name: str = ""
    credit_code: str = ""


def compare(key: str, ours: Named, theirs: Named) -> Match | None:
    """Return what sharing `key` says of two records; None when their names tell them apart.

    A shared core counts only where the places of the names allow one company. Different valid credit codes are
    two companies, to be looked at. A branch and its parent are related whatever they share, but for the code.
    """
    kind = key.partition(":")[0]
    if kind in RELATED_KINDS:
        return Match.RELATED if are_family(ours.name, theirs.name) else None
    if kind == "core" and ours.name and not _places_of(ours.name).allow(_places_of(theirs.name)):
        return None
    if kind != "uscc" and are_family(ours.name, theirs.name):
        return Match.RELATED
    is_other_code = ours.credit_code and theirs.credit_code and ours.credit_code != theirs.credit_code
    return Match.SIMILAR if is_other_code else level_of(key)


def are_family(one: str, other: str) -> bool:
    """Whether, by their names, one is a branch of the other."""
    if not (one and other) or names_a_branch(one) == names_a_branch(other):
        return False
    branch, parent = (one, other) if names_a_branch(one) else (other, one)
    return is_branch_of(parse_company_name(branch), parse_company_name(parent))


@lru_cache(maxsize=20_000)
def names_a_branch(name: str) -> bool:
    """Whether a name is that of a branch: its parent's name, a place and 分公司, 办事处, 支行 and the like."""
    return bool(head_key(parse_company_name(name)))


@lru_cache(maxsize=20_000)
def _places_of(name: str) -> Whereabouts:
    return whereabouts(parse_company_name(name))


def is_blank_name(name: str) -> bool:
    """Whether a name says nothing once blanks and punctuation are gone."""
    return not fold(name)
