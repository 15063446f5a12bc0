"""Which company names may be two spellings of one company: a key looser than the core, and places that tell them apart.

中国工商银行南昌北京西路支行 and 工行南昌北京西路支行 may be one; 一鸣食品 in 临沂 and in 重庆 are two.
"""

import re

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
_SHORT_HEAD = re.compile(rf"({'|'.join(_SHORT_BANKS)})(?=.*(?:[支分]行|部|所)$)")
_UPPER_BRANCH = re.compile(r"^.*?分行(?=.+(?:[支分]行|部)$)")
_END_OF_PLACE = re.compile(r"[市区县](?=[支分]行$)")
_ONLY_FORM = frozenset({"", "支行", "分行", "营业部", "分公司", "支公司", "营业厅"})


def likeness_key(name: CompanyName) -> str:
    """Return the key that names share which may be one company; "" when the name has no core.

    Without places, legal form and the words that come and go; letters in order of their code, so that
    环境综合治理 and 综合环境治理 meet. Sharing it means only: look at `may_be_one`.
    """
    name = _spelled_out(name)
    core = _settled(name.core_of_head)
    if len(core) < 2:
        return ""
    return "".join(sorted(core)) + (f"/{_branch(name)[0]}" if name.branch else "")


def may_be_one(one: CompanyName, other: CompanyName) -> bool:
    """Whether two names with equal likeness keys may be one company: their places do not exclude each other.

    Two provinces do not tell apart (北京华联商厦 and 上海华联商厦 are looked at), two towns do. A branch is never
    its parent, nor a branch elsewhere.
    """
    one, other = _spelled_out(one), _spelled_out(other)
    if likeness_key(one) != likeness_key(other):
        return False
    heads, branches = (one.region, other.region), (_branch(one)[1], _branch(other)[1])
    return not _exclude(*heads) and not _exclude(*branches)


def _spelled_out(name: CompanyName) -> CompanyName:
    """Read 工行南昌支行 as 工商银行南昌支行, so that its branch is seen."""
    short = _SHORT_HEAD.match(name.key_full)
    if short is None:
        return name
    return parse_company_name(_SHORT_BANKS[short[1]] + name.key_full[short.end() :])


def _settled(core: str) -> str:
    for short, long in _SHORT_BANKS.items():
        if core.startswith(short) or (core.endswith(short) and len(short) > 2):
            core = core.replace(short, long)
    if core.startswith("上海浦东发展"):
        core = core.removeprefix("上海")
    if core.startswith("中国") and len(core) > 4:
        core = core.removeprefix("中国")
    core = _KINDS_OF_BANK.sub("银行", core)
    for word in _SOFT:
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


def _exclude(region: str, other: str) -> bool:
    ours, theirs = _smallest(region), _smallest(other)
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
