"""The two paper forms Genjin replaces, as they are laid out: 客户信息收集表 (S1-19) and 客户跟进记录表 (S2-23, S3-20). Pure.

Their words are the documents' own, so that they stand here and not in a catalogue. Page and Word file are made from this.
"""

from collections.abc import Iterator
from dataclasses import dataclass

BOX, TICKED = "□", "☑"


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a form: its printed label and the key of its value; `wide` takes the whole line."""

    label: str
    key: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a form: labelled cells, or a table of rows under `rows` with these columns."""

    title: str
    cells: tuple[Cell, ...] = ()
    columns: tuple[str, ...] = ()
    rows: str = ""
    most: int = 0  # rows of the table
    blank: int = 0  # of them at least so many, to write by hand


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A form of one A4 page; `per_line` pairs of label and value stand beside each other."""

    key: str
    title: str
    per_line: int
    blocks: tuple[Block, ...]
    rules: str
    longest: int  # letters of a wide value, so that the page stays one
    short: int  # letters of a value beside others


COLLECTION = PaperForm("collection", "客户信息收集表", 2, (
    Block("基础信息", (
        Cell("客户名称", "name"), Cell("客户类型", "type"), Cell("所属行业", "industry"), Cell("成立时间", "founded"),
        Cell("客户规模", "size"), Cell("年营业额", "revenue"),
    )),
    Block("联系信息", (Cell("关键联系人", "contact"), Cell("职位", "job_title"), Cell("电话", "phone"), Cell("邮箱", "email"))),
    Block("业务与需求", (
        Cell("公司主营业务", "main_business", True), Cell("主要客户群体", "target_customers", True), Cell("当前痛点", "pain_points", True),
        Cell("期望合作方向", "desired_cooperation", True), Cell("预算范围", "budget", True), Cell("决策链", "decision_chain", True),
    )),
    Block("合作与跟进", (
        Cell("合作历史", "history", True), Cell("过往跟进记录", "records", True), Cell("下次跟进计划", "next_plan", True),
        Cell("关键承诺", "commitments", True), Cell("备注", "notes", True), Cell("其他", "more", True),
    )),
    Block("", (Cell("信息录入人", "recorded_by"), Cell("最后更新时间", "updated_at"), Cell("负责人", "owner"), Cell("模板版本", "version"))),
), "本表信息仅供内部工作使用,不得外传;信息变化请在 24 小时内更新。", 120, 40)  # fmt: skip

RECORD = PaperForm("record", "客户跟进记录表", 3, (
    Block("客户基本信息", (
        Cell("客户公司名称", "name"), Cell("客户编号", "code"), Cell("所属行业", "industry"), Cell("企业规模", "size_words"), Cell("注册区域", "region"),
        Cell("客户来源", "source"), Cell("客户等级", "grade"), Cell("当前阶段", "stage"), Cell("线索评分", "score"), Cell("进入阶段时间", "stage_at"),
        Cell("负责人", "owner"), Cell("最后更新时间", "updated_at"),
    )),
    Block("关键联系人信息", columns=("姓名", "职务", "电话", "邮箱", "备注"), rows="contacts", most=3, blank=2),
    Block("跟进记录明细", columns=("序号", "跟进时间", "跟进人", "方式", "内容摘要", "客户反馈", "下一步行动", "负责人", "完成时限", "状态"), rows="followups", most=5, blank=3),
    Block("需求与方案", (
        Cell("需求描述", "need", True), Cell("痛点分析", "pain_points", True), Cell("预算范围", "budget_words"), Cell("决策流程", "decision_chain"), Cell("方案编号", "f1"),
        Cell("方案内容", "f2", True), Cell("客户对方案评价", "f3"), Cell("谈判进展", "negotiation"), Cell("下次跟进计划", "next_plan"),
        Cell("异议处理记录", "f15", True),
    )),
    Block("成交与合同信息", (
        Cell("合同编号", "f4"), Cell("合同金额", "f5"), Cell("合同状态", "f9"), Cell("签订日期", "f6"), Cell("到期日期", "f7"), Cell("关键承诺", "commitments"),
        Cell("付款节点", "f8", True),
    )),
    Block("交付与维护", (
        Cell("交付负责人", "f10"), Cell("交付开始时间", "f11"), Cell("预计交付时间", "f12"), Cell("实际交付时间", "f13"), Cell("满意度评分", "satisfaction"),
        Cell("复购意向", "repurchase"), Cell("交付验收记录", "f14", True),
    )),
    Block("状态变更", columns=("原状态", "新状态", "变更依据", "日期"), rows="stages", most=3, blank=1),
), "使用规范:及时(24 小时内)、真实、保密;人员变动须交接;成交或流失后归档。", 64, 24)  # fmt: skip
FORMS = {form.key: form for form in (COLLECTION, RECORD)}


_WIDTHS = {
    "内容摘要": 30,
    "客户反馈": 20,
    "下一步行动": 18,
    "变更依据": 40,
    "备注": 20,
    "序号": 5,
    "方式": 10,
    "跟进时间": 14,
    "完成时限": 14,
    "邮箱": 18,
}


def widths(columns: tuple[str, ...]) -> list[int]:
    """Return how broad the columns of a table are beside each other: prose gets more."""
    return [_WIDTHS.get(column, 12) for column in columns]


def lines(block: Block, per_line: int) -> Iterator[tuple[Cell, ...]]:
    """Yield the lines of a block: a wide cell alone, others up to `per_line` beside each other."""
    line: list[Cell] = []
    for cell in block.cells:
        if cell.wide and line:
            yield tuple(line)
            line = []
        line.append(cell)
        if cell.wide or len(line) == per_line:
            yield tuple(line)
            line = []
    if line:
        yield tuple(line)


def boxes(words: list[tuple[str, bool]]) -> str:
    """Return words with boxes, the chosen ones ticked."""
    return "  ".join(f"{TICKED if is_on else BOX}{word}" for word, is_on in words)


def clipped(text: str, longest: int) -> str:
    """Return a text cut to so many letters on at most three lines; what was cut is marked."""
    rows = text.split("\n")
    text = "\n".join([*rows[:2], " ".join(rows[2:])]) if len(rows) > 3 else text
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
