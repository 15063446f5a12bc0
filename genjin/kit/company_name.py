"""Company names: one form to show, one key that is equal for the same name, one that is equal for similar ones."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _

from genjin.kit.errors import ValueRefused
from genjin.kit.region_table import place_table
from genjin.kit.text import clean, fold

_OTHER_BRACKETS = frozenset("()〔〕【】")
_TO_FULL_WIDTH = str.maketrans("()〔〕【】", "（）（）（）")
_CJK = "\u3400-\u9fff\uf900-\ufaff（）"
_HAS_CJK = re.compile(f"[{_CJK}]")
_BLANK_IN_CJK = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])")
_BRACKETED = re.compile(r"（([^（）]*)）")
# Taken off one after the other: 集团股份有限公司.
_LEGAL_ENDINGS = ("有限公司", "总公司", "公司", "集团", "股份", "集团")
_LATIN_ENDING = re.compile(r"(?<=[a-z0-9])(?:co|company)?(?:ltd|limited)$")
# Words after which a branch is named, the company's legal form first.
_HEAD_ENDS = ("公司", "银行", "信用社", "供销社", "集团")
_BRANCH_COMPANIES = ("分公司", "支公司", "子公司")
_BRANCH_ENDS = (*"司行处部店厅所站厂室场点社库队院柜亭城园馆", "中心")


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A name read; `branch` is what follows the company a branch belongs to (北京分公司), else empty.

    Equal `key_full`: the same name. Equal `key_core`: similar, to be looked at, never merged unseen.
    `region` is the place the name opens with or has in brackets, as written.
    """

    display: str
    key_full: str
    key_core: str
    region: str
    branch: str
    core_of_head: str  # the core of the company itself, without its branch


def parse_company_name(text: str) -> CompanyName:
    """Read a company's name into what is shown and the keys it is found by.

    Raises ValueRefused: name_empty. Source: 企业名称登记管理规定 art. 6 (region, name, trade, legal form).
    """
    display = shown_company_name(text)
    if not display:
        raise ValueRefused(_("The name is empty. Write the company's full name."), "name_empty")
    folded = fold(display)
    key_full = _one_legal_form(folded) or display.lower()
    inner, bare = _without_brackets(display, key_full)
    head, branch = _split_branch(bare)
    region, of_head = _split_region(_without_legal_form(head))
    core = of_head + branch.replace("市", "").replace("省", "")
    return CompanyName(display, key_full, core, region or inner, branch, of_head)


def shown_company_name(text: str) -> str:
    """Return a name as it is shown: NFKC, brackets full-width, no blanks between characters; characters stay traditional."""
    name = text
    if not name.isprintable() or not unicodedata.is_normalized("NFKC", name):
        name = unicodedata.normalize("NFKC", clean(name))
    if not _OTHER_BRACKETS.isdisjoint(name) and _HAS_CJK.search(name):
        name = name.translate(_TO_FULL_WIDTH)
    if " " in name or "\n" in name:
        name = _BLANK_IN_CJK.sub("", " ".join(name.split()))
    return name


def _without_brackets(display: str, key_full: str) -> tuple[str, str]:
    """Drop brackets that hold a region or 集团; return that region and the folded rest."""
    if "（" not in display:
        return "", key_full
    regions: list[str] = []

    def drop(found: re.Match[str]) -> str:
        inner = found[1]
        if inner in {"集团", "中国"}:
            return ""
        if inner and _leading_place(folded := fold(inner))[0] == folded:
            regions.append(inner)
            return ""
        return inner

    rest = _one_legal_form(fold(_BRACKETED.sub(drop, display)))
    return "".join(regions[:1]), rest or key_full


def _one_legal_form(folded: str) -> str:
    return folded.replace("有限责任公司", "有限公司").replace("责任有限公司", "有限公司")


def _split_branch(bare: str) -> tuple[str, str]:
    """Split 某某有限公司北京分公司 after the company it belongs to."""
    if bare.endswith("公司") and not bare.endswith(_BRANCH_COMPANIES):
        return bare, ""
    for ending in _HEAD_ENDS:
        at = bare.find(ending)
        if at > 0 and bare.endswith(_BRANCH_ENDS) and len(bare) > at + len(ending) + 1:
            end = at + len(ending)
            return bare[:end], bare[end:]
    return bare, ""


def _without_legal_form(head: str) -> str:
    if head.endswith(_BRANCH_COMPANIES):
        return head
    bare = head
    for ending in _LEGAL_ENDINGS:
        bare = bare.removesuffix(ending)
    if bare[-1:].isascii():
        bare = _LATIN_ENDING.sub("", bare)
    return bare if len(bare) >= 2 else head


def _split_region(core: str) -> tuple[str, str]:
    """Take the places off the front: 浙江省杭州市余杭区 always, 北京 only if four characters remain."""
    region = ""
    place, is_full = _leading_place(core)
    first = place
    while place:
        rest = core[len(place) :]
        if len(rest) < (3 if is_full else 4) or rest[0] in "路街道":
            # Too little would be left: 深圳市航空 stays with its place, as 深圳航空.
            core = place[:-1] + rest if rest and place[-1] in "省市" else core
            break
        region += place
        core = rest
        place, is_full = _leading_place(core)
    return region or first, core


def leading_places(text: str) -> tuple[list[str], str]:
    """Return the words for places a text begins with, and the rest."""
    words: list[str] = []
    while place := _leading_place(text)[0]:
        words.append(place)
        text = text[len(place) :]
    return words, text


def _leading_place(text: str) -> tuple[str, bool]:
    """Return the place a name begins with and whether it is written in full; 市政 is not 市."""
    for word, is_full in _places_by_opening().get(text[:2], ()):
        if text.startswith(word) and not (word[-1] == "市" and text[len(word) :].startswith(("政", "场"))):
            return word, is_full
    return "", False


@cache
def _places_by_opening() -> dict[str, tuple[tuple[str, bool], ...]]:
    """Words for places, longest first; short names only of provinces and cities."""
    words: dict[str, list[tuple[str, bool]]] = {}
    for word in place_table().words():
        if not word.is_short or any(place.level <= 2 or place.name.endswith("市") for place in word.places):
            words.setdefault(word.text[:2], []).append((word.text, not word.is_short))
    return {opening: tuple(sorted(group, key=lambda item: -len(item[0]))) for opening, group in words.items()}
