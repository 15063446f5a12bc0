"""Which company names may be two spellings of one company: a key looser than the core, and places that tell them apart.

中国工商银行南昌北京西路支行 and 工行南昌北京西路支行 may be one; 一鸣食品 in 临沂 and in 重庆 are two.
"""

import re
from dataclasses import dataclass

from genjin.kit.company_name import CompanyName, leading_places, parse_company_name
from genjin.kit.region_table import Place, place_table

# What people say for long names of banks; anything else is in the table of known short names.
_SHORT_BANKS = {
    "工行": "工商银行", "建行": "建设银行", "农行": "农业银行", "中行": "中国银行", "交行": "交通银行", "招行": "招商银行",
    "邮储银行": "邮政储蓄银行", "浦发银行": "浦东发展银行", "农商银行": "农村商业银行", "农商行": "农村商业银行",
}  # fmt: skip
_KINDS_OF_BANK = re.compile(r"市?(?:农村)?商业银行")
# Words that come and go with the legal form or the year of the register, longest first.
_SOFT = (
    "有限合伙人", "有限合伙", "有限", "责任", "股份", "股权", "控股", "投资", "集团", "实业", "发展", "科技", "国际", "中国", "和",
)  # fmt: skip
_ANY_SOFT = re.compile("|".join(_SOFT))
_SHORT_HEAD = re.compile(rf"({'|'.join(_SHORT_BANKS)})(?=.*(?:[支分]行|部|所)$)")
_UPPER_BRANCH = re.compile(r"^.*?分行(?=.+(?:[支分]行|部)$)")
_END_OF_PLACE = re.compile(r"[市区县](?=[支分]行$)")
_LOOSE_BRANCH = re.compile(r"^(.+?)(?:分公司|支公司|子公司|办事处|代表处|联络处)$")
_WITHOUT_ASCII = dict.fromkeys(range(128))
_ONLY_FORM = frozenset({"", "支行", "分行", "营业部", "分公司", "支公司", "营业厅"})


def likeness_key(name: CompanyName) -> str:
    """Return the key that names share which may be one company; "" when the name has no core.

    Without places, legal form and the words that come and go; characters in order of their code, so that
    环境综合治理 and 综合环境治理 meet. Sharing it means only: look at `may_be_one`.
    """
    name = _spelled_out(name)
    core = _settled(name.core_of_head)
    if len(core) < 2:
        return ""
    numbers = "".join(letter for letter in core if letter.isascii())  # 12 is not 21
    return (
        "".join(sorted(core.translate(_WITHOUT_ASCII)))
        + numbers
        + (f"/{_branch(name)[0]}" if name.branch else "")
    )


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The places a name's company and its branch can lie in; nothing where the name does not say."""

    head: tuple[Place, ...]
    branch: tuple[Place, ...]

    def allow(self, other: "Whereabouts") -> bool:
        """Whether both may be one: two provinces do not tell apart (北京华联商厦 and 上海华联商厦 are looked at), two towns do."""
        return not _exclude(self.head, other.head) and not _exclude(self.branch, other.branch)


def whereabouts(name: CompanyName) -> Whereabouts:
    """Return the places that tell a name apart from others with its likeness key."""
    name = _spelled_out(name)
    return Whereabouts(_smallest(name.region), _smallest(_branch(name)[1]))


def may_be_one(one: CompanyName, other: CompanyName) -> bool:
    """Whether two names may be one company's; a branch is never its parent, nor a branch elsewhere."""
    return likeness_key(one) == likeness_key(other) and whereabouts(one).allow(whereabouts(other))


def head_key(name: CompanyName) -> str:
    """Return the likeness key of the company a branch belongs to; "" when the name is no branch's."""
    name = _spelled_out(name)
    if name.branch:
        return likeness_key(name).partition("/")[0]
    head = _loose_head(name)
    return likeness_key(head) if head else ""


def is_branch_of(branch: CompanyName, parent: CompanyName) -> bool:
    """Whether `branch` is by its name a branch of `parent`: its parent's name, a place and 分公司, 办事处, 支行 and the like."""
    key = head_key(branch)
    if not key or head_key(parent) or key != likeness_key(parent):
        return False
    branch = _spelled_out(branch)
    region = branch.region if branch.branch else getattr(_loose_head(branch), "region", "")
    return not _exclude(_smallest(region), _smallest(_spelled_out(parent).region))


def _loose_head(name: CompanyName) -> CompanyName | None:
    """Return the parent in 听潮机电北京分公司, where the parent's own 公司 is left out."""
    found = _LOOSE_BRANCH.match(name.key_full)
    if found is None:
        return None
    head = found[1]
    for length in range(min(8, len(head) - 2), 1, -1):
        words, rest = leading_places(head[-length:])
        if words and not rest:
            head = head[:-length]
            break
    return parse_company_name(head) if len(head) >= 2 else None


def _spelled_out(name: CompanyName) -> CompanyName:
    """Read 工行南昌支行 as 工商银行南昌支行, so that its branch is seen."""
    short = _SHORT_HEAD.match(name.key_full)
    if short is None:
        return name
    return parse_company_name(_SHORT_BANKS[short[1]] + name.key_full[short.end() :])


def _settled(core: str) -> str:
    if "行" in core:
        for short, long in _SHORT_BANKS.items():
            if core.startswith(short) or (core.endswith(short) and len(short) > 2):
                core = core.replace(short, long)
        core = _KINDS_OF_BANK.sub("银行", core)
    if core.startswith("上海浦东发展"):
        core = core.removeprefix("上海")
    if core.startswith("中国") and len(core) > 4:
        core = core.removeprefix("中国")
    for word in _SOFT if _ANY_SOFT.search(core) else ():
        shorter = core.replace(word, "")
        core = shorter if len(shorter) >= 2 else core
    return core


def _branch(name: CompanyName) -> tuple[str, str]:
    """Return what a branch is called without its places, and the places."""
    words, rest = leading_places(_UPPER_BRANCH.sub("", name.branch))
    above = _UPPER_BRANCH.match(name.branch)
    words = [*(leading_places(above[0])[0] if above else []), *words]
    rest = _END_OF_PLACE.sub("", rest)
    if rest in _ONLY_FORM and words:
        rest = words.pop().rstrip("省市区县") + rest
    return rest, "".join(words)


def _exclude(ours: tuple[Place, ...], theirs: tuple[Place, ...]) -> bool:
    if not ours or not theirs:
        return False
    if all(place.level == 1 for place in (*ours, *theirs)):
        return False
    return not any(_related(one, two) for one in ours for two in theirs)


def _smallest(region: str) -> tuple[Place, ...]:
    """Return the places the last word of a region can mean."""
    words, _rest = leading_places(region)
    return place_table().called(words[-1]) if words else ()


def _related(one: Place, other: Place) -> bool:
    return (
        one == other or (other.level <= 2 and one.lies_in(other)) or (one.level <= 2 and other.lies_in(one))
    )
