"""Which keys make a customer recognisable, and what sharing one means."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from genjin.customers.rules.axes import Kind
from genjin.kit.company_name import parse_company_name
from genjin.kit.errors import ValueRefused
from genjin.kit.likeness import Whereabouts, likeness_key, whereabouts
from genjin.kit.phone import parse_phone
from genjin.kit.text import fold


class Match(TextChoices):
    """How sure we are that two records are one customer."""

    SAME = "same", gettext_lazy("Same")
    SIMILAR = "similar", gettext_lazy("Similar")


@dataclass(frozen=True, slots=True)
class Reachable:
    """The ways to reach one person, as stored (already normalised)."""

    name: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""


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
}


def phone_key(number: str) -> str:
    """Return the identity key of a phone, "" when it is none: mobiles block, shared lines warn."""
    try:
        phone = parse_phone(number)
    except ValueRefused:
        return ""
    return f"{'mobile' if phone.kind == 'mobile' else 'phone'}:{phone.key}"


def name_keys(name: str, kind: str) -> list[str]:
    """Return the keys of a name: whole name and loose core for companies, nothing for persons (names repeat)."""
    if kind == Kind.PERSON or not name:
        return []
    parsed = parse_company_name(name)
    keys = [f"full:{parsed.key_full}"] if parsed.key_full else []
    if alike := likeness_key(parsed):
        keys.append(f"core:{alike}")
    return keys


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
    """Return what sharing `key` means: the same customer, or one to look at."""
    return Match.SAME if key.partition(":")[0] in SAME_KINDS else Match.SIMILAR


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
    two companies, to be looked at.
    """
    if key.startswith("core:") and ours.name and not _places_of(ours.name).allow(_places_of(theirs.name)):
        return None
    is_other_code = ours.credit_code and theirs.credit_code and ours.credit_code != theirs.credit_code
    return Match.SIMILAR if is_other_code else level_of(key)


@lru_cache(maxsize=20_000)
def _places_of(name: str) -> Whereabouts:
    return whereabouts(parse_company_name(name))


def is_blank_name(name: str) -> bool:
    """Whether a name says nothing once blanks and punctuation are gone."""
    return not fold(name)
