"""What a web form may ask, how answers are read, and what betrays a machine. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.customers.rules.fields import CONTACT_FIELDS, CUSTOMER_FIELDS
from genjin.fields.rules import Definition, FieldKind
from genjin.fields.rules.kinds import read_value
from genjin.kit.errors import RuleError, ValueRefused, wrong_at
from genjin.kit.text import clean

MOST_FIELDS = 20
HASTE = timedelta(seconds=2)  # nobody fills in a form faster
PAGE_LIFE = timedelta(hours=24)  # a page left open longer is asked for anew
VISITOR_WINDOW, MOST_OF_VISITOR = timedelta(minutes=10), 5
FLOOD_WINDOW, FLOOD = timedelta(hours=1), 5  # spam of one visitor, after which all of theirs is
MOST_SPAM_KEPT = 200  # a day and form; what comes beyond leaves no row
LINK_LIFE = timedelta(hours=1)
LONGEST_ANSWER = 2000
MAILS_A_DAY = 3  # to one address
KEPT_WITHOUT_CUSTOMER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Askable:
    """A field a form may ask: its words, how it is typed, and what browsers fill in."""

    key: str
    label: Any
    kind: str = "text"  # text, long, phone, email, size, choice, choices
    autocomplete: str = ""
    own: Definition | None = None

    def check(self, text: str) -> None:
        """Read a text the way its field will. Raises ValueRefused."""
        area, _dot, name = self.key.rpartition(".")
        if self.own is not None:
            read_value(self.own, text)
        else:
            (CONTACT_FIELDS[name] if area else CUSTOMER_FIELDS[name])(text)


ASKABLE: tuple[Askable, ...] = (
    Askable("name", gettext_lazy("Company"), autocomplete="organization"),
    Askable("contact.name", gettext_lazy("Your name"), autocomplete="name"),
    Askable("contact.phone", gettext_lazy("Phone"), "phone", "tel"),
    Askable("contact.email", gettext_lazy("E-mail"), "email", "email"),
    Askable("contact.wechat", gettext_lazy("WeChat")),
    Askable("contact.job_title", gettext_lazy("Job title"), autocomplete="organization-title"),
    Askable("need", gettext_lazy("What do you need?"), "long"),
    Askable("pain_points", gettext_lazy("What troubles you today?"), "long"),
    Askable("desired_cooperation", gettext_lazy("How would you like to work with us?"), "long"),
    Askable("budget", gettext_lazy("Budget")),
    Askable("purchase_timing", gettext_lazy("When do you plan to buy?")),
    Askable("industry", gettext_lazy("Industry")),
    Askable("size", gettext_lazy("Company size"), "size"),
    Askable("main_business", gettext_lazy("Main business"), "long"),
    Askable("province", gettext_lazy("Province")),
    Askable("city", gettext_lazy("City")),
    Askable("address", gettext_lazy("Address"), autocomplete="street-address"),
    Askable("website", gettext_lazy("Website"), autocomplete="url"),
    Askable("competitors", gettext_lazy("Whom else do you look at?"), "long"),
)
BY_KEY = {field.key: field for field in ASKABLE}
OWN = "custom."  # begins the key of an own field
_OWN_KINDS = {FieldKind.LONG_TEXT: "long", FieldKind.CHOICE: "choice", FieldKind.CHOICES: "choices"}
_NOT_FOR_VISITORS = frozenset({FieldKind.PERSON, FieldKind.FILE, FieldKind.TABLE})
REACH = ("contact.phone", "contact.email", "contact.wechat")


@dataclass(frozen=True, slots=True)
class AskedField:
    """A question of one form: which field, in which words, whether it must be answered."""

    key: str
    label: str = ""
    is_required: bool = False

    @property
    def words(self) -> str:
        return self.label or (str(BY_KEY[self.key].label) if self.key in BY_KEY else self.key)


def askable(own: Iterable[Definition] = ()) -> dict[str, Askable]:
    """Return what forms may ask by key: the built-in fields, then own ones a visitor can fill in."""
    added = {
        f"{OWN}{field.key}": Askable(f"{OWN}{field.key}", field.label, _OWN_KINDS.get(field.kind, "text"), own=field)
        for field in own if field.kind not in _NOT_FOR_VISITORS
    }  # fmt: skip
    return BY_KEY | added


def read_fields_asked(rows: Iterable[Any], own: Iterable[Definition] = ()) -> list[AskedField]:
    """Return the questions kept with a form; what is no longer askable is left out."""
    known = askable(own)
    return [AskedField(**row) for row in rows if row["key"] in known]


def check_questions(
    asked: Sequence[AskedField], *, confirm_by_mail: bool, own: Iterable[Definition] = ()
) -> list[dict[str, Any]]:
    """Return questions as they are kept with a form, those of own fields with their labels.

    Raises RuleError `questions_invalid` when there is no name to call a visitor by or no required way to reach
    them, and when a mail is to be sent to nobody.
    """
    known, keys = askable(own), [field.key for field in asked]
    required = {field.key for field in asked if field.is_required}
    sentence = ""
    if not keys or len(keys) > MOST_FIELDS or len(set(keys)) != len(keys) or not known.keys() >= set(keys):
        sentence = _("Ask each question once, at most %(count)d of them.") % {"count": MOST_FIELDS}
    elif not required & {"name", "contact.name"}:
        sentence = _("The company or the person's name must be required.")
    elif not required & set(REACH):
        sentence = _("A phone, an e-mail or a WeChat id must be required, or nobody can answer.")
    elif confirm_by_mail and "contact.email" not in required:
        sentence = _("To confirm by mail, the e-mail must be required.")
    if sentence:
        raise wrong_at("questions", sentence, "questions_invalid")
    labels = {key: str(one.label) if one.own else "" for key, one in known.items()}
    return [
        asdict(AskedField(field.key, (clean(field.label) or labels[field.key])[:80], field.is_required))
        for field in asked
    ]


def read_sites(text: str) -> list[str]:
    """Return the origins that may show a form in a frame. Raises RuleError `site_invalid`."""
    sites = list(dict.fromkeys(line.strip().rstrip("/") for line in text.splitlines() if line.strip()))
    for site in sites:
        if len(sites) > 20 or not _is_origin(site):
            sentence = _("Write addresses like https://www.example.com, one a line, without a path.")
            raise wrong_at("frame_sites", sentence, "site_invalid")
    return sites


def _is_origin(site: str) -> bool:
    """Whether `site` is scheme, host and port and nothing else: it goes into a header."""
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", site):
        return False
    return bool(urlsplit(site).hostname)


def read_answers(
    asked: Sequence[AskedField], typed: Mapping[str, str], own: Iterable[Definition] = ()
) -> dict[str, str]:
    """Return what was typed by key, only for the questions of this form, each read once to see that it can be.

    Raises RuleError `answers_invalid` with a sentence for each field at fault.
    """
    known = askable(own)
    answers: dict[str, str] = {}
    refused: dict[str, list[str]] = {}
    for field in asked:
        text = clean(typed.get(field.key, ""))
        if not text and field.is_required:
            refused[field.key] = [_("Please fill this in.")]
        elif len(text) > LONGEST_ANSWER:
            refused[field.key] = [_("At most %(longest)d characters, please.") % {"longest": LONGEST_ANSWER}]
        elif text:
            try:
                known[field.key].check(text)
            except ValueRefused as refusal:
                refused[field.key] = [refusal.message]
            answers[field.key] = text
    if refused:
        raise RuleError(_("Please correct the marked fields."), "answers_invalid", fields=refused)
    return answers


def as_customer(answers: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the raw values of customer and person; without a company the customer is the person."""
    customer: dict[str, Any] = {key: text for key, text in answers.items() if "." not in key}
    person: dict[str, Any] = {
        key.removeprefix("contact."): text for key, text in answers.items() if key.startswith("contact.")
    }
    if own := {key.removeprefix(OWN): text for key, text in answers.items() if key.startswith(OWN)}:
        customer["custom"] = own
    if not customer.get("name"):
        customer |= {"name": person.get("name", ""), "kind": "person"}
    return customer, person


def in_words(asked: Sequence[AskedField], answers: Mapping[str, str]) -> str:
    """Return answers as lines of question and answer, in the form's order."""
    return "\n".join(f"{field.words}: {answers[field.key]}" for field in asked if answers.get(field.key))


def suspicion(*, decoy: str, filled_in: timedelta) -> str:
    """Return why an entry looks like a machine's, "" when it does not: the decoy is filled, or no time was taken."""
    if decoy.strip():
        return "decoy"
    return "hasty" if filled_in < HASTE else ""
