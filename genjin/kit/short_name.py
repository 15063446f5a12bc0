"""What a company is called for short, and how well a short name fits a long one: 邵阳液压 and 邵阳维克液压股份有限公司."""

import re

from genjin.kit.company_name import leading_places
from genjin.kit.text import fold

# The one-character names of provinces, and of the cities that are used the same way.
_ONE_CHARACTER = {
    "京": "北京", "津": "天津", "冀": "河北", "晋": "山西", "蒙": "内蒙古", "辽": "辽宁", "吉": "吉林", "黑": "黑龙江",
    "沪": "上海", "苏": "江苏", "浙": "浙江", "皖": "安徽", "闽": "福建", "赣": "江西", "鲁": "山东", "豫": "河南",
    "鄂": "湖北", "湘": "湖南", "粤": "广东", "桂": "广西", "琼": "海南", "川": "四川", "蜀": "四川", "黔": "贵州",
    "贵": "贵州", "滇": "云南", "云": "云南", "藏": "西藏", "陕": "陕西", "秦": "陕西", "甘": "甘肃", "陇": "甘肃",
    "青": "青海", "宁": "宁夏", "新": "新疆", "渝": "重庆", "深": "深圳", "穗": "广州", "甬": "宁波", "厦": "厦门",
    "蓉": "成都", "哈": "哈尔滨", "杭": "杭州",
}  # fmt: skip
_BANKS = {
    "农商行": "农村商业银行",
    "工行": "工商银行",
    "建行": "建设银行",
    "农行": "农业银行",
    "交行": "交通银行",
    "招行": "招商银行",
}
# How a stock exchange marks a share: in front (ST, XD, N ...), behind (A, -SW ...).
_MARK_BEFORE = re.compile(r"^(?:\*?st|xd|dr|xr|[ncu])(?=[\u4e00-\u9fff])")
_MARK_BEHIND = re.compile(r"(?<=[\u4e00-\u9fff])(?:sw|ss|wr|uw|[ab]股|[abdhprstuwz])$")
BEST, LEAST = 89, 40


def short_forms(text: str) -> list[str]:
    """Return what a short name may stand for, folded, as written first: 渝农商行 is 重庆农村商业银行."""
    written = fold(text)
    plain = _MARK_BEHIND.sub("", _MARK_BEFORE.sub("", written))
    forms = [written, plain]
    if plain[:1] in _ONE_CHARACTER:
        forms += [_ONE_CHARACTER[plain[0]] + plain[1:], plain[1:]]
    for short, long in _BANKS.items():
        forms = [form.replace(short, long) for form in forms]
    return [form for form in dict.fromkeys(forms) if len(form) >= 2]


def short_name_score(forms: list[str], name: str) -> int:
    """Return how well one of `forms` fits a folded name: 40 to 89, 0 when no form's letters stand in it in order.

    Best is a form as written that stands in one piece at the front, or right after the place.
    """
    openings = {0, len(name) - len(leading_places(name)[1])}
    found = 0
    for at, form in enumerate(forms):
        standing = _standing(form, name)
        if standing is not None:
            pieces, start = standing
            found = max(found, BEST - 10 * at - 3 * (pieces - 1) - (0 if start in openings else 3), LEAST)
    return found


def _standing(form: str, name: str) -> tuple[int, int] | None:
    """Return in how few pieces the letters of `form` stand in `name`, and where the first one begins."""
    reached = {at: (1, at) for at, letter in enumerate(name) if letter == form[0]}
    for wanted in form[1:]:
        following: dict[int, tuple[int, int]] = {}
        for at, letter in enumerate(name):
            if letter != wanted:
                continue
            before = [
                (pieces + (earlier != at - 1), start)
                for earlier, (pieces, start) in reached.items()
                if earlier < at
            ]
            if before:
                following[at] = min(before)
        reached = following
    return min(reached.values(), default=None)
