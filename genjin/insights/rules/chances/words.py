"""Words of outcomes, of empty cells, and of columns that tell what came later."""

import re
import unicodedata
from collections.abc import Collection

# What forms and exports write where nobody chose anything.
MISSING = frozenset(
    {"", "select", "请选择", "-", "--", "/", "n/a", "na", "#n/a", "nan", "null", "none", "nil", "(空)", "(null)", "nat"}
)  # fmt: skip

YES = frozenset(
    {
        "是", "有", "对", "真", "√", "✓", "✔", "yes", "y", "true", "t", "1", "1.0", "won", "win", "closed won", "closedwon", "converted",
        "success", "成交", "已成交", "赢单", "已赢单", "赢", "成功", "转化", "已转化", "签约", "已签约", "签单", "已签单", "已签", "复购", "已复购",
        "续约", "已续约", "续费", "已续费", "购买", "已购买",
    }
)  # fmt: skip
NO = frozenset(
    {
        "否", "无", "不", "假", "×", "✗", "✘", "no", "n", "false", "f", "0", "0.0", "lost", "lose", "closed lost", "closedlost", "not converted",
        "failed", "failure", "未成交", "输单", "已输单", "输", "丢单", "战败", "失败", "未转化", "未签约", "未签单", "未签", "未复购", "未续约",
        "未续费", "不续约", "未购买", "无效",
    }
)  # fmt: skip
# Leaving is the outcome asked about, unless winning is among the words: then it is the other one.
GONE = frozenset({"流失", "已流失", "churn", "churned", "left", "exited", "attrited customer"})
STAYED = frozenset(
    {"未流失", "留存", "在网", "stay", "stayed", "retained", "active", "existing", "existing customer"}
)

# Alone these prove nothing; they lower the bar for what the figures say.
LATEST = re.compile(r"最近|最后|最新|\blast\b|\blatest\b|^last|^latest")
OUTCOME = re.compile(
    r"标签|质量|结果|成交|关闭|结束|签约|签单|赢单|输单|丢单|流失|tag|quality|result|outcome|clos(?:e|ed|ing)|\bwon\b|\blost\b|churn"
)
IDENTIFIER = re.compile(r"编号|序号|号码|代码|单号|^id$|id$|\bid\b|^no\.?$|number|uuid|guid|编码")

NEGATION = re.compile(r"^(?:未|没有?|不|非|无|not |un)")
DONE = re.compile(r"^(?:已经?)")


def folded(text: str) -> str:
    """Return a cell as it is compared: NFKC, lower case, single blanks; an empty text where nothing was said."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return "" if plain in MISSING else plain


def opposites(words: Collection[str]) -> tuple[set[str], set[str]]:
    """Return the one folded word of which the opposite is among them, and the opposite: 付款 or 已付款, and 未付款."""
    plain = {DONE.sub("", word): word for word in words}
    pairs = [
        (plain[bare], word) for word in words if (bare := NEGATION.sub("", word)) != word and bare in plain
    ]
    return ({pairs[0][0]}, {pairs[0][1]}) if len(pairs) == 1 else (set(), set())
